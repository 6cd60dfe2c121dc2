"""Fifty workers and strict simulators, in virtual time: never more than allowed in any window, and nearly all of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import pytest
from tests.support.virtual import LoopClock, virtually

from mystage.adapters.stores.memory import MemoryStore
from mystage.application.pipeline.governing import KeptGovernor
from mystage.application.ports.documents import ChangeSet
from mystage.application.ports.system import IdSource
from mystage.domain.collections import ALL
from mystage.domain.errors import Throttled
from mystage.domain.pipeline.governing import QUOTAS
from mystage.domain.pipeline.quotas import Limit


def most_in_a_window(calls: list[float], seconds: float) -> int:
    """The greatest number of calls in any span of that length."""
    first, most = 0, 0
    for last, at in enumerate(calls):
        while calls[first] <= at - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


CHANCE = random.Random(7)


class Dice(IdSource):
    """The same throws in every run."""

    def new(self, prefix: str = "") -> str:
        return f"{prefix}{CHANCE.getrandbits(64):x}"

    def chance(self) -> float:
        return CHANCE.random()


class FarStore(MemoryStore):
    """A store over a network: others come in between reading and writing."""

    async def commit(self, changes: ChangeSet) -> None:
        await asyncio.sleep(0.001)
        await super().commit(changes)


@dataclass
class Crew:
    """Workers, each with a governor of its own, over one store."""

    count: int = 50
    clock: LoopClock = field(default_factory=LoopClock)

    def __post_init__(self) -> None:
        self.store = FarStore(ALL, self.clock)
        self.governors = [KeptGovernor(self.store, self.clock, Dice()) for _ in range(self.count)]

    async def work(
        self,
        source: str,
        limits: tuple[Limit, ...],
        answer: Callable[[], Awaitable[tuple[int, Mapping[str, str]]]],
        *,
        until: float,
        ease: float = 0.0,
    ) -> list[float]:
        """All workers ask until then; when they called."""
        calls: list[float] = []

        async def one(governor: KeptGovernor) -> None:
            now = asyncio.get_running_loop().time
            while now() < until:
                try:
                    await governor.enter(source, limits, "key")
                except Throttled as error:
                    await asyncio.sleep(error.retry_after or 1.0)
                    continue
                calls.append(now())
                status, headers = await answer()
                await governor.learn(source, status, headers, "key")
                if ease:
                    await asyncio.sleep(CHANCE.uniform(0, ease))

        await asyncio.gather(*(one(governor) for governor in self.governors))
        return calls


async def _well() -> tuple[int, Mapping[str, str]]:
    await asyncio.sleep(CHANCE.uniform(0.05, 0.4))
    return 200, {}


@pytest.mark.parametrize(
    ("limits", "until"),
    [
        ((Limit(calls=1, seconds=1),), 300.0),
        ((Limit(calls=5, seconds=1),), 200.0),
        ((Limit(calls=100, seconds=60),), 600.0),
        ((Limit(calls=2000, seconds=60),), 300.0),
        ((Limit(calls=10, seconds=1), Limit(calls=300, seconds=60), Limit(calls=900, seconds=600)), 1800.0),
        ((Limit(calls=5000, seconds=86_400),), 3 * 86_400.0),
    ],
    ids=["1/s", "5/s", "100/min", "2000/min", "three limits", "a day's budget"],
)
def test_no_window_overshoots_and_nearly_all_is_used(limits: tuple[Limit, ...], until: float) -> None:
    """The tightest limit of a span is what could have been used."""
    crew = Crew()
    calls = virtually(crew.work("api", limits, _well, until=until))
    calls.sort()
    for limit in limits:
        assert most_in_a_window(calls, limit.seconds) <= limit.calls
    slowest = min(limits, key=lambda limit: limit.calls / limit.seconds)
    allowed = slowest.calls * until / slowest.seconds
    assert len([c for c in calls if c < until]) >= 0.95 * allowed


def test_a_round_trip_pays_for_several_calls() -> None:
    """One worker that works through a wide limit asks the store once for many calls."""
    crew = Crew(1)
    calls = virtually(crew.work("api", (Limit(calls=6000, seconds=60),), _well, until=120.0))
    assert crew.governors[0].round_trips < len(calls) / 2


async def _dead(crew: Crew) -> tuple[list[float], list[float], str]:
    now = asyncio.get_running_loop().time
    limits = (Limit(calls=60, seconds=60),)

    async def dies() -> tuple[int, Mapping[str, str]]:
        if 300 <= now() < 3900:
            await asyncio.sleep(30)
            return 0, {}
        return await _well()

    bad, good = await asyncio.gather(
        crew.work("dead", limits, dies, until=6000.0), crew.work("well", limits, _well, until=6000.0)
    )
    state = await crew.governors[0].all()
    return bad, good, next(q.breaker for q in state if q.source == "dead")


def test_a_source_that_dies_for_an_hour_is_left_alone_and_comes_back() -> None:
    """The breaker opens; the other source has all of its allowance; afterwards the dead one has its own again."""
    bad, good, breaker = virtually(_dead(Crew(20)))
    asked_while_dead = [c for c in bad if 340 <= c < 3900]
    assert len(asked_while_dead) < 40
    assert len(good) >= 0.95 * 6000
    assert len([c for c in bad if 4600 <= c < 5800]) >= 0.9 * 1200
    assert breaker == "closed"


@pytest.mark.parametrize("header", [{}, {"retry-after": "0"}, {"retry-after": "1"}, {"retry-after": "soon"}])
def test_a_source_that_lies_about_its_pause_is_asked_less_and_less(header: Mapping[str, str]) -> None:
    """Answers 429 for ten minutes, whatever it said."""

    async def never() -> tuple[int, Mapping[str, str]]:
        return 429, header

    calls = virtually(Crew(10).work("api", (Limit(calls=1000, seconds=60),), never, until=600.0))
    assert len([c for c in calls if c > 60]) <= 30


def test_what_a_source_asks_for_is_obeyed_by_all() -> None:
    """One worker hears it, none asks."""

    async def run() -> list[float]:
        crew = Crew(5)
        await crew.governors[0].learn("api", 429, {"retry-after": "120"}, "key")
        assert await crew.governors[3].paused("api") == pytest.approx(120.0, abs=0.01)
        assert await crew.governors[3].paused("another") == 0
        return await crew.work("api", (Limit(calls=10, seconds=1),), _well, until=180.0)

    assert min(virtually(run())) >= 119.99


def test_calls_of_others_under_the_same_key_are_counted() -> None:
    """The server says that fewer are left than we thought."""

    async def run() -> None:
        crew = Crew(1)
        limits = (Limit(calls=100, seconds=3600),)
        governor = crew.governors[0]
        await governor.enter("api", limits, "key")
        await governor.learn("api", 200, {"x-ratelimit-remaining": "3", "x-ratelimit-reset": "1800"}, "key")
        assert await governor.remaining("api", limits, "key") == {3600: 3}
        for _ in range(3):
            await governor.enter("api", limits, "key")
        with pytest.raises(Throttled) as told:
            await governor.enter("api", limits, "key")
        assert 1700 < (told.value.retry_after or 0) <= 1801

    virtually(run())


def test_a_clock_that_is_set_back_does_not_close_a_source() -> None:
    """An hour back, in the middle of the work."""

    async def run() -> None:
        crew = Crew(2)
        limits = (Limit(calls=2, seconds=1),)
        for _ in range(5):
            await crew.governors[0].enter("api", limits)
        crew.clock.offset = -3600
        await crew.governors[1].enter("api", limits)

    virtually(run())


def test_a_key_has_a_quota_of_its_own() -> None:
    """What one key has used up, another has not."""

    async def run() -> int:
        crew = Crew(1, LoopClock())
        limits = (Limit(calls=1, seconds=3600),)
        await crew.governors[0].enter("api", limits, "one")
        await crew.governors[0].enter("api", limits, "two")
        with pytest.raises(Throttled):
            await crew.governors[0].enter("api", limits, "one")
        return len(await crew.governors[0].all())

    assert virtually(run()) == 2
    assert QUOTAS.name == "quotas"
