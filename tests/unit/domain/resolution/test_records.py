"""Preparing records for comparison."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.unit.domain.resolution.making import FOXES, show, venue

from mystage.domain.errors import Invalid
from mystage.domain.resolution.marks import marks_of
from mystage.domain.resolution.records import prepare
from mystage.domain.sources import ArtistClaim, EntitySource, PerformanceClaim, SourceRank, VenueClaim
from mystage.domain.values import Kind

T0 = datetime(2026, 5, 1, tzinfo=UTC)


def kept(kind: Kind, claim) -> EntitySource:
    return EntitySource(
        id="e", kind=kind, source="alpha", rank=SourceRank.MAPS, key="1", claim=claim, extraction_id="x", scrape_id="s",
        url="u", reader="r", first_seen=T0, last_seen=T0, fingerprint="f", entity_id="ven",
    )  # fmt: skip


def test_a_kept_record_is_prepared_from_its_claim():
    side = prepare(
        kept(Kind.VENUE, VenueClaim(key="1", name="The Lion", alt_names=("Lion", "L'Oeil"), street="Oak St 1"))
    )
    assert (side.id, side.source, side.names) == ("e", "alpha", ("lion", "loeil"))
    assert side.venue is not None
    assert (side.venue.address.house, side.venue.address.words, side.venue.lat) == ("1", ("oak",), None)
    assert prepare(kept(Kind.ARTIST, ArtistClaim(key="1", name="Foxes"))).kind is Kind.ARTIST


def test_a_performance_needs_its_venue_and_artists():
    with pytest.raises(Invalid, match="prepare_performance"):
        prepare(kept(Kind.PERFORMANCE, PerformanceClaim(key="1")))


def test_a_performance_is_prepared():
    side = show(
        title="Foxes", start_local="2026-06-01T20:30", doors_local="2026-06-01T19:00", artists=FOXES, kind="festival"
    )
    prepared = side.show
    assert prepared is not None
    day = date(2026, 6, 1).toordinal()
    assert (prepared.when.day, prepared.when.start, prepared.when.doors) == (day, day * 1440 + 1230, day * 1440 + 1140)
    assert (prepared.artist_ids, [name.key for name in prepared.artists]) == (("art_foxes",), ["velvet foxes"])
    assert "festival" in prepared.marks
    assert show().name == ""


def test_a_profile_is_no_site():
    side = venue("Lion", website="https://facebook.com/lion", links=("https://lion.example",))
    assert side.venue is not None
    assert side.venue.site.owner == ""
    assert side.venue.profiles == {"facebook.com/lion"}


def test_marks():
    assert marks_of("A Salute to Foxes", Kind.ARTIST) == {"tribute"}
    assert marks_of("Summer Open-Air Fest", Kind.PERFORMANCE) == {"festival"}
    assert marks_of("Fillmore Experience", Kind.VENUE) == set()
