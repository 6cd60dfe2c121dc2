"""DocumentStore: documents with versions, queries over declared indexes, and change sets that commit whole."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mystage.application.ports.tasks import Lease
from mystage.domain.delivery import Task
from mystage.domain.errors import Invalid
from mystage.domain.schema import IndexValue, Scalar

MAX_IN = 30
"""Values of one `in` or contains-any (Firestore's limit, so everybody's)."""
MAX_DOCUMENT_BYTES = 1_000_000
"""A document's JSON must stay below Firestore's 1 MiB; larger bodies belong into the blob store."""

MAX_ID_BYTES = 1_000
"""Of a document's id, in UTF-8. Firestore takes 1,500, but a PostgreSQL index takes 2,700 for an index value and the id."""


@dataclass(frozen=True, slots=True)
class Record:
    """A stored document: JSON bytes (validated by the reader, once) and the version for optimistic writes (from 1)."""

    collection: str
    id: str
    version: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Where:
    """One condition. `op`: eq (value), in (tuple of <= 30), any (contains-any, tuple of <= 30), ge, gt, le, lt.

    An `eq` with value None asks for documents whose field is empty. Ranges never match an empty field.
    """

    field: str
    op: str
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What every backend can answer: equalities, at most one `in`/`any`, ranges over one field, order, limit, cursor.

    Order is by `order` (then by id), else by id. `after` is the cursor `Page.next` of the page before.
    With a range and no `order`, the order is that of the range's field. Documents with an empty `order` field are left out.
    """

    collection: str
    where: tuple[Where, ...] = ()
    order: str | None = None
    descending: bool = False
    limit: int | None = None
    after: str | None = None

    def __post_init__(self) -> None:
        several = [w for w in self.where if w.op in ("in", "any")]
        if len(several) > 1:
            raise Invalid("a query may hold one `in` or contains-any", where=self.collection)
        for w in several:
            if not isinstance(w.value, tuple) or not 1 <= len(w.value) <= MAX_IN:
                raise Invalid(f"`{w.op}` takes 1 to {MAX_IN} values", where=f"{self.collection}.{w.field}")
        ranges = {w.field for w in self.where if w.op in ("ge", "gt", "le", "lt")}
        if len(ranges) > 1 or (ranges and self.order is not None and self.order not in ranges):
            raise Invalid("ranges and order must be over one field", where=self.collection)

    @property
    def order_field(self) -> str | None:
        """The field that the result is ordered by before the id; None: by id alone."""
        if self.order is not None:
            return self.order
        return next((w.field for w in self.where if w.op in ("ge", "gt", "le", "lt")), None)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer; `next` is the cursor for the page after it, None at the end."""

    records: tuple[Record, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """Write a document. `version` is the one that was read; 0: it must not exist; None: whatever is there."""

    collection: str
    id: str
    body: bytes
    index: Mapping[str, IndexValue]
    version: int | None = 0


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a document (gone already is fine, unless a `version` above 0 was given). 0: it must not exist, as for `Put`."""

    collection: str
    id: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Increment:
    """Add `amount` to a counter, without reading it: never conflicts. Counters are read by `counters`."""

    counter: str
    amount: int


@dataclass(frozen=True, slots=True)
class Release:
    """Give a leased task back, to run again at `at`; `error` is kept for the operator."""

    lease: Lease
    at: datetime
    error: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one decision changes. It commits whole or raises Conflict (LeaseLost) and changes nothing.

    `completes` and `releases` end the leases of the tasks that this commit has dealt with, in the same
    transaction, so that an effect happens exactly once: a lease that is lost undoes the commit.
    """

    puts: tuple[Put, ...] = ()
    deletes: tuple[Delete, ...] = ()
    increments: tuple[Increment, ...] = ()
    tasks: tuple[Task, ...] = ()
    completes: tuple[Lease, ...] = ()
    releases: tuple[Release, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Change:
    """One change seen by `watch`; `record` is None where the document was deleted (or left the query)."""

    sequence: int
    collection: str
    id: str
    record: Record | None


class DocumentStore(Protocol):
    """Versioned documents. Writing is optimistic on every backend."""

    @abstractmethod
    async def get(self, collection: str, id: str) -> Record | None:
        """The document, or None."""

    @abstractmethod
    async def get_many(self, collection: str, ids: Sequence[str]) -> dict[str, Record]:
        """Those of the documents that exist, by id; any number of ids, in a bounded number of round trips."""

    @abstractmethod
    async def find(self, query: Query) -> Page:
        """One page of documents; without a limit, all of them. Raises Invalid for a field that is no declared index."""

    @abstractmethod
    async def export(self, collection: str, after: str | None, limit: int) -> list[Put]:
        """What would write the next documents, by id behind `after` (None: from the first), into an empty store.

        Bodies and index values are those that are kept; `version` is 0. Fewer than `limit`: that was the end.
        """

    @abstractmethod
    async def count(self, query: Query) -> int:
        """How many documents match (limit and cursor do not count)."""

    @abstractmethod
    async def commit(self, changes: ChangeSet) -> None:
        """Write all of it, or raise Conflict, LeaseLost, or Invalid (a document that is too large) and write nothing."""

    @abstractmethod
    async def counters(self, prefix: str = "") -> dict[str, int]:
        """All counters whose name starts with `prefix`."""

    @abstractmethod
    def watch(self, query: Query, *, after: int | None = None) -> AsyncIterator[Change]:
        """Changes of documents that match, from now or after sequence `after`, gap-free; ends when closed."""
