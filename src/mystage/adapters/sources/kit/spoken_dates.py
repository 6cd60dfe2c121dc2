"""Days written in words, in English, Spanish, German and French: "Wed, Oct 1", "Del Jue. 21 al Dom. 24 Mayo". Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

from mystage.domain.sources import fold_text

_MONTHS: Final = (
    "january jan enero ene januar janner janvier janv",
    "february feb febrero februar feber fevrier fevr fev",
    "march mar marzo marz mars",
    "april apr abril abr avril avr",
    "may mayo mai",
    "june jun junio juni juin",
    "july jul julio juli juillet juil",
    "august aug agosto ago aout",
    "september sept sep septiembre setiembre septembre",
    "october oct octubre oktober okt octobre",
    "november nov noviembre novembre",
    "december dec diciembre dic dezember dez decembre",
)
_WEEKDAYS: Final = (
    "monday mon lunes lun montag mo lundi",
    "tuesday tue tues martes mar dienstag di mardi",
    "wednesday wed miercoles mie mittwoch mi mercredi mer",
    "thursday thu thur thurs jueves jue donnerstag do jeudi jeu",
    "friday fri viernes vie freitag fr vendredi ven",
    "saturday sat sabado sab samstag sa samedi sam",
    "sunday sun domingo dom sonntag so dimanche dim",
)
MONTHS: Final = {word: i + 1 for i, words in enumerate(_MONTHS) for word in words.split()}
WEEKDAYS: Final = {word: i for i, words in enumerate(_WEEKDAYS) for word in words.split()}
_FILLERS: Final = frozenset(
    [
        "de",
        "del",
        "el",
        "la",
        "the",
        "of",
        "le",
        "den",
        "dem",
        "am",
        "du",
        "au",
        "al",
        "a",
        "to",
        "und",
        "y",
        "and",
        "bis",
        "hasta",
        "from",
        "on",
    ]
)
_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?$")
_YEAR = re.compile(r"(19|20)\d\d$")


class SpokenDay(NamedTuple):
    """A day as words give it; `year` and `weekday` (Monday 0) where they are said."""

    month: int
    day: int
    year: int | None = None
    weekday: int | None = None


def days_in(text: str) -> tuple[SpokenDay, ...]:
    """The days that a text names, in its order. "21 al 24 Mayo" are two days of one month.

    A day needs a month by name beside its number ("19 de Agosto", "Oct 1"); times of day must be cut off before.
    """
    words = [w for w in fold_text(text).split() if w not in _FILLERS][:60]
    found: list[SpokenDay] = []
    open_days: list[tuple[int, int | None]] = []
    weekday: int | None = None
    month: int | None = None
    for word in words:
        number = _NUMBER.match(word)
        if _YEAR.match(word):
            found = [d if d.year else d._replace(year=int(word)) for d in found]
            month = None
        elif number and month is not None and 1 <= int(number[1]) <= 31:
            found.append(SpokenDay(month, int(number[1]), None, weekday))
            weekday = None
        elif number and 1 <= int(number[1]) <= 31:
            open_days.append((int(number[1]), weekday))
            weekday = None
        elif word in MONTHS and (open_days or word not in WEEKDAYS):
            found.extend(SpokenDay(MONTHS[word], day, None, named) for day, named in open_days)
            month = None if open_days else MONTHS[word]
            open_days = []
        elif word in WEEKDAYS:
            weekday, month = WEEKDAYS[word], None
        else:
            open_days, month = [], None
    return tuple(found)


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
