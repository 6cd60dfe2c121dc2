"""What operators look at: the status, and what failed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from mystage.application.curation.tasks import Cause
from mystage.application.reading.status import Status
from mystage.domain.delivery import FailedTask
from mystage.domain.values import Instant, Model
from mystage.entrypoints.http.answers import Door, JsonAnswer, answer, described
from mystage.entrypoints.http.problems import documented

router = APIRouter(prefix="/v1", tags=["operations"])


class FailedRow(Model):
    """A task that was given up. The traceback of a defect stays with `mystage tasks failed`."""

    id: str
    task_id: str
    queue: str
    error_kind: str
    message: str
    where: str
    cause: str
    attempts: int
    first_failed_at: Instant
    last_failed_at: Instant
    trace: str


class CauseRow(Model):
    """Failures of one cause."""

    cause: str
    queue: str
    error_kind: str
    count: int
    last: Instant
    message: str


class Failures(Model):
    """Open failures: how many of each cause, and the latest ones."""

    causes: tuple[CauseRow, ...]
    tasks: tuple[FailedRow, ...]


_STATUS = {
    "funnel": [{"stage": "plan", "arrived": 1, "changed": 1, "unchanged": 0, "nothing": 0, "parked": 0, "failed": 0, "retried": 0}],
    "queues": [], "addresses": {"ok": 1}, "readings": {"records": 1}, "entity_sources": 3,
    "entities": {"venue": 1, "artist": 1, "performance": 1}, "open_duplicates": {}, "failed_tasks": 0, "findings": 0,
    "search_documents": 3,
}  # fmt: skip
_FAILED = {
    "causes": [{"cause": "fetch/unavailable/3k9x0a", "queue": "fetch", "error_kind": "unavailable", "count": 1,
                "last": "2026-10-02T08:00:00Z", "message": "no answer within 30 s"}],
    "tasks": [],
}  # fmt: skip


@router.get(
    "/status",
    operation_id="get_status",
    summary="The funnel, the queues, the catalogue in numbers",
    responses={200: described(Status, "The whole picture.", _STATUS), **documented(503)},
)
async def get_status(door: Door) -> JsonAnswer:
    """What went through each stage and how it ended; what waits; what the catalogue holds."""
    return answer(await door.status().read())


@router.get(
    "/tasks/failed",
    operation_id="list_failed_tasks",
    summary="Tasks that were given up",
    responses={200: described(Failures, "By cause, and the latest of them.", _FAILED), **documented(422, 503)},
)
async def list_failed_tasks(door: Door, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> JsonAnswer:
    """All causes, the most frequent first, and the latest failures."""
    use = door.failed_tasks()
    causes, latest = await use.causes(), await use.failed(limit=limit)
    return answer(Failures(causes=tuple(map(_cause, causes)), tasks=tuple(map(_row, latest))))


def _cause(cause: Cause) -> CauseRow:
    return CauseRow(
        cause=cause.cause,
        queue=cause.queue,
        error_kind=cause.error_kind,
        count=cause.count,
        last=cause.last,
        message=cause.example.message,
    )


def _row(failed: FailedTask) -> FailedRow:
    same = {name: getattr(failed, name) for name in FailedRow.model_fields if name != "task_id"}
    return FailedRow(task_id=failed.task.id, **same)
