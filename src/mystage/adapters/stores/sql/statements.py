"""The statements of SQLite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.elements import ColumnElement

from mystage.adapters.stores.sql.queries import Queries, one_of, value_names
from mystage.adapters.stores.sql.schema import CollectionTables, column_name


class Statements(Queries):
    """The statements of one collection in SQLite."""

    def __init__(self, tables: CollectionTables, dialect: Dialect) -> None:
        super().__init__(tables, dialect)
        self.arrays = tuple(tables.sides)
        self.by_ids = lru_cache(maxsize=None)(self._by_ids)
        self.current = lru_cache(maxsize=None)(self._current)
        self.whole = lru_cache(maxsize=None)(self._whole)

    def _by_ids(self, count: int) -> str:
        """Parameters: `count` ids. Rows: id, version, body."""
        main = self._main
        return self._sql(
            sa.select(main.c.id, main.c.version, main.c.body).where(one_of(main.c.id, value_names("id", count))),
            value_names("id", count),
        )

    def _current(self, count: int) -> str:
        """Parameters: `count` ids. Rows: id, version, then the array columns."""
        main = self._main
        arrays = [self.tables.column(field) for field in self.arrays]
        return self._sql(
            sa.select(main.c.id, main.c.version, *arrays).where(one_of(main.c.id, value_names("id", count))),
            value_names("id", count),
        )

    def _whole(self, count: int) -> str:
        """Parameters: `count` ids. Rows: id, version, body, then the columns."""
        main = self._main
        columns = [self.tables.column(field) for field in self.columns]
        return self._sql(
            sa.select(main.c.id, main.c.version, main.c.body, *columns).where(
                one_of(main.c.id, value_names("id", count))
            ),
            value_names("id", count),
        )

    @cached_property
    def insert(self) -> str:
        """Parameters: id, version, columns, body. Counts 0 where the id is taken."""
        names = ["id", "version", *map(column_name, self.columns), "body"]
        statement = self._main.insert().values({name: sa.bindparam(f"p_{name}") for name in names})
        text = self._sql(statement, [f"p_{name}" for name in names])
        return f"{text} ON CONFLICT DO NOTHING"

    @cached_property
    def update(self) -> str:
        """Parameters: new version, columns, body, id, old version. Counts 0 where the version is another."""
        names = ["version", *map(column_name, self.columns), "body"]
        statement = (
            self._main.update()
            .values({name: sa.bindparam(f"p_{name}") for name in names})
            .where(self._main.c.id == sa.bindparam("this"), self._main.c.version == sa.bindparam("old"))
        )
        return self._sql(statement, [*(f"p_{name}" for name in names), "this", "old"])

    @cached_property
    def delete(self) -> str:
        """Parameters: id, version."""
        main = self._main
        statement = main.delete().where(main.c.id == sa.bindparam("id"), main.c.version == sa.bindparam("version"))
        return self._sql(statement, ["id", "version"])

    @cached_property
    def add_value(self) -> Mapping[str, str]:
        """By array field. Parameters: value, id."""
        return {
            field: self._sql(side.insert().values(value=sa.bindparam("value"), id=sa.bindparam("id")), ["value", "id"])
            for field, side in self.tables.sides.items()
        }

    @cached_property
    def remove_value(self) -> Mapping[str, str]:
        """By array field. Parameters: value, id."""
        return {
            field: self._sql(
                side.delete().where(side.c.value == sa.bindparam("value"), side.c.id == sa.bindparam("id")),
                ["value", "id"],
            )
            for field, side in self.tables.sides.items()
        }

    def _contains_any(self, field: str, names: Sequence[str]) -> ColumnElement[bool]:
        side = self.tables.sides[field]
        return self._main.c.id.in_(sa.select(side.c.id).where(one_of(side.c.value, names)))
