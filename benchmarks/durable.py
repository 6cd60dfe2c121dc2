"""Durable resolution: records a second with decision, judgement and entity committed to SQLite, against a bare loop.

    python benchmarks/durable.py [--records 20000] [--batch 64] [--profile]

One record comes as one extraction (the worst case: no page tells several) and runs through the stages `resolve` and
`merge` in batches of `--batch` tasks, as a worker runs them. Floor: a bare `sqlite3` loop that writes the same documents, of the
same commits, to tables of the same columns. A second pass takes the records one by one for the latency of a single
one. Bar (issue 4): >= 1,000 records/s, p99 <= 10 ms a record.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.documents import ChangeSet
from mystage.application.runtime.runner import StageRunner
from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import running
from mystage.domain.collections import ALL
from mystage.domain.delivery import Task
from mystage.domain.pipeline.scrapes import EXTRACTIONS, Extraction
from mystage.domain.sources import Claims, VenueClaim, records
from mystage.settings import Settings

NOW = datetime(2026, 5, 1, tzinfo=UTC)
FIRST = "Amber Birch Cedar Dusk Ember Fable Gale Hazel Iron Jade Kite Lark Mist Nettle Opal Pine Quill Rust Slate Thorn".split()
LAST = (
    "Anchor Barn Cellar Depot Engine Foundry Garden Harbour Island Junction Kiln Lantern Mill Nave Orchard Pier".split()
)
TYPE = "Hall Club Theatre Room Bar Stage House Ballroom Lounge Arena".split()
ROADS = "Oak Elm Mill Church Station Bridge Market Castle River Hill King Queen Spring Park School".split()


def claims(count: int, seed: int) -> Iterator[VenueClaim]:
    """Made-up venues in 200 towns; every fifth tells one that came before in other words."""
    rng = random.Random(seed)
    seen: list[dict[str, Any]] = []
    for number in range(count):
        if seen and rng.random() < 0.2:
            told = dict(rng.choice(seen))
            told["name"] = (
                told["name"].removeprefix("The ") if rng.random() < 0.5 else f"{told['name']} {told['locality']}"
            )
            told["phone"] = told["phone"] if rng.random() < 0.6 else None
        else:
            town = rng.randrange(200)
            name = f"{rng.choice(FIRST)} {rng.choice(LAST)} {rng.choice(TYPE)}"
            told = {
                "name": f"The {name}" if rng.random() < 0.3 else name,
                "street": f"{rng.randrange(1, 400)} {rng.choice(ROADS)} Street",
                "locality": f"Town{town:03}",
                "country": "GB",
                "lat": round(50 + town / 50 + rng.random() / 20, 5),
                "lon": round(-3 + town / 70 + rng.random() / 20, 5),
                "phone": f"+4420{rng.randrange(10**7, 10**8)}",
            }
            seen.append(told)
        yield VenueClaim.model_validate({"key": f"k{number}", **told})


def extraction(number: int, claim: VenueClaim) -> Extraction:
    """The reading of a page that tells one venue."""
    return Extraction(
        id=f"ext_{number}", scrape_id=f"scr_{number}", url=f"https://site{number % 7}.example/{number}",
        source=f"site{number % 7}", reader="schema_json/1", outcome="records",
        reading=records(Claims(venues=(claim,))), venues=1, extracted_at=NOW,
    )  # fmt: skip


class Seen:
    """A store that remembers the change sets which pass through it."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.changes: list[ChangeSet] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def commit(self, changes: ChangeSet) -> None:
        self.changes.append(changes)
        await self._store.commit(changes)


async def feed(store: Any, count: int, start: int, seed: int) -> None:
    """Put extractions and their tasks into the store, as the stage before does."""
    batch: list[tuple[int, VenueClaim]] = []
    for number, claim in enumerate(claims(count, seed), start):
        batch.append((number, claim))
        if len(batch) == 500 or number == start + count - 1:
            unit = UnitOfWork(store)
            for n, one in batch:
                unit.of(EXTRACTIONS).put(extraction(n, one))
                payload = {"extraction_id": f"ext_{n}"}
                unit.queue(Task(id=f"resolve:ext_{n}", queue="resolve", payload=payload, trace="bench"))
            await unit.commit()
            batch = []


async def drain(store: Any, runners: Sequence[StageRunner], batch: int) -> list[tuple[float, float]]:
    """Run resolve and merge until nothing is left; seconds of each batch, decision to entity: of wall and of CPU."""
    times = []
    while leases := await store.claim(("resolve",), batch, 600.0, "bench"):
        start, cpu = time.perf_counter(), time.process_time()
        await runners[0].run(leases)
        while merges := await store.claim(("merge",), 128, 600.0, "bench"):
            await runners[1].run(merges)
        times.append((time.perf_counter() - start, time.process_time() - cpu))
    return times


def spread(seconds: Sequence[float], records: int) -> str:
    """Milliseconds a record: the middle, the 99th percentile, the most."""
    each = sorted(one / records * 1e3 for one in seconds)
    return f"p50 {statistics.median(each):.2f} ms, p99 {each[int(len(each) * 0.99)]:.2f} ms, max {each[-1]:.2f} ms"


def bare(changes: Sequence[ChangeSet], path: Path) -> float:
    """CPU seconds of a bare loop that writes the same documents in the same commits."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    for spec in ALL:
        columns = "".join(f', "{index.field}"' for index in spec.indexes if not index.array)
        db.execute(f'create table "{spec.name}" (id text primary key, version integer, body blob{columns})')
        for index in spec.indexes:
            if index.array:
                db.execute(
                    f'create table "{spec.name}_{index.field}" (value text, id text, primary key (value, id)) without rowid'
                )
            else:
                db.execute(f'create index "{spec.name}_{index.field}" on "{spec.name}" ("{index.field}")')
    specs = {spec.name: spec for spec in ALL}
    start = time.process_time()
    for change in changes:
        db.execute("BEGIN IMMEDIATE")
        for put in change.puts:
            plain = [index.field for index in specs[put.collection].indexes if not index.array]
            values = (put.id, (put.version or 0) + 1, put.body, *(put.index[name] for name in plain))
            marks = ",".join("?" * len(values))
            db.execute(f'insert or replace into "{put.collection}" values ({marks})', values)  # noqa: S608  our own names
            for index in specs[put.collection].indexes:
                if index.array:
                    rows = [(value, put.id) for value in put.index[index.field] or ()]
                    table = f"{put.collection}_{index.field}"
                    db.executemany(f'insert or ignore into "{table}" values (?, ?)', rows)  # noqa: S608  our own names
        db.execute("COMMIT")
    took = time.process_time() - start
    db.close()
    return took


async def measure(args: argparse.Namespace, folder: Path) -> None:
    settings = Settings(data=folder / "catalogue")
    async with running(settings) as container:
        store = Seen(container.store())
        container.store.override(store)
        container.readers.override(ManifestReaders())
        by_name = {runner.stage.name: runner for runner in container.runners()}
        runners = (by_name["resolve"], by_name["merge"])
        await feed(store, args.records, 0, args.seed)
        store.changes.clear()
        profile = cProfile.Profile() if args.profile else None
        cpu = time.process_time()
        if profile:
            profile.enable()
        times = await drain(store, runners, args.batch)
        if profile:
            profile.disable()
            pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
            pstats.Stats(profile).sort_stats("tottime").print_stats(35)
        cpu = time.process_time() - cpu
        floor = bare(store.changes, folder / "bare.db")
        wall, busy = zip(*times, strict=True)
        print(
            f"batches of {args.batch}: {args.records / sum(wall):,.0f} records/s of wall, {args.records / cpu:,.0f} of CPU; "
            f"a record {spread(wall, args.batch)}; of CPU {spread(busy, args.batch)}"
        )
        print(
            f"of a bare sqlite3 loop that writes the same documents: {floor / cpu:.3f} ({args.records / floor:,.0f} records/s of CPU)"
        )
        store.changes.clear()
        await feed(store, args.single, args.records, args.seed + 1)
        wall, busy = zip(*await drain(store, runners, 1), strict=True)
        print(f"one by one: {spread(wall, 1)} over {len(wall)} records; of CPU {spread(busy, 1)}")
        status = await container.status().read()
        print(f"held: {status.entities} of {status.entity_sources} entity sources, open pairs {status.open_duplicates}")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--single", type=int, default=500)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(args, Path(name)))


if __name__ == "__main__":
    main()
