"""The contract of DocumentStore. A backend's tests inherit `DocumentsContract` and give `store` and `clock`."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from tests.integration.contracts.limits import ManyAtOnce, SizeLimits
from tests.integration.contracts.samples import OTHERS, ids, put, query, task
from tests.integration.contracts.writing import WholeOrNothing

from mystage.application.ports.documents import ChangeSet, Delete, Increment
from mystage.domain.errors import Conflict, Invalid, Malformed


class ReadingAndWriting:
    async def test_a_document_comes_back_as_it_was_written_with_version_1(self, store):
        written = put("a", name="Ünïcode \U0001f3b8", note="x\x00y")
        await store.commit(ChangeSet(puts=(written,)))
        record = await store.get("things", "a")
        assert (record.collection, record.id, record.version) == ("things", "a", 1)
        assert json.loads(record.body) == json.loads(written.body)  # a store may write JSON in its own way

    @pytest.mark.parametrize(
        "text",
        [
            "\x00",
            "\x01",
            "a\x00\x01\x02b",
            "\\u0000",
            "\\\\u0000\\",
            "\"{},'\\",
            "\\u0001\\u0001",
            "\x01\x01",
            "NULL",
            " ",
        ],
    )
    async def test_any_text_comes_back_wherever_it_stands(self, store, text):
        """Control characters, escapes and quotes in id, body, index, array, counter, task and stream."""
        await store.commit(
            ChangeSet(
                puts=(put(f"i{text}", name=text, note=text, keys=(text, "x")),),
                increments=(Increment(f"c{text}", 1),),
                tasks=(task(f"t{text}", payload={text: text}),),
            )
        )
        (record,) = (await store.find(query(("name", "eq", text), ("keys", "any", (text,))))).records
        assert (record.id, json.loads(record.body)["note"]) == (f"i{text}", text)
        assert list(await store.get_many("things", [f"i{text}"])) == [f"i{text}"]
        assert await store.counters("c") == {f"c{text}": 1}
        (lease,) = await store.claim(["work"], 1, 10, "w")
        assert (lease.task.id, lease.task.payload) == (f"t{text}", {text: text})
        await store.complete([lease])
        assert await store.append(f"s{text}", [b"x"]) == 1
        assert [entry.stream for entry in await store.read(f"s{text}")] == [f"s{text}"]

    async def test_what_does_not_exist_is_none(self, store):
        assert await store.get("things", "nothing") is None

    async def test_collections_are_apart(self, store):
        await store.commit(ChangeSet(puts=(put("a"), put("b", OTHERS))))
        assert await store.get("others", "a") is None
        assert (await store.get("others", "b")).version == 1

    async def test_many_are_read_at_once_in_the_order_asked_for(self, store):
        names = [f"d{number:04d}" for number in range(1200)]
        await store.commit(ChangeSet(puts=tuple(put(name) for name in names)))
        found = await store.get_many("things", [*reversed(names), "nothing", names[0]])
        assert list(found) == list(reversed(names))
        assert all(found[name].id == name for name in names)
        assert await store.get_many("things", []) == {}

    async def test_a_put_replaces_body_and_index_and_counts_the_version(self, store):
        await store.commit(ChangeSet(puts=(put("a", kind="old", keys=("x", "y")),)))
        await store.commit(ChangeSet(puts=(put("a", kind="new", keys=("y", "z"), read=1),)))
        assert (await store.get("things", "a")).version == 2
        for condition, expected in [
            (("kind", "eq", "old"), []),
            (("kind", "eq", "new"), ["a"]),
            (("keys", "any", ("x",)), []),
            (("keys", "any", ("y",)), ["a"]),
            (("keys", "any", ("z",)), ["a"]),
        ]:
            assert ids(await store.find(query(condition))) == expected, condition

    @pytest.mark.parametrize(("there", "read"), [(0, 1), (1, 0), (1, 2), (2, 1)])
    async def test_a_put_of_another_version_conflicts_and_names_the_document(self, store, there, read):
        for version in range(there):
            await store.commit(ChangeSet(puts=(put("a", read=version),)))
        with pytest.raises(Conflict) as caught:
            await store.commit(ChangeSet(puts=(put("a", read=read),)))
        assert caught.value.where == "things/a"

    async def test_a_put_without_version_overwrites_whatever_is_there(self, store):
        await store.commit(ChangeSet(puts=(put("a", kind="1", read=None),)))
        await store.commit(ChangeSet(puts=(put("a", kind="2", read=None), put("b", read=None))))
        assert (await store.get("things", "a")).version == 2
        assert ids(await store.find(query(("kind", "eq", "2")))) == ["a"]

    async def test_a_deleted_document_is_gone_and_may_be_made_again(self, store):
        await store.commit(ChangeSet(puts=(put("a", kind="k", keys=("x",)),)))
        await store.commit(ChangeSet(deletes=(Delete("things", "a", 1), Delete("things", "never there"))))
        assert await store.get("things", "a") is None
        assert ids(await store.find(query(("keys", "any", ("x",))))) == []
        await store.commit(ChangeSet(puts=(put("a", keys=("x",)),)))
        assert ids(await store.find(query(("keys", "any", ("x",))))) == ["a"]

    @pytest.mark.parametrize(("there", "version"), [(0, 1), (2, 1), (1, 0)])
    async def test_a_delete_of_another_version_conflicts(self, store, there, version):
        for number in range(there):
            await store.commit(ChangeSet(puts=(put("a", read=number),)))
        with pytest.raises(Conflict):
            await store.commit(ChangeSet(deletes=(Delete("things", "a", version),)))

    async def test_a_delete_of_what_must_not_exist_is_fine_where_nothing_is(self, store):
        """Version 0 means the same for a delete as for a put, and nobody learns of a change that was none."""
        await store.commit(ChangeSet(puts=(put("b"),), deletes=(Delete("things", "a", 0),)))
        assert ids(await store.find(query())) == ["b"]

    async def test_counters_add_up_and_are_read_by_prefix(self, store):
        await store.commit(ChangeSet(increments=(Increment("run.a", 2), Increment("run.b", 1), Increment("run.a", 3))))
        await store.commit(ChangeSet(increments=(Increment("run.a", -1), Increment("runs", 9), Increment("other", 7))))
        assert await store.counters("run.") == {"run.a": 4, "run.b": 1}
        assert await store.counters() == {"other": 7, "run.a": 4, "run.b": 1, "runs": 9}


SAMPLE = (
    put("a", kind="x", name="b", rank=3, flag=True, weight=1.5, keys=("k1", "k2"), tags=("t",)),
    put("b", kind="x", name="a", rank=1, flag=False, weight=-2.0, keys=("k2", "k3")),
    put("c", kind="y", name=None, rank=None, flag=None, weight=None, keys=()),
    put("d", kind="y", name="Z", rank=-5, flag=True, weight=1e300, keys=("k3",)),
    put("e", kind=None, name="é", rank=3, weight=float("inf"), keys=("k1",), version="v"),
    put("f", kind="x", name="\U0001f3b8", rank=2, weight=0.1),
    put("g", kind="x", name="\uff5a", rank=2, weight=2, keys=("K1",)),
    put("h", kind="", name="", rank=0, weight=0.0),
)


class Querying:
    @pytest.fixture
    async def filled(self, store):
        await store.commit(ChangeSet(puts=SAMPLE))
        return store

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ([], "abcdefgh"),
            ([("kind", "eq", "x")], "abfg"),
            ([("kind", "eq", "")], "h"),
            ([("kind", "eq", None)], "e"),
            ([("name", "eq", None)], "c"),
            ([("rank", "eq", None)], "c"),
            ([("rank", "eq", 0)], "h"),
            ([("flag", "eq", True)], "ad"),
            ([("flag", "eq", 1)], "ad"),
            ([("flag", "eq", False)], "b"),
            ([("weight", "eq", 2)], "g"),
            ([("weight", "eq", 0.1)], "f"),
            ([("version", "eq", "v")], "e"),
            ([("kind", "eq", "x"), ("rank", "eq", 2)], "fg"),
            ([("kind", "in", ("y", "", "nothing", "y"))], "cdh"),
            ([("rank", "in", (3, 0))], "aeh"),
            ([("keys", "any", ("k1", "k2", "k2"))], "abe"),
            ([("keys", "any", ("k1",)), ("kind", "eq", "x")], "a"),
            ([("keys", "any", ("nothing",))], ""),
            ([("tags", "any", ("t",))], "a"),
            ([("rank", "ge", 2)], "fgae"),
            ([("rank", "gt", 2)], "ae"),
            ([("rank", "le", 0)], "dh"),
            ([("rank", "lt", 0)], "d"),
            ([("rank", "ge", 0), ("rank", "lt", 3)], "hbfg"),
            ([("weight", "gt", 1.4)], "agde"),
            ([("weight", "le", 0)], "bh"),
            ([("name", "ge", "a"), ("name", "lt", "c")], "ba"),
            ([("kind", "in", ("x", "y")), ("rank", "ge", 2)], "fga"),
            ([("keys", "any", ("k1", "k3")), ("rank", "lt", 3)], "db"),
            ([("kind", "eq", None), ("rank", "ge", 0)], "e"),
        ],
    )
    async def test_conditions(self, filled, where, expected):
        """Every operator, alone and together; a range orders by its field and never matches an empty one."""
        assert "".join(ids(await filled.find(query(*where)))) == expected
        assert await filled.count(query(*where)) == len(expected)

    @pytest.mark.parametrize(
        ("order", "descending", "expected"),
        [
            ("name", False, "hdbaegf"),  # by code point: "" Z a b é U+FF5A U+1F3B8, and no c, which has none
            ("name", True, "fgeabdh"),
            ("rank", False, "dhbfgae"),
            ("rank", True, "eagfbhd"),
            ("weight", False, "bhfagde"),
            (None, True, "hgfedcba"),
        ],
    )
    async def test_order_leaves_empties_out_and_breaks_ties_by_id(self, filled, order, descending, expected):
        asked = query(order=order, descending=descending)
        assert "".join(ids(await filled.find(asked))) == expected
        assert await filled.count(asked) == len(expected)

    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 100])
    @pytest.mark.parametrize(
        "asked", [query(), query(order="rank"), query(("rank", "le", 2)), query(("kind", "eq", "x"), order="name")]
    )
    async def test_pages_join_to_the_whole(self, filled, asked, limit, descending):
        """Cursors lead through every answer without a gap or a double, and end."""
        asked = replace(asked, descending=descending)
        whole = ids(await filled.find(asked))
        pages, cursor = [], None
        while True:
            page = await filled.find(replace(asked, limit=limit, after=cursor))
            pages.append(ids(page))
            cursor = page.next
            if cursor is None:
                break
        assert [id for page in pages for id in page] == whole
        assert all(len(page) == limit for page in pages[:-1])
        assert pages[-1] or not whole

    async def test_a_cursor_holds_when_its_document_is_gone(self, filled):
        page = await filled.find(query(order="rank", limit=3))
        await filled.commit(ChangeSet(deletes=(Delete("things", page.records[-1].id),)))
        assert ids(await filled.find(query(order="rank", after=page.next))) == ["f", "g", "a", "e"]

    async def test_count_looks_at_neither_limit_nor_cursor(self, filled):
        page = await filled.find(query(limit=2))
        assert await filled.count(query(limit=2, after=page.next)) == len(SAMPLE)

    @pytest.mark.parametrize(
        "asked",
        [
            query(("note", "eq", "x")),
            query(order="note"),
            query(order="keys"),
            query(("keys", "eq", "k1")),
            query(("kind", "any", ("x",))),
            query(("kind", "like", "x")),
            query(("kind", "eq", 1)),
            query(("rank", "ge", None)),
            query(("rank", "in", (1, None))),
            query(("rank", "eq", "1")),
            query(limit=0),
        ],
    )
    async def test_what_cannot_be_asked_is_refused_by_name(self, filled, asked):
        for call in (filled.find(asked), filled.count(asked)):
            with pytest.raises(Invalid, match="things"):
                await call

    @pytest.mark.parametrize("cursor", ["", "x", "!!!", "e30", "bnVsbA", "WzFd", "\U0001f3b8"])
    async def test_a_forged_cursor_is_refused(self, filled, cursor):
        with pytest.raises(Malformed):
            await filled.find(query(order="name", after=cursor))

    async def test_a_cursor_of_another_order_is_refused(self, filled):
        page = await filled.find(query(order="name", limit=1))
        with pytest.raises(Malformed):
            await filled.find(query(order="rank", after=page.next))


class Watching:
    async def take(self, changes, count):
        """The next `count` changes as (id, version or None)."""
        async with asyncio.timeout(5):
            seen = [await anext(changes) for _ in range(count)]
        return [(change.id, change.record and change.record.version) for change in seen]

    async def test_changes_that_match_are_seen_as_they_come(self, store):
        changes = store.watch(query(("kind", "eq", "x")), after=0)
        await store.commit(ChangeSet(puts=(put("a", kind="x"), put("b", kind="y"), put("c", kind="x"))))
        assert await self.take(changes, 2) == [("a", 1), ("c", 1)]
        waiting = asyncio.create_task(self.take(changes, 1))
        await asyncio.sleep(0)
        await store.commit(ChangeSet(puts=(put("c", kind="x", read=1),)))
        assert await waiting == [("c", 2)]
        await changes.aclose()

    async def test_a_document_that_goes_or_leaves_the_query_is_seen_as_none(self, store):
        await store.commit(ChangeSet(puts=(put("a", kind="x"), put("b", kind="x"))))
        changes = store.watch(query(("kind", "eq", "x")), after=0)
        assert await self.take(changes, 2) == [("a", 1), ("b", 1)]
        await store.commit(ChangeSet(puts=(put("a", kind="y", read=1),), deletes=(Delete("things", "b"),)))
        assert await self.take(changes, 2) == [("a", None), ("b", None)]
        await changes.aclose()

    async def test_a_watch_without_position_begins_now(self, store):
        await store.commit(ChangeSet(puts=(put("before"),)))
        changes = store.watch(query())
        await store.commit(ChangeSet(puts=(put("after"),)))
        assert await self.take(changes, 1) == [("after", 1)]
        await changes.aclose()

    async def test_a_watch_goes_on_where_another_ended_without_a_gap(self, store):
        await store.commit(ChangeSet(puts=tuple(put(f"d{number}") for number in range(10))))
        first = store.watch(query(), after=0)
        async with asyncio.timeout(5):
            seen = [await anext(first) for _ in range(4)]
        await first.aclose()
        rest = store.watch(query(), after=seen[-1].sequence)
        assert await self.take(rest, 6) == [(f"d{number}", 1) for number in range(4, 10)]
        await rest.aclose()

    async def test_nothing_is_missed_while_others_write(self, store):
        """A watcher learns the last state of every document, whatever was committed while it looked."""
        changes = store.watch(query(), after=0)

        async def follow() -> dict[str, int]:
            last: dict[str, int] = {}
            while sum(version == 5 for version in last.values()) < 10:
                change = await anext(changes)
                last[change.id] = change.record.version
            return last

        async with asyncio.timeout(20):
            following = asyncio.create_task(follow())
            for version in range(5):
                for number in range(10):
                    await store.commit(ChangeSet(puts=(put(f"d{number}", read=version),)))
                    await asyncio.sleep(0)
            assert await following == {f"d{number}": 5 for number in range(10)}
        await changes.aclose()


class DocumentsContract(ReadingAndWriting, WholeOrNothing, SizeLimits, ManyAtOnce, Querying, Watching):
    """Everything that a DocumentStore must do."""
