"""The engine of venues: symmetric, pure, explained; one test for each rule and trap."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.scoring import MODELS

from mystage.domain.errors import Invalid
from mystage.domain.resolution.additive import MISSING, AdditiveModel
from mystage.domain.resolution.judgements import Verdict
from mystage.domain.resolution.venues.comparing import VenueEngine
from mystage.domain.resolution.venues.features import FEATURES, PLACE_LEVELS, distance_level
from mystage.domain.values import Kind

MODEL = MODELS[Kind.VENUE]
ENGINE = VenueEngine(MODEL)
LION = {
    "name": "Blue Lion", "street": "12 Mill Road", "locality": "Ashford", "region": "TX", "postal_code": "54321",
    "lat": "50.12341", "lon": "8.65432", "phone": "+1 415 555 0123", "website": "https://bluelion.example",
}  # fmt: skip


def lion(**more: str) -> dict[str, str]:
    return LION | more


def chance(a: dict[str, str], b: dict[str, str]) -> float:
    return ENGINE.probability(ENGINE.prepare(a), ENGINE.prepare(b))


def only(*fields: str, **more: str) -> dict[str, str]:
    return {field: LION[field] for field in fields} | more


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (lion(), lion(name="The Blue Loin", phone="")),
        (lion(), lion(name="BLUE LION CLUB", website="", lat="50.12401", lon="8.65501")),
        (lion(), only("name", "street", "locality")),
        (lion(), only("name", "phone", "locality")),
        (lion(), lion(street="12 Mill Rd., Suite 3", postal_code="54321-0042")),
        (lion(), lion(name="\u0e1a\u0e25\u0e39\u0e44\u0e25\u0e2d\u0e2d\u0e19")),
        ({"name": "Lindau (Germany)", "lat": "47.5459", "lon": "9.6842"}, {"name": "lindau"}),
        (
            {"name": "Lindau", "lat": "47.5459", "lon": "9.6842", "source": "a"},
            {"name": "Lindau (Germany)", "lat": "47.55", "lon": "9.69", "source": "b"},
        ),
    ],
)
def test_one_place_in_two_records(a, b):
    assert chance(a, b) >= MODEL.match


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (lion(), lion(name="Velvet Lounge")),
        (lion(name="Blue Lion Main Hall"), lion(name="Blue Lion Cellar")),
        (lion(), lion(name="Blue Lion Festival")),
        (lion(), lion(name="Red Owl", street="14 Mill Road", phone="", website="")),
        (lion(), lion(street="9 Oak Lane", locality="Marburg", postal_code="99999", lat="51.1", lon="9.9", phone="")),
        (only("name", "locality", "website"), only("name", "website", locality="Marburg")),
        (only("name", "locality", "region"), only("name", "locality", region="NY")),
        (only("name", "locality", country="US"), only("name", "locality", country="GB")),
        ({"name": "Salem (Ore)", "lat": "44.94281", "lon": "-123.03512"}, {"name": "Salem, Massachusetts"}),
    ],
)
def test_two_places(a, b):
    assert chance(a, b) < MODEL.match


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [
        (lion(), lion(name="Blue Lion Kleiner Saal"), "rooms"),
        ({"name": "Blue Lion"}, {"name": "Blue Lion"}, "name alone"),
        (lion(), {"name": "Blue Lion"}, "name alone"),
    ],
)
def test_what_is_left_to_a_person(a, b, why):
    scored = ENGINE.explain(ENGINE.prepare(a), ENGINE.prepare(b))
    assert scored.verdict is Verdict.POSSIBLE
    assert why in {piece.feature for piece in scored.evidence}


def test_a_rule_parts_and_says_so():
    a, b = ENGINE.prepare(LION), ENGINE.prepare(lion(name="Velvet Lounge"))
    rule = ENGINE.rule(a, b)
    assert rule is not None
    assert rule.apart
    assert rule == ENGINE.explain(a, b)
    assert ENGINE.rule(a, ENGINE.prepare(LION)) is None


def test_the_evidence_is_in_plain_words():
    scored = ENGINE.explain(ENGINE.prepare(LION), ENGINE.prepare(lion(phone="+1 415 555 9876", lat="50.1243")))
    texts = {piece.feature: piece.text for piece in scored.evidence}
    assert texts["name"] == 'same name "blue lion"'
    assert texts["phone"] == "other phone"
    assert texts["position"].endswith(" m apart")


def test_a_model_of_other_features_is_refused():
    with pytest.raises(Invalid, match="other features"):
        VenueEngine(AdditiveModel(kind="venue", version="x", prior=0.0, terms=MODEL.terms[:3]))


def test_the_levels_of_the_place_are_those_beside_the_names():
    names = [feature.name for feature in FEATURES]
    assert [names[n] for n in PLACE_LEVELS if n < 13] == ["qualifier", "distance", "distance of places", "street"]
    assert "name and place" not in {names[n] for n in PLACE_LEVELS}
    assert distance_level(0.0) == 0
    assert distance_level(1e9) == 100


words = st.sampled_from(["Blue", "Lion", "Club", "Main", "Hall", "Fest", "Fabrik", "1", "2", "\u0e01\u0e34\u0e19"])
rows = st.fixed_dictionaries(
    {"name": st.lists(words, max_size=3).map(" ".join)},
    optional={
        "id": st.sampled_from("12"),
        "street": st.sampled_from(["1 Oak Street", "Oak St 1", "2 Elm Road", "Oak St"]),
        "locality": st.sampled_from(["Ashford", "Ashfrod", "Marburg"]),
        "region": st.sampled_from(["TX", "Texas", "NY", "Hessen"]),
        "postal_code": st.sampled_from(["11111", "11111-2222", "11999", "SE1 7XX"]),
        "country": st.sampled_from(["DE", "US"]),
        "lat": st.sampled_from(["50.00001", "50.1"]),
        "lon": st.sampled_from(["8.00001", "8.1"]),
        "phone": st.sampled_from(["+491234567", "1234567", "+1 800 555 1234"]),
        "website": st.sampled_from(["a.example/x", "b.example", "facebook.com/a"]),
        "source": st.sampled_from("ab"),
        "category": st.sampled_from(["bar", "bar; club", "concert hall"]),
    },
)


@settings(max_examples=400, deadline=None)
@given(rows, rows)
def test_comparing_is_symmetric_and_its_evidence_adds_up(x, y):
    """Either order gives the same levels, score and reasons; levels stay in their range."""
    a, b = ENGINE.prepare(x), ENGINE.prepare(y)
    levels = ENGINE.levels(a, b)
    assert levels == ENGINE.levels(b, a)
    assert len(levels) == len(FEATURES)
    assert all(MISSING <= level <= 100 for level in levels)
    assert ENGINE.probability(a, b) == ENGINE.probability(b, a)
    scored = ENGINE.explain(a, b)
    assert scored == ENGINE.explain(b, a)
    assert scored.score == pytest.approx(ENGINE.probability(a, b))


@settings(max_examples=200, deadline=None)
@given(rows)
def test_a_record_finds_its_own_copy(row):
    side = ENGINE.prepare(row)
    if side.name.text:
        assert set(ENGINE.keys(side)) & set(ENGINE.query_keys(side))
