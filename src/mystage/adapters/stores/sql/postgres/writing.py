"""One change set as one transaction of a few round trips, however many documents and tasks it holds.

All documents are written by one statement; then the leases end, tasks are queued, and last come counters and the
change feed, whose one row is the lock that puts commits in order: it is held for one round trip, until the commit.
(NOTIFY holds a lock of the whole database at the same moment, so that row costs nothing more.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from mystage.adapters.stores.sql.encoding import json_text
from mystage.adapters.stores.sql.postgres.bulk import BULK, copy_in
from mystage.adapters.stores.sql.postgres.connections import Connection
from mystage.adapters.stores.sql.postgres.news import CHANNEL
from mystage.adapters.stores.sql.postgres.statements import PostgresStatements, delete_arrays
from mystage.adapters.stores.sql.postgres.task_steps import complete, enqueue, release
from mystage.application.ports.documents import ChangeSet, Delete, Increment, Put
from mystage.application.ports.querying import stored_values
from mystage.domain.errors import Conflict

CHANGES_KEPT = 100_000
"""How many changes a `watch` may look back on."""
_PRUNED_EVERY = 1_000
_FINISH = f"""
WITH added AS (
  INSERT INTO counters (name, value) SELECT * FROM unnest($1::varchar[], $2::int8[])
  ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value
), head AS (
  INSERT INTO feed (id, last) SELECT 1, $3::int8 WHERE $3 > 0
  ON CONFLICT (id) DO UPDATE SET last = feed.last + excluded.last RETURNING last
), noted AS (
  INSERT INTO changes (last, first, body) SELECT last, last - $3 + 1, $4::bytea FROM head
)
SELECT last, pg_notify({CHANNEL}, 'documents') FROM head
"""  # noqa: S608 -- a constant
_PRUNE = "DELETE FROM changes WHERE last <= $1"


class Part(NamedTuple):
    """Changes of one collection that are written in one way."""

    statements: PostgresStatements
    way: str
    changes: Sequence[Put | Delete]


async def write(
    connection: Connection, changes: ChangeSet, statements: Mapping[str, PostgresStatements], now: int, *, bulk: bool
) -> None:
    """Write everything within the caller's transaction, or raise Conflict, LeaseLost or Invalid.

    `bulk`: many new documents may go by COPY, whose Conflict does not name the document that exists already.
    """
    parts = _parts(changes, statements)
    copied = [part for part in parts if bulk and part.way == "insert" and len(part.changes) >= BULK]
    made = {(put.collection, put.id) for part in copied for put in part.changes}
    for part in copied:
        await copy_in(connection, part.statements, [put for put in part.changes if isinstance(put, Put)])
    more, gone = await _documents(connection, [part for part in parts if part not in copied])
    made |= more
    await complete(connection, changes.completes, now)
    await release(connection, changes.releases, now)
    await enqueue(connection, changes.tasks, now)
    noted: list[tuple[str, str, bool]] = [(p.collection, p.id, (p.collection, p.id) in made) for p in changes.puts]
    noted += [(d.collection, d.id, False) for d in changes.deletes if (d.collection, d.id) in gone]
    await _finish(connection, changes.increments, noted)


def _parts(changes: ChangeSet, statements: Mapping[str, PostgresStatements]) -> list[Part]:
    """The changes by collection and way, in one order for everybody so that few commits wait for each other."""
    sorted_out: dict[tuple[str, str], list[Put | Delete]] = {}
    for put in changes.puts:
        way = "upsert" if put.version is None else "update" if put.version else "insert"
        sorted_out.setdefault((put.collection, way), []).append(put)
    for delete in changes.deletes:
        sorted_out.setdefault((delete.collection, "delete"), []).append(delete)
    return [
        Part(statements[name], way, sorted(sorted_out[name, way], key=lambda change: change.id))
        for name, way in sorted(sorted_out)
    ]


async def _documents(
    connection: Connection, parts: Sequence[Part]
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Write the documents in one round trip. Answers which were made, and which are gone."""
    if not parts:
        return set(), set()
    values = [array for part in parts for array in _arrays(part)]
    rows = await connection.fetch(_statement(tuple((part.statements, part.way) for part in parts)), *values)
    made: set[tuple[str, str]] = set()
    gone: set[tuple[str, str]] = set()
    for part, (_, written, created) in zip(parts, rows, strict=True):
        name = part.statements.tables.collection.name
        if len(written) < len(part.changes):
            await _check(connection, part, set(written))
        made |= {(name, id) for id in (written if part.way == "insert" else created)}
        if part.way == "delete":
            gone |= {(name, id) for id in written}
    return made, gone


def _arrays(part: Part) -> list[list[Any]]:
    if part.way == "delete":
        return delete_arrays([change for change in part.changes if isinstance(change, Delete)])
    collection = part.statements.tables.collection
    return part.statements.arrays(
        [(change, stored_values(change, collection)) for change in part.changes if isinstance(change, Put)]
    )


@lru_cache(maxsize=512)
def _statement(ways: tuple[tuple[PostgresStatements, str], ...]) -> str:
    """One statement for all parts. Rows: number of the part, ids that were written, those of them that `upsert` made."""
    first = 1
    with_, select = [], []
    for number, (statements, way) in enumerate(ways):
        build: Callable[[int], str] = getattr(statements, way)
        made = "array_agg(id::varchar) FILTER (WHERE made)" if way == "upsert" else "NULL::varchar[]"
        with_.append(f"p{number} AS ({build(first)})")
        written = f"coalesce(array_agg(id::varchar), '{{}}'), coalesce({made}, '{{}}')"
        select.append(f"SELECT {number} AS part, {written} FROM p{number}")  # noqa: S608 -- numbers
        first += 2 if way == "delete" else statements.width
    return f"WITH {', '.join(with_)} {' UNION ALL '.join(select)} ORDER BY part"


async def _check(connection: Connection, part: Part, written: set[str]) -> None:
    """Raise Conflict for a change that was not written, unless it deletes what is gone already."""
    missing = [change for change in part.changes if change.id not in written]
    rows = await connection.fetch(part.statements.versions, [change.id for change in missing])
    versions: dict[str, int] = dict(rows)
    for change in missing:
        version = versions.get(change.id, 0)
        if part.way != "delete" or (change.version is not None and change.version != version):
            raise _conflict(change, version)


async def _finish(
    connection: Connection, increments: Sequence[Increment], noted: Sequence[tuple[str, str, bool]]
) -> None:
    if not increments and not noted:
        return
    sums: dict[str, int] = {}
    for increment in increments:
        sums[increment.counter] = sums.get(increment.counter, 0) + increment.amount
    names = sorted(sums)
    body = json_text(noted).encode()
    last = await connection.fetchval(_FINISH, names, [sums[name] for name in names], len(noted), body)
    if last is not None and last // _PRUNED_EVERY != (last - len(noted)) // _PRUNED_EVERY:
        await connection.execute(_PRUNE, last - CHANGES_KEPT)


def _conflict(change: Put | Delete, version: int) -> Conflict:
    return Conflict(
        f"version {change.version} was read, but the document has version {version}",
        where=f"{change.collection}/{change.id}",
        hint="read again and decide again",
    )
