"""Merging: what holds for every set of sources, and the policies one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.decisions import Curated
from mystage.domain.errors import Invalid
from mystage.domain.merging.building import build_entity, fingerprint
from mystage.domain.merging.merge import FIELDS, merge
from mystage.domain.merging.policies import Policies, Rule
from mystage.domain.sources import (
    AnyClaim,
    ArtistClaim,
    EntitySource,
    PerformanceClaim,
    PerformanceStatus,
    SourceRank,
    VenueClaim,
)
from mystage.domain.values import Kind

T0 = datetime(2026, 5, 1, tzinfo=UTC)


def record(name: str, claim: AnyClaim, rank: SourceRank = SourceRank.AGGREGATOR, seen: int = 0, **more) -> EntitySource:
    """An entity source of our own making; `seen` in days after T0."""
    kind = {VenueClaim: Kind.VENUE, ArtistClaim: Kind.ARTIST, PerformanceClaim: Kind.PERFORMANCE}[type(claim)]
    return EntitySource(
        id=f"{name}:{kind.value}:{claim.key}", kind=kind, source=name, rank=rank, key=claim.key, claim=claim,
        extraction_id=f"x-{name}", scrape_id=f"s-{name}", url=f"https://{name}.example/{claim.key}", reader="test/1",
        first_seen=T0, last_seen=T0 + timedelta(days=seen), fingerprint="f", entity_id="e", **more,
    )  # fmt: skip


some = st.sampled_from
maybe = st.none
VENUE_CLAIMS = st.builds(
    VenueClaim,
    key=st.just("k"),
    name=some(["Blue Lion", "The Blue Lion", "Blue Lion Club"]),
    alt_names=st.lists(some(["Lion", "Blue Lion", "BLC"]), max_size=2).map(tuple),
    street=some([None, "1 Oak Street", "1 Oak St"]),
    locality=some([None, "Ashford", "Marburg"]),
    postal_code=some([None, "11111"]),
    country=some([None, "DE", "US"]),
    lat=some([None, 50.1234, 50.12]),
    lon=some([None, 8.7654, 8.77]),
    timezone=some([None, "Europe/Berlin"]),
    capacity=some([None, 100, 200]),
    closed=st.booleans(),
    description=some([None, "A bar.", "A long bar."]),
    images=st.lists(some(["a.jpg", "b.jpg"]), max_size=2).map(tuple),
    identifiers=st.dictionaries(some(["google_place_id", "osm"]), some(["1", "2"]), max_size=2),
)
PERFORMANCE_CLAIMS = st.builds(
    PerformanceClaim,
    key=st.just("k"),
    title=some([None, "Night One", "Night Two"]),
    start_local=some([None, "2026-06-01", "2026-06-01T20:00", "2026-06-02T19:30"]),
    doors_local=some([None, "2026-06-01T19:00"]),
    timezone=some([None, "Europe/Berlin", "Nowhere/Else"]),
    status=some(list(PerformanceStatus)),
    price_min=some([None, 10.0, 12.5]),
    currency=some([None, "EUR"]),
)


def records(claims) -> st.SearchStrategy[list[EntitySource]]:
    one = st.tuples(claims, some(list(SourceRank)[1:]), st.integers(0, 2), st.booleans())
    return st.lists(one, max_size=5).map(
        lambda rows: [
            record(f"s{i}", claim, rank, seen, withdrawn_at=T0 if gone and i else None)
            for i, (claim, rank, seen, gone) in enumerate(rows)
        ]
    )


SOURCES = st.one_of(records(VENUE_CLAIMS), records(PERFORMANCE_CLAIMS))


def kind_of(sources: list[EntitySource]) -> Kind:
    return sources[0].kind if sources else Kind.VENUE


@settings(max_examples=150, deadline=None)
@given(SOURCES, st.randoms())
def test_the_order_of_sources_changes_nothing(sources, random):
    """Any permutation gives the same fields and provenance."""
    shuffled = list(sources)
    random.shuffle(shuffled)
    assert merge(kind_of(sources), shuffled) == merge(kind_of(sources), sources)


@settings(max_examples=100, deadline=None)
@given(SOURCES)
def test_merging_is_idempotent(sources):
    """A source given twice counts once in every field."""
    once = merge(kind_of(sources), sources)
    again = merge(kind_of(sources), [*sources, *sources])
    assert again == once


@settings(max_examples=100, deadline=None)
@given(SOURCES, st.integers(0, 4))
def test_a_withdrawn_source_counts_as_never_had(sources, index):
    """Withdrawing a source equals removing it."""
    if index < len(sources):
        gone = sources[index]
        withdrawn = EntitySource.model_validate(gone.model_dump() | {"withdrawn_at": T0})
        rest = [s for s in sources if s is not gone]
        assert merge(kind_of(sources), [*rest, withdrawn]) == merge(kind_of(sources), rest)


@settings(max_examples=100, deadline=None)
@given(records(VENUE_CLAIMS), some(["name", "locality", "phone", "lat"]), st.randoms())
def test_a_curated_value_always_wins(sources, field, random):
    """Whatever the sources say, a person's value stands, with rule `curated`."""
    value = 1.5 if field == "lat" else "By Hand"
    curated = [Curated(field=field, value=value, by="ann", at=T0), Curated(field="street", value=None, by="b", at=T0)]
    random.shuffle(curated)
    merged = merge(Kind.VENUE, sources, curated=curated)
    assert merged.fields[field] == value
    assert merged.provenance[field].rule == Rule.CURATED
    assert "street" not in merged.fields


@settings(max_examples=100, deadline=None)
@given(SOURCES)
def test_provenance_names_a_live_member_for_every_field(sources):
    """Each filled field, and no other, has a provenance that names live sources only."""
    merged = merge(kind_of(sources), sources)
    live = {s.id for s in sources if s.withdrawn_at is None}
    assert set(merged.provenance) == set(merged.fields) <= FIELDS[kind_of(sources)]
    for provenance in merged.provenance.values():
        assert {provenance.entity_source, *provenance.also} <= live
        assert provenance.scrape_id
        assert provenance.url


@settings(max_examples=60, deadline=None)
@given(SOURCES)
def test_an_entity_is_built_from_any_merge(sources):
    """Whatever was merged is a valid entity, and building it again changes nothing."""
    kind = kind_of(sources)
    merged = merge(kind, sources)
    first = build_entity(kind, "ven_1", merged, None, T0)
    again = build_entity(kind, "ven_1", merged, first, T0 + timedelta(days=1))
    assert again == first
    assert first.live is bool(merged.sources)


OWN, MAPS, TICKETS, OTHER = SourceRank.OWN_SITE, SourceRank.MAPS, SourceRank.TICKETING, SourceRank.AGGREGATOR


def venue(source: str, rank: SourceRank = OTHER, seen: int = 0, **more) -> EntitySource:
    return record(source, VenueClaim(**({"key": "k", "name": "Blue Lion"} | more)), rank, seen)


def show(source: str, rank: SourceRank = OTHER, seen: int = 0, refs: dict | None = None, **more) -> EntitySource:
    return record(source, PerformanceClaim(**({"key": "k"} | more)), rank, seen, **(refs or {}))


def test_the_better_rank_names_a_venue_and_the_address_is_the_maps():
    """Own site first; for address and position, maps first."""
    own = venue("own", OWN, name="Blue Lion", street="Oak St", locality="Ashford", website="lion.example")
    maps = venue("maps", MAPS, name="Lion", street="1 Oak Street", locality="Ashford", lat=50.1234, lon=8.6543)
    merged = merge(Kind.VENUE, [own, maps])
    assert (merged.fields["name"], merged.fields["street"]) == ("Blue Lion", "1 Oak Street")
    assert merged.provenance["name"].source == "own"
    assert merged.provenance["street"].source == "maps"
    assert merged.provenance["lat"] == merged.provenance["lon"]
    assert merged.provenance["locality"].also == (own.id,)


def test_an_address_is_of_one_source_and_filled_up_from_the_same_town_only():
    base = venue("maps", MAPS, street="1 Oak St", locality="Ashford")
    here = venue("b", postal_code="11111", locality="ASHFORD", country="DE")
    there = venue("a", postal_code="99999", region="Hesse", locality="Marburg", country="DE")
    fields = merge(Kind.VENUE, [base, here, there]).fields
    assert fields["postal_code"] == "11111"
    assert "region" not in fields


def test_no_gap_is_filled_from_another_country():
    base = venue("maps", MAPS, street="1 Oak St", country="DE")
    abroad = venue("b", postal_code="11111", country="US")
    assert "postal_code" not in merge(Kind.VENUE, [base, abroad]).fields


def test_an_address_without_street_is_that_with_a_town():
    fields = merge(Kind.VENUE, [venue("maps", MAPS, country="DE"), venue("b", locality="Ashford", country="US")]).fields
    assert (fields["locality"], fields["country"]) == ("Ashford", "US")
    assert merge(Kind.VENUE, [venue("maps", MAPS, country="DE")]).fields["country"] == "DE"


def test_an_outlying_pin_is_rejected():
    """Two of three agree within metres; the best ranked source's pin is in another town."""
    pins = [
        venue("a", MAPS, lat=51.5555, lon=9.9999),
        venue("b", lat=50.1234, lon=8.6543),
        venue("c", lat=50.1235, lon=8.6543),
    ]
    merged = merge(Kind.VENUE, pins)
    assert merged.fields["lat"] == pytest.approx(50.1234, abs=0.001)
    assert merged.provenance["lat"].rule == Rule.ROBUST_CENTRE


def test_the_middle_of_a_town_counts_only_alone():
    rough, fine = venue("a", MAPS, lat=50.1, lon=8.7), venue("b", lat=50.1234, lon=8.6543)
    assert merge(Kind.VENUE, [rough, fine]).fields["lat"] == 50.1234
    assert merge(Kind.VENUE, [rough]).fields["lat"] == 50.1


def test_other_names_leave_out_the_chosen_one():
    merged = merge(Kind.VENUE, [venue("a", OWN, alt_names=("BLUE LION", "The Lion")), venue("b", name="Lion Club")])
    assert merged.fields["alt_names"] == ("The Lion",)
    assert "alt_names" not in merge(Kind.VENUE, [venue("a", alt_names=("Blue Lion!",))]).fields


def test_majority_longest_and_union():
    sources = [
        venue("a", OWN, capacity=100, description="A bar.", categories=("Bar",), images=("1.jpg",)),
        venue("b", capacity=200, description="A long bar.", categories=("bar", "Club"), images=("1.jpg", "2.jpg")),
        venue("c", capacity=200, identifiers={"osm": "7"}),
    ]
    merged = merge(Kind.VENUE, sources)
    fields = merged.fields
    assert (fields["capacity"], fields["description"]) == (200, "A long bar.")
    assert (fields["categories"], fields["images"]) == (("Bar", "Club"), ("1.jpg", "2.jpg"))
    assert fields["identifiers"] == {"osm": "7"}
    assert merged.provenance["images"].also == (sources[1].id,)


def test_the_day_is_the_best_ranked_ones_and_a_time_refines_it():
    own = show("own", OWN, start_local="2026-06-01", timezone="Europe/Berlin")
    tickets = show("tickets", TICKETS, start_local="2026-06-01T20:00", doors_local="2026-06-01T19:00")
    wrong = show("agg", OTHER, start_local="2026-06-02T20:00", end_local="2026-06-02T23:00")
    merged = merge(Kind.PERFORMANCE, [wrong, tickets, own])
    assert merged.fields["start_local"] == "2026-06-01T20:00"
    assert merged.fields["doors_local"] == "2026-06-01T19:00"
    assert "end_local" not in merged.fields
    assert merged.fields["start_utc"] == datetime(2026, 6, 1, 18, tzinfo=UTC)
    assert merged.provenance["start_utc"].source == "tickets"


def test_a_venues_zone_stands_in():
    refs = {"refs": {"venue_source": "own:venue:v", "artist_sources": ("own:artist:a", "own:artist:gone")}}
    known = {"own:venue:v": "ven_1", "own:artist:a": "art_1"}
    merged = merge(
        Kind.PERFORMANCE, [show("own", OWN, start_local="2026-01-01T20:00", **refs)], known, zone="Asia/Tokyo"
    )
    assert (merged.fields["venue_id"], merged.fields["artist_ids"]) == ("ven_1", ("art_1",))
    assert merged.fields["start_utc"] == datetime(2026, 1, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "later", "expected"),
    [
        ("scheduled", "cancelled", "cancelled"),
        ("cancelled", "scheduled", "cancelled"),
        ("postponed", "cancelled", "cancelled"),
    ],
)
def test_a_change_that_was_seen_later_counts(first, later, expected):
    sources = [show("own", OWN, 0, status=first), show("agg", OTHER, 1, status=later)]
    assert merge(Kind.PERFORMANCE, sources).fields["status"] == expected


def test_a_change_that_was_seen_earlier_does_not_count():
    sources = [show("own", OWN, 1, status="scheduled"), show("agg", OTHER, 0, status="cancelled")]
    assert merge(Kind.PERFORMANCE, sources).fields["status"] == "scheduled"


def test_prices_come_with_their_currency_from_one_source_ticketing_first():
    own = show("own", OWN, price_min=5.0, currency="EUR", ticket_url="own.example")
    tickets = show("tickets", TICKETS, price_min=6.0, price_max=9.0, ticket_url="tickets.example")
    fields = merge(Kind.PERFORMANCE, [own, tickets]).fields
    assert (fields["price_min"], fields["price_max"], fields["ticket_url"]) == (6.0, 9.0, "tickets.example")
    assert "currency" not in fields


def test_ranks_can_be_overridden_by_source_and_field():
    sources = [venue("a", OWN, name="A", phone="+491"), venue("b", OTHER, name="B", phone="+492")]
    fields = merge(Kind.VENUE, sources, policies=Policies(source_ranks={"b.name": 1})).fields
    assert (fields["name"], fields["phone"]) == ("B", "+491")
    assert merge(Kind.VENUE, sources, policies=Policies(source_ranks={"b": 1})).fields["phone"] == "+492"


def test_of_equal_ranks_the_last_seen_counts():
    assert merge(Kind.VENUE, [venue("a", name="Old"), venue("b", seen=1, name="New")]).fields["name"] == "New"


def test_an_artist_is_merged():
    sources = [
        record("a", ArtistClaim(key="k", name="Foxes", genres=("Rock",), country="DE"), OWN),
        record("b", ArtistClaim(key="k", name="The Foxes", genres=("rock", "Folk"), country="DE")),
    ]
    merged = merge(Kind.ARTIST, sources)
    assert merged.fields["genres"] == ("Rock", "Folk")
    assert merged.provenance["country"].also == (sources[1].id,)


@pytest.mark.parametrize("field", ["nothing", "identifiers", "start_utc", "provenance"])
def test_only_real_fields_are_curated(field):
    with pytest.raises(Invalid, match=field):
        merge(Kind.PERFORMANCE, [], curated=[Curated(field=field, value="x", by="ann", at=T0)])


def test_the_newest_curated_value_wins_and_moves_the_instant():
    curated = [
        Curated(field="start_local", value="2026-06-01T22:00", by="ann", at=T0 + timedelta(days=1)),
        Curated(field="start_local", value="2026-06-01T21:00", by="bob", at=T0),
    ]
    merged = merge(Kind.PERFORMANCE, [show("a", start_local="2026-06-01T20:00", timezone="UTC")], curated=curated)
    assert merged.fields["start_utc"] == datetime(2026, 6, 1, 22, tzinfo=UTC)
    assert [entry.by for entry in merged.curated] == ["ann"]


def test_an_update_is_told_by_the_fingerprint():
    """New provenance alone moves nothing; a new value moves `updated_at`; `created_at` stays."""
    one, two = venue("a", OWN, url="https://x.example"), venue("b", url="https://x.example")
    first = build_entity(Kind.VENUE, "v", merge(Kind.VENUE, [one]), None, T0)
    later = T0 + timedelta(days=1)
    same = build_entity(Kind.VENUE, "v", merge(Kind.VENUE, [one, two]), first, later)
    assert (same.updated_at, same.sources) == (T0, (one.id, two.id))
    other = build_entity(Kind.VENUE, "v", merge(Kind.VENUE, [venue("a", OWN, name="Red Owl")]), same, later)
    assert (other.created_at, other.updated_at) == (T0, later)


def test_an_entity_without_sources_is_deleted_and_comes_back():
    alive = build_entity(Kind.VENUE, "v", merge(Kind.VENUE, [venue("a")]), None, T0)
    gone = build_entity(Kind.VENUE, "v", merge(Kind.VENUE, []), alive, T0 + timedelta(days=1))
    assert (gone.live, gone.deleted_at, gone.sources) == (False, T0 + timedelta(days=1), ())
    assert build_entity(Kind.VENUE, "v", merge(Kind.VENUE, []), gone, T0 + timedelta(days=2)) is gone
    back = build_entity(Kind.VENUE, "v", merge(Kind.VENUE, [venue("a")]), gone, T0 + timedelta(days=3))
    assert back.live
    assert back.created_at == T0


def test_fingerprints_see_values_not_emptiness_or_order():
    assert fingerprint({"a": "1", "b": ()}) == fingerprint({"b": None, "a": "1"})
    assert fingerprint({"price_min": 0.0}) != fingerprint({})
    assert fingerprint({"a": T0}) != fingerprint({"a": T0 + timedelta(seconds=1)})
    assert fingerprint({"a": PerformanceStatus.CANCELLED}) == fingerprint({"a": "cancelled"})
    assert fingerprint({"a": frozenset({1})}) == fingerprint({"a": "frozenset({1})"})


def test_a_union_is_bounded():
    many = [venue(f"s{i:03}", url=f"https://x.example/{i}") for i in range(120)]
    assert len(merge(Kind.VENUE, many).fields["urls"]) == 100


def test_only_pages_are_urls():
    """A file that was read is no page of the world; provenance names it all the same."""
    local = EntitySource.model_validate(venue("a").model_dump() | {"url": "folder/page.html"})
    merged = merge(Kind.VENUE, [local])
    assert "urls" not in merged.fields
    assert merged.provenance["name"].url == "folder/page.html"
    assert merge(Kind.VENUE, [venue("a")]).fields["urls"] == ("https://a.example/k",)
