"""Failed tasks: list them by cause, run them again, or set them aside as resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.system import Clock, IdSource
from mystage.application.runtime.stages import Handler
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.audit import AUDIT_LOGS, AuditEntry
from mystage.domain.delivery import FAILED_TASKS, RETRY, FailedStatus, FailedTask, error_code
from mystage.domain.errors import NotFound
from mystage.domain.values import evolve


@dataclass(frozen=True, slots=True)
class Cause:
    """Failures of one cause, with one of them as an example."""

    cause: str
    queue: str
    error_kind: str
    count: int
    last: datetime
    example: FailedTask


@dataclass(frozen=True, slots=True)
class Preview:
    """What another try of a failed task would do."""

    id: str
    documents: tuple[str, ...] = ()
    """`collection/id` of what would be written or removed."""
    tasks: tuple[str, ...] = ()
    """What would be queued."""
    problem: str = ""
    """Why it would fail again, or why that cannot be told."""


OPEN = (FailedStatus.FAILED, FailedStatus.REVIEW)
_OUTSIDE = ("fetch", "publish")
"""Stages that act outside of the store before they decide: they are not tried for a preview."""


class FailedTasks:
    """What operators do with dead letters."""

    def __init__(
        self, store: DocumentStore, clock: Clock, ids: IdSource, handlers: Mapping[str, Handler] | None = None
    ) -> None:
        self._handlers = handlers or {}
        self._store = store
        self._clock = clock
        self._ids = ids

    async def failed(self, *, limit: int | None = None) -> list[FailedTask]:
        """Open failures, the latest first."""
        unit = UnitOfWork(self._store)
        found = await unit.of(FAILED_TASKS).find(
            order="last_failed_at", descending=True, limit=limit, status=FailedStatus.FAILED
        )
        return sorted(found, key=lambda f: f.last_failed_at, reverse=True)

    async def causes(self) -> list[Cause]:
        """Open failures grouped by cause, the most frequent first."""
        groups: dict[str, list[FailedTask]] = {}
        for failure in await self.failed():
            groups.setdefault(failure.cause, []).append(failure)
        found = [Cause(c, f[0].queue, f[0].error_kind, len(f), f[0].last_failed_at, f[0]) for c, f in groups.items()]
        return sorted(found, key=lambda c: (-c.count, c.cause))

    async def retry(self, ids: Sequence[str] = (), *, cause: str | None = None, actor: str) -> list[FailedTask]:
        """Queue failed tasks again: those of `ids`, or all of a cause, or all.

        Twice is once: what is queued again already, or resolved, is left alone.
        """

        async def action(unit: UnitOfWork) -> list[FailedTask]:
            chosen = [f for f in await self._chosen(unit, ids, cause) if f.status in OPEN]
            for failure in chosen:
                unit.queue(
                    evolve(
                        failure.task, attempts=0, not_before=None, first_failed_at=None, trace=f"{RETRY}{failure.id}"
                    )
                )
                unit.of(FAILED_TASKS).put(evolve(failure, status=FailedStatus.RETRYING))
            self._audit(unit, "task.retry", actor, chosen)
            return chosen

        return await decide(self._store, self._clock, self._ids, action)

    async def preview(self, ids: Sequence[str] = (), *, cause: str | None = None) -> list[Preview]:
        """What `retry` of the same would change, each task by itself; nothing is written and nobody is asked."""
        chosen = [f for f in await self._chosen(UnitOfWork(self._store), ids, cause) if f.status in OPEN]
        return [await self._preview(failure) for failure in chosen]

    async def _preview(self, failure: FailedTask) -> Preview:
        handler = self._handlers.get(failure.queue)
        if handler is None or failure.queue in _OUTSIDE:
            return Preview(failure.id, problem=f"the stage {failure.queue} acts outside of the store: not tried")
        unit = UnitOfWork(self._store)
        try:
            ready = await handler.prepare([failure.task])
            if isinstance(ready[0], Exception):
                raise ready[0]
            await handler.load(unit, [failure.task], ready)
            await handler.apply(unit, failure.task, ready[0])
        except Exception as error:  # noqa: BLE001  whatever it is, it is what another try would meet: it is told
            return Preview(failure.id, problem=f"{error_code(error)}: {error}"[:1_000])
        changes = unit.changes()
        written = [f"{put.collection}/{put.id}" for put in changes.puts]
        written += [f"{gone.collection}/{gone.id}" for gone in changes.deletes]
        return Preview(failure.id, tuple(sorted(written)), tuple(task.id for task in changes.tasks))

    async def review(
        self, ids: Sequence[str], *, cause: str | None = None, actor: str, reason: str = ""
    ) -> list[FailedTask]:
        """Give failed tasks to a person: they are not among the open ones until they are retried or resolved."""

        async def action(unit: UnitOfWork) -> list[FailedTask]:
            chosen = [f for f in await self._chosen(unit, ids, cause) if f.status is FailedStatus.FAILED]
            for failure in chosen:
                unit.of(FAILED_TASKS).put(evolve(failure, status=FailedStatus.REVIEW))
            self._audit(unit, "task.review", actor, chosen, reason)
            return chosen

        return await decide(self._store, self._clock, self._ids, action)

    async def resolve(
        self, ids: Sequence[str], *, cause: str | None = None, actor: str, reason: str = ""
    ) -> list[FailedTask]:
        """Set failed tasks aside: nothing more is to be done about them."""

        async def action(unit: UnitOfWork) -> list[FailedTask]:
            chosen = await self._chosen(unit, ids, cause)
            now = self._clock.now()
            for failure in chosen:
                done = {"status": FailedStatus.RESOLVED, "resolved_at": now, "resolved_by": actor}
                unit.of(FAILED_TASKS).put(evolve(failure, **done))
            self._audit(unit, "task.resolve", actor, chosen, reason)
            return chosen

        return await decide(self._store, self._clock, self._ids, action)

    async def _chosen(self, unit: UnitOfWork, ids: Sequence[str], cause: str | None) -> list[FailedTask]:
        repository = unit.of(FAILED_TASKS)
        if ids:
            found = await repository.get_many(ids)
            missing = [id for id in ids if id not in found]
            if missing:
                raise NotFound(
                    "no such failed task", where=", ".join(missing), hint="`mystage tasks failed` lists them"
                )
            return [found[id] for id in ids]
        opened = await repository.find(status=FailedStatus.FAILED)
        return [f for f in opened if cause is None or f.cause == cause]

    def _audit(self, unit: UnitOfWork, action: str, actor: str, chosen: Sequence[FailedTask], reason: str = "") -> None:
        if chosen:
            subjects = tuple(f.id for f in chosen[:100])
            now = self._clock.now()
            entry = AuditEntry(
                id=self._ids.new("aud_"), action=action, actor=actor, subjects=subjects, reason=reason, at=now
            )
            unit.of(AUDIT_LOGS).put(entry)
