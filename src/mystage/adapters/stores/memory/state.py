"""The dicts behind the memory store, shared by its documents, tasks and journal so that they change together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mystage.application.ports.documents import Query, Record
from mystage.application.ports.journal import Entry
from mystage.application.ports.system import Clock
from mystage.domain.delivery import Task
from mystage.domain.schema import Collection, IndexValue, Scalar

CHANGES_KEPT = 100_000
"""How many changes a `watch` may look back on."""


class Signal:
    """Wakes those who wait for news. Nothing is missed: take `next()` before looking, wait for it after."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def next(self) -> asyncio.Event:
        """What the next `notify` will set."""
        return self._event

    def notify(self) -> None:
        """Wake everybody who waits now."""
        self._event.set()
        self._event = asyncio.Event()


@dataclass(slots=True)
class Document:
    """A document as kept: its record and its index values."""

    record: Record
    values: Mapping[str, IndexValue]


class Table:
    """The documents of one collection, and for each index the ids by value."""

    def __init__(self, collection: Collection[Any]) -> None:
        self.collection = collection
        self.documents: dict[str, Document] = {}
        self._ids: dict[str, dict[Scalar, set[str]]] = {index.field: {} for index in collection.indexes}

    def put(self, document: Document) -> None:
        """Write `document` over whatever has its id."""
        self.delete(document.record.id)
        self.documents[document.record.id] = document
        for name, value in document.values.items():
            for item in value if isinstance(value, tuple) else (value,):
                self._ids[name].setdefault(item, set()).add(document.record.id)

    def delete(self, id: str) -> Document | None:
        """Remove and return the document, if it is there."""
        old = self.documents.pop(id, None)
        for name, value in old.values.items() if old is not None else ():
            for item in value if isinstance(value, tuple) else (value,):
                ids = self._ids[name][item]
                ids.discard(id)
                if not ids:
                    del self._ids[name][item]
        return old

    def candidates(self, query: Query) -> Iterable[str]:
        """Ids among which are all that match: those of the most selective condition that an index answers."""
        best: Iterable[str] | None = None
        fewest = len(self.documents) + 1
        for where in query.where:
            if where.op not in ("eq", "in", "any"):
                continue
            wanted = where.value if isinstance(where.value, tuple) else (where.value,)
            found = [self._ids[where.field].get(value, set()) for value in wanted]
            if (size := sum(map(len, found))) < fewest:
                best, fewest = set().union(*found), size
        return self.documents if best is None else best


@dataclass(slots=True)
class QueuedTask:
    """A task as kept. `order` is that of creation; `ready_at` when it may (next) run, leases aside."""

    order: int
    task: Task
    revision: int
    ready_at: datetime
    token: str | None = None
    lease_until: datetime | None = None
    error: str = ""

    @property
    def visible_at(self) -> datetime:
        """From when on it may be claimed."""
        return self.lease_until or self.ready_at


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One entry of the change feed. `created`: the document did not exist before."""

    sequence: int
    collection: str
    id: str
    created: bool


@dataclass(slots=True)
class State:
    """Everything that a memory store holds."""

    clock: Clock
    tables: dict[str, Table]
    tasks: dict[str, QueuedTask] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    streams: dict[str, list[Entry]] = field(default_factory=dict)
    changes: list[ChangeRow] = field(default_factory=list)
    signal: Signal = field(default_factory=Signal)
    last_change: int = 0
    counted: int = 0

    def count(self) -> int:
        """The next number of an endless count, for the order and tokens of tasks."""
        self.counted += 1
        return self.counted

    def note_change(self, collection: str, id: str, *, created: bool) -> None:
        """Add one entry to the change feed, which forgets its oldest half when it is full."""
        self.last_change += 1
        self.changes.append(ChangeRow(self.last_change, collection, id, created))
        if len(self.changes) > 2 * CHANGES_KEPT:
            del self.changes[:CHANGES_KEPT]
