"""Tasks in a SQL table: claims cost the same, however many tasks wait."""

from __future__ import annotations

import asyncio
import heapq
import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from mystage.adapters.stores.sql.database import Database
from mystage.adapters.stores.sql.encoding import from_micros, to_micros
from mystage.adapters.stores.sql.task_statements import TaskStatements, lease_lost, lease_of
from mystage.application.ports.documents import Release
from mystage.application.ports.system import Clock
from mystage.application.ports.tasks import Lease, QueueStats, TaskQueue
from mystage.domain.delivery import Task


class SqlTasks(TaskQueue):
    """The tasks of a `Database`."""

    _database: Database
    _clock: Clock
    _tasks: TaskStatements

    async def add(self, tasks: Sequence[Task]) -> None:
        now = self._clock.now()
        await self._database.write(lambda connection: self._tasks.enqueue(connection, tasks, now))

    async def claim(self, queues: Sequence[str], limit: int, seconds: float, worker: str) -> list[Lease]:
        now = self._clock.now()
        queues = tuple(dict.fromkeys(queues))
        soonest = await self._database.read(lambda connection: self._soonest(connection, queues, to_micros(now)))
        if soonest is None or soonest > to_micros(now) or limit < 1:
            return []  # an idle worker takes no write lock
        until = now + timedelta(seconds=seconds)
        token = secrets.token_hex(8)

        def work(connection: sqlite3.Connection) -> list[Lease]:
            first = self._first(connection, queues, limit, to_micros(now))
            values = {"until": to_micros(until), "token": token, "worker": worker}
            take = self._tasks.take
            rows = [connection.execute(take.sql, take.bind(values | {"seq": seq})).fetchall()[0] for seq in first]
            return [lease_of(row, token, until) for row in rows]

        return await self._database.write(work)

    async def extend(self, leases: Sequence[Lease], seconds: float) -> None:
        until = to_micros(self._clock.now() + timedelta(seconds=seconds))
        extend = self._tasks.extend

        def work(connection: sqlite3.Connection) -> list[Lease]:
            values = [{"id": lease.task.id, "token": lease.token, "until": until} for lease in leases]
            connection.executemany(extend.sql, [extend.bind(row) for row in values])
            return self._tasks.lost(connection, leases)

        if lost := await self._database.write(work):
            raise lease_lost(lost)

    async def complete(self, leases: Sequence[Lease]) -> None:
        now = self._clock.now()
        await self._database.write(lambda connection: self._tasks.complete(connection, leases, now))

    async def release(self, lease: Lease, at: datetime, error: str = "") -> None:
        now = self._clock.now()
        releases = (Release(lease, at, error),)
        await self._database.write(lambda connection: self._tasks.release(connection, releases, now))

    async def stats(self) -> list[QueueStats]:
        stats = self._tasks.stats
        values = stats.bind({"now": to_micros(self._clock.now())})
        rows = await self._database.read_long(lambda connection: connection.execute(stats.sql, values).fetchall())
        return [
            QueueStats(queue, ready, leased, delayed, None if oldest is None else from_micros(oldest))
            for queue, ready, leased, delayed, oldest in rows
        ]

    async def next_ready(self, queues: Sequence[str]) -> datetime | None:
        now = to_micros(self._clock.now())
        soonest = await self._database.read(lambda connection: self._soonest(connection, queues, now))
        return None if soonest is None else from_micros(max(soonest, now))

    async def wait(self, queues: Sequence[str], seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._database.news(await self._database.state()), seconds)

    def _soonest(self, connection: sqlite3.Connection, queues: Sequence[str], now: int) -> int | None:
        """When the next task of `queues` may be claimed; `now` where one may at once."""
        found: list[int] = []
        for queue in queues:
            names = {"queue": queue}
            if connection.execute(self._tasks.has_ready.sql, self._tasks.has_ready.bind(names)).fetchone():
                return now
            (soonest,) = connection.execute(self._tasks.soonest.sql, self._tasks.soonest.bind(names)).fetchone()
            if soonest is not None:
                found.append(soonest)
        return min(found, default=None)

    def _first(self, connection: sqlite3.Connection, queues: Sequence[str], limit: int, now: int) -> list[int]:
        """The `seq` of those ready tasks that go first."""
        values = [{"queue": queue, "now": now, "limit": limit} for queue in queues]
        connection.executemany(self._tasks.promote.sql, [self._tasks.promote.bind(row) for row in values])
        found = [
            row for each in values for row in connection.execute(self._tasks.first.sql, self._tasks.first.bind(each))
        ]
        return [seq for _, _, seq in heapq.nsmallest(limit, found)]
