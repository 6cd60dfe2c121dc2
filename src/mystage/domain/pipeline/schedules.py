"""When what is done: schedules, what becomes of runs that were missed, who dispatches. Pure: time is given.

The moments themselves (cron, intervals) come from a calendar that is an argument: see `application.ports.calendars`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final

from pydantic import Field, model_validator

from mystage.domain.access import DATA_ROLES
from mystage.domain.pipeline.discovery import Ask
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Instant, Model, Text, evolve

ON_TIME: Final = timedelta(seconds=60)
"""A run that is dispatched within this time is on time."""
COUNTED: Final = 10_000
"""Missed runs are counted up to here; after years of rest a schedule of every minute must not take hours to begin."""


class CatchUp(StrEnum):
    """What becomes of runs whose time went by while nobody dispatched."""

    SKIP = "skip"
    ONE = "one"
    """The latest of them is done."""
    ALL = "all"
    """All are done, the latest `catch_up_most`."""


class Job(StrEnum):
    """What a schedule does."""

    DISCOVER = "discover"
    """Ask live sources."""
    DUE = "due"
    """Visit again every address whose time has come."""


class ScheduledTask(Model):
    """A schedule. `cron` has five fields in the time of `zone`; `every` is seconds, counted from `created_at`."""

    id: str
    name: Text
    job: Job
    sources: tuple[Text, ...] = ()
    ask: Ask = Ask()
    days_ahead: Annotated[int, Field(ge=0, le=3660)] | None = None
    """The days that are asked for: from the day of the run (in `zone`) so many on; None: as `ask` says."""
    region: str = ""
    """A name of the place, for people."""
    cron: str | None = None
    every: Annotated[float, Field(ge=1, le=366 * 86_400)] | None = None
    zone: str = "UTC"
    """IANA."""
    jitter: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    """Each run begins up to so many seconds later."""
    catch_up: CatchUp = CatchUp.ONE
    catch_up_most: Annotated[int, Field(ge=1, le=1000)] = 24
    paused: bool = False
    created_at: Instant
    next_at: Instant | None = None
    """None: never again (a cron line that no day fits)."""
    last_at: Instant | None = None
    """The moment for which it ran last."""
    runs: int = 0
    missed: int = 0
    """Runs that were neither on time nor caught up."""
    last_missed_at: Instant | None = None
    problem: str = ""
    """Why its last run could not be dispatched."""

    @model_validator(mode="after")
    def _one_rhythm(self) -> ScheduledTask:
        if (self.cron is None) == (self.every is None):
            msg = "give either a cron line or an interval"
            raise ValueError(msg)
        if self.job is Job.DISCOVER and not self.sources:
            msg = "name the sources that are to be asked"
            raise ValueError(msg)
        return self


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be done now: the moments to run for, and the schedule afterwards."""

    moments: tuple[datetime, ...]
    missed: int
    after: ScheduledTask


def turn(schedule: ScheduledTask, now: datetime, following: Callable[[datetime], datetime | None]) -> Turn:
    """What a schedule that may be due does now. `following` answers the first moment after another one.

    A clock that goes back runs nothing twice: the next moment only moves on. One that jumps ahead is as a rest.
    """
    if schedule.paused or schedule.next_at is None or schedule.next_at > now:
        return Turn((), 0, schedule)
    moments, moment = [schedule.next_at], following(schedule.next_at)
    while moment is not None and moment <= now and len(moments) < COUNTED:
        moments.append(moment)
        moment = following(moment)
    if moment is not None and moment <= now:
        moment = following(now)
    on_time = [m for m in moments if now - m <= ON_TIME]
    late = [m for m in moments if now - m > ON_TIME]
    caught = {CatchUp.SKIP: 0, CatchUp.ONE: 0 if on_time else 1, CatchUp.ALL: schedule.catch_up_most}[schedule.catch_up]
    chosen = [*(late[-caught:] if caught else []), *on_time]
    missed = len(moments) - len(chosen)
    changes: dict[str, object] = {
        "next_at": moment,
        "missed": schedule.missed + missed,
        "runs": schedule.runs + len(chosen),
    }
    if chosen:
        changes["last_at"] = chosen[-1]
    if missed:
        changes["last_missed_at"] = next(m for m in reversed(moments) if m not in chosen)
    return Turn(tuple(chosen), missed, evolve(schedule, **changes))


def begins(schedule: ScheduledTask, moment: datetime) -> datetime:
    """When the run of a moment begins: later by its jitter, which is the same however often it is asked for."""
    share = int.from_bytes(sha256(f"{schedule.id}|{moment.timestamp()}".encode()).digest()[:6], "big") / 2**48
    return moment + timedelta(seconds=schedule.jitter * share)


class Lease(Model):
    """Who does what only one may do. It counts until `until`; each holder that follows another has a higher `term`."""

    id: str
    holder: str
    until: Instant
    term: int = 1


SCHEDULES = Collection(
    "scheduled_tasks", ScheduledTask, indexes=(Index("next_at"), Index("name")), composites=(), readers=DATA_ROLES
)
LEASES = Collection("leases", Lease, composites=(), readers=DATA_ROLES)
