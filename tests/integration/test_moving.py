"""Stores are copied, dumped and loaded without loss, also when the copy is cut; and what differs is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.backends import opened_store
from tests.support.firestore import firestore_emulator

from mystage.adapters.dumps import NdjsonDump
from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.stores.sql import SqliteStore
from mystage.adapters.system.canonical import canonical_json
from mystage.adapters.system.clocks import ManualClock
from mystage.application.moving.copying import CopyStore, compare
from mystage.application.moving.digests import digest_of, sorted_json
from mystage.application.moving.dumping import load, rows_of
from mystage.application.ports.documents import ChangeSet, Delete, Increment, Put, Query, Where
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.collections import ALL
from mystage.domain.delivery import Task
from mystage.domain.errors import Conflict, Invalid, Malformed, NotFound, Unavailable
from mystage.domain.moving import MOVES
from mystage.domain.pipeline.urls import URLS, UrlDoc
from mystage.domain.schema import Collection
from mystage.domain.sources import SOURCES, ManifestSource
from mystage.domain.values import Model

__all__ = ["firestore_emulator"]
COLLECTIONS = [c for c in ALL if c.name != MOVES.name]
CLOCK = ManualClock()


def _quiet(name: str, count: int) -> None:
    """Progress that nobody watches."""


class _Marked(Model):
    id: str
    marks: dict[str, Any]
    weight: float = 1.0
    note: str = ""


MARKED = Collection("marked", _Marked)


async def _filled(store, count: int = 1_000) -> None:
    for start in range(0, count, 250):
        unit = UnitOfWork(store)
        for n in range(start, min(start + 250, count)):
            url = f"https://example.org/{n}"
            unit.of(URLS).put(UrlDoc(id=f"url_{n:05}", url=url, source="s", first_seen=CLOCK.now(), fetches=n))
        await unit.commit()
    unit = UnitOfWork(store)
    unit.of(SOURCES).put(ManifestSource(name="s", start_urls=("https://example.org/",), cadence_hours=0.1))
    await unit.commit()
    await store.commit(ChangeSet(increments=(Increment("funnel/fetch/in", 7), Increment("odd", -3))))
    await store.append("catalogue", [b'{"n": 1}', b"\x00\xff not json"])


@pytest.fixture(params=["memory", "sqlite", "postgres", "firestore"])
async def target(request, tmp_path: Path):
    async with opened_store(request, request.param, tmp_path, CLOCK) as store:
        yield store


@pytest.fixture
async def source(tmp_path: Path):
    store = SqliteStore(tmp_path / "s.db", ALL, CLOCK)
    await _filled(store)
    yield store
    await store.close()


async def test_a_copy_holds_the_same_and_says_so(source, target) -> None:
    seen: dict[str, int] = {}
    copied = await CopyStore(source, target, ALL, canonical=canonical_json).run(seen.__setitem__)
    assert (copied.documents, copied.entries, copied.differences) == (1_001, 2, ())
    assert seen["urls"] == 1_000
    assert await target.get("urls", "url_00999") is not None
    assert await target.counters() == {"funnel/fetch/in": 7, "odd": -3}
    assert [e.body for e in await target.read("catalogue")] == [b'{"n": 1}', b"\x00\xff not json"]
    page = await UnitOfWork(target).of(URLS).find(source="s", limit=3)
    assert len(page) == 3, "indexes were computed again"


async def test_a_copy_leads_back_from_every_backend(source, target) -> None:
    """SQLite to each, and from each into memory: nothing is lost on the way, and the origin would not know it."""
    await CopyStore(source, target, ALL).run(_quiet)
    back = MemoryStore(ALL, CLOCK)
    copied = await CopyStore(target, back, ALL).run(_quiet)
    assert (copied.documents, copied.entries, copied.differences) == (1_001, 2, ())
    assert await compare(source, back, COLLECTIONS) == []


async def test_a_copy_that_is_cut_goes_on_where_it_was(source, target) -> None:
    class Cut(Exception):
        pass

    def cut(name: str, count: int) -> None:
        if name == "urls" and count >= 400:
            raise Cut

    with pytest.raises(Cut):
        await CopyStore(source, target, ALL, page=400).run(cut)
    seen: list[tuple[str, int]] = []
    copied = await CopyStore(source, target, ALL, page=400).run(lambda n, c: seen.append((n, c)))
    assert copied.differences == ()
    assert copied.documents == 600, "what was there was not copied again"
    assert not any(name == "sources" for name, _ in seen), "a finished collection is left alone"


async def test_what_differs_is_told(source, target) -> None:
    await CopyStore(source, target, ALL).run(_quiet)
    assert await compare(source, target, COLLECTIONS, canonical_json) == []
    unit = UnitOfWork(target)
    url = await unit.of(URLS).need("url_00001")
    unit.of(URLS).put(url.model_copy(update={"fetches": 99}))
    await unit.commit()
    await target.commit(ChangeSet(deletes=(Delete("sources", "s"),), increments=(Increment("odd", 1),)))
    await target.append("catalogue", [b"more"])
    found = await compare(source, target, COLLECTIONS, canonical_json)
    assert found == await compare(source, target, COLLECTIONS)
    assert [line.split(":")[0] for line in found] == ["sources", "urls", "counter odd", "journal catalogue"]
    assert "of other content" in found[1]


async def test_a_source_that_grows_while_it_is_copied_is_told() -> None:
    """What has been copied is not read again, but counted."""
    source, target = MemoryStore(ALL, CLOCK), MemoryStore(ALL, CLOCK)
    await _filled(source, 10)
    late = UnitOfWork(source)
    late.of(SOURCES).put(ManifestSource(name="late", start_urls=("https://example.org/",), cadence_hours=1))

    class Growing:
        """The source, to which somebody writes after its documents were read."""

        def __getattr__(self, name: str) -> Any:
            return getattr(source, name)

        async def streams(self) -> list[str]:
            if await source.get("sources", "late") is None:
                await late.commit()
            return await source.streams()

    copied = await CopyStore(Growing(), target, ALL).run(_quiet)
    assert copied.differences == ("sources: 2 and 1 documents",)


async def _marked(store, body: bytes):
    await store.commit(ChangeSet(puts=(Put("marked", "d", body, {}, None),)))
    return store


async def test_fingerprints_do_not_depend_on_the_order_of_names_in_a_map() -> None:
    """JSONB and Firestore give the names of a map back in an order of their own."""
    bodies = [b'{"id":"d","marks":{"a":1,"b":{"y":2,"x":3}}}', b'{"id":"d","marks":{"b":{"x":3,"y":2},"a":1}}']
    sums = set()
    for body in (*bodies, b'{"id":"d","marks":{"a":1,"b":{"y":2,"x":4}}}'):
        store = await _marked(MemoryStore((MARKED,), CLOCK), body)
        sums.add((await digest_of(store, MARKED)).digest)
    assert len(sums) == 2


@pytest.mark.parametrize("canonical", [sorted_json, canonical_json])
async def test_numbers_and_defaults_count_as_the_model_reads_them(canonical) -> None:
    """A backend may write 2.0 as 2, and another version leaves a default out: equal; another value: not."""
    one, other = MemoryStore((MARKED,), CLOCK), MemoryStore((MARKED,), CLOCK)
    await _marked(one, b'{"id":"d","marks":{},"weight":2.0,"note":""}')
    await _marked(other, b'{"id": "d", "weight": 2, "marks": {}}')
    assert await compare(one, other, [MARKED], canonical) == []
    await _marked(other, b'{"id":"d","marks":{},"weight":2.5,"note":""}')
    assert await compare(one, other, [MARKED], canonical) == ["marked: 1 and 1 documents, of other content"]


async def test_a_document_that_its_model_no_longer_reads_is_moved_as_it_is(target) -> None:
    """Nothing is lost for a field that a newer version dropped."""
    source = MemoryStore(ALL, CLOCK)
    await _filled(source, 20)
    old = Put("urls", "old", b'{"id":"old","forgotten":1}', {"source": "s", "state": "new", "last_fetched": None})
    await source.commit(ChangeSet(puts=(old,)))
    copied = await CopyStore(source, target, ALL, canonical=canonical_json).run(_quiet)
    assert (copied.documents, copied.differences) == (22, ())
    assert json.loads((await target.get("urls", "old")).body) == {"id": "old", "forgotten": 1}
    assert "old" in [record.id for record in (await target.find(Query("urls", (Where("source", "eq", "s"),)))).records]


async def test_tasks_that_wait_stop_a_copy_unless_left_behind(source, target) -> None:
    await source.add([Task(id="t", queue="fetch")])
    with pytest.raises(Invalid, match="1 tasks wait"):
        await CopyStore(source, target, ALL).run(_quiet)
    assert (await CopyStore(source, target, ALL).run(_quiet, leave_tasks=True)).differences == ()


async def test_a_target_that_holds_other_documents_is_not_touched(source, target) -> None:
    await _filled(target, 5)
    with pytest.raises(Conflict, match="already holds"):
        await CopyStore(source, target, ALL).run(_quiet)
    assert len(await UnitOfWork(target).of(URLS).find()) == 5


async def _dumped(source, path: Path) -> int:
    return await NdjsonDump(path).write(rows_of(source, COLLECTIONS, _quiet))


async def test_dump_and_load_are_each_other_s_reverse(source, target, tmp_path: Path) -> None:
    path = tmp_path / "dump.ndjson.zst"
    written = await _dumped(source, path)
    assert await load(target, COLLECTIONS, NdjsonDump(path).read(), _quiet) == written == 1_005
    assert await compare(source, target, COLLECTIONS) == []


async def test_a_damaged_dump_says_so(source, target, tmp_path: Path) -> None:
    path = tmp_path / "dump.ndjson.zst"
    await _dumped(source, path)
    whole = path.read_bytes()
    for bad in (whole[: len(whole) // 2], b"not a dump", b"", whole[:-10] + b"0123456789"):
        path.write_bytes(bad)
        with pytest.raises(Malformed, match=r"dump\.ndjson"):
            list(NdjsonDump(path).read())
    with pytest.raises(NotFound):
        list(NdjsonDump(tmp_path / "none").read())


async def test_a_dump_that_cannot_be_written_leaves_the_old_one(source, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(b"old")
    (tmp_path / "dump.part").mkdir()
    with pytest.raises((Unavailable, OSError)):
        await _dumped(source, path)
    assert path.read_bytes() == b"old"
