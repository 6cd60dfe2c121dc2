"""Tasks, how they are tried again, and where they go when trying ends. Pure: time and chance are arguments."""

from __future__ import annotations

import traceback
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from mystage.domain.access import DATA_ROLES
from mystage.domain.errors import MystageError, Throttled
from mystage.domain.schema import Collection, Composite, Index
from mystage.domain.values import Instant, Model, digest_id


class Task(Model):
    """A piece of work for one stage. Its id is deterministic: the same work queued twice is one task.

    Queuing an id that is waiting replaces its payload; queuing one that is being worked on makes it run once more.
    """

    id: str
    queue: str
    """The stage: see `application.flow`."""
    payload: dict[str, str] = Field(default_factory=dict)
    priority: int = 50
    """The lower number goes first."""
    not_before: Instant | None = None
    attempts: int = 0
    """How often it was claimed so far, this time included."""
    trace: str = ""
    """Names the run or request that caused it; travels with every task it causes."""
    first_failed_at: Instant | None = None


class RetryPolicy(Model):
    """Exponential backoff with full jitter: wait = u x min(cap, base x 2^(attempt-1)), u uniform in 0..1.

    Full jitter as in Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015). Seconds.
    """

    max_attempts: Annotated[int, Field(ge=1)] = 5
    base: Annotated[float, Field(gt=0)] = 10.0
    cap: Annotated[float, Field(gt=0)] = 300.0

    def delay(self, attempt: int, chance: float) -> float:
        """Seconds to wait after failed attempt number `attempt` (from 1); `chance` is a random number in 0..1."""
        return chance * min(self.cap, self.base * 2.0 ** min(attempt - 1, 60))


class FailedStatus(StrEnum):
    FAILED = "failed"
    RETRYING = "retrying"
    REVIEW = "review"
    """A person looks into it: neither tried again nor counted among what is open."""
    RESOLVED = "resolved"


class FailureClass(StrEnum):
    """What can be done about a failure."""

    RETRYABLE = "retryable"
    """It may pass by itself."""
    THROTTLED = "throttled"
    """Asked too often: later."""
    FATAL = "fatal"
    """The same input fails each time: the input, a setting or the code must change."""
    POISON = "poison"
    """It takes its worker down, or fails in a way that nobody expected."""


def failure_class(error_kind: str, message: str = "") -> FailureClass:
    """The class of a failure by the stable code of its error."""
    if error_kind.startswith("unexpected.") or message == WORKER_DIED:
        return FailureClass.POISON
    if error_kind == Throttled.code:
        return FailureClass.THROTTLED
    passing = {"conflict", "lease_lost", "unavailable", "timeout", "held_back"}
    return FailureClass.RETRYABLE if error_kind in passing else FailureClass.FATAL


class FailedTask(Model):
    """A task that was given up: a dead letter with all that is needed to understand it and to run it again."""

    id: str
    task: Task
    queue: str
    error_kind: str
    """Stable code of the error."""
    message: str
    where: str = ""
    """The file, URL, field or id that the error names."""
    cause: str
    """Fingerprint of error kind and place, to group failures of one cause."""
    attempts: int
    first_failed_at: Instant
    last_failed_at: Instant
    trace: str = ""
    detail: str = ""
    """The end of the traceback, for an error that nobody expected."""
    status: FailedStatus = FailedStatus.FAILED
    resolved_at: Instant | None = None
    resolved_by: str = ""


class Retry(Model):
    """Verdict: try again, not before `at`."""

    at: Instant
    error: str


class Dead(Model):
    """Verdict: give up and keep the record."""

    record: FailedTask


def after_failure(task: Task, error: Exception, policy: RetryPolicy, *, now: datetime, chance: float) -> Retry | Dead:
    """What becomes of `task` after `error`. `task.attempts` counts the attempt that just failed.

    An error that is not retryable ends the task at once; `retry_after` of the other side is a lower bound.
    An error that is not ours is a defect: it is retried (it may be passing), then kept with its traceback.
    """
    retryable = error.retryable if isinstance(error, MystageError) else True
    if retryable and task.attempts < policy.max_attempts:
        wait = policy.delay(task.attempts, chance)
        asked = getattr(error, "retry_after", None)
        if isinstance(error, Throttled) and asked is None:
            wait = max(wait, policy.base)
        return Retry(at=now + timedelta(seconds=max(wait, asked or 0.0)), error=f"{error_code(error)}: {error}"[:500])
    return Dead(record=dead_letter(task, error, now=now))


def dead_letter(task: Task, error: Exception, *, now: datetime) -> FailedTask:
    """The record of a task that is given up."""
    ours = isinstance(error, MystageError)
    detail = "" if ours else "".join(traceback.format_exception(error))[-4_000:]
    return FailedTask(
        id=failed_task_id(task.id),
        task=task,
        queue=task.queue,
        error_kind=error_code(error),
        message=(error.message if isinstance(error, MystageError) else f"{type(error).__name__}: {error}")[:2_000],
        where=(error.where if isinstance(error, MystageError) else "")[:1_000],
        cause=failure_cause(task.queue, error),
        attempts=task.attempts,
        first_failed_at=task.first_failed_at or now,
        last_failed_at=now,
        trace=task.trace,
        detail=detail,
    )


WORKER_DIED = "its worker died each time it ran"
RETRY = "retry:"
"""How the trace of a task begins that an operator has queued again; the id of its failed task follows."""


def failed_task_id(task_id: str) -> str:
    """The id of the record of a task that was given up."""
    return digest_id(task_id, prefix="failed_")


def error_code(error: Exception) -> str:
    """The stable code of an error; errors that are not ours are `unexpected.<Type>`."""
    return error.code if isinstance(error, MystageError) else f"unexpected.{type(error).__name__}"


def failure_cause(queue: str, error: Exception) -> str:
    """A short fingerprint that is equal for failures of one cause: stage, error code and the code's last own line."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if "mystage" in frame.filename:
            place = f"{frame.filename.rsplit('mystage', 1)[-1]}:{frame.name}"
    return f"{queue}/{error_code(error)}/{digest_id(place)[:6]}"


FAILED_TASKS = Collection(
    "failed_tasks",
    FailedTask,
    indexes=(Index("status"), Index("queue"), Index("cause"), Index("last_failed_at")),
    composites=(Composite(("status", "last_failed_at"), descending=True),),
    readers=DATA_ROLES,
    retention_days=90,
)
