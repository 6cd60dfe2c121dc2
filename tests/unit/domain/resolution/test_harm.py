"""The order of the review queue."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.resolution.harm import audience, expected_harm, uncertainty
from mystage.domain.resolution.judgements import DuplicatePair, Question
from mystage.domain.values import Kind

T0 = datetime(2026, 5, 1, tzinfo=UTC)


def pair(score: float, question: Question = Question.JOIN) -> DuplicatePair:
    return DuplicatePair(
        id="d",
        kind=Kind.VENUE,
        left="a",
        right="b",
        left_source="x",
        right_source="y",
        score=score,
        question=question,
        found_at=T0,
    )


@settings(deadline=None)
@given(st.floats(0.0, 1.0), st.integers(0, 1000), st.integers(0, 50))
def test_harm_grows_with_what_is_wrong_and_who_sees_it(score: float, shows: int, sources: int) -> None:
    seen = audience(shows, sources)
    assert expected_harm(pair(score), seen) <= expected_harm(pair(score), audience(shows + 1, sources))
    both = expected_harm(pair(score), seen) + expected_harm(pair(score, Question.SPLIT), seen)
    assert math.isclose(both, seen)
    assert 0.0 <= uncertainty(pair(score)) <= uncertainty(pair(0.5)) == 1.0
