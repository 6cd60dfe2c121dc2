"""Fetch to publish against its floor: 2,000 changed pages of 30 KB, one event each; then a pass over unchanged pages.

    python benchmarks/pipeline.py [--pages 2000] [--runs 5]

Floor of the first pass: httpx GET + selectolax + orjson + one batched SQLite insert. Floor of the second: bare
conditional GETs. Bars (issue 2): >= 0.25 and >= 0.5; memory <= 300 MB and flat.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson
from selectolax.lexbor import LexborHTMLParser

from mystage.containers import running
from mystage.domain.sources import ManifestSource, SourceRank
from mystage.settings import Settings

AT_ONCE = 64


@contextmanager
def server(count: int, kilobytes: int):
    """The page server in a process of its own."""
    program = [sys.executable, str(Path(__file__).with_name("pages_server.py")), str(count), str(kilobytes)]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()


async def floor_changed(base: str, count: int, folder: Path) -> float:
    """Seconds of the least that could be done with these pages."""
    rows, gate = [], asyncio.Semaphore(AT_ONCE)
    start = time.perf_counter()
    async with httpx.AsyncClient() as client:

        async def one(number: int) -> None:
            async with gate:
                response = await client.get(f"{base}/page/{number}")
            tree = LexborHTMLParser(response.text)
            block = tree.css_first('script[type="application/ld+json"]')
            event = orjson.loads(block.text())
            rows.append((number, event["name"], orjson.dumps(event)))

        await asyncio.gather(*(one(n) for n in range(count)))
    database = sqlite3.connect(folder / "floor.db")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("create table events (id integer primary key, name text, body blob)")
    with database:
        database.executemany("insert into events values (?, ?, ?)", rows)
    database.close()
    return time.perf_counter() - start


async def floor_unchanged(base: str, count: int, tag: str) -> float:
    """Seconds of bare conditional GETs."""
    gate = asyncio.Semaphore(AT_ONCE)
    start = time.perf_counter()
    async with httpx.AsyncClient() as client:

        async def one(number: int) -> None:
            async with gate:
                response = await client.get(f"{base}/page/{number}", headers={"If-None-Match": tag})
                assert response.status_code == 304

        await asyncio.gather(*(one(n) for n in range(count)))
    return time.perf_counter() - start


async def ours(base: str, count: int, folder: Path) -> tuple[float, float]:
    """Seconds of the first pass and of the pass over unchanged pages, on a fresh catalogue."""
    settings = Settings(data=folder / "catalogue", log_level="warning")
    source = ManifestSource(
        name="bench",
        start_urls=tuple(f"{base}/page/{n}" for n in range(count)),
        rank=SourceRank.OWN_SITE,
        requests_per_second=10_000,
        concurrency=AT_ONCE,
    )
    async with running(settings) as container:
        seconds = []
        for _ in range(2):
            start = time.perf_counter()
            await container.submit().sources([source])
            await container.worker().run(until_idle=True)
            seconds.append(time.perf_counter() - start)
        status = await container.status().read()
        assert status.entities["performance"] == count, status.entities
        assert status.search_documents == sum(status.entities.values())
        fetch = next(row for row in status.funnel if row.stage == "fetch")
        assert (fetch.changed, fetch.unchanged) == (count, count), fetch
    return seconds[0], seconds[1]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--kilobytes", type=int, default=30)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    changed, unchanged = [], []
    with server(args.pages, args.kilobytes) as base:
        for number in range(args.runs):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                floor = asyncio.run(floor_changed(base, args.pages, folder))
                floor_304 = asyncio.run(floor_unchanged(base, args.pages, '"t0"'))
                first, second = asyncio.run(ours(base, args.pages, folder))
            changed.append(floor / first)
            unchanged.append(floor_304 / second)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"run {number + 1}: floor {floor:.2f} s, ours {first:.2f} s ({changed[-1]:.2f}); "
                f"unchanged: floor {floor_304:.2f} s, ours {second:.2f} s ({unchanged[-1]:.2f}); peak {peak} MB",
                flush=True,
            )
    print(f"fetch to publish, {args.pages} changed pages: {statistics.median(changed):.2f} of the floor (bar 0.25)")
    print(
        f"second pass, unchanged:                  {statistics.median(unchanged):.2f} of bare conditional GETs (bar 0.5)"
    )
    print(f"peak memory of the whole benchmark process: {peak} MB (bar 300 MB)")


if __name__ == "__main__":
    main()
