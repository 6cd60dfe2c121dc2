"""Real processes over one PostgreSQL: killed at random, and the whole pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.killing import killed_and_drained
from tests.support.pages import folder_of_pages
from tests.support.programs import call

from mystage.containers import running
from mystage.domain.merging.digest import content_digest
from mystage.settings import Settings

TASKS = 2_400
"""`benchmarks/killing.py` does the same with 10,000."""


@pytest.mark.crash
@pytest.mark.slow
async def test_workers_that_are_killed_lose_nothing_and_do_nothing_twice(postgres):
    """Four processes drain a queue; kill -9 hits one of them again and again, and a new one takes its place."""
    told = await killed_and_drained(postgres.schema(), TASKS, kills=12)
    assert told.killed, "no kill came in time: the test proves nothing"
    assert told.orphans, "no kill left a leased task behind: the test proves nothing"
    assert told.effects == {1: TASKS}
    assert told.left == 0


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
