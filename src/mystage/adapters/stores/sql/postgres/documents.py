"""Documents in PostgreSQL tables."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

from mystage.adapters.stores.sql.encoding import to_micros
from mystage.adapters.stores.sql.postgres.connections import Connections
from mystage.adapters.stores.sql.postgres.errors import RETRIED, TAKEN
from mystage.adapters.stores.sql.postgres.news import News
from mystage.adapters.stores.sql.postgres.statements import PostgresStatements
from mystage.adapters.stores.sql.postgres.writing import write
from mystage.adapters.stores.sql.queries import page_of
from mystage.application.ports.documents import Change, ChangeSet, DocumentStore, Page, Put, Query, Record
from mystage.application.ports.querying import (
    check_changes,
    check_query,
    decode_cursor,
    known_collection,
    matches,
)
from mystage.application.ports.system import Clock
from mystage.domain.errors import Conflict, NotFound
from mystage.domain.schema import Collection

_COUNTERS = "SELECT name, value FROM counters WHERE starts_with(name, $1) ORDER BY name"
_LAST = "SELECT coalesce(max(last), 0) FROM feed"
_OLDEST = "SELECT first FROM changes ORDER BY last LIMIT 1"
_AFTER = "SELECT first, body FROM changes WHERE last > $1 ORDER BY last LIMIT 1000"
_TRIES = 5
"""Of a commit that the server broke off because of a deadlock."""


class _Row(NamedTuple):
    sequence: int
    id: str
    created: bool


class PostgresDocuments(DocumentStore):
    """The documents of a database."""

    _connections: Connections
    _news: News
    _clock: Clock
    _collections: dict[str, Collection[Any]]
    _statements: dict[str, PostgresStatements]
    _starting: set[asyncio.Task[int]]

    async def get(self, collection: str, id: str) -> Record | None:
        row = await self._connections.row(self._of(collection).get, id)
        return Record(collection, id, row[0], row[1]) if row is not None else None

    async def get_many(self, collection: str, ids: Sequence[str]) -> dict[str, Record]:
        statements = self._of(collection)
        wanted = list(dict.fromkeys(ids))
        rows = await self._connections.rows(statements.by_ids, wanted) if wanted else []
        found = {id: Record(collection, id, version, body) for id, version, body in rows}
        return {id: found[id] for id in wanted if id in found}

    async def find(self, query: Query) -> Page:
        statements = self._of(query.collection)
        collection = statements.tables.collection
        cursor = decode_cursor(check_query(query, collection), collection)
        sql, values = statements.find(query, cursor)
        rows = await self._connections.rows(sql, *values)
        return page_of(query, rows)

    async def export(self, collection: str, after: str | None, limit: int) -> list[Put]:
        statements = self._of(collection)
        sql, values = statements.export(after, limit)
        rows = await self._connections.rows(sql, *values)
        return [Put(collection, row[0], row[1], statements.restored(tuple(row)[2:])) for row in rows]

    async def count(self, query: Query) -> int:
        statements = self._of(query.collection)
        check_query(query, statements.tables.collection)
        sql, values = statements.count(query)
        number: int = (await self._connections.row(sql, *values))[0]
        return number

    async def commit(self, changes: ChangeSet) -> None:
        check_changes(changes, self._collections)
        if self._starting:  # a watch that begins now must not miss this commit
            await asyncio.wait(self._starting)
        bulk = True
        for tried in range(1, _TRIES + 1):
            try:
                async with self._connections.transaction() as connection:
                    await write(connection, changes, self._statements, to_micros(self._clock.now()), bulk=bulk)
            except Conflict as error:
                state = getattr(error.__cause__, "sqlstate", None)
                if (state not in RETRIED and not (bulk and state == TAKEN)) or tried == _TRIES:
                    raise
                bulk = bulk and state != TAKEN
            else:
                return

    async def counters(self, prefix: str = "") -> dict[str, int]:
        return dict(await self._connections.rows(_COUNTERS, prefix))

    def watch(self, query: Query, *, after: int | None = None) -> AsyncIterator[Change]:
        check_query(query, self._of(query.collection).tables.collection)
        return self._changes(query, self._position() if after is None else after)

    def _position(self) -> asyncio.Task[int]:
        """The sequence of the newest change, being read; commits of this store wait for it."""
        task = asyncio.ensure_future(self._last())
        self._starting.add(task)
        task.add_done_callback(self._started)
        return task

    def _started(self, task: asyncio.Task[int]) -> None:
        self._starting.discard(task)
        if not task.cancelled():
            task.exception()  # the watcher will meet it, if it looks

    async def _last(self) -> int:
        last: int = (await self._connections.row(_LAST))[0]
        return last

    async def _changes(self, query: Query, begin: int | asyncio.Task[int]) -> AsyncIterator[Change]:
        position = begin if isinstance(begin, int) else await begin
        statements = self._of(query.collection)
        while not self._connections.closed:
            news = await self._news.next("documents")
            before = position
            rows, position = await self._after(query.collection, position)
            found = await self._connections.rows(statements.whole, [row.id for row in rows]) if rows else []
            documents = {row[0]: row for row in found}
            for row in rows:
                document = documents.get(row.id)
                if document is not None and matches(query, statements.restored(tuple(document)[3:])):
                    record = Record(query.collection, row.id, document[1], document[2])
                    yield Change(row.sequence, query.collection, row.id, record)
                elif not row.created:
                    yield Change(row.sequence, query.collection, row.id, None)
            if position == before:
                await self._news.wait(news)

    async def _after(self, collection: str, position: int) -> tuple[list[_Row], int]:
        """Changes above `position`, of each document the last, and how far that is. Raises NotFound if they are gone."""
        rows = await self._connections.rows(_AFTER, position)
        oldest = await self._connections.row(
            _OLDEST
        )  # looked at last: what is forgotten meanwhile does not pass unseen
        if oldest is not None and position < oldest[0] - 1:
            raise NotFound(
                f"changes after {position} are no longer kept",
                where=collection,
                hint="find the documents again, then watch from now",
            )
        latest: dict[str, _Row] = {}
        end = position
        for first, body in rows:
            for end, (name, id, created) in enumerate(json.loads(body), first):
                if name == collection and end > position:
                    latest.pop(id, None)  # so that the order is that of the last change
                    latest[id] = _Row(end, id, created)
        return list(latest.values()), end

    def _of(self, collection: str) -> PostgresStatements:
        known_collection(collection, self._collections)
        return self._statements[collection]
