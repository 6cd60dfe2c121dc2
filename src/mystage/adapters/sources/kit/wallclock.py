"""Wall-clock times from the many ways in which sources write them. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_STAMP: Final = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:[.,]\d+)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)


@lru_cache(maxsize=512)
def zone_info(name: str | None) -> ZoneInfo | None:
    """The zone of an IANA name; None for what is none."""
    if not name or not re.fullmatch(r"[A-Za-z0-9_+/-]{2,64}", name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def wall_clock(value: object, zone: str | None = None) -> str | None:
    """A `WallClock` from an ISO stamp; None where there is no valid day.

    A stamp with an offset is turned to `zone` where that is known, else its own wall clock is kept. Seconds go.
    23:59 is the end of a day that nobody timed: the day alone is kept.
    """
    found = _STAMP.match(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        day = datetime.fromisoformat(found["day"])
        if found["hour"] is None:
            return found["day"]
        moment = day.replace(hour=int(found["hour"]), minute=int(found["minute"]))
        moment = _turned(moment, found["zone"], zone_info(zone))
    except (ValueError, OverflowError):
        return found["day"] if _is_day(found["day"]) else None
    if (moment.hour, moment.minute) == (23, 59):
        return moment.strftime("%Y-%m-%d") if moment.year >= 1000 else None
    return moment.isoformat(timespec="minutes")[:16]


def day_only(value: str | None) -> str | None:
    """The day of a `WallClock`."""
    return value[:10] if value else None


def day_if_midnight(value: str | None) -> str | None:
    """A `WallClock` whose midnight stands for "time unknown" as its day."""
    return value[:10] if value and value.endswith("T00:00") else value


def end_after(start: str | None, end: str | None) -> str | None:
    """`end` where it lies after `start`; None where it repeats it or comes before."""
    if not start or not end:
        return end
    width = min(len(start), len(end))
    return end if end[:width] > start[:width] else None


def _turned(moment: datetime, offset: str | None, zone: ZoneInfo | None) -> datetime:
    if offset is None or zone is None:
        return moment
    if offset == "Z":
        return moment.replace(tzinfo=UTC).astimezone(zone)
    sign = offset if ":" in offset else f"{offset[:3]}:{offset[3:]}"
    return datetime.fromisoformat(f"{moment.isoformat(timespec='minutes')}{sign}").astimezone(zone)


def _is_day(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
