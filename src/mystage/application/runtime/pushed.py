"""Runs a task that another queue pushes to us (Cloud Tasks, Pub/Sub): at least once there, one effect here.

The task enters our own queue first, and is claimed from it: so a push and a worker never do it side by side without
one of them losing the lease, a push that arrives twice finds one task, and its attempts are counted in one place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.system import Clock, IdSource
from mystage.application.ports.tasks import TaskQueue
from mystage.application.runtime.runner import StageRunner
from mystage.application.runtime.stages import Handler, Outcome
from mystage.application.runtime.worker import Worker
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.delivery import FAILED_TASKS, FailedStatus, Task
from mystage.domain.errors import Conflict, Invalid, MystageError, NotFound, Unavailable
from mystage.domain.values import digest_id


class PushedState(StrEnum):
    DONE = "done"
    GIVEN_UP = "given_up"
    """It is a dead letter now; pushing it again is of no use."""
    LATER = "later"
    """It failed in passing, or another worker has it: push it again."""


class _Watched(Handler):
    """A stage's handler that remembers how one task ended."""

    def __init__(self, inner: Handler, task_id: str) -> None:
        self._inner = inner
        self._task_id = task_id
        self.state = PushedState.LATER
        self.error: Exception | None = None

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Any]:
        try:
            ready = await self._inner.prepare(tasks)
        except Exception as error:
            if [task.id for task in tasks] == [self._task_id]:
                self.error = error
            raise
        for task, answer in zip(tasks, ready, strict=True):
            if task.id == self._task_id and isinstance(answer, Exception):
                self.error = answer
        return ready

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        await self._inner.load(unit, tasks, ready)

    async def apply(self, unit: UnitOfWork, task: Task, ready: Any) -> Outcome:
        if task.id != self._task_id:
            return await self._inner.apply(unit, task, ready)
        try:
            outcome = await self._inner.apply(unit, task, ready)
        except Conflict:
            raise
        except Exception as error:
            self.error = error
            raise
        self.state = PushedState.DONE
        return outcome

    async def given_up(self, unit: UnitOfWork, task: Task, error: Exception) -> None:
        if task.id == self._task_id:
            self.state, self.error = PushedState.GIVEN_UP, error
        await self._inner.given_up(unit, task, error)


class RunPushed:
    """Runs pushed tasks through the stage that their queue names."""

    def __init__(
        self,
        runners: Sequence[StageRunner],
        store: DocumentStore,
        queue: TaskQueue,
        clock: Clock,
        ids: IdSource,
        *,
        lease_seconds: float = 15.0,
    ) -> None:
        self._runners = {runner.stage.name: runner for runner in runners}
        self._store = store
        self._queue = queue
        self._clock = clock
        self._ids = ids
        self._lease_seconds = lease_seconds

    async def run(self, task: Task, *, again: bool = False, seconds: float = 60.0) -> None:
        """Run it; what else is ready in its queue may run along, and no new batch starts after `seconds`.

        Args:
            task: its `queue` names the stage.
            again: the other queue says that it has pushed this before; what was given up then is not run once more.
            seconds: how long to start new batches.

        Raises:
            Unavailable: push it again (it failed in passing, another worker has it).
            Invalid: it is given up, and the dead letter is kept; the same push would fail again.
            NotFound: no stage serves its queue.
        """
        runner = self._runners.get(task.queue)
        if runner is None:
            raise NotFound("no such stage", where=task.queue[:200], hint=f"one of: {', '.join(self._runners)}")
        if again:
            await self._refuse_given_up(task)
        watched = _Watched(runner.handler, task.id)
        await self._queue.add([task])
        await self._work(StageRunner(runner.stage, watched, self._store, self._clock, self._ids), seconds)
        if watched.state is PushedState.DONE:
            return
        error = watched.error
        if watched.state is PushedState.GIVEN_UP:
            raise Invalid(f"given up: {error}", where=task.id, hint="`mystage tasks failed` has the record") from error
        wait = error.retry_after if isinstance(error, MystageError) else None
        reason = f"it failed in passing: {error}" if error else "another worker has it, or it is not due"
        raise Unavailable(reason, where=task.id, hint="push it again", retry_after=wait) from error

    async def _refuse_given_up(self, task: Task) -> None:
        record = await UnitOfWork(self._store).of(FAILED_TASKS).get(digest_id(task.id, prefix="failed_"))
        if record is not None and record.status is FailedStatus.FAILED:
            raise Invalid(f"given up: {record.message}", where=task.id, hint="`mystage tasks retry` runs it again")

    async def _work(self, runner: StageRunner, seconds: float) -> None:
        name = self._ids.new("pushed_")
        worker = Worker(name, [runner], self._queue, self._clock, lease_seconds=self._lease_seconds)
        limit = asyncio.get_running_loop().call_later(seconds, worker.stop)
        try:
            await worker.run(until_idle=True, patience=0.0)
        finally:
            limit.cancel()
