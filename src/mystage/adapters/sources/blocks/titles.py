"""Which text of a record is its title: headings and names first, linked and bold text next, never labels and prices. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mystage.adapters.sources.blocks import vocabulary as words
from mystage.adapters.sources.blocks.lines import Line
from mystage.adapters.sources.blocks.rows import LONG, PRICED, Row, tidy, wordy
from mystage.adapters.sources.blocks.sites import is_address, is_guests, is_town
from mystage.adapters.sources.kit.places import is_street
from mystage.adapters.sources.kit.us_addresses import is_room
from mystage.domain.sources import fold_text

LEAST: Final = -1.5
"""Weight from which a text may be a title."""
_ROOM: Final = re.compile(
    r"\b(?:\d(?:st|nd|rd|th)? floor|floor \d|boardroom|board room|conference room|suite \d|room \d|\d\. ?(?:etage|stock|piso))\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Candidate:
    """A text that may be the title, and how much speaks for it."""

    text: str
    weight: float
    row: Row
    href: str = ""


def candidates(rows: Sequence[Row]) -> list[Candidate]:
    """The texts of a record that may be its title, best first."""
    found: list[Candidate] = []
    for at, row in enumerate(rows):
        line = row.line
        rest = row.rest
        if line.margin or not wordy(rest) or len(rest) > LONG:
            continue
        weight = _weight(line, rest) - 0.02 * min(at, 20)
        if row.dated or (row.told and row.told.clocks):
            weight -= 0.8
        if not line.heading and at + 1 < len(rows) and is_street(rows[at + 1].line.text):
            weight -= 2.0  # the name above a street is that of the house
        href = next((p.href for p in line.pieces if p.href), "")
        found.append(Candidate(rest, weight, row, href))
        if len(line.pieces) > 1:
            found.extend(_of_pieces(row, weight))
    return sorted(found, key=lambda c: -c.weight)


def _weight(line: Line, rest: str) -> float:
    """How much speaks for a line as the title."""
    named = line.words | line.labels
    prose = not line.heading and len(line.text) > 60 and line.text.endswith((".", ":", "!"))
    located = is_street(rest) or is_address(rest) or is_room(rest) or bool(_ROOM.search(rest))
    housed = line.named(words.VENUE, words.ADDRESS, words.CITY, words.PRICE) and not line.labels & words.TITLE
    signs = (
        (bool(line.heading), 3.2 - 0.1 * line.heading),
        (bool(named & words.TITLE and not named & words.NOT_TITLE), 1.5),
        (bool(line.labels & words.TITLE), 1.0),
        (housed, -1.0 if line.heading else -2.5),
        (line.named(words.SUPPORT, words.NOT_TITLE) or is_guests(rest), -1.2),
        (line.named(words.DESCRIPTION) and not line.heading, -0.7),
        (line.strong, 0.8),
        (any(p.href for p in line.pieces), 0.7),
        (len(rest) > 90, -0.8),
        (prose, -1.5),
        (located or (not line.heading and is_town(rest)), -2.5),
        (bool(PRICED.search(line.text)) and len(rest) < 12, -2.0),
    )
    return sum(weight for holds, weight in signs if holds)


def _of_pieces(row: Row, base: float) -> Iterable[Candidate]:
    """Linked, bold or named parts of a line, without its dates."""
    left = row.untimed
    whole = sum(len(p.text) for p in row.line.pieces)
    for piece in row.line.pieces:
        inside = tidy(left[piece.start : piece.start + len(piece.text)])
        if not wordy(inside) or len(inside) > LONG:
            continue
        weight = (
            base
            + (0.9 if piece.href else 0.0)
            + (0.5 if piece.strong else 0.0)
            - (0.3 if len(piece.text) * 8 < whole else 0.0)
        )
        if not piece.href and not piece.strong and not piece.words:
            weight -= 0.4
        if piece.words & words.TITLE and not piece.words & words.NOT_TITLE:
            weight += 1.6
        if piece.words & (words.VENUE | words.CITY | words.PRICE | words.ADDRESS):
            weight -= 2.0
        if piece.words & words.TICKETS:
            weight -= 2.5
        yield Candidate(inside, weight, row, piece.href)


def whole(chosen: Candidate, rows: Sequence[Row]) -> str:
    """The title in full, where it is shown cut ("A very long na…") and stands whole in an image's text or a line."""
    title = chosen.text
    cut = re.match(r"(.{8,}?)\s*(?:\.\.\.|…)$", chosen.row.line.text)
    if cut:
        start = fold_text(cut[1])
        texts = [alt for r in rows for _, alt in r.line.images] + [r.line.text for r in rows]
        title = next(
            (
                t
                for t in texts
                if fold_text(t).startswith(start) and len(t) > len(title) and not t.endswith(("…", "..."))
            ),
            title,
        )
    return re.sub(r"(?<=\w) I (?=\w)", " | ", title) if re.match(r"^\w+ I \w", title) else title
