"""Text and JSON as PostgreSQL can hold them: it has no NUL character, in `text` or in `jsonb`.

NUL becomes the two characters 01 01, and 01 becomes 01 02. That keeps the order by code point, and costs one look
at texts that hold neither (all but a few of the world's pages).
"""

from __future__ import annotations

import re

_TEXT = str.maketrans({"\x00": "\x01\x01", "\x01": "\x01\x02"})
_STORED = re.compile("\x01([\x01\x02])")
_ESCAPES = re.compile(rb"\\(?:u000([01])|[^u]|u)")
_STORED_ESCAPES = re.compile(rb"\\(?:u0001\\u000([12])|[^u]|u)")


def to_stored(text: str) -> str:
    """`text` without NUL characters."""
    return text.translate(_TEXT) if "\x00" in text or "\x01" in text else text


def from_stored(text: str) -> str:
    """What `to_stored` was given."""
    return _STORED.sub(lambda found: "\x00" if found[1] == "\x01" else "\x01", text) if "\x01" in text else text


def json_to_stored(body: bytes) -> bytes:
    """JSON without escaped NUL characters. A control character stands in JSON only in its escaped form."""
    if b"\\u000" not in body:
        return body
    return _ESCAPES.sub(_escaped, body)


def _escaped(found: re.Match[bytes]) -> bytes:
    return found[0] if found[1] is None else b"\\u0001\\u0001" if found[1] == b"0" else b"\\u0001\\u0002"


def json_from_stored(body: bytes) -> bytes:
    """What `json_to_stored` was given, as PostgreSQL writes it."""
    if b"\\u0001" not in body:
        return body
    return _STORED_ESCAPES.sub(_unescaped, body)


def _unescaped(found: re.Match[bytes]) -> bytes:
    return found[0] if found[1] is None else b"\\u0000" if found[1] == b"1" else b"\\u0001"


def array_literal(values: tuple[str, ...]) -> str:
    """A `text[]` as PostgreSQL writes one: `unnest` flattens arrays of arrays, so a batch carries them as text."""
    if not values:
        return "{}"
    return "{" + ",".join([_quoted(value) for value in values]) + "}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"') if "\\" in value or '"' in value else value
    return f'"{escaped}"'
