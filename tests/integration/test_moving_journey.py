"""One pipeline journey over all four stores: every document is the same on each, and stays so when it is moved."""

from __future__ import annotations

from pathlib import Path

import pytest
from dependency_injector import providers
from tests.support.backends import BACKENDS, opened_store
from tests.support.firestore import firestore_emulator
from tests.support.pages import folder_of_pages
from tests.support.world import World

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system import ManualClock, SeededIds
from mystage.application.moving.copying import CopyStore, compare
from mystage.application.moving.digests import CollectionDigest, digests
from mystage.backends import moved_collections
from mystage.containers import Container
from mystage.domain.collections import ALL
from mystage.settings import Settings

__all__ = ["firestore_emulator"]
PAGES = 12


async def _journey(store, clock: ManualClock, folder: Path) -> None:
    """Read a folder of pages to the end, with clock and ids that are the same each time."""
    container = Container(settings=Settings(profile="memory", data=folder))
    container.clock.override(providers.Object(clock))
    container.ids.override(providers.Object(SeededIds(7)))
    container.store.override(providers.Object(store))
    try:
        await World(container, clock).read(folder / "pages")
    finally:
        await container.fetcher().close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder_of_pages(tmp_path / "pages", PAGES)
    return tmp_path


@pytest.mark.parametrize("backend", BACKENDS[1:])
async def test_the_journey_ends_with_the_same_documents_on_every_store(request, backend, folder) -> None:
    """Not one document, counter or journal entry differs from that of the store in memory."""
    clock = ManualClock()
    expected = MemoryStore(ALL, clock)
    await _journey(expected, clock, folder)
    again = ManualClock()
    async with opened_store(request, backend, folder, again) as store:
        await _journey(store, again, folder)
        assert await _digests(store) == await _digests(expected)
        assert await compare(expected, store, moved_collections()) == []
    held = {row.collection: row.count for row in await _digests(expected)}
    assert (held["scrapes"], held["evt_performances"]) == (PAGES, PAGES)


@pytest.mark.parametrize("backend", BACKENDS)
async def test_a_catalogue_moves_to_every_store(request, backend, folder) -> None:
    """What the pipeline wrote into SQLite is the same on each store that it is copied to."""
    clock = ManualClock()
    async with (
        opened_store(request, "sqlite", folder, clock) as source,
        opened_store(request, backend, folder, clock) as target,
    ):
        await _journey(source, clock, folder)
        copied = await CopyStore(source, target, ALL).run(lambda _name, _count: None)
        assert copied.differences == ()
        assert copied.documents == sum(row.count for row in await _digests(target)) > 5 * PAGES
        assert await _digests(source) == await _digests(target)


async def _digests(store) -> list[CollectionDigest]:
    return await digests(store, moved_collections())
