"""Schedules with real processes: the command line, and a scheduler that is killed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.programs import call, start

from mystage.containers import running
from mystage.domain.pipeline.schedules import LEASES, Lease
from mystage.settings import load


def _lease(folder: Path) -> Lease | None:
    async def read() -> Lease | None:
        async with running(load(data=folder / ".mystage")) as container:
            record = await container.store().get(LEASES.name, "scheduler")
            return Lease.model_validate_json(record.body) if record else None

    return asyncio.run(read())


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, "nothing happened for two minutes"
        time.sleep(0.2)


@pytest.mark.crash
def test_a_killed_scheduler_is_replaced(tmp_path: Path) -> None:
    """Two workers; the one that dispatches dies by signal 9; the other goes on in the next term."""
    call("schedule", "add", "each", "--every", "1s", "--due", cwd=tmp_path)
    first = start("worker", cwd=tmp_path)
    second = None
    try:
        _wait(lambda: _lease(tmp_path) is not None)
        before = _lease(tmp_path)
        second = start("worker", cwd=tmp_path)
        first.kill()
        first.communicate()
        _wait(lambda: getattr(_lease(tmp_path), "term", 0) == 2)
        after = _lease(tmp_path)
        assert before is not None
        assert after is not None
        assert after.holder != before.holder
        [had] = call("schedule", "list", cwd=tmp_path)
        _wait(lambda: call("schedule", "list", cwd=tmp_path)[0]["runs"] > had["runs"])
    finally:
        for process in filter(None, (first, second)):
            process.kill()
            process.communicate()


def test_a_schedule_by_the_command_line(tmp_path: Path) -> None:
    """Added, listed, paused, run, removed."""
    key = {"ticketmaster_key": "k"}
    args = ("schedule", "add", "madrid", "--cron", "0 6 * * *", "--zone", "Europe/Madrid", "--source", "ticketmaster")
    made = call(*args, "--city", "Madrid", "--country", "ES", "--days", "30", cwd=tmp_path, **key)
    assert made["next_at"][11:16] in ("04:00", "05:00")
    assert call("schedule", "pause", "madrid", cwd=tmp_path)["paused"]
    assert call("schedule", "run", "madrid", cwd=tmp_path, **key) == {"queued": 1}
    assert call("schedule", "remove", "madrid", cwd=tmp_path) == {"removed": made["id"]}
    assert call("schedule", "list", cwd=tmp_path) == []
    assert call("quotas", cwd=tmp_path) == []
