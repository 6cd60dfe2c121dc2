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


@dataclass(frozen=True, slots=True)
class ClockText:
    """A time of day (HH:MM), or a span of it, and where it stands in the text."""

    first: str
    last: str | None
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
_TWELVE: Final = re.compile(
    r"(?<![\d:.,$€£/-])(?P<h1>\d{1,2})(?:[:.](?P<m1>[0-5]\d))?\s?(?P<p1>a\.?\s?m\b\.?|p\.?\s?m\b\.?|[ap](?=\s?(?:-|\u2013|to\b)))?"
    r"(?:\s?(?:-|\u2013|\u2014|to|until|till|al?)\s?(?P<h2>\d{1,2})(?:[:.](?P<m2>[0-5]\d))?\s?(?P<p2>a\.?\s?m\b\.?|p\.?\s?m\b\.?))?",
    re.IGNORECASE,
)
_TWENTYFOUR: Final = re.compile(
    r"(?<![\d:.,$€£/-])(?P<h1>[01]?\d|2[0-4])(?:[:.]|\s?[hH]\s?)(?P<m1>[0-5]\d)(?!\d|[.,]\d|\s?%)\s?(?:uhr|hrs?\.?|h\b\.?)?"
    r"(?:\s?(?:-|\u2013|\u2014|to|until|till|al?|bis|do|til|tot|\u00e0|às|hasta(?: las)?)\s?(?P<h2>[01]?\d|2[0-4])(?:[:.]|\s?[hH]\s?)(?P<m2>[0-5]\d)(?!\d)\s?(?:uhr|hrs?\.?|h\b\.?)?)?",
    re.IGNORECASE,
)
_WEEKDAY_BEFORE: Final = re.compile(r"\b([^\W\d_]{2,12})[.,)]{0,2}\s{0,2}\Z")
_ALONE: Final = re.compile(r"(?:(?<=\s\s)|^)\s?([^\W\d_]{2,12})[.,:]{0,2}(?=\s\s|\s?$)")
_ORDINAL: Final = re.compile(r"(?:st|nd|rd|th|er|\.)(?!\w)", re.IGNORECASE)
_HOUR: Final = re.compile(
    r"(?<![\d:.,$€£/-])(?P<h1>[01]?\d|2[0-4])(?:\s?(?:-|\u2013|bis|a|à)\s?(?P<h2>[01]?\d|2[0-4]))?\s?(?:uhr|hrs\b|h\b(?!\w)|o'clock|óra|godz)"
    r"|\b(?:kl\.?|klo|um|ab|godz\.?|ore|alle|a las|à)\s(?P<h3>[01]?\d|2[0-4])(?![\d/]|\.\s?\d{1,2}\.)",
    re.IGNORECASE,
)
_NOON: Final = re.compile(r"(?:\b12\s?)?\b(?P<w>noon|midday|mediod[ií]a|midnight)\b", re.IGNORECASE)
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
    blank = _blanked(line, [m.span() for m in _PHONE.finditer(line)])
    days, blank = _numeric(blank, words, day_first=day_first)
    masked = _blanked(blank, [m.span() for m in _MONEY.finditer(blank)])
    clocks = _clocks(masked)
    masked = _blanked(masked, [(c.start, c.end) for c in clocks])
    spoken, months = _spoken(masked, words)
    days = _joined(sorted([*days, *spoken], key=lambda d: d.start), line)
    rest = _blanked(line, [(c.start, c.end) for c in clocks] + [(d.start, d.end) for d in days])
    return Told(days, clocks, months, _without_weekdays(rest, words) if days or clocks else rest)


def _without_weekdays(text: str, words: Lexicon) -> str:
    """Blank days of the week that stand alone beside dates and clocks ("Wednesday       ")."""
    spans = [m.span() for m in _ALONE.finditer(text) if _folded(m[1]) in words.weekdays]
    return _blanked(text, spans)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


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
        text = _blanked(text, [(d.start, d.end) for d in found])
    for m in _NUMERIC.finditer(text):
        one = _ordered(int(m[1]), m[2], int(m[3]), m[4], day_first=day_first)
        if one:
            before = _WEEKDAY_BEFORE.search(text, max(0, m.start() - 14), m.start())
            named = words.weekdays.get(_folded(before[1])) if before else None
            start = before.start() if before and named is not None else m.start()
            found.append(DayText(one._replace(weekday=named), None, start, m.end()))
    return found, _blanked(text, [(d.start, d.end) for d in found])


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


def _clocks(text: str) -> list[ClockText]:
    found: list[ClockText] = []
    for m in _NOON.finditer(text):
        found.append(ClockText("00:00" if m["w"].lower() == "midnight" else "12:00", None, m.start(), m.end()))
    text = _blanked(text, [(c.start, c.end) for c in found])
    for m in _TWELVE.finditer(text):
        one = _of_halves(m)
        if one:
            found.append(one)
    text = _blanked(text, [(c.start, c.end) for c in found])
    for m in _TWENTYFOUR.finditer(text):
        hour, until = int(m["h1"]) % 24, int(m["h2"] or 0) % 24
        if m["h2"] and 8 <= hour <= 12 and until < 8:
            until += 12  # "12:00-2:00" is written on a clock of twelve hours
        last = f"{until:02d}:{m['m2']}" if m["h2"] else None
        found.append(ClockText(f"{hour:02d}:{m['m1']}", last, m.start(), m.end()))
    text = _blanked(text, [(c.start, c.end) for c in found])
    for m in _HOUR.finditer(text):
        last = f"{int(m['h2']) % 24:02d}:00" if m["h2"] else None
        found.append(ClockText(f"{int(m['h1'] or m['h3']) % 24:02d}:00", last, m.start(), m.end()))
    return sorted(found, key=lambda c: c.start)


def _of_halves(m: re.Match[str]) -> ClockText | None:
    """A clock of twelve hours; "7-9pm" takes the half of its end, unless it would begin after it ("11-1pm")."""
    if not m["p1"] and not m["p2"]:
        return None
    h1, h2 = int(m["h1"]), int(m["h2"] or 0)
    if not 1 <= h1 <= 12 or (m["h2"] and not 1 <= h2 <= 12):
        return None
    half2 = (m["p2"] or "")[:1].lower()
    half1 = (m["p1"] or "")[:1].lower() or half2
    if not m["p1"] and half2 == "p" and h1 % 12 > h2 % 12:
        half1 = "a"
    first = f"{h1 % 12 + (12 if half1 == 'p' else 0):02d}:{m['m1'] or '00'}"
    last = f"{h2 % 12 + (12 if half2 == 'p' else 0):02d}:{m['m2'] or '00'}" if m["h2"] else None
    return ClockText(first, last, m.start(), m.end())


class _Token(NamedTuple):
    kind: str
    value: int
    start: int
    end: int


@lru_cache(maxsize=8_192)
def _folded(word: str) -> str:
    return fold_text(word)


def _tokens(text: str, words: Lexicon) -> list[_Token]:
    """The tokens that count; what is silent in a date ("de", commas) is left out, anything else is "x"."""
    out: list[_Token] = []
    for m in _TOKEN.finditer(text):
        token = m.group()
        kind, value = "x", 0
        if token.isdigit():
            number = int(token[:6])
            if len(token) == 4 and 1950 <= number <= 2100:
                kind, value = "Y", number
            elif len(token) <= 2 and 1 <= number <= 31:
                kind, value = "N", number
        elif len(token) == 3 and token[0] in "'\u2019":
            kind, value = "Y", 2000 + int(token[1:])
        elif token[0] in "-\u2010\u2011\u2012\u2013\u2014\u2015~":
            kind = "-"
        elif token == "&":
            kind = "&"
        elif token == ",":
            kind = ","
        elif token in ".·|()/:":
            continue
        elif token[0] not in "'\u2019":
            kind, value = _word(_folded(token), words)
            if kind == "":
                continue
        out.append(_Token(kind, value, m.start(), m.end()))
    # a comma counts between numbers alone ("5, 6 & 7 March")
    near = [out[n - 1].kind if n else "" for n in range(len(out))]
    return [
        t._replace(kind="&") if t.kind == "," else t
        for n, t in enumerate(out)
        if t.kind != "," or (near[n] == "N" and n + 1 < len(out) and out[n + 1].kind == "N")
    ]


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
