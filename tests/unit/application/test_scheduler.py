"""One scheduler at a time: hand-over, no moment twice, stagger. In virtual time."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from tests.support.virtual import LoopClock, virtually

from mystage.adapters.live import ManifestLive
from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system.cron import CronCalendar
from mystage.adapters.system.ids import SystemIds
from mystage.application.pipeline.discovering import Discover
from mystage.application.pipeline.scheduling import Scheduler, Schedules
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.collections import ALL
from mystage.domain.delivery import Task
from mystage.domain.errors import Conflict, NotFound
from mystage.domain.pipeline.schedules import LEASES, SCHEDULES, Job

ASK = {"city": "Madrid", "country": "ES"}


class Rig:
    """Schedules over one store."""

    def __init__(self) -> None:
        self.clock, ids = LoopClock(), SystemIds()
        self.store = MemoryStore(ALL, self.clock)
        live = ManifestLive({"MYSTAGE_TICKETMASTER_KEY": "k", "MYSTAGE_YELP_KEY": "k"}, {})
        # no source of these tests is a folder: nothing is submitted
        discover = Discover(self.store, live, None, self.clock, ids)  # type: ignore[arg-type]
        self.schedules = Schedules(self.store, CronCalendar(), discover, self.clock, ids, stagger=60.0)

    def scheduler(self, name: str) -> Scheduler:
        return Scheduler(name, self.store, self.schedules, self.clock)

    async def add(self, name: str, **values: object) -> None:
        values = {"job": Job.DISCOVER, "sources": ("ticketmaster",), "ask": ASK, "days_ahead": 30} | values
        await self.schedules.add(self.schedules.new(name=name, **values))

    async def tasks(self) -> list[Task]:
        return [lease.task for lease in await self.store.claim(("plan",), 1000, 1e6, "test")]


async def _hand_over() -> tuple[float, int, int]:
    rig = Rig()
    await rig.add("each", every=1.0, sources=(), job=Job.DUE)
    first, second = rig.scheduler("a"), rig.scheduler("b")
    running = asyncio.create_task(first.run())
    await asyncio.sleep(10)
    other = asyncio.create_task(second.run())
    await asyncio.sleep(10)
    running.cancel()  # as by signal 9: it lets nothing go
    died = asyncio.get_running_loop().time()
    while (await UnitOfWork(rig.store).of(LEASES).need("scheduler")).holder != "b":
        await rig.clock.sleep(0.1)
    took = asyncio.get_running_loop().time() - died
    await asyncio.sleep(10)
    second.stop()
    await other
    [schedule] = await rig.schedules.all()
    return took, schedule.runs, schedule.missed


def test_another_scheduler_takes_over_within_ten_seconds() -> None:
    """And every second was dispatched once."""
    took, runs, missed = virtually(_hand_over())
    assert took < 10
    assert missed == 0
    assert 27 <= runs <= 40


async def _stale() -> tuple[int, datetime | None]:
    rig = Rig()
    await rig.add("each", every=60.0)
    old, new = rig.scheduler("old"), rig.scheduler("new")
    await old.step()
    held = old._lease
    await asyncio.sleep(120)  # the old one was suspended
    await new._led()
    dispatched = await rig.schedules.dispatch(held)
    return dispatched, (await rig.schedules.all())[0].last_at


def test_one_that_was_replaced_dispatches_nothing() -> None:
    """It believes that it holds the lease; the store knows better."""
    assert virtually(_stale()) == (0, None)


async def _at_once() -> list[Task]:
    rig = Rig()
    for place in ("Madrid", "Sevilla", "Bilbao"):
        await rig.add(place, cron="0 6 * * *", ask={"city": place, "country": "ES"})
    await rig.add("yelp", cron="0 6 * * *", sources=("yelp",), ask={"near": {"lat": 40.0, "lon": -3.7, "km": 10}})
    await asyncio.sleep(6 * 3600 + 1)
    await rig.schedules.dispatch()
    assert await rig.schedules.dispatch() == 0
    await asyncio.sleep(600)
    return await rig.tasks()


def test_runs_of_one_source_that_are_due_together_begin_one_after_the_other() -> None:
    """A minute apart; another source does not wait for them."""
    tasks = virtually(_at_once())
    starts = sorted(t.not_before.minute for t in tasks if t.not_before and t.payload["live"] == "ticketmaster")
    assert starts == [0, 1, 2]
    assert [t.not_before.minute for t in tasks if t.not_before and t.payload["live"] == "yelp"] == [0]
    assert all(t.trace.startswith("schedule:") for t in tasks)


async def _operated() -> None:
    rig = Rig()
    await rig.add("x", every=60.0)
    with pytest.raises(Conflict, match="exists"):
        await rig.add("x", every=60.0)
    await rig.schedules.pause("x", paused=True)
    await asyncio.sleep(3600)
    assert await rig.schedules.dispatch() == 0
    resumed = await rig.schedules.pause("x", paused=False)
    assert resumed.missed == 0
    assert resumed.next_at is not None
    assert resumed.next_at > rig.clock.now()
    assert await rig.schedules.run("x") == 1
    await rig.schedules.remove("x")
    with pytest.raises(NotFound, match="no such schedule"):
        await rig.schedules.run("x")


def test_schedules_are_paused_resumed_run_and_removed() -> None:
    """A pause is no miss."""
    virtually(_operated())


async def _unready() -> str:
    rig = Rig()
    await rig.add("x", every=60.0, sources=("seatgeek",))
    await asyncio.sleep(61)
    await rig.schedules.dispatch()
    [schedule] = await UnitOfWork(rig.store).of(SCHEDULES).find()
    return schedule.problem


def test_a_source_that_cannot_be_asked_is_told() -> None:
    """Its key is missing: the schedule says so."""
    assert "MYSTAGE_SEATGEEK_CLIENT_ID" in virtually(_unready())
