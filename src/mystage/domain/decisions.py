"""What people (and resolvers) decide on single fields. It stands on the record that it concerns, and goes where that goes.

So an edit follows its record through merge, un-merge and re-key, and survives re-crawl, rebuild and a move of stores.
"""

from __future__ import annotations

from pydantic import JsonValue

from mystage.domain.values import Instant, Model


class Curated(Model):
    """A person's value for one field; it wins over every source and survives every re-crawl."""

    field: str
    value: str | float | int | bool | tuple[str, ...] | None = None
    by: str
    at: Instant
    reason: str = ""


class Preferred(Model):
    """A decision between sources of equal rank: this record's word counts first, as long as it says the same."""

    field: str
    """The first field of the group that is decided together (`street` for the address)."""
    value: JsonValue
    """What the record said when it was preferred."""
    by: str
    """The person, or the resolver with its model and version."""
    reason: str
    at: Instant


def with_edit(edits: tuple[Curated, ...], edit: Curated) -> tuple[Curated, ...]:
    """The edits of a record after one more: one a field, the newest, by field."""
    kept = {entry.field: entry for entry in (*edits, edit)}
    return tuple(kept[field] for field in sorted(kept))


def with_preference(preferred: tuple[Preferred, ...], one: Preferred) -> tuple[Preferred, ...]:
    """The preferences for a record after one more: one a field, the newest, by field."""
    kept = {entry.field: entry for entry in (*preferred, one)}
    return tuple(kept[field] for field in sorted(kept))
