"""The rules of resolution, one test each, and what holds for every pair."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.scoring import MODELS, scorer
from tests.unit.domain.resolution.making import FOXES, HOUSE, OWLS, artist, show, venue

from mystage.domain.resolution.judgements import JudgedBy, Verdict
from mystage.domain.resolution.naming import compare
from mystage.domain.resolution.scoring import DefaultScorer, explain
from mystage.domain.sources import derived_key
from mystage.domain.values import Kind, evolve

SCORER = scorer()
NEAR = {"lat": 50.1236, "lon": 8.6545}


def verdict(a, b) -> Verdict:
    return SCORER.score(a, b).verdict


def test_a_shared_identifier_joins():
    """Whatever else differs."""
    a = venue("Blue Lion", identifiers={"google_place_id": "G1"}, country="DE")
    b = venue("Red Owl", "beta", identifiers={"google_place_id": "G1"}, country="US")
    scored = SCORER.score(a, b)
    assert (scored.verdict, scored.by, scored.evidence[0].feature) == (Verdict.MATCH, JudgedBy.RULE, "identifier")


def test_the_same_key_of_one_source_is_the_same_record():
    assert SCORER.score(venue("Blue Lion"), venue("Red Owl")).score == 1.0


def test_an_identifier_that_contradicts_weighs_against():
    a = artist("Velvet Foxes", identifiers={"musicbrainz": "m1"})
    b = artist("Velvet Foxes", "beta", identifiers={"musicbrainz": "m2"})
    assert verdict(a, b) is not Verdict.MATCH


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Blue Lion Theatre", "Blu Lion Theater"),
        ("The Blue Lion", "Blue Lion Club"),
        ("Ashfield Hall", "Ash Field Hall"),
        ("Blue Lion", "\u0e1a\u0e25\u0e39\u0e44\u0e25\u0e2d\u0e2d\u0e19"),
    ],
)
def test_one_venue_in_two_spellings_at_one_address(a, b):
    assert verdict(venue(a, **HOUSE), venue(b, "beta", **HOUSE)) is Verdict.MATCH


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Fabrik Main Hall", "Fabrik Cellar Bar"),
        ("Main Hall", "Cellar Bar"),
        ("Granite Room", "Garden Room"),
        ("The Old Mill", "Petit Chat"),
        ("Fabrik Saal 1", "Fabrik Saal 2"),
    ],
)
def test_rooms_in_one_building_stay_apart(a, b):
    scored = SCORER.score(venue(a, **HOUSE), venue(b, "beta", **HOUSE))
    assert scored.apart
    assert scored.verdict is Verdict.NEW
    assert scored.evidence[0].feature == "rooms"


def test_a_house_and_its_room_are_left_to_a_person():
    assert verdict(venue("Fabrik", **HOUSE), venue("Fabrik Kleiner Saal", "beta", **HOUSE)) is Verdict.POSSIBLE


def test_a_towns_name_in_a_venues_name_tells_nothing():
    assert verdict(venue("Blue Lion Ashford", **HOUSE), venue("Blue Lion", "beta", **HOUSE)) is Verdict.MATCH


def test_a_corner_house_has_two_street_lines():
    """Same name, phone and town outweigh another street: a person is asked, the catalogue does not join by itself."""
    a = venue("Blue Lion", street="1 Oak Street", locality="Ashford", phone="+49123456789")
    b = venue("Blue Lion", "beta", street="99 Elm Street", locality="Ashford", phone="+49123456789")
    assert verdict(a, b) is Verdict.POSSIBLE


def test_a_festival_is_not_its_venue():
    assert SCORER.score(venue("Blue Lion", **HOUSE), venue("Blue Lion Festival", "beta", **HOUSE)).apart


def test_the_branches_of_a_chain_stay_apart():
    a = venue("Blue Lion", locality="Ashford", website="https://bluelion.example")
    b = venue("Blue Lion", "beta", locality="Marburg", website="https://bluelion.example/marburg")
    assert verdict(a, b) is Verdict.NEW


def test_a_chains_phone_does_not_join_two_addresses():
    a = venue("Blue Lion", street="1 Oak Street", locality="Ashford", phone="+49123456789", lat=50.0, lon=8.0)
    b = venue("Blue Lion", "beta", street="99 Elm Street", locality="Ashford", phone="+49123456789", lat=50.1, lon=8.0)
    assert verdict(a, b) is not Verdict.MATCH


def test_a_name_alone_is_not_enough_for_a_venue():
    assert verdict(venue("Blue Lion"), venue("Blue Lion", "beta")) is Verdict.POSSIBLE
    assert verdict(venue("The Club"), venue("Club", "beta")) is Verdict.NEW


def test_a_common_name_weighs_less_than_a_rare_one():
    rare = SCORER.score(venue("Blue Lion", locality="Ashford"), venue("Blue Lion", "beta", locality="Ashford"))
    common = SCORER.score(venue("Music Hall", locality="Ashford"), venue("Music Hall", "beta", locality="Ashford"))
    assert common.score < rare.score


def test_neighbours_stay_apart():
    a = venue("Blue Lion Bar", street="12 Mill Road", locality="Ashford", lat=50.1234, lon=8.6543)
    b = venue("Red Owl Bar", "beta", street="14 Mill Road", locality="Ashford", **NEAR)
    assert verdict(a, b) is Verdict.NEW


def test_a_short_phone_may_lack_its_area_code():
    a = venue("Blue Lion", phone="+49 69 1234567", locality="Ashford")
    b = venue("Blue Lion", "beta", phone="123 45 67", locality="Ashford")
    assert "phone" in {e.feature for e in SCORER.score(a, b).evidence if e.weight > 0}


def test_regions_and_countries_tell_towns_apart():
    a = venue("Blue Lion", locality="Ashford", region="CA", country="US")
    assert verdict(a, venue("Blue Lion", "beta", locality="Ashford", region="NY", country="US")) is not Verdict.MATCH
    assert verdict(a, venue("Blue Lion", "beta", locality="Ashford", country="GB")) is Verdict.NEW


def test_a_town_with_a_typing_error_is_alike():
    a = venue("Blue Lion", locality="Ashford", street="Mill Road", website="a.example", **NEAR)
    b = venue("Blue Lion", "beta", locality="Ashfrod", street="Mill Road", website="b.example", lat=50.1237, lon=8.6545)
    assert verdict(a, b) is not Verdict.NEW


@pytest.mark.parametrize(
    ("a", "b"),
    [("The Velvet Foxes", "Velvet Foxes"), ("A$AP Nova", "ASAP Nova"), ("Velvetfoxes", "Velvet Foxes"), ("Nina Cave", "Cave Nina"), ("Owl", "OWL")],
)  # fmt: skip
def test_artists_of_one_name_join(a, b):
    assert verdict(artist(a), artist(b, "beta")) is Verdict.MATCH


@pytest.mark.parametrize("b", ["Velvet Foxes Revue", "Velvet Boxers", "\u0e1a\u0e25\u0e39", "Foxes"])
def test_artists_of_other_names_do_not_join(b):
    assert verdict(artist("Velvet Foxes"), artist(b, "beta")) is Verdict.NEW


def test_artists_of_one_name_and_two_countries_are_left_to_a_person():
    assert verdict(artist("Owls", country="DE"), artist("Owls", "beta", country="US")) is not Verdict.MATCH


def test_a_misspelt_artist_with_the_same_site_or_profile_joins():
    a = artist("Velvet Foxes", website="velvetfoxes.example", genres=("Rock",))
    assert (
        verdict(a, artist("Velvt Foxes", "beta", website="https://velvetfoxes.example/", genres=("rock",)))
        is Verdict.MATCH
    )
    c = artist("Velvet Foxes", links=("https://instagram.com/vfoxes",))
    assert verdict(c, artist("Velvt Foxes", "beta", links=("https://www.instagram.com/vfoxes/",))) is Verdict.MATCH
    assert verdict(a, artist("Velvt Foxes", "beta", website="else.example")) is not Verdict.MATCH


@pytest.mark.parametrize(
    "b",
    ["Tribute to Velvet Foxes", "The Velvet Foxes Experience", "Trio Nova performing the music of Velvet Foxes", "Velvet Foxes (DJ Set)"],
)  # fmt: skip
def test_tribute_acts_and_dj_sets_are_not_the_act(b):
    assert SCORER.score(artist("Velvet Foxes"), artist(b, "beta")).apart


def test_a_band_called_experience_is_itself():
    assert verdict(artist("The Nova Experience"), artist("Nova Experience", "beta")) is Verdict.MATCH


AT = {"venue_id": "ven_1", "venue_name": "Lido"}
EVENING = show(title="Velvet Foxes live", start_local="2026-06-01T20:00", artists=FOXES, **AT)


@pytest.mark.parametrize(
    "other",
    [
        show("beta", title="Velvet Foxes", start_local="2026-06-01", artists=FOXES, **AT),
        show("beta", start_local="2026-06-01T19:00", artists=FOXES, **AT),
        show("beta", start_local="2026-06-01T22:00", doors_local="2026-06-01T20:00", artists=FOXES, **AT),
        show("beta", title="Velvet Foxes live", start_local="2026-06-01T20:00", **AT),
        show("beta", title="Velvet Foxes", start_local="2026-06-01T20:00", artists=FOXES, place="Lido Ashford"),
        show("beta", start_local="2026-06-01T20:00", artists=(("art_x", "Velvet Foxess"),), **AT),
    ],
    ids=["date only", "doors", "told doors", "no artists", "place in words", "artist twice"],
)
def test_one_show_told_in_two_ways(other):
    assert verdict(EVENING, other) is Verdict.MATCH


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (show("beta", title="Velvet Foxes live", start_local="2026-06-01T15:00", artists=FOXES, **AT), "sets"),
        (show("alpha", "2", title="Velvet Foxes", start_local="2026-06-01T22:00", artists=FOXES, **AT), "sets"),
        (show("beta", title="Iron Owls", start_local="2026-06-01T20:00", artists=OWLS, **AT), "acts"),
        (show("beta", title="Tribute to Velvet Foxes", start_local="2026-06-01T20:00", **AT), "tribute"),
        (show("beta", start_local="2026-06-01", artists=(("art_t", "Velvet Foxes Tribute"),), **AT), "tribute"),
        (show("beta", title="Velvet Foxes (DJ Set)", start_local="2026-06-01", **AT), "dj set"),
        (show("beta", title="A tribute to the Wolves", start_local="2026-06-01T20:00", **AT), "tribute"),
    ],
    ids=["matinee", "late show", "other act", "tribute", "tribute act", "dj set", "other tribute"],
)
def test_two_shows_at_one_place_stay_apart(other, rule):
    scored = SCORER.score(EVENING, other)
    assert scored.apart
    assert scored.evidence[0].feature == rule


@pytest.mark.parametrize(
    "other",
    [
        show("beta", title="Velvet Foxes", start_local="2026-06-02T20:00", artists=FOXES, **AT),
        show("beta", title="Velvet Foxes", start_local="2026-06-03", artists=FOXES, **AT),
        show("beta", title="Open Stage", start_local="2026-06-01T20:00", artists=FOXES, venue_id="ven_2"),
        show("beta", title="Summer Fest", kind="festival", start_local="2026-06-01T12:00", artists=OWLS + FOXES, **AT),
        show("beta", title="Quiz", **AT),
        show("beta", title="\u0e1a\u0e25\u0e39", start_local="2026-06-02", **AT),
    ],
    ids=["next day", "other day", "other venue", "festival", "no day", "foreign title"],
)
def test_shows_that_are_not_the_same(other):
    assert verdict(EVENING, other) is Verdict.NEW


def test_an_artist_at_two_places_at_one_time_is_left_to_a_person():
    """A moved show, or a venue that is still doubled."""
    other = show("beta", title="Velvet Foxes", start_local="2026-06-01T20:00", artists=FOXES, venue_id="ven_2")
    assert verdict(EVENING, other) is Verdict.POSSIBLE


def test_two_venues_of_one_name_are_a_weaker_contradiction():
    twin = show(
        "beta", title="Velvet Foxes", start_local="2026-06-01T20:00", artists=FOXES, venue_id="v2", venue_name="Lido"
    )
    other = show(
        "beta", title="Velvet Foxes", start_local="2026-06-01T20:00", artists=FOXES, venue_id="v2", venue_name="Tempel"
    )
    assert SCORER.score(EVENING, twin).score > SCORER.score(EVENING, other).score


def test_a_shared_act_under_another_title_is_left_to_a_person():
    other = show("beta", title="A night out", start_local="2026-06-01T20:00", artists=OWLS + FOXES, **AT)
    assert verdict(EVENING, other) is Verdict.POSSIBLE


def test_places_in_words_are_compared():
    a = show(title="Velvet Foxes", start_local="2026-06-01", artists=FOXES, place="Ashford, Kent")
    assert verdict(a, show("beta", start_local="2026-06-01", artists=FOXES, place="Ashford")) is Verdict.POSSIBLE
    assert verdict(a, show("beta", start_local="2026-06-01", artists=FOXES, place="Marburg")) is Verdict.NEW


def test_a_start_after_midnight_may_be_told_by_its_evening():
    late = show(title="Club Night", start_local="2026-06-02T00:30", artists=FOXES, **AT)
    evening = show("beta", title="Club Night", start_local="2026-06-01T23:45", artists=FOXES, **AT)
    day = show("beta", title="Club Night", start_local="2026-06-01", artists=FOXES, **AT)
    assert verdict(late, evening) is Verdict.MATCH
    assert verdict(late, day) is Verdict.MATCH
    tomorrow = show("beta", title="Club Night", start_local="2026-06-03", artists=FOXES, **AT)
    assert verdict(late, tomorrow) is Verdict.NEW


def test_two_keys_of_one_source_weigh_against():
    """A strong negative that other evidence may outweigh."""
    acts = {"start_local": "2026-06-01T20:00", "artists": OWLS + FOXES}
    ours, theirs = show(key="2", **acts, **AT), show("beta", **acts, **AT)
    assert verdict(EVENING, theirs) is Verdict.MATCH
    assert verdict(EVENING, ours) is not Verdict.MATCH
    assert (
        verdict(EVENING, show(key="2", title="Velvet Foxes live", start_local="2026-06-01T20:00", artists=FOXES, **AT))
        is Verdict.MATCH
    )


def test_place_and_time_alone_are_left_to_a_person():
    """Without any word on who plays, two shows may be in two rooms."""
    assert verdict(EVENING, show("beta", start_local="2026-06-01T20:00", **AT)) is Verdict.POSSIBLE


def test_a_title_that_any_show_may_have_says_nothing():
    a = show(title="Live at Lido 2026", start_local="2026-06-01T20:00", **AT)
    assert "title" not in {
        e.feature
        for e in SCORER.score(a, show("beta", title="Concert at Lido", start_local="2026-06-01", **AT)).evidence
    }


words = st.sampled_from(["blue", "lion", "club", "main", "hall", "fest", "fabrik", "tribute", "\u0e01\u0e34\u0e19"])
names = st.lists(words, min_size=1, max_size=3).map(" ".join)
points = st.sampled_from([{}, {"lat": 50.0, "lon": 8.0}, {"lat": 50.001, "lon": 8.0}, {"lat": -50.0, "lon": 179.99}])
extras = st.fixed_dictionaries(
    {},
    optional={
        "street": st.sampled_from(["1 Oak Street", "Oak St 1", "2 Elm Road", "Oak St"]),
        "locality": st.sampled_from(["Ashford", "Ashfrod", "Marburg"]),
        "phone": st.sampled_from(["+491234567", "1234567", "+4998765432"]),
        "website": st.sampled_from(["a.example", "b.example", "facebook.com/a"]),
        "postal_code": st.sampled_from(["11111", "22222"]),
        "country": st.sampled_from(["DE", "US"]),
        "identifiers": st.sampled_from([{"osm": "1"}, {"osm": "2"}, {"x": "1"}]),
    },
)
venues = st.builds(
    lambda n, s, k, p, e: venue(n, s, k, **p, **e), names, st.sampled_from("ab"), st.sampled_from("12"), points, extras
)
shows = st.builds(
    lambda s, k, t, w, a, v: show(s, k, title=t, start_local=w, artists=a, **v),
    st.sampled_from("ab"),
    st.sampled_from("12"),
    st.none() | names,
    st.sampled_from([None, "2026-06-01", "2026-06-01T20:00", "2026-06-01T23:50", "2026-06-02T00:30"]),
    st.sampled_from([(), FOXES, OWLS, FOXES + OWLS]),
    st.sampled_from([{}, AT, {"venue_id": "v2", "venue_name": "Lido"}, {"place": "Ashford"}]),
)
artists = st.builds(artist, names, st.sampled_from("ab"), st.sampled_from("12"))
PAIRS = st.one_of(st.tuples(venues, venues), st.tuples(shows, shows), st.tuples(artists, artists))


@settings(max_examples=400, deadline=None)
@given(PAIRS)
def test_scoring_is_symmetric_and_explained(pair):
    """Either order gives the same score, verdict and evidence, and one sentence says why."""
    a, b = pair
    scored = SCORER.score(a, b)
    assert scored == SCORER.score(b, a)
    assert 0.0 <= scored.score <= 1.0
    assert explain(scored).endswith(").") or explain(scored).endswith(".")
    assert len(scored.reasons) == len(scored.evidence)
    if scored.apart:
        assert scored.verdict is Verdict.NEW


def test_an_explanation_names_the_evidence():
    text = explain(
        SCORER.score(venue("Blue Lion", **HOUSE), venue("Blue Lion", "beta", **HOUSE | {"phone": "+49 5554443"}))
    )
    assert text.startswith("The same (")
    assert 'same name "blue lion"' in text
    assert "although other phone" in text


def test_thresholds_are_the_models():
    a, b = venue("Blue Lion", **HOUSE), venue("Blue Lion", "beta", **HOUSE)
    assert verdict(a, b) is Verdict.MATCH
    strict = MODELS | {Kind.VENUE: evolve(MODELS[Kind.VENUE], match=0.999999)}
    assert DefaultScorer(models=strict).score(a, b).verdict is Verdict.POSSIBLE


def test_names_in_scripts_without_spaces_are_compared_as_a_whole():
    a, b = name = (
        "\u0e1a\u0e49\u0e32\u0e19\u0e44\u0e17\u0e22 \u0e01\u0e32\u0e23",
        "\u0e1a\u0e49\u0e32\u0e19\u0e44\u0e17\u0e22\u0e01\u0e32\u0e19",
    )
    assert compare(a, b).unspaced, name
    assert compare(a, b).similarity > 0.8
    assert verdict(venue(a, locality="Ashford", **NEAR), venue(b, "beta", locality="Ashford", **NEAR)) is Verdict.MATCH


@pytest.mark.parametrize(
    ("a", "b", "feature", "sign"),
    [
        ({"street": "Mill Road"}, {"street": "7 Mill Road"}, "street", 1),
        ({"street": "7 Mill Road"}, {"street": "99 Mill Road"}, "house", -1),
        ({"street": "7 Mill Road"}, {"street": "7 Oak Lane"}, "street", -1),
    ],
)
def test_addresses_speak_for_or_against(a, b, feature, sign):
    evidence = SCORER.score(venue("Blue Lion", **a), venue("Blue Lion", "beta", **b)).evidence
    assert [piece.weight * sign > 0 for piece in evidence if piece.feature == feature] == [True]


def test_names_that_share_only_common_words_say_little():
    """Less than those that share a telling word."""
    common = SCORER.score(venue("Music Hall", locality="Ashford"), venue("Hall", "beta", locality="Ashford"))
    telling = SCORER.score(venue("Blue Lion", locality="Ashford"), venue("Blue Lion Hall", "beta", locality="Ashford"))
    assert common.verdict is not Verdict.MATCH
    assert common.score < telling.score


def test_a_pair_without_names_is_weighed_by_the_rest():
    scored = SCORER.score(venue("...", **HOUSE), venue("...", "beta", **HOUSE))
    assert scored.verdict is not Verdict.NEW


def test_a_name_beside_an_id_of_one_source_may_be_the_same():
    """A source that names a support act without its id does not keep it as another one; two ids it does."""
    derived = artist("Velvet Harbor", key=derived_key("Velvet Harbor"))
    known = artist("Velvet Harbor", key="901")
    assert verdict(derived, known) is Verdict.MATCH
    assert verdict(artist("Velvet Harbor", key="902"), known) is not Verdict.MATCH
