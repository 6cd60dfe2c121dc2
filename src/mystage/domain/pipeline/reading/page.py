"""The relevant text of a page: what a visitor sees, line by line, with the links and the place of each line.

Positions are offsets into `RelevantPage.text`, which depends on the stored page and the reducer alone.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

CHUNK: Final = 12_000
"""Characters of a chunk; about 3,000 tokens of a language in Latin letters, 12,000 in the worst case of others."""
OVERLAP: Final = 10
"""Lines that a chunk repeats of the one before, so that a show on the seam is whole in one of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a visitor sees it: spaces folded, entities undone."""

    text: str
    path: tuple[str, ...] = ()
    """Elements from the root down, as `li.show`; classes that are numbered or generated are left out."""
    places: tuple[int, ...] = ()
    """For each element of `path`, which child of its parent it is: tells two cards of a list apart."""
    links: tuple[str, ...] = ()
    """Absolute addresses that the line leads to."""
    dated: bool = False
    """Whether it holds something like a date."""


@dataclass(frozen=True)
class RelevantPage:
    """A page reduced to what a visitor sees. `language` and `country` are what it declares of itself, or ""."""

    url: str
    lines: tuple[Line, ...]
    title: str = ""
    language: str = ""
    country: str = ""
    left_out: int = 0
    """Lines that were cut off, since the page is too long."""
    suspect: int = 0
    """Lines that speak to the reader of the page as to a machine, and were taken out."""

    @cached_property
    def text(self) -> str:
        """All lines; what quotes are looked for in."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset of each line in `text`."""
        found, at = [], 0
        for line in self.lines:
            found.append(at)
            at += len(line.text) + 1
        return tuple(found)

    def line_at(self, offset: int) -> int:
        """The line in which an offset of `text` lies."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def home(self, offset: int) -> tuple[tuple[str, int], ...]:
        """The element in which an offset of `text` lies: its steps from the root down."""
        line = self.lines[self.line_at(offset)]
        return tuple(zip(line.path, (0, *line.places), strict=False))

    @property
    def digest(self) -> str:
        """Of the text: equal for pages that say the same, whatever their address and markup."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a page as a model gets it: lines with the numbers of their links, and the addresses of those."""

    text: str
    links: tuple[str, ...]
    """The address of link number n (from 1) stands at n - 1."""

    @property
    def digest(self) -> str:
        """Of what the model reads: equal text needs no second call."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


def chunks(page: RelevantPage, limit: int = CHUNK) -> list[Chunk]:
    """The page in parts of at most `limit` characters (a longer line is cut), in order.

    A part ends, once it is half full, at a line that its own text chooses: an insertion above does not move the seams
    below it, so that only the parts that changed are read again.
    """
    return [_rendered(page.lines[start:end], limit) for start, end in _seams(page.lines, limit // 2, limit)]


def _seams(lines: Sequence[Line], half: int, limit: int) -> Iterator[tuple[int, int]]:
    start, size, fresh = 0, 0, 0
    for at, line in enumerate(lines):
        cost = _cost(line, limit)
        if at > fresh and (size + cost > limit or (size > half and _seam(line))):
            yield start, at
            fresh = at
            start, size = _back(lines, at, limit - cost)
        size += cost
    if len(lines) > fresh:
        yield start, len(lines)


def _back(lines: Sequence[Line], at: int, room: int) -> tuple[int, int]:
    """Where a chunk begins whose first new line is `at`, and the characters of what it repeats (a quarter at most)."""
    start, size = at, 0
    while start > max(0, at - OVERLAP) and size + _cost(lines[start - 1], room) <= room // 4:
        start -= 1
        size += _cost(lines[start], room)
    return start, size


def _cost(line: Line, limit: int) -> int:
    """Characters of a line as it is rendered, at most: each link takes up to six (` [123]`)."""
    return min(len(line.text) + 6 * len(line.links) + 1, max(limit, 1))


def _seam(line: Line) -> bool:
    return hashlib.sha256(line.text.encode("utf-8", "surrogatepass")).digest()[0] % 8 == 0


def _rendered(lines: Sequence[Line], limit: int) -> Chunk:
    numbers: dict[str, int] = {}
    shown = []
    for line in lines:
        marks = "".join(f" [{numbers.setdefault(link, len(numbers) + 1)}]" for link in line.links)
        shown.append(line.text[: max(0, limit - len(marks) - 1)] + marks)
    return Chunk("\n".join(shown), tuple(numbers))
