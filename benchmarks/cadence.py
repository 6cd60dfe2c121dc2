"""Recrawl cadence, simulated: how many changes are seen within their goal, at how many visits of a fixed schedule.

`python benchmarks/run.py cadence`. Pages change as venues' and artists' pages do: few of them daily, many hardly ever, some in bursts
(a tour is announced), some at weekdays; rates span four orders of magnitude. The first 30 days are learning and count
too. The fixed schedule visits every page at its goal, and so sees every change in time.
"""

from __future__ import annotations

import bisect
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from mystage.domain.pipeline import cadence
from mystage.domain.pipeline.cadence import Pace

GOAL = 24.0
DAYS = 240
START = datetime(2026, 1, 1, tzinfo=UTC)


def population(seed: int, count: int) -> Iterator[list[float]]:
    """For each page, the hours at which it changes."""
    chance = random.Random(seed)
    for _ in range(count):
        kind = chance.random()
        if kind < 0.45:  # archives, past shows: hardly ever
            yield list(_poisson(chance, 1 / chance.uniform(2_000, 20_000)))
        elif kind < 0.70:  # small venues, artists between tours: monthly or so
            yield list(_poisson(chance, 1 / chance.uniform(400, 2_000)))
        elif kind < 0.80:  # bursts: a tour is announced, then quiet
            yield sorted(
                begin + chance.expovariate(1 / 60)
                for begin in _poisson(chance, 1 / 1_500)
                for _ in range(chance.randint(3, 12))
            )
        elif kind < 0.90:  # programmes: every few days
            yield list(_poisson(chance, 1 / chance.uniform(40, 150)))
        else:  # busy listings: daily and more
            yield list(_poisson(chance, 1 / chance.uniform(6, 30)))


def quiet(seed: int, count: int) -> Iterator[list[float]]:
    """Pages of which none is busy: the harder case, since no few pages make up most of the changes."""
    chance = random.Random(seed)
    for _ in range(count):
        kind = chance.random()
        slowest, fastest = (20_000, 2_000) if kind < 0.5 else (2_000, 400) if kind < 0.85 else (300, 40)
        yield list(_poisson(chance, 1 / chance.uniform(fastest, slowest)))


def _poisson(chance: random.Random, rate: float) -> Iterator[float]:
    hour = chance.expovariate(rate)
    while hour < DAYS * 24:
        yield hour
        hour += chance.expovariate(rate)


def learned() -> Callable[[int | None, float], float]:
    """The rule of the house: the interval after each visit (new changes, hours since the last)."""
    pace = Pace()

    def rule(new: int | None, hours: float) -> float:
        nonlocal pace
        if new is not None:
            pace = cadence.watched(pace, hours)
            pace = cadence.changed(pace) if new else pace
        now = START
        return (cadence.next_visit(pace, GOAL, now) - now) / timedelta(hours=1)

    return rule


def multiplicative() -> Callable[[int | None, float], float]:
    """The rival: half the interval after a change, half as long again without one."""
    wait = GOAL

    def rule(new: int | None, hours: float) -> float:  # noqa: ARG001  it only counts visits
        nonlocal wait
        if new is not None:
            wait = min(GOAL * cadence.SLOWEST, max(GOAL, wait / 2 if new else wait * 1.5))
        return wait

    return rule


def follow(changes: list[float], rule: Callable[[int | None, float], float]) -> tuple[int, int, int]:
    """Visits made, changes seen in time, changes in all, of one page."""
    visits, in_time, hour = 0, 0, 0.0
    wait = rule(None, 0.0)
    while hour + wait < DAYS * 24:
        before, hour = hour, hour + wait
        visits += 1
        new = changes[bisect.bisect_right(changes, before) : bisect.bisect_right(changes, hour)]
        in_time += sum(hour - moment <= GOAL for moment in new)
        wait = rule(len(new), hour - before)
    return visits, in_time, len([moment for moment in changes if moment <= hour])


def measure(
    make: Callable[[], Callable[[int | None, float], float]],
    *,
    seed: int,
    pages: int,
    mix: Callable[[int, int], Iterator[list[float]]] = population,
) -> tuple[float, float]:
    """Share of changes seen in time, and visits as a share of the fixed schedule's."""
    rows = [follow(changes, make()) for changes in mix(seed, pages)]
    visits, in_time, total = (sum(column) for column in zip(*rows, strict=True))
    return in_time / total, visits / (pages * DAYS * 24 / GOAL)


def main(pages: int = 2_000) -> None:
    print(f"cadence: {pages:,} pages, {DAYS} days, goal {GOAL:g} h; the fixed schedule is 100 % at 100 %")
    for name, make in (("learned", learned), ("halved/grown", multiplicative)):
        for seed in (1, 2, 3):
            seen, cost = measure(make, seed=seed, pages=pages)
            print(f"  {name:13} seed {seed}: {seen:6.1%} in time at {cost:6.1%} of the visits")

    seen, cost = measure(learned, seed=1, pages=pages, mix=quiet)
    print(f"  learned, where no page is busy: {seen:6.1%} in time at {cost:6.1%} of the visits")


if __name__ == "__main__":
    main()
