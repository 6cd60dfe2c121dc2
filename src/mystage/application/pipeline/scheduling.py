"""Schedules: kept, and dispatched by the one scheduler that holds the lease."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from mystage.application.pipeline.discovering import Discover
from mystage.application.ports.calendars import Calendar
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.delivery import Task
from mystage.domain.errors import Conflict, MystageError, NotFound
from mystage.domain.pipeline.discovery import Ask
from mystage.domain.pipeline.schedules import (
    LEASES,
    SCHEDULES,
    Job,
    Lease,
    ScheduledTask,
    begins,
    turn,
)
from mystage.domain.schema import instant_text
from mystage.domain.values import evolve

log = structlog.get_logger("mystage.scheduler")
LEASE: Final = "scheduler"
_HELD: Final = timedelta(seconds=6)
"""How long a scheduler that no longer answers keeps the others from taking over."""
_TICK: Final = 1.5
"""Seconds between looks."""
_AT_ONCE: Final = 50
"""Schedules that are dispatched before the lease is looked at again."""


class Schedules:
    """What operators do with schedules."""

    def __init__(
        self, store: DocumentStore, calendar: Calendar, discover: Discover, clock: Clock, ids: IdSource, stagger: float
    ) -> None:
        self._store = store
        self._calendar = calendar
        self._discover = discover
        self._clock = clock
        self._ids = ids
        self._stagger = stagger

    async def all(self) -> list[ScheduledTask]:
        """All, by name."""
        return sorted(await UnitOfWork(self._store).of(SCHEDULES).find(), key=lambda s: (s.name, s.id))

    def new(self, **values: object) -> ScheduledTask:
        """A schedule that is not kept yet, with its first moment. Raises Invalid (a cron line, a zone), ValidationError."""
        made = ScheduledTask.model_validate({"id": self._ids.new("sched_"), "created_at": self._clock.now()} | values)
        return evolve(made, next_at=self._calendar.following(made, self._clock.now()))

    async def add(self, schedule: ScheduledTask) -> None:
        """Keep a schedule. Raises Conflict where its name is taken."""

        async def action(unit: UnitOfWork) -> None:
            if await unit.of(SCHEDULES).find(name=schedule.name):
                raise Conflict(
                    "a schedule of this name exists", where=schedule.name, hint="remove it first, or take another"
                )
            unit.of(SCHEDULES).put(schedule)

        unit = UnitOfWork(self._store)
        await action(unit)
        await unit.commit()

    async def pause(self, name: str, *, paused: bool) -> ScheduledTask:
        """Pause or resume. What went by during a pause is not missed: it was not wanted."""

        async def action(unit: UnitOfWork) -> ScheduledTask:
            found = await self._named(unit, name)
            changes: dict[str, object] = {"paused": paused}
            if found.paused and not paused:
                changes["next_at"] = self._calendar.following(found, self._clock.now())
            changed = evolve(found, **changes)
            unit.of(SCHEDULES).put(changed)
            return changed

        return await decide(self._store, self._clock, self._ids, action)

    async def remove(self, name: str) -> ScheduledTask:
        """Forget a schedule. What it has dispatched goes on."""

        async def action(unit: UnitOfWork) -> ScheduledTask:
            found = await self._named(unit, name)
            unit.of(SCHEDULES).delete(found.id)
            return found

        return await decide(self._store, self._clock, self._ids, action)

    async def run(self, name: str) -> int:
        """Dispatch it now, beside its rhythm. Answers how many tasks that made."""
        found = await self._named(UnitOfWork(self._store), name)
        tasks, problem = await self.tasks_of(found, self._clock.now(), self._clock.now())
        if problem and not tasks:
            raise NotFound(f"nothing could be asked: {problem}", where=name)

        async def action(unit: UnitOfWork) -> None:
            for task in tasks:
                unit.queue(task)

        await decide(self._store, self._clock, self._ids, action)
        return len(tasks)

    async def due(self) -> list[ScheduledTask]:
        """Those whose moment has come, the earliest first."""
        found = (
            await UnitOfWork(self._store)
            .of(SCHEDULES)
            .find(next_at__le=instant_text(self._clock.now()), order="next_at", limit=_AT_ONCE * 4)
        )
        return [schedule for schedule in found if not schedule.paused][:_AT_ONCE]

    async def dispatch(self, lease: Lease | None = None) -> int:
        """Do what is due; answers how many runs that was. With a lease: only while it is held.

        The tasks and the schedule's next moment are one commit, so that a moment runs once, whoever dispatches it.
        """
        dispatched, begun = 0, defaultdict[str, int](int)
        for schedule in await self.due():
            dispatched += await self._dispatch_one(schedule, begun, lease)
        return dispatched

    async def _dispatch_one(self, schedule: ScheduledTask, begun: dict[str, int], lease: Lease | None) -> int:
        now = self._clock.now()
        told = turn(schedule, now, lambda moment: self._calendar.following(schedule, moment))
        tasks: dict[str, Task] = {}
        after = told.after
        for moment in told.moments:
            source = schedule.sources[0] if schedule.sources else ""
            start = max(begins(schedule, moment), now) + timedelta(seconds=self._stagger * begun[source])
            made, problem = await self.tasks_of(schedule, moment, start)
            begun[source] += 1
            tasks.update((task.id, task) for task in made)
            after = evolve(after, problem=problem[:1_000])
        unit = UnitOfWork(self._store)
        if lease is not None and not await _holds(unit, lease):
            return 0
        if await unit.of(SCHEDULES).get(schedule.id) != schedule:
            return 0  # somebody changed it meanwhile: the next look sees it
        unit.of(SCHEDULES).put(after)
        for task in tasks.values():
            unit.queue(task)
        unit.count("schedule/runs", len(told.moments))
        unit.count("schedule/missed", told.missed)
        try:
            await unit.commit()
        except Conflict:
            return 0  # likewise
        if told.missed:
            log.warning(
                "runs of a schedule were missed",
                schedule=schedule.name,
                missed=told.missed,
                policy=schedule.catch_up.value,
            )
        return len(told.moments)

    async def tasks_of(self, schedule: ScheduledTask, moment: datetime, start: datetime) -> tuple[list[Task], str]:
        """The tasks of a run, and what is wrong with it."""
        trace = f"schedule:{schedule.name}:{moment:%Y-%m-%dT%H:%M:%SZ}"
        if schedule.job is Job.DUE:
            await self._discover.due(trace=trace)
            return [], ""
        submitted, tasks = await self._discover.plan(
            schedule.sources, _asked(schedule, moment), trace=trace, not_before=start
        )
        return tasks, "; ".join(f"{label}: {reason}" for label, reason in submitted.refused)

    async def _named(self, unit: UnitOfWork, name: str) -> ScheduledTask:
        found = await unit.of(SCHEDULES).find(name=name) or await unit.of(SCHEDULES).get_many((name,))
        if not found:
            raise NotFound("no such schedule", where=name, hint="`mystage schedule list` shows all")
        return found[0] if isinstance(found, list) else found[name]


def _asked(schedule: ScheduledTask, moment: datetime) -> Ask:
    if schedule.days_ahead is None:
        return schedule.ask
    day = moment.astimezone(ZoneInfo(schedule.zone)).date()
    return evolve(schedule.ask, date_from=day, date_to=day + timedelta(days=schedule.days_ahead))


async def _holds(unit: UnitOfWork, lease: Lease) -> bool:
    """Whether the lease is still the holder's; its document is part of the commit, so that a holder of the past writes nothing."""
    found = await unit.of(LEASES).get(lease.id)
    if found is None or (found.holder, found.term) != (lease.holder, lease.term):
        return False
    unit.of(LEASES).put(found)
    return True


class Scheduler:
    """Runs beside every worker; the one that holds the lease dispatches, the others wait to take over."""

    def __init__(self, name: str, store: DocumentStore, schedules: Schedules, clock: Clock) -> None:
        self._name = name
        self._store = store
        self._schedules = schedules
        self._clock = clock
        self._stopping = asyncio.Event()
        self._lease: Lease | None = None

    def stop(self) -> None:
        """Hand over, then return from `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Dispatch until stopped. What goes wrong is logged and tried again: a worker does not die of its scheduler."""
        while not self._stopping.is_set():
            try:
                await self.step()
            except MystageError as error:
                log.warning("nothing was dispatched; tried again soon", error=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _TICK)
        with suppress(MystageError):  # it runs out by itself
            await self._let_go()

    async def step(self) -> int:
        """One look: take or renew the lease, dispatch what is due."""
        if self._lease is None and not await UnitOfWork(self._store).of(SCHEDULES).find(limit=1):
            return 0  # nothing to lead
        self._lease = await self._led()
        return await self._schedules.dispatch(self._lease) if self._lease is not None else 0

    async def _led(self) -> Lease | None:
        """The lease, if it is ours or free."""
        unit, now = UnitOfWork(self._store), self._clock.now()
        found = await unit.of(LEASES).get(LEASE)
        if found is not None and found.holder != self._name and now < found.until <= now + 2 * _HELD:
            return None
        term = 1 if found is None else found.term + (found.holder != self._name)
        lease = Lease(id=LEASE, holder=self._name, until=now + _HELD, term=term)
        unit.of(LEASES).put(lease)
        try:
            await unit.commit()
        except Conflict:
            return None
        if found is not None and found.holder != self._name:
            log.info("took over the schedules", holder=self._name, before=found.holder, term=term)
        return lease

    async def _let_go(self) -> None:
        unit = UnitOfWork(self._store)
        if self._lease is not None and await _holds(unit, self._lease):
            unit.of(LEASES).put(evolve(self._lease, until=self._clock.now()))
            with suppress(Conflict):
                await unit.commit()
        self._lease = None


def missed(schedules: Sequence[ScheduledTask]) -> int:
    """Runs that were missed, of all."""
    return sum(schedule.missed for schedule in schedules)
