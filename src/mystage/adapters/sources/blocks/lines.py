"""A page as lines: what a person reads as one line, with the marks that its elements carry. Pure.

Blocks end lines, `<br>` does, inline elements do not; each keeps the classes, links, headings and machine-readable times
of its elements, and the chain of blocks that it stands in, from which repetition is found (`regions.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mystage.domain.sources import fold_text

MAX_LINES: Final = 12_000
MAX_NODES: Final = 200_000
LONGEST: Final = 2_000
_INLINE: Final = frozenset(
    "a span b strong em i u small sup sub font abbr acronym time var label mark code data bdi bdo cite q s del ins big meta "
    "link wbr img tt kbd samp dfn nobr center".split()
)
_SKIPPED: Final = frozenset(
    "script style noscript template svg head nav select option button textarea iframe object audio video canvas dialog".split()
)
_MARGIN: Final = frozenset(["footer", "aside"])
_HEADINGS: Final = {f"h{n}": n for n in range(1, 7)}
_ISO: Final = re.compile(r"\s*\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}[^<>]{0,20})?\s*")
_TIMES: Final = ("datetime", "content", "title", "value")
_POSTED: Final = re.compile(
    r"\b(?:published|updated|modified|posted|post date|entry date|pubdate|date published|created)\b"
)
_SPLIT: Final = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])|\d+")
_CHANGING: Final = re.compile(
    r"\d|^(?:odd|even|first|last|active|current|selected|alternate|is|has|no)\b", re.IGNORECASE
)
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one inline element of a line."""

    text: str
    start: int
    words: frozenset[str]
    href: str = ""
    strong: bool = False


@dataclass(slots=True)
class Line:
    """One line of a page."""

    chain: tuple[int, ...]
    """Ids of the blocks around it, outermost first."""
    path: tuple[str, ...]
    """Their tags and lasting classes: lines of one path play one role."""
    words: frozenset[str]
    """Words of the classes, ids and names of the innermost blocks."""
    heading: int = 0
    margin: bool = False
    tags: tuple[str, ...] = ()
    text: str = ""
    pieces: list[Piece] = field(default_factory=list)
    stamps: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    """Machine-readable times, with the words of the element that carries them."""
    images: list[tuple[str, str]] = field(default_factory=list)
    """Addresses and alternative texts of images."""
    labels: frozenset[str] = frozenset()
    """Words of what names its content: the heading of its column, the term before it."""

    @property
    def strong(self) -> bool:
        """Whether all of it is in bold."""
        return bool(self.pieces) and all(piece.strong for piece in self.pieces)

    def named(self, *names: frozenset[str]) -> bool:
        """Whether its elements or labels carry one of the words."""
        return any(self.words & one or self.labels & one for one in names)


@lru_cache(maxsize=8_192)
def words_of(value: str) -> frozenset[str]:
    """The words of a class list, id or property ("event-startDate_2" -> event, start, date)."""
    return frozenset(word.lower() for word in _SPLIT.split(value[:500]) if len(word) > 1)


@lru_cache(maxsize=8_192)
def _lasting(tag: str, classes: str) -> str:
    kept = sorted(c for c in classes[:500].split() if not _CHANGING.search(c))[:6]
    return ".".join([tag, *kept])


@dataclass(slots=True)
class _Block:
    node: int
    tag: str
    path: str
    words: frozenset[str]
    margin: bool


@dataclass(slots=True)
class _Inline:
    words: frozenset[str] = frozenset()
    href: str = ""
    strong: bool = False


class _Walker:
    """Gathers lines on a walk over the tree, without recursion (pages nest thousands deep)."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._blocks: list[_Block] = []
        self._inline: list[_Inline] = [_Inline()]
        self._line: Line | None = None
        self._href = ""

    def walk(self, body: LexborNode) -> list[Line]:
        """All lines of a body."""
        stack: list[tuple[LexborNode | None, str]] = [(body, "")]
        for _ in range(2 * MAX_NODES):
            if not stack or len(self.lines) >= MAX_LINES:
                break
            node, closing = stack.pop()
            if node is None:
                self._close(closing)
                continue
            stack.extend(self._open(node))
        self._flush()
        return [line for line in self.lines if line.text or line.stamps]

    def _open(self, node: LexborNode) -> Iterator[tuple[LexborNode | None, str]]:
        """Enter a node; what is to be visited next, in reverse."""
        tag = node.tag or ""
        if tag == "-text":
            self._text(node.text_content or "")
            return
        if tag.startswith(("-", "_")) or tag in _SKIPPED:
            return
        if tag in ("br", "hr"):
            self._flush()
            return
        attributes = {k: v for k, v in node.attributes.items() if v}
        if "hidden" in attributes and not _stamps_of(attributes):
            return
        inline = tag in _INLINE and not self._holds_blocks(node, tag)
        if inline:
            self._enter_inline(tag, attributes)
        else:
            self._flush()
            self._enter_block(node, tag, attributes)
        self._marks(tag, attributes)
        yield None, "inline" if inline else "block"
        children: list[LexborNode] = []
        child = node.child
        while child is not None and len(children) < MAX_NODES:
            children.append(child)
            child = child.next
        yield from ((one, "") for one in reversed(children))

    @staticmethod
    def _holds_blocks(node: LexborNode, tag: str) -> bool:
        """Whether a link or span is a whole card."""
        if tag not in ("a", "span", "label", "center", "font"):
            return False
        return node.css_first("div, p, h1, h2, h3, h4, h5, h6, li, td, article, section, br") is not None

    def _enter_block(self, node: LexborNode, tag: str, attributes: dict[str, str]) -> None:
        classes = attributes.get("class", "")
        words = words_of(" ".join((classes, attributes.get("id", ""), attributes.get("itemprop", ""))))
        margin = tag in _MARGIN or bool(self._blocks and self._blocks[-1].margin)
        self._blocks.append(_Block(node.mem_id, tag, _lasting(tag, classes), words, margin))
        href = attributes.get("href", "") if tag == "a" else ""
        above = self._inline[-1]
        self._inline.append(_Inline(frozenset(), href or above.href, above.strong or tag in ("strong", "b")))

    def _enter_inline(self, tag: str, attributes: dict[str, str]) -> None:
        own = words_of(
            " ".join((attributes.get("class", ""), attributes.get("itemprop", ""), attributes.get("id", "")))
        )
        above = self._inline[-1]
        href = attributes.get("href", "") if tag == "a" else ""
        strong = above.strong or tag in ("b", "strong", "th")
        self._inline.append(_Inline(above.words | own, href or above.href, strong))

    def _marks(self, tag: str, attributes: dict[str, str]) -> None:
        """Times and images that attributes carry."""
        stamps = _stamps_of(attributes)
        source = attributes.get("src", "") if tag == "img" else ""
        if not stamps and not source:
            return
        line = self._current()
        words = self._inline[-1].words | line.words
        line.stamps.extend((stamp, words) for stamp in stamps)
        if source:
            line.images.append((source, _SPACE.sub(" ", attributes.get("alt", "")).strip()[:300]))

    def _close(self, kind: str) -> None:
        self._inline.pop()
        if kind == "block":
            self._flush()
            self._blocks.pop()

    def _current(self) -> Line:
        if self._line is None:
            blocks = self._blocks[-60:]
            tags = tuple(b.tag for b in blocks)
            heading = next((_HEADINGS[t] for t in reversed(tags[-4:]) if t in _HEADINGS), 0)
            words = frozenset().union(*(b.words for b in blocks[-2:]))
            self._line = Line(
                tuple(b.node for b in blocks), tuple(b.path for b in blocks), words, heading,
                margin=bool(blocks and blocks[-1].margin), tags=tags,
            )  # fmt: skip  # a table
        return self._line

    def _text(self, raw: str) -> None:
        text = _SPACE.sub(" ", raw.replace("\u200b", "").replace("\u00ad", ""))
        if not text.strip():
            if self._line is not None and self._line.text and not self._line.text.endswith(" "):
                self._line.text += " "
            return
        line = self._current()
        if len(line.text) > LONGEST:
            return
        if (
            line.text
            and line.pieces
            and not line.text.endswith(" ")
            and not text.startswith(" ")
            and (text[0].isupper() or text[0].isdigit() or self._inline[-1].words)
            and self._apart(line)
        ):
            line.text += " "
        if line.text.endswith(" ") or not line.text:
            text = text.lstrip()
        here = self._inline[-1]
        if ":" in text and len(text) < 40 and _ISO.fullmatch(text):
            line.stamps.append((text.strip(), here.words | line.words))  # a time for machines, written as text
        line.pieces.append(Piece(text.strip(), len(line.text), here.words, here.href, here.strong))
        line.text += text

    def _apart(self, line: Line) -> bool:
        """Whether this text stands in another classed element than the one before (CSS parts them, no space does)."""
        here, before = self._inline[-1], line.pieces[-1]
        if (here.words or before.words) and here.words != before.words:
            return True
        return (here.strong, here.href) != (before.strong, before.href) and not line.text[-1:].isspace()

    def _flush(self) -> None:
        if self._line is not None:
            self._line.text = self._line.text.rstrip()[:LONGEST]
            if self._line.text or self._line.stamps or self._line.images:
                self.lines.append(self._line)
            self._line = None


def _stamps_of(attributes: dict[str, str]) -> list[str]:
    """The times that attributes carry, but those of posting."""
    if _POSTED.search(fold_text(attributes.get("class", "") + " " + attributes.get("itemprop", ""))):
        return []
    named = [attributes[n] for n in _TIMES if n in attributes]
    named += [v for n, v in attributes.items() if n.startswith("data-")]
    return [v.strip() for v in named if len(v) < 40 and _ISO.fullmatch(v)]


def lines_of(tree: LexborHTMLParser) -> list[Line]:
    """The lines of a page in their order, with the labels that table heads and terms give them."""
    body = tree.body
    if body is None:
        return []
    lines = _Walker().walk(body)
    _label_cells(lines)
    _label_terms(lines)
    return lines


def _label_cells(lines: list[Line]) -> None:
    """Cells take the words of their column's head."""
    heads: dict[int, list[str]] = {}
    columns: dict[int, dict[int, int]] = {}
    for line in lines:
        found = _place_in_table(line)
        if found is None:
            continue
        table, row, cell, tag = found
        cells = columns.setdefault(row, {})
        column = cells.setdefault(cell, len(cells))
        if (tag == "th" and "tbody" not in line.tags) or (tag == "th" and row not in columns):
            named = heads.setdefault(table, [])
            while len(named) <= column:
                named.append("")
            named[column] = line.text
        elif table in heads and column < len(heads[table]):
            line.labels = line.labels | words_of(fold_text(heads[table][column]))


def _place_in_table(line: Line) -> tuple[int, int, int, str] | None:
    """Ids of table, row and cell, and the cell's tag."""
    for at in range(len(line.tags) - 1, -1, -1):
        if line.tags[at] in ("td", "th"):
            row = next((n for n in range(at, -1, -1) if line.tags[n] == "tr"), None)
            table = next((n for n in range(at, -1, -1) if line.tags[n] == "table"), None)
            if row is None or table is None:
                return None
            return line.chain[table], line.chain[row], line.chain[at], line.tags[at]
    return None


_LABEL: Final = re.compile(r"^([^\W\d_][^:\d]{1,24}?)\s?:\s*(?=\S|$)")


def _label_terms(lines: list[Line]) -> None:
    """What follows "<dt>Where</dt>", "Where:" or stands behind it takes the words of that label."""
    term: tuple[tuple[int, ...], frozenset[str]] | None = None
    for line in lines:
        found = _LABEL.match(line.text)
        own = words_of(fold_text(found[1])) if found else frozenset()
        bare = line.text.rstrip(": ").strip()
        is_term = line.tags[-1:] == ("dt",) or (found is not None and found.end() >= len(line.text))
        if is_term and 0 < len(bare) <= 30:
            term = (line.chain[:-1], words_of(fold_text(bare)))
            continue
        if own:
            line.labels = line.labels | own
        elif term is not None and line.chain[: len(term[0])] == term[0]:
            line.labels = line.labels | term[1]
            if line.tags[-1:] != ("dd",):
                term = None
        else:
            term = None
