"""Bandsintown: answers of the public API (v2, v3; artist, artist's events) and rows of scrapers of its site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from mystage.adapters.sources.bandsintown.api import Events, read_artist
from mystage.adapters.sources.bandsintown.rows import read_row
from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, text
from mystage.adapters.sources.kit.payload import MISSING, Payload
from mystage.adapters.sources.kit.pins import without_doubtful_pins
from mystage.adapters.sources.kit.relaxed import json_of
from mystage.domain.sources import Reading, ReadingErrorKind, failed, nothing, records

VERSION = 1
_HOST: Final = "bandsintown.com"
_WARNING: Final = re.compile(rb"^\{\s*warn\s*=\s*not found\s*\}\s*$", re.IGNORECASE)
_HINT: Final = re.compile(rb"lineup|tracker_count|upcoming_event_count|city/state|on_sale_datetime")
_KINDS: Final = (
    (re.compile(r"not ?found|unknown artist|no artist|does not exist", re.IGNORECASE), ReadingErrorKind.NOT_FOUND),
    (re.compile(r"limit|throttl|too many|quota", re.IGNORECASE), ReadingErrorKind.QUOTA),
    (
        re.compile(r"deny|denied|forbidden|(?:un|not )authori[sz]ed|authenticat|app_id|api ?key", re.IGNORECASE),
        ReadingErrorKind.AUTH,
    ),
)


def recognises(payload: Payload) -> float:
    """How surely the payload is an answer of Bandsintown, or rows scraped from it (0 to 1)."""
    if _WARNING.match(payload.head):
        return 1.0
    if payload.json is MISSING and not _HINT.search(payload.body):
        return 0.0
    value = json_of(payload)
    if isinstance(value, str):
        return 0.6 if not value.strip("\"' ") else 0.0
    items = _items(value)
    if any(_is_event(i) or _is_artist(i) or _is_row(i) for i in items[:5]):
        return 1.0
    from_there = _HOST in payload.url or "[NotFound] The artist was not found" in str(value)[:400]
    if value == []:
        return 1.0 if from_there else 0.1  # an empty list is empty, whoever answers it
    if isinstance(value, Mapping) and len(value) == 1 and _error(value):
        return 0.9 if from_there else 0.5 if "errorMessage" in value else 0.2
    return 0.9 if from_there and _error(value) else 0.0


def parse(payload: Payload) -> Reading:
    """Read it; whatever is wrong with it is in the answer."""
    if _WARNING.match(payload.head):
        return failed(ReadingErrorKind.NOT_FOUND, "Bandsintown answers {warn=Not found}: it does not know the artist")
    value = json_of(payload)
    if value is MISSING:
        return failed(ReadingErrorKind.MALFORMED, "neither JSON nor the text of a JavaScript object")
    if isinstance(value, str):
        return failed(ReadingErrorKind.NOT_FOUND, f"Bandsintown answers a bare string ({value[:80]!r}): artist unknown")
    message = _error(value)
    if message is not None:
        return failed(_kind_of(message), f"Bandsintown answers an error: {message}")
    if value == []:
        return nothing("an empty list: no events")
    return _read(_items(value))


def _read(items: list[Any]) -> Reading:
    builder = ClaimsBuilder()
    unread: list[str] = []
    events = Events([Fields(item, "[]") for item in items if _is_event(item)])
    events.read(builder)
    unread.extend(events.unread)
    for item in items:
        if _is_artist(item) or _is_row(item):
            fields = Fields(item)
            read = read_artist if _is_artist(item) else read_row
            read(builder, fields)
            unread.extend(fields.unread)
    return records(without_doubtful_pins(builder.build()), unread=tuple(sorted(set(unread))))


def _items(value: object) -> list[Any]:
    if isinstance(value, Mapping):
        for name in ("events", "data"):
            inner = value.get(name)
            if isinstance(inner, list) and any(_is_event(i) for i in inner[:5]):
                return inner
        return [value]
    return value if isinstance(value, list) else []


def _is_event(item: object) -> bool:
    if not isinstance(item, Mapping) or not isinstance(item.get("venue"), Mapping):
        return False
    names = {"lineup", "artist_id", "on_sale_datetime", "datetime_display_rule", "formatted_datetime"}
    first_version = isinstance(item.get("artists"), list) and {"url", "ticket_status"} <= item.keys()
    return "datetime" in item and (first_version or bool(names & item.keys()))


def _is_artist(item: object) -> bool:
    if not isinstance(item, Mapping) or "name" not in item:
        return False
    return bool({"tracker_count", "upcoming_event_count", "upcoming_events_count"} & item.keys())


def _is_row(item: object) -> bool:
    return isinstance(item, Mapping) and {"artist", "venue", "start_date"} <= item.keys() and "city/state" in item


def _error(value: object) -> str | None:
    """The words of an error answer; None for any other."""
    if not isinstance(value, Mapping) or "venue" in value or "name" in value:
        return None
    for name in ("errorMessage", "error", "errors", "message", "Message", "warn"):
        if value.get(name):
            found = value[name]
            found = found[0] if isinstance(found, list) else found
            inner = found.get("message") if isinstance(found, Mapping) else found
            return text(inner, 300) or "without words"
    return None


def _kind_of(message: str) -> ReadingErrorKind:
    return next((kind for words, kind in _KINDS if words.search(message)), ReadingErrorKind.BAD_REQUEST)
