"""PostgreSQL behind a line that breaks, and PostgreSQL that goes away: no half commit, nothing missed, clear errors."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress

import psycopg
import pytest
from tests.integration.contracts.samples import COLLECTIONS, OTHERS, put, query, task
from tests.support.postgres import free_port, require, running_server
from tests.support.proxy import Proxy

from mystage.adapters.stores.sql.postgres_store import PostgresStore
from mystage.adapters.system import ManualClock
from mystage.application.ports.documents import ChangeSet, Increment
from mystage.domain.errors import Conflict, Forbidden, Invalid, MystageError, Unavailable


@pytest.fixture
def url(postgres):
    return postgres.schema()


@pytest.fixture
async def proxy(postgres):
    proxy = Proxy(postgres.port)
    await proxy.start()
    yield proxy
    await proxy.close()


@pytest.fixture
async def store(url, postgres, proxy):
    """A store that reaches the server through the proxy."""
    through = url.replace(f":{postgres.port}/", f":{proxy.port}/")
    store = PostgresStore(through, COLLECTIONS, ManualClock(), size=3, answer_seconds=1.0, outage_seconds=0.3)
    await store.open()
    yield store
    await store.close()


def count(url: str, sql: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute(sql).fetchone()[0]


async def test_a_read_after_a_cut_connects_anew_and_answers(store, proxy):
    """Whoever reads does not notice that all connections were cut."""
    await store.commit(ChangeSet(puts=(put("a"),)))
    proxy.cut()
    assert (await store.get("things", "a")).version == 1
    proxy.cut()
    await store.commit(ChangeSet(puts=(put("a", read=1),)))
    assert (await store.get("things", "a")).version == 2


@pytest.mark.parametrize("pieces", range(14))
async def test_a_commit_that_is_cut_anywhere_is_whole_or_nothing(store, proxy, url, pieces):
    """The line breaks after each possible number of messages; what was written is all or nothing, and a retry tells."""
    await store.commit(ChangeSet(puts=(put("there"),)))
    changes = ChangeSet(
        puts=(put("a", keys=("x",)), put("b", OTHERS), put("there", read=1)),
        increments=(Increment("c", 1),),
        tasks=(task("t"),),
    )
    proxy.cut_after = pieces
    with suppress(Unavailable):
        await store.commit(changes)
    proxy.cut_after = None
    written = [
        count(url, "SELECT count(*) FROM things WHERE id = 'a'"),
        count(url, "SELECT count(*) FROM others"),
        count(url, "SELECT count(*) FROM things WHERE id = 'there' AND version = 2"),
        count(url, "SELECT count(*) FROM counters"),
        count(url, "SELECT count(*) FROM tasks"),
        count(url, "SELECT last - 1 FROM feed") // 3,
    ]
    assert written in ([0] * 6, [1] * 6)
    if written[0]:
        with pytest.raises(Conflict):  # a caller whose commit went through unheard learns so
            await store.commit(changes)
    else:
        await store.commit(changes)
    assert (await store.get("things", "there")).version == 2
    assert await store.counters() == {"c": 1}


async def write_while_it_breaks(writer, proxy) -> None:
    for number in range(60):
        await writer.append("s", [b"x"])
        await writer.commit(ChangeSet(puts=(put(f"d{number:02}"),)))
        if number % 10 == 5:
            proxy.cut()
            proxy.refusing = not proxy.refusing
    proxy.refusing = False


async def test_a_follower_and_a_watcher_miss_nothing_while_the_line_breaks(store, proxy, url):
    """Each goes on from the last that it saw; the writer has a line of its own."""
    writer = PostgresStore(url, COLLECTIONS, ManualClock())
    seen: list[int] = []
    last: dict[str, int] = {}

    async def follow() -> None:
        with suppress(Unavailable):
            async for entry in store.follow("s", len(seen)):
                seen.append(entry.sequence)
                if len(seen) == 60:
                    return

    async def watch() -> None:
        with suppress(Unavailable):
            async for change in store.watch(query(), after=len(last)):  # one change for each document
                last[change.id] = change.record.version
                if len(last) == 60:
                    return

    async def until_all_is_seen() -> None:
        while len(seen) < 60 or len(last) < 60:
            await asyncio.gather(*([follow()] if len(seen) < 60 else []), *([watch()] if len(last) < 60 else []))

    async with asyncio.timeout(40):
        both = asyncio.create_task(until_all_is_seen())
        await write_while_it_breaks(writer, proxy)
        await both
    await writer.close()
    assert seen == list(range(1, 61))
    assert last == {f"d{number:02}": 1 for number in range(60)}


async def test_a_slow_line_is_slow_and_right(store, proxy):
    proxy.delay = 0.02
    await asyncio.gather(*(store.commit(ChangeSet(puts=(put(f"d{number}"),))) for number in range(6)))
    assert await store.count(query()) == 6


async def test_a_line_that_stalls_gives_one_clear_error_in_time_then_all_goes_on(store, proxy):
    proxy.stall()
    begun = time.monotonic()
    with pytest.raises(Unavailable, match="did not answer in time") as caught:
        await store.commit(ChangeSet(puts=(put("a"),)))
    assert time.monotonic() - begun < 10
    assert caught.value.retryable
    proxy.flow()
    await store.commit(ChangeSet(puts=(put("a", read=None),)))
    assert (await store.get("things", "a")).version == 1


async def test_a_server_that_restarts_is_found_again():
    """Commits and tasks of before are there; while it is away there is one clear error, which names the place."""
    require()
    with running_server() as server:
        store = PostgresStore(server.schema(), COLLECTIONS, ManualClock(), outage_seconds=0.3)
        await store.open()
        await store.commit(ChangeSet(puts=(put("a"),), tasks=(task("t"),)))
        await asyncio.to_thread(server.stop, "fast")
        for call in (
            store.get("things", "a"),
            store.claim(["work"], 1, 10, "w"),
            store.commit(ChangeSet(puts=(put("b"),))),
        ):
            with pytest.raises(Unavailable) as caught:
                await call
            assert caught.value.where == f"127.0.0.1:{server.port}/postgres"
            assert caught.value.hint
        await asyncio.to_thread(server.start)
        assert (await store.get("things", "a")).version == 1
        assert [lease.task.id for lease in await store.claim(["work"], 1, 10, "w")] == ["t"]
        await store.close()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda url, port: url.replace("/postgres?", "/nowhere?"), Invalid),
        (lambda url, port: url.replace("mystage:", "nobody:"), (Forbidden, Unavailable)),
        (lambda url, port: url.replace(f":{port}/", f":{free_port()}/"), Unavailable),
    ],
)
async def test_a_wrong_url_is_named_without_its_password(postgres, url, change, kind):
    secret = "hush-hush"  # noqa: S105 -- made up
    wrong = change(url.replace("mystage@", f"mystage:{secret}@"), postgres.port)
    store = PostgresStore(wrong, COLLECTIONS, ManualClock(), outage_seconds=0)
    with pytest.raises(kind) as caught:
        await store.open()
    error: BaseException | None = caught.value
    assert isinstance(error, MystageError)
    assert error.where.startswith("127.0.0.1:")
    while error is not None:
        assert secret not in f"{error!s}{error!r}"
        error = error.__cause__
    assert secret not in repr(vars(store))
    await store.close()


async def test_twenty_writers_of_one_document_lose_nothing(url):
    """Each of 20 x 50 commits went through or got Conflict; the document counts those that went through."""
    stores = [PostgresStore(url, COLLECTIONS, ManualClock(), size=4) for _ in range(4)]
    await stores[0].open()
    await stores[0].commit(ChangeSet(puts=(put("hot", rank=0),)))
    conflicts = 0

    async def write(store: PostgresStore) -> None:
        nonlocal conflicts
        for _ in range(50):
            while True:
                record = await store.get("things", "hot")
                rank = json.loads(record.body)["rank"] + 1
                try:
                    await store.commit(
                        ChangeSet(
                            puts=(put("hot", rank=rank, read=record.version),), increments=(Increment("done", 1),)
                        )
                    )
                except Conflict:
                    conflicts += 1
                else:
                    break

    async with asyncio.timeout(120):
        await asyncio.gather(*(write(stores[number % 4]) for number in range(20)))
    record = await stores[0].get("things", "hot")
    assert (record.version, json.loads(record.body)["rank"]) == (1001, 1000)
    assert await stores[0].counters() == {"done": 1000}
    assert conflicts, "nobody met: the test proves nothing"
    for store in stores:
        await store.close()
