"""Values of any column: quantities in the notations of durations and prices, dates however short, texts as words."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from mystage.domain.resolution.naming import is_unspaced
from mystage.domain.resolution.normalise import fold, words_of

NOTHING = frozenset(
    "- -- . ? na n/a nan nil none null unk unk. unknown uknown [unknown] (unknown) undefined missing tbd tba".split()
)
"""Values that say that nothing is known."""
_CACHE = 1 << 16
_APOSTROPHES = re.compile("['`\u00b4\u2018\u2019\u02bc\u2032]")
_CLOCK = re.compile(r"(?<![\d:.])(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?![\d:])")
_UNITS = re.compile(
    r"^\s*(?:(\d+(?:\.\d+)?)\s*h(?:ours?|rs?)?\.?)?\s*(?:(\d+(?:\.\d+)?)\s*m(?:in(?:ute)?s?)?\.?)?"
    r"\s*(?:(\d+(?:\.\d+)?)\s*s(?:ec(?:ond)?s?)?\.?)?\s*$"
)
_NUMBER = re.compile(
    r"^[^\w+-]{0,3}\s*([+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d*[.,]?\d+(?:e[+-]?\d+)?)\s*[^\d\s]{0,12}$"
)
_PRICE = re.compile(r"(?<!\w)[$\u20ac\u00a3]\s?(\d+(?:\.\d+)?)(?![\d.])")
_MONTHS = {
    name: n
    for n, names in enumerate(
        "jan january januar|feb february februar|mar march maerz|apr april|may mai|jun june juni|jul july juli"
        "|aug august|sep sept september|oct october okt oktober|nov november|dec december dez dezember".split("|"),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)")
_DAY_MONTH = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]+({_MONTH})\.?[\s,'-]+(\d{{4}}|\d{{2}})(?!\d)")
_MONTH_DAY = re.compile(rf"\b({_MONTH})\.?\s+(?:(\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+)?(\d{{4}})(?!\d)")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})(?!\d)")
_YEAR = re.compile(r"^\D{0,2}(\d{4}|\d{2})\D{0,1}$")


class Day(NamedTuple):
    """A date, as far as it is told. `century` is False where the year has two digits only."""

    year: int
    month: int = 0
    day: int = 0
    century: bool = True


def said(text: str) -> str:
    """The text without outer space; empty where it only says that nothing is known."""
    text = text.strip()
    return "" if len(text) < 12 and text.casefold() in NOTHING else text


@lru_cache(maxsize=_CACHE)
def duration(text: str) -> float | None:
    """Seconds of a clock or unit notation (`04:04`, `1:02:03`, `4m 4sec`); None for anything else."""
    folded = text.strip().casefold()
    if match := _CLOCK.fullmatch(folded):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return 3_600.0 * hours + 60.0 * minutes + seconds
    if folded and not folded[-1].isdigit() and (match := _UNITS.match(folded)) and any(match.groups()):
        hours_, minutes_, seconds_ = (float(part or 0) for part in match.groups())
        return 3_600.0 * hours_ + 60.0 * minutes_ + seconds_
    return None


@lru_cache(maxsize=_CACHE)
def number(text: str) -> float | None:
    """The one number of a value (`$ 1.29`, `1,250`, `12 km`, `4.067`), or None."""
    match = _NUMBER.match(text.strip().casefold())
    if match is None:
        return None
    digits = match[1]
    if re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    value = float(digits.replace(",", "."))
    return value if math.isfinite(value) else None


@lru_cache(maxsize=_CACHE)
def day_of(text: str) -> Day | None:
    """The date that a value is (`2001`, `'96`, `May 18 , 2015`, `18-May-15`, `2015-05-18`), or None."""
    folded = " ".join(fold(text).split())
    found = days_in(folded)
    if found:
        return found[0]
    match = _YEAR.match(folded.replace(" ", ""))
    if match is None:
        return None
    return Day(int(match[1]), century=len(match[1]) == 4)


def days_in(folded: str) -> list[Day]:
    """The dates within folded text, those with at least a month."""
    if not any(c.isdigit() for c in folded):
        return []
    found = [Day(int(m[1]), int(m[2]), int(m[3] or 0)) for m in _ISO.finditer(folded)]
    found += [Day(int(m[3]), _MONTHS[m[2]], int(m[1]), len(m[3]) == 4) for m in _DAY_MONTH.finditer(folded)]
    found += [Day(int(m[3]), _MONTHS[m[1]], int(m[2] or 0)) for m in _MONTH_DAY.finditer(folded)]
    for match in _SLASHED.finditer(folded):
        first, second, year = int(match[1]), int(match[2]), match[3]
        month, day = (second, first) if first > 12 else (first, second)
        found.append(Day(int(year), month, day, len(year) == 4))
    return [day for day in found if day.month <= 12 and day.day <= 31]


def durations_in(text: str) -> list[float]:
    """Seconds of the clock notations within a text."""
    if ":" not in text:
        return []
    return [3_600.0 * int(h or 0) + 60.0 * int(m) + int(s) for h, m, s in _CLOCK.findall(text)]


def prices_in(text: str) -> list[float]:
    """The amounts with a currency sign before them within a text."""
    return [float(amount) for amount in _PRICE.findall(text)]


@lru_cache(maxsize=_CACHE)
def words(text: str) -> tuple[str, ...]:
    """The words of a text: folded, numbers without leading zeros, unspaced scripts as pairs of letters."""
    found: list[str] = []
    for word in words_of(_APOSTROPHES.sub("", fold(text))):
        if word.isdigit() and word.isascii():
            found.append(word.lstrip("0") or "0")
        elif len(word) > 2 and is_unspaced(word):
            found += [word[i : i + 2] for i in range(len(word) - 1)]
        else:
            found.append(word)
    return tuple(found)
