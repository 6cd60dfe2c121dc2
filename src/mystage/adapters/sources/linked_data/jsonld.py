"""JSON-LD blocks as pages have them: with comments, line breaks in strings, trailing commas, entities, wrappers.

A block is read as strict JSON first; only what that refuses is repaired. Every repair is one linear pass.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

MAX_BLOCK: Final = 8 * 1024 * 1024
"""Bytes of one block that are repaired and read."""
_OPENINGS: Final = ("//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "<!--", "// <![CDATA[", "/* <![CDATA[ */")
_CLOSINGS: Final = ("//]]>", "/*]]>*/", "]]>", "//-->", "-->", "// ]]>", "/* ]]> */", ";", "// -->")
_STRING_OR_NOISE: Final = re.compile(
    r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)'  # a string (line breaks inside are mended)
    r"|/\*.*?(?:\*/|\Z)"  # a comment
    r"|//[^\n]*"
    r"|,(?=\s*[}\]])",  # a comma before a closing bracket
    re.DOTALL,
)
_BAD_ESCAPE: Final = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_CONTROL: Final = {**dict.fromkeys(range(32), " "), 9: "\\t", 10: "\\n", 13: "\\r"}
_ANY_DECODER: Final = json.JSONDecoder(strict=False)


def values(block: str | bytes) -> list[Any]:
    """The JSON values of a block: one as a rule, several where objects follow each other, none where it is beyond repair.

    Raises UnicodeDecodeError for bytes that are not UTF-8.
    """
    try:
        return [orjson.loads(block)]
    except orjson.JSONDecodeError:
        pass
    if len(block) > MAX_BLOCK:
        return []
    return _repaired(block.decode() if isinstance(block, bytes) else block)


def _repaired(text: str) -> list[Any]:
    text = _unwrapped(text)
    if not text or (text[0] not in "[{" and "{" not in text[:200]):
        return []
    mended = _STRING_OR_NOISE.sub(_mend, text)
    found = list(_decode_all(mended))
    if not found and "&quot;" in text:
        found = list(_decode_all(_STRING_OR_NOISE.sub(_mend, html.unescape(text))))
    return found


def _unwrapped(text: str) -> str:
    """Without the CDATA or comment marks that hide scripts from old browsers."""
    text = text.strip().strip("\ufeff\x00")
    for _ in range(4):
        before = text
        for mark in _OPENINGS:
            text = text.removeprefix(mark).lstrip()
        for mark in _CLOSINGS:
            text = text.removesuffix(mark).rstrip()
        if text == before:
            break
    return text


def _mend(found: re.Match[str]) -> str:
    token = found.group()
    if token[0] == '"':
        if not token.isprintable():
            token = token.translate(_CONTROL)
        return _BAD_ESCAPE.sub(r"\\\\", token) if "\\" in token else token
    return " "


def _decode_all(text: str) -> Iterator[Any]:
    """The values one after another; what lies between two of them is passed over, what is broken ends it."""
    position, end = 0, len(text)
    for _ in range(1_000):
        while position < end and text[position] not in "[{":
            position += 1
        if position >= end:
            return
        try:
            value, position = _ANY_DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield value
