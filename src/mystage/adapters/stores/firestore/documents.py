"""Documents in Firestore."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from mystage.adapters.stores.firestore.bodies import document_of, index_values, record_of
from mystage.adapters.stores.firestore.connection import Connection
from mystage.adapters.stores.firestore.feed import Feed, Numbered
from mystage.adapters.stores.firestore.places import COUNTERS, Places
from mystage.adapters.stores.firestore.queries import Search, matching, ordered
from mystage.adapters.stores.firestore.writing import Memory, Writer, seen_document
from mystage.application.ports.documents import Change, ChangeSet, DocumentStore, Page, Put, Query, Record
from mystage.application.ports.querying import (
    check_changes,
    check_query,
    decode_cursor,
    encode_cursor,
    matches,
    sort_key,
)


class FirestoreDocuments(DocumentStore):
    """The documents of a project's databases."""

    _places: Places
    _memory: Memory
    _writer: Writer
    _feeds: Mapping[Connection, Feed]
    _starting: set[asyncio.Task[int]]

    async def get(self, collection: str, id: str) -> Record | None:
        return (await self.get_many(collection, (id,))).get(id)

    async def get_many(self, collection: str, ids: Sequence[str]) -> dict[str, Record]:
        found = await self._get(collection, ids)
        return {id: record_of(document, collection) for id, document in found.items()}

    async def _get(self, collection: str, ids: Sequence[str]) -> dict[str, Any]:
        names = {id: self._places.document(collection, id) for id in ids}
        home = self._places.home(collection)
        documents = await home.get(list(names.values())) if names else {}
        for name in names.values():
            self._see(name, documents.get(name))
        return {id: documents[name] for id, name in names.items() if name in documents}

    def _see(self, name: str, document: Any | None) -> None:
        self._memory.see(name, None if document is None else seen_document(document))

    async def find(self, query: Query) -> Page:
        collection = self._places.collection(query.collection)
        cursor = decode_cursor(check_query(query, collection), collection)
        search = matching(query, collection, self._places.kept(query.collection))
        if search is None:
            return Page(())
        asked = ordered(search, query, cursor, self._places.path(query.collection))
        documents = await self._places.home(query.collection).query(asked.message)
        for document in documents:
            self._see(document.name, document)
        records = tuple(record_of(document, query.collection) for document in documents[: query.limit])
        if query.limit is None or len(documents) <= query.limit:
            return Page(records)
        values = index_values(documents[query.limit - 1], collection)
        return Page(records, encode_cursor(query, sort_key(query, records[-1].id, values)))

    async def export(self, collection: str, after: str | None, limit: int) -> list[Put]:
        declared = self._places.collection(collection)
        query = Query(collection, limit=limit - 1)
        search = matching(query, declared, self._places.kept(collection))
        if search is None:
            return []
        cursor = None if after is None else (None, after)
        asked = ordered(search, query, cursor, self._places.path(collection))
        found = []
        for document in await self._places.home(collection).query(asked.message):
            record = record_of(document, collection)
            found.append(Put(collection, record.id, record.body, index_values(document, declared)))
        return found

    async def count(self, query: Query) -> int:
        collection = self._places.collection(query.collection)
        check_query(query, collection)
        search = matching(query, collection, self._places.kept(query.collection))
        return 0 if search is None else await self._places.home(query.collection).count(search.message)

    async def commit(self, changes: ChangeSet) -> None:
        check_changes(changes, self._places.collections)
        documents = [
            document_of(put, self._places.collection(put.collection), self._places.document(put.collection, put.id))
            for put in changes.puts
        ]
        if self._starting:
            await asyncio.wait(self._starting)  # a watch that begins now must see what is written after it
        await self._writer.write(changes, documents)

    async def counters(self, prefix: str = "") -> dict[str, int]:
        search = Search(self._places.kept(COUNTERS)).where("name", "ge", prefix).order("name")
        if prefix:
            search.where("name", "le", prefix + "\U0010ffff")
        found: dict[str, int] = {}
        for document in await self._places.pipeline.query(search.message):
            name = document.fields["name"].string_value
            found[name] = found.get(name, 0) + document.fields["value"].integer_value
        return found

    def watch(self, query: Query, *, after: int | None = None) -> AsyncIterator[Change]:
        check_query(query, self._places.collection(query.collection))
        feed = self._feeds[self._places.home(query.collection)]
        if after is not None:
            return self._changes(query, feed, after)
        starting = asyncio.get_running_loop().create_task(feed.now())
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        return self._changes(query, feed, starting)

    async def _changes(self, query: Query, feed: Feed, start: int | asyncio.Task[int]) -> AsyncIterator[Change]:
        position = start if isinstance(start, int) else await start
        async with feed.news() as news:
            while not feed.connection.closed:
                coming = news.next()
                before = position
                rows, position = await feed.after(position, query.collection)
                for change in await self._seen(query, rows):
                    yield change
                if position == before:
                    await news.wait(coming)

    async def _seen(self, query: Query, rows: Sequence[Numbered]) -> list[Change]:
        """What a watcher learns; nothing of a new document that was never in the query."""
        collection = self._places.collection(query.collection)
        documents = await self._get(query.collection, [row.id for row in rows])
        seen = []
        for row in rows:
            document = documents.get(row.id)
            if document is not None and matches(query, index_values(document, collection)):
                seen.append(Change(row.sequence, query.collection, row.id, record_of(document, query.collection)))
            elif not row.created:
                seen.append(Change(row.sequence, query.collection, row.id, None))
        return seen
