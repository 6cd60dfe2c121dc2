"""Firestore's server goes away, its connections are cut: one clear error, or nothing is noticed."""

from __future__ import annotations

import asyncio

import pytest
from tests.integration.contracts.samples import COLLECTIONS, put, query
from tests.support.firestore import Emulator, emulator_jar, firestore_emulator, need, project
from tests.support.proxy import proxy_to

from mystage.adapters.system import ManualClock
from mystage.application.ports.documents import ChangeSet, Increment
from mystage.domain.errors import Unavailable

firestore = need("mystage.adapters.stores.firestore")
__all__ = ["firestore_emulator", "project"]


@pytest.fixture
def clock():
    return ManualClock()


class TestFaults:
    @pytest.fixture
    def own_emulator(self, firestore_emulator, monkeypatch):
        """An emulator that this test may stop."""
        emulator = Emulator(emulator_jar())
        emulator.start()
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator.host)
        yield emulator
        emulator.stop()

    async def test_a_server_that_stays_away_is_one_clear_error(self, own_emulator, clock):
        warming = firestore.FirestoreStore("away", COLLECTIONS, clock)
        await warming.open()
        await warming.close()
        store = firestore.FirestoreStore("away", COLLECTIONS, clock, patience=2.0)
        await store.open()
        own_emulator.stop()
        for call in (store.get("things", "a"), store.commit(ChangeSet(puts=(put("a"),))), store.find(query())):
            with pytest.raises(Unavailable, match=own_emulator.host):
                await call
        await store.close()

    async def test_after_a_restart_followers_and_writers_go_on(self, own_emulator, clock):
        """The emulator forgets its data when it stops; a follower of a new stream then sees what comes."""
        store = firestore.FirestoreStore("again", COLLECTIONS, clock, patience=30.0)
        await store.open()
        entries = store.follow("s")
        waiting = asyncio.create_task(anext(entries))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(own_emulator.stop)
        await asyncio.to_thread(own_emulator.start)
        async with asyncio.timeout(30):
            await store.append("s", [b"1"])
            assert (await waiting).body == b"1"
        await entries.aclose()
        await store.close()

    async def test_cut_connections_cost_a_follower_nothing(self, project, clock, firestore_emulator, monkeypatch):
        """Through a proxy that cuts its connections while another process writes: every entry and change comes."""
        direct = firestore.FirestoreStore(project, COLLECTIONS, clock)
        await direct.open()
        async with proxy_to(firestore_emulator.port) as proxy:
            monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", proxy.host)
            far = firestore.FirestoreStore(project, COLLECTIONS, clock)
            entries, changes = far.follow("s"), far.watch(query(), after=0)

            async def take(some) -> list[int]:
                return [(await anext(some)).sequence for _ in range(30)]

            following = asyncio.gather(take(entries), take(changes))
            for number in range(30):
                await direct.append("s", [b"x"])
                await direct.commit(ChangeSet(puts=(put(f"d{number:02}"),)))
                if number % 10 == 5:
                    proxy.cut()
                    proxy.refusing = True
                    await asyncio.sleep(0.1)
                    proxy.refusing = False
            async with asyncio.timeout(60):
                assert await following == [list(range(1, 31))] * 2
            assert proxy.accepted > 1
            await entries.aclose()
            await changes.aclose()
            await far.close()
        await direct.close()

    async def test_writers_behind_a_cut_connection_write_each_commit_once(
        self, project, clock, firestore_emulator, monkeypatch
    ):
        """Commits go on when the connection is back, and none is written twice or by half."""
        async with proxy_to(firestore_emulator.port) as proxy:
            monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", proxy.host)
            store = firestore.FirestoreStore(project, COLLECTIONS, clock)

            async def cutting() -> None:
                for _ in range(5):
                    await asyncio.sleep(0.15)
                    proxy.cut()

            cuts = asyncio.create_task(cutting())
            done = 0
            while not cuts.done():
                puts = (put(f"a{done:04}"), put(f"b{done:04}"))
                await store.commit(ChangeSet(puts=puts, increments=(Increment("done", 1),)))
                done += 1
            assert await store.count(query()) == 2 * done
            assert await store.counters() == {"done": done}
            await store.close()

    async def test_a_line_that_stalls_is_one_clear_error_and_then_all_goes_on(
        self, project, clock, firestore_emulator, monkeypatch
    ):
        """Nothing passes and nothing breaks: each call ends within its patience. What was under way is whole, or not."""
        async with proxy_to(firestore_emulator.port) as proxy:
            monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", proxy.host)
            patient = firestore.FirestoreStore(project, COLLECTIONS, clock)
            await patient.commit(ChangeSet(puts=(put("before"),)))
            store = firestore.FirestoreStore(project, COLLECTIONS, clock, patience=3.0)
            proxy.stall()
            changes = ChangeSet(puts=(put("a"), put("b")), increments=(Increment("done", 1),))
            async with asyncio.timeout(60):
                ended = await asyncio.gather(
                    store.get("things", "before"),
                    store.find(query()),
                    store.count(query()),
                    store.commit(changes),
                    store.append("s", [b"1"]),
                    return_exceptions=True,
                )
            assert [type(error) for error in ended] == [Unavailable] * 5, ended
            assert all(proxy.host in error.where for error in ended)
            proxy.flow()
            record = await patient.get("things", "before")
            assert record.version == 1
            there = await patient.get_many("things", ["a", "b"])
            assert len(there) in (0, 2)
            assert await patient.counters() == ({"done": 1} if there else {})
            await patient.commit(ChangeSet(puts=(put("after"),)))
            await store.close()
            await patient.close()

    async def test_a_slow_line_is_only_slow(self, project, clock, firestore_emulator, monkeypatch):
        """Every piece is held up: what is written and followed through it comes whole and in order."""
        async with proxy_to(firestore_emulator.port) as proxy:
            monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", proxy.host)
            store = firestore.FirestoreStore(project, COLLECTIONS, clock, patience=60.0)
            proxy.delay = 0.02
            entries = store.follow("s")
            waiting = asyncio.create_task(anext(entries))
            async with asyncio.timeout(120):
                await store.commit(ChangeSet(puts=tuple(put(f"d{number:03}", note="x" * 500) for number in range(300))))
                await store.append("s", [b"1"])
                assert (await waiting).body == b"1"
                assert [record.id for record in (await store.find(query())).records] == [f"d{n:03}" for n in range(300)]
            await entries.aclose()
            await store.close()

    async def test_a_closed_store_says_so_and_its_followers_end(self, project, clock, firestore_emulator):
        store = firestore.FirestoreStore(project, COLLECTIONS, clock)
        following = asyncio.create_task(anext(store.follow("s"), None))
        watching = asyncio.create_task(anext(store.watch(query()), None))
        await asyncio.sleep(0.3)
        await store.close()
        async with asyncio.timeout(5):
            assert await following is None
            assert await watching is None
        with pytest.raises(Unavailable, match="closed"):
            await store.get("things", "a")
