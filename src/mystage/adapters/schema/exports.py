"""One set of files from the declared collections. Deterministic: equal declarations give equal bytes.

collections.json            names, databases, indexes, readers, retention, and the JSON Schema of each document
types.ts                    TypeScript types, checked at run time by Zod
firestore.indexes.json      composite indexes, and fields that need none
firestore.rules             who may read; nobody may write past our doors
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from mystage.adapters.schema.firestore import indexes, rules
from mystage.adapters.schema.zod import types
from mystage.domain.schema import Collection


def export(collections: Iterable[Collection[Any]]) -> dict[str, str]:
    """File name -> content."""
    declared = sorted(collections, key=lambda c: c.name)
    described = describe(declared)
    return {
        "collections.json": _pretty(described),
        "types.ts": types(described),
        "firestore.indexes.json": _pretty(indexes(declared)),
        "firestore.rules": rules(declared),
    }


def describe(collections: Iterable[Collection[Any]]) -> dict[str, Any]:
    """All that is declared, as JSON: what `compare` works on."""
    return {
        c.name: {
            "database": c.database,
            "indexes": {i.field: "array" if i.array else i.type for i in c.indexes},
            "composites": [[*x.fields, "desc" if x.descending else "asc"] for x in c.composites or ()],
            "readers": sorted(r.value for r in c.readers),
            "retention_days": c.retention_days,
            "schema": c.model.model_json_schema(mode="serialization"),
        }
        for c in collections
    }


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
