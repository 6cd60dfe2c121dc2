"""From a tree to lines: blocks end a line, inline elements do not; each line knows its place and its links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

from mystage.adapters.sources.linked_data.relevance import signs_of
from mystage.adapters.sources.reducing.hidden import Styles, colours, hides, unseen
from mystage.domain.pipeline.reading.page import Line
from mystage.domain.pipeline.reading.spans import tidy

_INLINE: Final = frozenset(
    "a abbr b bdi bdo big cite code data dfn em font i ins kbd mark q s samp small span strong sub sup time tt u var wbr label "
    "del".split()
)
_SKIPPED: Final = frozenset(
    "script style noscript template svg iframe object embed canvas audio video map head nav select option textarea input "
    "-comment -undef dialog datalist math".split()
)
_GENERATED: Final = re.compile(r"\d{2,}|[A-Z].*[a-z].*\d|__|^[a-z]{1,3}-[\w-]{5,}$")
MAX_LINKS: Final = 8
"""Links of one line; more is a menu."""


MAX_PATH: Final = 60
"""Elements of a place; what is nested deeper has the place of its ancestor."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A node that is to be entered, its place, and the colours around it."""

    node: Any
    path: tuple[str, ...]
    places: tuple[int, ...]
    colour: str
    ground: str


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a block; or (with `lines`) of a link, with what there was when it began."""

    lines: int | None = None
    words: bool = False


class Walk:
    """Walks a tree once, without recursion, and gathers what is visible."""

    def __init__(self, base: str, styles: Styles) -> None:
        self.lines: list[Line] = []
        self._base = base
        self._styles = styles
        self._words: list[str] = []
        self._links: list[str] = []
        self._at: tuple[tuple[str, ...], tuple[int, ...]] = ((), ())

    def over(self, root: Any) -> None:
        """Take in all below `root`."""
        stack: list[_Step | _End] = [_Step(root, (), (), "", "")]
        while stack:
            at = stack.pop()
            if isinstance(at, _End):
                self._close(at)
            elif at.node.tag == "-text":
                self._text(at)
            elif at.node.tag not in _SKIPPED:
                self._enter(at, stack)
        self._flush()

    def _enter(self, at: _Step, stack: list[_Step | _End]) -> None:
        tag, attributes = at.node.tag, at.node.attributes
        declared = self._styles.of(attributes)
        if hides(attributes, declared):
            return
        colour, ground = colours(declared, at.colour, at.ground)
        if tag not in _INLINE:
            self._flush()
            stack.append(_End())
        elif tag == "a" and self._link(attributes.get("href")):
            stack.append(_End(len(self.lines), any(word.strip() for word in self._words)))
        deep = len(at.path) >= MAX_PATH
        path = at.path if deep else (*at.path, _named(tag, attributes))
        children: list[_Step | _End] = []
        child, number = at.node.child, 0
        while child is not None:
            children.append(_Step(child, path, at.places if deep else (*at.places, number), colour, ground))
            number += child.tag not in ("-text", "-comment")
            child = child.next
        stack.extend(reversed(children))

    def _close(self, end: _End) -> None:
        if end.lines is None:
            self._flush()
        elif end.lines == len(self.lines) and not end.words and not any(word.strip() for word in self._words):
            del self._links[-1:]  # a link without words (a picture) belongs to no line

    def _text(self, at: _Step) -> None:
        text = at.node.text_content or ""
        if not text.strip():
            if self._words:
                self._words.append(" ")
            return
        if unseen(at.colour, at.ground, external=self._styles.external):
            return
        if not any(word.strip() for word in self._words):
            self._at = at.path, at.places[: max(0, len(at.path) - 1)]
        self._words.append(text)

    def _link(self, href: str | None) -> bool:
        """Note an address of the web; whether it is one."""
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            return False
        try:
            address = urljoin(self._base, href.strip())
        except ValueError:
            return False
        if not address.startswith(("http://", "https://")) or len(address) > 2_000 or " " in address:
            return False
        self._links.append(address)
        return True

    def _flush(self) -> None:
        text = tidy("".join(self._words)[:20_000])
        if text:
            links = tuple(dict.fromkeys(self._links))[:MAX_LINKS]
            dated = len(text) < 2_000 and signs_of(text).dates > 0
            self.lines.append(Line(text, *self._at, links=links, dated=dated))
            self._links = []
        self._words = []


def _named(tag: str, attributes: dict[str, Any]) -> str:
    """`li.show`: the element with those of its classes that people gave it, two at most."""
    names = [n for n in (attributes.get("class") or "").split() if len(n) < 30 and not _GENERATED.search(n)]
    return ".".join([tag, *sorted(names)[:2]])
