"""The contract of Journal. A backend's tests inherit `JournalContract` and give `store` and `clock`."""

from __future__ import annotations

import asyncio

import pytest

from mystage.domain.errors import Conflict


def seen(entries) -> list[tuple[int, bytes]]:
    return [(entry.sequence, entry.body) for entry in entries]


class JournalContract:
    """Everything that a Journal must do."""

    async def test_sequences_count_from_1_in_each_stream(self, store, clock):
        assert await store.append("a", [b"1", b"\x00\xff"]) == 2
        assert await store.append("b", [b"x"]) == 1
        assert await store.append("a", [b"3"]) == 3
        entries = await store.read("a")
        assert seen(entries) == [(1, b"1"), (2, b"\x00\xff"), (3, b"3")]
        assert {(entry.stream, entry.at) for entry in entries} == {("a", clock.now())}

    async def test_reading_begins_after_a_sequence_and_ends_at_a_limit(self, store):
        await store.append("a", [b"1", b"2", b"3", b"4"])
        assert seen(await store.read("a", after=1, limit=2)) == [(2, b"2"), (3, b"3")]
        assert await store.read("a", after=4) == []
        assert await store.read("nothing") == []

    async def test_streams_are_those_that_hold_entries(self, store):
        assert await store.streams() == []
        await store.append("b", [b"1"])
        await store.append("a", [b"1", b"2"])
        await store.append("empty", [])
        assert await store.streams() == ["a", "b"]

    async def test_appending_nothing_tells_the_last_sequence(self, store):
        assert await store.append("a", []) == 0
        await store.append("a", [b"1"])
        assert await store.append("a", []) == 1

    async def test_an_append_that_expects_another_last_entry_conflicts(self, store):
        assert await store.append("a", [b"1"], expected=0) == 1
        for expected in (0, 2):
            with pytest.raises(Conflict, match="a"):
                await store.append("a", [b"2"], expected=expected)
        assert await store.append("a", [b"2"], expected=1) == 2
        assert seen(await store.read("a")) == [(1, b"1"), (2, b"2")]

    async def test_appends_at_once_leave_no_gap(self, store):
        lasts = await asyncio.gather(*(store.append("a", [b"x", b"y"]) for _ in range(20)))
        assert sorted(lasts) == list(range(2, 41, 2))
        assert [entry.sequence for entry in await store.read("a")] == list(range(1, 41))

    async def test_a_follower_sees_what_was_and_what_comes(self, store):
        await store.append("a", [b"1", b"2"])
        entries = store.follow("a", after=1)
        async with asyncio.timeout(5):
            assert (await anext(entries)).body == b"2"
            coming = asyncio.create_task(anext(entries))
            await asyncio.sleep(0)
            await store.append("b", [b"no"])
            await store.append("a", [b"3", b"4"])
            assert (await coming).body == b"3"
            assert (await anext(entries)).body == b"4"
        await entries.aclose()
