"""Budgets stop before they are passed, whoever asks at the same time, and whatever dies in between."""

from __future__ import annotations

import asyncio
import gc
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system import ManualClock, SeededIds
from mystage.application.pipeline.asking import Asking, Refusal
from mystage.application.ports.agents import PageAgent
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.collections import ALL
from mystage.domain.errors import Malformed, Throttled, Unanswered, Unavailable
from mystage.domain.pipeline.reading.answers import Answered, PageAnswer, Usage
from mystage.domain.pipeline.reading.page import Chunk
from mystage.domain.pipeline.reading.spending import (
    BUDGETS,
    EXPIRES,
    Budget,
    Limits,
    next_day,
    refused,
    reserved,
    settled,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
FRESH = Budget(id="day@2026-01-01", scope="day", day="2026-01-01")
MOST = 100


@settings(deadline=None)
@given(
    st.integers(0, 1_000),
    st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 300), st.sampled_from("rsx"), st.integers(0, 100))),
)
def test_spent_and_held_never_pass_the_limit(limit: int, steps: list[tuple[str, int, str, int]]) -> None:
    """Reservations, settlements below what was held, and hours in which nobody settles, in any order."""
    budget, now = FRESH, NOW
    for call, amount, what, share in steps:
        if what == "r":
            budget = reserved(budget, call, amount, limit, now) or budget
        elif what == "s" and call in budget.holds:
            budget = settled(budget, call, budget.holds[call].micro_usd * share // 100)
        elif what == "x":
            now += EXPIRES + timedelta(seconds=1)
        assert 0 <= budget.spent + budget.held <= limit


def test_a_hold_that_nobody_settled_counts_as_spent() -> None:
    """Its worker died: what the call cost nobody knows, so it is the most that it can be."""
    held = reserved(FRESH, "a", 60, 100, NOW)
    assert held is not None
    assert reserved(held, "b", 60, 100, NOW) is None
    again = reserved(held, "a", 40, 100, NOW)
    assert again is not None
    assert (again.spent, again.held) == (60, 40)
    later = reserved(held, "b", 40, 100, NOW + EXPIRES + timedelta(seconds=1))
    assert later is not None
    assert (later.spent, later.held) == (60, 40)
    assert settled(later, "a", 5) == later, "it was counted already"


class Spender(PageAgent):
    """Costs as it likes up to its ceiling, fails as it likes, and lets others go first; sums up what it has cost."""

    model = "test:spender"
    prompt = "p.1"

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.cost = 0

    def ceiling(self, text: str) -> Usage:
        return Usage(calls=1, micro_usd=MOST)

    async def read(self, text: str) -> Answered:
        for _ in range(self.random.randrange(5)):
            await asyncio.sleep(0)
        end = self.random.random()
        if end < 0.1:
            raise Throttled("wait")
        if end < 0.2:
            raise Unavailable("away")
        cost = self.random.randrange(MOST + 1)
        self.cost += cost
        if end < 0.3:
            raise Malformed("nonsense, which was billed")
        if end < 0.4:
            raise Unanswered("too late, which was billed")
        return Answered(answer=PageAnswer(), model=self.model, usage=Usage(calls=1, micro_usd=cost))


async def _spend(seed: int, calls: int, limit: float, source: float | None) -> tuple[int, int, list[Budget], int]:
    clock = ManualClock()
    store = MemoryStore(ALL, clock)
    await store.open()
    agent = Spender(seed)
    limits = Limits(limit / 1e6, None, None if source is None else source / 1e6)
    askings = [Asking(store, clock, SeededIds(n), agent, limits) for n in range(3)]  # as many workers

    async def one(number: int) -> object:
        try:
            return (await askings[number % 3].answer(Chunk(f"text {number}", ()), f"s{number % 2}"))[0]
        except (Throttled, Unavailable, Malformed) as error:
            return error

    got = await asyncio.gather(*(one(n) for n in range(calls)))
    budgets = await UnitOfWork(store).of(BUDGETS).find()
    await store.close()
    return agent.cost, sum(isinstance(g, Refusal) for g in got), budgets, calls


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 24), st.integers(0, 1_500), st.none() | st.integers(0, 700))
def test_many_at_once_never_spend_more_than_the_budgets(seed: int, calls: int, limit: int, source: int | None) -> None:
    """Three workers on one store: what the calls really cost stays within, each hold is settled, nothing is refused early."""
    cost, refusals, budgets, _ = asyncio.run(_spend(seed, calls, limit, source))
    day = next((b for b in budgets if b.scope == "day"), FRESH)
    assert cost <= day.spent <= limit
    assert all(b.holds == {} for b in budgets)
    if source is not None:
        assert all(b.spent <= source for b in budgets if b.scope.startswith("source:"))
    if limit >= calls * MOST and (source is None or source >= calls * MOST):
        assert refusals == 0


async def test_equal_texts_at_once_are_one_call() -> None:
    clock = ManualClock()
    store = MemoryStore(ALL, clock)
    agent = Spender(3)
    agent.read = _counting(agent)  # type: ignore[method-assign]  # counts
    asking = Asking(store, clock, SeededIds(1), agent, Limits(None))
    got = await asyncio.gather(*(asking.answer(Chunk("the same", ()), f"s{n}") for n in range(5)))
    assert sorted(known for _, known in got) == [False, True, True, True, True]
    gc.collect()
    assert len(asking._asked) == 0, "a worker reads for months: texts that are done leave nothing behind"


def _counting(agent: Spender):
    async def read(text: str) -> Answered:
        await asyncio.sleep(0)
        return Answered(answer=PageAnswer(), model=agent.model, usage=Usage(calls=1, micro_usd=1))

    return read


def test_a_refusal_names_the_setting() -> None:
    limits = Limits(1, 2, 0.5, "acme").of("web")
    assert limits == {"day": 1_000_000, "tenant:acme": 2_000_000, "source:web": 500_000}
    for scope, setting in (
        ("day", "MYSTAGE_MODEL_BUDGET"),
        ("tenant:acme", "MYSTAGE_MODEL_BUDGET_TENANT"),
        ("source:web", "MYSTAGE_MODEL_BUDGET_SOURCE"),
    ):
        assert refused(scope, limits).endswith(setting)
    assert next_day(NOW) == datetime(2026, 1, 2, tzinfo=UTC)
