"""From merged fields to the canonical entity, and the fingerprint that says whether the world must be told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from mystage.domain.catalog import AnyEntity
from mystage.domain.merging.merge import MODELS, Merged
from mystage.domain.schema import instant_text
from mystage.domain.values import Kind, evolve


def fingerprint(fields: Mapping[str, Any]) -> str:
    """A digest (128 bits) over canonical fields; empty ones count as absent, the order of keys does not matter."""
    filled = {name: value for name, value in fields.items() if not _empty(value)}
    text = json.dumps(filled, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _empty(value: object) -> bool:
    """What a field holds by default; zero is a value (a free show, the equator)."""
    return value is None or value is False or value in ("", (), {})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant_text(value)
    return value.value if isinstance(value, Enum) else str(value)


def build_entity(kind: Kind, id: str, merged: Merged, previous: AnyEntity | None, now: datetime) -> AnyEntity:
    """The canonical entity of `merged`, alive and under its own id.

    `created_at` is kept; `updated_at` moves only when the fingerprint does. Without any live source, the last known
    fields stay, marked as deleted (or, if there never was an entity, an empty deleted one).
    """
    if not merged.sources and previous is not None:
        if previous.deleted_at is not None and not previous.sources:
            return previous
        return evolve(previous, sources=(), deleted_at=now, updated_at=now)
    mark = fingerprint(merged.fields)
    unchanged = previous is not None and previous.fingerprint == mark and previous.live
    return MODELS[kind](
        id=id,
        kind=kind,
        sources=merged.sources,
        provenance=merged.provenance,
        curated=merged.curated,
        fingerprint=mark,
        deleted_at=None if merged.sources else now,
        created_at=previous.created_at if previous is not None else now,
        updated_at=previous.updated_at if previous is not None and unchanged else now,
        **merged.fields,
    )
