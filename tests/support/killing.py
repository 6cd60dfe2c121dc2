"""Four worker processes over one PostgreSQL queue, of which one after another is killed by signal 9."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.integration.contracts.samples import COLLECTIONS, task
from tests.support.programs import ROOT, environment

from mystage.adapters.stores.sql.postgres_store import PostgresStore
from mystage.adapters.system import SystemClock

WORKERS = 4


@dataclass(frozen=True)
class Told:
    """What happened. `orphans`: leases held right after a kill; `effects`: how many tasks took effect how often."""

    killed: int
    orphans: int
    effects: Mapping[int, int]
    left: int


def _worker(url: str, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.support.drain", url, name]
    path = f"{ROOT / 'src'}:{ROOT}"
    return subprocess.Popen(
        command, cwd=ROOT, env=environment() | {"PYTHONPATH": path}, stderr=subprocess.PIPE, text=True
    )


async def killed_and_drained(url: str, tasks: int, *, kills: int) -> Told:
    """Drain `tasks` tasks by four processes; after each fraction of the work that is done, kill one and start another.

    Kills follow the work, not the clock, so that a slow machine sees as many as a quick one.
    """
    store = PostgresStore(url, COLLECTIONS, SystemClock())
    await store.open()
    for start in range(0, tasks, 1_000):
        await store.add([task(f"t{number:05}") for number in range(start, min(start + 1_000, tasks))])
    chance = random.Random(7)
    running = [_worker(url, f"w{number}") for number in range(WORKERS)]
    killed = orphans = 0
    try:
        while await store.next_ready(["work"]) is not None:
            await asyncio.sleep(chance.uniform(0.01, 0.1))
            if killed < kills and len(await store.counters("t")) > tasks * killed / (kills + 1):
                place = chance.randrange(WORKERS)
                running[place].kill()
                await asyncio.to_thread(running[place].communicate)
                killed += 1
                orphans += sum(stats.leased for stats in await store.stats())
                running[place] = _worker(url, f"r{killed}")
            if all(process.poll() is not None for process in running):
                break  # they fail, or believe that nothing is left
        for process in running:
            _, errors = await asyncio.to_thread(process.communicate)
            assert process.returncode == 0, errors
    finally:
        for process in running:
            process.kill()
    effects = Counter((await store.counters("t")).values())
    left = sum(row.ready + row.leased + row.delayed for row in await store.stats())
    await store.close()
    return Told(killed, orphans, effects, left)
