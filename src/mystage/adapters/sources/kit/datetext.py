"""Days and clocks in running text, in any language of the lexicon: "Del 10 al 12 de agosto, 20:30", "Sat Oct 4 @ 8pm". Pure.

A text becomes one letter a token (W day of the week, M month, N number that may be a day, Y year, - "to", & "and"), and
dates are patterns over those letters. Clocks, prices and phone numbers are cut out first, so that their numbers are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from mystage.adapters.sources.kit.clocktext import ClockText, blanked, clocks_in
from mystage.adapters.sources.kit.lexicon import Lexicon
from mystage.domain.sources import fold_text

LONGEST: Final = 2_000
"""Characters of a line in which dates are looked for."""


class Day(NamedTuple):
    """A day as a text gives it; `year` and `weekday` (Monday 0) where they are said."""

    month: int
    day: int
    year: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class DayText:
    """One date, or one run of days (`last`), and where it stands in the text."""

    first: Day
    last: Day | None
    start: int
    end: int


class MonthYear(NamedTuple):
    """A month of a year, as headings of calendars give it."""

    month: int
    year: int


_ISO: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)|(?<!\d)((?:19|20)\d\d)年\s?(\d{1,2})月\s?(\d{1,2})日"
)
_CJK: Final = re.compile(r"(?<!\d)(?:((?:19|20)\d\d)\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_NUMERIC: Final = re.compile(
    r"(?<![\d.,/$€£-])(\d{1,2})([./-])(\d{1,2})(?:\2((?:19|20)\d\d|\d\d))?\.?(?![\d/]|[.,-]\d)"
)
_WEEKDAY_BEFORE: Final = re.compile(r"\b([^\W\d_]{2,12})[.,)]{0,2}\s{0,2}\Z")
_ALONE: Final = re.compile(r"(?:(?<=\s\s)|^)\s?([^\W\d_]{2,12})[.,:]{0,2}(?=\s\s|\s?$)")
_ORDINAL: Final = re.compile(r"(?:st|nd|rd|th|er|\.)(?!\w)", re.IGNORECASE)
_MONEY: Final = re.compile(
    r"[$€£¥]\s?\d[\d.,]*(?:\s?(?:-|\u2013|to)\s?[$€£¥]?\s?\d[\d.,]*)?|\d[\d.,]*\s?(?:€|£|zł|kr\b|USD\b|EUR\b|MXN\b|CHF\b|Kč)",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(r"\+?\(?\d{2,4}\)?[ .-]\d{3}[ .-]\d{4}\b|\b\d{3}-\d{4}\b|\+\d[\d ().-]{8,}")
_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+|['\u2019]\d\d\b|[-\u2010-\u2015~&]|[^\w\s]")
_TO: Final = frozenset(
    ["to", "al", "a", "bis", "au", "until", "till", "through", "thru", "hasta", "do", "til", "tot", "to"]
)
_AND: Final = frozenset(["and", "y", "e", "und", "et", "og", "och", "en", "i", "ja"])
_SILENT: Final = frozenset(
    [
        "de",
        "del",
        "the",
        "of",
        "le",
        "den",
        "dem",
        "der",
        "am",
        "du",
        "el",
        "la",
        "st",
        "nd",
        "rd",
        "th",
        "er",
        "re",
        "o",
        "d",
        "from",
        "on",
        "von",
        "vom",
        "r",
    ]
)
_DAY_FIRST: Final = re.compile(r"(?P<days>W?N(?:[-&]W?N)*)W?M(?P<y>Y?)")
_YEAR_FIRST: Final = re.compile(r"(?P<y>Y)M(?P<days>N)W?")
_MONTH_FIRST: Final = re.compile(r"(?P<w>W?)M(?P<days>N(?:[-&]W?N)*)W?(?P<y>Y?)")
_MONTH_YEAR: Final = re.compile(r"(?<![N&-])M(?P<y>Y)")


@dataclass(slots=True)
class Told:
    """All that a text tells of time."""

    days: list[DayText]
    clocks: list[ClockText]
    months: list[MonthYear]
    rest: str
    """The text with dates and clocks blanked out, of the same length."""


def told(text: str, words: Lexicon, *, day_first: bool | None = None) -> Told:
    """Days, clocks and months of a text.

    `day_first` says how "5/6/2031" is meant (None: it is left out unless one number is above 12 or dots part them).
    """
    line = text[:LONGEST]
    blank = blanked(line, [m.span() for m in _PHONE.finditer(line)])
    days, blank = _numeric(blank, words, day_first=day_first)
    masked = blanked(blank, [m.span() for m in _MONEY.finditer(blank)])
    clocks = clocks_in(masked)
    masked = blanked(masked, [(c.start, c.end) for c in clocks])
    spoken, months = _spoken(masked, words)
    days = _joined(sorted([*days, *spoken], key=lambda d: d.start), line)
    rest = blanked(line, [(c.start, c.end) for c in clocks] + [(d.start, d.end) for d in days])
    return Told(days, clocks, months, _without_weekdays(rest, words) if days or clocks else rest)


def _without_weekdays(text: str, words: Lexicon) -> str:
    """Blank days of the week that stand alone beside dates and clocks ("Wednesday       ")."""
    spans = [m.span() for m in _ALONE.finditer(text) if _is_weekday(_folded(m[1]), words)]
    return blanked(text, spans)


def _is_weekday(folded: str, words: Lexicon) -> bool:
    """Whether a word is a day of the week, or one that lost its first letter to a drop cap or a broken page."""
    return folded in words.weekdays or (len(folded) >= 5 and any(w[1:] == folded for w in words.weekdays))


def _numeric(text: str, words: Lexicon, *, day_first: bool | None) -> tuple[list[DayText], str]:
    """Dates in numbers alone."""
    found: list[DayText] = []
    for pattern in (_ISO, _CJK):
        for m in pattern.finditer(text):
            year, month, day = (
                int(g) if g else 0 for g in [g for g in m.groups() if g is not None or pattern is _CJK][:3]
            )
            if 1 <= month <= 12 and 1 <= day <= 31:
                found.append(DayText(Day(month, day, year or None), None, m.start(), m.end()))
        text = blanked(text, [(d.start, d.end) for d in found])
    for m in _NUMERIC.finditer(text):
        one = _ordered(int(m[1]), m[2], int(m[3]), m[4], day_first=day_first)
        if one:
            before = _WEEKDAY_BEFORE.search(text, max(0, m.start() - 14), m.start())
            named = words.weekdays.get(_folded(before[1])) if before else None
            start = before.start() if before and named is not None else m.start()
            found.append(DayText(one._replace(weekday=named), None, start, m.end()))
    return found, blanked(text, [(d.start, d.end) for d in found])


def _ordered(a: int, mark: str, b: int, year: str | None, *, day_first: bool | None) -> Day | None:
    """The day that "a/b/year" means; None where it may be two, or no date at all."""
    if year is None and mark != "/" and not (mark == "." and day_first):
        return None
    first = True if a > 12 or (mark == "." and year) else False if b > 12 else day_first
    if first is None:
        return None
    day, month = (a, b) if first else (b, a)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Day(month, day, int(year) + (2000 if len(year) == 2 else 0) if year else None)


class _Token(NamedTuple):
    kind: str
    value: int
    start: int
    end: int


@lru_cache(maxsize=8_192)
def _folded(word: str) -> str:
    return fold_text(word)


def _tokens(text: str, words: Lexicon) -> list[_Token]:
    """The tokens that count; what is silent in a date ("de", full stops) is left out, anything else is "x"."""
    out: list[_Token] = []
    for m in _TOKEN.finditer(text):
        kind, value = _kind(m.group(), words)
        if kind:
            out.append(_Token(kind, value, m.start(), m.end()))
    # a comma counts between numbers alone ("5, 6 & 7 March")
    kinds = ["", *(t.kind for t in out), ""]
    return [
        t._replace(kind="&") if t.kind == "," else t
        for n, t in enumerate(out, start=1)
        if t.kind != "," or (kinds[n - 1] == "N" and kinds[n + 1] == "N")
    ]


_MARKS: Final = {
    "&": "&",
    ",": ",",
    **dict.fromkeys(".·|()/:", ""),
    **dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2015~", "-"),
}


def _kind(part: str, words: Lexicon) -> tuple[str, int]:
    """The letter and the value of a token; "" for one that is silent."""
    if part.isdecimal():
        number = int(part[:6])
        if len(part) == 4 and 1950 <= number <= 2100:
            return "Y", number
        return ("N", number) if len(part) <= 2 and 1 <= number <= 31 else ("x", 0)
    if part in _MARKS:
        return _MARKS[part], 0
    if part[0] in "'\u2019":
        return ("Y", 2000 + int(part[1:])) if len(part) == 3 else ("x", 0)
    return _word(_folded(part), words)


def _word(folded: str, words: Lexicon) -> tuple[str, int]:
    if folded in words.both:
        return "B", words.months[folded]
    if folded in words.months:
        return "M", words.months[folded]
    if folded in words.weekdays:
        return "W", words.weekdays[folded]
    if folded in _TO:
        return "-", 0
    if folded in _AND:
        return "&", 0
    return ("", 0) if folded in _SILENT else ("x", 0)


def _spoken(text: str, words: Lexicon) -> tuple[list[DayText], list[MonthYear]]:
    """Dates with a month in words."""
    tokens = _tokens(text, words)
    letters = "".join(t.kind for t in tokens)
    if "B" in letters:
        # "mar 12 marzo": a day of the week where a month follows, a month else
        letters = re.sub(r"B(?=N(?:[-&]N)*M)", "W", letters).replace("B", "M")
        tokens = [t._replace(kind=k, value=words.weekdays.get(_folded(text[t.start : t.end]), 0) if t.kind == "B" and k == "W" else t.value)
                  for t, k in zip(tokens, letters, strict=True)]  # fmt: skip  # one expression
    found: list[DayText] = []
    taken = [False] * len(letters)
    at = 0
    while at < len(letters):
        m = _YEAR_FIRST.match(letters, at) or _DAY_FIRST.match(letters, at) or _MONTH_FIRST.match(letters, at)
        if m is None:
            at += 1
            continue
        found.extend(_days_of(tokens[m.start() : m.end()], text))
        for n in range(m.start(), m.end()):
            taken[n] = True
        at = m.end()
    months = [
        MonthYear(tokens[m.start()].value, tokens[m.start() + 1].value)
        for m in _MONTH_YEAR.finditer(letters)
        if not taken[m.start()]
    ]
    return found, months


def _days_of(tokens: list[_Token], text: str) -> list[DayText]:
    """The days of one pattern: a day, a run of days ("5-7"), or several days ("5, 6 & 7")."""
    month = next(t.value for t in tokens if t.kind == "M")
    year = next((t.value for t in tokens if t.kind == "Y"), None)
    days: list[tuple[Day, str]] = []
    weekday, link = None, ""
    for token in tokens:
        if token.kind == "W":
            weekday = token.value
        elif token.kind in "-&":
            link = token.kind
        elif token.kind == "N":
            days.append((Day(month, token.value, year, weekday), link))
            weekday, link = None, ""
    if weekday is not None and len(days) == 1 and days[0][0].weekday is None:
        days = [(days[0][0]._replace(weekday=weekday), "")]
    start, end = tokens[0].start, tokens[-1].end
    if ordinal := _ORDINAL.match(text, end):
        end = ordinal.end()
    out: list[DayText] = []
    for day, how in days:
        if how == "-" and out and out[-1].last is None:
            out[-1] = DayText(out[-1].first, day, start, end)
        else:
            out.append(DayText(day, None, start, end))
    return out


def _joined(days: list[DayText], text: str) -> list[DayText]:
    """Two dates with "to" between them as one run."""
    out: list[DayText] = []
    for one in days:
        before = out[-1] if out else None
        between = text[before.end : one.start] if before else ""
        if before and before.last is None and one.last is None and one.start > before.end and _is_to(between):
            out[-1] = DayText(before.first, one.first, before.start, one.end)
        else:
            out.append(one)
    return out


def _is_to(between: str) -> bool:
    words = fold_text(between).split()
    dashed = bool(re.fullmatch(r"[\s,.]*[-\u2010-\u2015~]+[\s,.]*", between))
    return dashed or (0 < len(words) <= 2 and words[0] in _TO and all(w in _TO or w in _SILENT for w in words))


def calendar_day(day: Day, *, near: date | None = None, year: int | None = None) -> date | None:
    """The calendar day that is meant, or None where that is not certain.

    A year that is said decides; else `year` (of a heading around it), if a day of the week does not speak against it;
    else a day of the week decides among the years around `near` (the day of capture), and without one the day from
    two months before `near` to ten after it.
    """
    if day.year:
        return _calendar(day.year, day)
    if year is not None:
        options = [d for d in (_calendar(year + n, day) for n in (0, 1, -1)) if d]
        if day.weekday is None:
            return options[0] if options and options[0].year == year else None
        return next((d for d in options if d.weekday() == day.weekday), None)
    if near is None:
        return None
    options = [d for d in (_calendar(near.year + n, day) for n in (-1, 0, 1)) if d]
    if day.weekday is not None:
        fitting = [d for d in options if d.weekday() == day.weekday]
        return min(fitting, key=lambda d: abs(d - near)) if fitting else None
    ahead = [d for d in options if -timedelta(days=61) <= d - near <= timedelta(days=304)]
    return ahead[0] if ahead else None


def _calendar(year: int, day: Day) -> date | None:
    try:
        return date(year, day.month, day.day)
    except ValueError:
        return None
