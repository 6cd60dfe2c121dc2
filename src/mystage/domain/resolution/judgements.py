"""Judgements join or separate two entity sources; they are retired, never deleted."""

from __future__ import annotations

from enum import StrEnum

from mystage.domain.access import DATA_ROLES
from mystage.domain.schema import Collection, Composite, Index
from mystage.domain.values import Instant, Kind, Model, Score, digest_id


class Verdict(StrEnum):
    """What resolution says of two records."""

    MATCH = "match"
    POSSIBLE = "possible"
    NEW = "new"


class Polarity(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNSURE = "unsure"


class JudgedBy(StrEnum):
    """Who judged; a person is never overruled by a machine."""

    RULE = "rule"
    MODEL = "model"
    PERSON = "person"


class Reason(Model):
    """One piece of evidence in plain words, with its weight (positive joins, negative separates)."""

    feature: str
    weight: float
    text: str


class Judgement(Model):
    """A decision on two entity sources, with its score and reasons."""

    id: str
    kind: Kind
    left: str
    right: str
    """Ids of the entity sources, `left` < `right`."""
    polarity: Polarity
    by: JudgedBy
    actor: str = ""
    """The person, or the model with its version."""
    score: Score
    reasons: tuple[Reason, ...] = ()
    why: str = ""
    created_at: Instant
    retired_at: Instant | None = None
    implied: bool = False
    """It follows from another act (records that stay together after an un-merge): no label to learn from."""


class DuplicateStatus(StrEnum):
    OPEN = "open"
    MERGED = "merged"
    """The two are one now, or the question has followed its records elsewhere; asked again where it comes up again."""
    REJECTED = "rejected"
    """A person has said no."""
    UNSURE = "unsure"
    """A person could not tell."""


class Question(StrEnum):
    """What a pair of the review queue asks."""

    JOIN = "join"
    """Are two entities one?"""
    SPLIT = "split"
    """Are two records of one entity two things? (`left` and `right` are the same entity then.)"""


class Opinion(Model):
    """What a language model says of a pair: shown to the person who answers, never a decision."""

    polarity: Polarity
    probability: Score
    """That the two are one."""
    reason: str
    by: str
    """The model."""
    at: Instant


class DuplicatePair(Model):
    """Two canonical entities that may be one (or one that may be two): waits for a person."""

    id: str
    kind: Kind
    left: str
    right: str
    """Ids of the entities, `left` < `right` (equal where the question is whether one entity is two)."""
    left_source: str
    right_source: str
    """The entity sources that were compared."""
    score: Score
    reasons: tuple[Reason, ...] = ()
    status: DuplicateStatus = DuplicateStatus.OPEN
    question: Question = Question.JOIN
    opinions: tuple[Opinion, ...] = ()
    found_at: Instant


def ordered(a: str, b: str) -> tuple[str, str]:
    """The two ids in the order in which pairs are kept."""
    return (a, b) if a < b else (b, a)


def judgement_id(left: str, right: str, by: JudgedBy) -> str:
    """One judgement a pair for a person, one for the machine (rule or model)."""
    a, b = ordered(left, right)
    return digest_id(a, b, "person" if by is JudgedBy.PERSON else "machine", prefix="jdg_")


def pair_id(left: str, right: str) -> str:
    """The id of a pair of entities."""
    return digest_id(*ordered(left, right), prefix="dup_")


def split_id(left_source: str, right_source: str) -> str:
    """The id of the question whether two records of one entity belong together."""
    return digest_id("split", *ordered(left_source, right_source), prefix="dup_")


JUDGEMENTS = Collection(
    "judgements",
    Judgement,
    indexes=(Index("left"), Index("right"), Index("kind"), Index("by")),
    composites=(),
    readers=DATA_ROLES,
)


def _pairs(name: str) -> Collection[DuplicatePair]:
    indexes = (Index("status"), Index("left"), Index("right"), Index("score", type="real"))
    composites = (Composite(("status", "score"), descending=True),)
    return Collection(name, DuplicatePair, indexes=indexes, composites=composites, readers=DATA_ROLES)


DUPLICATES = {
    Kind.VENUE: _pairs("venue_duplicates"),
    Kind.ARTIST: _pairs("artist_duplicates"),
    Kind.PERFORMANCE: _pairs("performance_duplicates"),
}
