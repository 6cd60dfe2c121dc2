"""The contract of TaskQueue. A backend's tests inherit `TasksContract` and give `store` and `clock`."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tests.integration.contracts.samples import put, task

from mystage.application.ports.documents import ChangeSet, Release
from mystage.application.ports.tasks import QueueStats
from mystage.domain.errors import LeaseLost


async def claim_ids(store, *queues: str, limit: int = 100, seconds: float = 10) -> list[str]:
    return [lease.task.id for lease in await store.claim(queues or ("work",), limit, seconds, "w")]


async def claim_one(store):
    (lease,) = await store.claim(["work"], 1, 10, "w")
    return lease


class Claiming:
    async def test_a_lease_carries_the_task_as_it_was_queued(self, store, clock):
        later = clock.now() + timedelta(seconds=1.000001)
        queued = task("t", payload={"a": "é", "b": ""}, priority=7, not_before=later, trace="run-1")
        await store.add([queued])
        clock.advance(2)
        lease = await claim_one(store)
        assert lease.task == queued.model_copy(update={"attempts": 1})
        assert lease.until == clock.now() + timedelta(seconds=10)
        assert lease.revision == 1

    async def test_a_leased_task_is_nobody_elses(self, store):
        await store.add([task("a"), task("b")])
        assert await claim_ids(store, limit=1) == ["a"]
        assert await claim_ids(store) == ["b"]
        assert await claim_ids(store) == []

    async def test_order_is_by_priority_then_by_age(self, store, clock):
        await store.add([task("late", priority=9), task("x1"), task("x2")])
        clock.advance(1)
        await store.add([task("x0"), task("urgent", priority=1)])
        assert await claim_ids(store, limit=4) == ["urgent", "late", "x1", "x2"]
        assert await claim_ids(store) == ["x0"]

    async def test_only_the_queues_asked_for(self, store):
        await store.add([task("a", "one"), task("b", "two"), task("c", "three", priority=1)])
        assert await claim_ids(store, "one", "three") == ["c", "a"]
        assert await claim_ids(store, "nothing") == []
        assert await claim_ids(store, "two", "two") == ["b"]

    async def test_a_delayed_task_waits(self, store, clock):
        await store.add([task("t", not_before=clock.now() + timedelta(seconds=5))])
        clock.advance(4.999999)
        assert await claim_ids(store) == []
        clock.advance(0.000001)
        assert await claim_ids(store) == ["t"]

    async def test_a_lease_that_ends_frees_the_task_and_counts_the_attempt(self, store, clock):
        await store.add([task("t")])
        first = await claim_one(store)
        clock.advance(10)
        second = await claim_one(store)
        assert (first.task.attempts, second.task.attempts) == (1, 2)
        assert first.token != second.token
        with pytest.raises(LeaseLost, match="t"):
            await store.complete([first])
        await store.complete([second])
        assert await store.stats() == []

    async def test_a_lease_that_ended_but_was_not_taken_over_still_counts(self, store, clock):
        await store.add([task("a"), task("b"), task("c", priority=1)])
        a, b = [lease for lease in await store.claim(["work"], 3, 10, "w") if lease.task.id != "c"]
        clock.advance(60)
        assert await claim_ids(store, limit=1) == ["c"]
        await store.extend([b], 10)
        assert await store.stats() == [QueueStats("work", 1, 2, 0, clock.now() - timedelta(seconds=50))]
        await store.complete([a])
        assert await claim_ids(store) == []
        await store.complete([b])

    async def test_none_are_claimed_for_a_limit_of_zero(self, store):
        await store.add([task("t")])
        assert await claim_ids(store, limit=0) == []


class Ending:
    async def test_a_completed_task_is_gone(self, store, clock):
        await store.add([task("t")])
        lease = await claim_one(store)
        await store.complete([lease])
        clock.advance(60)
        assert await claim_ids(store) == []
        with pytest.raises(LeaseLost):
            await store.complete([lease])

    async def test_completing_is_whole_or_nothing(self, store):
        await store.add([task("a"), task("b")])
        a, b = await store.claim(["work"], 2, 10, "w")
        await store.complete([a])
        with pytest.raises(LeaseLost) as caught:
            await store.complete([b, a])
        assert caught.value.where == "a"
        await store.complete([b])

    async def test_a_lease_ends_once(self, store):
        await store.add([task("a")])
        lease = await claim_one(store)
        with pytest.raises(LeaseLost):
            await store.commit(ChangeSet(completes=(lease, lease)))
        with pytest.raises(LeaseLost):
            await store.commit(ChangeSet(completes=(lease,), releases=(Release(lease, lease.until),)))
        await store.complete([lease])

    async def test_a_lease_is_kept_by_extending_it(self, store, clock):
        await store.add([task("a"), task("b")])
        a, b = await store.claim(["work"], 2, 10, "w")
        clock.advance(9)
        await store.extend([a], 10)
        clock.advance(2)
        assert await claim_ids(store) == ["b"]
        with pytest.raises(LeaseLost) as caught:
            await store.extend([a, b], 100)
        assert caught.value.where == "b"
        clock.advance(50)  # a was extended all the same
        assert await claim_ids(store) == ["b"]
        await store.complete([a])

    async def test_a_released_task_runs_again_at_its_time(self, store, clock):
        await store.add([task("t")])
        lease = await claim_one(store)
        failed = clock.now()
        await store.release(lease, failed + timedelta(seconds=30), "unavailable: no answer")
        clock.advance(29)
        assert await claim_ids(store) == []
        clock.advance(1)
        again = await claim_one(store)
        assert again.task.attempts == 2
        assert again.task.first_failed_at == failed
        await store.release(again, clock.now(), "once more")
        third = await claim_one(store)
        assert (third.task.attempts, third.task.first_failed_at) == (3, failed)

    async def test_a_task_given_back_without_an_error_has_not_failed(self, store, clock):
        await store.add([task("t")])
        await store.release(await claim_one(store), clock.now())
        assert (await claim_one(store)).task.first_failed_at is None

    async def test_a_lost_lease_releases_nothing(self, store, clock):
        await store.add([task("t")])
        lost = await claim_one(store)
        clock.advance(11)
        held = await claim_one(store)
        with pytest.raises(LeaseLost, match="t"):
            await store.release(lost, clock.now())
        with pytest.raises(LeaseLost, match="t"):
            await store.commit(ChangeSet(puts=(put("a"),), releases=(Release(lost, clock.now()),)))
        assert await store.get("things", "a") is None
        await store.complete([held])


class QueuingAgain:
    async def test_a_waiting_task_takes_the_new_payload_and_stays_one(self, store):
        await store.add([task("t", payload={"n": "1"}, priority=5)])
        await store.add([task("t", payload={"n": "2"}, priority=9, trace="second")])
        lease = await claim_one(store)
        assert (lease.task.payload, lease.task.priority, lease.task.trace) == ({"n": "2"}, 9, "second")
        assert lease.revision == 2
        await store.complete([lease])
        assert await store.stats() == []

    @pytest.mark.parametrize(("first", "second", "ready"), [(5, 9, 5), (9, 5, 5), (None, 9, 0), (9, None, 0)])
    async def test_the_earlier_time_counts(self, store, clock, first, second, ready):
        start = clock.now()
        for seconds in (first, second):
            at = None if seconds is None else start + timedelta(seconds=seconds)
            await store.add([task("t", not_before=at)])
        assert await store.next_ready(["work"]) == start + timedelta(seconds=ready)
        clock.advance(ready)
        assert await claim_ids(store) == ["t"]

    async def test_a_task_that_waits_for_its_retry_keeps_its_attempts(self, store, clock):
        await store.add([task("t")])
        await store.release(await claim_one(store), clock.now() + timedelta(hours=1), "failed")
        await store.add([task("t", payload={"new": "1"})])
        lease = await claim_one(store)
        assert (lease.task.attempts, lease.task.payload) == (2, {"new": "1"})
        assert lease.task.first_failed_at is not None

    async def test_queued_again_while_leased_it_runs_once_more(self, store):
        await store.add([task("t", payload={"n": "1"})])
        lease = await claim_one(store)
        await store.add([task("t", payload={"n": "2"})])
        assert await claim_ids(store) == []
        await store.complete([lease])
        again = await claim_one(store)
        assert (again.task.payload, again.task.attempts) == ({"n": "2"}, 1)
        await store.complete([again])
        assert await store.stats() == []

    async def test_queued_again_while_leased_a_release_makes_it_ready_at_once(self, store, clock):
        await store.add([task("t")])
        lease = await claim_one(store)
        await store.add([task("t")])
        await store.release(lease, clock.now() + timedelta(hours=1), "failed")
        assert (await claim_one(store)).task.attempts == 2

    async def test_a_commit_that_completes_a_task_may_queue_it_for_later(self, store, clock):
        """The lease ends first, so that a task which plans its own next run does not run at once."""
        await store.add([task("t")])
        tomorrow = clock.now() + timedelta(days=1)
        await store.commit(ChangeSet(completes=(await claim_one(store),), tasks=(task("t", not_before=tomorrow),)))
        assert await claim_ids(store) == []
        assert await store.next_ready(["work"]) == tomorrow

    async def test_one_batch_may_name_a_task_twice(self, store):
        await store.add([task("t", payload={"n": "1"}), task("t", payload={"n": "2"})])
        assert (await claim_one(store)).task.payload == {"n": "2"}


class Looking:
    async def test_stats_tell_ready_leased_and_delayed(self, store, clock):
        start = clock.now()
        later = start + timedelta(minutes=1)
        await store.add([task("a"), task("b"), task("c"), task("z", "other", not_before=later)])
        await claim_ids(store, limit=1)
        clock.advance(1)
        await store.add([task("d", not_before=later)])
        assert await store.stats() == [QueueStats("other", 0, 0, 1, None), QueueStats("work", 2, 1, 1, start)]
        clock.advance(60)
        assert await store.stats() == [QueueStats("other", 1, 0, 0, later), QueueStats("work", 4, 0, 0, start)]

    async def test_next_ready_looks_at_waiting_and_leased_tasks(self, store, clock):
        start = clock.now()
        assert await store.next_ready(["work"]) is None
        await store.add([task("a"), task("b", "other", not_before=start + timedelta(seconds=30))])
        assert await store.next_ready(["work", "other"]) == start
        await claim_ids(store, seconds=20)
        assert await store.next_ready(["work", "other"]) == start + timedelta(seconds=20)
        assert await store.next_ready(["other"]) == start + timedelta(seconds=30)
        clock.advance(25)
        assert await store.next_ready(["work"]) == clock.now()


class Waiting:
    async def test_who_waits_is_woken_by_a_task(self, store):
        """Long before the wait is over."""
        waiting = asyncio.create_task(store.wait(["work"], 30))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            while not waiting.done():  # a waiter that was not listening yet hears the next one
                await store.commit(ChangeSet(tasks=(task("t"),)))
                await asyncio.wait([waiting], timeout=0.5)

    async def test_a_wait_ends_when_nothing_comes(self, store):
        async with asyncio.timeout(5):
            await store.wait(["work"], 0.05)


class TasksContract(Claiming, Ending, QueuingAgain, Looking, Waiting):
    """Everything that a TaskQueue must do."""
