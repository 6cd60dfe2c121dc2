"""Tasks as documents. A claim is a query and one write for each task, which only one worker's precondition passes."""

from __future__ import annotations

import asyncio
import heapq
import random
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from mystage.adapters.stores.firestore import task_rows
from mystage.adapters.stores.firestore.places import TASKS, Places
from mystage.adapters.stores.firestore.queries import Search
from mystage.adapters.stores.firestore.task_rows import Row
from mystage.adapters.stores.firestore.writes import written
from mystage.adapters.stores.firestore.writing import Memory, Seen, Writer, seen_task
from mystage.application.ports.documents import MAX_IN, ChangeSet, Release
from mystage.application.ports.system import Clock
from mystage.application.ports.tasks import Lease, QueueStats, TaskQueue
from mystage.domain.delivery import Task
from mystage.domain.errors import LeaseLost

_TRIES = 8
_PAUSE_SECONDS = 0.05
_ADDED_AT_ONCE = 500
_LOOK_SECONDS = 0.5
_FIRST = ("priority", "ready_at", "order")
_Found: TypeAlias = tuple[str, Seen, Row]
"""A task: its document's name, what the server knows it by, the task."""


class FirestoreTasks(TaskQueue):
    """The tasks of the pipeline's database."""

    _places: Places
    _memory: Memory
    _writer: Writer
    _clock: Clock

    async def add(self, tasks: Sequence[Task]) -> None:
        for start in range(0, len(tasks), _ADDED_AT_ONCE):
            await self._writer.write(ChangeSet(tasks=tuple(tasks[start : start + _ADDED_AT_ONCE])), ())

    async def claim(self, queues: Sequence[str], limit: int, seconds: float, worker: str) -> list[Lease]:
        token = f"{worker}-{secrets.token_hex(8)}"
        for attempt in range(_TRIES if limit > 0 else 0):
            now = self._clock.now()
            found = await self._ready(queues, now, limit)
            if not found:
                break
            if leases := await self._take(found, token, now + timedelta(seconds=seconds)):
                return leases
            await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS * 2**attempt))  # others took all of them
        return []

    async def _ready(self, queues: Sequence[str], now: datetime, limit: int) -> list[_Found]:
        """The tasks that go first, with the names of their documents."""
        found = []
        for some in _several(queues):
            search = self._of(some).where("visible_at", "le", now).order(*_FIRST).limit(limit)
            for document in await self._places.pipeline.query(search.message):
                seen = seen_task(document)
                if seen.row is not None:
                    found.append((document.name, seen, seen.row))
        return heapq.nsmallest(limit, found, key=lambda item: (item[2].task.priority, item[2].ready_at, item[2].order))

    async def _take(self, found: Sequence[_Found], token: str, until: datetime) -> list[Lease]:
        """Lease those of the tasks that nobody else has touched meanwhile."""
        rows = [(name, seen, task_rows.leased(row, token, until)) for name, seen, row in found]
        taken = await self._write_each(rows)
        return [
            Lease(row.task, token, row.revision, until) for (_, _, row), done in zip(rows, taken, strict=True) if done
        ]

    async def _write_each(self, rows: Sequence[_Found]) -> list[bool]:
        """Write each row whose document is still as it was seen; whether it was."""
        writes = [written(task_rows.document_of(row, name), seen.update_time) for name, seen, row in rows]
        times = await self._places.pipeline.write_each(writes)
        for (name, _, row), update_time in zip(rows, times, strict=True):
            self._memory.see(name, None if update_time is None else Seen(update_time, row=row))
        return [update_time is not None for update_time in times]

    async def extend(self, leases: Sequence[Lease], seconds: float) -> None:
        until = self._clock.now() + timedelta(seconds=seconds)
        pending, lost = list(leases), set[str]()
        while pending:
            held = await self._held(pending)
            lost |= {lease.task.id for lease in pending if not _owns(lease, held)}
            pending = [lease for lease in pending if _owns(lease, held)]
            mine = {lease.task.id: held[lease.task.id] for lease in pending}
            rows = [(name, seen, task_rows.extended(row, until)) for name, seen, row in mine.values()]
            done = dict(zip(mine, await self._write_each(rows), strict=True))
            pending = [lease for lease in pending if not done[lease.task.id]]
        if lost:
            raise LeaseLost("the lease ended or passed to another worker", where=", ".join(sorted(lost)))

    async def _held(self, leases: Sequence[Lease]) -> dict[str, _Found]:
        """The tasks of these leases as they are now, by id."""
        names = {lease.task.id: self._places.task(lease.task.id) for lease in leases}
        found = await self._places.pipeline.get(list(names.values()))
        seen = {id: seen_task(found[name]) for id, name in names.items() if name in found}
        return {id: (names[id], each, each.row) for id, each in seen.items() if each.row is not None}

    async def complete(self, leases: Sequence[Lease]) -> None:
        await self._writer.write(ChangeSet(completes=tuple(leases)), ())

    async def release(self, lease: Lease, at: datetime, error: str = "") -> None:
        await self._writer.write(ChangeSet(releases=(Release(lease, at, error),)), ())

    async def stats(self) -> list[QueueStats]:
        return list(await asyncio.gather(*map(self._stats, await self._queues())))

    async def _queues(self) -> list[str]:
        """The queues that hold tasks: from each to the next, since Firestore has no DISTINCT."""
        names: list[str] = []
        while True:
            search = self._search().order("queue").limit(1).select("queue")
            if names:
                search.where("queue", "gt", names[-1])
            found = await self._places.pipeline.query(search.message)
            if not found:
                return names
            names.append(found[0].fields["queue"].string_value)

    async def _stats(self, queue: str) -> QueueStats:
        now = self._clock.now()
        count = self._places.pipeline.count
        whole, ready, leased, first = await asyncio.gather(
            count(self._of([queue]).message),
            count(self._of([queue]).where("visible_at", "le", now).message),
            count(self._of([queue]).where("lease_until", "gt", now).message),
            self._soonest([queue]),
        )
        return QueueStats(queue, ready, leased, whole - ready - leased, first if ready else None)

    async def next_ready(self, queues: Sequence[str]) -> datetime | None:
        soonest = await self._soonest(queues)
        return None if soonest is None else max(soonest, self._clock.now())

    async def wait(self, queues: Sequence[str], seconds: float) -> None:
        """Looks twice a second: a listener would be sent each task that others claim and end."""
        give_up = time.monotonic() + seconds
        while (left := give_up - time.monotonic()) > 0:
            await asyncio.sleep(min(left, _LOOK_SECONDS))
            soonest = await self.next_ready(queues)
            if soonest is not None and soonest <= self._clock.now():
                return

    async def _soonest(self, queues: Sequence[str]) -> datetime | None:
        """When the first of the tasks becomes (or became) ready."""
        found: list[Any] = []
        for some in _several(queues):
            search = self._of(some).order("visible_at").limit(1)
            found += await self._places.pipeline.query(search.message)
        return min((task_rows.row_of(document).visible_at for document in found), default=None)

    def _search(self) -> Search:
        return Search(self._places.kept(TASKS))

    def _of(self, queues: Sequence[str]) -> Search:
        return self._search().where("queue", "in", list(queues))


def _several(queues: Sequence[str]) -> list[list[str]]:
    """The queues, each once, as many at a time as one query takes."""
    names = list(dict.fromkeys(queues))
    return [names[start : start + MAX_IN] for start in range(0, len(names), MAX_IN)]


def _owns(lease: Lease, found: Mapping[str, _Found]) -> bool:
    return lease.task.id in found and found[lease.task.id][2].token == lease.token
