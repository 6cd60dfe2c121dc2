"""Days and times of day as pages write them, resolved by the page's own clock: missing years, weekdays, "today".

The words of a language come from outside (`DayWords`); the rules are here. What is not certain is None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from mystage.domain.sources import fold_text

PAST: Final = timedelta(days=45)
FUTURE: Final = timedelta(days=300)
"""A day without a year lies at most this long before or after the day on which the page was fetched. Their sum is less
than a year, so that at most one year fits."""
_ISO: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)")
_SIGNS: Final = re.compile(r"(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_NUMERIC: Final = re.compile(
    r"(?<![\d.:/])(\d{1,2})\s?([./-])\s?(\d{1,2})(?:\s?\2\s?((?:19|20)\d\d|\d\d)(?!\d)|\.?(?![\d:]))"
)
_NUMBER: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|e|eme|o|a|te|ter|ten|de|re)?$")
_YEAR: Final = re.compile(r"(?:19|20)\d\d$")
_SHORT_YEAR: Final = re.compile(r"['’‘](\d\d)(?!\d)")
_EVERY: Final = frozenset(
    "every each weekly jeden jede chaque tous cada todos ogni tutti hver hvert elke iedere varje kazdy kazda every"
    " joka minden".split()
)


@dataclass(frozen=True, slots=True)
class DayWords:
    """Words of the page's languages, folded: months (1-12), weekdays (Monday 0), and days from today (`tomorrow`: 1)."""

    months: Mapping[str, int] = field(default_factory=dict)
    weekdays: Mapping[str, int] = field(default_factory=dict)
    relative: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageClock:
    """When and where a page speaks: the day on which it was fetched (at its place), its words, the order of its numbers.

    `order` None: unknown; `4/5` is then no date, `14/5` is.
    """

    today: date
    words: DayWords = field(default_factory=DayWords)
    order: Literal["DMY", "MDY"] | None = None


@dataclass(slots=True)
class _Said:
    """What a text says of one day or of a stretch of days."""

    days: list[tuple[int, int | None, int | None]] = field(default_factory=list)
    """Day, month, year."""
    weekday: int | None = None
    month: int | None = None
    year: int | None = None


def day_of(quote: str, clock: PageClock, heading: str = "") -> date | None:
    """The (first) day that a text names, or None where that is not certain. `heading` gives what the text lacks."""
    found = days_of(quote, clock, heading)
    return found[0] if found else None


def days_of(quote: str, clock: PageClock, heading: str = "") -> tuple[date, ...]:
    """First and, of a stretch such as `5-7 December`, last day that a text names; () where that is not certain."""
    said = _said(quote, clock)
    if not said.days:
        day = _relative(quote, said, clock)
        return (day,) if day else ()
    above = _said(heading, clock, bare=True) if heading else _Said()
    found: list[date] = []
    for number, month, year in (said.days[0], said.days[-1])[: len(said.days)]:
        month_ = month or said.month or above.month
        day = _calendar(number, month_, year or said.year or above.year, said.weekday if not found else None, clock)
        if day is None or (found and day < found[0]):
            break
        found.append(day)
    return tuple(dict.fromkeys(found))


def _calendar(number: int, month: int | None, year: int | None, weekday: int | None, clock: PageClock) -> date | None:
    """The calendar day. A year that is said decides; without one, the only year that fits weekday and clock."""
    if month is None:
        return None
    if year is not None:
        return _date(year, month, number)
    near = [d for n in (-1, 0, 1) if (d := _date(clock.today.year + n, month, number)) and _near(d, clock.today)]
    fitting = [d for d in near if weekday is None or d.weekday() == weekday]
    return fitting[0] if len(fitting) == 1 else None


def _near(day: date, today: date) -> bool:
    return -PAST <= day - today <= FUTURE


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _said(text: str, clock: PageClock, *, bare: bool = False) -> _Said:
    """Take a text apart. `bare`: a month or year without a day counts too (a heading)."""
    said = _Said()
    short = _SHORT_YEAR.search(text)
    if short:
        said.year = 2000 + int(short[1])
        text = text.replace(short[0], " ")
    said.days = [(int(d), int(m), int(y)) for y, m, d in _ISO.findall(text)]
    said.days = said.days or [(int(d), int(m), None) for m, d in _SIGNS.findall(text)]
    if said.days:
        return said
    for found in _NUMERIC.finditer(text):
        pair = _ordered(int(found[1]), int(found[3]), clock)
        if pair is not None and not (found[2] == "-" and found[4] is None):
            year = int(found[4]) if found[4] else None
            said.days.append((*pair, year + 2000 if year is not None and year < 100 else year))
    _words(fold_text(_NUMERIC.sub(" ", text) if said.days else text).split()[:40], said, clock.words, bare=bare)
    return said


def _ordered(first: int, second: int, clock: PageClock) -> tuple[int, int] | None:
    """Day and month of two numbers."""
    if first > 12 or second > 12:
        day, month = (first, second) if first > 12 else (second, first)
        return (day, month) if month <= 12 else None
    if first == second or clock.order == "DMY":
        return first, second
    return (second, first) if clock.order == "MDY" else None


def _words(tokens: list[str], said: _Said, words: DayWords, *, bare: bool) -> None:
    months = [t for t in tokens if t in words.months and t not in words.weekdays]
    numeric = bool(said.days)
    open_: list[int] = []
    last: int | None = None
    for token in tokens:
        number = _NUMBER.match(token)
        if _YEAR.match(token):
            said.year = said.year or int(token)
        elif token in words.weekdays and (months or token not in words.months or numeric):
            said.weekday = words.weekdays[token] if said.weekday is None else said.weekday
        elif token in words.months and not numeric:
            last = words.months[token]
            said.days.extend((day, last, None) for day in open_)
            said.month = said.month or last
            last, open_ = (None if open_ else last), []
        elif number and 1 <= int(number[1]) <= 31 and not numeric:
            if last is not None:
                said.days.append((int(number[1]), last, None))
            else:
                open_.append(int(number[1]))
    if not said.days and not bare and len(open_) in (1, 2) and said.month is None:
        said.days.extend((day, None, None) for day in open_)  # the heading has the month


def _relative(quote: str, said: _Said, clock: PageClock) -> date | None:
    """`tomorrow`, `Saturday`: counted from the clock; `every Saturday` is no day, `next Friday` not a certain one."""
    folded = fold_text(quote)
    tokens = folded.split()
    for phrase, days in clock.words.relative.items():
        if folded == phrase or (phrase in tokens and len(tokens) <= 6):
            return clock.today + timedelta(days=days)
    if said.weekday is None or said.month is not None or not set(tokens) <= set(clock.words.weekdays) | {"this", "on"}:
        return None
    if _EVERY & set(tokens):
        return None
    return clock.today + timedelta(days=(said.weekday - clock.today.weekday()) % 7)


def recurring(before: str) -> bool:
    """Whether the words before a weekday make it a habit (`every Friday`)."""
    return bool(_EVERY & set(fold_text(before).split()[-2:]))


_TWELVE: Final = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.h](\d\d))?\s*([ap])\.?\s?m\b", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(?<![\d:.])([01]?\d|2[0-3])\s?[:.h時시]\s?([0-5]\d)(?![\d.])", re.IGNORECASE)
_HOUR: Final = re.compile(
    r"(?<![\d:.])([01]?\d|2[0-3])\s?(?:uhr|h|hs|hrs|heures?|horas?|godz|時|시)(?![a-z0-9])"
    r"|(?:\bkl\.?|\bum|\bore|\bgodz\.?|\bklo|\bà|\ba las|\balle)\s?([01]?\d|2[0-3])(?![\d:.])",
    re.IGNORECASE,
)


def clock_of(quote: str) -> str | None:
    """The first time of day in a text as `HH:MM`: `8pm`, `20:30`, `20.30 Uhr`, `20h30`, `kl. 20`; else None."""
    found = _TWELVE.search(quote)
    if found:
        hour, minute = int(found[1]), int(found[2] or 0)
        if not 1 <= hour <= 12 or minute > 59:
            return None
        return f"{hour % 12 + (12 if found[3].lower() == 'p' else 0):02}:{minute:02}"
    found = _CLOCK.search(quote)
    if found:
        return f"{int(found[1]):02}:{found[2]}"
    found = _HOUR.search(quote)
    return f"{int(found[1] or found[2]):02}:00" if found else None
