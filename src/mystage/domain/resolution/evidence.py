"""What a comparison of two records is made of: evidence with its weights, and the verdict that it comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from mystage.domain.resolution.additive import SATURATED
from mystage.domain.resolution.judgements import JudgedBy, Reason, Verdict


class Evidence(NamedTuple):
    """One piece of evidence: the feature, its weight in nats of log-odds, and what it says in plain words."""

    feature: str
    weight: float
    text: str


Telling = Callable[[], Iterable[Evidence]]
"""Puts a comparison into words, once somebody asks."""


class Scored:
    """What a scorer says of two records: a probability that they are one, and why. Not to be changed.

    A record is compared with dozens of others, of which one or two are ever told of: the words are found when `evidence`
    is first read.
    """

    __slots__ = ("_evidence", "apart", "by", "score", "verdict")

    def __init__(
        self,
        score: float,
        verdict: Verdict,
        by: JudgedBy,
        evidence: tuple[Evidence, ...] | Telling,
        apart: bool = False,  # noqa: FBT001, FBT002  a value that it keeps, not a switch
    ) -> None:
        self.score = score
        self.verdict = verdict
        self.by = by
        self._evidence = evidence
        self.apart = apart
        """A rule keeps the two apart, whatever the other evidence says."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Why, piece by piece."""
        if not isinstance(self._evidence, tuple):
            self._evidence = tuple(self._evidence())
        return self._evidence

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The evidence in the form in which judgements keep it, the heaviest first."""
        ranked = sorted(self.evidence, key=lambda piece: -abs(piece.weight))
        return tuple(Reason(feature=p.feature, weight=round(p.weight, 3), text=p.text) for p in ranked)

    def _all(self) -> tuple[float, Verdict, JudgedBy, tuple[Evidence, ...], bool]:
        return self.score, self.verdict, self.by, self.evidence, self.apart

    def __eq__(self, other: object) -> bool:
        return self._all() == other._all() if isinstance(other, Scored) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return f"Scored{self._all()}"

    def __reduce__(self) -> tuple[type[Scored], tuple[object, ...]]:
        """To another process it goes in words."""
        return Scored, self._all()


@dataclass(frozen=True, slots=True)
class Model:
    """What a cluster asks of the pairs in it, beyond the thresholds of the kind's own pair model."""

    bridge: float = 0.97
    """A record must reach this with both of two entities before it may join them."""
    bridge_floor: float = 0.5
    """What the two entities' own records must reach with each other, unless rules join the record to both."""
    contradiction: float = 0.05
    """A member of a cluster that scores below this speaks against joining it."""


RULE_JOINS = 0.999
RULE_PARTS = 0.01


def joined(feature: str, text: str, score: float = RULE_JOINS) -> Scored:
    """Joined by a rule."""
    return Scored(score, Verdict.MATCH, JudgedBy.RULE, (Evidence(feature, SATURATED, text),))


def parted(feature: str, text: str, others: Telling = tuple) -> Scored:
    """Kept apart by a rule; the other evidence is told, but does not count."""
    rule = Evidence(feature, -SATURATED, text)
    return Scored(RULE_PARTS, Verdict.NEW, JudgedBy.RULE, lambda: (rule, *others()), apart=True)
