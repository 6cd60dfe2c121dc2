"""JSON as people keep it: with comments, trailing commas, bare keys, single quotes, `console.log` output. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

import orjson

from mystage.adapters.sources.kit.payload import MAX_DEPTH, MISSING, Payload, check_depth

MAX_TEXT: Final = 8 * 1024 * 1024
"""Characters that are read in this way; longer texts of this kind were never seen."""
_SKIP: Final = re.compile(r"(?:[\s\ufeff]+|//[^\n]*|/\*.*?\*/|\.\.\.[^,\]}\n]*|…[^,\]}\n]*)+", re.DOTALL)
_TOKEN: Final = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)"""
    r"|(?P<number>[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w$]))"
    r"|(?P<word>[A-Za-z_$][\w$.-]*(?:\([^()]{0,200}\))?)"
    r"|(?P<mark>[\[\]{}:,+;])",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PLAIN: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
_WORDS: Final = {"true": True, "True": True, "false": False, "False": False}
_XSSI: Final = re.compile(r"^\)\]\}'?,?\s*")


def json_of(payload: Payload) -> Any:
    """The value of a payload that is JSON, or nearly so; `MISSING` for anything else. Raises TooLarge for depth."""
    if payload.json is not MISSING:
        return payload.json
    if payload.binary or payload.looks_like_html or len(payload.body) > MAX_TEXT:
        return MISSING
    value = guarded_json(payload.text)
    if value is MISSING:
        value = relaxed_json(payload.text)
    if value is not MISSING:
        check_depth(value, payload.url)
    return value


def guarded_json(text: str) -> Any:
    """JSON behind a guard against inclusion (`)]}'`) or with a comment after it; `MISSING` for anything else."""
    bare = _XSSI.sub("", text.strip()).removesuffix('/*""*/')
    try:
        return orjson.loads(bare)
    except orjson.JSONDecodeError:
        return MISSING


def relaxed_json(text: str) -> Any:
    """The value that a text in the manner of JSON holds; a list where several stand one after another.

    `undefined`, `[Object]` and other words without a value are None; "..." and what follows it is passed over.
    """
    start = re.search(r"[\[{]", text[:400])
    if start is None or len(text) > MAX_TEXT:
        return MISSING
    reader = _Reader(text, start.start())
    values: list[Any] = []
    try:
        while (value := reader.next_value()) is not MISSING:
            values.append(value)
    except _NotJsonError:
        return MISSING
    if not values:
        return MISSING
    return values[0] if len(values) == 1 else values


class _NotJsonError(Exception):
    """The text is not in the manner of JSON."""


class _Reader:
    """Reads tokens from left to right; never goes back, so its time is linear."""

    def __init__(self, text: str, position: int) -> None:
        self._text = text
        self._at = position
        self._depth = 0

    def next_value(self) -> Any:
        """The next value at the top level; `MISSING` at the end, or where something else begins after a value."""
        kind, sign = self._next()
        while sign in (",", ";"):
            kind, sign = self._next()
        if sign not in ("[", "{"):
            return MISSING
        return self._value(kind, sign)

    def _next(self) -> tuple[str, str]:
        skipped = _SKIP.match(self._text, self._at)
        if skipped:
            self._at = skipped.end()
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            if self._at >= len(self._text) or self._depth == 0:
                return "end", ""
            raise _NotJsonError
        self._at = found.end()
        return str(found.lastgroup), found.group()

    def _value(self, kind: str, sign: str) -> Any:
        if kind == "string":
            return self._string(sign)
        if kind == "number":
            return float(sign) if any(c in sign for c in ".eE") else int(sign[:300])
        if kind == "word":
            return _WORDS.get(sign)
        if sign == "[":
            return self._list()
        if sign == "{":
            return self._object()
        raise _NotJsonError

    def _string(self, sign: str) -> str:
        """A string; parts joined by `+` are one."""
        parts = [_unquoted(sign)]
        while (joined := re.compile(r"\s*\+\s*(?=[\"'`])").match(self._text, self._at)) is not None:
            self._at = joined.end()
            kind, more = self._next()
            if kind != "string":
                raise _NotJsonError
            parts.append(_unquoted(more))
        return "".join(parts)

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _NotJsonError

    def _list(self) -> list[Any]:
        self._enter()
        items: list[Any] = []
        while True:
            kind, sign = self._next()
            if sign == "]":
                self._depth -= 1
                return items
            if kind == "end":
                raise _NotJsonError
            if sign != ",":
                items.append(self._value(kind, sign))

    def _object(self) -> dict[str, Any]:
        self._enter()
        fields: dict[str, Any] = {}
        while True:
            kind, sign = self._next()
            if sign == "}":
                self._depth -= 1
                return fields
            if sign == ",":
                continue
            if kind not in ("string", "word", "number"):
                raise _NotJsonError
            name = _unquoted(sign) if kind == "string" else sign
            if self._next()[1] != ":":
                raise _NotJsonError
            fields[name] = self._value(*self._next())


def _unquoted(sign: str) -> str:
    return _ESCAPE.sub(_character, sign[1:-1])


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        return chr(int(code, 16))
    return _PLAIN.get(found[3], found[3])
