"""Clocks and id sources, and the twins that tests use."""

from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta

from mystage.adapters.system import ManualClock, SeededIds, SystemClock, SystemIds
from mystage.adapters.system.collecting import SELDOM, seldom_collected


async def test_the_system_clock_tells_utc_and_waits():
    clock = SystemClock()
    before = clock.now()
    await clock.sleep(0.001)
    assert before.tzinfo is UTC
    assert clock.now() - before >= timedelta(seconds=0.001)


async def test_a_manual_clock_moves_only_when_it_is_moved():
    start = datetime(2026, 5, 1, 12, tzinfo=UTC)
    clock = ManualClock(start)
    assert clock.now() == clock.now() == start
    await clock.sleep(90)
    clock.advance(0.5)
    assert clock.now() == start + timedelta(seconds=90.5)
    clock.set(start)
    assert clock.now() == start


def test_ids_are_fresh_and_sort_by_creation(monkeypatch):
    """Those of a later millisecond sort later, whatever their random part is."""
    ids, made = SystemIds(), []
    for millisecond in (1, 2, 1_000, 1_700_000_000_000, 1_700_000_000_001):
        monkeypatch.setattr("time.time_ns", lambda now=millisecond: now * 1_000_000)
        made.append(ids.new("run_"))
    assert made == sorted(made)
    assert {len(id) for id in made} == {len("run_") + 26}
    assert len({ids.new() for _ in range(1000)}) == 1000  # all of one millisecond
    assert all(0 <= ids.chance() < 1 for _ in range(100))


def test_seeded_ids_repeat_from_run_to_run():
    def run(seed: int) -> list[object]:
        ids = SeededIds(seed)
        return [ids.new("x"), ids.new(), ids.chance(), ids.chance()]

    assert run(1) == run(1)
    assert run(1)[:2] == run(2)[:2] == ["x00000001", "00000002"]
    assert run(1)[2:] != run(2)[2:]


def test_cycles_are_looked_for_seldom_and_then_as_before() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold() == SELDOM
    assert gc.get_threshold() == before
