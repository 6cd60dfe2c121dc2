"""Copy a store into another: streaming, resumable after a kill, verified at the end.

The target keeps, for each collection, how far the copy has come, in the commit of the documents that got it there; so a
copy that is run again goes on where the last one was cut. While one page is written, the next is read. A
copy in one go takes the source's fingerprint on the way and reads only the target again; one that was cut reads both.
Documents travel as they are kept, with their index values: also one that its model no longer reads arrives.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from mystage.application.moving.digests import (
    Chain,
    CollectionDigest,
    ahead,
    chain_of,
    digest_of,
    read,
    sorted_json,
    stream_digest,
)
from mystage.application.ports.documents import ChangeSet, Delete, DocumentStore, Increment, Put, Query
from mystage.application.ports.dumps import CanonicalJson
from mystage.application.ports.journal import Journal
from mystage.application.ports.tasks import TaskQueue
from mystage.application.unit_of_work import dump
from mystage.domain.errors import Conflict, Invalid
from mystage.domain.moving import MOVES, Move
from mystage.domain.schema import Collection

PAGE = 1_000
"""Documents read and written together."""
BATCH_BYTES = 4_000_000
"""Bodies of one commit: below the 10 MiB of a Firestore commit."""


class Store(DocumentStore, Journal, TaskQueue, Protocol):
    """All that a store does."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The result: documents copied by this run, and the comparison of both stores."""

    documents: int
    entries: int
    differences: tuple[str, ...]


Progress = Callable[[str, int], None]
"""Told the collection and how many of its documents are there by now."""


class CopyStore:
    """Copies documents, counters and journal entries. Waiting tasks are not moved: drain the source first."""

    def __init__(
        self,
        source: Store,
        target: Store,
        collections: Iterable[Collection[Any]],
        *,
        page: int = PAGE,
        canonical: CanonicalJson = sorted_json,
    ) -> None:
        self._source = source
        self._target = target
        self._page = page
        self._canonical = canonical
        self._fresh = False
        self._sent: dict[str, CollectionDigest] = {}
        """Fingerprints of the collections that this run has copied whole."""
        self._collections = sorted((c for c in collections if c.name != MOVES.name), key=lambda c: c.name)

    async def run(self, progress: Progress, *, leave_tasks: bool = False) -> Copied:
        """Copy all and compare. Raises Invalid where tasks wait, Conflict where the target holds other documents."""
        await self._check(leave_tasks=leave_tasks)
        documents = 0
        for collection in self._collections:
            documents += await self._copy(collection, progress)
        entries = await self._journals(progress)
        await self._counters()
        differences = await self._differences()
        if not differences:
            changes = ChangeSet(deletes=tuple(Delete(MOVES.name, c.name) for c in self._collections))
            await self._target.commit(changes)
        return Copied(documents, entries, tuple(differences))

    async def _check(self, *, leave_tasks: bool) -> None:
        waiting = sum(row.ready + row.leased + row.delayed for row in await self._source.stats())
        if waiting and not leave_tasks:
            hint = "let `mystage run` finish them first, or leave them behind with --leave-tasks"
            raise Invalid(f"{waiting:,} tasks wait in the source, and tasks are not moved", hint=hint)
        begun = await self._target.count(Query(MOVES.name))
        self._fresh = not begun
        if self._fresh:
            for collection in self._collections:
                if await self._target.count(Query(collection.name)):
                    hint = "copy into an empty store; what is there is not overwritten"
                    raise Conflict(f"the target already holds documents in {collection.name}", hint=hint)

    async def _copy(self, collection: Collection[Any], progress: Progress) -> int:
        known = await self._target.get(MOVES.name, collection.name)
        begun = Move.model_validate_json(known.body) if known else Move(id=collection.name)
        if begun.done:
            return 0
        sent, copied = Chain(self._canonical), 0
        async for move, puts in ahead(self._parts(collection, begun)):
            await asyncio.gather(
                self._target.commit(ChangeSet(puts=(*puts, _put(MOVES, move)))),
                asyncio.to_thread(sent.add, [(put.id, put.body) for put in puts]),  # while the target is at it
            )
            copied += len(puts)
            progress(collection.name, begun.copied + copied)
        if known is None:
            self._sent[collection.name] = sent.of(collection.name)
        return copied

    async def _parts(self, collection: Collection[Any], move: Move) -> AsyncIterator[tuple[Move, tuple[Put, ...]]]:
        """What to write, commit by commit, each with how far the copy has come then: whole pages only."""
        while not move.done:
            page = await self._source.export(collection.name, move.after, self._page)
            if not self._fresh:  # after a cut, some of a page may be there already
                page = [replace(put, version=None) for put in page]
            *others, last = list(_batches(page)) or [()]
            for batch in others:
                yield move, tuple(batch)
            after = page[-1].id if page else move.after
            done = len(page) < self._page
            move = Move(id=collection.name, after=after, copied=move.copied + len(page), done=done)
            yield move, tuple(last)

    async def _differences(self) -> list[str]:
        """As `compare`; what this run has read whole is not read again, but counted, in case somebody writes there."""
        found: list[str] = []
        for collection in self._collections:
            there = await chain_of(self._target, collection, self._canonical)
            if (sent := self._sent.get(collection.name)) is None:
                sent = await chain_of(self._source, collection, self._canonical)
            now = await self._source.count(Query(collection.name))
            if now != sent.count:
                sent = CollectionDigest(collection=collection.name, count=now, digest="")
            if sent.count == there.count and sent != there:
                found += await _differs(self._source, self._target, collection)
            else:
                found += _unequal(sent, there)
        return found + await _compare_others(self._source, self._target)

    async def _journals(self, progress: Progress) -> int:
        copied = 0
        for stream in await self._source.streams():
            after, _ = await stream_digest(self._target, stream)
            while entries := await self._source.read(stream, after, PAGE):
                await self._target.append(stream, [entry.body for entry in entries], expected=after)
                after = entries[-1].sequence
                copied += len(entries)
                progress(f"journal {stream}", after)
        return copied

    async def _counters(self) -> None:
        """Counters can only be added to: what is missing is added."""
        have, want = await self._target.counters(), await self._source.counters()
        missing = [Increment(name, value - have.get(name, 0)) for name, value in sorted(want.items())]
        changes = tuple(increment for increment in missing if increment.amount)
        for start in range(0, len(changes), PAGE):
            await self._target.commit(ChangeSet(increments=changes[start : start + PAGE]))


async def compare(
    left: Store, right: Store, collections: Sequence[Collection[Any]], canonical: CanonicalJson = sorted_json
) -> list[str]:
    """In words, where two stores differ; empty where they hold the same."""
    found: list[str] = []
    for collection in sorted(collections, key=lambda c: c.name):
        one, other = await chain_of(left, collection, canonical), await chain_of(right, collection, canonical)
        same_number = one != other and one.count == other.count
        found += await _differs(left, right, collection) if same_number else _unequal(one, other)
    return found + await _compare_others(left, right)


async def _differs(left: Store, right: Store, collection: Collection[Any]) -> list[str]:
    """Where a collection's JSON is not the same: whether what its model reads from it is (1 and 1.0, an old default)."""
    return _unequal(await digest_of(left, collection), await digest_of(right, collection))


def _unequal(a: CollectionDigest, b: CollectionDigest) -> list[str]:
    if a == b:
        return []
    other = "" if a.count != b.count else ", of other content"
    return [f"{a.collection}: {a.count:,} and {b.count:,} documents{other}"]


async def _compare_others(left: Store, right: Store) -> list[str]:
    """Where counters and journals differ."""
    one, other = await left.counters(), await right.counters()
    found = [
        f"counter {n}: {one.get(n, 0)} and {other.get(n, 0)}"
        for n in sorted(one | other)
        if one.get(n, 0) != other.get(n, 0)
    ]
    for stream in sorted({*await left.streams(), *await right.streams()}):
        a, b = await stream_digest(left, stream), await stream_digest(right, stream)
        if a != b:
            found.append(
                f"journal {stream}: {a[0]:,} and {b[0]:,} entries" + ("" if a[0] != b[0] else ", of other content")
            )
    return found


def put_of(collection: Collection[Any], id: str, body: bytes, version: int | None = None) -> Put:
    """The write of a document as it stands in another store: validated, its index values computed again.

    `version`: that which the target holds (0: none; None: whatever is there). Raises Malformed.
    """
    return Put(collection.name, id, body, collection.index_values(read(collection, id, body)), version)


def _put(collection: Collection[Any], model: Any) -> Put:
    return Put(collection.name, model.id, dump(model), collection.index_values(model), None)


def _batches(page: Sequence[Put]) -> Iterator[Sequence[Put]]:
    """Parts of a page whose bodies stay below the bytes of one commit."""
    start, size = 0, 0
    for position, put in enumerate(page):
        if position > start and size + len(put.body) > BATCH_BYTES:
            yield page[start:position]
            start, size = position, 0
        size += len(put.body)
    if start < len(page):
        yield page[start:]
