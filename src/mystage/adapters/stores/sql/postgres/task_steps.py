"""What happens to tasks, each as one statement over any number of them. The rules stand in the port `tasks`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from mystage.adapters.stores.sql.encoding import to_micros
from mystage.adapters.stores.sql.postgres.connections import Connection
from mystage.adapters.stores.sql.postgres.news import CHANNEL
from mystage.adapters.stores.sql.task_statements import lease_lost, task_row
from mystage.application.ports.documents import Release
from mystage.application.ports.tasks import Lease
from mystage.domain.delivery import Task

_COLUMNS = (
    ("id", "varchar"),
    ("queue", "varchar"),
    ("payload", "varchar"),
    ("priority", "int4"),
    ("not_before", "int8"),
    ("ready_at", "int8"),
    ("ready", "int4"),
    ("attempts", "int4"),
    ("trace", "varchar"),
    ("first_failed_at", "int8"),
)
_NAMES = ", ".join(name for name, _ in _COLUMNS)
_ENQUEUE = f"""
WITH queued AS (
  INSERT INTO tasks (visible_at, {_NAMES})
  SELECT ready_at, {_NAMES} FROM unnest({", ".join(f"${n}::{type}[]" for n, (_, type) in enumerate(_COLUMNS, 1))})
    WITH ORDINALITY AS u ({_NAMES}, place) ORDER BY place
  ON CONFLICT (id) DO UPDATE SET
    queue = excluded.queue, payload = excluded.payload, priority = excluded.priority, trace = excluded.trace,
    revision = tasks.revision + 1,
    not_before = CASE WHEN tasks.not_before IS NULL OR tasks.not_before < excluded.not_before
                 THEN tasks.not_before ELSE excluded.not_before END,
    ready_at = least(tasks.ready_at, excluded.ready_at),
    visible_at = CASE WHEN tasks.token IS NOT NULL OR tasks.ready_at < excluded.ready_at
                 THEN tasks.visible_at ELSE excluded.ready_at END,
    ready = CASE WHEN tasks.token IS NULL AND excluded.ready = 1 THEN 1 ELSE tasks.ready END,
    first_failed_at = coalesce(tasks.first_failed_at, excluded.first_failed_at)
)
SELECT pg_notify({CHANNEL}, 'tasks')
"""  # noqa: S608 -- constants
# The quick way, for leases whose task nobody is queuing at this moment. Its count divides by zero unless all ended, so
# that nothing is written then; `_COMPLETE` locks first and settles it.
_COMPLETE_QUICKLY = """
WITH u AS (SELECT * FROM unnest($1::varchar[], $2::varchar[], $3::int4[]) AS u (id, token, revision)),
done AS (
  DELETE FROM tasks AS t USING u WHERE t.id = u.id AND t.token = u.token AND t.revision = u.revision RETURNING 1
), again AS (
  UPDATE tasks AS t SET token = NULL, worker = '', error = '', attempts = 0, first_failed_at = NULL,
    ready = 1, ready_at = $5, visible_at = $5
  FROM u WHERE t.id = u.id AND t.token = u.token AND t.revision > u.revision RETURNING 1
)
SELECT 1 / ((SELECT count(*) FROM done) + (SELECT count(*) FROM again) = $4::int8)::int4
"""
_COMPLETE = """
WITH held AS (
  SELECT t.seq, t.id, t.revision > u.revision AS again
  FROM tasks AS t JOIN unnest($1::varchar[], $2::varchar[], $3::int4[]) AS u (id, token, revision)
    ON t.id = u.id AND t.token = u.token
  ORDER BY t.id FOR UPDATE OF t
), done AS (
  DELETE FROM tasks AS t USING held AS h
  WHERE t.seq = h.seq AND NOT h.again AND (SELECT count(DISTINCT seq) FROM held) = $4::int8
), again AS (
  UPDATE tasks AS t SET token = NULL, worker = '', error = '', attempts = 0, first_failed_at = NULL,
    ready = 1, ready_at = $5, visible_at = $5
  FROM held AS h
  WHERE t.seq = h.seq AND h.again AND (SELECT count(DISTINCT seq) FROM held) = $4::int8
)
SELECT id FROM held
"""
_RELEASE = """
UPDATE tasks AS t SET token = NULL, worker = '', error = u.error,
  not_before = CASE WHEN t.revision > u.revision THEN $6 ELSE u.at END,
  ready_at = CASE WHEN t.revision > u.revision THEN $6 ELSE u.at END,
  visible_at = CASE WHEN t.revision > u.revision THEN $6 ELSE u.at END,
  ready = CASE WHEN t.revision > u.revision OR u.at <= $6 THEN 1 ELSE 0 END,
  first_failed_at = coalesce(t.first_failed_at, CASE WHEN u.error <> '' THEN $6 END)
FROM unnest($1::varchar[], $2::varchar[], $3::int4[], $4::int8[], $5::varchar[]) AS u (id, token, revision, at, error)
WHERE t.id = u.id AND t.token = u.token
RETURNING t.id
""".replace("$6", "$6::int8")


async def enqueue(connection: Connection, tasks: Sequence[Task], now: int) -> None:
    """Queue tasks, or let those of the same id run (once more) with the new payload."""
    rest = list(tasks)
    while rest:  # one statement may touch a row once
        first, again = dict[str, Task](), list[Task]()
        for task in rest:
            if task.id in first:
                again.append(task)
            else:
                first[task.id] = task
        rows = [task_row(task, now) for task in first.values()]
        await connection.fetchval(_ENQUEUE, *([row[name] for row in rows] for name, _ in _COLUMNS))
        rest = again


async def complete(connection: Connection, leases: Sequence[Lease], now: int) -> None:
    """End tasks, all or none; those that were queued again meanwhile are ready again. Raises LeaseLost."""
    if not leases:
        return
    rows = await connection.fetch(_COMPLETE, *_lease_arrays(leases), len(leases), now)
    _check_ended(leases, [row[0] for row in rows])


async def complete_alone(connection: Connection, leases: Sequence[Lease], now: int) -> None:
    """The same as `complete`, quicker, outside of any transaction."""
    try:
        await connection.fetchval(_COMPLETE_QUICKLY, *_lease_arrays(leases), len(leases), now)
    except asyncpg.DivisionByZeroError:
        await complete(connection, leases, now)


async def release(connection: Connection, releases: Sequence[Release], now: int) -> None:
    """Give tasks back. Raises LeaseLost; the caller's transaction must then be undone."""
    if not releases:
        return
    leases = [release.lease for release in releases]
    times, errors = [to_micros(release.at) for release in releases], [release.error for release in releases]
    rows = await connection.fetch(_RELEASE, *_lease_arrays(leases), times, errors, now)
    _check_ended(leases, [row[0] for row in rows])


def _check_ended(leases: Sequence[Lease], ended: Iterable[str]) -> None:
    """Raise LeaseLost unless every lease ended its own task; all are named where one was given twice."""
    held = set(ended)
    if len(held) < len(leases):
        raise lease_lost([lease for lease in leases if lease.task.id not in held] or leases)


def _lease_arrays(leases: Sequence[Lease]) -> tuple[list[Any], list[Any], list[Any]]:
    return (
        [lease.task.id for lease in leases],
        [lease.token for lease in leases],
        [lease.revision for lease in leases],
    )
