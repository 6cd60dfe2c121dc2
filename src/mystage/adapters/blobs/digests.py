"""Names of blobs."""

from __future__ import annotations

import hashlib
import re

from mystage.domain.errors import NotFound

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def digest_of(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data, usedforsecurity=False).hexdigest()


def is_digest(text: str) -> bool:
    """Whether it can be the name of a blob. Nothing else ever becomes part of a path."""
    return _DIGEST.fullmatch(text) is not None


def missing(digest: str) -> NotFound:
    """The error for a blob that is not kept."""
    return NotFound("there is no such blob", where=digest[:80], hint="it was deleted, or belongs to another store")
