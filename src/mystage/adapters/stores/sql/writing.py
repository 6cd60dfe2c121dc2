"""One change set as one transaction: few statements, each over many rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mystage.adapters.stores.sql.feed import note_changes
from mystage.adapters.stores.sql.migration import column_value
from mystage.adapters.stores.sql.queries import chunks
from mystage.adapters.stores.sql.statements import Statements
from mystage.adapters.stores.sql.task_statements import TaskStatements
from mystage.application.ports.documents import ChangeSet, Delete, Put
from mystage.application.ports.querying import stored_values
from mystage.domain.errors import Conflict
from mystage.domain.schema import IndexValue

_ADD = (
    "INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value"
)


class _Old(NamedTuple):
    """A document as it stands: its version and the values of its arrays, by field."""

    version: int
    arrays: Mapping[str, Sequence[str]]


class Writing:
    """The work of one commit. The caller's transaction makes it whole."""

    def __init__(
        self, changes: ChangeSet, statements: Mapping[str, Statements], tasks: TaskStatements, now: datetime
    ) -> None:
        self._changes = changes
        self._statements = statements
        self._tasks = tasks
        self._now = now
        self._created: set[tuple[str, str]] = set()
        self._gone: set[tuple[str, str]] = set()

    def run(self, connection: sqlite3.Connection) -> None:
        """Write everything, or raise Conflict, LeaseLost or Invalid."""
        changes = self._changes
        touched: list[Put | Delete] = [*changes.puts, *changes.deletes]
        for name in dict.fromkeys(change.collection for change in touched):
            self._write(
                connection,
                self._statements[name],
                [put for put in changes.puts if put.collection == name],
                [delete for delete in changes.deletes if delete.collection == name],
            )
        connection.executemany(_ADD, [(increment.counter, increment.amount) for increment in changes.increments])
        self._tasks.complete(connection, changes.completes, self._now)
        self._tasks.release(connection, changes.releases, self._now)
        self._tasks.enqueue(connection, changes.tasks, self._now)
        puts = [(put.collection, put.id) for put in changes.puts]
        deletes = [(delete.collection, delete.id) for delete in changes.deletes]
        noted = [(*key, key in self._created) for key in puts]
        note_changes(connection, noted + [(*key, False) for key in deletes if key in self._gone])

    def _write(
        self, connection: sqlite3.Connection, statements: Statements, puts: Sequence[Put], deletes: Sequence[Delete]
    ) -> None:
        touched: list[Put | Delete] = [*puts, *deletes]
        known = [change.id for change in touched if change.version != 0 or isinstance(change, Delete)]
        old = _old(connection, statements, known)
        for change in touched:
            there = old[change.id].version if change.id in old else 0
            if change.version is not None and change.version != there:
                raise _conflict(change, old.get(change.id))
        self._insert(connection, statements, [put for put in puts if put.id not in old])
        self._update(connection, statements, [(put, old[put.id]) for put in puts if put.id in old])
        self._delete(connection, statements, [(delete, old.get(delete.id)) for delete in deletes])

    def _insert(self, connection: sqlite3.Connection, statements: Statements, puts: Sequence[Put]) -> None:
        if not puts:
            return
        values = [stored_values(put, statements.tables.collection) for put in puts]
        rows = [(put.id, 1, *_columns(found), put.body) for put, found in zip(puts, values, strict=True)]
        if connection.executemany(statements.insert, rows).rowcount != len(rows):
            connection.execute(
                "ROLLBACK"
            )  # first, so that what was there can be told from what this commit has written
            raise _first_taken(puts, _old(connection, statements, [put.id for put in puts]))
        none: dict[str, Sequence[str]] = {}
        self._arrays(connection, statements, [(put.id, none, found) for put, found in zip(puts, values, strict=True)])
        self._created.update((put.collection, put.id) for put in puts)

    def _update(self, connection: sqlite3.Connection, statements: Statements, puts: Sequence[tuple[Put, _Old]]) -> None:
        if not puts:
            return
        values = [stored_values(put, statements.tables.collection) for put, _ in puts]
        rows = [
            (old.version + 1, *_columns(found), put.body, put.id, old.version)
            for (put, old), found in zip(puts, values, strict=True)
        ]
        if connection.executemany(statements.update, rows).rowcount != len(rows):
            raise Conflict("a document changed while it was written", where=statements.tables.collection.name)
        self._arrays(
            connection,
            statements,
            [(put.id, old.arrays, found) for (put, old), found in zip(puts, values, strict=True)],
        )

    def _delete(
        self, connection: sqlite3.Connection, statements: Statements, deletes: Sequence[tuple[Delete, _Old | None]]
    ) -> None:
        for delete, old in deletes:
            if old is None:
                continue
            connection.execute(statements.delete, (delete.id, old.version))
            self._arrays(connection, statements, [(delete.id, old.arrays, {})])
            self._gone.add((delete.collection, delete.id))

    def _arrays(
        self,
        connection: sqlite3.Connection,
        statements: Statements,
        changed: Sequence[tuple[str, Mapping[str, Sequence[str]], Mapping[str, IndexValue]]],
    ) -> None:
        """Bring the side tables from the old to the new values of each document (id, old, new)."""
        for field in statements.arrays:
            sets = [(id, set(old.get(field, ())), _items(new.get(field))) for id, old, new in changed]
            gone = [(value, id) for id, old, new in sets for value in old.difference(new)]
            come = [(value, id) for id, old, new in sets for value in new if value not in old]
            if gone:
                connection.executemany(statements.remove_value[field], gone)
            if come:
                connection.executemany(statements.add_value[field], come)


def _items(value: IndexValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _columns(values: Mapping[str, IndexValue]) -> Iterable[Any]:
    return map(column_value, values.values())


def _old(connection: sqlite3.Connection, statements: Statements, ids: Sequence[str]) -> dict[str, _Old]:
    """Those of the documents that exist."""
    found: dict[str, _Old] = {}
    for some in chunks(ids):
        for id, version, *arrays in connection.execute(statements.current(len(some)), some):
            found[id] = _Old(
                version, {field: json.loads(text) for field, text in zip(statements.arrays, arrays, strict=True)}
            )
    return found


def _first_taken(puts: Sequence[Put], taken: Mapping[str, _Old]) -> Conflict:
    put = next((put for put in puts if put.id in taken), None)
    if put is None:  # removed again meanwhile
        return Conflict("a document was written by somebody else", where=puts[0].collection, hint="decide again")
    return _conflict(put, taken[put.id])


def _conflict(change: Put | Delete, old: _Old | None) -> Conflict:
    return Conflict(
        f"version {change.version} was read, but the document has version {old.version if old else 0}",
        where=f"{change.collection}/{change.id}",
        hint="read again and decide again",
    )
