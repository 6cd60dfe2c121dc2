"""Days and times of two shows, in wall-clock time at the venue, so that zones and their changes play no part."""

from __future__ import annotations

from dataclasses import dataclass

from mystage.domain.resolution.additive import MISSING
from mystage.domain.values import wall_day, wall_minutes

TOLERANCE = 90
"""Minutes between two times of one show: doors against start, a support act against the main one."""
NIGHT_ENDS = 5 * 60
"""A start before this (minutes after midnight) may be told as of the evening before."""
NIGHT_STARTS = 22 * 60 + 30
DAY = 24 * 60
_LONGEST_SPAN = 16
"""Days beyond which an end is taken for an error or a season, and left out."""


@dataclass(frozen=True, slots=True)
class When:
    """When a show is; None where it is not told. Days are proleptic ordinals, minutes count from day 0."""

    day: int | None = None
    last: int | None = None
    """The last day of several; `day` for one."""
    start: int | None = None
    doors: int | None = None
    shifted: bool = False
    """Told in UTC: the wall clock may show another hour, and near midnight another day."""


UNKNOWN = When()


def when(start: str, doors: str = "", end: str = "", *, shifted: bool = False) -> When:
    """From `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM` each; empty for what is not told.

    A start late in the evening that ends in the morning is of one day; an end before the start is left out.
    """
    if not start:
        return UNKNOWN
    day = wall_day(start).toordinal()
    begins = _minutes(start)
    last = wall_day(end).toordinal() if end else day
    if not day < last <= day + _LONGEST_SPAN or (last == day + 1 and begins is not None and _by_noon(end)):
        last = day
    return When(day, last, begins, _minutes(doors) if doors else None, shifted)


def _by_noon(end: str) -> bool:
    """Whether a show that began the day before ends in the morning, or on a day without a time."""
    until = _minutes(end)
    return until is None or until % DAY < DAY // 2


def _minutes(text: str) -> int | None:
    minutes = wall_minutes(text)
    return None if minutes is None else wall_day(text).toordinal() * DAY + minutes


def gap(a: When, b: When) -> int | None:
    """Minutes between the starts of two timed shows, taking doors for a start where that is nearer."""
    if a.start is None or b.start is None:
        return None
    nearest = abs(a.start - b.start)
    if a.doors is not None:
        nearest = min(nearest, abs(a.doors - b.start))
    if b.doors is not None:
        nearest = min(nearest, abs(a.start - b.doors))
        if a.doors is not None:
            nearest = min(nearest, abs(a.doors - b.doors))
    return nearest


SAME_DAY, ACROSS_MIDNIGHT, SPANS_MEET, DAY_IN_UTC, IN_SPAN = 100, 85, 75, 68, 60
_DAYS_APART = ((1, 20), (3, 15), (6, 10), (10_000_000, 0))
DAY_LEVELS = (0, 10, 15, 20, IN_SPAN, DAY_IN_UTC, SPANS_MEET, ACROSS_MIDNIGHT, SAME_DAY)


def day_level(a: When, b: When, minutes: int | None) -> int:
    """How far the days are one: a class of `DAY_LEVELS`."""
    if a.day is None or b.day is None or a.last is None or b.last is None:
        return MISSING
    if a.day == b.day:
        return SPANS_MEET if (a.last > a.day) != (b.last > b.day) else SAME_DAY
    if (minutes is not None and minutes <= TOLERANCE) or _night(a, b) or _night(b, a) or _other_zone(a, b, minutes):
        return ACROSS_MIDNIGHT
    if abs(a.day - b.day) == 1 and ((a.shifted and b.start is None) or (b.shifted and a.start is None)):
        return DAY_IN_UTC
    if a.day <= b.last and b.day <= a.last:
        return SPANS_MEET if a.last > a.day and b.last > b.day else IN_SPAN
    apart = abs(a.day - b.day)
    return next(level for most, level in _DAYS_APART if apart <= most)


def _night(late: When, other: When) -> bool:
    """Whether `late` begins after the midnight that ends the day of `other`, which tells no time."""
    if late.start is None or late.day is None or other.day is None or other.start is not None:
        return False
    return late.day - other.day == 1 and late.start - late.day * DAY < NIGHT_ENDS


def _other_zone(a: When, b: When, minutes: int | None) -> bool:
    return minutes is not None and in_other_zone(a, b, minutes)


def in_other_zone(a: When, b: When, minutes: int) -> bool:
    """Whether the gap may be an offset from UTC (a multiple of 15 minutes up to 14 hours), and one tells UTC."""
    return a.shifted != b.shifted and minutes % 15 == 0 and minutes <= 14 * 60


ZONE = 50
_GAPS = ((5, 100), (15, 90), (30, 80), (60, 70), (TOLERANCE, 60), (180, 40), (300, 20), (720, 10))
START_LEVELS = (0, *sorted({level for _, level in _GAPS} | {ZONE}))


def start_level(a: When, b: When, minutes: int | None) -> int:
    """How near the starts are: a class of `START_LEVELS`."""
    if minutes is None:
        return MISSING
    if minutes > TOLERANCE and in_other_zone(a, b, minutes):
        return ZONE
    return next((level for most, level in _GAPS if minutes <= most), 0)
