"""Real processes over one PostgreSQL: killed at random, and the whole pipeline."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.integration.contracts.samples import COLLECTIONS, task
from tests.support.drain import LEASE_SECONDS
from tests.support.pages import folder_of_pages
from tests.support.programs import ROOT, call, environment

from mystage.adapters.stores.sql.postgres_store import PostgresStore
from mystage.adapters.system import SystemClock
from mystage.containers import running
from mystage.domain.merging.digest import content_digest
from mystage.settings import Settings

TASKS = 2_400
WORKERS = 4


def worker(url: str, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.support.drain", url, name]
    path = f"{ROOT / 'src'}:{ROOT}"
    return subprocess.Popen(
        command, cwd=ROOT, env=environment() | {"PYTHONPATH": path}, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.crash
@pytest.mark.slow
async def test_workers_that_are_killed_lose_nothing_and_do_nothing_twice(postgres):
    """Four processes drain a queue; kill -9 hits one of them again and again, and a new one takes its place."""
    url = postgres.schema()
    store = PostgresStore(url, COLLECTIONS, SystemClock())
    await store.open()
    await store.add([task(f"t{number:05}") for number in range(TASKS)])
    chance = random.Random(7)
    running_ = [worker(url, f"w{number}") for number in range(WORKERS)]
    killed = orphans = 0
    try:
        while await store.next_ready(["work"]) is not None and killed < 60:
            await asyncio.sleep(chance.uniform(0.1, 0.4))
            place = chance.randrange(WORKERS)
            victim = running_[place]
            if victim.poll() is not None:
                break
            if await store.counters("t") and killed < 12:
                victim.kill()
                victim.communicate()
                killed += 1
                orphans += sum(stats.leased for stats in await store.stats())
                running_[place] = worker(url, f"r{killed}")
        last_kill = time.monotonic()
        for process in running_:
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
        waited = time.monotonic() - last_kill
    finally:
        for process in running_:
            process.kill()
    counters = await store.counters("t")
    assert killed >= 3, "too few kills came in time: the test proves little"
    assert orphans, "no kill left a leased task behind: the test proves nothing"
    assert len(counters) == TASKS
    assert set(counters.values()) == {1}
    assert await store.stats() == []
    assert waited < 10 * LEASE_SECONDS
    await store.close()


@pytest.mark.slow
def test_the_setting_alone_moves_the_command_line_to_postgres(postgres, tmp_path: Path):
    """The commands of the how-to page: run, then status and rebuild in processes of their own; no file is made."""
    pages = folder_of_pages(tmp_path / "pages", 12)
    url = postgres.schema()
    summary = call("run", str(pages), "--data", "c", cwd=tmp_path, store=url)
    assert (summary["failed_tasks"], summary["waiting"]) == (0, [])
    proof = call("rebuild", "--check", "--data", "c", cwd=tmp_path, store=url, profile="postgres")
    assert proof["differences"] == []
    assert call("status", "--data", "c", cwd=tmp_path, store=url)["entities"] == summary["entities"]
    assert not (tmp_path / "c" / "mystage.db").exists()


@pytest.mark.slow
async def test_the_pipeline_makes_the_same_catalogue_on_every_store(postgres, tmp_path: Path):
    """A folder of pages through all stages, over memory, SQLite and PostgreSQL: equal digests, no differences."""
    pages = folder_of_pages(tmp_path / "pages", 60)
    digests = {}
    for name, url in (
        ("memory", "memory:"),
        ("sqlite", f"sqlite:///{tmp_path / 'catalogue.db'}"),
        ("postgres", postgres.schema()),
    ):
        settings = Settings(data=tmp_path / name, store=url)
        async with running(settings) as container:
            await container.submit().paths([str(pages)], source="file")
            await container.worker().run(until_idle=True, patience=1.0)
            found = await container.rebuild().check()
        assert found.differences == ()
        assert found.entities > 60
        digests[name] = found.digest
    assert len(set(digests.values())) == 1, digests
    assert digests["memory"] != content_digest([], {})
