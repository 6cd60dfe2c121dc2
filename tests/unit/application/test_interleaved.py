"""Two workers at once: whatever one reads before the other commits, the catalogue comes out right."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.claims import ClaimsReader, artist, performance, said, venue
from tests.support.world import World, answer, world

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.adapters.system import SeededIds
from mystage.application.curation.acting import Acts
from mystage.application.curation.merging import Curate
from mystage.application.flow import stage
from mystage.application.runtime.runner import StageRunner
from mystage.domain.values import Kind

OAK = {"locality": "Nidby", "country": "DK", "street": "4 Oak Lane"}
ELM = {"locality": "Harbel", "country": "DK", "street": "90 Elm Road"}
Meanwhile = Callable[[], Awaitable[Any]]
_READS = ("get", "get_many", "find")


class Interrupted:
    """A store in whose use something else happens: before its read number `at`, or before its first commit (`at` None)."""

    def __init__(self, store: Any, meanwhile: Meanwhile, at: int | None) -> None:
        self._store = store
        self._meanwhile: Meanwhile | None = meanwhile
        self._at = at
        self.reads = 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in (*_READS, "commit"):
            return method

        async def call(*args: Any, **named: Any) -> Any:
            due = name == "commit" if self._at is None else name in _READS and self.reads == self._at
            self.reads += name in _READS
            if due and self._meanwhile is not None:
                meanwhile, self._meanwhile = self._meanwhile, None
                await meanwhile()
            return await method(*args, **named)

        return call

    @property
    def pending(self) -> bool:
        """Whether it has not happened yet."""
        return self._meanwhile is not None

    async def end(self) -> None:
        """It happens now, if it has not happened yet."""
        if self._meanwhile is not None:
            await self._meanwhile()


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[World]:
    async with world("memory", tmp_path, fetcher=MemoryPageFetcher({}), readers=ClaimsReader()) as opened:
        yield opened


async def wait_at(at: World, upto: str, **pages: bytes) -> None:
    """Sites give these bodies, and all stages before `upto` have done their work."""
    web = at.container.fetcher()
    assert isinstance(web, MemoryPageFetcher)
    for site, body in pages.items():
        web.set(f"https://{site}.example/", answer(body))
        await at.container.submit().urls([f"https://{site}.example/"])
    for runner in at.container.runners():
        if runner.stage.name == upto:
            return
        await run(at, runner.stage.name)


def runner_of(at: World, name: str, store: Any) -> StageRunner:
    handler = at.container.handlers()[name]
    return StageRunner(stage(name), handler, store, at.clock, SeededIds(1))


async def run(at: World, name: str) -> None:
    """Run all that waits for a stage."""
    while leases := await at.store.claim((name,), 100, 60.0, "other"):
        await runner_of(at, name, at.store).run(leases)


async def run_slow(at: World, name: str, meanwhile: Meanwhile, moment: int | None, limit: int = 1) -> None:
    """Run the next tasks of a stage while something else happens."""
    store = Interrupted(at.store, meanwhile, moment)
    leases = await at.store.claim((name,), limit, 60.0, "slow")
    await runner_of(at, name, store).run(leases)
    await store.end()


MOMENTS = (*range(14), None)
"""Reads of the slow worker before which the other one does all its work; the last: between decision and commit."""


@pytest.mark.parametrize("moment", MOMENTS)
async def test_two_workers_found_one_entity_for_one_thing(at: World, moment: int | None) -> None:
    """Wherever the other one's commit falls: what was read of keys before it is not decided upon."""
    hall = venue("v", "Amber Hall", **OAK)
    await wait_at(at, "resolve", one=said(hall), two=said(hall))
    await run_slow(at, "resolve", lambda: run(at, "resolve"), moment)
    await at.settle()
    assert len(await at.live(Kind.VENUE)) == 1


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_record_never_joins_an_entity_that_a_person_merges_away_meanwhile(
    at: World, moment: int | None
) -> None:
    """The record goes where the entity has gone."""
    await at.tell(one=said(venue("v", "Amber Hall", **OAK)), two=said(venue("v", "The Quiet Cellar", **ELM)))
    amber, cellar = [hall.id for hall in await at.live(Kind.VENUE)]

    async def merge() -> None:
        await curate(at, at.store).merge(cellar, amber, actor="ada")

    await wait_at(at, "resolve", three=said(venue("v", "Amber Hall", **OAK)))
    await run_slow(at, "resolve", merge, moment)
    await at.settle()
    (left,) = await at.live(Kind.VENUE)
    assert len(left.sources) == 3


def curate(at: World, store: Any) -> Curate:
    return Curate(Acts(store, at.clock, SeededIds(2), {}))


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_merge_by_hand_takes_along_what_joined_meanwhile(at: World, moment: int | None) -> None:
    await at.tell(one=said(venue("v", "Amber Hall", **OAK)), two=said(venue("v", "The Quiet Cellar", **ELM)))
    amber, cellar = [hall.id for hall in await at.live(Kind.VENUE)]
    await wait_at(at, "resolve", three=said(venue("v", "Amber Hall", **OAK)))
    store = Interrupted(at.store, lambda: run(at, "resolve"), moment)
    await curate(at, store).merge(cellar, amber, actor="ada")
    await store.end()
    await at.settle()
    (left,) = await at.live(Kind.VENUE)
    assert len(left.sources) == 3


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_machine_does_not_join_what_a_person_keeps_apart_meanwhile(at: World, moment: int | None) -> None:
    """Two halls that look like one by now: the person's answer counts, whenever it comes before the commit."""
    await at.tell(one=said(venue("v", "Amber Hall", **OAK)), two=said(venue("v", "The Quiet Cellar", **ELM)))
    amber, cellar = [hall.id for hall in await at.live(Kind.VENUE)]
    await wait_at(at, "resolve", two=said(venue("v", "Amber Hall", **OAK)))

    async def keep_apart() -> None:
        await curate(at, at.store).judge(amber, cellar, "different", actor="ada")

    store = Interrupted(at.store, keep_apart, moment)
    leases = await at.store.claim(("resolve",), 1, 60.0, "slow")
    await runner_of(at, "resolve", store).run(leases)
    if store.pending:
        return  # the machine was first
    await at.settle()
    assert len(await at.live(Kind.VENUE)) == 2


@pytest.mark.parametrize("moment", MOMENTS)
async def test_an_entity_that_is_joined_while_it_is_first_computed_does_not_stay(at: World, moment: int | None) -> None:
    """Its records are elsewhere by the time it is written."""
    hall = venue("v", "Amber Hall", **OAK)
    await wait_at(at, "merge", one=said(hall), two=said(venue("v", "The Quiet Cellar", **ELM)))

    async def change() -> None:
        await wait_at(at, "merge", two=said(hall))

    await run_slow(at, "merge", change, moment, limit=100)
    await at.settle()
    assert len(await at.live(Kind.VENUE)) == 1


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_show_knows_its_venue_under_the_id_that_a_merge_meanwhile_gave_it(
    at: World, moment: int | None
) -> None:
    """Two pages tell one show at two halls that a person merges: one show in the end, whatever came first."""
    star = artist("a", "Nila Okapi")
    here = performance("p", "2027-03-01T20:00", title="An Evening", venue="v", artists=("a",))
    one, two = venue("v", "Amber Hall", **OAK), venue("v", "The Quiet Cellar", **ELM)
    await at.tell(one=said(one, star, here), two=said(two))
    halls = {e.sources[0][:3]: e.id for e in await at.live(Kind.VENUE)}
    await wait_at(at, "resolve", two=said(two, performance("p", "2027-03-01T20:00", title="An Evening", venue="v")))

    async def merge() -> None:
        await curate(at, at.store).merge(halls["one"], halls["two"], actor="ada")

    await run_slow(at, "resolve", merge, moment)
    await at.settle()
    assert len(await at.live(Kind.PERFORMANCE)) == 1
