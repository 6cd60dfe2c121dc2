"""What is PostgreSQL's own: its limits, its locks, its end."""

from __future__ import annotations

import asyncio

import pytest
from tests.integration.contracts.samples import COLLECTIONS, query, task

from mystage.adapters.stores.sql.postgres_store import PostgresStore
from mystage.adapters.system import ManualClock
from mystage.application.ports.documents import ChangeSet
from mystage.domain.errors import Invalid, Unavailable


@pytest.fixture
async def store(postgres):
    store = PostgresStore(postgres.schema(), COLLECTIONS, ManualClock())
    await store.open()
    yield store
    await store.close()


async def test_half_a_character_is_refused(store):
    with pytest.raises(Invalid, match="half a character"):
        await store.get("things", "\ud800")
    with pytest.raises(Invalid, match="half a character"):
        await store.add([task("\udfff")])
    assert await store.stats() == []


async def test_commits_that_lock_each_other_are_tried_again(store):
    """Tasks are queued in the order given: crosswise, the server breaks one commit off; both are written in the end."""
    first, second = ([task(id) for id in ids] for ids in (("a", "b"), ("b", "a")))
    await store.add(first)
    for _ in range(5):
        async with asyncio.timeout(20):
            await asyncio.gather(
                *(store.commit(ChangeSet(tasks=tuple(some * 2))) for some in (first, second, first, second))
            )
    leases = await store.claim(["work"], 9, 10, "w")
    assert {lease.task.id: lease.revision for lease in leases} == {"a": 41, "b": 41}


async def test_a_closed_store_says_so_and_its_followers_end(store):
    following = asyncio.create_task(anext(store.follow("s"), None))
    watching = asyncio.create_task(anext(store.watch(query()), None))
    await asyncio.sleep(0.1)
    await store.close()
    async with asyncio.timeout(5):
        assert await following is None
        assert await watching is None
    with pytest.raises(Unavailable, match="closed"):
        await store.get("things", "a")
