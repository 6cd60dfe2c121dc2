"""The statements of one collection in PostgreSQL. Batches travel as arrays, one for each column, and are unnested.

Texts travel as `varchar[]`: asyncpg passes our codec by (see `text`) in a `text[]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.elements import ColumnElement

from mystage.adapters.stores.sql.postgres.text import array_literal
from mystage.adapters.stores.sql.queries import Queries
from mystage.adapters.stores.sql.schema import CollectionTables, column_name
from mystage.application.ports.documents import Delete, Put
from mystage.domain.schema import Index, IndexValue

_TYPES = {"text": "varchar", "integer": "int8", "real": "float8"}


class PostgresStatements(Queries):
    """Reading as in `Queries`; writing as parts of one statement (common table expressions) for a whole change set."""

    def __init__(self, tables: CollectionTables, dialect: Dialect) -> None:
        super().__init__(tables, dialect)
        self._indexes = {index.field: index for index in tables.collection.indexes}
        quote = dialect.identifier_preparer.quote
        self._table = quote(tables.main.name)
        self._names = [quote(column_name(field)) for field in self._indexes]
        fields = ["id", "expected", *self._names, "body"]
        self._fields = ", ".join(fields)
        self._taken = ", ".join([_taken(name, index) for name, index in self._by_name()])
        self._set = ", ".join([f"{name} = {_taken(name, index)}" for name, index in self._by_name()])
        self._kept = ", ".join([f"{name} = excluded.{name}" for name in self._names])

    def _by_name(self) -> Iterable[tuple[str, Index]]:
        return zip(self._names, self._indexes.values(), strict=True)

    @cached_property
    def stored_columns(self) -> list[str]:
        """The table's columns: id, version, those of the indexes, body."""
        return ["id", "version", *map(column_name, self._indexes), "body"]

    @cached_property
    def by_ids(self) -> str:
        """Parameter: an array of ids. Rows: id, version, body."""
        return f"SELECT id, version, body FROM {self._table} WHERE id = ANY($1::varchar[])"  # noqa: S608 -- our own name

    @cached_property
    def versions(self) -> str:
        """Parameter: an array of ids. Rows: id, version."""
        return f"SELECT id, version FROM {self._table} WHERE id = ANY($1::varchar[])"  # noqa: S608 -- our own name

    @cached_property
    def whole(self) -> str:
        """Parameter: an array of ids. Rows: id, version, body, then the columns."""
        columns = "".join(f", {name}::varchar[]" if index.array else f", {name}" for name, index in self._by_name())
        return f"SELECT id, version, body{columns} FROM {self._table} WHERE id = ANY($1::varchar[])"  # noqa: S608 -- our own names

    def _contains_any(self, field: str, names: Sequence[str]) -> ColumnElement[bool]:
        column = self.tables.column(field)
        wanted = sa.cast(postgresql.array([sa.bindparam(name, type_=sa.Text()) for name in names]), column.type)
        return column.bool_op("&&")(wanted)

    def _exported_column(self, field: str) -> ColumnElement[Any]:
        column = self.tables.column(field)
        return sa.cast(column, postgresql.ARRAY(sa.VARCHAR())) if self._indexes[field].array else column

    # Parts of a commit. Parameters come as arrays, numbered from `first`.

    def insert(self, first: int) -> str:
        """Documents that must not exist yet. Rows: id."""
        return (
            f"INSERT INTO {self._table} ({self._columns()}) "  # noqa: S608 -- names from our own declarations
            f"SELECT u.id, 1{self._more()}, u.body FROM {self._given(first)} ON CONFLICT (id) DO NOTHING RETURNING id"
        )

    def update(self, first: int) -> str:
        """Documents of a known version. Rows: id."""
        changed = f"version = t.version + 1, {self._set}{', ' if self._set else ''}body = u.body"
        return (
            f"UPDATE {self._table} AS t SET {changed} FROM {self._given(first)} "  # noqa: S608 -- as above
            "WHERE t.id = u.id AND t.version = u.expected RETURNING t.id"
        )

    def upsert(self, first: int) -> str:
        """Documents whatever is there. Rows: id, whether it was made."""
        kept = f"version = t.version + 1, {self._kept}{', ' if self._kept else ''}body = excluded.body"
        return (
            f"INSERT INTO {self._table} AS t ({self._columns()}) "  # noqa: S608 -- as above
            f"SELECT u.id, 1{self._more()}, u.body FROM {self._given(first)} "
            f"ON CONFLICT (id) DO UPDATE SET {kept} RETURNING id, xmax = 0 AS made"
        )

    def delete(self, first: int) -> str:
        """Documents of a known version (null: of any). Parameters: ids, versions. Rows: id."""
        return (
            f"DELETE FROM {self._table} AS t USING unnest(${first}::varchar[], ${first + 1}::int4[]) AS u (id, expected) "  # noqa: S608 -- as above
            "WHERE t.id = u.id AND (u.expected IS NULL OR t.version = u.expected) RETURNING t.id"
        )

    def _columns(self) -> str:
        return ", ".join(["id", "version", *self._names, "body"])

    def _more(self) -> str:
        return f", {self._taken}" if self._taken else ""

    def _given(self, first: int) -> str:
        types = ["varchar", "int4", *(_travels(index) for index in self._indexes.values()), "jsonb"]
        arrays = ", ".join(f"${number}::{type}[]" for number, type in enumerate(types, first))
        return f"unnest({arrays}) AS u ({self._fields})"

    @property
    def width(self) -> int:
        """How many parameters `insert`, `update` and `upsert` take."""
        return len(self._indexes) + 3

    def arrays(self, puts: Sequence[tuple[Put, Mapping[str, IndexValue]]]) -> list[list[Any]]:
        """The parameters of `insert`, `update` and `upsert`: the puts with their index values, column by column."""
        columns: list[list[Any]] = [[put.id for put, _ in puts], [put.version for put, _ in puts]]
        for field, index in self._indexes.items():
            found = [values[field] for _, values in puts]
            columns.append([array_literal(value) for value in found] if index.array else found)  # type: ignore[arg-type]  # tuples, by `stored_values`
        return [*columns, [put.body for put, _ in puts]]

    def restored(self, values: Sequence[Any]) -> dict[str, IndexValue]:
        """Index values from the columns of `whole`."""
        return {
            field: tuple(value or ()) if self._indexes[field].array else value
            for field, value in zip(self.columns, values, strict=True)
        }


def delete_arrays(deletes: Sequence[Delete]) -> list[list[Any]]:
    """The parameters of `delete`."""
    return [[delete.id for delete in deletes], [delete.version for delete in deletes]]


def _travels(index: Index) -> str:
    """The type in which a column's values travel: arrays as literals."""
    return "varchar" if index.array else _TYPES[index.type]


def _taken(name: str, index: Index) -> str:
    return f"u.{name}::varchar[]" if index.array else f"u.{name}"
