"""Loads into Firestore keep to the 500/50/5 rule, whatever their commits and pauses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.firestore import need

ramp = need("mystage.adapters.stores.firestore.ramp")


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def allowed(seconds: float) -> float:
    """Writes that 500/50/5 allows within the first `seconds` of a load: the sum over its steps."""
    total, rate = 0.0, 500.0
    while seconds > 300:
        total, rate, seconds = total + 300 * rate, rate * 1.5, seconds - 300
    return total + seconds * rate


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 2_000), st.floats(0, 120)), min_size=1, max_size=200))
async def test_no_load_ever_grows_faster(commits):
    """Ahead of the allowance by one second's worth and one commit at most."""
    time = Time()
    pace = ramp.Pace(lambda: time.now, time.sleep)
    begun, sent = time.now, 0
    for writes, rest in commits:
        await pace.take(writes)
        since = time.now - begun
        assert sent <= allowed(since) + 500 * 1.5 ** (since // 300) + 1e-3
        sent += writes
        time.now += rest


async def test_a_steady_load_reaches_what_is_allowed():
    time = Time()
    pace = ramp.Pace(lambda: time.now, time.sleep)
    sent = 0
    while time.now < 1_000 + 1_200:
        await pace.take(1_000)
        sent += 1_000
    assert sent == pytest.approx(allowed(1_200), rel=0.01)


async def test_after_a_rest_of_a_step_it_begins_anew():
    time = Time()
    pace = ramp.Pace(lambda: time.now, time.sleep)
    for _ in range(1_000):
        await pace.take(1_000)
    time.now += 301 + 1_000 / 500
    await pace.take(1_000)
    before = time.now
    await pace.take(500)
    assert time.now - before == pytest.approx(1.0)
    await pace.take(500)
    assert time.now - before == pytest.approx(2.0)


def test_small_commits_cost_no_wait():
    now = ramp.Ramp(0, 0)
    for second in range(600):
        assert now.pause(second) == 0
        now = now.after(400, second)
