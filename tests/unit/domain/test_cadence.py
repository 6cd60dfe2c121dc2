"""The recrawl interval: within its limits, shorter for what changes more, and worth its visits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from benchmarks.cadence import learned, measure
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.pipeline.cadence import (
    LONGEST_HOURS,
    SLOWEST,
    Pace,
    changed,
    interval,
    next_try,
    next_visit,
    rate,
    watched,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
goals = st.floats(0.1, 24 * 366)
visits = st.lists(st.tuples(st.floats(0, 5_000), st.booleans()), max_size=60)


def paced(history: list[tuple[float, bool]]) -> Pace:
    pace = Pace()
    for hours, news in history:
        pace = watched(pace, hours)
        pace = changed(pace) if news else pace
    return pace


@settings(deadline=None)
@given(visits, goals)
def test_the_interval_stays_within_its_limits(history: list[tuple[float, bool]], goal: float) -> None:
    hours = interval(paced(history), goal)
    assert goal <= hours <= max(goal, min(SLOWEST * goal, LONGEST_HOURS))
    assert next_visit(paced(history), goal, NOW) == NOW + timedelta(hours=hours)


@settings(deadline=None)
@given(visits, goals, st.floats(0.1, 5_000))
def test_a_change_never_makes_the_next_visit_later(
    history: list[tuple[float, bool]], goal: float, hours: float
) -> None:
    quiet = watched(paced(history), hours)
    assert rate(changed(quiet), goal) > rate(quiet, goal)
    assert interval(changed(quiet), goal) <= interval(quiet, goal)


@settings(deadline=None)
@given(goals)
def test_a_page_that_never_changes_is_left_alone_and_one_that_always_does_is_not(goal: float) -> None:
    still, busy = Pace(), Pace()
    for _ in range(60):
        still = watched(still, interval(still, goal))
        busy = changed(watched(busy, interval(busy, goal)))
    assert interval(still, goal) == pytest.approx(max(goal, min(SLOWEST * goal, LONGEST_HOURS)), rel=0.5)
    assert interval(busy, goal) == goal


@given(st.integers(0, 1_000), goals)
def test_failures_wait_longer_and_longer_within_limits(failures: int, goal: float) -> None:
    assert next_try(failures, goal, NOW) <= next_try(failures + 1, goal, NOW)
    assert next_try(failures, goal, NOW) >= NOW + timedelta(hours=goal)


@pytest.mark.parametrize("seed", [11, 12])
def test_nine_of_ten_changes_are_seen_in_time_for_half_of_the_visits(seed: int) -> None:
    """The bar of the benchmark, on a smaller population: numbers of a simulation, no clock."""
    seen, cost = measure(learned, seed=seed, pages=600)
    assert seen >= 0.90
    assert cost <= 0.50
