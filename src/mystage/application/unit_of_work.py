"""The unit of work: one decision. Reads are validated once and remembered, writes are staged, all commits together.

Reads of a unit see its own staged writes. A `savepoint` lets one task of a batch fail without the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

from pydantic import ValidationError

from mystage.application.ports.documents import (
    MAX_IN,
    ChangeSet,
    Delete,
    DocumentStore,
    Increment,
    Put,
    Query,
    Record,
    Release,
    Where,
)
from mystage.application.ports.querying import matches
from mystage.application.ports.system import Clock, IdSource
from mystage.application.ports.tasks import Lease
from mystage.application.validated import Validated
from mystage.domain.delivery import Task
from mystage.domain.errors import Conflict, LeaseLost, Malformed, NotFound
from mystage.domain.schema import Collection, indexed_text
from mystage.domain.values import Model

D = TypeVar("D", bound=Model)
R = TypeVar("R")
_Key: TypeAlias = tuple[str, str]
_UNSTAGED: Final = object()
CONFLICT_TRIES: Final = 8


def where(**conditions: Any) -> tuple[Where, ...]:
    """Conditions by keyword: `kind="venue"`, `state__in=(...)`, `match_keys__any=(...)`, `start_local__ge=...`."""
    found = []
    for name, value in conditions.items():
        field, _, op = name.partition("__")
        asked = tuple(map(_asked, value)) if isinstance(value, (list, tuple, set)) else _asked(value)
        found.append(Where(field, op or "eq", asked))
    return tuple(found)


def _asked(value: Any) -> Any:
    """A value as an index keeps it."""
    return indexed_text(value) if isinstance(value, str) else value


@dataclass
class _Memory:
    """What a unit has read and staged; shared by the unit and its repositories."""

    store: DocumentStore
    validated: Validated | None = None
    read: dict[_Key, tuple[int, Model | None]] = field(default_factory=dict)
    """Version and document as read; (0, None) for one that does not exist."""
    staged: dict[_Key, Model | None] = field(default_factory=dict)
    """None: to be removed."""
    blind: set[_Key] = field(default_factory=set)
    specs: dict[str, Collection[Any]] = field(default_factory=dict)
    stored_by: dict[_Key, dict[str, tuple[str, ...]]] = field(default_factory=lambda: defaultdict(dict))
    """By collection and indexed field: value -> ids of stored documents, as far as they were asked for."""
    staged_by: dict[_Key, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(dict))
    """The same of staged documents, all of them."""
    undo: list[tuple[_Key, object]] = field(default_factory=list)

    def see(self, spec: Collection[D], record: Record) -> D | None:
        """Remember a record that was read, and answer the document as this unit sees it."""
        key = (spec.name, record.id)
        if key not in self.read:
            try:
                model = self._model(spec, record)
            except ValidationError as error:
                hint = "it was written by another version of MyStage, or damaged"
                raise Malformed(
                    f"a stored document is not valid: {error}", where=f"{spec.name}/{record.id}", hint=hint
                ) from error
            self.read[key] = (record.version, model)
        return cast("D | None", self.now(key))

    def _model(self, spec: Collection[D], record: Record) -> D:
        return self.validated.model(spec, record) if self.validated else spec.model.model_validate_json(record.body)

    def now(self, key: _Key) -> Model | None:
        """The document as this unit sees it."""
        return self.staged.get(key, self.read.get(key, (0, None))[1])

    def stage(self, key: _Key, value: Model | None) -> None:
        """Stage a write (or, with None, a removal) that a savepoint can take back."""
        self.undo.append((key, self.staged.get(key, _UNSTAGED)))
        self.set(key, value)

    def set(self, key: _Key, value: object) -> None:
        """Stage (or, with `_UNSTAGED`, unstage) a value and keep the lookup by indexed values in step."""
        collection, id = key
        before = self.staged.get(key)
        for index in self.specs[collection].indexes:
            by = self.staged_by[collection, index.field]
            for item in _values(before, index.field):
                by[item].discard(id)
            for item in _values(value, index.field):
                by.setdefault(item, set()).add(id)
        if value is _UNSTAGED:
            self.staged.pop(key, None)
        else:
            self.staged[key] = cast("Model | None", value)


class UnitOfWork:
    """One decision in the making. Not for use by several tasks at once."""

    def __init__(self, store: DocumentStore, validated: Validated | None = None) -> None:
        """A unit that has read nothing yet.

        Args:
            store: what it reads and commits to.
            validated: documents that units before it have read, for a worker that reads the same ones often.
        """
        self._memory = _Memory(store, validated)
        self._tasks: dict[str, Task] = {}
        self._counts: dict[str, int] = defaultdict(int)
        self._completes: list[Lease] = []
        self._releases: list[Release] = []

    def of(self, spec: Collection[D]) -> Repository[D]:
        """The documents of a collection, as this unit sees them."""
        self._memory.specs[spec.name] = spec
        return Repository(self._memory, spec)

    def queue(self, task: Task) -> None:
        """Write a task with this change set."""
        self._tasks[task.id] = task

    def count(self, counter: str, amount: int = 1) -> None:
        """Add to a counter with this change set."""
        self._counts[counter] += amount

    def complete(self, lease: Lease) -> None:
        """End a leased task with this change set."""
        self._completes.append(lease)

    def release(self, lease: Lease, at: datetime, error: str = "") -> None:
        """Give a leased task back with this change set, to run again at `at`."""
        self._releases.append(Release(lease, at, error))

    def staged(self, spec: Collection[D]) -> list[tuple[D | None, D | None]]:
        """What this unit changes in a collection: each document as it was read, and as it will be (None: not there)."""
        memory = self._memory
        found = [
            (memory.read.get(key, (0, None))[1], model) for key, model in memory.staged.items() if key[0] == spec.name
        ]
        return [(cast("D | None", before), cast("D | None", after)) for before, after in found if before != after]

    def take(self, queue: str) -> list[Task]:
        """Take the tasks of a stage out of this change set, to do them within it."""
        taken = [task for task in self._tasks.values() if task.queue == queue]
        for task in taken:
            del self._tasks[task.id]
        return taken

    def queued(self, queue: str) -> list[Task]:
        """The tasks of a stage that this unit writes."""
        return [task for task in self._tasks.values() if task.queue == queue]

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is staged inside is taken back when an exception leaves the block."""
        undo = self._memory.undo
        mark, tasks, counts = len(undo), dict(self._tasks), dict(self._counts)
        blind = set(self._memory.blind)
        try:
            yield
        except BaseException:
            for key, before in reversed(undo[mark:]):
                self._memory.set(key, before)
            self._memory.blind = blind
            self._tasks = tasks
            self._counts = defaultdict(int, counts)
            raise
        finally:
            del undo[mark:]

    async def commit(self) -> None:
        """Commit what is staged; raises Conflict or LeaseLost, and then nothing was written."""
        changes = self.changes()
        if changes != ChangeSet():
            await self._memory.store.commit(changes)
            self._remember(changes)

    def _remember(self, changes: ChangeSet) -> None:
        """What was written will be read again, by the stage that comes next."""
        memory = self._memory
        for put in changes.puts if memory.validated else ():
            model = memory.staged[put.collection, put.id]
            if memory.validated and model is not None:
                memory.validated.keep(put.collection, put.id, put.body, model)

    def changes(self) -> ChangeSet:
        """The change set as it would be committed now."""
        memory, puts, deletes = self._memory, [], []
        for (collection, id), model in memory.staged.items():
            version = None if (collection, id) in memory.blind else memory.read.get((collection, id), (0, None))[0]
            if model is None:
                deletes.append(Delete(collection, id, version or None))
                continue
            spec = memory.specs[collection]
            puts.append(Put(collection, id, dump(model), spec.index_values(model), version))
        return ChangeSet(
            puts=tuple(puts),
            deletes=tuple(deletes),
            increments=tuple(Increment(name, amount) for name, amount in sorted(self._counts.items()) if amount),
            tasks=tuple(self._tasks.values()),
            completes=tuple(self._completes),
            releases=tuple(self._releases),
        )


class Repository(Generic[D]):
    """The documents of one collection within a unit of work."""

    def __init__(self, memory: _Memory, spec: Collection[D]) -> None:
        self._memory = memory
        self._spec = spec

    async def get(self, id: str) -> D | None:
        """The document, or None."""
        return (await self.get_many((id,))).get(id)

    async def need(self, id: str) -> D:
        """The document; raises NotFound."""
        found = await self.get(id)
        if found is None:
            raise NotFound(f"nothing in {self._spec.name} has this id", where=id)
        return found

    async def get_many(self, ids: Iterable[str]) -> dict[str, D]:
        """Those of the documents that exist, by id."""
        memory, name = self._memory, self._spec.name
        wanted = dict.fromkeys(ids)
        missing = [id for id in wanted if (name, id) not in memory.read and (name, id) not in memory.staged]
        if missing:
            records = await memory.store.get_many(name, missing)
            for id in missing:
                if id in records:
                    memory.see(self._spec, records[id])
                else:
                    memory.read[name, id] = (0, None)
        return {id: model for id in wanted if (model := self._now(id)) is not None}

    async def find(
        self,
        *conditions: Where,
        order: str | None = None,
        descending: bool = False,
        limit: int | None = None,
        **by: Any,
    ) -> list[D]:
        """Documents that match, staged writes included. With `limit`, staged documents come first."""
        query = Query(self._spec.name, (*conditions, *where(**by)), order, descending, limit)
        page = await self._memory.store.find(query)
        found = {record.id: self._memory.see(self._spec, record) for record in page.records}
        staged = self._matching_staged(query)
        kept = {id: m for id, m in found.items() if m is not None and (id in staged or not self._is_staged(id))}
        return list((staged | kept).values())[:limit]

    async def prefetch_by(self, field: str, values: Iterable[str]) -> None:
        """Read at once what `find_by` over these values will ask for, in few round trips."""
        memory, name = self._memory, self._spec.name
        known = memory.stored_by[name, field]
        fresh = [v for v in values if v not in known]
        if not fresh:
            return
        fresh = list(dict.fromkeys(fresh))
        op = "any" if next(index for index in self._spec.indexes if index.field == field).array else "in"
        hits: dict[str, set[str]] = {value: set() for value in fresh}
        for start in range(0, len(fresh), MAX_IN):
            chunk = tuple(fresh[start : start + MAX_IN])
            page = await memory.store.find(Query(name, (Where(field, op, tuple(map(indexed_text, chunk))),)))
            for record in page.records:
                memory.see(self._spec, record)
                for value in _values(memory.read[name, record.id][1], field):
                    if value in hits:
                        hits[value].add(record.id)
        for value, ids in hits.items():
            known[value] = tuple(sorted(ids))

    async def find_by(self, field: str, values: Sequence[str]) -> list[D]:
        """Documents whose text `field` is (an array: holds) one of `values`, any number of them, staged writes included.

        In the order of their ids. Asked again within the unit, it answers from memory.
        """
        if not values:
            return []
        await self.prefetch_by(field, values)
        memory, name = self._memory, self._spec.name
        stored, staged = memory.stored_by[name, field], memory.staged_by[name, field]
        ids = {id for value in values for id in stored[value]}
        ids.update(*(staged[value] for value in values if value in staged))
        if not ids:
            return []
        wanted = set(values)
        found = [self._now(id) for id in sorted(ids)]
        return [m for m in found if m is not None and not wanted.isdisjoint(_values(m, field))]

    def put(self, model: D) -> None:
        """Stage a write; it commits only if the document is still as this unit read it."""
        self._memory.stage((self._spec.name, _id(model)), model)

    def overwrite(self, model: D) -> None:
        """Stage a write that does not care what is there (a document that only one task can write)."""
        self._memory.blind.add((self._spec.name, _id(model)))
        self.put(model)

    def delete(self, id: str) -> None:
        """Stage a removal."""
        self._memory.stage((self._spec.name, id), None)

    def _now(self, id: str) -> D | None:
        return cast("D | None", self._memory.now((self._spec.name, id)))

    def _is_staged(self, id: str) -> bool:
        return (self._spec.name, id) in self._memory.staged

    def _matching_staged(self, query: Query) -> dict[str, D]:
        found = {}
        for (collection, id), model in self._memory.staged.items():
            if collection == self._spec.name and model is not None:
                document = cast("D", model)
                if matches(query, self._spec.index_values(document)):
                    found[id] = document
        return found


def _values(document: object, field: str) -> tuple[str, ...]:
    """The texts by which a document is looked up under `field`."""
    value = getattr(document, field, None)
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def dump(model: Model) -> bytes:
    """A document as JSON bytes, without empty fields."""
    return model.__pydantic_serializer__.to_json(model, exclude_none=True)


def _id(model: Model) -> str:
    return cast("str", model.id)  # type: ignore[attr-defined]  # every document has one (see Collection)


async def decide(
    store: DocumentStore, clock: Clock, ids: IdSource, decision: Callable[[UnitOfWork], Awaitable[R]]
) -> R:
    """Run a decision and commit it; on Conflict, read again and decide again, with growing pauses (full jitter)."""
    for attempt in range(CONFLICT_TRIES):
        unit = UnitOfWork(store)
        result = await decision(unit)
        try:
            await unit.commit()
        except LeaseLost:
            raise
        except Conflict:
            if attempt == CONFLICT_TRIES - 1:
                raise
            await clock.sleep(ids.chance() * 0.01 * 2**attempt)
        else:
            return result
    raise Conflict("somebody else keeps changing the same documents", hint="try again")
