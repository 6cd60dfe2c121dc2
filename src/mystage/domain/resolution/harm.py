"""Which question to answer first: the one that would do most harm if the catalogue is wrong."""

from __future__ import annotations

from mystage.domain.resolution.judgements import DuplicatePair, Question


def audience(references: int, sources: int) -> int:
    """How many look at an entity, as far as we know: 1, the live performances that refer to it, and its sources.

    Sources stand for followers until the catalogue knows any: what many sites list, many people look for.
    """
    return 1 + references + sources


def expected_harm(pair: DuplicatePair, audience: int) -> float:
    """Probability that the catalogue is wrong as it stands, times the audience of both sides.

    Two entities that may be one are wrong with the pair's score; one that may be two, with one minus the score.
    """
    wrong = pair.score if pair.question is Question.JOIN else 1.0 - pair.score
    return wrong * audience


def uncertainty(pair: DuplicatePair) -> float:
    """1 where the model cannot tell (score 0.5), 0 where it is sure: what teaches most comes first."""
    return 1.0 - 2.0 * abs(pair.score - 0.5)
