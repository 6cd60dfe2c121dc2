"""What a stage is: its name, its policy, and the handler that does its work."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.delivery import RetryPolicy, Task


class Outcome(StrEnum):
    """How a stage ended for one task: the columns of the funnel."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    """An early exit: nothing new, nothing to do further on."""
    NOTHING = "nothing"
    """Understood; there is nothing in it for the catalogue."""
    PARKED = "parked"
    """Kept for a model or a person."""
    FAILED = "failed"
    """Ended with a recorded cause; the data that was there before stays."""


class Handler(Protocol):
    """The work of one stage, in three steps, for a batch of tasks. Must be idempotent."""

    @abstractmethod
    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Any]:
        """Input and computation outside of the decision (network, blobs, parsing): one answer a task.

        An exception object as an answer fails that task alone. Runs once, also when the decision is run again.
        """

    @abstractmethod
    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        """Read in bulk what `apply` will ask for."""

    @abstractmethod
    async def apply(self, unit: UnitOfWork, task: Task, ready: Any) -> Outcome:
        """Decide one task: stage writes and next tasks in the unit."""

    async def tried(self, unit: UnitOfWork, task: Task, error: Exception) -> None:
        """Called when the task will be tried again later: say so in the documents, for those who look meanwhile."""
        return  # most stages have nothing to say

    async def given_up(self, unit: UnitOfWork, task: Task, error: Exception) -> None:
        """Called when the task becomes a dead letter: leave the documents in a state that says so."""
        return  # most stages have nothing to mark


@dataclass(frozen=True, slots=True)
class Stage:
    """One row of the flow table. Seconds."""

    name: str
    handler: type[Handler]
    retry: RetryPolicy
    batch: int = 64
    """Tasks claimed and committed together."""
    parallel: int = 1
    """Batches under way at once in one worker."""
    linger: float = 0.0
    """How long to let work gather before a batch that is not full (an index commit is dear)."""

    def under(self, policy: RetryPolicy) -> Stage:
        """This stage with the retry policy of a deployment; its own pauses stay where they are the shorter ones."""
        own = self.retry
        tries = {
            "max_attempts": policy.max_attempts,
            "base": min(own.base, policy.base),
            "cap": min(own.cap, policy.cap),
        }
        return replace(self, retry=RetryPolicy.model_validate(tries))
