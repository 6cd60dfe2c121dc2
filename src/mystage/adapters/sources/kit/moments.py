"""Times as sources write them -> wall clock at the venue.

A source's time is one of: a day; a day and a clock; the same with a UTC offset; an instant in UTC. The wall clock
stands as written unless the text is an instant of another zone (`Z`, or an offset that the venue never has).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser as dates

_ISO: Final = re.compile(
    r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d{1,9})?\s*(am|pm|AM|PM)?\s*(Z|z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{1,2})?)?"
)
_COMPACT: Final = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?\s*$")
_FAR: Final = timedelta(hours=2)
"""An offset that is off by less is daylight saving that the source forgot: the clock as written is right."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as the source wrote it. `offset` is None for a local time; `instant` for UTC written as `Z`."""

    local: datetime
    has_clock: bool
    offset: timedelta | None = None
    instant: bool = False

    @property
    def midnight(self) -> bool:
        """Whether the clock as written is 00:00, which many systems write for "no time"."""
        return self.has_clock and self.local.hour == 0 and self.local.minute == 0

    @property
    def last_minute(self) -> bool:
        """Whether the clock as written is 23:59, which many systems write for "end of the day"."""
        return self.has_clock and self.local.hour == 23 and self.local.minute == 59

    @property
    def last_second(self) -> bool:
        """Whether it is 23:59:59: nobody means that (23:59 alone may be meant)."""
        return self.last_minute and self.local.second == 59

    def as_day(self) -> Moment:
        """The day alone, as written."""
        return Moment(self.local, has_clock=False)

    def at(self, zone: str | None) -> datetime:
        """The wall clock at a place in `zone` (as written, where the zone is unknown)."""
        if self.offset is None or zone is None or not self.has_clock:
            return self.local
        there = zone_info(zone)
        if there is None:
            return self.local
        moved = self.local.replace(tzinfo=timezone(self.offset)).astimezone(there).replace(tzinfo=None)
        foreign = self.instant or (self.offset and abs(moved - self.local) >= _FAR)
        return moved if foreign else self.local

    def text(self, zone: str | None = None) -> str:
        """As a `WallClock`."""
        return self.at(zone).strftime("%Y-%m-%dT%H:%M") if self.has_clock else self.local.strftime("%Y-%m-%d")


@lru_cache(maxsize=512)
def zone_info(name: str) -> ZoneInfo | None:
    """The IANA zone of a name; None if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=4096)
def moment(value: str) -> Moment | None:
    """Read one time; None for what is no date, or is before 1950 or after 2200 (stand-ins such as 0001, 1900, 9999)."""
    value = value.strip()[:64]
    found = _ISO.match(value) or _COMPACT.match(value)
    try:
        read = _from_parts(found.groups()) if found else _from_words(value)
    except (ValueError, OverflowError):
        return None
    return read if read and 1950 <= read.local.year <= 2200 else None


def _from_parts(parts: tuple[str | None, ...]) -> Moment:
    year, month, day, hour, minute, second = (int(p) if p else 0 for p in parts[:6])
    half = (parts[6] or "").lower() if len(parts) > 7 else ""
    zone = parts[-1]
    if parts[3] is None:
        return Moment(datetime(year, month, day), has_clock=False)  # noqa: DTZ001  wall clock
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    extra = timedelta(days=1) if hour == 24 else timedelta()
    local = datetime(year, month, day, hour % 24, minute, min(second, 59)) + extra  # noqa: DTZ001  wall clock
    return Moment(local, has_clock=True, offset=_offset(zone), instant=zone in {"Z", "z", "UTC"})


def _offset(zone: str | None) -> timedelta | None:
    if not zone:
        return None
    if zone in {"Z", "z", "UTC"}:
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0") if len(zone) > 3 else f"{zone[1:]:0>2}00"
    found = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    if found > timedelta(hours=15):
        msg = "no offset on Earth"
        raise ValueError(msg)
    return -found if zone[0] == "-" else found


_MONTH: Final = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE)
_TWO_DEFAULTS: Final = (datetime(1904, 1, 1), datetime(1908, 2, 2))  # noqa: DTZ001  only to see what was left out


def _from_words(value: str) -> Moment | None:
    """Read "March 5, 2019 6:30 pm" and the like: only with a month in words and a year (03/04/2019 is anybody's guess)."""
    if not _MONTH.search(value) or not re.search(r"\b\d{4}\b", value):
        return None
    try:
        one, two = (dates.parse(value, default=default, ignoretz=True) for default in _TWO_DEFAULTS)
    except (ValueError, OverflowError, TypeError, AttributeError, dates.UnknownTimezoneWarning):
        return None
    if one != two:
        return None
    return Moment(one, has_clock=bool(re.search(r"\d:\d\d|\d\s*[ap]\.?m", value, re.IGNORECASE)))


@dataclass(frozen=True, slots=True)
class Span:
    """Start and end of an event as `WallClock`s; `days` counts the calendar days it touches."""

    start: str | None
    end: str | None
    days: int = 1


def span(start: Moment | None, end: Moment | None, zone: str | None) -> Span:
    """Start and end without the stand-ins: 00:00 with no real end is a day, 23:59 is no end, nor is the start itself."""
    if start is None:
        return Span(None, None)
    if start.midnight and (end is None or end.midnight or end.last_minute or not end.has_clock):
        start = start.as_day()
        end = end.as_day() if end else None
    first = start.text(zone)
    if end is None:
        return Span(first, None)
    if end.last_second or (end.midnight and not start.has_clock):
        end = end.as_day()
    last = end.text(zone)
    if last[:10] <= first[:10] and len(last) == 10:
        return Span(first, None)
    if last <= first:
        return Span(first, None)
    days = (date.fromisoformat(last[:10]) - date.fromisoformat(first[:10])).days + 1
    if days > 731:
        return Span(first, None)
    if days == 2 and len(last) > 10 and last[11:] < "12:00":
        days = 1  # a night that ends in the morning
    return Span(first, last, days)


def from_epoch(value: float) -> Moment | None:
    """Seconds or milliseconds since 1970 as an instant."""
    seconds = value / 1000 if abs(value) > 1e11 else value
    try:
        found = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Moment(found.replace(tzinfo=None), has_clock=True, offset=timedelta(), instant=True)
