"""The contract of what is too long, and of many documents in one commit. Part of `DocumentsContract`."""

from __future__ import annotations

import json

import pytest
from tests.integration.contracts.samples import ids, put, query

from mystage.application.ports.documents import MAX_ID_BYTES, ChangeSet, Delete, Increment, Put
from mystage.application.unit_of_work import where
from mystage.domain.errors import Conflict, TooLarge
from mystage.domain.schema import MAX_INDEXED_BYTES


def dense(size: int) -> str:
    """A text of `size` bytes that does not compress (PostgreSQL would index a longer one that does)."""
    text = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(size // 3))
    return text + "x" * (size - len(text.encode()))


class SizeLimits:
    @pytest.mark.parametrize("field", ["name", "keys"])
    async def test_an_index_value_at_the_limit_is_found_and_one_above_is_refused_by_name(self, store, field):
        """On every backend at the same size, before its server is asked; beside an id of its own greatest length."""
        longest = dense(MAX_INDEXED_BYTES)
        value = longest if field == "name" else (longest, "short")
        id = dense(MAX_ID_BYTES)
        await store.commit(ChangeSet(puts=(put(id, **{field: value}),)))
        condition = (field, "eq", longest) if field == "name" else (field, "any", (longest,))
        assert ids(await store.find(query(condition))) == [id]
        above = longest + "x" if field == "name" else ("short", longest + "x")
        with pytest.raises(TooLarge) as caught:
            await store.commit(ChangeSet(puts=(put("b"), Put("things", "a", b"{}", {field: above}))))
        assert caught.value.where == f"things/a.{field}"
        assert await store.get("things", "b") is None

    async def test_a_longer_text_is_indexed_by_its_beginning_and_a_digest(self, store):
        """What the collection makes of it fits, is found by the whole text alone, and the body keeps it whole."""
        texts = [dense(5_000) + end for end in ("a", "b")]
        await store.commit(ChangeSet(puts=tuple(put(text[-1], name=text, keys=(text,)) for text in texts)))
        for text in texts:
            assert ids(await store.find(query(*_plain(where(name=text))))) == [text[-1]]
            assert ids(await store.find(query(*_plain(where(keys__any=(text, "other")))))) == [text[-1]]
        assert json.loads((await store.get("things", "a")).body)["name"] == texts[0]

    async def test_an_id_above_the_limit_is_refused_by_name(self, store):
        with pytest.raises(TooLarge) as caught:
            await store.commit(ChangeSet(puts=(put("b"), put(dense(MAX_ID_BYTES + 1)))))
        assert caught.value.where.startswith("things/")
        assert await store.get("things", "b") is None


def _plain(conditions):
    return [(condition.field, condition.op, condition.value) for condition in conditions]


TEXTS = (
    "",
    "plain",
    "a\tb\nc\rd",
    "\\",
    "\\N",
    "\\.",
    '{"a","b"}',
    "NULL",
    "\x00\x01\x02",
    "é\U0001f3b8",
    "a,b}",
    "\x7f\x85\u2028",
)


class ManyAtOnce:
    async def test_hundreds_of_new_documents_come_back_as_they_were_written(self, store):
        """Stores may write many in another way than few: every kind of value takes part."""
        written = [
            put(
                f"{number:03}{text}", name=text or None, kind=text, note=text * 3, keys=(text, f"k{number % 7}"),
                rank=number - 100, weight=number / 3, flag=bool(number % 2), version=None,
            )
            for number, text in ((number, TEXTS[number % len(TEXTS)]) for number in range(240))
        ]  # fmt: skip
        await store.commit(ChangeSet(puts=tuple(written), increments=(Increment("c", 1),)))
        found = await store.get_many("things", [one.id for one in written])
        for one in written:
            record = found[one.id]
            assert (record.version, json.loads(record.body)) == (1, json.loads(one.body))
        for text in TEXTS:
            expected = sorted(one.id for one in written if one.index["kind"] == text)
            assert ids(await store.find(query(("kind", "eq", text)))) == expected
            assert ids(await store.find(query(("keys", "any", (text,))))) == expected
        assert len(ids(await store.find(query(("weight", "ge", 50.0))))) == 90
        assert await store.count(query(("flag", "eq", 1), ("name", "eq", None))) == 0
        assert await store.count(query(("rank", "eq", -100))) == 1

    async def test_what_is_exported_makes_the_same_store(self, store):
        """Page by page to the end, in the order of ids, with the index values: written anew, nothing has changed."""
        names = sorted({f"{text}{number % 3}" for number in range(40) for text in (*TEXTS, "z")} - {""})
        await store.commit(ChangeSet(puts=tuple(put(name, name=name, keys=(name, "k"), rank=1) for name in names)))
        found: list[Put] = []
        while page := await store.export("things", found[-1].id if found else None, 7):
            found += page
        assert [one.id for one in found] == names
        assert {(one.collection, one.version, len(one.index)) for one in found} == {("things", 0, 8)}
        before = await store.find(query(("keys", "any", ("k",)), ("name", "ge", "")))
        await store.commit(ChangeSet(deletes=tuple(Delete("things", name) for name in names)))
        assert await store.export("things", None, 7) == []
        await store.commit(ChangeSet(puts=tuple(found)))
        after = await store.find(query(("keys", "any", ("k",)), ("name", "ge", "")))
        assert [record.id for record in after.records] == [record.id for record in before.records]
        assert [json.loads(r.body) for r in after.records] == [json.loads(r.body) for r in before.records]

    async def test_a_body_may_hold_spaces_of_every_kind_between_its_tokens(self, store):
        bodies = [b'{\r\n\t"id": "%d",\n"name": "a\\tb\\\\"}\n' % number for number in range(150)]
        puts = tuple(Put("others", str(number), body, {}) for number, body in enumerate(bodies))
        await store.commit(ChangeSet(puts=puts))
        for number, body in enumerate(bodies):
            assert json.loads((await store.get("others", str(number))).body) == json.loads(body)

    async def test_one_of_many_that_exists_is_named_and_nothing_is_written(self, store):
        await store.commit(ChangeSet(puts=(put("d150"),)))
        with pytest.raises(Conflict) as caught:
            await store.commit(ChangeSet(puts=tuple(put(f"d{number:03}") for number in range(300))))
        assert caught.value.where == "things/d150"
        assert ids(await store.find(query())) == ["d150"]
        mixed = ChangeSet(
            puts=(put("d150", read=1, kind="x"), *(put(f"e{number:03}") for number in range(150))),
            deletes=(Delete("things", "never"),),
        )
        await store.commit(mixed)
        assert await store.count(query()) == 151
        assert (await store.get("things", "d150")).version == 2
