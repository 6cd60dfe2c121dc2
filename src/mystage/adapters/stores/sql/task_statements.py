"""What happens to tasks inside a transaction: queued, ended, given back. The rules stand in the port `tasks`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect

from mystage.adapters.stores.sql.encoding import from_micros, json_text, to_micros
from mystage.adapters.stores.sql.queries import Statement, compiled
from mystage.application.ports.documents import Release
from mystage.application.ports.tasks import Lease
from mystage.domain.delivery import Task
from mystage.domain.errors import LeaseLost

_ENQUEUE = """
INSERT INTO tasks
  (id, queue, payload, priority, not_before, ready_at, visible_at, ready, attempts, trace, first_failed_at)
VALUES (:id, :queue, :payload, :priority, :not_before, :ready_at, :ready_at, :ready, :attempts, :trace, :first_failed_at)
ON CONFLICT (id) DO UPDATE SET
  queue = excluded.queue, payload = excluded.payload, priority = excluded.priority, trace = excluded.trace,
  revision = tasks.revision + 1,
  not_before = CASE WHEN tasks.not_before IS NULL OR tasks.not_before < excluded.not_before
               THEN tasks.not_before ELSE excluded.not_before END,
  ready_at = CASE WHEN tasks.ready_at < excluded.ready_at THEN tasks.ready_at ELSE excluded.ready_at END,
  visible_at = CASE WHEN tasks.token IS NOT NULL OR tasks.ready_at < excluded.ready_at
               THEN tasks.visible_at ELSE excluded.ready_at END,
  ready = CASE WHEN tasks.token IS NULL AND excluded.ready = 1 THEN 1 ELSE tasks.ready END,
  first_failed_at = coalesce(tasks.first_failed_at, excluded.first_failed_at)
"""
_END = "DELETE FROM tasks WHERE id = :id AND token = :token AND revision = :revision"
_AGAIN = """
UPDATE tasks SET token = NULL, worker = '', error = '', attempts = 0, first_failed_at = NULL,
  ready = 1, ready_at = :now, visible_at = :now
WHERE id = :id AND token = :token AND revision > :revision
"""
_RELEASE = """
UPDATE tasks SET token = NULL, worker = '', error = :error,
  not_before = CASE WHEN revision > :revision THEN :now ELSE :at END,
  ready_at = CASE WHEN revision > :revision THEN :now ELSE :at END,
  visible_at = CASE WHEN revision > :revision THEN :now ELSE :at END,
  ready = CASE WHEN revision > :revision OR :at <= :now THEN 1 ELSE 0 END,
  first_failed_at = coalesce(first_failed_at, :failed_at)
WHERE id = :id AND token = :token
"""
_EXTEND = "UPDATE tasks SET ready = 0, visible_at = :until WHERE id = :id AND token = :token"
_HELD = "SELECT 1 FROM tasks WHERE id = :id AND token = :token"
_PROMOTE = "UPDATE tasks SET ready = 1 WHERE queue = :queue AND ready = 0 AND visible_at <= :now"
_FIRST = """
SELECT priority, ready_at, seq FROM tasks WHERE queue = :queue AND ready = 1
ORDER BY priority, ready_at, seq LIMIT :limit
"""
_TAKE = """
UPDATE tasks SET ready = 0, visible_at = :until, token = :token, worker = :worker, attempts = attempts + 1
WHERE seq = :seq
RETURNING id, queue, payload, priority, not_before, attempts, trace, first_failed_at, revision
"""
_HAS_READY = "SELECT 1 FROM tasks WHERE queue = :queue AND ready = 1 LIMIT 1"
_SOONEST = "SELECT min(visible_at) FROM tasks WHERE queue = :queue AND ready = 0"
_STATS = """
SELECT queue,
  sum(CASE WHEN visible_at <= :now THEN 1 ELSE 0 END),
  sum(CASE WHEN visible_at > :now AND token IS NOT NULL THEN 1 ELSE 0 END),
  sum(CASE WHEN visible_at > :now AND token IS NULL THEN 1 ELSE 0 END),
  min(CASE WHEN visible_at <= :now THEN visible_at END)
FROM tasks GROUP BY queue ORDER BY queue
"""


class TaskStatements:
    """The statements on the table `tasks`, and the steps that a change set is made of."""

    def __init__(self, dialect: Dialect) -> None:
        self._enqueue = _text(_ENQUEUE, dialect)
        self._end = _text(_END, dialect)
        self._again = _text(_AGAIN, dialect)
        self._release = _text(_RELEASE, dialect)
        self._held = _text(_HELD, dialect)
        self.extend = _text(_EXTEND, dialect)
        self.promote = _text(_PROMOTE, dialect)
        self.first = _text(_FIRST, dialect)
        self.take = _text(_TAKE, dialect)
        self.has_ready = _text(_HAS_READY, dialect)
        self.soonest = _text(_SOONEST, dialect)
        self.stats = _text(_STATS, dialect)

    def enqueue(self, connection: sqlite3.Connection, tasks: Sequence[Task], now: datetime) -> None:
        """Queue tasks, or let those of the same id run (once more) with the new payload."""
        rows = [self._enqueue.bind(task_row(task, to_micros(now))) for task in tasks]
        if rows:
            connection.executemany(self._enqueue.sql, rows)

    def complete(self, connection: sqlite3.Connection, leases: Sequence[Lease], now: datetime) -> None:
        """End tasks; those that were queued again meanwhile are ready again. Raises LeaseLost."""
        if not leases:
            return
        values = [_lease_values(lease) | {"now": to_micros(now)} for lease in leases]
        connection.execute("SAVEPOINT ending")
        done = _many(connection, self._end, values)
        if done < len(leases):
            done += _many(connection, self._again, values)
        if done < len(leases):
            raise self._lost_in(connection, leases)
        connection.execute("RELEASE ending")

    def release(self, connection: sqlite3.Connection, releases: Sequence[Release], now: datetime) -> None:
        """Give tasks back. Raises LeaseLost."""
        if not releases:
            return
        values = [_release_values(release, to_micros(now)) for release in releases]
        connection.execute("SAVEPOINT ending")
        if _many(connection, self._release, values) < len(releases):
            raise self._lost_in(connection, [release.lease for release in releases])
        connection.execute("RELEASE ending")

    def _lost_in(self, connection: sqlite3.Connection, leases: Sequence[Lease]) -> LeaseLost:
        """The error that names the leases that were lost before this step; all, where one was given twice."""
        connection.execute("ROLLBACK TO ending")
        return lease_lost(self.lost(connection, leases) or leases)

    def lost(self, connection: sqlite3.Connection, leases: Iterable[Lease]) -> list[Lease]:
        """Those of the leases that do not hold their task."""
        held = self._held
        return [
            lease
            for lease in leases
            if connection.execute(held.sql, held.bind(_lease_values(lease))).fetchone() is None
        ]


def lease_lost(leases: Iterable[Lease]) -> LeaseLost:
    """The error that names the tasks of these leases."""
    names = ", ".join(sorted({lease.task.id for lease in leases}))
    return LeaseLost("the lease ended or passed to another worker", where=names)


def lease_of(row: Sequence[Any], token: str, until: datetime) -> Lease:
    """The lease that a row of `take` stands for."""
    id, queue, payload, priority, not_before, attempts, trace, first_failed_at, revision = row
    task = Task(
        id=id,
        queue=queue,
        payload=json.loads(payload),
        priority=priority,
        not_before=None if not_before is None else from_micros(not_before),
        attempts=attempts,
        trace=trace,
        first_failed_at=None if first_failed_at is None else from_micros(first_failed_at),
    )
    return Lease(task, token, revision, until)


def _text(sql: str, dialect: Dialect) -> Statement:
    return compiled(sa.text(sql), dialect)


def _many(connection: sqlite3.Connection, statement: Statement, values: Iterable[dict[str, Any]]) -> int:
    return connection.executemany(statement.sql, [statement.bind(row) for row in values]).rowcount


def task_row(task: Task, now: int) -> dict[str, Any]:
    """The columns of a task that is queued at `now`."""
    not_before = None if task.not_before is None else to_micros(task.not_before)
    ready_at = now if not_before is None else not_before
    return {
        "id": task.id,
        "queue": task.queue,
        "payload": json_text(task.payload),
        "priority": task.priority,
        "not_before": not_before,
        "ready_at": ready_at,
        "ready": int(ready_at <= now),
        "attempts": task.attempts,
        "trace": task.trace,
        "first_failed_at": None if task.first_failed_at is None else to_micros(task.first_failed_at),
    }


def _lease_values(lease: Lease) -> dict[str, Any]:
    return {"id": lease.task.id, "token": lease.token, "revision": lease.revision}


def _release_values(release: Release, now: int) -> dict[str, Any]:
    failed_at = now if release.error else None
    more = {"error": release.error, "at": to_micros(release.at), "now": now, "failed_at": failed_at}
    return _lease_values(release.lease) | more
