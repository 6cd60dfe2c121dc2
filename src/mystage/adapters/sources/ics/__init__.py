"""Calendars: iCalendar (RFC 5545) and xCal (RFC 6321)."""

from __future__ import annotations

from typing import Final

from mystage.adapters.sources.ics.event import CalendarEvent, Feed, read_event
from mystage.adapters.sources.ics.text import Calendar, from_xcal, is_xcal, split
from mystage.adapters.sources.kit.building import ClaimsBuilder
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.titles import speaks_of_music
from mystage.domain.sources import Claims, Reading, ReadingErrorKind, failed, nothing, records

VERSION = 1
MAX_PERFORMANCES: Final = 20_000


def recognises(payload: Payload) -> float:
    """Recognise iCalendar by its first lines (a bare VEVENT too), xCal by its root."""
    head = payload.head[:2048]
    if b"BEGIN:VCALENDAR" in head.upper() or head.upper().startswith(b"BEGIN:VEVENT"):
        return 1.0
    return 0.98 if head.startswith(b"<") and is_xcal(head) else 0.0


def parse(payload: Payload) -> Reading:
    """Every dated event with a name; recurrence unfolded within bounds."""
    text = payload.text
    found = split(from_xcal(text) if text.lstrip()[:1] == "<" else text)
    builder = ClaimsBuilder()
    entries = unreadable = 0
    for calendar in found.calendars:
        feed = feed_of(calendar, payload)
        seen: set[str] = set()
        events = [read_event(lines) for lines in calendar.events]
        entries += sum(1 for e in events if e is not None)
        unreadable += sum(1 for e in events if e is not None and e.broken_start)
        overrides = _overrides(events)
        for event in events:
            if event is not None:
                event.emit(builder, feed, overrides, seen)
    claims = builder.build()
    if len(claims.performances) > MAX_PERFORMANCES:
        claims = Claims(
            venues=claims.venues, artists=claims.artists, performances=claims.performances[:MAX_PERFORMANCES]
        )
    if len(claims):
        return records(claims)
    if unreadable:
        return failed(ReadingErrorKind.MALFORMED, f"no event can be read: {unreadable} have a broken DTSTART")
    if found.cut_off and not entries:
        return failed(ReadingErrorKind.MALFORMED, "the calendar breaks off (no END) before any event with a date")
    return nothing("a calendar without events that have a name and a date")


def feed_of(calendar: Calendar, payload: Payload) -> Feed:
    """What the calendar says of all its events: its zone, its name and site, whether it is about music."""
    lines = [
        line for event in calendar.events[:500] for line in event if line.upper().startswith(("SUMMARY", "CATEGOR"))
    ]
    return Feed.of(
        calendar.properties, calendar.zones, music=speaks_of_music(" ".join(lines)),
        today=payload.fetched_at.date() if payload.fetched_at else None,
    )  # fmt: skip  # one call


def _overrides(events: list[CalendarEvent | None]) -> dict[str, set[str]]:
    """UID -> the dates of the series that entries of their own (RECURRENCE-ID) replace."""
    masters = {e.uid for e in events if e and e.uid and e.replaces is None}
    found: dict[str, set[str]] = {}
    for event in events:
        if event and event.uid in masters and event.replaces is not None:
            found.setdefault(event.uid, set()).add(event.replaces)
    return found
