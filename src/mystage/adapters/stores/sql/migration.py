"""Bringing a file's tables up to date: made on first use; columns of indexes are added, filled, and dropped again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from mystage.adapters.stores.sql.database import transaction
from mystage.adapters.stores.sql.declared import declared, index_values, note
from mystage.adapters.stores.sql.encoding import json_text
from mystage.adapters.stores.sql.schema import (
    SCHEMA_TABLE,
    SCHEMA_VERSION,
    CollectionTables,
    column_name,
    system_tables,
)
from mystage.domain.errors import Invalid
from mystage.domain.schema import Index

_BATCH = 500


class Migration:
    """What a file's tables must be, for these collections."""

    def __init__(self, path: Path, tables: Iterable[CollectionTables], dialect: Dialect) -> None:
        self._path = path
        self._tables = tuple(tables)
        self._dialect = dialect

    def run(self, connection: sqlite3.Connection) -> None:
        """Make and change tables as needed, in one transaction; nothing is written where nothing is to do."""
        if not self._is_current(connection):
            transaction(connection, self._upgrade)

    def _is_current(self, connection: sqlite3.Connection) -> bool:
        noted = self._noted(connection)
        return noted.get("schema_version") == str(SCHEMA_VERSION) and all(
            noted.get(note(tables)) == declared(tables) for tables in self._tables
        )

    def _noted(self, connection: sqlite3.Connection) -> dict[str, str]:
        """What the file says of its schema. Raises Invalid for one that is not ours, or from a newer version."""
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if SCHEMA_TABLE not in names:
            if names:
                raise Invalid(
                    "this is the database of another program", where=str(self._path), hint="name another file"
                )
            return {}
        noted = dict(connection.execute(f"SELECT name, value FROM {SCHEMA_TABLE}").fetchall())  # noqa: S608 -- a constant
        if int(noted.get("schema_version", 0)) > SCHEMA_VERSION:
            raise Invalid(
                f"written by a newer MyStage (schema {noted['schema_version']}, this one knows {SCHEMA_VERSION})",
                where=str(self._path),
                hint="update MyStage, or name another file",
            )
        return noted

    def _upgrade(self, connection: sqlite3.Connection) -> None:
        noted = self._noted(connection)  # again: another process may have been faster
        if not noted:
            for table in system_tables():
                self._create(connection, table)
        for tables in self._tables:
            before = noted.get(note(tables))
            if before is None:
                for table in (tables.main, *tables.sides.values()):
                    self._create(connection, table)
            elif before != declared(tables):
                self._change(connection, tables, {Index(*entry) for entry in json.loads(before)})
            _write_note(connection, note(tables), declared(tables))
        _write_note(connection, "schema_version", str(SCHEMA_VERSION))

    def _create(self, connection: sqlite3.Connection, table: sa.Table) -> None:
        self._run(connection, CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            self._run(connection, CreateIndex(index))

    def _run(self, connection: sqlite3.Connection, statement: sa.schema.ExecutableDDLElement) -> None:
        connection.execute(str(statement.compile(dialect=self._dialect)))

    def _change(self, connection: sqlite3.Connection, tables: CollectionTables, before: set[Index]) -> None:
        wanted = set(tables.collection.indexes)
        for index in sorted(before - wanted, key=lambda index: index.field):
            self._drop(connection, tables, index)
        added = sorted(wanted - before, key=lambda index: index.field)
        for index in added:
            self._add(connection, tables, index)
        if added:
            self._fill(connection, tables, added)

    def _drop(self, connection: sqlite3.Connection, tables: CollectionTables, index: Index) -> None:
        name = tables.collection.name
        connection.execute(f"DROP TABLE IF EXISTS {self._quoted(f'{name}__{index.field}')}")
        connection.execute(f"DROP INDEX IF EXISTS {self._quoted(f'{name}__by_{index.field}')}")
        connection.execute(f"ALTER TABLE {self._quoted(name)} DROP COLUMN {self._quoted(column_name(index.field))}")

    def _add(self, connection: sqlite3.Connection, tables: CollectionTables, index: Index) -> None:
        column = tables.column(index.field)
        kind = column.type.compile(dialect=self._dialect)
        main = self._quoted(tables.collection.name)
        connection.execute(f"ALTER TABLE {main} ADD COLUMN {self._quoted(column.name)} {kind}")
        if index.array:
            self._create(connection, tables.sides[index.field])
        for made in tables.main.indexes:
            if column.name in made.columns:
                self._run(connection, CreateIndex(made))

    def _fill(self, connection: sqlite3.Connection, tables: CollectionTables, added: list[Index]) -> None:
        main = self._quoted(tables.collection.name)
        columns = ", ".join(f"{self._quoted(column_name(index.field))} = ?" for index in added)
        for rows in _batches(connection, main):
            values = [(id, index_values(tables, id, body)) for id, body in rows]
            connection.executemany(
                f"UPDATE {main} SET {columns} WHERE id = ?",  # noqa: S608 -- names from our own declarations
                [(*(column_value(found[index.field]) for index in added), id) for id, found in values],
            )
            for index in added:
                if index.array:
                    side = self._quoted(tables.sides[index.field].name)
                    connection.executemany(
                        f"INSERT INTO {side} (value, id) VALUES (?, ?)",  # noqa: S608 -- as above
                        [(value, id) for id, found in values for value in found[index.field] or ()],
                    )

    def _quoted(self, name: str) -> str:
        return self._dialect.identifier_preparer.quote(name)


def column_value(value: Any) -> Any:
    """An index value as its column keeps it: an array as JSON text."""
    return json_text(value) if isinstance(value, tuple) else value


def _batches(connection: sqlite3.Connection, main: str) -> Iterator[list[tuple[str, bytes]]]:
    last = ""
    sql = f"SELECT id, body FROM {main} WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 -- a name of our own
    while rows := connection.execute(sql, (last, _BATCH)).fetchall():
        yield rows
        last = rows[-1][0]


def _write_note(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute(f"INSERT OR REPLACE INTO {SCHEMA_TABLE} (name, value) VALUES (?, ?)", (name, value))  # noqa: S608 -- a constant
