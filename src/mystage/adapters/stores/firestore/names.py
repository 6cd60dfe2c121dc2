"""How ids of ours become ids of Firestore documents: unchanged where Firestore allows it, and in the same order."""

from __future__ import annotations

import re

from mystage.domain.errors import Invalid

MAX_ID_BYTES = 1_500
"""Firestore's limit for one id."""
_LAST = "\U0010ffff"
_SLASH = f".{_LAST}"
"""Stands for `/`, which ids cannot hold. It sorts where the slash does: behind every `.x`, before `0`."""
_RESERVED = re.compile(r"\.{0,2}|__.*__|%.*", re.DOTALL)


def encode_id(id: str, where: str) -> str:
    """`id` as Firestore may hold it. What Firestore reserves (empty, `.`, `..`, `__x__`) gets a `%` in front.

    Raises Invalid for an id of more than 1,500 bytes, or with the noncharacter U+10FFFF.
    """
    if _LAST in id:
        raise Invalid("an id holds the noncharacter U+10FFFF", where=f"{where}/{id!a:.100}")
    encoded = id.replace("/", _SLASH)
    if _RESERVED.fullmatch(encoded):
        encoded = f"%{encoded}"
    try:
        size = len(encoded.encode())
    except UnicodeEncodeError as error:
        raise Invalid("a text holds half a character (a lone surrogate)", where=f"{where}/{id!a:.100}") from error
    if size > MAX_ID_BYTES:
        raise Invalid(f"an id of {size:,} bytes is above Firestore's {MAX_ID_BYTES:,}", where=f"{where}/{id[:100]}")
    return encoded


def decode_id(encoded: str) -> str:
    """The id that `encode_id` was given."""
    return encoded.removeprefix("%").replace(_SLASH, "/")
