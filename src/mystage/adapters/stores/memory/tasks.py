"""Tasks in a dict: the rules of the queue in their plainest form."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from mystage.adapters.stores.memory.state import QueuedTask, State
from mystage.application.ports.documents import Release
from mystage.application.ports.tasks import Lease, QueueStats, TaskQueue
from mystage.domain.delivery import Task
from mystage.domain.errors import LeaseLost
from mystage.domain.values import evolve


class MemoryTasks(TaskQueue):
    """The tasks of a `State`."""

    _state: State

    async def add(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            enqueue(self._state, task)
        self._state.signal.notify()

    async def claim(self, queues: Sequence[str], limit: int, seconds: float, worker: str) -> list[Lease]:
        now = self._state.clock.now()
        ready = [row for row in _of(self._state, queues) if row.visible_at <= now]
        first = heapq.nsmallest(limit, ready, key=lambda row: (row.task.priority, row.ready_at, row.order))
        return [_lease(self._state, row, now + timedelta(seconds=seconds), worker) for row in first]

    async def extend(self, leases: Sequence[Lease], seconds: float) -> None:
        held = [(lease, row) for lease in leases if (row := _held(self._state, lease)) is not None]
        for _, row in held:
            row.lease_until = self._state.clock.now() + timedelta(seconds=seconds)
        if len(held) < len(leases):
            check_held(self._state, leases)

    async def complete(self, leases: Sequence[Lease]) -> None:
        check_held(self._state, leases)
        for lease in leases:
            complete(self._state, lease)

    async def release(self, lease: Lease, at: datetime, error: str = "") -> None:
        check_held(self._state, [lease])
        release(self._state, Release(lease, at, error))

    async def stats(self) -> list[QueueStats]:
        names = sorted({row.task.queue for row in self._state.tasks.values()})
        return [_stats(name, _of(self._state, [name]), self._state.clock.now()) for name in names]

    async def next_ready(self, queues: Sequence[str]) -> datetime | None:
        soonest = min((row.visible_at for row in _of(self._state, queues)), default=None)
        return None if soonest is None else max(soonest, self._state.clock.now())

    async def wait(self, queues: Sequence[str], seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._state.signal.next().wait(), seconds)


def enqueue(state: State, task: Task) -> None:
    """Queue `task`, or let the one of its id run (once more) with the new payload."""
    now = state.clock.now()
    ready_at = task.not_before or now
    row = state.tasks.get(task.id)
    if row is None:
        state.tasks[task.id] = QueuedTask(state.count(), task, revision=1, ready_at=ready_at)
        return
    both = (row.task.not_before, task.not_before)
    row.task = evolve(
        task,
        not_before=None if None in both else min(moment for moment in both if moment is not None),
        attempts=row.task.attempts,
        first_failed_at=row.task.first_failed_at or task.first_failed_at,
    )
    row.revision += 1
    row.ready_at = min(row.ready_at, ready_at)


def check_held(state: State, leases: Sequence[Lease]) -> None:
    """Raise LeaseLost unless every lease still holds its task (each is named once)."""
    ids = [lease.task.id for lease in leases]
    lost = {lease.task.id for lease in leases if _held(state, lease) is None or ids.count(lease.task.id) > 1}
    if lost:
        raise LeaseLost("the lease ended or passed to another worker", where=", ".join(sorted(lost)))


def complete(state: State, lease: Lease) -> None:
    """End a task whose lease is held; one that was queued again meanwhile is ready again."""
    row = state.tasks[lease.task.id]
    if row.revision == lease.revision:
        del state.tasks[lease.task.id]
        return
    row.task = evolve(row.task, attempts=0, first_failed_at=None)
    _give_back(row, state.clock.now(), error="")


def release(state: State, release: Release) -> None:
    """Give back a task whose lease is held; one that was queued again meanwhile is ready at once."""
    now = state.clock.now()
    row = state.tasks[release.lease.task.id]
    at = release.at if row.revision == release.lease.revision else now
    failed = row.task.first_failed_at or (now if release.error else None)
    row.task = evolve(row.task, not_before=at, first_failed_at=failed)
    _give_back(row, at, release.error)


def _give_back(row: QueuedTask, at: datetime, error: str) -> None:
    row.token, row.lease_until = None, None
    row.ready_at, row.error = at, error


def _held(state: State, lease: Lease) -> QueuedTask | None:
    row = state.tasks.get(lease.task.id)
    return row if row is not None and row.token == lease.token else None


def _of(state: State, queues: Sequence[str]) -> list[QueuedTask]:
    return [row for row in state.tasks.values() if row.task.queue in queues]


def _lease(state: State, row: QueuedTask, until: datetime, worker: str) -> Lease:
    row.token, row.lease_until = f"{worker}-{state.count()}", until
    row.task = evolve(row.task, attempts=row.task.attempts + 1)
    return Lease(row.task, row.token, row.revision, until)


def _stats(queue: str, rows: Sequence[QueuedTask], now: datetime) -> QueueStats:
    ready = [row.visible_at for row in rows if row.visible_at <= now]
    leased = sum(row.lease_until is not None and row.lease_until > now for row in rows)
    return QueueStats(queue, len(ready), leased, len(rows) - len(ready) - leased, min(ready, default=None))
