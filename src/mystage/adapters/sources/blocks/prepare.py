"""Lines made ready: mojibake undone, dates that stand in several blocks joined, days of a month's grid dated. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mystage.adapters.sources.blocks.lines import Line, Piece
from mystage.adapters.sources.blocks.rows import Row
from mystage.adapters.sources.blocks.when import Calendar, tell
from mystage.adapters.sources.kit.datetext import Day, DayText, Told
from mystage.adapters.sources.kit.mojibake import repaired

_MOJIBAKE: Final = re.compile("[\u00c2\u00c3\u00e2]")
_STRAY: Final = re.compile("\u00c2(?=\\s|$)|\u00e2[\u0080-\u009f]{1,2}")
"""A no-break space, or a mark without width, of a page that was decoded twice."""
_PART: Final = 14
"""Characters of a line that may be a part of a date ("Sept.", "Wednesday")."""
_MOST_PARTS: Final = 4
_CELL: Final = re.compile(r"(\d{1,2})(?:\s|$)")
_FEWEST_CELLS: Final = 21


def repair(lines: Sequence[Line]) -> None:
    """Undo double decoding, where it is certain."""
    for line in lines:
        if _MOJIBAKE.search(line.text):
            line.text = _STRAY.sub(" ", repaired(line.text) or "")


def joined(lines: Sequence[Line], calendar: Calendar) -> list[Line]:
    """The lines, with runs of short ones that make one date together ("12", "Sep", "2031") as one line."""
    out: list[Line] = []
    at = 0
    while at < len(lines):
        size = _date_of_parts(lines, at, calendar)
        if size:
            first = lines[at]
            text = " ".join(line.text for line in lines[at : at + size])
            pieces = [Piece(text, 0, frozenset().union(*(p.words for p in first.pieces)))]
            out.append(Line(first.chain, first.path, first.words, first.heading, first.margin, first.tags, text, pieces,
                            [s for line in lines[at : at + size] for s in line.stamps], first.images, first.labels))  # fmt: skip  # one call
        else:
            out.append(lines[at])
        at += max(size, 1)
    return out


def _date_of_parts(lines: Sequence[Line], at: int, calendar: Calendar) -> int:
    """How many lines from here make one date that none of them is alone; 0 for none."""
    first = lines[at]
    if not first.text or len(first.text) > _PART:
        return 0
    for size in range(_MOST_PARTS, 1, -1):
        group = lines[at : at + size]
        if len(group) < size or any(
            not g.text or len(g.text) > _PART or len(g.chain) != len(first.chain) for g in group
        ):
            continue
        if any(g.chain[:-2] != first.chain[:-2] for g in group):
            continue
        text = " ".join(g.text for g in group)
        found = tell(text, calendar)
        if found is None or len(found.days) != 1 or found.rest.strip(" .,/|-"):
            continue
        alone = [tell(g.text, calendar) for g in group]
        if not any(a and a.days for a in alone):
            return size
    return 0


def date_grid(rows: Sequence[Row]) -> None:
    """Give the cells of a month's grid their days, where the month is written once above them."""
    months = [(n, m) for n, row in enumerate(rows) if row.told for m in row.told.months if len(row.line.text) <= 40]
    cells = [n for n, row in enumerate(rows) if row.line.tags[-1:] == ("td",) or "td" in row.line.tags[-3:]]
    if not months or len(cells) < _FEWEST_CELLS or len({m for _, m in months}) != 1:
        return
    month = months[0][1]
    numbered = [(n, int(m[1])) for n in cells if (m := _CELL.match(rows[n].line.text)) and 1 <= int(m[1]) <= 31]
    started, last = False, 0
    for n, day in numbered:
        if not started and day != 1:
            continue
        started = True
        if day < last:
            break  # the next month
        last = day
        row = rows[n]
        width = len(str(day))
        told = row.told
        if len(row.line.text) <= width or (told and told.days):
            continue
        rest = " " * width + (told.rest[width:] if told else row.line.text[width:])
        row.told = Told(
            [DayText(Day(month.month, day, month.year), None, 0, width)], told.clocks if told else [], [], rest
        )
