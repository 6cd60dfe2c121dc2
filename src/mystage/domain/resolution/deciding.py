"""Which entity a record joins, if any: the decision on one record and its candidates."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from mystage.domain.resolution.evidence import Evidence, Model, Scored
from mystage.domain.resolution.judgements import JudgedBy, Verdict, ordered
from mystage.domain.resolution.records import Side
from mystage.domain.resolution.scoring import Scorer

Pairs = AbstractSet[tuple[str, str]]
"""Pairs of entity source ids, each in the order of `judgements.ordered`."""
NONE: Pairs = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that was found by a shared key, and the entity that it is part of."""

    entity_id: str
    side: Side


@dataclass(frozen=True, slots=True)
class Pairing:
    """The record compared with one candidate."""

    candidate: Candidate
    scored: Scored

    @property
    def entity_id(self) -> str:
        return self.candidate.entity_id


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a record.

    `verdict` is MATCH where `entity_id` names the entity to join; else POSSIBLE (found a new entity, and ask a person
    about `possible`) or NEW.
    """

    verdict: Verdict
    entity_id: str | None = None
    best: Pairing | None = None
    """The pair to judge: the best evidence for joining `entity_id`, or the nearest miss."""
    possible: tuple[Pairing, ...] = ()
    """The best pair with each other entity that may be the same."""
    bridge: tuple[Pairing, ...] = ()
    """The best pair with each further entity that the record joins to `entity_id` on very strong evidence."""


def decide(
    side: Side,
    candidates: Sequence[Candidate],
    scorer: Scorer,
    negatives: Pairs = NONE,
    positives: Pairs = NONE,
    *,
    barred: AbstractSet[str] = frozenset(),
) -> Decision:
    """The decision on `side` among `candidates` (in any order; a candidate that is `side` itself is left out).

    Args:
        side: the record.
        candidates: records that share a match key, each with its entity.
        scorer: compares two records.
        negatives: pairs that a person keeps apart; they may also name two candidates, which then never bridge.
        positives: pairs that a person joined.
        barred: entities that the record must not join, since a person keeps it apart from a member that is not among
            `candidates`. (Likewise, before two entities are merged over a bridge, the caller looks for negatives
            between members that are not among them.)
    """
    clusters: dict[str, list[Pairing]] = {}
    for candidate in candidates:
        if candidate.side.id != side.id and candidate.entity_id not in barred:
            scored = _judged(side, candidate.side, positives) or scorer.score(side, candidate.side)
            clusters.setdefault(candidate.entity_id, []).append(Pairing(candidate, scored))
    open_to = sorted((_best(pairings) for pairings in clusters.values() if _open(side, pairings, negatives)), key=_rank)
    if not open_to:
        return Decision(Verdict.NEW)
    first = open_to[0]
    joins = first.scored.verdict is Verdict.MATCH and _agreed(clusters[first.entity_id], scorer.model)
    rivals = open_to[1:] if joins else open_to
    bridge = tuple(p for p in rivals if joins and _bridges(first, p, clusters, scorer, negatives))
    bridged = {pairing.entity_id for pairing in bridge}
    possible = tuple(
        p for p in rivals if p.scored.verdict is not Verdict.NEW and p.entity_id not in bridged
    )  # fmt: skip
    if joins:
        return Decision(Verdict.MATCH, first.entity_id, first, possible, bridge)
    return Decision(Verdict.POSSIBLE if possible else Verdict.NEW, None, first, possible)


def _judged(side: Side, other: Side, positives: Pairs) -> Scored | None:
    if positives and ordered(side.id, other.id) in positives:
        piece = Evidence("person", 12.0, "a person joined the two")
        return Scored(1.0, Verdict.MATCH, JudgedBy.PERSON, (piece,))
    return None


def _rank(pairing: Pairing) -> tuple[float, str, str]:
    return -pairing.scored.score, pairing.entity_id, pairing.candidate.side.id


def _best(pairings: list[Pairing]) -> Pairing:
    return min(pairings, key=_rank)


def _open(side: Side, pairings: list[Pairing], negatives: Pairs) -> bool:
    """Whether no person keeps the record apart from any member."""
    return not negatives or not any(ordered(side.id, p.candidate.side.id) in negatives for p in pairings)


def _agreed(pairings: list[Pairing], model: Model) -> bool:
    """Whether the members allow the join: a sure one decides, else those who contradict it must be outnumbered."""
    if any(p.scored.verdict is Verdict.MATCH and p.scored.by is not JudgedBy.MODEL for p in pairings):
        return True
    against = sum(p.scored.apart or p.scored.score < model.contradiction for p in pairings)
    return against == 0 or against < sum(p.scored.verdict is Verdict.MATCH for p in pairings)


def _bridges(
    first: Pairing, other: Pairing, clusters: dict[str, list[Pairing]], scorer: Scorer, negatives: Pairs
) -> bool:
    """Whether the record proves that two entities are one: very strong with both, and nothing speaks against."""
    model = scorer.model
    if min(first.scored.score, other.scored.score) < model.bridge or not _agreed(clusters[other.entity_id], model):
        return False
    ours, theirs = clusters[first.entity_id], clusters[other.entity_id]
    if negatives and any(
        ordered(p.candidate.side.id, q.candidate.side.id) in negatives for p in ours for q in theirs
    ):  # fmt: skip
        return False
    between = scorer.score(first.candidate.side, other.candidate.side)
    ruled = first.scored.by is not JudgedBy.MODEL and other.scored.by is not JudgedBy.MODEL
    return not between.apart and (ruled or between.score >= model.bridge_floor)
