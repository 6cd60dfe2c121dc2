"""One change set on its way into Firestore: look, plan, write under preconditions; again when somebody was faster.

What this process has seen of a document (its version, its update time) is remembered, so that most commits need no
reading: the server checks the update times. Only when it refuses, all is read afresh, and then a version that is
another one is a Conflict.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mystage.adapters.stores.firestore import task_rows
from mystage.adapters.stores.firestore.bodies import VERSION
from mystage.adapters.stores.firestore.connection import Connection
from mystage.adapters.stores.firestore.errors import PreconditionFailed
from mystage.adapters.stores.firestore.feed import Changed, Feed
from mystage.adapters.stores.firestore.places import COUNTERS, Places
from mystage.adapters.stores.firestore.ramp import LOAD, Pace
from mystage.adapters.stores.firestore.values import DOCUMENT, fill_map
from mystage.adapters.stores.firestore.writes import added, removed, written
from mystage.application.ports.documents import ChangeSet, Delete, Put
from mystage.application.ports.system import Clock
from mystage.application.ports.tasks import Lease
from mystage.domain.errors import Conflict

SHARDS = 8
"""Each counter is so many documents: Firestore sustains about one write a second of a single one."""
PATIENCE_SECONDS = 30.0
"""How long a commit that never meets a Conflict of its own is tried against the commits of others."""
_PAUSE_SECONDS = (0.01, 0.5)  # the first and the longest between two tries
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as it was: its version (a task: its row), and the time by which the server knows that state."""

    update_time: Any
    version: int = 0
    row: task_rows.Row | None = None


class Memory:
    """What was last seen of each document, by full name; the least recently seen is forgotten first."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, Seen] = OrderedDict()

    def get(self, name: str) -> Seen | None:
        """What was last seen of a document that existed."""
        return self._seen.get(name)

    def see(self, name: str, seen: Seen | None) -> None:
        """Remember; None: it is gone."""
        self._seen.pop(name, None)
        if seen is not None:
            self._seen[name] = seen
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)


def seen_document(document: Any) -> Seen:
    """What a document of a declared collection tells."""
    return Seen(document.update_time, document.fields[VERSION].integer_value)


def seen_task(document: Any) -> Seen:
    """What a task's document tells."""
    return Seen(document.update_time, row=task_rows.row_of(document))


@dataclass(frozen=True, slots=True)
class Step:
    """One write of a plan, and what is known of the document once it is done."""

    write: Any
    name: str = ""
    after: Seen | None = None


Plan = dict[Connection, list[Step]]


class Writer:
    """Writes change sets; one for all of a store."""

    def __init__(
        self,
        places: Places,
        memory: Memory,
        feeds: Mapping[Connection, Feed],
        clock: Clock,
        paces: Mapping[Connection, Pace],
    ) -> None:
        self._places = places
        self._memory = memory
        self._feeds = feeds
        self._clock = clock
        self._paces = paces
        self._order = 0

    async def write(self, changes: ChangeSet, documents: Sequence[Any]) -> None:
        """Commit `changes`; `documents` are those of its puts, in order. Raises Conflict, LeaseLost, TooLarge."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        pause = _PAUSE_SECONDS[0]
        spans = len(self._touched(changes)) > 1
        fresh = spans  # what is written to one database cannot be taken back when the other refuses
        while True:
            known = await self._look(changes, fresh=fresh)
            try:
                plan = self._plan(changes, documents, known)
            except Conflict:
                if fresh:
                    raise
                fresh = True
                continue
            try:
                await self._run(plan, load=not changes.completes and len(_writes(changes)) >= LOAD)
            except PreconditionFailed as error:
                if time.monotonic() > give_up:
                    raise Conflict("others keep writing the same documents", hint="try again") from error
            else:
                return
            fresh = True
            await asyncio.sleep(random.uniform(0, pause))
            pause = min(2 * pause, _PAUSE_SECONDS[1])

    def _touched(self, changes: ChangeSet) -> set[Connection]:
        found = {self._places.home(change.collection) for change in _writes(changes)}
        if changes.tasks or changes.completes or changes.releases or changes.increments:
            found.add(self._places.pipeline)
        return found

    # -- what is known

    async def _look(self, changes: ChangeSet, *, fresh: bool) -> dict[str, Seen]:
        """What is known of each document that the plan depends on; those that are missing do not exist.

        Unless `fresh`, that is what was seen before; and a new document or task is taken for new until the server
        says otherwise.
        """
        documents, tasks = self._needed(changes, fresh=fresh)
        new_tasks = [self._places.task(task.id) for task in changes.tasks]
        known: dict[str, Seen] = {}
        if not fresh:
            names = [name for names in (*documents.values(), tasks, new_tasks) for name in names]
            known = {name: seen for name in names if (seen := self._memory.get(name)) is not None}
            documents = {home: [name for name in names if name not in known] for home, names in documents.items()}
            tasks = [name for name in tasks if name not in known]
        if fresh or tasks:
            tasks = list(dict.fromkeys((*tasks, *(name for name in new_tasks if name not in known))))
        for home, names in documents.items():
            if names:
                known |= {name: seen_document(found) for name, found in (await home.get(names)).items()}
        if tasks:
            known |= {name: seen_task(found) for name, found in (await self._places.pipeline.get(tasks)).items()}
        return known

    def _needed(self, changes: ChangeSet, *, fresh: bool) -> tuple[dict[Connection, list[str]], list[str]]:
        documents: dict[Connection, list[str]] = defaultdict(list)
        for change in _writes(changes):
            expected_new = isinstance(change, Put) and change.version == 0
            blind = isinstance(change, Delete) and change.version is None
            if not blind and (fresh or not expected_new):
                home = self._places.home(change.collection)
                documents[home].append(self._places.document(change.collection, change.id))
        leases = (*changes.completes, *(release.lease for release in changes.releases))
        return documents, list(dict.fromkeys(self._places.task(lease.task.id) for lease in leases))

    # -- what to write

    def _plan(self, changes: ChangeSet, documents: Sequence[Any], known: Mapping[str, Seen]) -> Plan:
        """The writes, by database. Raises Conflict or LeaseLost as `known` has it."""
        plan: Plan = defaultdict(list)
        changed: dict[Connection, list[Changed]] = defaultdict(list)
        for put, document in zip(changes.puts, documents, strict=True):
            seen = known.get(document.name)
            version = _checked(put, seen) + 1
            document.fields[VERSION].integer_value = version
            home = self._places.home(put.collection)
            step = Step(written(document, seen and seen.update_time), document.name, Seen(None, version))
            plan[home].append(step)
            changed[home].append(Changed(put.collection, put.id, seen is None))
        for delete in changes.deletes:
            name = self._places.document(delete.collection, delete.id)
            seen = known.get(name)
            if delete.version is not None:
                _checked(delete, seen)
            home = self._places.home(delete.collection)
            none = False if delete.version == 0 else None  # must not exist: nothing changes, but nobody may be faster
            plan[home].append(Step(removed(name, seen and seen.update_time, there=none), name))
            if none is None:
                changed[home].append(Changed(delete.collection, delete.id, created=False))
        plan[self._places.pipeline] += self._task_steps(changes, known)
        plan[self._places.pipeline] += self._counter_steps(changes)
        for home, rows in changed.items():
            plan[home].append(Step(self._feeds[home].row(rows)))
        return plan

    def _task_steps(self, changes: ChangeSet, known: Mapping[str, Seen]) -> Iterable[Step]:
        before = self._rows(changes, known)
        leases = [*changes.completes, *(release.lease for release in changes.releases)]
        task_rows.check_held(before, leases)
        now = self._clock.now()
        rows: dict[str, task_rows.Row | None] = dict(before)
        for lease in changes.completes:
            rows[lease.task.id] = task_rows.completed(before[lease.task.id], lease, now)
        for release in changes.releases:
            rows[release.lease.task.id] = task_rows.released(before[release.lease.task.id], release, now)
        for task in changes.tasks:
            rows[task.id] = task_rows.enqueued(rows.get(task.id), task, self._next_order(), now)
        for id, row in rows.items():
            name = self._places.task(id)
            seen = known.get(name)
            if row is not None:
                document = task_rows.document_of(row, name)
                yield Step(written(document, seen and seen.update_time), name, Seen(None, row=row))
            elif seen is not None:
                yield Step(removed(name, seen.update_time), name)

    def _rows(self, changes: ChangeSet, known: Mapping[str, Seen]) -> dict[str, task_rows.Row]:
        leases: list[Lease] = [*changes.completes, *(release.lease for release in changes.releases)]
        ids = [*(lease.task.id for lease in leases), *(task.id for task in changes.tasks)]
        found = {id: known.get(self._places.task(id)) for id in ids}
        return {id: seen.row for id, seen in found.items() if seen is not None and seen.row is not None}

    def _next_order(self) -> int:
        """Grows with each task: by time across processes, by one within a moment."""
        self._order = max(self._order + 1, time.time_ns() // 1_000)
        return self._order

    def _counter_steps(self, changes: ChangeSet) -> Iterable[Step]:
        amounts: Counter[str] = Counter()
        for increment in changes.increments:
            amounts[increment.counter] += increment.amount
        shard = random.randrange(SHARDS)
        for counter, amount in amounts.items():
            name = self._places.own(self._places.pipeline, COUNTERS, f"{counter}#{shard}")
            document = DOCUMENT(name=name)
            fill_map(document.fields, {"name": counter})
            yield Step(added(document, "value", amount))

    # -- writing

    async def _run(self, plan: Plan, *, load: bool) -> None:
        """Commit database by database, that of the pipeline (tasks, leases, counters) last; loads at their pace."""
        for connection in self._places.connections:
            steps = plan.get(connection)
            if not steps:
                continue
            if load and connection in self._paces:
                await self._paces[connection].take(len(steps))
            await self._feeds[connection].keep_short()
            times = await self._commit(connection, [step.write for step in steps])
            for step, update_time in zip(steps, times, strict=True):
                if step.name:
                    after = step.after if update_time is not None else None
                    self._memory.see(step.name, after and replace(after, update_time=update_time))

    async def _commit(self, connection: Connection, writes: Sequence[Any]) -> Sequence[Any]:
        """Commit; where an answer was lost on the way, find out whether it was this commit that was written."""
        guarded = any(write.HasField("current_document") for write in writes)
        try:
            return await connection.commit(writes, repeatable=guarded)
        except PreconditionFailed as error:
            row = writes[-1].update.name  # of the outbox, where documents were changed
            if not error.doubtful or f"/{self._places.kept('outbox')}/" not in row or not await connection.get([row]):
                raise
            return [None] * len(writes)


def _writes(changes: ChangeSet) -> list[Put | Delete]:
    return [*changes.puts, *changes.deletes]


def _checked(change: Put | Delete, seen: Seen | None) -> int:
    """The version that is there, if that is the one the change expects; else Conflict."""
    current = seen.version if seen is not None else 0
    if change.version is not None and change.version != current:
        raise Conflict(
            f"version {change.version} was read, but the document has version {current}",
            where=f"{change.collection}/{change.id}",
            hint="read again and decide again",
        )
    return current
