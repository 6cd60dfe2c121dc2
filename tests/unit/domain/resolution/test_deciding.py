"""Which entity a record joins."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.scoring import scorer
from tests.unit.domain.resolution.making import HOUSE, artist, venue

from mystage.domain.resolution.deciding import Candidate, decide
from mystage.domain.resolution.judgements import JudgedBy, Verdict, ordered
from mystage.domain.resolution.scoring import Model

SCORER = scorer()
RECORD = venue("Blue Lion Club", **HOUSE)
TWIN = venue("Blue Lion", "beta", **HOUSE)
THIRD = venue("The Blue Lion", "gamma", **HOUSE)
ROOM = venue("Garden Room", "delta", **HOUSE)


def test_without_candidates_a_record_founds_an_entity():
    decision = decide(RECORD, [], SCORER)
    assert (decision.verdict, decision.entity_id, decision.best) == (Verdict.NEW, None, None)


def test_a_record_is_no_candidate_for_itself():
    assert decide(RECORD, [Candidate("ven_1", RECORD)], SCORER).verdict is Verdict.NEW


def test_a_record_joins_the_best():
    decision = decide(RECORD, [Candidate("ven_2", venue("Red Owl", "e")), Candidate("ven_1", TWIN)], SCORER)
    assert (decision.verdict, decision.entity_id) == (Verdict.MATCH, "ven_1")
    assert decision.best is not None
    assert decision.best.candidate.side is TWIN
    assert decision.possible == ()


def test_a_possible_one_founds_an_entity_and_asks():
    decision = decide(venue("Blue Lion"), [Candidate("ven_1", venue("Blue Lion", "beta"))], SCORER)
    assert (decision.verdict, decision.entity_id) == (Verdict.POSSIBLE, None)
    assert [pairing.entity_id for pairing in decision.possible] == ["ven_1"]


def test_a_persons_negative_closes_the_whole_cluster():
    negatives = frozenset({ordered(RECORD.id, THIRD.id)})
    decision = decide(RECORD, [Candidate("ven_1", TWIN), Candidate("ven_1", THIRD)], SCORER, negatives)
    assert (decision.verdict, decision.possible) == (Verdict.NEW, ())


def test_a_barred_entity_is_not_joined():
    decision = decide(RECORD, [Candidate("ven_1", TWIN)], SCORER, barred={"ven_1"})
    assert (decision.verdict, decision.possible) == (Verdict.NEW, ())


def test_a_persons_positive_joins_what_the_machine_would_not():
    positives = frozenset({ordered(RECORD.id, ROOM.id)})
    decision = decide(RECORD, [Candidate("ven_1", ROOM)], SCORER, positives=positives)
    assert (decision.verdict, decision.entity_id) == (Verdict.MATCH, "ven_1")
    assert decision.best is not None
    assert decision.best.scored.by is JudgedBy.PERSON


def test_a_member_kept_apart_by_a_rule_must_be_outnumbered():
    one = [Candidate("ven_1", TWIN), Candidate("ven_1", ROOM)]
    assert decide(RECORD, one, SCORER).verdict is Verdict.POSSIBLE
    assert decide(RECORD, [*one, Candidate("ven_1", THIRD)], SCORER).verdict is Verdict.MATCH


def test_an_identifier_joins_even_beside_a_member_kept_apart():
    known = venue("Blue Lion Club", "beta", identifiers={"osm": "1"})
    record = venue("Blue Lion Club", identifiers={"osm": "1"}, **HOUSE)
    decision = decide(record, [Candidate("ven_1", known), Candidate("ven_1", ROOM)], SCORER)
    assert decision.entity_id == "ven_1"


def test_a_record_that_joins_two_entities_bridges_them():
    decision = decide(RECORD, [Candidate("ven_2", THIRD), Candidate("ven_1", TWIN)], SCORER)
    assert decision.entity_id is not None
    assert {decision.entity_id, *(p.entity_id for p in decision.bridge)} == {"ven_1", "ven_2"}
    assert decision.possible == ()


def test_a_negative_between_the_two_stops_the_bridge():
    negatives = frozenset({ordered(TWIN.id, THIRD.id)})
    decision = decide(RECORD, [Candidate("ven_2", THIRD), Candidate("ven_1", TWIN)], SCORER, negatives)
    assert decision.bridge == ()
    assert len(decision.possible) == 1


def test_two_entities_that_contradict_each_other_are_not_bridged():
    """One name, but the two have different ids in one namespace and different countries."""
    both = artist("Velvet Foxes", website="foxes.example")
    german = artist("Velvet Foxes", "b", website="foxes.example", country="DE", identifiers={"musicbrainz": "1"})
    other = artist("Velvet Foxes", "c", website="foxes.example", country="US", identifiers={"musicbrainz": "2"})
    decision = decide(both, [Candidate("a1", german), Candidate("a2", other)], SCORER)
    assert (decision.verdict, decision.entity_id, decision.bridge) == (Verdict.MATCH, "a1", ())
    assert [pairing.entity_id for pairing in decision.possible] == ["a2"]


def test_two_ids_in_one_record_bridge_what_names_would_not():
    both = artist("Velvet Foxes", identifiers={"musicbrainz": "1", "spotify": "2"})
    one = artist("VLVT FXS", "b", identifiers={"musicbrainz": "1"})
    two = artist("The Velvet Foxes", "c", identifiers={"spotify": "2"})
    decision = decide(both, [Candidate("a1", one), Candidate("a2", two)], SCORER)
    assert [pairing.entity_id for pairing in decision.bridge] == ["a2"]


def test_a_weaker_match_does_not_bridge():
    close = venue("Blue Lion Club", "beta", **HOUSE)
    weaker = venue("Blue Lion Club", "gamma", locality="Ashford", lat=50.1240, lon=8.6550)
    decision = decide(RECORD, [Candidate("v1", close), Candidate("v2", weaker)], scorer(Model(bridge=0.9999)))
    assert (decision.entity_id, decision.bridge) == ("v1", ())
    assert [pairing.entity_id for pairing in decision.possible] == ["v2"]


@settings(max_examples=60, deadline=None)
@given(st.permutations([Candidate("ven_1", TWIN), Candidate("ven_2", THIRD), Candidate("ven_3", ROOM)]))
def test_the_order_of_candidates_changes_nothing(candidates):
    assert decide(RECORD, candidates, SCORER) == decide(RECORD, sorted(candidates, key=lambda c: c.entity_id), SCORER)
