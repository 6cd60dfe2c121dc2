"""JSON that scripts of a page hold: whole scripts, assignments, `JSON.parse("...")`, streamed pieces of React. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson

MAX_SCRIPT: Final = 8 * 1024 * 1024
"""Characters of one script that are read."""
_MOST_VALUES: Final = 40
"""Values that are read from one script."""
_ASSIGNED: Final = re.compile(r"[=(:]\s{0,20}(?=[\[{]\s{0,99}[\"'\[{])")
_PARSED: Final = re.compile(r"JSON\.parse\(\s{0,9}(?=\")")
_STREAMED: Final = re.compile(r"__next_f\.push\(\s{0,9}(?=\[)")
_STREAM_ROW: Final = re.compile(r"^[0-9a-f]{1,6}:(?=[\[{])", re.MULTILINE)
_DECODER: Final = json.JSONDecoder(strict=False)


def values(scripts: Sequence[bytes]) -> Iterator[Any]:
    """The objects and arrays that scripts hold, in their order. What is no JSON is passed over."""
    stream: list[str] = []
    for script in scripts:
        try:
            found = orjson.loads(script)
        except orjson.JSONDecodeError:
            text = script[:MAX_SCRIPT].decode("utf-8", "replace")
            if "__next_f" in text:
                stream.extend(_pieces(text))
            else:
                yield from _of_text(text)
            continue
        if isinstance(found, (dict, list)):
            yield found
    if stream:
        yield from _of_stream("".join(stream)[:MAX_SCRIPT])


def _of_text(text: str) -> Iterator[Any]:
    at = 0
    for _ in range(_MOST_VALUES):
        parsed, assigned = _PARSED.search(text, at), _ASSIGNED.search(text, at)
        first = min((m for m in (parsed, assigned) if m), key=lambda m: m.start(), default=None)
        if first is None:
            return
        value, at = _decoded(text, first.end())
        if isinstance(value, str):
            value, _ = _decoded(value, 0)
        if isinstance(value, (dict, list)):
            yield value


def _decoded(text: str, at: int) -> tuple[Any, int]:
    """The JSON value at a place, and where it ends; None where there is none (JavaScript that is no JSON)."""
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, at + 1


def _pieces(text: str) -> Iterator[str]:
    for m in _STREAMED.finditer(text):
        value, _ = _decoded(text, m.end())
        if isinstance(value, list) and len(value) > 1 and isinstance(value[1], str):
            yield value[1]


def _of_stream(text: str) -> Iterator[Any]:
    for n, m in enumerate(_STREAM_ROW.finditer(text)):
        if n >= 50 * _MOST_VALUES:
            return
        value, _ = _decoded(text, m.end())
        if isinstance(value, (dict, list)):
            yield value
