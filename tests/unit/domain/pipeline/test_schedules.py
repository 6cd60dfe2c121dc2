"""Rhythms over summer time, leap days and clocks that jump; what becomes of runs that were missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.adapters.system.cron import CronCalendar
from mystage.domain.errors import Invalid
from mystage.domain.pipeline.schedules import CatchUp, Job, ScheduledTask, Turn, begins, turn

CALENDAR = CronCalendar()
BORN = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = st.sampled_from(["UTC", "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
MOMENTS = st.integers(0, 8 * 366 * 1440).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def schedule(**values: Any) -> ScheduledTask:
    rhythm = {} if "every" in values or "cron" in values else {"every": 3600}
    return ScheduledTask(id="s", name="s", job=Job.DUE, created_at=BORN, **(rhythm | values))


def due(made: ScheduledTask, now: datetime) -> Turn:
    return turn(made, now, lambda moment: CALENDAR.following(made, moment))


def moments(made: ScheduledTask, after: datetime, count: int) -> list[datetime]:
    found = []
    for _ in range(count):
        moment = CALENDAR.following(made, after)
        assert moment is not None
        found.append(moment)
        after = moment
    return found


@settings(deadline=None, max_examples=60)
@given(hour=st.integers(0, 23), minute=st.integers(0, 59), zone=ZONES, after=MOMENTS)
def test_a_daily_run_happens_once_each_day_whatever_the_clocks_do(
    hour: int, minute: int, zone: str, after: datetime
) -> None:
    """Also on the days on which its hour is left out, or comes twice."""
    made = schedule(cron=f"{minute} {hour} * * *", zone=zone)
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in moments(made, after, 400)]
    assert all(b - a == timedelta(days=1) for a, b in pairwise(days))


@settings(deadline=None, max_examples=60)
@given(every=st.floats(1, 1e6), after=MOMENTS)
def test_an_interval_keeps_its_beat(every: float, after: datetime) -> None:
    """Moments lie whole steps after the schedule's birth, and always ahead."""
    made = schedule(every=every)
    found = moments(made, after, 5)
    assert after < found[0] <= after + timedelta(seconds=every + 0.001)
    for moment in found:
        steps = (moment - BORN).total_seconds() / every
        assert abs(steps - round(steps)) * every < 0.01


def test_a_leap_day_is_waited_for() -> None:
    """Every 29th of February, and no other day in its place."""
    found = moments(schedule(cron="0 12 29 2 *"), BORN, 3)
    assert [(m.year, m.month, m.day) for m in found] == [(2028, 2, 29), (2032, 2, 29), (2036, 2, 29)]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"cron": "61 * * * *"}, "61"),
        ({"cron": "0 0 30 2 *"}, "30 2"),
        ({"cron": "0 0 * * *", "zone": "Mars/Base"}, "Mars"),
    ],
)
def test_what_cannot_be_read_is_named(values: dict[str, Any], where: str) -> None:
    """A cron line, a zone."""
    with pytest.raises(Invalid, match=where):
        CALENDAR.following(schedule(**values), BORN)


@settings(deadline=None)
@given(
    policy=st.sampled_from(list(CatchUp)),
    most=st.integers(1, 30),
    jumps=st.lists(st.integers(-7_200, 400_000), min_size=1, max_size=12),
)
def test_however_the_clock_jumps_no_moment_runs_twice_and_none_is_lost_from_the_count(
    policy: CatchUp, most: int, jumps: list[int]
) -> None:
    """What ran and what was missed add up to all the moments that went by."""
    made = schedule(every=600, catch_up=policy, catch_up_most=most, next_at=BORN + timedelta(seconds=600))
    now, ran = BORN, list[datetime]()
    for jump in jumps:
        now += timedelta(seconds=jump)
        told = due(made, now)
        ran += told.moments
        made = told.after
        assert all(moment <= now for moment in told.moments)
        assert made.next_at is not None
    assert len(set(ran)) == len(ran)
    assert ran == sorted(ran)
    assert made.next_at is not None
    assert len(ran) + made.missed == (made.next_at - BORN) / timedelta(seconds=600) - 1
    assert made.runs == len(ran)


@pytest.mark.parametrize(("policy", "ran", "missed"), [("skip", 0, 10), ("one", 1, 9), ("all", 4, 6)])
def test_what_was_missed_is_caught_up_as_the_policy_says(policy: str, ran: int, missed: int) -> None:
    """Ten hours of rest."""
    made = schedule(every=3600, catch_up=CatchUp(policy), catch_up_most=4, next_at=BORN + timedelta(hours=1))
    told = due(made, BORN + timedelta(hours=10, minutes=30))
    assert (len(told.moments), told.missed) == (ran, missed)
    assert told.after.next_at == BORN + timedelta(hours=11)


def test_a_paused_schedule_does_nothing() -> None:
    """Its moment goes by."""
    made = schedule(paused=True, next_at=BORN)
    assert due(made, BORN + timedelta(days=3)) == Turn((), 0, made)


@given(jitter=st.floats(0, 86_400), moment=MOMENTS)
def test_jitter_is_the_same_for_the_same_moment(jitter: float, moment: datetime) -> None:
    """And within its bounds."""
    made = schedule(jitter=jitter)
    assert begins(made, moment) == begins(made, moment)
    assert timedelta() <= begins(made, moment) - moment <= timedelta(seconds=jitter)
