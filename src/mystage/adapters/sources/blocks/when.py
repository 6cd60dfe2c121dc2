"""When a record takes place: its days, clocks and doors, with the year that the page gives it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from mystage.adapters.sources.blocks import vocabulary as words
from mystage.adapters.sources.blocks.rows import Row
from mystage.adapters.sources.kit.clocktext import ClockText
from mystage.adapters.sources.kit.datetext import Day, Told, calendar_day, told
from mystage.adapters.sources.kit.lexicon import Lexicon
from mystage.adapters.sources.kit.moments import moment
from mystage.domain.sources import fold_text

_YEAR: Final = re.compile(r"(?<![\d-])(20[0-4]\d)(?![\d-])")
_NUMBERS: Final = re.compile(r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})(?:\2\d{2,4})?(?![\d/-])")
_HALVES: Final = re.compile(r"\d\s?[ap]\.?m\b", re.IGNORECASE)
_MONTH_DAY_ZONES: Final = re.compile(r",\s[A-Z]{2}\s\d{5}\b|\(\d{3}\)\s?\d{3}-\d{4}|\$\d")


@dataclass(frozen=True, slots=True)
class When:
    """Starts (several for a list of days), end and doors as ISO texts."""

    starts: tuple[str, ...]
    end: str | None = None
    doors: str | None = None

    @property
    def clocked(self) -> bool:
        """Whether the hour is known."""
        return bool(self.starts) and len(self.starts[0]) > 10


@dataclass(slots=True)
class Calendar:
    """What the page says of its dates: words, order of numbers, the day of capture, years of headings by line."""

    words: Lexicon
    day_first: bool | None
    near: date | None
    years: list[int | None]


def day_first(texts: Sequence[str], language: str) -> bool | None:
    """Whether "5/6/2031" is the fifth of June on this page: by its other dates, its language, its clocks and addresses."""
    firsts, seconds, halves = 0, 0, False
    for value in texts[:3_000]:
        halves = halves or bool(_HALVES.search(value) or _MONTH_DAY_ZONES.search(value))
        for m in _NUMBERS.finditer(value[:300]):
            firsts, seconds = max(firsts, min(int(m[1]), 31)), max(seconds, min(int(m[3]), 31))
    if (firsts > 12) != (seconds > 12):
        return firsts > 12
    if language and language != "en":
        return True
    return False if halves else None


def tell(line: str, calendar: Calendar) -> Told | None:
    """What a line tells of time; None where it has no number."""
    if not any(c.isdigit() for c in line):
        return None
    return told(line, calendar.words, day_first=calendar.day_first)


def years_of(rows: Sequence[Row], first: int | None) -> list[int | None]:
    """For each line the year of the heading that it stands under ("August 2031", "2031 Season")."""
    out: list[int | None] = []
    current = first
    for row in rows:
        line = row.line
        short = len(line.text) <= 60 and (
            line.heading or line.strong or line.tags[-1:] in (("caption",), ("th",), ("dt",))
        )
        if row.told and row.told.months and len(line.text) <= 40:
            current = row.told.months[-1].year
        elif short and (found := _YEAR.findall(line.text)):
            current = int(found[-1]) if len(set(found)) == 1 else current
        out.append(current)
    return out


def when(rows: Sequence[Row], at: Sequence[int], calendar: Calendar, anchor: int | None = None) -> When | None:
    """The time of a record whose lines stand at `at`; of the line `anchor` first, which need not be among them."""
    order = sorted(at, key=lambda n: n != anchor)
    if anchor is not None and anchor not in order:
        order.insert(0, anchor)
    stamped = _of_stamps([rows[n] for n in order])
    spoken = _of_words(rows, order, calendar)
    if stamped is None:
        return spoken
    if not stamped.clocked and spoken and spoken.clocked and spoken.starts[0][:10] == stamped.starts[0]:
        return When(spoken.starts[:1], spoken.end, spoken.doors)
    return stamped


def _of_stamps(rows: Sequence[Row]) -> When | None:
    """From machine-readable times: the first is the start, one that is named so (or the second) the end."""
    stamps = [(m, named) for row in rows for value, named in row.line.stamps if (m := moment(value))]
    starts = [m for m, named in stamps if not named & words.END]
    ends = [m for m, named in stamps if named & words.END]
    if not starts:
        return None
    start = starts[0]
    rest = [*ends, *(m for m in starts[1:] if m.local > start.local)]
    end = rest[0] if rest else None
    return When((_iso(start),), _iso(end) if end else None)


def _iso(value: object) -> str:
    found = value.text()  # type: ignore[attr-defined]  # a Moment
    return str(found)


def _of_words(rows: Sequence[Row], order: Sequence[int], calendar: Calendar) -> When | None:
    """From the words of the first line that gives a day."""
    for n in order:
        row = rows[n]
        if not row.told or not row.told.days:
            continue
        year = calendar.years[n]
        days = [(calendar_day(d.first, near=calendar.near, year=year), d.last) for d in row.told.days]
        firsts = [d for d, _ in days if d]
        if not firsts:
            continue
        runs = [days[0][1]] if days[0][1] else _runs(rows, order, calendar, firsts[0])
        last = _last(runs[0], firsts[0]) if runs and runs[0] else None
        alone = list(dict.fromkeys(firsts)) if len(row.line.text) < 120 and not last else firsts[:1]
        named_end = _closing(row) if len(row.told.days) == 2 and not last else None
        if named_end:
            alone, last = firsts[:1], firsts[-1] if len(firsts) > 1 else None
        clock, until, doors = _clock([rows[n] for n in sorted(order, key=lambda k: k != n)], n_days=len(alone))
        return _made(alone, last, clock, until, doors)
    return None


def _runs(rows: Sequence[Row], order: Sequence[int], calendar: Calendar, first: date) -> list[Day]:
    """Last days of runs that another line of the record gives for the same first day."""
    told_days = [(n, d) for n in order if (found := rows[n].told) for d in found.days if d.last]
    return [
        d.last
        for n, d in told_days
        if d.last and calendar_day(d.first, near=calendar.near, year=calendar.years[n] or first.year) == first
    ]


def _closing(row: Row) -> bool:
    """Whether the second date of a line is named as the end."""
    if row.told is None:
        return False
    between = row.line.text[row.told.days[0].end : row.told.days[1].start]
    return bool(frozenset(fold_text(between).split()) & words.END)


def _last(day: Day, first: date) -> date | None:
    """The last day of a run, which is never before its first."""
    found = calendar_day(day, year=first.year)
    if found is None:
        return None
    if found < first:
        try:
            found = found.replace(year=first.year + 1)
        except ValueError:
            return None
    return found if (found - first).days <= 400 else None


def _clock(rows: Sequence[Row], n_days: int) -> tuple[str | None, str | None, str | None]:
    """Start, end and doors from the clocks of a record: of the date's line, else of short lines."""
    del n_days
    doors: str | None = None
    for k, row in enumerate(rows):
        if row.told is None or not row.told.clocks or (k and len(row.line.text) > 120 and not row.told.days):
            continue
        plain: list[ClockText] = []
        for n, one in enumerate(row.told.clocks):
            before = frozenset(fold_text(row.line.text[max(0, one.start - 16) : one.start]).split()[-2:])
            alone = n + 1 == len(row.told.clocks)
            behind = (
                frozenset(fold_text(row.line.text[one.end : one.end + 10]).split()[:1]) if alone else frozenset[str]()
            )
            if before & words.DOORS or (behind & words.DOORS and not before & words.START):
                doors = doors or one.first
            else:
                plain.append(one)
        if plain and doors is None and row.line.labels & words.DOORS and not row.line.labels & words.START:
            doors, plain = plain[0].first, plain[1:]
        if plain:
            first = plain[0]
            named_last = next(
                (
                    p.first
                    for p in plain[1:]
                    if frozenset(fold_text(row.line.text[first.end : p.start]).split()) & words.END
                ),
                None,
            )
            return first.first, first.last or named_last, doors
    return None, None, doors


def _made(days: list[date], last: date | None, clock: str | None, until: str | None, doors: str | None) -> When:
    starts = tuple(f"{d.isoformat()}T{clock}" if clock else d.isoformat() for d in days)
    first = days[0]
    end = last.isoformat() if last else None
    if end is None and until and clock and len(days) == 1:
        end = f"{(first if until > clock else date.fromordinal(first.toordinal() + 1)).isoformat()}T{until}"
    if last and clock:
        # a run of days with an hour: its first day's start; the hour of the last end is not known
        end = last.isoformat() if not until else f"{last.isoformat()}T{until}"
    return When(starts, end, f"{first.isoformat()}T{doors}" if doors else None)
