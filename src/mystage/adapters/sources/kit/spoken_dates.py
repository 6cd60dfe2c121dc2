"""Days written in words in fields of APIs: "Wed, Oct 1", "Del Jue. 21 al Dom. 24 Mayo", in any language. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from mystage.adapters.sources.kit.datetext import Day as SpokenDay
from mystage.adapters.sources.kit.datetext import told
from mystage.adapters.sources.kit.lexicon import lexicon

_GERMAN: Final = re.compile(r"\s*(?:Mo|Di|Mi|Do|Fr|Sa|So)[.,]")
"""Days of the week so short that they are words of other languages; they count where they begin a text."""
__all__ = ["SpokenDay", "days_in", "resolve"]


def days_in(text: str) -> tuple[SpokenDay, ...]:
    """The days that a text names, in its order. "21 al 24 Mayo" are two days of one month."""
    found = told(text, lexicon("de" if _GERMAN.match(text) else "")).days
    years = {day.year for one in found for day in (one.first, one.last) if day and day.year}
    year = years.pop() if len(years) == 1 else None
    days = [day for one in found for day in (one.first, one.last) if day]
    return tuple(day if day.year else day._replace(year=year) for day in days)


def resolve(spoken: SpokenDay, seen: date | None, hint_year: int | None = None) -> date | None:
    """The calendar day meant, or None where that is not certain.

    A year in the text decides. Without one, a weekday decides among the years around `seen` (the day of capture) or
    `hint_year`. With neither, the date nearest to `seen` counts if it lies within half a year ahead or a month back.
    """
    if spoken.year:
        return _calendar(spoken.year, spoken)
    base = seen.year if seen else hint_year
    if base is None:
        return None
    options = [d for d in (_calendar(base + n, spoken) for n in (-1, 0, 1)) if d]
    if spoken.weekday is not None:
        options = [d for d in options if d.weekday() == spoken.weekday]
        return options[0] if len(options) == 1 else None
    if seen is None:
        return None
    near = [d for d in options if -timedelta(days=31) <= d - seen <= timedelta(days=300)]
    return near[0] if len(near) == 1 else None


def _calendar(year: int, spoken: SpokenDay) -> date | None:
    try:
        return date(year, spoken.month, spoken.day)
    except ValueError:
        return None
