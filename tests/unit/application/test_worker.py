"""The runner and the worker: every task ends, one way or another, and in the commit of its effects."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system.clocks import SystemClock
from mystage.adapters.system.ids import SeededIds
from mystage.application.curation.tasks import FailedTasks
from mystage.application.runtime.runner import StageRunner, funnel_counter
from mystage.application.runtime.stages import Handler, Outcome, Stage
from mystage.application.runtime.worker import Worker
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.collections import ALL
from mystage.domain.delivery import FAILED_TASKS, RETRY, FailedStatus, RetryPolicy, Task
from mystage.domain.errors import Conflict, Invalid, Unavailable
from mystage.domain.pipeline.urls import URLS, UrlDoc
from mystage.domain.values import evolve

NOW = SystemClock()
QUICK = RetryPolicy(max_attempts=3, base=0.01, cap=0.02)


class Note(Handler):
    """Writes a document for each task; fails as the payload says."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.given: list[str] = []

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Any]:
        if len(tasks) > 1 and any(t.payload.get("how") == "batch" for t in tasks):
            raise ValueError("this batch cannot be prepared together")
        return [Unavailable("no net") if t.payload.get("how") == "prepare" else None for t in tasks]

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        await unit.of(URLS).get_many(t.id for t in tasks)

    async def apply(self, unit: UnitOfWork, task: Task, ready: Any) -> Outcome:
        self.runs.append(task.id)
        unit.of(URLS).overwrite(UrlDoc(id=task.id, url="http://example.org/", source="test", first_seen=NOW.now()))
        how = task.payload.get("how")
        if how == "invalid":
            raise Invalid("never right", where=task.id)
        if how == "defect":
            raise ZeroDivisionError
        if how == "later" and len([r for r in self.runs if r == task.id]) < 3:
            raise Unavailable("busy")
        if how == "large":
            unit.of(URLS).overwrite(UrlDoc(id=task.id, url="x" * 2_000_000, source="test", first_seen=NOW.now()))
        return Outcome.CHANGED

    async def given_up(self, unit: UnitOfWork, task: Task, error: Exception) -> None:
        self.given.append(task.id)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(ALL, NOW)


@pytest.fixture
def handler() -> Note:
    return Note()


def _worker(store: MemoryStore, handler: Handler, lease_seconds: float = 5.0) -> Worker:
    runner = StageRunner(Stage("note", Note, QUICK, batch=10), handler, store, NOW, SeededIds(3))
    return Worker("w", [runner], store, NOW, lease_seconds=lease_seconds)


async def _run(store: MemoryStore, handler: Handler, **how: str) -> None:
    await store.add([Task(id=id, queue="note", payload={"how": value}) for id, value in how.items()])
    await asyncio.wait_for(_worker(store, handler).run(until_idle=True, patience=1.0), 10)


async def _written(store: MemoryStore) -> set[str]:
    return {u.id for u in await UnitOfWork(store).of(URLS).find()}


async def test_one_bad_task_costs_itself_alone(store: MemoryStore, handler: Note) -> None:
    """Tasks of one batch that fail leave no writes behind; the others are done."""
    await _run(store, handler, a="", b="invalid", c="", d="defect")
    assert await _written(store) == {"a", "c"}
    failed = {f.task.id: f for f in await UnitOfWork(store).of(FAILED_TASKS).find()}
    assert set(failed) == {"b", "d"}
    assert (failed["b"].error_kind, failed["b"].attempts, failed["b"].where) == ("invalid", 1, "b")
    assert failed["d"].error_kind == "unexpected.ZeroDivisionError"
    assert failed["d"].attempts == 3
    assert "ZeroDivisionError" in failed["d"].detail
    assert sorted(handler.given) == ["b", "d"]
    assert await store.stats() == []


async def test_what_may_pass_is_tried_again(store: MemoryStore, handler: Note) -> None:
    await _run(store, handler, a="later")
    assert handler.runs == ["a", "a", "a"]
    assert await _written(store) == {"a"}
    assert await UnitOfWork(store).of(FAILED_TASKS).find() == []


async def test_a_failure_of_preparation_is_a_failure_of_its_task(store: MemoryStore, handler: Note) -> None:
    await _run(store, handler, a="prepare", b="")
    assert await _written(store) == {"b"}
    failed = await UnitOfWork(store).of(FAILED_TASKS).find()
    assert [(f.task.id, f.error_kind, f.attempts) for f in failed] == [("a", "unavailable", 3)]


async def test_a_batch_that_cannot_be_prepared_is_done_one_by_one(store: MemoryStore, handler: Note) -> None:
    await _run(store, handler, a="batch", b="", c="")
    assert await _written(store) == {"a", "b", "c"}


async def test_a_document_that_is_too_large_ends_its_task_with_the_cause(store: MemoryStore, handler: Note) -> None:
    await _run(store, handler, a="large", b="")
    assert await _written(store) == {"b"}
    failed = await UnitOfWork(store).of(FAILED_TASKS).find()
    assert [(f.task.id, f.error_kind) for f in failed] == [("a", "too_large")]


async def test_the_funnel_counts_every_task_once(store: MemoryStore, handler: Note) -> None:
    await _run(store, handler, a="", b="invalid", c="")
    counters = await store.counters("funnel/")
    assert counters[funnel_counter("note", "in")] == 3
    assert counters[funnel_counter("note", "changed")] == 2
    assert counters[funnel_counter("note", "failed")] == 1


async def test_the_lease_of_long_work_is_kept(store: MemoryStore) -> None:
    """Work that takes longer than its lease is not done twice."""

    class Slow(Note):
        async def prepare(self, tasks: Sequence[Task]) -> Sequence[Any]:
            await asyncio.sleep(0.7)
            return [None] * len(tasks)

    handler = Slow()
    await store.add([Task(id="a", queue="note")])
    workers = [_worker(store, handler, lease_seconds=0.3) for _ in range(2)]
    await asyncio.wait_for(asyncio.gather(*(w.run(until_idle=True, patience=1.0) for w in workers)), 10)
    assert handler.runs == ["a"]


async def test_stop_finishes_the_batch_under_way(store: MemoryStore) -> None:
    class Stopping(Note):
        async def prepare(self, tasks: Sequence[Task]) -> Sequence[Any]:
            worker.stop()
            return [None] * len(tasks)

    worker = _worker(store, Stopping())
    await store.add([Task(id=f"t{n}", queue="note") for n in range(25)])
    await asyncio.wait_for(worker.run(), 10)
    assert len(await _written(store)) == 10, "one batch, whole"
    assert [(q.ready, q.leased) for q in await store.stats()] == [(15, 0)]


async def test_a_task_whose_workers_die_is_given_up(store: MemoryStore, handler: Note) -> None:
    """A task that was claimed again and again and never ended is no longer tried, and leaves its record."""
    await store.add([Task(id="killer", queue="note"), Task(id="good", queue="note")])
    for _ in range(QUICK.max_attempts + 3):
        await store.claim(["note"], 1, 0.0, "a worker that dies")
    await asyncio.wait_for(_worker(store, handler).run(until_idle=True, patience=1.0), 10)
    assert await _written(store) == {"good"}
    failed = await UnitOfWork(store).of(FAILED_TASKS).find()
    assert [f.task.id for f in failed] == ["killer"]
    assert "died" in failed[0].message


async def test_a_task_that_can_only_be_given_up_may_have_been_taken_over_meanwhile(store: MemoryStore) -> None:
    """Its lease is lost in that moment: the other worker has it, and this one goes on."""

    class Overtaken(Note):
        async def given_up(self, unit: UnitOfWork, task: Task, error: Exception) -> None:
            await super().given_up(unit, task, error)
            await store.complete(leases)

    handler = Overtaken()
    await store.add([Task(id="a", queue="note", payload={"how": "large"})])
    leases = await store.claim(("note",), 1, 5.0, "w")
    await StageRunner(Stage("note", Note, QUICK), handler, store, NOW, SeededIds(3)).run(leases)
    assert handler.given == ["a"]
    assert await UnitOfWork(store).of(FAILED_TASKS).find() == []


class Contended(Note):
    """Meets a conflict where other stages do their work: in preparing (an append to a journal) or in deciding."""

    def __init__(self, where: str, times: int) -> None:
        super().__init__()
        self._where, self._left = where, times

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Any]:
        self._meet("prepare")
        return await super().prepare(tasks)

    async def apply(self, unit: UnitOfWork, task: Task, ready: Any) -> Outcome:
        self._meet("apply")
        return await super().apply(unit, task, ready)

    def _meet(self, where: str) -> None:
        if where == self._where and self._left:
            self._left -= 1
            raise Conflict("somebody else was faster")


@pytest.mark.parametrize("where", ["prepare", "apply"])
async def test_a_conflict_outside_of_the_commit_is_tried_again_and_stops_no_worker(
    store: MemoryStore, where: str
) -> None:
    await _run(store, Contended(where, 2), a="")
    assert await _written(store) == {"a"}


async def test_a_conflict_of_preparation_without_end_becomes_a_dead_letter(store: MemoryStore) -> None:
    await _run(store, Contended("prepare", 10_000), a="")
    failed = await UnitOfWork(store).of(FAILED_TASKS).find()
    assert [(f.error_kind, f.attempts) for f in failed] == [("conflict", 3)]
    assert await store.stats() == []


async def test_a_failed_task_that_is_retried_and_done_is_resolved(store: MemoryStore, handler: Note) -> None:
    """Its record says so, and only its own success closes it."""
    await _run(store, handler, a="prepare")
    operator = FailedTasks(store, NOW, SeededIds(5))
    (record,) = await operator.failed()
    await operator.retry([record.id], actor="ann")
    unit = UnitOfWork(store)
    assert (await unit.of(FAILED_TASKS).need(record.id)).status is FailedStatus.RETRYING
    healed = evolve(record.task, payload={}, trace=f"{RETRY}{record.id}")
    await store.add([healed, Task(id="other", queue="note", trace=healed.trace)])
    await asyncio.wait_for(_worker(store, handler).run(until_idle=True, patience=1.0), 10)
    closed = await UnitOfWork(store).of(FAILED_TASKS).need(record.id)
    assert (closed.status, closed.resolved_by) == (FailedStatus.RESOLVED, "retry")
    assert await operator.failed() == []
