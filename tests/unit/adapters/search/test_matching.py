from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.adapters.search.geo import boxes
from mystage.adapters.search.matching import ATTEMPTS, Asked, days, facet_counts, ordinal, reach
from mystage.application.ports.search import SearchDocument
from mystage.domain.errors import Invalid
from mystage.domain.values import GeoPoint, Kind, distance_m


def named(name: str, **more: object) -> SearchDocument:
    return SearchDocument.model_validate({"id": "x", "kind": Kind.ARTIST, "name": name, **more})


@pytest.mark.parametrize(("word", "edits"), [("abc", 0), ("abcd", 1), ("abcdefg", 1), ("abcdefgh", 2)])
def test_longer_words_forgive_more(word: str, edits: int) -> None:
    assert reach(word) == edits <= reach(word, loose=True)


@pytest.mark.parametrize(("words", "least"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 4)])
def test_the_last_attempt_needs_two_thirds_of_the_words(words: int, least: int) -> None:
    assert [attempt.least(words) for attempt in ATTEMPTS] == [words, words, least]


def test_relevance_orders_the_ways_to_match() -> None:
    """Equal, begun, an artist of that name, one edit, two edits, the town, nothing: each is worth less than the last."""
    asked = Asked("copperfield")
    ranked = [
        named("Copperfield"), named("Copperfields"), named("Larch", artists=("Copperfield",)), named("Coperfield"),
        named("Coperfeild"), named("Larch", locality="Copperfield"), named("Larch"),
    ]  # fmt: skip
    scores = [asked.relevance(document) for document in ranked]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_weight_never_outranks_a_better_name() -> None:
    """Popularity adds at most 0.05."""
    asked = Asked("ember")
    assert asked.relevance(named("Ember")) > asked.relevance(named("Embers", weight=1e9))
    assert asked.relevance(named("Ember", weight=1e9)) - asked.relevance(named("Ember")) == pytest.approx(0.05)


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_relevance_stays_in_its_bounds(text: str, name: str) -> None:
    """Between 0 and 1.05, whatever the texts."""
    asked = Asked(text)
    if asked:
        assert 0 <= asked.relevance(named(name, weight=5)) <= 1.05


def test_days_of_a_document() -> None:
    """Without an end the first day is the last; an end before the beginning counts as the beginning."""
    first = ordinal("2026-05-01", "x")
    assert days(named("x")) is None
    assert days(named("x", day="2026-05-01")) == (first, first)
    assert days(named("x", day="2026-05-01", until="2026-05-03")) == (first, first + 2)
    assert days(named("x", day="2026-05-01", until="2026-04-03")) == (first, first)


@pytest.mark.parametrize("day", ["", "2026", "2026-02-30", "soon"])
def test_what_is_no_day_is_invalid(day: str) -> None:
    with pytest.raises(Invalid) as caught:
        ordinal(day, "day_from")
    assert caught.value.where == "day_from"


def test_facets_are_bounded_and_sorted() -> None:
    """The hundred most frequent values, equal counts by name."""
    counts = facet_counts(named("x", genres=(f"g{n:03}", "all")) for n in range(150))["genres"]
    assert len(counts) == 100
    assert list(counts)[:3] == ["all", "g000", "g001"]


degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(degrees, degrees, st.floats(0.001, 20_038))
def test_boxes_hold_all_that_is_within_the_radius(
    centre: tuple[float, float], other: tuple[float, float], km: float
) -> None:
    """No point within the radius is outside the boxes, and the boxes are proper."""
    middle, point = GeoPoint(lat=centre[0], lon=centre[1]), GeoPoint(lat=other[0], lon=other[1])
    found = boxes(middle, km)
    assert all(south <= north and west <= east for south, north, west, east in found)
    if distance_m(middle, point) <= km * 1_000:
        assert any(s <= point.lat <= n and w <= point.lon <= e for s, n, w, e in found)


@given(degrees, st.floats(0.001, 2_000), st.floats(0, 360))
def test_boxes_hold_the_rim(centre: tuple[float, float], km: float, bearing: float) -> None:
    """Points just within the radius, in every direction, are in a box: the hardest places of the test above."""
    angle, turn = km * 0.999 / 6_371.0088, math.radians(bearing)
    lat, lon = map(math.radians, centre)
    rim = math.asin(
        max(-1.0, min(1.0, math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(turn)))
    )
    east = lon + math.atan2(
        math.sin(turn) * math.sin(angle) * math.cos(lat), math.cos(angle) - math.sin(lat) * math.sin(rim)
    )
    there = math.degrees(rim), (math.degrees(east) + 180) % 360 - 180
    found = boxes(GeoPoint(lat=centre[0], lon=centre[1]), km)
    assert any(s <= there[0] <= n and w <= there[1] <= e for s, n, w, e in found)
