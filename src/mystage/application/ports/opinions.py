"""Opinions of language models: on pairs that nobody can tell apart, and on conflicts between sources of equal rank."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mystage.domain.merging.conflicts import Conflict, Resolved
from mystage.domain.resolution.judgements import Polarity
from mystage.domain.values import Kind


@dataclass(frozen=True, slots=True)
class Advice:
    """What an advisor says of a pair. `probability`: that the two are one."""

    polarity: Polarity
    probability: float
    reason: str


class PairAdvisor(Protocol):
    """Says what it thinks of two records. An opinion, never a decision: it is shown to the person who answers."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The model with its version; empty where none is configured."""

    @abstractmethod
    async def advise(
        self, kind: Kind, left: Mapping[str, Any], right: Mapping[str, Any], evidence: Sequence[str]
    ) -> Advice:
        """The opinion on two records, given as their fields, and the evidence in words.

        Raises Unavailable or Throttled where the model does not answer, Malformed where it answers something else,
        Invalid where none is configured.
        """


class ConflictResolver(Protocol):
    """Chooses between the words of sources of equal rank."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Who decides; empty where no model is configured."""

    @abstractmethod
    async def resolve(self, subject: Mapping[str, Any], conflict: Conflict) -> Resolved:
        """One of the conflict's tied values with the reason. `subject`: what is known of the entity beside it.

        Raises as `PairAdvisor.advise` does.
        """
