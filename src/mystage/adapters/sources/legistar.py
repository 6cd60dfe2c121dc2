"""Legistar (public meetings): rows of its web calendar, and its Web API. Meetings are no concerts: kind `other`."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, link, text
from mystage.adapters.sources.kit.localities import zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.us_addresses import address_in, is_room
from mystage.adapters.sources.kit.wall_times import clock_in, wall
from mystage.adapters.sources.kit.wordings import status_of
from mystage.domain.sources import PerformanceKind, Reading, fold_text, records

VERSION: Final = 1
_WEB: Final = frozenset({"Meeting Date", "Meeting Time", "Meeting Location"})
_API: Final = frozenset({"EventId", "EventDate", "EventBodyName"})
_US_DAY = re.compile(r"^\s*(\d{1,2})/(\d{1,2})/(\d{4})")
_ID = re.compile(r"[?&]ID=(\d+)", re.IGNORECASE)
_CANCELLED = re.compile(r"\bcancell?ed\b", re.IGNORECASE)
_TEST = re.compile(r"\btest(ing)? (training|meeting|event)\b|\btraining \d|\btest \d", re.IGNORECASE)


def recognises(payload: Payload) -> float:
    """A list of rows with the calendar's column names or the API's fields."""
    rows = _rows(payload.json)
    return 0.97 if rows and all(row.keys() >= _WEB or row.keys() >= _API for row in rows[:5]) else 0.0


def _rows(data: Any) -> list[dict[str, Any]]:
    data = data.get("value") if isinstance(data, dict) else data
    return [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []


def parse(payload: Payload) -> Reading:
    """One performance a meeting; test rows are left out."""
    rows = _rows(payload.json)
    builder = ClaimsBuilder()
    left: list[str] = []
    places = [_place(row) for row in rows]
    # a row that names a room only means the building in which other rows put their rooms
    houses = Counter(key for row, place in zip(rows, places, strict=True) if place for key in [_room_key(row)] if key)
    house = next(
        (p for k, _ in houses.most_common(1) for r, p in zip(rows, places, strict=True) if p and _room_key(r) == k),
        None,
    )
    for row, place in zip(rows, places, strict=True):
        _meeting(builder, Fields(row, "[]", left), place or (house if is_room(_where(row)) else None))
    return records(builder.build(), unread=Fields({}, "", left).unread)


def _where(row: dict[str, Any]) -> str:
    value = row.get("Meeting Location") or row.get("EventLocation")
    return value if isinstance(value, str) else ""


def _room_key(row: dict[str, Any]) -> str | None:
    return fold_text(found[0]) if (found := re.search(r"[^\n-]*\bboard ?room\b", _where(row), re.IGNORECASE)) else None


def _place(row: dict[str, Any]) -> dict[str, Any] | None:
    place = address_in(_where(row))
    return place if place and place["name"] else None


def _meeting(builder: ClaimsBuilder, row: Fields, place: dict[str, Any] | None) -> None:
    where, about = row.text("Meeting Location", "EventLocation") or "", row.text("EventComment") or ""
    title = row.text("Name", "EventBodyName")
    if _TEST.search(where) or _TEST.search(title or ""):
        return
    status = row.text("EventAgendaStatusName") or ""
    cancelled = any(_CANCELLED.search(words) for words in (where, about, status))
    start = _start(text(row.pop("Meeting Date", "EventDate")), row.text("Meeting Time", "EventTime"))
    calendar, details = row.sub("iCalendar"), row.sub("Meeting Details")
    address = link(details.pop("url")) or link(row.pop("EventInSiteURL"))
    found = _ID.search(link(calendar.pop("url")) or address or "")
    zone = zone_of("US", place["region"]) if place else None
    builder.performance(
        source_id=row.pop("EventId") or (found[1] if found else None),
        title=title,
        venue=_venue(builder, place, zone) if place else None,
        start_local=start,
        timezone=zone,
        status=status_of("cancelled" if cancelled else None),
        kind=PerformanceKind.OTHER,
        url=address,
    )
    row.ignore("Minutes", "Video", "Agenda", "eComment", "Meeting Details", "iCalendar", "EventGuid", "EventRowVersion", "EventBodyId",
               "EventLastModifiedUtc", "EventMinutesFile", "EventAgendaFile", "EventItems", "EventVideoPath", "EventMedia")  # fmt: skip  # one line
    row.rest()


def _venue(builder: ClaimsBuilder, place: dict[str, Any], zone: str | None) -> str | None:
    """The venue under its name without a remark in brackets: sources add and drop those at will."""
    bare = place["name"].partition(" (")[0]
    return builder.venue(key=f"{fold_text(bare)}:{place['postal_code'] or place['locality']}", timezone=zone, **place)


def _start(day: str | None, clock: str | None) -> str | None:
    """`12/13/2017` is month/day; an API date carries a midnight that is no time."""
    found = _US_DAY.match(day or "")
    iso = wall(f"{found[3]}-{found[1]}-{found[2]}") if found else (wall(day) or "")[:10]
    time = clock_in(clock or "")
    return f"{iso}T{time}" if iso and time else iso or None
