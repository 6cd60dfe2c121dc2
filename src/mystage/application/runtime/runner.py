"""Runs batches of claimed tasks through their stage, and ends each task in the commit of its effects."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import Any, Final

import structlog

from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.system import Clock, IdSource
from mystage.application.ports.tasks import Lease
from mystage.application.runtime.stages import Handler, Outcome, Stage
from mystage.application.unit_of_work import UnitOfWork
from mystage.application.validated import Validated
from mystage.domain.delivery import (
    FAILED_TASKS,
    RETRY,
    WORKER_DIED,
    Dead,
    FailedStatus,
    FailedTask,
    Task,
    after_failure,
    failed_task_id,
)
from mystage.domain.errors import Conflict, Invalid, LeaseLost, Unavailable
from mystage.domain.values import evolve

log = structlog.get_logger("mystage.runner")
_TRIES: Final = 6
_DEATHS: Final = 3
"""Claims beyond the retry policy's attempts that end without a word before a task is given up: it kills its workers."""
Item = tuple[Lease, Any]


def funnel_counter(stage: str, outcome: str) -> str:
    """The counter behind one cell of the funnel."""
    return f"funnel/{stage}/{outcome}"


def runners_of(
    stages: Iterable[Stage], handlers: Mapping[str, Handler], store: DocumentStore, clock: Clock, ids: IdSource
) -> list[StageRunner]:
    """A runner a stage, for one worker: what one of them has read or written, the others need not validate again."""
    validated = Validated()
    return [StageRunner(stage, handlers[stage.name], store, clock, ids, validated) for stage in stages]


class StageRunner:
    """Runs one stage. A task that fails never takes the rest of its batch with it."""

    def __init__(
        self,
        stage: Stage,
        handler: Handler,
        store: DocumentStore,
        clock: Clock,
        ids: IdSource,
        validated: Validated | None = None,
    ) -> None:
        """A runner.

        Args:
            stage: what it runs.
            handler: the stage's use case.
            store: where it reads and commits.
            clock: the time.
            ids: chance, for pauses.
            validated: what this worker's stages have read, shared between them; None: each batch reads anew.
        """
        self.stage = stage
        self.handler = handler
        self._store = store
        self._clock = clock
        self._ids = ids
        self._validated = validated

    async def run(self, leases: Sequence[Lease]) -> None:
        """Do the work of these leases and end them, each with its own outcome.

        A task that comes again may be the one that killed its worker: it runs alone, so that it cannot take others along
        once more, and in a random place, so that others come before it at times.
        """
        fresh = [lease for lease in leases if lease.task.attempts <= 1]
        again = sorted((lease for lease in leases if lease.task.attempts > 1), key=lambda _: self._ids.chance())
        if fresh:
            await self._run(fresh)
        for lease in again:
            if lease.task.attempts > self.stage.retry.max_attempts + _DEATHS:
                await self._give_up(lease, Unavailable(WORKER_DIED, where=lease.task.id))
            else:
                await self._run([lease])

    async def _run(self, leases: Sequence[Lease]) -> None:
        tasks = [lease.task for lease in leases]
        try:
            ready: Sequence[Any] = await self.handler.prepare(tasks)
        except Exception as error:  # noqa: BLE001  whatever it is, it ends in a retry or a dead letter of its own task
            if len(leases) > 1:
                log.warning("batch could not be prepared; one by one", stage=self.stage.name, error=str(error))
                for lease in leases:
                    await self._run([lease])
                return
            ready = [error]
        await self._decide(list(zip(leases, ready, strict=True)))

    async def _decide(self, items: list[Item]) -> None:
        """Decide and commit; on Conflict again, in smaller parts when it lasts; a lost lease costs its own task alone."""
        for attempt in range(_TRIES):
            unit = UnitOfWork(self._store, self._validated)
            try:
                await self._stage_all(unit, items)
                await unit.commit()
            except LeaseLost as error:
                if len(items) == 1:
                    log.info("lease lost; another worker has the task", task=items[0][0].task.id, error=str(error))
                    return None
                return await self._one_by_one(items)
            except Conflict:
                await self._clock.sleep(self._ids.chance() * 0.02 * 2**attempt)
                if attempt > 1 and len(items) > 1:
                    return await self._one_by_one(items)
            except Invalid as error:
                if len(items) > 1:
                    return await self._one_by_one(items)
                return await self._give_up(items[0][0], error)
            else:
                return None
        # still in conflict: the lease runs out and the task comes again
        log.warning("kept in conflict; left to its lease", stage=self.stage.name, task=items[0][0].task.id)
        return None

    async def _one_by_one(self, items: list[Item]) -> None:
        for item in items:
            await self._decide([item])

    async def _stage_all(self, unit: UnitOfWork, items: list[Item]) -> None:
        good = [(lease, ready) for lease, ready in items if not isinstance(ready, Exception)]
        try:
            await self.handler.load(unit, [lease.task for lease, _ in good], [ready for _, ready in good])
        except Invalid as error:
            # a stored document that cannot be read: `apply` meets it again and fails the one task that needs it
            log.warning("bulk read failed", stage=self.stage.name, error=str(error))
        for lease, ready in items:
            outcome = await self._stage_one(unit, lease, ready)
            unit.count(funnel_counter(self.stage.name, "in"))
            unit.count(funnel_counter(self.stage.name, outcome))

    async def _stage_one(self, unit: UnitOfWork, lease: Lease, ready: Any) -> str:
        if isinstance(ready, Exception):
            return await self._stage_failure(unit, lease, ready)
        try:
            with unit.savepoint():
                outcome = await self.handler.apply(unit, lease.task, ready)
        except Conflict:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it ends in a retry or a dead letter, never in silence
            return await self._stage_failure(unit, lease, error)
        unit.complete(lease)
        await self._close_failure(unit, lease.task)
        return outcome.value

    async def _close_failure(self, unit: UnitOfWork, task: Task) -> None:
        """A task that was given up once, and now is done at an operator's wish: its record is resolved."""
        id = failed_task_id(task.id)
        if task.trace != f"{RETRY}{id}":  # a task that it causes carries the same trace, but is not the one
            return
        record = await unit.of(FAILED_TASKS).get(id)
        if record is not None and record.status is FailedStatus.RETRYING:
            done = {"status": FailedStatus.RESOLVED, "resolved_at": self._clock.now(), "resolved_by": "retry"}
            unit.of(FAILED_TASKS).put(evolve(record, **done))

    async def _stage_failure(self, unit: UnitOfWork, lease: Lease, error: Exception) -> str:
        now = self._clock.now()
        task = evolve(lease.task, first_failed_at=lease.task.first_failed_at or now)
        verdict = after_failure(task, error, self.stage.retry, now=now, chance=self._ids.chance())
        if isinstance(verdict, Dead):
            await self._bury(unit, task, verdict.record, error)
            unit.complete(lease)
            return Outcome.FAILED.value
        log.info(
            "task will be tried again", task=task.id, attempt=task.attempts, at=str(verdict.at), error=verdict.error
        )
        unit.release(lease, verdict.at, verdict.error)
        await self._mark(unit, task, self.handler.tried(unit, task, error))
        return "retried"

    async def _bury(self, unit: UnitOfWork, task: Task, record: FailedTask, error: Exception) -> None:
        log.warning("task given up", task=task.id, queue=task.queue, attempts=task.attempts, error=str(error))
        unit.of(FAILED_TASKS).overwrite(record)
        await self._mark(unit, task, self.handler.given_up(unit, task, error))

    async def _mark(self, unit: UnitOfWork, task: Task, marking: Awaitable[None]) -> None:
        """Let the handler say in its documents what became of the task; that must not stand in the way of the task's end."""
        try:
            with unit.savepoint():
                await marking
        except Exception:
            log.exception("could not mark what the task was about", task=task.id)

    async def _give_up(self, lease: Lease, error: Exception) -> None:
        """A task that can never succeed (its commit is too large, its workers die): keep the dead letter alone."""
        unit = UnitOfWork(self._store)
        task = evolve(lease.task, attempts=max(lease.task.attempts, self.stage.retry.max_attempts))
        verdict = after_failure(task, error, self.stage.retry, now=self._clock.now(), chance=0.0)
        if isinstance(verdict, Dead):
            await self._bury(unit, task, verdict.record, error)
        unit.complete(lease)
        unit.count(funnel_counter(self.stage.name, "in"))
        unit.count(funnel_counter(self.stage.name, Outcome.FAILED))
        try:
            await unit.commit()
        except Conflict as conflict:  # LeaseLost is one: the task is, or will be, somebody else's
            log.info("task not given up; left to its lease", task=lease.task.id, error=str(conflict))
