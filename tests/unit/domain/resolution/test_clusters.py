"""Clusters of judgements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.resolution.clusters import components, weakest_split
from mystage.domain.resolution.evidence import Scored
from mystage.domain.resolution.judgements import JudgedBy, Judgement, Polarity, Verdict, judgement_id, ordered
from mystage.domain.values import Kind

T0 = datetime(2026, 5, 1, tzinfo=UTC)
IDS = "abcdef"


def judged(pair, polarity=Polarity.POSITIVE, by=JudgedBy.MODEL, *, score=0.95, days=0, retired=False) -> Judgement:
    left, right = ordered(*pair)
    return Judgement(
        id=judgement_id(left, right, by), kind=Kind.VENUE, left=left, right=right, polarity=polarity, by=by, score=score,
        created_at=T0 + timedelta(days=days), retired_at=T0 if retired else None,
    )  # fmt: skip


def groups(*judgements: Judgement, ids: str = IDS) -> list[str]:
    return ["".join(sorted(group)) for group in components(ids, judgements)]


NO, PERSON, RULE = Polarity.NEGATIVE, JudgedBy.PERSON, JudgedBy.RULE


def test_positives_join_and_the_rest_stays_alone():
    assert groups(judged("ab"), judged("bc"), judged("de")) == ["abc", "de", "f"]


def test_retired_unsure_and_foreign_judgements_count_for_nothing():
    assert groups(judged("ab", retired=True), judged("bc", Polarity.UNSURE), judged("cx"), ids="abc") == ["a", "b", "c"]


def test_a_persons_negative_drops_the_weakest_edge():
    chain = (judged("ab", score=0.99), judged("bc", score=0.93), judged("ac", NO, PERSON))
    assert groups(*chain, ids="abc") == ["ab", "c"]


def test_a_machines_negative_stops_the_machine_but_no_person():
    assert groups(judged("ab", score=0.99), judged("bc"), judged("ac", NO, RULE), ids="abc") == ["ab", "c"]
    assert groups(judged("ab", by=PERSON), judged("bc", by=PERSON), judged("ac", NO, RULE), ids="abc") == ["abc"]


def test_a_persons_newest_word_stands():
    newer = judged("bc", by=PERSON, days=2)
    assert groups(judged("ab", by=PERSON), newer, judged("ac", NO, PERSON), ids="abc") == ["a", "bc"]


PAIRS = [tuple(pair) for pair in combinations(IDS, 2)]
JUDGEMENTS = st.lists(
    st.builds(
        judged,
        st.sampled_from(PAIRS),
        st.sampled_from(list(Polarity)),
        st.sampled_from(list(JudgedBy)),
        score=st.sampled_from([0.92, 0.95, 1.0]),
        days=st.integers(0, 2),
        retired=st.booleans(),
    ),
    max_size=14,
    unique_by=lambda judgement: judgement.id,
)


@settings(max_examples=300, deadline=None)
@given(JUDGEMENTS, st.randoms())
def test_clusters_partition_the_ids_in_any_order(judgements, random):
    """Each id is in one cluster; order changes nothing; a group has positives enough to hang together."""
    shuffled = list(judgements)
    random.shuffle(shuffled)
    found = components(IDS, judgements)
    assert components(reversed(IDS), shuffled) == found
    assert sorted(id_ for group in found for id_ in group) == sorted(IDS)


@settings(max_examples=300, deadline=None)
@given(JUDGEMENTS)
def test_no_persons_negative_is_inside_a_cluster(judgements):
    """The two sides of a live negative of a person are never in one cluster, however long the chain."""
    found = components(IDS, judgements)
    for judgement in judgements:
        if judgement.by is PERSON and judgement.polarity is NO and judgement.retired_at is None:
            assert not any({judgement.left, judgement.right} <= group for group in found)


@settings(max_examples=300, deadline=None)
@given(JUDGEMENTS)
def test_every_positive_that_is_left_out_would_have_broken_a_negative(judgements):
    """Nothing is dropped without need: joining the two clusters would bring a live negative into one."""
    found = components(IDS, judgements)
    live = [j for j in judgements if j.retired_at is None]
    home = {id_: group for group in found for id_ in group}
    for positive in (j for j in live if j.polarity is Polarity.POSITIVE and home[j.left] is not home[j.right]):
        joined = home[positive.left] | home[positive.right]
        assert any(j.polarity is NO and {j.left, j.right} <= joined for j in live)


def table(**scores: float):
    """Scores of pairs by their letters; 0.01 for all others."""

    def score(a: str, b: str) -> Scored:
        value = scores.get("".join(sorted(a + b)), 0.01)
        verdict = Verdict.MATCH if value >= 0.92 else Verdict.NEW
        return Scored(value, verdict, RULE if value == 1.0 else JudgedBy.MODEL, ())

    return score


CHAIN = (judged("ab", score=0.99), judged("bc", score=0.93), judged("cd", score=0.99))


def test_a_cluster_comes_apart_at_its_weakest_bridge():
    split = weakest_split("abcd", CHAIN, table(ab=0.99, bc=0.93, cd=0.99, ac=0.1), below=0.5)
    assert split is not None
    assert ({"".join(sorted(part)) for part in split.parts}, split.pair) == ({"ab", "cd"}, ("a", "d"))
    assert round(split.score, 3) == round((0.93 + 0.1 + 0.01 + 0.01) / 4, 3)


def test_what_agrees_all_round_holds_together():
    assert weakest_split("abcd", CHAIN, table(ab=0.99, bc=0.9, cd=0.9, ac=0.9, ad=0.9, bd=0.9), below=0.5) is None
    assert weakest_split("a", (), table(), below=0.5) is None


def test_no_split_parts_what_a_person_or_an_identifier_holds():
    person = (*CHAIN, judged("ac", by=PERSON))
    found = weakest_split("abcd", person, table(ab=0.99, cd=0.99), below=0.5)
    assert found is None or not any(("a" in part) is not ("c" in part) for part in found.parts)
    assert weakest_split("abcd", CHAIN, table(ad=1.0, ab=0.99, bc=0.99, cd=0.99), below=0.5) is None


EDGES = st.lists(
    st.tuples(st.sampled_from(list(combinations(IDS, 2))), st.floats(0.5, 0.99), st.booleans()), max_size=12
)


@settings(max_examples=100, deadline=None)
@given(
    EDGES,
    st.dictionaries(st.sampled_from(["".join(p) for p in combinations(IDS, 2)]), st.floats(0.0, 0.99)),
    st.randoms(),
)
def test_a_split_is_of_one_cluster_in_two_and_does_not_depend_on_order(edges, scores, rng):
    """Whatever the edges: the parts are disjoint, cover the cluster, and no person's judgement runs between them."""
    judgements = [judged(pair, by=PERSON if person else JudgedBy.MODEL, score=score) for pair, score, person in edges]
    cluster = components(IDS, judgements)[0]
    split = weakest_split(cluster, judgements, table(**scores), below=0.5)
    rng.shuffle(judgements)
    unique = len({j.id for j in judgements}) == len(judgements)
    if unique:
        assert weakest_split(sorted(cluster, reverse=True), judgements, table(**scores), below=0.5) == split
    if split is not None:
        one, rest = split.parts
        assert (one | rest, one & rest) == (cluster, frozenset())
        assert split.score < 0.5
        assert not any(
            j.by is PERSON and (j.left in one) is not (j.right in one)
            for j in judgements
            if {j.left, j.right} <= cluster
        )
