"""Tasks in PostgreSQL: one statement claims a batch, skips what others are claiming, and waits for nobody."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from mystage.adapters.stores.sql.encoding import from_micros, to_micros
from mystage.adapters.stores.sql.postgres.connections import Connections
from mystage.adapters.stores.sql.postgres.news import News
from mystage.adapters.stores.sql.postgres.task_steps import complete_alone, enqueue, release
from mystage.adapters.stores.sql.task_statements import lease_lost, lease_of
from mystage.application.ports.documents import Release
from mystage.application.ports.system import Clock
from mystage.application.ports.tasks import Lease, QueueStats, TaskQueue
from mystage.domain.delivery import Task

# What became due is marked ready on the way (see `schema`), so that the next claim finds it in the index of ready tasks.
_CLAIM = """
WITH due AS MATERIALIZED (
  SELECT seq, priority, ready_at FROM tasks
  WHERE queue = ANY($1::varchar[]) AND ready = 0 AND visible_at <= $2
  FOR UPDATE SKIP LOCKED
), ready AS MATERIALIZED (
  SELECT r.seq, r.priority, r.ready_at FROM unnest($1::varchar[]) AS q (name) CROSS JOIN LATERAL (
    SELECT seq, priority, ready_at FROM tasks WHERE queue = q.name AND ready = 1
    ORDER BY priority, ready_at, seq LIMIT $3 FOR UPDATE SKIP LOCKED
  ) AS r
), first AS MATERIALIZED (
  SELECT seq FROM (SELECT * FROM due UNION ALL SELECT * FROM ready) AS both_
  ORDER BY priority, ready_at, seq LIMIT $3
), promoted AS (
  UPDATE tasks SET ready = 1 FROM due
  WHERE tasks.seq = due.seq AND NOT EXISTS (SELECT 1 FROM first WHERE first.seq = due.seq)
)
UPDATE tasks SET ready = 0, visible_at = $4, token = $5, worker = $6, attempts = attempts + 1
FROM first WHERE tasks.seq = first.seq
RETURNING id, queue, payload, priority, not_before, attempts, trace, first_failed_at, revision, ready_at, tasks.seq
"""
_EXTEND = """
UPDATE tasks AS t SET ready = 0, visible_at = $3 FROM unnest($1::varchar[], $2::varchar[]) AS u (id, token)
WHERE t.id = u.id AND t.token = u.token RETURNING t.id, t.token
"""
_SOONEST = """
SELECT least(
  (SELECT $2::int8 WHERE EXISTS (SELECT 1 FROM tasks WHERE queue = ANY($1::varchar[]) AND ready = 1)),
  (SELECT min(visible_at) FROM tasks WHERE queue = ANY($1::varchar[]) AND ready = 0)
)
"""
_STATS = """
SELECT queue, count(*) FILTER (WHERE visible_at <= $1::int8),
  count(*) FILTER (WHERE visible_at > $1 AND token IS NOT NULL),
  count(*) FILTER (WHERE visible_at > $1 AND token IS NULL),
  min(visible_at) FILTER (WHERE visible_at <= $1)
FROM tasks GROUP BY queue ORDER BY queue
"""


class PostgresTasks(TaskQueue):
    """The tasks of a database."""

    _connections: Connections
    _news: News
    _clock: Clock

    async def add(self, tasks: Sequence[Task]) -> None:
        async with self._connections.transaction() as connection:
            await enqueue(connection, tasks, self._now())

    async def claim(self, queues: Sequence[str], limit: int, seconds: float, worker: str) -> list[Lease]:
        if limit < 1:
            return []
        now = self._clock.now()
        until = now + timedelta(seconds=seconds)
        token = secrets.token_hex(8)
        values = (list(dict.fromkeys(queues)), to_micros(now), limit, to_micros(until), token, worker)
        rows = await self._connections.write(lambda connection: connection.fetch(_CLAIM, *values))
        rows.sort(key=lambda row: (row["priority"], row["ready_at"], row["seq"]))
        return [lease_of(tuple(row)[:-2], token, until) for row in rows]

    async def extend(self, leases: Sequence[Lease], seconds: float) -> None:
        until = to_micros(self._clock.now() + timedelta(seconds=seconds))
        ids, tokens = [lease.task.id for lease in leases], [lease.token for lease in leases]
        rows = await self._connections.write(lambda connection: connection.fetch(_EXTEND, ids, tokens, until))
        held = {(row[0], row[1]) for row in rows}
        if lost := [lease for lease in leases if (lease.task.id, lease.token) not in held]:
            raise lease_lost(lost)

    async def complete(self, leases: Sequence[Lease]) -> None:
        if leases:  # one statement, all or none: it needs no transaction around it
            await self._connections.write(lambda connection: complete_alone(connection, leases, self._now()))

    async def release(self, lease: Lease, at: datetime, error: str = "") -> None:
        await self._connections.write(lambda connection: release(connection, (Release(lease, at, error),), self._now()))

    async def stats(self) -> list[QueueStats]:
        rows = await self._connections.rows(_STATS, self._now())
        return [
            QueueStats(queue, ready, leased, delayed, None if oldest is None else from_micros(oldest))
            for queue, ready, leased, delayed, oldest in rows
        ]

    async def next_ready(self, queues: Sequence[str]) -> datetime | None:
        now = self._now()
        (soonest,) = await self._connections.row(_SOONEST, list(queues), now)
        return None if soonest is None else from_micros(max(soonest, now))

    async def wait(self, queues: Sequence[str], seconds: float) -> None:
        await self._news.wait(await self._news.next("tasks"), seconds)

    def _now(self) -> int:
        return to_micros(self._clock.now())
