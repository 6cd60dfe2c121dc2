"""What the Firestore store promises beyond the contract: contention, limits, odd bodies and ids, several databases."""

from __future__ import annotations

import asyncio
import json
import random

import pytest
from tests.integration.contracts.samples import COLLECTIONS, THINGS, Thing, put, query, task
from tests.support.firestore import firestore_emulator, need, project

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system import ManualClock, SystemClock
from mystage.application.ports.documents import ChangeSet, Delete, Increment, Put
from mystage.domain.errors import Conflict, Forbidden, Invalid, LeaseLost, NotFound, TooLarge, Unavailable
from mystage.domain.schema import Collection, Index

firestore = need("mystage.adapters.stores.firestore")
from google.api_core import exceptions  # noqa: E402  after the check that it is there

from mystage.adapters.stores.firestore import feed  # noqa: E402  likewise
from mystage.adapters.stores.firestore.queries import Search  # noqa: E402  likewise

__all__ = ["firestore_emulator", "project"]
MAIN = Collection("entities", Thing, indexes=(Index("kind"),), database="main")


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
async def open_store(project, clock):
    """Opens stores of one project, as several processes would, and closes them."""
    opened = []

    async def open_one(**more):
        store = firestore.FirestoreStore(project, (*COLLECTIONS, MAIN), more.pop("clock", clock), **more)
        opened.append(store)
        await store.open()
        return store

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_store):
    return await open_store()


class TestContention:
    async def test_20_writers_of_one_document_lose_nothing(self, open_store):
        """20 writers x 50 commits, in four processes' stores: each either succeeded or got Conflict, and tried again."""
        stores = [await open_store() for _ in range(4)]
        conflicts = 0

        async def write(number: int) -> None:
            nonlocal conflicts
            store, done = stores[number % 4], 0
            while done < 50:
                record = await store.get("things", "hot")
                count = json.loads(record.body)["rank"] if record else 0
                try:
                    change = put("hot", rank=count + 1, read=record.version if record else 0)
                    await store.commit(ChangeSet(puts=(change,), increments=(Increment("written", 1),)))
                    done += 1
                except Conflict:
                    conflicts += 1
                    await asyncio.sleep(random.uniform(0, 0.2))

        async with asyncio.timeout(240):
            await asyncio.gather(*map(write, range(20)))
        record = await stores[0].get("things", "hot")
        assert (json.loads(record.body)["rank"], record.version) == (1_000, 1_000)
        assert await stores[0].counters() == {"written": 1_000}
        assert conflicts > 0

    async def test_blind_writers_all_get_through(self, open_store):
        """A put that does not care what is there never conflicts, and every one of them counts the version."""
        stores = [await open_store() for _ in range(2)]
        changes = [ChangeSet(puts=(put("hot", rank=number, read=None),)) for number in range(20)]
        await asyncio.gather(*(stores[number % 2].commit(change) for number, change in enumerate(changes)))
        assert (await stores[0].get("things", "hot")).version == 20

    async def test_two_workers_drain_300_tasks_each_once(self, open_store):
        """Every task's effect is written once, whoever claims it."""
        stores = [await open_store(clock=SystemClock()) for _ in range(2)]
        await stores[0].add([task(f"t{number:03}") for number in range(300)])

        async def drain(store, worker: str) -> int:
            done = 0
            while await store.next_ready(["work"]) is not None:
                for lease in await store.claim(["work"], 20, 60, worker):
                    effect = ChangeSet(
                        puts=(put(lease.task.id),), increments=(Increment("done", 1),), completes=(lease,)
                    )
                    await store.commit(effect)
                    done += 1
                await asyncio.sleep(0)
            return done

        async with asyncio.timeout(120):
            shares = await asyncio.gather(drain(stores[0], "a"), drain(stores[1], "b"))
        assert sum(shares) == 300
        assert min(shares) > 0
        assert await stores[0].counters() == {"done": 300}
        assert await stores[0].count(query()) == 300

    async def test_what_another_process_wrote_is_noticed(self, open_store):
        """A store that remembers an old version asks again before it says Conflict."""
        one, other = await open_store(), await open_store()
        await one.commit(ChangeSet(puts=(put("a"),)))
        await other.commit(ChangeSet(puts=(put("a", read=1),)))
        with pytest.raises(Conflict, match="version 1 was read, but the document has version 2"):
            await one.commit(ChangeSet(puts=(put("a", read=1),)))
        await other.commit(ChangeSet(puts=(put("a", read=2),)))
        await one.commit(ChangeSet(puts=(put("a", read=3),)))
        assert (await other.get("things", "a")).version == 4

    async def test_watchers_of_several_processes_agree_on_the_numbers(self, open_store):
        """Changes get one number each, without a gap, whoever numbers them."""
        stores = [await open_store() for _ in range(3)]
        commits = [ChangeSet(puts=(put(f"d{number:02}"),)) for number in range(30)]

        async def watch(store) -> list[tuple[int, str]]:
            changes = store.watch(query(), after=0)
            seen = [await anext(changes) for _ in range(30)]
            await changes.aclose()
            return [(change.sequence, change.id) for change in seen]

        async with asyncio.timeout(60):
            watching = [asyncio.create_task(watch(store)) for store in stores]
            await asyncio.gather(*(stores[number % 3].commit(change) for number, change in enumerate(commits)))
            seen = [await task for task in watching]
        assert seen[0] == seen[1] == seen[2]
        assert [number for number, _ in seen[0]] == list(range(1, 31))
        assert {id for _, id in seen[0]} == {f"d{number:02}" for number in range(30)}


class TestFeed:
    async def test_without_watchers_the_outbox_stays_short(self, store, monkeypatch):
        """A store numbers the rows itself now and then, so that the first watcher has little to do."""
        monkeypatch.setattr(feed, "SEQUENCED_EVERY", 4)
        for number in range(10):
            await store.commit(ChangeSet(puts=(put(f"d{number}"),)))
        places = store._places
        waiting = await places.pipeline.query(Search(places.kept("outbox")).message)
        assert len(waiting) == 3  # of the commits 8, 9 and 10
        assert await store._feeds[places.pipeline].now() == 10

    async def test_what_is_forgotten_is_said(self, store, monkeypatch):
        """Old changes are removed; who asks for them is told to begin anew, who asks for later ones gets them all."""
        monkeypatch.setattr(feed, "CHANGES_KEPT", 10)
        monkeypatch.setattr(feed, "_PRUNED_EVERY", 5)
        for number in range(30):
            await store.commit(ChangeSet(puts=(put(f"d{number:02}"),)))
            await store._feeds[store._places.pipeline].sequence()
        async with asyncio.timeout(10):
            with pytest.raises(NotFound, match="no longer kept"):
                await anext(store.watch(query(), after=0))
            changes = store.watch(query(), after=20)
            assert [(await anext(changes)).id for _ in range(10)] == [f"d{number}" for number in range(20, 30)]
            await changes.aclose()


class TestLostAnswers:
    @pytest.fixture
    def lossy(self, monkeypatch):
        """The answer of the next commit is lost on its way, after the server has written it."""

        def lose(store):
            api = store._places.pipeline._api
            commit = api.commit

            async def lost(*args, **options):
                monkeypatch.setattr(api, "commit", commit)
                await commit(*args, **options)
                raise exceptions.ServiceUnavailable("the connection was cut")

            monkeypatch.setattr(api, "commit", lost)

        return lose

    async def test_a_commit_whose_answer_is_lost_is_written_once(self, store, lossy):
        """It is sent again, refused, and recognised as written by its row in the outbox."""
        lossy(store)
        await store.commit(ChangeSet(puts=(put("a"),), increments=(Increment("c", 1),), tasks=(task("t"),)))
        assert (await store.get("things", "a")).version == 1
        assert await store.counters() == {"c": 1}
        await store.commit(ChangeSet(puts=(put("a", read=1),), deletes=(Delete("things", "b"),)))
        assert (await store.get("things", "a")).version == 2

    async def test_counters_alone_are_never_added_twice(self, store, lossy):
        """Nothing would refuse the second try: the caller is told instead."""
        lossy(store)
        with pytest.raises(Unavailable):
            await store.commit(ChangeSet(increments=(Increment("c", 1),)))
        assert await store.counters() == {"c": 1}

    async def test_an_append_whose_answer_is_lost_is_written_once(self, store, lossy):
        lossy(store)
        assert await store.append("s", [b"1", b"2"]) == 2
        assert await store.append("s", [b"3"]) == 3
        assert [entry.body for entry in await store.read("s")] == [b"1", b"2", b"3"]


class TestLimits:
    async def test_a_document_above_1_mib_in_firestore_is_refused_by_name(self, store):
        """Small as JSON, but its numbers take eight bytes each in Firestore."""
        body = json.dumps({"id": "big", "numbers": list(range(100)) * 1_400}).encode()
        with pytest.raises(TooLarge, match="1,048,576") as caught:
            await store.commit(ChangeSet(puts=(put("small"), Put("things", "big", body, {}))))
        assert caught.value.where == "things/big"
        assert await store.get("things", "small") is None

    async def test_a_document_of_too_many_index_entries_is_refused_by_name(self, store):
        body = json.dumps({"id": "wide", "map": {f"k{number}": True for number in range(20_000)}}).encode()
        with pytest.raises(TooLarge, match="40,000") as caught:
            await store.commit(ChangeSet(puts=(Put("things", "wide", body, {}),)))
        assert caught.value.where == "things/wide"

    async def test_a_commit_above_10_mib_is_refused_whole(self, store):
        body = json.dumps({"note": "x" * 900_000}).encode()
        with pytest.raises(TooLarge, match="10,485,760"):
            await store.commit(ChangeSet(puts=tuple(Put("things", f"d{n}", body, {}) for n in range(12))))
        assert await store.count(query()) == 0

    async def test_an_id_beyond_firestores_limit_is_refused_by_name(self, store):
        for id in ("x" * 1_501, "\U0010ffff", "\ud800"):
            with pytest.raises(Invalid, match="things/"):
                await store.commit(ChangeSet(puts=(Put("things", id, b"{}", {}),)))


BODIES = (
    b"{}",
    b"[1, 2]",
    b"not JSON",
    b'{"a": [[1, [2]], [], {}], "b": {"c": [[]]}}',
    b'{"a": 18446744073709551616, "b": -9223372036854775808, "c": 1e300, "d": 0.1, "e": 2.0, "f": 2}',
    b'{"": 1, "x.y": {"": 2, "`": 3, "__x__": 4, "_y": 5}}',
    b'{"_version": 7, "_id": "z", "name": null}',
    b'{"_json": "1"}',
    b'{"x": 1e999, "y": [-1e999]}',
    b'{"half": "\\ud800"}',
    b'{"x": {"_json": "1"}, "y": [{"_json": 2}], "t": true, "n": null}',
    b'{"kind": 3, "rank": "text", "flag": true, "weight": 1, "keys": "no array", "name": "\\u0000\\ud83c\\udfb8"}',
    ('{"deep": ' + '{"a": [' * 30 + "1" + "]}" * 30 + "}").encode(),
)


class TestBodies:
    @pytest.mark.parametrize("body", BODIES)
    async def test_any_body_comes_back_by_value(self, store, body):
        """Also what Firestore has no form for: nested arrays, large integers, odd names, depth."""
        index = {"kind": "k", "name": None, "rank": 3, "flag": True, "weight": 0.5, "keys": ("a", "b", "a")}
        await store.commit(ChangeSet(puts=(Put("things", "a", body, index),)))
        found = (await store.get("things", "a")).body
        assert found == body if body == b"not JSON" else json.loads(found) == json.loads(body)
        assert await store.count(query(("kind", "eq", "k"), ("name", "eq", None), ("keys", "any", ("b",)))) == 1

    async def test_apps_read_native_fields_and_index_values(self, store, project):
        """The body's fields are the document's; an index field holds what queries compare."""
        await store.commit(ChangeSet(puts=(put("a", kind="k", note="text", keys=("x",)),)))
        from google.cloud.firestore import Client  # noqa: PLC0415  an optional extra

        client = Client(project)
        seen = client.collection("things").document("a").get().to_dict()
        client.close()
        assert (seen["kind"], seen["note"], seen["keys"], seen["rank"], seen["_version"]) == (
            "k",
            "text",
            ["x"],
            None,
            1,
        )

    async def test_odd_ids_keep_their_order(self, store, clock):
        """Slashes, reserved names, other scripts: ids come back, in the order of memory."""
        names = ["a/b", "a.b", "a0", "a-", "a.", "a/", "a", "..", "__x__", "x y", "\uff5a", "\U0001f3b8", "#?[]*~`"]
        memory = MemoryStore(COLLECTIONS, clock)
        for each in (store, memory):
            await each.commit(ChangeSet(puts=tuple(put(name) for name in names)))
        reserved = {"..", "__x__"}  # these sort elsewhere, since Firestore holds them under another name
        for down in (False, True):
            expected, found = [
                [r.id for r in (await each.find(query(descending=down))).records] for each in (memory, store)
            ]
            assert sorted(found) == sorted(expected)
            assert [id for id in found if id not in reserved] == [id for id in expected if id not in reserved]
        assert (await store.get("things", "a/b")).id == "a/b"


class TestSeveralDatabases:
    async def test_a_change_set_writes_data_before_it_ends_tasks(self, open_store):
        """Over two databases: all is written, and a lost lease is noticed before anything is."""
        store = await open_store(databases={"main": "entities"})
        await store.add([task("t")])
        (lease,) = await store.claim(["work"], 1, 10, "w")
        entity = Put("entities", "e", b'{"id":"e"}', {"kind": "k"})
        changes = ChangeSet(puts=(entity, put("a")), completes=(lease,), tasks=(task("next", "other"),))
        await store.commit(changes)
        assert (await store.get("entities", "e")).version == 1
        assert [stats.queue for stats in await store.stats()] == ["other"]
        with pytest.raises(LeaseLost):
            await store.commit(ChangeSet(puts=(Put("entities", "late", b"{}", {}),), completes=(lease,)))
        assert await store.get("entities", "late") is None

    async def test_databases_are_apart(self, open_store):
        one, other = await open_store(), await open_store(databases={"main": "entities"})
        await one.commit(ChangeSet(puts=(Put("entities", "e", b"{}", {}), put("a"))))
        assert await other.get("entities", "e") is None
        assert (await other.get("things", "a")).version == 1

    async def test_a_prefix_keeps_stores_apart(self, open_store):
        one, other = await open_store(), await open_store(prefix="other_")
        await one.commit(ChangeSet(puts=(put("a"),), tasks=(task("t"),), increments=(Increment("c", 1),)))
        await one.append("s", [b"x"])
        assert await other.get("things", "a") is None
        assert (await other.stats(), await other.counters(), await other.read("s")) == ([], {}, [])

    async def test_a_collection_of_the_stores_own_name_is_refused(self, project, clock, firestore_emulator):
        with pytest.raises(Invalid, match="tasks"):
            firestore.FirestoreStore(project, (Collection("tasks", Thing),), clock)


@pytest.mark.parametrize("url", ["firestore://", "firestore:///x", "postgresql://x", "firestore://a/b/c", ""])
def test_an_address_that_is_none_is_refused(url, clock):
    with pytest.raises(Invalid, match="firestore://PROJECT"):
        firestore.store_at(url, COLLECTIONS, clock)


async def test_an_address_names_project_and_database(firestore_emulator, project, clock):
    store = firestore.store_at(f"firestore://{project}/other", COLLECTIONS, clock)
    await store.commit(ChangeSet(puts=(put("a"),), deletes=(Delete("things", "b"),)))
    assert (await store.get("things", "a")).version == 1
    await store.close()


def test_without_credentials_the_error_says_what_to_do(monkeypatch, clock, tmp_path):
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "missing.json"))
    with pytest.raises(Forbidden, match="sign in"):
        firestore.FirestoreStore("project", (THINGS,), clock)
