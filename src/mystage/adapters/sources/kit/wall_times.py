"""Wall-clock times out of what ticketing APIs write: ISO texts, UTC instants, epochs, hours and days in words. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from mystage.adapters.sources.kit.building import number

_ISO = re.compile(
    r"(?P<day>\d{4}-\d{1,2}-\d{1,2})"
    r"(?:[T ]+(?P<clock>\d{1,2}:\d{2})(?P<sec>:\d{2})?(?:[.,]\d{1,9})?)?"
    r"\s*(?P<mark>Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_HOUR = re.compile(r"(?<!\d)(\d{1,2})(?:[:.h](\d{2}))?\s*(a\.?\s?m\.?|p\.?\s?m\.?)(?![a-z])", re.IGNORECASE)
_HOUR_24 = re.compile(r"(?<![\d:.])([01]?\d|2[0-3])[:h.]([0-5]\d)(?![\d.])", re.IGNORECASE)
_PLACEHOLDERS = ("23:59",)
_YEARS = (1950, 2100)


def known_zone(name: object) -> str | None:
    """`name` if it is an IANA zone; None for anything else ("GMT+2", "", "Mountain Time", a number)."""
    return _zone(name) if isinstance(name, str) else None


@lru_cache(maxsize=2048)
def _zone(name: str) -> str | None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}", name):
        return None
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
    return name


def _day(value: str) -> str | None:
    try:
        year, month, day = (int(part) for part in value.split("-"))
        return date(year, month, day).isoformat() if _YEARS[0] <= year <= _YEARS[1] else None
    except ValueError:
        return None


def _clock(value: str | None) -> str | None:
    if not value:
        return None
    hour, minute = (int(part) for part in value.split(":"))
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def wall(value: object) -> str | None:
    """The wall clock that an ISO text shows: its fields as written, whatever offset or "Z" it carries.

    For sources whose local fields are right and whose marks are wrong or missing. Date alone stays a date.
    """
    found = _ISO.match(value.strip()) if isinstance(value, str) else None
    day = _day(found["day"]) if found else None
    if found is None or day is None:
        return None
    clock = _clock(found["clock"])
    return day if clock is None or clock in _PLACEHOLDERS else f"{day}T{clock}"


def joined(day: object, clock: object) -> str | None:
    """`day` with `clock` ("19:30", "19:30:00", "7:30 PM"); the day alone where there is no clock."""
    start = wall(day)
    time = clock_in(clock) if isinstance(clock, str) else None
    return f"{start[:10]}T{time}" if start and time else start and start[:10]


def from_utc(value: object, zone: str | None) -> str | None:
    """The wall clock in `zone` of an ISO text that is UTC or carries an offset; without a zone, of UTC itself."""
    found = _ISO.match(value.strip()) if isinstance(value, str) else None
    if found is None or not found["clock"]:
        return wall(value)
    mark = (found["mark"] or "Z").upper()
    text = f"{_day(found['day'])}T{_clock(found['clock'])}:00{'+00:00' if mark in ('Z', 'UTC') else mark}"
    try:
        return _shown(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        return None


def from_epoch(value: object, zone: str | None) -> str | None:
    """The wall clock in `zone` of epoch seconds or milliseconds, cut to the minute; 0 and nonsense are none."""
    seconds = number(value)
    if not seconds or seconds <= 0:
        return None
    if seconds > 1e11:  # seconds reach the year 5138 there; milliseconds passed it in 1973
        seconds /= 1000
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return _shown(moment, zone) if _YEARS[0] <= moment.year <= _YEARS[1] else None


def _shown(moment: datetime, zone: str | None) -> str:
    name = known_zone(zone)
    return moment.astimezone(ZoneInfo(name) if name else UTC).strftime("%Y-%m-%dT%H:%M")


def end_after(start: str | None, end: str | None) -> str | None:
    """`end` if it lies after `start`; an end that equals the start says nothing."""
    if not start or not end or end <= start or end == start[:10]:
        return None
    return end


def night_end(start: str | None, clock: str | None) -> str | None:
    """The end of a show that starts at `start` and ends at `clock`: on the next day where it passes midnight."""
    if not start or not clock or len(start) == 10:
        return None
    day = date.fromisoformat(start[:10])
    if clock <= start[11:]:
        day += timedelta(days=1)
    return f"{day.isoformat()}T{clock}"


def clock_in(value: str) -> str | None:
    """The first time of day in a text: "7:30 PM", "9:30 A.M.", "21:00 Hrs.", "20h30"; None without one."""
    found = _HOUR.search(value)
    if found:
        hour, minute = int(found[1]), int(found[2] or 0)
        if not 1 <= hour <= 12 or minute > 59:
            return None
        hour = hour % 12 + (12 if found[3].lower().startswith("p") else 0)
        return f"{hour:02d}:{minute:02d}"
    found = _HOUR_24.search(value)
    return f"{int(found[1]):02d}:{found[2]}" if found else None
