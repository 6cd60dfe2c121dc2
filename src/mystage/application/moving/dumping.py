"""Dump a store into a file, and load a file into an empty store."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from mystage.application.moving.copying import PAGE, Progress, Store, put_of
from mystage.application.moving.digests import entries_of, pages
from mystage.application.ports.documents import ChangeSet, Increment, Put, Query
from mystage.application.ports.dumps import Row
from mystage.domain.errors import Conflict, Malformed
from mystage.domain.schema import Collection


async def rows_of(store: Store, collections: Iterable[Collection[Any]], progress: Progress) -> AsyncIterator[Row]:
    """All that a store holds, as rows (tasks that wait are not kept)."""
    for collection in sorted(collections, key=lambda c: c.name):
        count = 0
        async for records, _ in pages(store, collection.name, limit=PAGE):
            for record in records:
                yield Row("document", collection.name, record.id, record.body)
            count += len(records)
            progress(collection.name, count)
    for name, value in sorted((await store.counters()).items()):
        yield Row("counter", name, "", json.dumps(value).encode())
    for stream in await store.streams():
        async for entry in entries_of(store, stream):
            yield Row("entry", stream, str(entry.sequence), json.dumps(base64.b64encode(entry.body).decode()).encode())


async def load(store: Store, collections: Iterable[Collection[Any]], rows: Iterable[Row], progress: Progress) -> int:
    """Load rows into an empty store. Raises Conflict where it holds documents, Malformed for rows it does not know."""
    known = {collection.name: collection for collection in collections}
    for name in known:
        if await store.count(Query(name)):
            raise Conflict(f"the store already holds documents in {name}", hint="load into an empty store")
    return await _Loader(store, known, progress).load(rows)


class _Loader:
    """Gathers rows into commits."""

    def __init__(self, store: Store, known: Mapping[str, Collection[Any]], progress: Progress) -> None:
        self._store = store
        self._known = known
        self._progress = progress
        self._puts: list[Put] = []
        self._bytes = 0
        self._count = 0

    async def load(self, rows: Iterable[Row]) -> int:
        for row in rows:
            if row.place == "document":
                await self._document(row)
            elif row.place == "counter":
                await self._store.commit(ChangeSet(increments=(Increment(row.name, int(row.body)),)))
            elif row.place == "entry":
                body = base64.b64decode(json.loads(row.body))
                await self._store.append(row.name, [body], expected=int(row.key) - 1)
            else:
                raise Malformed(f"an unknown kind of row: {row.place}")
            self._count += 1
        await self._flush()
        return self._count

    async def _document(self, row: Row) -> None:
        collection = self._known.get(row.name)
        if collection is None:
            raise Malformed(f"a document of an unknown collection: {row.name}", where=row.key)
        self._puts.append(put_of(collection, row.key, row.body, version=0))
        self._bytes += len(row.body)
        if len(self._puts) >= PAGE or self._bytes > 4_000_000:
            await self._flush()
            self._progress(row.name, self._count)

    async def _flush(self) -> None:
        if self._puts:
            await self._store.commit(ChangeSet(puts=tuple(self._puts)))
            self._puts, self._bytes = [], 0
