"""A worker that remembers what it has read decides as one that reads everything anew."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.support.claims import ClaimsReader, artist, performance, said, venue
from tests.support.world import World, world

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.application.moving.digests import CollectionDigest, digests
from mystage.application.ports.documents import Record
from mystage.application.runtime.runner import StageRunner
from mystage.application.validated import Validated
from mystage.domain.collections import ALL
from mystage.domain.schema import Collection
from mystage.domain.values import Kind, Model

D = TypeVar("D", bound=Model)
TOWNS = ("Nidby", "Harbel", "Östervik")
NAMES = ("Amber Hall", "The Amber Hall", "Salt Mill", "Salt Mill Club", "Kiln Theatre")
ACTS = ("Tin Foxes", "The Tin Foxes", "Nora Vale", "Glass Orchard")


class Checked(Validated):
    """One that compares all that it remembers with what is stored, and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.again = 0

    def model(self, spec: Collection[D], record: Record) -> D:
        kept = self._kept.get((record.collection, record.id))
        found = super().model(spec, record)
        assert found == spec.model.model_validate_json(record.body)
        self.again += kept is not None and found is kept[1]
        return found


def _pages(seed: int) -> list[dict[str, bytes]]:
    """What five sites tell, time after time: others' things in other words, some of them no longer."""
    chance = random.Random(seed)
    looks = []
    for look in range(4):
        told = {}
        for site in ("one", "two", "three", "four", "five"):
            claims: list[Any] = [
                venue(
                    f"v{n}",
                    chance.choice(NAMES),
                    locality=chance.choice(TOWNS),
                    country="DK",
                    street=f"{chance.randrange(1, 3)} Oak Lane",
                    phone=chance.choice([None, "+4533000001", "+4533000002"]),
                    identifiers=chance.choice([{}, {"wikidata": f"Q{chance.randrange(1, 4)}"}]),
                )
                for n in range(chance.randrange(1, 4))
            ]
            claims += [artist(f"a{n}", chance.choice(ACTS)) for n in range(2)]
            claims += [
                performance(
                    f"p{n}", f"2026-06-{chance.randrange(10, 13)}T20:00", title=chance.choice(ACTS), venue="v0",
                    artists=("a0",),
                )
                for n in range(2)
            ]  # fmt: skip
            told[site] = said(*claims, look=look)
        looks.append(told)
    return looks


async def _kept(at: World, seed: int) -> list[CollectionDigest]:
    for look, told in enumerate(_pages(seed)):
        await at.tell(**told)
        if look == 1:  # a person's word in between
            one, other = (await at.live(Kind.ARTIST))[:2]
            await at.container.curate().merge(one.id, other.id, actor="ada")
            await at.settle()
    return await digests(at.store, ALL)


def _remembering(at: World, validated: Validated | None) -> None:
    """The world's stages, of one memory."""
    at._runners = [
        StageRunner(r.stage, r.handler, at.store, at.clock, at.container.ids(), validated)
        for r in at.container.runners()
    ]


@pytest.mark.parametrize("profile", ["memory", "embedded"])
async def test_remembering_changes_nothing(profile: str, tmp_path: Path) -> None:
    """Every document of every collection, over visits, changes, withdrawals and a person's merge."""
    found = []
    validated = Checked()
    for name, memory in (("plain", None), ("remembering", validated)):
        fetcher = MemoryPageFetcher({})
        async with world(profile, tmp_path / name, fetcher=fetcher, readers=ClaimsReader()) as at:
            _remembering(at, memory)
            found.append(await _kept(at, seed=11))
    assert found[0] == found[1]
    assert validated.again > 100
