"""The limits of a source, kept in one process: with a clock whose hands the test moves."""

from __future__ import annotations

import asyncio

import pytest

from mystage.adapters.limits import ProcessGovernor
from mystage.domain.errors import Throttled
from mystage.domain.pipeline.quotas import Limit

LIMITS = (Limit(calls=2, seconds=1), Limit(calls=5, seconds=100))


class Time:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


async def test_it_waits_for_the_short_limit_and_refuses_at_the_long_one() -> None:
    time = Time()
    governor = ProcessGovernor(10.0, time, time.sleep)
    for _ in range(5):
        await governor.enter("api", LIMITS)
    assert time.now == pytest.approx(1_002.0)
    with pytest.raises(Throttled) as caught:
        await governor.enter("api", LIMITS)
    assert caught.value.retry_after == pytest.approx(98.0)
    assert governor.paused("api") == pytest.approx(98.0)
    assert governor.paused("another") == 0


async def test_what_the_server_says_counts_more_than_our_own_count() -> None:
    time = Time()
    governor = ProcessGovernor(10.0, time, time.sleep)
    await governor.enter("api", LIMITS)
    governor.learn("api", 200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"})
    with pytest.raises(Throttled) as caught:
        await governor.enter("api", LIMITS)
    assert caught.value.retry_after == pytest.approx(60.0)
    time.now += 61
    await governor.enter("api", LIMITS)


async def test_a_429_closes_the_source_for_as_long_as_it_asks() -> None:
    time = Time()
    governor = ProcessGovernor(10.0, time, time.sleep)
    governor.learn("api", 429, {"retry-after": "3600"})
    with pytest.raises(Throttled) as caught:
        await governor.enter("api", ())
    assert caught.value.retry_after == pytest.approx(3_600.0)


async def test_many_at_once_keep_the_limit_together() -> None:
    time = Time()
    governor = ProcessGovernor(1_000.0, time, time.sleep)
    await asyncio.gather(*(governor.enter("api", (Limit(calls=1, seconds=1),)) for _ in range(20)))
    assert time.now == pytest.approx(1_019.0)
