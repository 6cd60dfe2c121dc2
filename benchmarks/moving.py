"""`store copy` of small documents from SQLite into PostgreSQL, against COPY from a prepared file into the same table.

Run: ./run bench moving, or python benchmarks/moving.py [DOCUMENTS] (50,000; the issue's figure is for 1,000,000).
Both write into a table with the same columns and indexes. Our side also reads the source, validates, notes the change
feed and, at the end, proves that both stores hold the same; the bare side has a text file that is ready to be sent.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from tests.support.postgres import Server, running_server, why_missing

from mystage.adapters.stores.sql import SqliteStore
from mystage.adapters.stores.sql.postgres_store import PostgresStore
from mystage.adapters.system import SystemClock
from mystage.adapters.system.canonical import canonical_json
from mystage.application.moving.copying import CopyStore
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.moving import MOVES
from mystage.domain.pipeline.urls import URLS, UrlDoc

WANTED, BATCH = 0.4, 1_000
SEEN = datetime(2027, 1, 1, tzinfo=UTC)
STORED = (URLS, MOVES)


def small(number: int) -> UrlDoc:
    """A document of some 200 bytes."""
    return UrlDoc(
        id=f"url_{number * 7919 % 10_000_019:08}",
        url=f"https://venue{number % 997}.example/shows/{number}",
        source=f"source{number % 40}",
        first_seen=SEEN,
        fetches=number % 7,
    )


async def fill(source: SqliteStore, count: int) -> None:
    """Write the documents that are to be moved."""
    for start in range(0, count, BATCH):
        unit = UnitOfWork(source)
        for number in range(start, min(start + BATCH, count)):
            unit.of(URLS).put(small(number))
        await unit.commit()


async def copied(source: SqliteStore, url: str) -> tuple[float, float]:
    """Seconds of a whole copy into a new schema, and how many of them pass until all documents are there."""
    target = PostgresStore(url, STORED, SystemClock())
    await target.open()
    begun = time.perf_counter()
    last = begun

    def progress(_name: str, _count: int) -> None:
        nonlocal last
        last = time.perf_counter()

    done = await CopyStore(source, target, STORED, canonical=canonical_json).run(progress)
    took = time.perf_counter() - begun
    assert done.differences == ()
    await target.close()
    return took, last - begun


async def prepared(url: str, file: Path) -> None:
    """Write the file that COPY is to read, from what the copy has left."""
    raw: Any = await asyncpg.connect(url)
    await raw.copy_from_table("urls", output=file)
    await raw.close()


async def bare(url: str, file: Path) -> float:
    """Seconds of COPY of the prepared file into a table of a new schema."""
    store = PostgresStore(url, STORED, SystemClock())
    await store.open()
    raw: Any = await asyncpg.connect(url)
    begun = time.perf_counter()
    await raw.copy_to_table("urls", source=file)
    took = time.perf_counter() - begun
    await raw.close()
    await store.close()
    return took


def peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


async def measure(server: Server, folder: Path, count: int) -> bool:
    """Both sides by turns; the quickest time of each counts, and all their processor time."""
    source = SqliteStore(folder / "source.db", STORED, SystemClock())
    await fill(source, count)
    before = after = peak()
    times: list[tuple[float, float, float]] = []
    cpu = [0.0, 0.0, 0.0]  # ours: client, server; COPY: both
    for turn in range(3 if count < 500_000 else 1):
        client, served = time.process_time(), server.cpu_seconds()
        schema = server.schema()
        ours = await copied(source, schema)
        after = peak()
        cpu[0] += time.process_time() - client
        cpu[1] += server.cpu_seconds() - served
        if turn == 0:
            await prepared(schema, folder / "urls.copy")
        client, served = time.process_time(), server.cpu_seconds()
        times.append((*ours, await bare(server.schema(), folder / "urls.copy")))
        cpu[2] += time.process_time() - client + server.cpu_seconds() - served
    await source.close()
    whole, written, raw = (min(column) for column in zip(*times, strict=True))
    each = [1e6 * seconds / count / len(times) for seconds in cpu]
    met = raw / whole >= WANTED
    print(
        f"store copy of {count:,} documents: {count / whole:,.0f}/s proved, {count / written:,.0f}/s written; "
        f"COPY of a prepared file: {count / raw:,.0f}/s"
    )
    print(
        f"ratio {raw / whole:.2f} with the proof (wanted {WANTED}) {'' if met else 'MISSED'}, {raw / written:.2f} without"
    )
    print(
        f"processor time for each: {each[0]:.1f} us here + {each[1]:.1f} us of the server, COPY {each[2]:.1f} us; "
        f"ratio {each[2] / max(each[0], each[1]):.2f} to the busier of the two, which run side by side"
    )
    print(f"peak memory: {before:.0f} MB before, {after:.0f} MB after")
    return met


def main() -> None:
    """Measure; the exit code says whether the figure was met."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    if reason := why_missing():
        print(reason)
        return
    with running_server() as server, tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if asyncio.run(measure(server, Path(folder), count)) else 1)


if __name__ == "__main__":
    main()
