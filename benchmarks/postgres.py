"""The PostgreSQL store against bare asyncpg on the same tables, in one run: ratios of medians (1.0 = as fast as bare).

Run: ./run bench postgres. It starts a server of its own. Validation is done on both sides.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from benchmarks.stores import DOCS, PLAIN, Doc, doc, put
from tests.support.postgres import Server, running_server, why_missing

from mystage.adapters.stores.sql.postgres_store import PostgresStore
from mystage.adapters.system import SystemClock
from mystage.application.ports.documents import ChangeSet
from mystage.domain.delivery import Task

GETS, BATCH, JOBS, CLAIM, DOCUMENTS = 100, 500, 1_000, 100, 5_000
_RAW_PUT = """
INSERT INTO raw SELECT id, 1, kind, source, keys::text[], body
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[]) AS u (id, kind, source, keys, body)
"""
_RAW_CLAIM = """
UPDATE raw_jobs SET until = $2, token = $3 WHERE seq IN (
  SELECT seq FROM raw_jobs WHERE until < $1 ORDER BY priority, seq LIMIT 100 FOR UPDATE SKIP LOCKED
) RETURNING seq, payload
"""
_TABLES = """
CREATE TABLE raw (id text COLLATE "C" PRIMARY KEY, version int NOT NULL, kind text COLLATE "C", source text COLLATE "C",
  keys text[] COLLATE "C", body jsonb NOT NULL);
CREATE INDEX ON raw (kind, id);
CREATE INDEX ON raw (source, id);
CREATE INDEX ON raw USING gin (keys);
CREATE TABLE raw_jobs (seq bigserial PRIMARY KEY, id text UNIQUE, priority int, payload text, until bigint, token text);
CREATE INDEX ON raw_jobs (priority, seq) WHERE until = 0;
"""

Timed = Callable[[], Awaitable[float]]


def literal(values: tuple[str, ...]) -> str:
    return "{" + ",".join(f'"{value}"' for value in values) + "}"


class Bench:
    """A store, and a bare connection to tables of the same shape."""

    def __init__(self, store: PostgresStore, raw: Any) -> None:
        self.store, self.raw = store, raw
        self.puts = [put(DOCS, doc(number)) for number in range(DOCUMENTS)]
        self.fresh = iter(range(DOCUMENTS, 10**9))

    async def fill(self) -> None:
        for start in range(0, DOCUMENTS, BATCH):
            some = self.puts[start : start + BATCH]
            await self.store.commit(ChangeSet(puts=tuple(some)))
            await self.raw.execute(_RAW_PUT, *self.columns(some))
        await self.raw.execute("VACUUM ANALYZE")

    def columns(self, puts: list[Any]) -> list[list[Any]]:
        return [
            [p.id for p in puts],
            [p.index["kind"] for p in puts],
            [p.index["source"] for p in puts],
            [literal(p.index["match_keys"]) for p in puts],
            [p.body for p in puts],
        ]

    def batch(self) -> list[Any]:
        return [put(DOCS, doc(next(self.fresh))) for _ in range(BATCH)]

    async def get_ours(self) -> float:
        begun = time.perf_counter()
        for p in self.puts[:GETS]:
            record = await self.store.get("docs", p.id)
            assert record is not None
            Doc.model_validate_json(record.body)
        return time.perf_counter() - begun

    async def get_raw(self) -> float:
        begun = time.perf_counter()
        for p in self.puts[:GETS]:
            row = await self.raw.fetchrow("SELECT version, body FROM raw WHERE id = $1", p.id)
            Doc.model_validate_json(row[1])
        return time.perf_counter() - begun

    async def put_ours(self) -> float:
        changes = ChangeSet(puts=tuple(self.batch()))
        begun = time.perf_counter()
        await self.store.commit(changes)
        return time.perf_counter() - begun

    async def put_raw(self) -> float:
        puts = self.batch()
        begun = time.perf_counter()
        async with self.raw.transaction():
            await self.raw.execute(_RAW_PUT, *self.columns(puts))
        return time.perf_counter() - begun

    async def put_singly(self) -> float:
        changes = [ChangeSet(puts=(p,)) for p in self.batch()]
        begun = time.perf_counter()
        for change in changes:
            await self.store.commit(change)
        return time.perf_counter() - begun

    async def jobs_ours(self) -> float:
        await self.store.add([Task(id=f"j{number}", queue="q", payload={"n": str(number)}) for number in range(JOBS)])
        begun = time.perf_counter()
        while leases := await self.store.claim(("q",), CLAIM, 30, "w"):
            await self.store.complete(leases)
        return time.perf_counter() - begun

    async def jobs_raw(self) -> float:
        """Claims 100 with a lease and finishes them in the next claim's transaction."""
        await self.raw.execute(
            "INSERT INTO raw_jobs (id, priority, payload, until) "
            "SELECT 'j' || n, 50, json_build_object('n', n::text)::text, 0 FROM generate_series(1, $1) AS n",
            JOBS,
        )
        begun = time.perf_counter()
        done: list[int] = []
        while True:
            now = time.time_ns() // 1_000
            async with self.raw.transaction():
                await self.raw.execute("DELETE FROM raw_jobs WHERE seq = ANY($1::bigint[])", done)
                rows = await self.raw.fetch(_RAW_CLAIM, now, now + 30_000_000, secrets.token_hex(8))
            done = [row[0] for row in rows]
            for row in rows:
                Task(id="x", queue="q", payload=json.loads(row[1]))
            if not rows:
                return time.perf_counter() - begun

    async def enqueue_ours(self) -> float:
        tasks = [Task(id=f"e{next(self.fresh)}", queue="later") for _ in range(JOBS)]
        begun = time.perf_counter()
        await self.store.add(tasks)
        return time.perf_counter() - begun


async def ratio(name: str, ours: Timed, raw: Timed, count: int, rounds: int, wanted: float) -> bool:
    """Run both in short turns, so that a noisy moment hits both; print medians and their ratio."""
    await ours(), await raw()
    times = [(await ours(), await raw()) for _ in range(rounds)]
    a, b = (statistics.median(column) for column in zip(*times, strict=True))
    met = b / a >= wanted
    print(
        f"{name:28} {a / count * 1e6:9.1f} us  bare {b / count * 1e6:9.1f} us  "
        f"ratio {b / a:5.2f}  (wanted {wanted}) {'' if met else 'MISSED'}"
    )
    return met


async def measure(server: Server, rounds: int) -> bool:
    url = server.schema()
    store = PostgresStore(url, (DOCS, PLAIN), SystemClock())
    await store.open()
    raw: Any = await asyncpg.connect(url)
    await raw.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=lambda b: b"\x01" + b, decoder=lambda b: b[1:]
    )
    await raw.execute(_TABLES)
    bench = Bench(store, raw)
    await bench.fill()
    met = [
        await ratio("get + validate", bench.get_ours, bench.get_raw, GETS, 10 * rounds, 0.8),
        await ratio(f"put, batch of {BATCH}", bench.put_ours, bench.put_raw, BATCH, rounds, 0.5),
        await ratio("tasks: claim, complete", bench.jobs_ours, bench.jobs_raw, JOBS, rounds, 0.6),
        await ratio("batch (bare: single puts)", bench.put_ours, bench.put_singly, BATCH, max(2, rounds // 2), 10),
    ]
    times = [await bench.enqueue_ours() for _ in range(rounds)]
    print(f"{'enqueue by 1,000':28} {JOBS / statistics.median(times):9,.0f} tasks/s")
    await store.close()
    await raw.close()
    return all(met)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    if reason := why_missing():
        print(reason)
        return
    with running_server() as server:
        sys.exit(0 if asyncio.run(measure(server, rounds)) else 1)


if __name__ == "__main__":
    main()
