"""Documents in SQL tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import takewhile
from typing import Any

from mystage.adapters.stores.sql.database import Database
from mystage.adapters.stores.sql.feed import Feed
from mystage.adapters.stores.sql.queries import chunks, page_of
from mystage.adapters.stores.sql.statements import Statements
from mystage.adapters.stores.sql.task_statements import TaskStatements
from mystage.adapters.stores.sql.writing import Writing
from mystage.application.ports.documents import Change, ChangeSet, DocumentStore, Page, Put, Query, Record
from mystage.application.ports.querying import (
    check_changes,
    check_query,
    decode_cursor,
    known_collection,
    matches,
)
from mystage.application.ports.system import Clock
from mystage.domain.schema import Collection, IndexValue

_SHORT_IDS = 64
"""Up to so many documents are read on the caller's thread."""
_SHORT_LIMIT = 100
_LOOKUPS = frozenset({"in", "any"})
"""Conditions that name their values, at most 30: few documents as a rule (what lasts goes on in a thread by itself)."""
_COUNTERS = "SELECT name, value FROM counters WHERE name >= ? ORDER BY name"


class SqlDocuments(DocumentStore):
    """The documents of a `Database`."""

    _database: Database
    _clock: Clock
    _collections: dict[str, Collection[Any]]
    _statements: dict[str, Statements]
    _tasks: TaskStatements

    async def get(self, collection: str, id: str) -> Record | None:
        sql = self._of(collection).get
        row = await self._database.read(lambda connection: connection.execute(sql, (id,)).fetchone())
        return Record(collection, id, row[0], row[1]) if row is not None else None

    async def get_many(self, collection: str, ids: Sequence[str]) -> dict[str, Record]:
        statements = self._of(collection)

        def work(connection: sqlite3.Connection) -> dict[str, Record]:
            found: dict[str, Record] = {}
            for some in chunks(ids):
                for id, version, body in connection.execute(statements.by_ids(len(some)), some):
                    found[id] = Record(collection, id, version, body)
            return {id: found[id] for id in ids if id in found}

        return await (self._database.read if len(ids) <= _SHORT_IDS else self._database.read_long)(work)

    async def find(self, query: Query) -> Page:
        statements = self._of(query.collection)
        collection = statements.tables.collection
        cursor = decode_cursor(check_query(query, collection), collection)
        sql, values = statements.find(query, cursor)
        looked_up = any(condition.op in _LOOKUPS for condition in query.where)
        short = looked_up if query.limit is None else query.limit <= _SHORT_LIMIT
        read = self._database.read if short else self._database.read_long
        rows = await read(lambda connection: connection.execute(sql, values).fetchall())
        return page_of(query, rows)

    async def export(self, collection: str, after: str | None, limit: int) -> list[Put]:
        statements = self._of(collection)
        sql, values = statements.export(after, limit)
        rows = await self._database.read_long(lambda connection: connection.execute(sql, values).fetchall())
        return [Put(collection, id, body, _restored(statements, values)) for id, body, *values in rows]

    async def count(self, query: Query) -> int:
        statements = self._of(query.collection)
        check_query(query, statements.tables.collection)
        sql, values = statements.count(query)
        number: int = await self._database.read(lambda connection: connection.execute(sql, values).fetchone()[0])
        return number

    async def commit(self, changes: ChangeSet) -> None:
        check_changes(changes, self._collections)
        await self._database.write(Writing(changes, self._statements, self._tasks, self._clock.now()).run)

    async def counters(self, prefix: str = "") -> dict[str, int]:
        rows = await self._database.read(lambda connection: connection.execute(_COUNTERS, (prefix,)).fetchall())
        return dict(takewhile(lambda row: row[0].startswith(prefix), rows))

    def watch(self, query: Query, *, after: int | None = None) -> AsyncIterator[Change]:
        check_query(query, self._of(query.collection).tables.collection)
        feed = Feed(self._database, query.collection)
        return self._changes(query, feed, feed.last_now() if after is None else after)

    async def _changes(self, query: Query, feed: Feed, position: int) -> AsyncIterator[Change]:
        statements = self._of(query.collection)
        while not self._database.closed:
            state = await self._database.state()
            before = position
            rows, position = await feed.after(position)
            documents = await self._indexed(statements, [row.id for row in rows])
            for row in rows:
                record, values = documents.get(row.id, (None, {}))
                if record is not None and matches(query, values):
                    yield Change(row.sequence, query.collection, row.id, record)
                elif not row.created:
                    yield Change(row.sequence, query.collection, row.id, None)
            if position == before:
                await self._database.news(state)

    async def _indexed(
        self, statements: Statements, ids: Sequence[str]
    ) -> dict[str, tuple[Record, dict[str, IndexValue]]]:
        """Documents with the values of their indexes."""
        rows = await self._database.read_long(lambda connection: list(_indexed_rows(connection, statements, ids)))
        name = statements.tables.collection.name
        return {
            id: (Record(name, id, version, body), _restored(statements, values)) for id, version, body, *values in rows
        }

    def _of(self, collection: str) -> Statements:
        known_collection(collection, self._collections)
        return self._statements[collection]


def _indexed_rows(
    connection: sqlite3.Connection, statements: Statements, ids: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    for some in chunks(ids):
        yield from connection.execute(statements.whole(len(some)), some)


def _restored(statements: Statements, values: Sequence[Any]) -> dict[str, IndexValue]:
    return {
        field: tuple(json.loads(value or "[]")) if field in statements.arrays else value
        for field, value in zip(statements.columns, values, strict=True)
    }
