"""Ticketmaster Discovery API v2: pages and single answers of events, venues, attractions; suggestions; errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, text
from mystage.adapters.sources.kit.payload import MISSING, Payload
from mystage.adapters.sources.kit.pins import without_doubtful_pins
from mystage.adapters.sources.ticketmaster.events import read_event
from mystage.adapters.sources.ticketmaster.parties import read_attraction, read_venue
from mystage.domain.sources import Reading, ReadingErrorKind, failed, nothing, records

VERSION = 1
_LISTS: Final = ("events", "venues", "attractions", "products", "classifications", "segments", "genres", "subgenres")
_HREF: Final = re.compile(r"/discovery/v\d/")
_KINDS: Final = (
    (re.compile(r"quota|rate ?limit|spike ?arrest|toomanyrequests", re.IGNORECASE), ReadingErrorKind.QUOTA),
    (re.compile(r"api ?key|oauth|unauthori[sz]ed|access ?token|forbidden", re.IGNORECASE), ReadingErrorKind.AUTH),
    (re.compile(r"not ?found|DIS1004", re.IGNORECASE), ReadingErrorKind.NOT_FOUND),
)
_STATUS: Final = {"401": "auth", "403": "auth", "404": "not_found", "429": "quota"}


def recognises(payload: Payload) -> float:
    """How surely the payload is an answer of the Discovery API (0 to 1)."""
    value = payload.json
    if not isinstance(value, Mapping):
        return 0.0
    if _error(value) is not None:
        return (
            0.95 if "fault" in value or "DIS" in str(value["errors"])[:200] or _HREF.search(str(value)[:2_000]) else 0.4
        )
    if _HREF.search(str(value.get("_links"))[:2_000]):
        return 1.0
    inner = value.get("_embedded")
    if isinstance(inner, Mapping) and any(name in inner for name in _LISTS):
        return 0.9 if "page" in value or "_links" in value or value.get("type") in ("event", "venue") else 0.7
    if value.get("type") in ("event", "venue", "attraction") and {"id", "locale"} <= value.keys():
        return 0.9
    page = value.get("page")
    if "_embedded" in value or "_links" in value:
        return 0.0
    return 0.8 if isinstance(page, Mapping) and {"totalElements", "totalPages", "number"} <= page.keys() else 0.0


def parse(payload: Payload) -> Reading:
    """Read it; whatever is wrong with it is in the answer."""
    value = payload.json
    if value is MISSING or not isinstance(value, Mapping):
        return failed(ReadingErrorKind.MALFORMED, "not a JSON object: not an answer of the Discovery API")
    error = _error(value)
    if error is not None:
        return failed(*error)
    root = Fields(value)
    builder = ClaimsBuilder()
    _read(builder, root)
    root.ignore("_links", "page", "_warnings", "spellcheck", "facets")
    root.rest()
    if not builder.build() and not root.unread:
        return nothing("an answer without events, venues and attractions")
    return records(without_doubtful_pins(builder.build()), unread=root.unread)


def _read(builder: ClaimsBuilder, root: Fields) -> None:
    """Read one answer: a single thing, or the lists of a page."""
    kind = text(root.peek("type"))
    if kind == "event" or (kind is None and "dates" in root):
        read_event(builder, root)
    elif kind == "venue" or (kind is None and "address" in root):
        read_venue(builder, root)
    elif kind == "attraction":
        read_attraction(builder, root)
    else:
        inner = root.sub("_embedded")
        for event in [*inner.list("events"), *root.list("events")]:
            read_event(builder, event)
        for venue in [*inner.list("venues"), *root.list("venues")]:
            read_venue(builder, venue)
        for attraction in [*inner.list("attractions"), *root.list("attractions")]:
            read_attraction(builder, attraction)
        inner.ignore("products", "classifications", "segments", "genres", "subgenres", "types", "subtypes")
        inner.rest()


def _error(value: Mapping[str, Any]) -> tuple[ReadingErrorKind, str] | None:
    """Kind and words of an error: the gateway's `fault`, or the API's `errors`."""
    fault = value.get("fault")
    if isinstance(fault, Mapping):
        detail = fault.get("detail")
        code = text(detail.get("errorcode")) if isinstance(detail, Mapping) else None
        words = f"{text(fault.get('faultstring'), 300) or 'fault'} ({code or 'no code'})"
        return _kind_of(words, ""), f"Ticketmaster answers a fault: {words}"
    errors = value.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], Mapping) and "_embedded" not in value:
        first = errors[0]
        words = f"{text(first.get('code')) or 'no code'}: {text(first.get('detail'), 300) or 'without words'}"
        return _kind_of(words, text(first.get("status")) or ""), f"Ticketmaster answers an error: {words}"
    return None


def _kind_of(words: str, status: str) -> ReadingErrorKind:
    if status in _STATUS:
        return ReadingErrorKind(_STATUS[status])
    return next((kind for known, kind in _KINDS if known.search(words)), ReadingErrorKind.BAD_REQUEST)
