"""What a comparison of two records is made of: evidence, its weights and the score that they add up to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from mystage.domain.resolution.judgements import JudgedBy, Reason, Verdict


class Evidence(NamedTuple):
    """One piece of evidence: the feature, its weight in nats of log-odds, and what it says in plain words."""

    feature: str
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Scored:
    """What a scorer says of two records: a probability that they are one, and why."""

    score: float
    verdict: Verdict
    by: JudgedBy
    evidence: tuple[Evidence, ...]
    apart: bool = False
    """A rule keeps the two apart, whatever the other evidence says."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The evidence in the form in which judgements keep it, the heaviest first."""
        ranked = sorted(self.evidence, key=lambda piece: -abs(piece.weight))
        return tuple(Reason(feature=p.feature, weight=round(p.weight, 3), text=p.text) for p in ranked)


@dataclass(frozen=True, slots=True)
class Model:
    """The model's version, prior log-odds and thresholds.

    Scores are additive log-odds in the manner of Fellegi and Sunter (1969): the prior of a pair that shares a match
    key, plus the weight of each agreement or disagreement, through the logistic function. Weights stand beside the
    features that earn them.
    """

    version: str = "fs-1"
    match: float = 0.92
    """At or above: joined without asking."""
    possible: float = 0.5
    """At or above: kept for a person."""
    bridge: float = 0.97
    """A record must reach this with both of two entities before it may join them."""
    bridge_floor: float = 0.5
    """What the two entities' own records must reach with each other, unless rules join the record to both."""
    contradiction: float = 0.05
    """A member of a cluster that scores below this speaks against joining it."""
    venue_prior: float = -4.0
    place_limit: float = 8.0
    """What all that two venues share beside their names may weigh together."""
    same_source: float = -3.5
    """Two different keys of one source rarely name one thing (strong, but not a rule)."""


RULE_JOINS = 0.999
RULE_PARTS = 0.01
_SATURATED = 12.0


def probability(log_odds: float) -> float:
    """The logistic function; saturated at plus and minus 12."""
    return 1.0 / (1.0 + math.exp(-max(-_SATURATED, min(_SATURATED, log_odds))))


def joined(feature: str, text: str, score: float = RULE_JOINS) -> Scored:
    """Joined by a rule."""
    return Scored(score, Verdict.MATCH, JudgedBy.RULE, (Evidence(feature, _SATURATED, text),))


def parted(feature: str, text: str, evidence: list[Evidence]) -> Scored:
    """Kept apart by a rule; the other evidence is told, but does not count."""
    rule = Evidence(feature, -_SATURATED, text)
    return Scored(RULE_PARTS, Verdict.NEW, JudgedBy.RULE, (rule, *evidence), apart=True)


def weighed(prior: float, evidence: list[Evidence], model: Model) -> Scored:
    """The sum of the evidence as a probability and a verdict."""
    log_odds = prior
    for piece in evidence:
        log_odds += piece.weight
    score = probability(log_odds)
    unsure = Verdict.POSSIBLE if score >= model.possible else Verdict.NEW
    verdict = Verdict.MATCH if score >= model.match else unsure
    return Scored(score, verdict, JudgedBy.MODEL, tuple(evidence))


def interpolate(table: tuple[tuple[float, float], ...], x: float) -> float:
    """The value at `x` of a function given by points of rising x; constant beyond both ends."""
    x0, y0 = table[0]
    if x <= x0:
        return y0
    for x1, y1 in table[1:]:
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        x0, y0 = x1, y1
    return y0
