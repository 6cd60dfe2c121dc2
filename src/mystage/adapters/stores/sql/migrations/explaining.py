"""Differences between database and declaration, in words."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

_WORDS = {
    "add_table": "the table {0} is missing",
    "remove_table": "the table {0} is not declared",
    "add_column": "the column {0} is missing",
    "remove_column": "the column {0} is not declared",
    "add_index": "the index {0} is missing",
    "remove_index": "the index {0} is not declared",
    "add_constraint": "the constraint {0} is missing",
    "remove_constraint": "the constraint {0} is not declared",
    "modify_type": "{0} is of type {1}, declared is {2}",
    "modify_nullable": "{0} allows null: {1}, declared is {2}",
    "modify_default": "{0} has another default than declared",
}


def explained(difference: Any) -> str:
    """One sentence for one of Alembic's differences."""
    if isinstance(difference, list):  # of one column
        return "; ".join(explained(each) for each in difference)
    kind = str(difference[0])
    words = _WORDS.get(kind, f"{kind}: {{0}}")
    if kind.startswith("modify_"):
        _, _, table, column, _, before, after = difference
        return words.format(f"the column {table}.{column}", before, after)
    return words.format(_name(difference[1:]))


def _name(parts: tuple[Any, ...]) -> str:
    thing = parts[-1]
    table = parts[-2] if len(parts) > 1 else getattr(getattr(thing, "table", None), "name", "")
    name = str(getattr(thing, "name", thing))
    return name if isinstance(thing, sa.Table) or not table else f"{table}.{name}"
