"""Firestore's own files: composite indexes and security rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from mystage.domain.access import Public, Role
from mystage.domain.schema import Collection, Composite, Index

OWN = ("tasks", "counters", "journal", "outbox", "changes")
"""Collections of the Firestore store itself, which no declaration names: nobody reads or writes them from outside."""
_OWN_INDEXES = (
    ("tasks", ("queue", "priority", "ready_at", "order", "visible_at")),  # a claim
    ("tasks", ("queue", "visible_at")),  # what is ready, and when the next will be
    ("tasks", ("queue", "lease_until")),  # what is being worked on
)
"""What the store's queries over several fields of its own collections need. See docs/decisions/0005."""
_OWN_UNSEARCHED = (("tasks", "task"), ("outbox", "changes"), ("changes", "changes"), ("entries", "body"))
_UNSEARCHED = ("_given", "_absent", "_body")
"""Fields beside a document's own that no query uses: indexes on them would cost writes, and count towards 40,000."""
_ID = "_id"
_ASCENDING, _DESCENDING = "ASCENDING", "DESCENDING"


def indexes(collections: Iterable[Collection[Any]]) -> dict[str, Any]:
    """The content of `firestore.indexes.json`."""
    declared = list(collections)
    rows = [_composite(c, composite) for c in declared for composite in c.composites or ()]
    rows += [_newest_first(c, index) for c in declared for index in c.indexes]
    rows += [_row(name, [(field, _ASCENDING) for field in fields]) for name, fields in _OWN_INDEXES]
    unsearched = [(c.name, field) for c in declared for field in _UNSEARCHED] + list(_OWN_UNSEARCHED)
    exempt = [{"collectionGroup": name, "fieldPath": field, "indexes": []} for name, field in unsearched]
    return {"indexes": rows, "fieldOverrides": exempt}


def _composite(collection: Collection[Any], composite: Composite) -> dict[str, Any]:
    arrays = {index.field for index in collection.indexes if index.array}
    *first, last = composite.fields
    orders = [*((name, _ASCENDING) for name in first), (last, _DESCENDING if composite.descending else _ASCENDING)]
    return _row(collection.name, orders, arrays)


def _newest_first(collection: Collection[Any], index: Index) -> dict[str, Any]:
    """For conditions whose result comes by descending id: Firestore merges one such index for each field."""
    return _row(
        collection.name, [(index.field, _ASCENDING), (_ID, _DESCENDING)], {index.field} if index.array else frozenset()
    )


def _row(name: str, orders: Iterable[tuple[str, str]], arrays: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    fields = [
        {"fieldPath": field, "arrayConfig": "CONTAINS"} if field in arrays else {"fieldPath": field, "order": order}
        for field, order in orders
    ]
    return {"collectionGroup": name, "queryScope": "COLLECTION", "fields": fields}


_HEAD = """\
rules_version = '2';
// Generated from the declared collections by `mystage schema export`: change the declaration, not this file.
// The claim `role` of the caller's token says who they are. Every write goes through a use case of the platform,
// whose service account is not bound by rules; so no rule allows a write.
service cloud.firestore {
  match /databases/{database}/documents {
    function role() {
      return request.auth != null && 'role' in request.auth.token ? request.auth.token.role : '';
    }
"""
_OWN_HEAD = "\n    // What the store keeps for itself. (All that no rule names is closed as well.)\n"


def rules(collections: Iterable[Collection[Any]]) -> str:
    """The content of `firestore.rules`."""
    blocks = [_rule(c.name, c.readers) for c in collections]
    return _HEAD + "".join(blocks) + _OWN_HEAD + "".join(map(_closed, OWN)) + "  }\n}\n"


def _closed(name: str) -> str:
    """Nobody, and nothing below it either."""
    return f"    match /{name}/{{path=**}} {{\n      allow read, write: if false;\n    }}\n"


def _rule(name: str, readers: Sequence[Role | Public]) -> str:
    if Public.ANYONE in readers:
        condition = "true"
    elif readers:
        condition = f"role() in [{', '.join(sorted(repr(r.value) for r in readers))}]"
    else:
        condition = "false"
    return f"\n    match /{name}/{{id}} {{\n      allow read: if {condition};\n      allow write: if false;\n    }}\n"
