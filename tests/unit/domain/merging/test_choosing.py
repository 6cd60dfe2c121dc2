"""Positions without their outliers, links as one, conflicts and decided ties: pure rules, one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.decisions import Curated, Preferred, with_edit, with_preference
from mystage.domain.merging.choosing import link_key
from mystage.domain.merging.conflicts import DAY_RULE, conflicts
from mystage.domain.merging.merge import merge
from mystage.domain.merging.policies import Policies, Rule
from mystage.domain.sources import EntitySource, SourceRank, VenueClaim
from mystage.domain.values import Kind

T0 = datetime(2026, 5, 1, tzinfo=UTC)
POLICIES = Policies()


def told(site: str, rank: SourceRank = SourceRank.AGGREGATOR, **claim: object) -> EntitySource:
    """What a site tells of a venue; `preferred` and `edits` stand on the record."""
    stands = {name: claim.pop(name) for name in ("preferred", "edits") if name in claim}
    return EntitySource.model_validate({
        "id": f"{site}:venue:v", "kind": Kind.VENUE, "source": site, "rank": rank, "key": "v",
        "claim": VenueClaim.model_validate({"key": "v", "name": "Amber Hall", **claim}),
        "extraction_id": "x", "scrape_id": "s", "url": f"https://{site}.example/v", "reader": "test/1",
        "first_seen": T0, "last_seen": T0, "fingerprint": "f", "entity_id": "e", **stands,
    })  # fmt: skip


def pins(*points: tuple[float, float]) -> list[EntitySource]:
    """Sources in the order of their ranks: maps first."""
    ranks = [SourceRank.MAPS, *[SourceRank.AGGREGATOR] * len(points)]
    return [
        told(f"s{n}", rank, lat=lat, lon=lon) for n, ((lat, lon), rank) in enumerate(zip(points, ranks, strict=False))
    ]


def test_a_wrong_pin_of_the_best_source_is_cut_and_takes_no_part() -> None:
    merged = merge(Kind.VENUE, pins((51.5, 9.9), (50.12341, 8.65431), (50.12352, 8.65440), (50.12345, 8.65433)))
    assert merged.fields["lat"] == 50.12341
    assert "s0:venue:v" not in merged.provenance["lat"].also
    assert merged.provenance["lat"].rule == Rule.ROBUST_CENTRE


def test_of_pins_that_agree_the_best_ranked_counts() -> None:
    merged = merge(Kind.VENUE, pins((50.12345, 8.65433), (50.12341, 8.65431), (50.12352, 8.65440)))
    assert (merged.fields["lat"], len(merged.provenance["lat"].also)) == (50.12345, 2)


def test_of_two_pins_far_apart_the_best_ranked_counts_alone() -> None:
    merged = merge(Kind.VENUE, pins((50.12345, 8.65433), (53.12341, 9.65431)))
    assert (merged.fields["lat"], merged.provenance["lat"].also) == (50.12345, ())


NEAR = st.tuples(st.floats(50.12301, 50.12399), st.floats(8.65401, 8.65499))
FAR = st.tuples(st.floats(-60.0, 40.0), st.floats(-170.0, 170.0))


@settings(max_examples=200, deadline=None)
@given(near=st.lists(NEAR, min_size=3, max_size=7), far=st.lists(FAR, max_size=3), rng=st.randoms())
def test_a_minority_of_far_pins_never_moves_a_venue(near: list, far: list, rng) -> None:
    """However far and many, as long as they are fewer than those that agree; the answer is one of the given pins."""
    points = [*near, *far[: len(near) - 1 if len(near) > 1 else 0][: (len(near) - 1) // 2]]
    sources = pins(*points)
    rng.shuffle(sources)
    merged = merge(Kind.VENUE, sources)
    assert (merged.fields["lat"], merged.fields["lon"]) in near


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://www.hall.example/", "https://hall.example", True),
        ("https://hall.example/a#top", "https://hall.example/a/", True),
        ("https://hall.example/a?utm_source=x&id=3", "https://hall.example/a?id=3", True),
        ("https://hall.example/a?id=3", "https://hall.example/a?id=4", False),
        ("https://hall.example/A", "https://hall.example/a", False),
        ("mailto:a@hall.example", "https://a@hall.example", False),
    ],
)
def test_spellings_of_a_link(one: str, other: str, same: bool) -> None:  # noqa: FBT001  a column of the table
    assert (link_key(one) == link_key(other)) is same


def test_a_link_is_told_once_in_the_best_sources_spelling() -> None:
    merged = merge(Kind.VENUE, [told("a", SourceRank.OWN_SITE, links=("https://x.example/amber",)),
                                told("b", links=("http://www.x.example/amber/", "https://y.example/"))])  # fmt: skip
    assert merged.fields["links"] == ("https://x.example/amber", "https://y.example/")


def test_opening_hours_are_those_of_one_source() -> None:
    merged = merge(Kind.VENUE, [told("a", opening_hours=("Fr 20:00-02:00",)),
                                told("b", SourceRank.MAPS, opening_hours=("Mo-Fr 18:00-02:00", "Sa 12:00-03:00"))])  # fmt: skip
    assert merged.fields["opening_hours"] == ("Mo-Fr 18:00-02:00", "Sa 12:00-03:00")


def test_conflicts_say_what_won_and_whether_rank_decided() -> None:
    """A spelling that differs in case is none; a better rank decides; equal ranks are a tie."""
    sources = [told("a", SourceRank.OWN_SITE, name="Amber Hall", phone="+1"),
               told("b", name="AMBER HALL", phone="+2", capacity=100), told("c", phone="+1", capacity=200)]  # fmt: skip
    found = {c.field: c for c in conflicts(Kind.VENUE, sources, {}, POLICIES)}
    assert set(found) == {"phone", "capacity"}
    assert ([o.value for o in found["phone"].options], found["phone"].tied) == (["+1", "+2"], False)
    assert found["phone"].options[0].sources == ("a:venue:v", "c:venue:v")
    assert (found["capacity"].tied, found["capacity"].decided_by) == (False, "majority")


PHONES = st.lists(st.sampled_from(["+1", "+2", "+3", None]), min_size=2, max_size=5)


@settings(max_examples=150, deadline=None)
@given(PHONES, st.integers(0, 4), st.randoms())
def test_a_decided_tie_wins_in_any_order_and_only_while_the_word_stands(phones: list, chosen: int, rng) -> None:
    sources = [told(f"s{n}", phone=phone) for n, phone in enumerate(phones)]
    place = chosen % len(sources)
    for word in (phones[place], "+9"):
        entry = Preferred(field="phone", value=word, by="ada", reason="called", at=T0)
        decided = [
            told(f"s{n}", phone=p, **({"preferred": (entry,)} if n == place else {})) for n, p in enumerate(phones)
        ]
        rng.shuffle(decided)
        stands = word == phones[place] and word is not None
        expected = phones[place] if stands else merge(Kind.VENUE, sources).fields.get("phone")
        assert merge(Kind.VENUE, decided).fields.get("phone") == expected
        found = {c.field: c for c in conflicts(Kind.VENUE, decided, {}, POLICIES)}
        if "phone" in found:
            assert found["phone"].options[0].value == expected
            assert found["phone"].decided_by == ("ada: called" if stands else DAY_RULE)


def test_a_preference_never_outweighs_a_rank() -> None:
    entry = Preferred(field="phone", value="+2", by="ada", reason="called", at=T0)
    sources = [told("a", SourceRank.OWN_SITE, phone="+1"), told("b", phone="+2", preferred=(entry,))]
    assert merge(Kind.VENUE, sources).fields["phone"] == "+1"


def test_one_edit_and_one_preference_a_field_the_newest() -> None:
    edits = with_edit(with_edit((), Curated(field="name", value="A", by="a", at=T0)),
                      Curated(field="name", value="B", by="b", at=T0 + timedelta(days=1)))  # fmt: skip
    assert [e.value for e in edits] == ["B"]
    one = Preferred(field="name", value="A", by="a", reason="r", at=T0)
    assert with_preference((one,), one) == (one,)
