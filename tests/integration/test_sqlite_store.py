"""What only the SQLite store does: files that cannot be used, changed declarations, many processes."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import textwrap
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.contracts.samples import COLLECTIONS, OTHERS, THINGS, ids, put, query, task

from mystage.adapters.stores.sql import SqliteStore
from mystage.adapters.stores.sql import feed as feed_module
from mystage.adapters.stores.sql.database import transaction
from mystage.adapters.system import ManualClock
from mystage.application.ports.documents import ChangeSet, Put
from mystage.domain.errors import Forbidden, Invalid, Malformed, MystageError, NotFound, Unavailable
from mystage.domain.schema import Index

ROOT = Path(__file__).parents[2]


def new_store(path: Path, collections=COLLECTIONS, **more) -> SqliteStore:
    return SqliteStore(path, collections, ManualClock(), **more)


@pytest.fixture
async def store(tmp_path):
    store = new_store(tmp_path / "store.db")
    yield store
    await store.close()


async def refusal(path: Path, kind: type[MystageError]) -> MystageError:
    """The error that opening `path` ends in; it names the file and says what to do."""
    store = new_store(path)
    with pytest.raises(kind) as caught:
        await store.open()
    await store.close()
    assert str(path) in caught.value.where
    assert caught.value.hint
    return caught.value


class TestFiles:
    async def test_everything_is_there_after_opening_again(self, tmp_path):
        path = tmp_path / "deep" / "folder" / "store.db"
        first = new_store(path)
        await first.commit(ChangeSet(puts=(put("a", kind="x", keys=("k",)),), tasks=(task("t"),)))
        await first.append("s", [b"1"])
        await first.close()
        second = new_store(path)
        assert ids(await second.find(query(("keys", "any", ("k",))))) == ["a"]
        assert len(await second.claim(["work"], 5, 1, "w")) == 1
        assert len(await second.read("s")) == 1
        await second.close()

    async def test_a_file_that_is_no_database(self, tmp_path):
        (tmp_path / "x.db").write_bytes(b"just some text, for long enough to be no header " * 50)
        await refusal(tmp_path / "x.db", Malformed)

    async def test_a_damaged_database(self, tmp_path):
        path = tmp_path / "x.db"
        store = new_store(path)
        await store.commit(ChangeSet(puts=tuple(put(f"d{n}", note="x" * 2000) for n in range(200))))
        await store.close()
        content = bytearray(path.read_bytes())
        content[4096:] = b"\xa5" * (len(content) - 4096)
        path.write_bytes(content)
        damaged = new_store(path)
        with pytest.raises(Malformed) as caught:
            await damaged.find(query())
        assert caught.value.where == str(path)
        await damaged.close()

    async def test_the_database_of_another_program(self, tmp_path):
        with sqlite3.connect(tmp_path / "x.db") as other:
            other.execute("CREATE TABLE tasks (id)")
        other.close()
        await refusal(tmp_path / "x.db", Invalid)

    async def test_a_newer_schema(self, tmp_path):
        store = new_store(tmp_path / "x.db")
        await store.open()
        await store.close()
        with sqlite3.connect(tmp_path / "x.db") as newer:
            newer.execute("UPDATE mystage_schema SET value = '99' WHERE name = 'schema_version'")
        newer.close()
        assert "newer" in str(await refusal(tmp_path / "x.db", Invalid))

    async def test_a_folder_in_place_of_the_file(self, tmp_path):
        await refusal(tmp_path, Unavailable)

    async def test_a_file_in_place_of_the_folder(self, tmp_path):
        (tmp_path / "file").write_text("x")
        store = new_store(tmp_path / "file" / "x.db")
        with pytest.raises(Unavailable, match="file"):
            await store.open()
        await store.close()

    async def test_a_database_that_may_not_be_written(self, store):
        await store.open()
        store._database._connections[0].execute("PRAGMA query_only = 1")
        with pytest.raises(Forbidden) as caught:
            await store.commit(ChangeSet(puts=(put("a"),)))
        assert caught.value.where.endswith("store.db")

    async def test_a_full_disk_loses_nothing_that_was_there(self, store):
        await store.commit(ChangeSet(puts=(put("a"),)))
        writer = store._database._connections[0]
        pages = writer.execute("PRAGMA page_count").fetchone()[0]
        writer.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(Unavailable, match="space"):
            await store.commit(ChangeSet(puts=tuple(put(f"b{n}", note="x" * 4000) for n in range(50))))
        assert ids(await store.find(query())) == ["a"]
        writer.execute("PRAGMA max_page_count = 1000000")
        await store.commit(ChangeSet(puts=(put("b"),)))

    async def test_a_busy_writer_elsewhere_stops_writes_in_time_and_reads_never(self, tmp_path):
        store = new_store(tmp_path / "store.db", wait_seconds=0.2)
        await store.commit(ChangeSet(puts=(put("a"),)))
        other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="busy") as caught:
            await store.commit(ChangeSet(puts=(put("b"),)))
        assert caught.value.retryable
        assert (await store.get("things", "a")).version == 1
        other.execute("ROLLBACK")
        other.close()
        await store.commit(ChangeSet(puts=(put("b"),)))
        await store.close()

    async def test_a_closed_store_says_so(self, tmp_path):
        store = new_store(tmp_path / "store.db")
        await store.append("s", [b"1"])
        following = store.follow("s")
        assert (await anext(following)).body == b"1"
        waiting = asyncio.create_task(anext(following, None))
        await asyncio.sleep(0)
        await store.close()
        assert await waiting is None  # whoever follows ends
        for call in (store.get("things", "a"), store.commit(ChangeSet()), store.append("s", [b"2"])):
            with pytest.raises(Unavailable, match="closed"):
                await call

    async def test_half_a_character_is_refused(self, store):
        with pytest.raises(Invalid, match="surrogate"):
            await store.commit(ChangeSet(puts=(Put("things", "\ud800", b"{}", {}),)))
        with pytest.raises(Invalid, match="surrogate"):
            await store.get("things", "\ud800")

    async def test_a_collection_cannot_have_the_name_of_a_table_of_the_store(self, tmp_path):
        with pytest.raises(Invalid, match="tasks"):
            new_store(tmp_path / "x.db", [replace(THINGS, name="tasks")])

    async def test_a_long_read_leaves_the_event_loop_free(self, store):
        """What is not read within the short time is broken off and read by the thread: the answer is the same."""
        await store.commit(ChangeSet(puts=tuple(put(f"d{n:05d}", name=str(n % 7)) for n in range(3000))))
        store._database._too_long = lambda: True
        store._database._connections[2].set_progress_handler(lambda: True, 1)
        assert (await store.get("things", "d00001")).id == "d00001"
        assert await store.count(query(("name", "gt", "3"))) == sum(n % 7 > 3 for n in range(3000))

    async def test_a_watch_that_comes_too_late_is_told_so(self, store, monkeypatch):
        monkeypatch.setattr(feed_module, "CHANGES_KEPT", 10)
        monkeypatch.setattr(feed_module, "_PRUNED_EVERY", 20)
        for n in range(25):
            await store.commit(ChangeSet(puts=(put(f"d{n}"),)))
        with pytest.raises(NotFound, match="no longer kept"):
            await anext(store.watch(query(), after=3))
        assert (await anext(store.watch(query(), after=12))).id == "d12"


class TestDeclarations:
    async def filled(self, path: Path) -> None:
        store = new_store(path, [replace(THINGS, indexes=(Index("kind"), Index("rank", type="integer")))])
        things = [put(f"d{n:04d}", kind=f"k{n % 3}", rank=n, keys=(f"x{n % 2}", "all")) for n in range(1100)]
        await store.commit(ChangeSet(puts=tuple(things)))
        await store.close()

    async def test_new_indexes_are_made_from_the_documents(self, tmp_path):
        path = tmp_path / "x.db"
        await self.filled(path)
        store = new_store(path)
        assert await store.count(query(("keys", "any", ("all",)))) == 1100
        assert await store.count(query(("keys", "any", ("x1",)))) == 550
        assert await store.count(query(("kind", "eq", "k0"), ("rank", "ge", 1000))) == 33
        assert await store.count(query(("name", "eq", None))) == 1100
        await store.commit(ChangeSet(puts=(put("d0001", OTHERS), put("d0001", read=1, keys=("y",)))))
        assert await store.count(query(("keys", "any", ("all",)))) == 1099
        await store.close()

    async def test_an_index_that_went_and_came_back_is_right(self, tmp_path):
        path = tmp_path / "x.db"
        await self.filled(path)
        for indexes in (THINGS.indexes, (Index("name"),), THINGS.indexes):
            store = new_store(path, [replace(THINGS, indexes=indexes)])
            await store.commit(ChangeSet(puts=(put("changed", name="n", keys=(f"n{len(indexes)}",), read=None),)))
            await store.close()
        store = new_store(path)
        assert ids(await store.find(query(("keys", "any", ("n1", "n8"))))) == ["changed"]
        assert await store.count(query(("keys", "any", ("n1",)))) == 0
        assert await store.count(query(("rank", "lt", 10))) == 10
        await store.close()

    async def test_a_document_that_no_longer_fits_its_model_is_named_and_nothing_changes(self, tmp_path):
        path = tmp_path / "x.db"
        store = new_store(path, [replace(THINGS, indexes=())])
        await store.commit(ChangeSet(puts=(Put("things", "odd", b'{"id": 1}', {}),)))
        await store.close()
        for _ in range(2):
            broken = new_store(path)
            with pytest.raises(Invalid, match="things/odd"):
                await broken.open()
            await broken.close()

    async def test_stores_that_open_one_new_file_at_once_all_work(self, tmp_path):
        stores = [new_store(tmp_path / "x.db") for _ in range(6)]
        await asyncio.gather(*(store.open() for store in stores))
        await asyncio.gather(*(store.commit(ChangeSet(puts=(put(f"d{n}"),))) for n, store in enumerate(stores)))
        assert await stores[0].count(query()) == 6
        for store in stores:
            await store.close()


async def test_a_failed_transaction_leaves_the_connection_usable(store):
    """An error inside a transaction rolls it back, whatever the error is."""
    await store.open()
    writer = store._database._connections[0]

    def work(connection):
        connection.execute("INSERT INTO counters VALUES ('c', 1)")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transaction(writer, work)
    assert not writer.in_transaction
    assert await store.counters() == {}


PROGRAM = """
import asyncio, sys
from pathlib import Path
from mystage.adapters.stores.sql import SqliteStore
from mystage.adapters.system import SystemClock
from mystage.application.ports.documents import ChangeSet, Increment
from mystage.domain.errors import Conflict
from tests.integration.contracts.samples import COLLECTIONS, Thing, put

async def count(store, me):
    for number in range(50):
        while True:
            record = await store.get("things", "shared")
            rank = Thing.model_validate_json(record.body).rank if record else 0
            change = put("shared", rank=rank + 1, read=record.version if record else 0)
            try:
                await store.commit(ChangeSet(puts=(change,), increments=(Increment("written", 1),)))
                break
            except Conflict:
                await asyncio.sleep(0.001)

async def drain(store, me):
    while leases := await store.claim(["work"], 7, 60, me):
        for lease in leases:
            done = put(lease.task.id, kind=me)
            await store.commit(ChangeSet(puts=(done,), completes=(lease,), increments=(Increment("done", 1),)))

async def main(work, path, me):
    store = SqliteStore(Path(path), COLLECTIONS, SystemClock())
    await work(store, me)
    await store.close()

asyncio.run(main(globals()[sys.argv[1]], *sys.argv[2:]))
"""


def run_processes(work: str, path: Path, count: int) -> None:
    """Run `count` real processes at once and wait for all of them."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), work, str(path)]
    running = [
        subprocess.Popen([*command, f"p{number}"], env=environment, stderr=subprocess.PIPE, text=True)
        for number in range(count)
    ]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors


class TestProcesses:
    async def test_no_write_to_a_shared_document_is_lost(self, tmp_path):
        path = tmp_path / "shared.db"  # which the four make, too
        await asyncio.to_thread(run_processes, "count", path, 4)
        store = new_store(path)
        assert ids(await store.find(query(("rank", "eq", 200)))) == ["shared"]
        assert (await store.get("things", "shared")).version == 200
        assert await store.counters() == {"written": 200}
        await store.close()

    async def test_each_task_is_done_once(self, tmp_path):
        store = new_store(tmp_path / "shared.db")
        await store.add([task(f"t{number:03d}") for number in range(500)])
        changes = store.watch(query(), after=0)
        await asyncio.to_thread(run_processes, "drain", tmp_path / "shared.db", 2)
        assert await store.stats() == []
        assert await store.counters() == {"done": 500}
        found = (await store.find(query())).records
        assert Counter(record.version for record in found) == {1: 500}
        async with asyncio.timeout(5):  # what other processes commit is seen here
            assert {(await anext(changes)).id for _ in range(500)} == {record.id for record in found}
        await changes.aclose()
        await store.close()
