"""The parts of a page that hold structured data, found in one pass over its bytes, without a tree.

A page's tree costs more than all the rest of its reading, and so does decoding a page of which a tenth is looked at.
So this pass reads UTF-8 bytes, jumps over scripts and comments, and tells whether the rest is worth a tree: only
pages with microdata or microformats get one (`page.py`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_NO_MARKUP: Final = (
    rb"(?P<comment>!--)"
    rb"|[sS](?i:cript)\b(?P<script>[^>]*+)>?"
    rb"|[sS](?i:tyle)\b(?P<style>[^>]*+)>?"
    rb"|[tT](?i:extarea)\b(?P<textarea>[^>]*+)>?"
)
"""Where text without markup begins. Its end is looked for apart (`_ENDS`): a lookahead in a possessive group, which would
do both at once, never matches on Python 3.11.0 to 3.11.4, and a greedy group takes 90 bytes of memory for each `<`."""
_HEAD_PART: Final = re.compile(
    rb"<(?:" + _NO_MARKUP + rb"|[tT](?i:itle)\b(?P<title>[^>]*+)>?"
    # nine in ten `<meta>` are plain; the others are taken apart attribute by attribute
    + rb"""|[mM](?i:eta)\b(?:\s+(?:property|name)="(?P<key>[^"<>]*)"\s+content="(?P<content>[^"]*)"[^<>"=]*+>"""
    + rb"|(?P<meta>[^>]*+)>?)"
    + rb"|[lL](?i:ink)\b(?P<link>[^>]*+)"
    + rb"|[hH](?i:tml)\b(?P<html>[^>]*+)"
    + rb"|(?P<body>[bB](?i:ody))\b)"
)  # fmt: skip  # one line for each kind of part
"""The parts of a head. First letters stand alone: IGNORECASE over all would cost the search its fixed beginning."""
_BODY_PART: Final = re.compile(rb"<(?:" + _NO_MARKUP + rb")")
_ENDS: Final = {
    "comment": re.compile(rb"-->"),
    "script": re.compile(rb"</(?i:script)\s*+>"),
    "style": re.compile(rb"</(?i:style)\s*+>"),
    "textarea": re.compile(rb"</(?i:textarea)\s*+>"),
    "title": re.compile(rb"</(?i:title)\s*+>"),
}
"""What ends each part that holds text alone; without it, the part runs to the end of the page."""
_ATTRIBUTE: Final = re.compile(r"""([a-zA-Z:_-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]{1,2000}))""")
_MAX_TAG: Final = 4_000
_LEFT_OUT: Final = frozenset(_ENDS) - {"title"}
_LONG: Final = 500
"""Bytes from which it pays to leave a script or comment out of what is looked through for microdata."""


@dataclass(slots=True)
class Parts:
    """What the pass found: JSON-LD blocks, `<meta>` by (lower-case) name, the title, the language, the canonical address."""

    blocks: list[bytes] = field(default_factory=list)
    scripts: list[bytes] = field(default_factory=list)
    """Other scripts of some length: some carry the page's state as JSON."""
    meta: dict[str, str] = field(default_factory=dict)
    title: str = ""
    language: str = ""
    canonical: str = ""
    markup: bytes = b""
    """The page without long scripts, styles and comments: where microdata and microformats can stand."""


def scan(page: bytes) -> Parts:
    """One pass over a page in UTF-8, linear in its length; what is not closed runs to the end.

    Raises UnicodeDecodeError where a part of the head is not UTF-8.
    """
    parts, shown = Parts(), _Shown(page)
    body = len(page)
    for part in _parts_of(page, _HEAD_PART, 0):
        if part.kind == "body":
            body = part.end
            break
        shown.without(part)
        _take(parts, part)
    for part in _parts_of(page, _BODY_PART, body):
        shown.without(part)
        if part.kind == "script":
            _take_script(parts, part)
    parts.markup = shown.rest()
    return parts


class _Part(NamedTuple):
    """One part of a page: its kind, its tag, what stands between its tags, and where it ends."""

    kind: str
    tag: re.Match[bytes]
    text: bytes
    end: int


def _parts_of(page: bytes, pattern: re.Pattern[bytes], at: int) -> Iterator[_Part]:
    """The parts of a page from a position on, each with its end."""
    while tag := pattern.search(page, at):
        kind, at, text = tag.lastgroup or "", tag.end(), b""
        if kind in _ENDS:
            last = _ENDS[kind].search(page, at)
            text = page[at : last.start() if last else len(page)]
            at = last.end() if last else len(page)
        yield _Part(kind, tag, text, at)


class _Shown:
    """Gathers a page without what is left out of it."""

    def __init__(self, page: bytes) -> None:
        self._page = page
        self._kept: list[bytes] = []
        self._from = 0

    def without(self, part: _Part) -> None:
        """Leave out a script, style or comment (short ones are not worth the cut)."""
        if part.kind in _LEFT_OUT and part.end - part.tag.start() > _LONG:
            self._kept.append(self._page[self._from : part.tag.start()])
            self._from = part.end

    def rest(self) -> bytes:
        """All that was not left out."""
        return b" ".join([*self._kept, self._page[self._from :]])


def _take(parts: Parts, part: _Part) -> None:
    """Take one part of the head."""
    kind, found = part.kind, part.tag
    if kind == "script":
        _take_script(parts, part)
    elif kind == "content":
        _take_meta(parts, found["key"].decode(), found["content"].decode())
    elif kind == "meta":
        attributes = _attributes(found["meta"])
        if "itemprop" not in attributes:
            _take_meta(parts, attributes.get("property") or attributes.get("name") or "", attributes.get("content", ""))
    elif kind == "title":
        parts.title = parts.title or html.unescape(part.text.decode()[:500]).strip()
    elif kind == "link":
        if b"canonical" in found["link"]:
            parts.canonical = parts.canonical or html.unescape(_attributes(found["link"]).get("href", ""))
    elif kind == "html":
        parts.language = _attributes(found["html"]).get("lang", "")[:2].lower()


def _take_script(parts: Parts, part: _Part) -> None:
    """Keep a script whose attributes say JSON-LD (some frameworks write the plus sign as an entity)."""
    tag = part.tag["script"]
    if b"&" in tag:
        tag = html.unescape(tag.decode("utf-8", "replace")).encode("utf-8", "replace")
    if b"ld+json" in tag or b"ld+json" in tag.lower():
        parts.blocks.append(part.text)
    elif len(part.text) > _LONG:
        parts.scripts.append(part.text)


def _take_meta(parts: Parts, key: str, content: str) -> None:
    if key and content:
        parts.meta.setdefault(key.lower(), html.unescape(content) if "&" in content else content)


def _attributes(tag: bytes) -> dict[str, str]:
    return {k.lower(): a or b or c for k, a, b, c in _ATTRIBUTE.findall(tag[:_MAX_TAG].decode())}
