"""The contract of commits: whole or not at all. Part of `DocumentsContract`."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.integration.contracts.samples import OTHERS, ids, put, query, task

from mystage.application.ports.documents import MAX_DOCUMENT_BYTES, ChangeSet, Delete, Increment, Put, Query
from mystage.domain.errors import Conflict, Invalid, LeaseLost, TooLarge


class WholeOrNothing:
    async def test_a_conflict_undoes_the_whole_change_set(self, store):
        await store.commit(ChangeSet(puts=(put("there", keys=("x",)),)))
        with pytest.raises(Conflict):
            await store.commit(
                ChangeSet(
                    puts=(put("new", keys=("x",)), put("more", OTHERS), put("there")),
                    increments=(Increment("c", 1),),
                    tasks=(task("t"),),
                )
            )
        assert ids(await store.find(query())) == ["there"]
        assert ids(await store.find(query(("keys", "any", ("x",))))) == ["there"]
        assert await store.get("others", "more") is None
        assert await store.counters() == {}
        assert await store.stats() == []

    async def test_a_lost_lease_undoes_the_whole_change_set(self, store, clock):
        await store.add([task("t1"), task("t2")])
        first, second = await store.claim(["work"], 2, 10, "slow")
        clock.advance(11)
        await store.claim(["work"], 1, 10, "fast")
        with pytest.raises(LeaseLost) as caught:
            await store.commit(ChangeSet(puts=(put("a"),), completes=(first, second), increments=(Increment("c", 1),)))
        assert caught.value.where == "t1"
        assert await store.get("things", "a") is None
        assert await store.counters() == {}
        await store.complete([second])  # still held, since the commit changed nothing

    async def test_tasks_are_written_with_their_cause(self, store):
        await store.commit(ChangeSet(puts=(put("a"),), tasks=(task("t", payload={"id": "a"}),)))
        (lease,) = await store.claim(["work"], 5, 10, "w")
        assert lease.task.payload == {"id": "a"}
        await store.commit(ChangeSet(puts=(put("b"),), completes=(lease,), tasks=(task("next", "other"),)))
        assert [stats.queue for stats in await store.stats()] == ["other"]

    async def test_a_document_that_is_too_large_is_refused_by_name(self, store):
        large = replace(put("big"), body=b'"' + b"x" * (MAX_DOCUMENT_BYTES - 1) + b'"')
        with pytest.raises(TooLarge) as caught:
            await store.commit(ChangeSet(puts=(put("small"), large)))
        assert caught.value.where == "things/big"
        assert await store.get("things", "small") is None
        await store.commit(ChangeSet(puts=(replace(large, body=b'"' + b"x" * (MAX_DOCUMENT_BYTES - 2) + b'"'),)))

    async def test_one_document_cannot_be_written_twice_in_one_change_set(self, store):
        with pytest.raises(Invalid, match="things/a"):
            await store.commit(ChangeSet(puts=(put("a"),), deletes=(Delete("things", "a"),)))

    async def test_an_unknown_collection_is_refused_by_name(self, store):
        for call in (
            store.commit(ChangeSet(puts=(Put("nowhere", "a", b"{}", {}),))),
            store.get("nowhere", "a"),
            store.get_many("nowhere", ["a"]),
            store.find(Query("nowhere")),
            store.count(Query("nowhere")),
        ):
            with pytest.raises(Invalid, match="nowhere"):
                await call

    @pytest.mark.parametrize(
        "index", [{"kind": 3}, {"rank": "3"}, {"rank": 1.5}, {"rank": 2**63}, {"weight": float("nan")}, {"keys": (1,)}]
    )
    async def test_an_index_value_of_another_type_is_refused_by_name(self, store, index):
        with pytest.raises(Invalid) as caught:
            await store.commit(ChangeSet(puts=(Put("things", "a", b"{}", index),)))
        assert caught.value.where == f"things/a.{next(iter(index))}"

    async def test_of_writers_at_once_one_wins_and_the_others_learn_of_it(self, store):
        outcomes = await asyncio.gather(
            *(store.commit(ChangeSet(puts=(put("a", name=str(number)),))) for number in range(8)),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes if outcome is not None] == [Conflict] * 7
        assert (await store.get("things", "a")).version == 1
