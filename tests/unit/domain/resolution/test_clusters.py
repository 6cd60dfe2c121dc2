"""Clusters of judgements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.resolution.clusters import components
from mystage.domain.resolution.judgements import JudgedBy, Judgement, Polarity, judgement_id, ordered
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
