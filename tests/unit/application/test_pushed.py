"""Pushed tasks: run once from our own queue, with an answer that says whether to push again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system.clocks import SystemClock
from mystage.adapters.system.ids import SeededIds
from mystage.application.runtime.pushed import RunPushed
from mystage.application.runtime.runner import StageRunner
from mystage.application.runtime.stages import Handler, Outcome, Stage
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.collections import ALL
from mystage.domain.delivery import FAILED_TASKS, RetryPolicy, Task
from mystage.domain.errors import Invalid, NotFound, Throttled, Unavailable


class Work(Handler):
    """Ends as the payload says; counts its runs."""

    def __init__(self) -> None:
        self.runs: list[str] = []

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Any]:
        if any(t.payload.get("how") == "raise" for t in tasks):
            raise Throttled("slow down", retry_after=7.0)
        return [Unavailable("no net") if t.payload.get("how") == "prepare" else None for t in tasks]

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        return

    async def apply(self, unit: UnitOfWork, task: Task, ready: Any) -> Outcome:
        self.runs.append(task.id)
        if task.payload.get("how") == "invalid":
            raise Invalid("never right")
        unit.count("effects")
        return Outcome.CHANGED


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(ALL, SystemClock())


@pytest.fixture
def pushed(work: Work, store: MemoryStore) -> RunPushed:
    clock, ids = SystemClock(), SeededIds(1)
    stage = Stage("work", Work, RetryPolicy(max_attempts=2, base=60.0, cap=60.0))
    return RunPushed([StageRunner(stage, work, store, clock, ids)], store, store, clock, ids)


async def test_a_pushed_task_is_done_and_leaves_the_queue(pushed: RunPushed, work: Work, store: MemoryStore):
    await pushed.run(Task(id="t", queue="work"))
    assert work.runs == ["t"]
    assert await store.stats() == []


async def test_what_waits_in_its_queue_runs_along(pushed: RunPushed, work: Work, store: MemoryStore):
    await store.add([Task(id="earlier", queue="work"), Task(id="elsewhere", queue="other")])
    await pushed.run(Task(id="t", queue="work"))
    assert sorted(work.runs) == ["earlier", "t"]
    assert [row.queue for row in await store.stats()] == ["other"]


async def test_a_task_that_can_never_succeed_is_given_up_once(pushed: RunPushed, work: Work, store: MemoryStore):
    """The dead letter is kept; pushed again by a queue that does not understand, it is not run again."""
    task = Task(id="t", queue="work", payload={"how": "invalid"})
    with pytest.raises(Invalid, match="given up"):
        await pushed.run(task)
    with pytest.raises(Invalid, match="given up"):
        await pushed.run(task, again=True)
    assert work.runs == ["t"]
    assert len(await UnitOfWork(store).of(FAILED_TASKS).find()) == 1


@pytest.mark.parametrize("how", ["prepare", "raise"])
async def test_a_passing_failure_asks_to_be_pushed_again_and_is_counted(
    pushed: RunPushed, store: MemoryStore, how: str
):
    """Attempts are counted across pushes: the second is the last here, and ends as a dead letter."""
    task = Task(id="t", queue="work", payload={"how": how})
    with pytest.raises(Unavailable, match="in passing") as caught:
        await pushed.run(task)
    assert caught.value.retry_after == (7.0 if how == "raise" else None)
    with pytest.raises(Invalid, match="given up"):
        await pushed.run(task, again=True)
    assert await store.stats() == []


async def test_a_task_that_another_worker_has_is_asked_for_again(pushed: RunPushed, work: Work, store: MemoryStore):
    await store.add([Task(id="t", queue="work")])
    assert await store.claim(("work",), 1, 60.0, "another")
    with pytest.raises(Unavailable, match="another worker"):
        await pushed.run(Task(id="t", queue="work"))
    assert work.runs == []


async def test_a_queue_that_no_stage_serves_is_named(pushed: RunPushed, store: MemoryStore):
    with pytest.raises(NotFound, match="nonsense"):
        await pushed.run(Task(id="t", queue="nonsense"))
    assert await store.stats() == []
