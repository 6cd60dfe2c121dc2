"""TaskQueue: tasks claimed by lease, in batches. Tasks are written by `DocumentStore.commit` with their cause."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mystage.domain.delivery import Task


@dataclass(frozen=True, slots=True)
class Lease:
    """A claimed task. It is the worker's until `until`; then anybody may claim it again.

    `token` names this claim; `revision` is the task's as claimed: queued again meanwhile, it will run once more.
    """

    task: Task
    token: str
    revision: int
    until: datetime


@dataclass(frozen=True, slots=True)
class QueueStats:
    """One queue at one moment. `oldest` is when its oldest ready task became ready."""

    queue: str
    ready: int = 0
    leased: int = 0
    delayed: int = 0
    oldest: datetime | None = None


class TaskQueue(Protocol):
    """At least once delivery; exactly one effect, where a task is completed by the commit of its effect."""

    @abstractmethod
    async def add(self, tasks: Sequence[Task]) -> None:
        """Queue tasks outside of any change set (a schedule, an operator's retry)."""

    @abstractmethod
    async def claim(self, queues: Sequence[str], limit: int, seconds: float, worker: str) -> list[Lease]:
        """Lease up to `limit` ready tasks of `queues` for `seconds`: by priority, then by age. Each task to one worker."""

    @abstractmethod
    async def extend(self, leases: Sequence[Lease], seconds: float) -> None:
        """Keep leases for `seconds` from now. Raises LeaseLost, naming the tasks that are no longer held."""

    @abstractmethod
    async def complete(self, leases: Sequence[Lease]) -> None:
        """End tasks (one that was queued again meanwhile becomes ready again). Raises LeaseLost."""

    @abstractmethod
    async def release(self, lease: Lease, at: datetime, error: str = "") -> None:
        """Give a task back, to run at `at`. Raises LeaseLost."""

    @abstractmethod
    async def stats(self) -> list[QueueStats]:
        """Every queue that holds tasks, by name."""

    @abstractmethod
    async def next_ready(self, queues: Sequence[str]) -> datetime | None:
        """When the next task of these queues becomes ready (leases that end count); None: nothing is waiting."""

    @abstractmethod
    async def wait(self, queues: Sequence[str], seconds: float) -> None:
        """Return when a task of these queues may have become ready, and at the latest after `seconds`."""
