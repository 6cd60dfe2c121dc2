"""Match keys: few, deterministic, and shared by records that are one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.domain.resolution.making import FOXES, HOUSE, artist, show, venue

from mystage.domain.resolution.blocking import (
    QUERY_LIMIT,
    STORED_LIMIT,
    match_keys,
    query_keys,
)
from mystage.domain.resolution.venues.keys import stems
from mystage.domain.resolution.venues.names import NO_NAME, name


def meet(a, b) -> bool:
    """Whether each finds the other, whichever is kept first."""
    forth = set(match_keys(a)) & set(query_keys(b))
    back = set(match_keys(b)) & set(query_keys(a))
    return bool(forth) and bool(back)


FULL = venue(
    "Blue Lion Club",
    website="bluelion.example",
    alt_names=("Lion",),
    identifiers={"osm": "1", "google_place_id": "2", "foursquare": "3", "yelp": "4"},
    **HOUSE,
)


def test_keys_are_few_short_and_stable():
    assert len(match_keys(FULL)) <= STORED_LIMIT
    assert len(query_keys(FULL)) <= QUERY_LIMIT
    assert all(len(key) <= 64 for key in query_keys(FULL))
    assert match_keys(FULL) == match_keys(FULL)
    assert len(match_keys(venue("x" * 500, locality="y" * 500))[0]) <= 64


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (venue("Blue Lion", identifiers={"osm": "1"}), venue("Else", "beta", identifiers={"osm": "1"})),
        (venue("Blue Lion", phone="+49 123 456789"), venue("Else", "beta", phone="0123 456789")),
        (venue("Blue Lion", website="a.example", locality="X"), venue("B", "b", website="www.a.example", locality="X")),
        (venue("Blue Lion", locality="Ashford"), venue("The Blue Lion", "beta", locality="Ashford")),
        (venue("Blue Lion", street="12 Mill Rd"), venue("Else", "beta", street="12 Mill Road")),
        (venue("Blue Lion", lat=50.1299, lon=8.7), venue("Blue Lyon", "beta", lat=50.1301, lon=8.7001)),
        (venue("Blue Lion", postal_code="11111"), venue("Blue Lyon", "beta", postal_code="11111")),
        (venue("Blue Lion"), venue("Blue Lion", "beta", locality="Ashford")),
        (venue("Blue Lion"), venue("Blue Lion", "beta")),
        (artist("Velvet Foxes"), artist("Velvt Foxes", "beta")),
        (artist("Velvet Foxes"), artist("Velvetfoxes", "beta")),
        (artist("Nina Cave"), artist("Cave Nina", "beta")),
        (artist("Foxes", website="a.example"), artist("Velvet", "beta", website="a.example")),
        (artist("Foxes", links=("instagram.com/f",)), artist("Velvet", "beta", links=("instagram.com/f",))),
        (artist("Foxes", alt_names=("The Vixens",)), artist("Vixens", "beta")),
        (show(venue_id="v", start_local="2026-06-01"), show("beta", venue_id="v", start_local="2026-06-01T20:00")),
        (show(artists=FOXES, start_local="2026-06-01"), show("beta", artists=FOXES, start_local="2026-06-01T20:00")),
        (show(venue_id="v", start_local="2026-06-01T23:30"), show("b", venue_id="v", start_local="2026-06-02T00:00")),
        (show(venue_id="v", start_local="2026-06-01"), show("b", venue_id="v", start_local="2026-06-02T00:30")),
        (show(title="Big Night", start_local="2026-06-01"), show("b", title="big night", start_local="2026-06-01")),
        (show(identifiers={"tm": "1"}), show("beta", identifiers={"tm": "1"})),
    ],
)
def test_records_that_may_be_one_meet(a, b):
    assert meet(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (venue("Blue Lion", locality="Ashford"), venue("Blue Lion", "beta", locality="Marburg")),
        (venue("Lion"), artist("Lion", "beta")),
        (show(venue_id="v", start_local="2026-06-01T20:00"), show("b", venue_id="v", start_local="2026-06-02T20:00")),
        (show(), show("beta")),
    ],
)
def test_records_that_are_not_one_need_not_meet(a, b):
    assert not meet(a, b)


def test_stems():
    assert stems(NO_NAME) == []
    assert stems(name("lion theater")) == ["lio", "-on"]
    assert stems(name("club")) == ["clu", "-ub"]


def misspelt(text: str, rng: random.Random) -> str:
    """One letter left out, doubled or swapped, not in the first two."""
    i = rng.randrange(2, len(text) - 1)
    return rng.choice(
        [text[:i] + text[i + 1 :], text[:i] + text[i] + text[i:], text[:i] + text[i + 1] + text[i] + text[i + 2 :]]
    )


@settings(max_examples=200, deadline=None)
@given(
    st.randoms(use_true_random=False),
    st.sampled_from(["Blue Lion Theatre", "The Golden Anchor", "Fabrik", "Old Mill & Barn"]),
    st.sets(st.sampled_from(["street", "phone", "lat", "postal_code"]), max_size=3),
)
def test_perturbed_venues_still_meet(rng, name, dropped):
    """Completeness: a misspelt name, a moved pin and up to three missing fields leave at least one key."""
    more = {k: v for k, v in HOUSE.items() if k not in dropped and not ("lat" in dropped and k == "lon")}
    twin = dict(more)
    if "lat" in more:
        twin["lat"], twin["lon"] = more["lat"] + rng.uniform(-0.002, 0.002), more["lon"] + rng.uniform(-0.002, 0.002)
    changed = misspelt(name, rng) if len(more) > 1 else name.upper()
    assert meet(venue(name, **more), venue(changed, "beta", **twin))
