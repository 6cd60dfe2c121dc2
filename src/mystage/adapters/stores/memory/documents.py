"""Documents in dicts."""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Sequence
from typing import Any

from mystage.adapters.stores.memory import tasks
from mystage.adapters.stores.memory.state import ChangeRow, Document, State, Table
from mystage.application.ports.documents import Change, ChangeSet, Delete, DocumentStore, Page, Put, Query, Record
from mystage.application.ports.querying import (
    check_changes,
    check_query,
    decode_cursor,
    encode_cursor,
    is_after,
    known_collection,
    matches,
    sort_key,
    stored_values,
)
from mystage.domain.errors import Conflict, NotFound
from mystage.domain.schema import Collection


class MemoryDocuments(DocumentStore):
    """The documents of a `State`."""

    _state: State
    _collections: dict[str, Collection[Any]]

    async def get(self, collection: str, id: str) -> Record | None:
        found = self._table(collection).documents.get(id)
        return found.record if found is not None else None

    async def get_many(self, collection: str, ids: Sequence[str]) -> dict[str, Record]:
        documents = self._table(collection).documents
        return {id: documents[id].record for id in ids if id in documents}

    async def find(self, query: Query) -> Page:
        table = self._table(query.collection)
        cursor = decode_cursor(check_query(query, table.collection), table.collection)
        found = [(sort_key(query, doc.record.id, doc.values), doc.record) for doc in self._matching(query)]
        if cursor is not None:
            found = [item for item in found if is_after(query, item[0], cursor)]
        found.sort(key=lambda item: item[0], reverse=query.descending)
        if query.limit is None or len(found) <= query.limit:
            return Page(tuple(record for _, record in found))
        page = found[: query.limit]
        return Page(tuple(record for _, record in page), encode_cursor(query, page[-1][0]))

    async def export(self, collection: str, after: str | None, limit: int) -> list[Put]:
        documents = self._table(collection).documents
        ids = heapq.nsmallest(limit, (id for id in documents if after is None or id > after))
        return [Put(collection, id, documents[id].record.body, documents[id].values) for id in ids]

    async def count(self, query: Query) -> int:
        check_query(query, self._table(query.collection).collection)
        return len(self._matching(query))

    async def commit(self, changes: ChangeSet) -> None:
        state = self._state
        check_changes(changes, self._collections)
        documents = [
            Document(self._written(put), stored_values(put, self._collections[put.collection])) for put in changes.puts
        ]
        for delete in changes.deletes:
            self._check_delete(delete)
        tasks.check_held(state, [*changes.completes, *(release.lease for release in changes.releases)])
        # From here on nothing can fail.
        for document in documents:
            self._put(document)
        for delete in changes.deletes:
            if state.tables[delete.collection].delete(delete.id) is not None:
                state.note_change(delete.collection, delete.id, created=False)
        for increment in changes.increments:
            state.counters[increment.counter] = state.counters.get(increment.counter, 0) + increment.amount
        for lease in changes.completes:
            tasks.complete(state, lease)
        for release in changes.releases:
            tasks.release(state, release)
        for task in changes.tasks:
            tasks.enqueue(state, task)
        state.signal.notify()

    async def counters(self, prefix: str = "") -> dict[str, int]:
        return {name: value for name, value in sorted(self._state.counters.items()) if name.startswith(prefix)}

    def watch(self, query: Query, *, after: int | None = None) -> AsyncIterator[Change]:
        check_query(query, self._table(query.collection).collection)
        return self._changes(query, self._state.last_change if after is None else after)

    async def _changes(self, query: Query, position: int) -> AsyncIterator[Change]:
        while True:
            news = self._state.signal.next()
            rows = self._rows_after(position)
            latest = {row.id: row.sequence for row in rows if row.collection == query.collection}
            seen = [self._seen(query, row) for row in rows if latest.get(row.id) == row.sequence]
            position = rows[-1].sequence if rows else position
            for change in seen:
                if change is not None:
                    yield change
            await news.wait()

    def _rows_after(self, position: int) -> list[ChangeRow]:
        changes = self._state.changes
        oldest = changes[0].sequence if changes else 1
        if position < oldest - 1:
            raise NotFound(
                f"changes after {position} are no longer kept", hint="find the documents again, then watch from now"
            )
        return changes[position - oldest + 1 :]

    def _seen(self, query: Query, row: ChangeRow) -> Change | None:
        """What a watcher learns from `row`; None where a new document was never in the query."""
        document = self._state.tables[row.collection].documents.get(row.id)
        if document is not None and matches(query, document.values):
            return Change(row.sequence, row.collection, row.id, document.record)
        return None if row.created else Change(row.sequence, row.collection, row.id, None)

    def _matching(self, query: Query) -> list[Document]:
        table = self._table(query.collection)
        found = (table.documents[id] for id in table.candidates(query))
        return [document for document in found if matches(query, document.values)]

    def _written(self, put: Put) -> Record:
        """The record that `put` makes, or Conflict."""
        old = self._state.tables[put.collection].documents.get(put.id)
        current = old.record.version if old is not None else 0
        if put.version is not None and put.version != current:
            raise _conflict(put, current)
        return Record(put.collection, put.id, current + 1, put.body)

    def _check_delete(self, delete: Delete) -> None:
        old = self._state.tables[delete.collection].documents.get(delete.id)
        current = old.record.version if old is not None else 0
        if delete.version is not None and delete.version != current:
            raise _conflict(delete, current)

    def _put(self, document: Document) -> None:
        record = document.record
        table = self._state.tables[record.collection]
        created = record.id not in table.documents
        table.put(document)
        self._state.note_change(record.collection, record.id, created=created)

    def _table(self, name: str) -> Table:
        known_collection(name, self._collections)
        return self._state.tables[name]


def _conflict(change: Put | Delete, current: int) -> Conflict:
    return Conflict(
        f"version {change.version} was read, but the document has version {current}",
        where=f"{change.collection}/{change.id}",
        hint="read again and decide again",
    )
