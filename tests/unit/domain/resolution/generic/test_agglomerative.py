"""Average link: the likeliest join first, decided on all pairs, in any order; one source is rarely met twice."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.domain.resolution.agglomerative import Agglomeration, log_odds_of

Pairs = dict[tuple[int, int], float]


def cluster(count: int, pairs: Pairs, sources: tuple[str, ...] = (), conflict: float = 0.0) -> list[int]:
    def compare(a: int, b: int) -> float:
        return pairs.get((a, b), -5.0)

    clusters = Agglomeration(count, compare, sources, conflict)
    for (a, b), odds in pairs.items():
        clusters.add(a, b, odds)
    return clusters.clusters(0.0)


def test_a_weak_bridge_does_not_join_two_strong_clusters() -> None:
    assert cluster(4, {(0, 1): 6.0, (2, 3): 6.0, (1, 2): 1.0}) == [0, 0, 2, 2]


def test_pairs_that_were_no_candidates_are_compared_before_a_join() -> None:
    asked: list[tuple[int, int]] = []

    def compare(a: int, b: int) -> float:
        asked.append((a, b))
        return 4.0

    clusters = Agglomeration(3, compare)
    clusters.add(0, 1, 5.0)
    clusters.add(1, 2, 3.0)
    assert clusters.clusters(0.0) == [0, 0, 0]
    assert asked == [(0, 2)]


def test_two_records_of_one_source_cost_what_that_says() -> None:
    pairs = {(0, 1): 6.0, (1, 2): 3.0, (0, 2): 3.0}
    assert cluster(3, pairs, ("a", "b", "a"), -4.0) == [0, 0, 2]
    assert cluster(3, pairs, ("a", "b", "c"), -4.0) == [0, 0, 0]
    assert cluster(3, pairs, ("a", "b", "a"), -1.0) == [0, 0, 0]
    assert cluster(3, pairs, ("", "b", ""), -4.0) == [0, 0, 0]


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda p: p[0] < p[1]),
        st.integers(-60, 60).map(lambda n: n / 10 + 0.001),
        max_size=40,
    ),
    st.integers(0, 10_000),
)
def test_the_order_of_pairs_changes_nothing(pairs: Pairs, seed: int) -> None:
    shuffled = list(pairs.items())
    random.Random(seed).shuffle(shuffled)
    found = cluster(12, pairs, tuple("abcd" * 3), -3.0)
    assert found == cluster(12, dict(shuffled), tuple("abcd" * 3), -3.0)
    assert all(found[first] == first <= n for n, first in enumerate(found))


def test_log_odds_are_those_of_the_probability() -> None:
    assert log_odds_of(0.5) == pytest.approx(0.0)
    assert (log_odds_of(1.0), log_odds_of(0.0)) == (12.0, -12.0)
