from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mystage.application.catalogue.search_documents import artist_document, performance_document, venue_document
from mystage.domain.catalog import Artist, Performance, Venue
from mystage.domain.sources import PerformanceStatus
from mystage.domain.values import GeoPoint, Kind

_THEN = datetime(2026, 1, 1, tzinfo=UTC)


def venue(**fields: Any) -> Venue:
    given = {"id": "v1", "kind": Kind.VENUE, "name": "Larch Hall", "created_at": _THEN, "updated_at": _THEN}
    return Venue.model_validate(given | fields)


def artist(**fields: Any) -> Artist:
    given = {"id": "a1", "kind": Kind.ARTIST, "name": "Ember", "created_at": _THEN, "updated_at": _THEN}
    return Artist.model_validate(given | fields)


def performance(**fields: Any) -> Performance:
    given = {"id": "p1", "kind": Kind.PERFORMANCE, "title": "Opening", "created_at": _THEN, "updated_at": _THEN}
    return Performance.model_validate(given | fields)


def test_a_venue() -> None:
    """Names, place and weight; its own name is not repeated among the others."""
    document = venue_document(
        venue(alt_names=("The Larch", "Larch Hall", "The Larch"), locality="Bergen", region="Vestland", country="NO",
              lat=60.4, lon=5.3, sources=("s1", "s2", "s3"))
    )  # fmt: skip
    assert (document.id, document.kind, document.name, document.also) == (
        "v1",
        Kind.VENUE,
        "Larch Hall",
        ("The Larch",),
    )
    assert (document.locality, document.region, document.country) == ("Bergen", "Vestland", "NO")
    assert (document.point, document.weight) == (GeoPoint(lat=60.4, lon=5.3), 3.0)
    assert (document.day, document.venue_id) == (None, None)


@pytest.mark.parametrize("half", [{"lat": 60.4}, {"lon": 5.3}, {}])
def test_half_a_position_is_none(half: dict[str, float]) -> None:
    assert venue_document(venue(**half)).point is None


def test_the_equator_is_a_position() -> None:
    """Zero degrees are a value, not a gap."""
    assert venue_document(venue(lat=0.0, lon=0.0)).point == GeoPoint(lat=0, lon=0)


def test_an_artist() -> None:
    document = artist_document(artist(alt_names=("Embers",), genres=("Folk",), country="FR", sources=("s1",)))
    assert (document.kind, document.name, document.also, document.genres) == (
        Kind.ARTIST,
        "Ember",
        ("Embers",),
        ("Folk",),
    )
    assert (document.country, document.weight, document.point) == ("FR", 1.0, None)


def test_a_performance_has_its_venues_place_and_all_names() -> None:
    """Place, point and names come from the venue and the artists; words about the place give way to the venue."""
    place = venue(alt_names=("The Larch",), locality="Bergen", country="NO", lat=60.4, lon=5.3)
    bill = (artist(alt_names=("Embers",), genres=("Folk",)), artist(id="a2", name="Quill", genres=("Folk", "Jazz")))
    show = performance(
        venue_id="v1", artist_ids=("a1", "a2"), place="somewhere", start_local="2026-05-01T20:30",
        status=PerformanceStatus.SOLD_OUT, sources=("s1", "s2"),
    )  # fmt: skip
    document = performance_document(show, place, bill)
    assert (document.name, document.venue_id, document.venue) == ("Opening", "v1", "Larch Hall")
    assert (document.artists, document.also) == (("Ember", "Quill"), ("Embers", "The Larch"))
    assert (document.locality, document.country, document.point) == ("Bergen", "NO", GeoPoint(lat=60.4, lon=5.3))
    assert (document.genres, document.status, document.weight) == (("Folk", "Jazz"), "sold_out", 2.0)
    assert document.start_local == "2026-05-01T20:30"


@pytest.mark.parametrize(
    ("start", "end", "day", "until"),
    [
        ("2026-05-01T20:30", None, "2026-05-01", "2026-05-01"),
        ("2026-05-01", None, "2026-05-01", "2026-05-01"),
        ("2026-05-01", "2026-05-03", "2026-05-01", "2026-05-03"),
        ("2026-05-01T22:00", "2026-05-02T03:00", "2026-05-01", "2026-05-02"),
        ("2026-05-01T22:00", "2026-04-01T03:00", "2026-05-01", "2026-05-01"),
        (None, "2026-05-02", None, None),
    ],
)
def test_days_of_a_performance(start: str | None, end: str | None, day: str | None, until: str | None) -> None:
    """Calendar days at the venue, from the wall clock alone."""
    document = performance_document(performance(start_local=start, end_local=end), None, ())
    assert (document.day, document.until) == (day, until)


def test_a_performance_without_venue_is_found_by_its_place() -> None:
    document = performance_document(performance(place="Old Quarry, Oststadt"), None, ())
    assert (document.also, document.venue, document.point) == (("Old Quarry, Oststadt",), None, None)


def test_a_performance_without_title_is_called_by_its_artists() -> None:
    document = performance_document(performance(title=""), None, (artist(), artist(id="a2", name="Quill")))
    assert document.name == "Ember, Quill"


def test_a_performances_own_genres_come_first() -> None:
    assert performance_document(performance(genres=("Soul",)), None, (artist(genres=("Folk",)),)).genres == ("Soul",)
