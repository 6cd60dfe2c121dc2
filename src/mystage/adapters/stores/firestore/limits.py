"""Firestore's limits, checked before its server does, so that the error names the document and the limit.

Sizes as in https://firebase.google.com/docs/firestore/storage-size, limits as in
https://cloud.google.com/firestore/quotas. The older limit of 500 writes in a commit is no longer among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mystage.domain.errors import TooLarge

MAX_DOCUMENT = 1_048_576
"""Bytes of one document (1 MiB)."""
MAX_ENTRIES = 40_000
"""Index entries of one document."""
MAX_COMMIT = 10 * 1_048_576
"""Bytes of one commit (10 MiB), its overhead included."""
_OVERHEAD = 4_096  # of a commit: database name, headers
_SURELY_SMALL = 60_000
"""Of a document of so many bytes of protobuf, neither limit can be reached: a value takes 4 bytes of it at least,
8 bytes in the store at most, and two index entries."""


def check_document(document: Any, where: str) -> None:
    """Raise TooLarge for a document that Firestore would refuse."""
    if document.ByteSize() <= _SURELY_SMALL:
        return
    size = len(document.name.encode()) + 48 + _fields_size(document.fields)
    if size > MAX_DOCUMENT:
        hint = "keep large bodies in the blob store"
        raise TooLarge(f"a document of {size:,} bytes is above Firestore's {MAX_DOCUMENT:,}", where=where, hint=hint)
    entries = sum(map(_entries, document.fields.values()))
    if entries > MAX_ENTRIES:
        hint = "keep large maps and arrays as one text, or in the blob store"
        message = f"a document with {entries:,} index entries is above Firestore's {MAX_ENTRIES:,}"
        raise TooLarge(message, where=where, hint=hint)


def check_commit(writes: Sequence[Any]) -> None:
    """Raise TooLarge for a commit that Firestore would refuse."""
    size = _OVERHEAD + sum(write.ByteSize() + 8 for write in writes)
    if size > MAX_COMMIT:
        raise TooLarge(
            f"a commit of {size:,} bytes is above Firestore's {MAX_COMMIT:,}",
            where=f"{len(writes):,} writes, the first of {writes[0].update.name or writes[0].delete}",
            hint="write it in smaller change sets",
        )


def _fields_size(fields: Mapping[str, Any]) -> int:
    return sum(len(name.encode()) + 1 + _size(value) for name, value in fields.items())


def _size(value: Any) -> int:
    kind = value.WhichOneof("value_type")
    if kind == "string_value":
        return len(value.string_value.encode()) + 1
    if kind == "bytes_value":
        return len(value.bytes_value)
    if kind == "array_value":
        return sum(map(_size, value.array_value.values))
    if kind == "map_value":
        return _fields_size(value.map_value.fields)
    return 1 if kind in ("null_value", "boolean_value") else 8


def _entries(value: Any) -> int:
    """Entries of the automatic single-field indexes: two for a value (ascending, descending), one for an array's item."""
    kind = value.WhichOneof("value_type")
    if kind == "map_value":
        return sum(map(_entries, value.map_value.fields.values()))
    if kind == "array_value":
        return 2 + len(value.array_value.values)
    return 2
