"""A payload, decoded once and on demand: content encoding, charset, JSON, HTML. Pure."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import orjson
from selectolax.lexbor import LexborHTMLParser

from mystage.application.ports.readers import RawDocument
from mystage.domain.errors import Malformed, TooLarge

MAX_DECODED: Final = 64 * 1024 * 1024
"""Bytes that a payload may hold once its compression is undone."""
MAX_DEPTH: Final = 200
"""Levels of nesting that readers accept: real payloads have below 60, and readers walk them recursively."""
MAX_VALUES: Final = 1_000_000
"""Values that one JSON text may hold: each costs up to 200 bytes of memory, however short it is written."""
_PIECE: Final = 16 * 1024
MAX_TREE: Final = 8 * 1024 * 1024
"""Characters of a page for which a tree is built."""
MAX_TREE_DEPTH: Final = 4_000
"""Open elements of a page for which a tree is built: HTML's rules look through all of them at each `<div>`, so that
40,000 levels take seconds and 400,000 take minutes. Browsers flatten what is deeper than 512."""
_CLOSED_BY_ITSELF: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th option".split()
)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_CONTROL: Final = bytes(b for b in range(27) if not 9 <= b <= 13)
_NO_CHARSETS: Final = frozenset({"undefined", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"})
"""Python decodes these as well; no page is in them, and some take quadratic time or give half characters."""
_XML_ROOTS: Final = (b"<rss", b"<feed", b"<rdf:rdf", b"<urlset", b"<sitemapindex", b"<lfm", b"<icalendar")
"""Documents that may come without an XML declaration, and hold names (`title`, `a`) that pages have too."""
_GZIP: Final = b"\x1f\x8b"
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.:-]+)""")


class _Missing:
    """The value of `Payload.json` for a payload that is no JSON (None is a JSON value)."""

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()


class Payload:
    """What readers read. Every view is made on first use and kept."""

    def __init__(self, raw: RawDocument) -> None:
        self.raw = raw
        self.url: str = raw.url
        self.media_type: str = raw.media_type
        self.fetched_at: datetime | None = raw.fetched_at
        self.leads_wanted: bool = raw.leads_wanted

    @cached_property
    def body(self) -> bytes:
        """The bytes with compression undone (a gzip body that somebody saved as text).

        Raises TooLarge past `MAX_DECODED`, Malformed for a stream that breaks off before any byte.
        """
        data = self.raw.body
        for _ in range(3):
            if not data.startswith(_GZIP):
                break
            data = _gunzip(data, self.url)
        if len(data) > MAX_DECODED:
            raise TooLarge(f"more than {MAX_DECODED >> 20} MiB", where=self.url)
        return data

    @cached_property
    def head(self) -> bytes:
        """The first 4 KiB, without byte order mark and leading space."""
        return self.body[:4096].removeprefix(codecs.BOM_UTF8).lstrip()

    @cached_property
    def binary(self) -> bool:
        """Whether this is no text at all."""
        sample = self.body[:4096]
        if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return False
        control = len(sample) - len(sample.translate(None, _CONTROL))
        return b"\x00" in sample or control * 20 > len(sample)

    @cached_property
    def text(self) -> str:
        """The body as text: byte order mark, declared charset, UTF-8, else Windows-1252."""
        body = self.body
        for mark, name in (
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16"),
            (codecs.BOM_UTF16_BE, "utf-16"),
        ):
            if body.startswith(mark):
                return body.decode(name, "replace").removeprefix("\ufeff")
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            return _decode_declared(body, self.media_type)

    @cached_property
    def utf8(self) -> bytes:
        """The body as UTF-8, as far as its first bytes tell: readers of parts decode strictly, and go back to `text`.

        Nearly all pages are UTF-8, and to decode one costs as much as to find its structured data.
        """
        if self.body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return self.text.encode("utf-8", "replace")
        return self.body.removeprefix(codecs.BOM_UTF8)

    @cached_property
    def json(self) -> Any:
        """The JSON value, or `MISSING`. Raises TooLarge above `MAX_VALUES` or for nesting deeper than `MAX_DEPTH`."""
        if self.head[:1] not in (b"{", b"[", b'"') and self.head[:5] not in (b"false", b"null"):
            return MISSING
        check_values(self.url, self.body)
        try:
            value = orjson.loads(self.body.removeprefix(codecs.BOM_UTF8))
        except orjson.JSONDecodeError as error:
            if "recursion" in str(error).lower() or "depth limit" in str(error):  # orjson's words differ by version
                raise TooLarge("nested too deeply", where=self.url) from error
            return MISSING
        if not is_shallow(self.body):
            check_depth(value, self.url)
        return value

    @cached_property
    def has_tree(self) -> bool:
        """Whether the page may be made a tree: `html` is for pages of which this is true."""
        page = self.utf8
        # as deep as it has opening tags, at the most: nearly every page is let through by two counts
        shallow = page.count(b"<") - page.count(b"</") <= MAX_TREE_DEPTH
        return len(page) <= MAX_TREE and (shallow or tree_depth(self.text) <= MAX_TREE_DEPTH)

    @cached_property
    def html(self) -> LexborHTMLParser:
        """The HTML tree (from the bytes where they are UTF-8, which spares the way to text and back)."""
        return LexborHTMLParser(self.utf8 if _is_utf8(self.utf8) else self.text)

    @cached_property
    def looks_like_html(self) -> bool:
        """Whether it is markup that a browser would show."""
        head = self.head[:2048].lower()
        if head.startswith(_XML_ROOTS):
            return False
        if head.startswith((b"<!doctype html", b"<html")):
            return True
        if head.startswith(b"<?xml") and b"<html" not in head:
            return False
        return (
            head.startswith(b"<")
            and re.search(
                rb"<(?:(?:html|head|body|div|script|meta|p|span|a|title|section|article|main|table|ul|h1)\b|!--)", head
            )
            is not None
        )


def check_values(where: str, *texts: bytes | str) -> None:
    """Raise TooLarge for JSON of more than `MAX_VALUES` values (counted by its commas, before it takes memory)."""
    commas = sum(text.count(",") if isinstance(text, str) else text.count(b",") for text in texts)
    if commas > MAX_VALUES:
        raise TooLarge(f"JSON of more than {MAX_VALUES:,} values", where=where)


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8: decoded in pieces, since one text of a whole page costs fresh memory each time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def tree_depth(page: str) -> int:
    """How many elements are open at once (it stops above `MAX_TREE_DEPTH`), without those that other tags close."""
    if page.count("<") <= MAX_TREE_DEPTH:
        return 0  # it has no more tags than that
    depth = deepest = 0
    for tag in _TAG.finditer(page):
        if tag[2].lower() not in _CLOSED_BY_ITSELF:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            deepest = max(deepest, depth)
            if deepest > MAX_TREE_DEPTH:
                break
    return deepest


_NO_BRACKETS: Final = bytes(b for b in range(256) if b not in b"[]{}")


def is_shallow(body: bytes, limit: int = MAX_DEPTH) -> bool:
    """Whether JSON is surely nested no deeper than `limit`, told from its brackets alone (those in texts only add to it).

    Each round takes out the innermost pairs, two levels at most, on bytes that get ever fewer: no value is visited.
    """
    left = body.translate(None, _NO_BRACKETS)
    for _ in range(limit // 2):
        if not left:
            return True
        fewer = left.replace(b"{}", b"").replace(b"[]", b"")
        if len(fewer) == len(left):
            return False  # a text holds half a pair
        left = fewer
    return not left


def check_depth(value: object, where: str, limit: int = MAX_DEPTH) -> None:
    """Raise TooLarge where JSON is nested deeper than `limit` (iterative: depth costs no stack)."""
    level: list[object] = [value]
    for _ in range(limit):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(v for v in item.values() if isinstance(v, (dict, list)))
            elif isinstance(item, list):
                below.extend(v for v in item if isinstance(v, (dict, list)))
        if not below:
            return
        level = below
    raise TooLarge(f"nested deeper than {limit} levels", where=where)


def _gunzip(data: bytes, where: str) -> bytes:
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        out = stream.decompress(data, MAX_DECODED + 1)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise Malformed(f"a gzip body that cannot be undone ({error})", where=where) from error
    if len(out) > MAX_DECODED:
        raise TooLarge(f"more than {MAX_DECODED >> 20} MiB once decompressed", where=where)
    if not out and not stream.eof:
        raise Malformed("a gzip body that breaks off", where=where)
    return out


def _decode_declared(body: bytes, media_type: str) -> str:
    found = _CHARSET.search(media_type.encode()) or _CHARSET.search(body[:4096]) or _XML_ENCODING.search(body[:200])
    for name in (found.group(1).decode() if found else "", "cp1252"):
        if not name or name.lower().replace("_", "-") in _NO_CHARSETS:
            continue
        try:
            return body.decode(name)
        except (LookupError, UnicodeError):
            continue
    return body.decode("utf-8", "replace")
