"""Incremental clusters on an engine of numbers: records are points, near ones are one."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.resolution.engine import Engine
from mystage.domain.resolution.evidence import joined
from mystage.domain.resolution.incremental import Clusterer, Limits, logit
from mystage.domain.resolution.linking import average_link, groups


class Line(Engine):
    """Points on a line: one within 1.0 of each other."""

    kind = "point"
    match = 0.5

    def prepare(self, row):
        return float(row["x"])

    def keys(self, side):
        return [str(math.floor(side / 4))]

    def query_keys(self, side):
        return [str(math.floor(side / 4) + step) for step in (-1, 0, 1)]

    def levels(self, a, b):
        return [int(abs(a - b))]

    def rule(self, a, b):
        return None

    def probability(self, a, b):
        return 1 / (1 + math.exp(-6 * (1 - abs(a - b))))

    def explain(self, a, b):
        return joined("distance", "near")


def clusters_of(points, limits=None, *, repair=False):
    clusterer = Clusterer(Line(), limits)
    for point in points:
        clusterer.add(point)
    if repair:
        clusterer.repair()
    found = {}
    for point, cluster in zip(points, clusterer.cluster_of, strict=True):
        found.setdefault(cluster, []).append(point)
    return sorted(sorted(members) for members in found.values())


def test_a_record_joins_founds_and_bridges():
    assert clusters_of([0.0, 0.1, 5.0]) == [[0.0, 0.1], [5.0]]
    assert clusters_of([0.0, 1.05, 0.5]) == [[0.0, 0.5], [1.05]]  # a bridge needs both sides to agree
    assert clusters_of([0.0, 0.9, 0.45], Limits(join=0.65, bridge=0.8)) == [[0.0, 0.45], [0.9]]
    assert clusters_of([0.0, 0.6, 0.3], Limits(join=0.95, bridge=0.95)) == [[0.0, 0.3], [0.6]]


def test_a_cluster_must_agree_on_average():
    """A chain of neighbours is not one thing."""
    assert max(len(members) for members in clusters_of([n * 0.8 for n in range(12)])) <= 3


def test_the_last_pass_undoes_the_order_of_arrival():
    points = [0.0, 0.8, 1.6, 2.4, 1.7, 0.1]
    assert clusters_of(points, repair=True) == clusters_of(points[::-1], repair=True)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 40), unique=True, max_size=14), st.randoms(use_true_random=False))
def test_well_parted_clusters_do_not_depend_on_order(centres, rng):
    """Where clusters lie far apart, any order gives the same, with or without the last pass."""
    points = [centre * 10 + rng.random() * 0.5 for centre in centres for _ in range(3)]
    expected = clusters_of(points)
    shuffled = random.Random(len(points)).sample(points, len(points))
    assert clusters_of(shuffled) == expected == clusters_of(shuffled, repair=True)
    assert len(expected) == len(centres)


def test_remembered_pairs_have_their_log_odds():
    clusterer = Clusterer(Line())
    for point in (0.0, 0.1, 30.0):
        clusterer.add(point)
    [(left, right, odds)] = clusterer.links()
    assert (left, right) == (0, 1)
    assert odds == pytest.approx(logit(Line().probability(0.0, 0.1)))
    assert clusterer.sides(0, 1) == (0.0, 0.1)


def test_a_record_that_says_nothing_is_a_cluster_of_its_own():
    clusterer = Clusterer(Line())
    assert [clusterer.add(0.0), clusterer.alone(), clusterer.add(0.1)] == [0, 1, 0]
    clusterer.repair()
    assert list(clusterer.cluster_of) == [0, 1, 0]


def test_average_link_joins_the_nearest_first():
    known = {(0, 1): 3.0, (1, 2): 2.0, (0, 2): -4.0}
    assert sorted(map(sorted, average_link([0, 1, 2], known, lambda a, b: -6.0, 0.0))) == [[0, 1], [2]]
    assert groups(4, [(1, 0, 2.0), (1, 2, 1.0), (3, 2, -1.0)], 0.0) == [([0, 1, 2], {(0, 1): 2.0, (1, 2): 1.0})]


def test_log_odds_are_bounded():
    assert (logit(0.0), logit(1.0), logit(0.5)) == (-9.0, 9.0, 0.0)
