"""Spans: where the words that a model quotes stand in a page. What does not stand there, does not exist."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

MAX_QUOTE: Final = 600
_SPACE: Final = re.compile(r"\s+")
_ALIKE: Final = str.maketrans(
    {**dict.fromkeys("\n\t\u00a0\u2007\u202f", " "), **dict.fromkeys("‘’‚‛`´", "'"), **dict.fromkeys("“”„‟", '"'),
     **dict.fromkeys("‐‑‒–—−", "-")}
)  # fmt: skip  # a table


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a page's text: `text[start:end]`."""

    start: int
    end: int


def alike(text: str) -> str:
    """`text` with one sign for all spaces, quotes and dashes; as long as before, so that positions hold."""
    return text.translate(_ALIKE)


def tidy(quote: str) -> str:
    """A quote in the form in which pages are kept: entities undone, composed letters, spaces folded."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", html.unescape(quote))).strip()


def occurrences(quote: str, page: str) -> tuple[Span, ...]:
    """Where `quote` stands in `page` (made `alike` by the caller), in whole words; () where it does not.

    Letter for letter, but for kinds of spaces, quotes and dashes, and for entities. A quote without any letter or
    digit, and one that is longer than `MAX_QUOTE`, stands nowhere.
    """
    wanted = alike(tidy(quote))
    if not wanted or len(wanted) > MAX_QUOTE or not any(c.isalnum() for c in wanted):
        return ()
    found, at = [], page.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if _whole(page, at, end):
            found.append(Span(at, end))
        at = page.find(wanted, at + 1)
    return tuple(found)


def _whole(page: str, start: int, end: int) -> bool:
    """Whether a stretch begins and ends where words do: `14` is no quote of `2014`, nor `Art` of `Artist`."""
    return not (_joined(page, start) or _joined(page, end))


def _joined(page: str, at: int) -> bool:
    if not 0 < at < len(page):
        return False
    before, after = page[at - 1], page[at]
    # scripts without spaces have no such seams: there the quote is taken as it is
    return before.isalnum() and after.isalnum() and not (_unspaced(before) or _unspaced(after))


def _unspaced(sign: str) -> bool:
    """Chinese, Japanese, Thai, ...: `Lo` letters, which have no case and, there, no spaces between words."""
    return unicodedata.category(sign) == "Lo" and ord(sign) >= 0x0E00


def distance(one: Span, other: Span) -> int:
    """Characters between two spans; 0 where they touch or overlap."""
    return max(0, one.start - other.end, other.start - one.end)
