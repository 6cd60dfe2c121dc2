"""Other shapes that the same providers answer: older versions, bare objects, other answers of the same API."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.adapters.sources.ticketing import acts_of, read, shows, venue_of

from mystage.domain.sources import PerformanceKind, PerformanceStatus

MBID = "11111111-2222-3333-4444-55555555555"


def test_bandsintowns_first_version_lists_artists() -> None:
    event = {"id": 11, "url": "http://www.bandsintown.com/event/11", "ticket_url": "http://www.bandsintown.com/event/11/buy",
             "ticket_status": "available", "datetime": "2032-05-21T19:30:00", "artists": [{"name": "Quist", "mbid": None}],
             "venue": {"id": 5, "name": "Rock Hall", "city": "Denver", "region": "CO", "country": "United States"}}  # fmt: skip
    reading = read([event], "bandsintown")
    assert acts_of(reading) == ["Quist"]
    assert shows(reading)[0].start_local == "2032-05-21T19:30"


@pytest.mark.parametrize(("last", "start"), [("2032-07-05", "2032-07-03"), ("2032-07-03", "2032-07-03T20:00"), ("", "2032-07-03T20:00")])  # fmt: skip
def test_a_festival_of_days_has_no_hour(last: str, start: str) -> None:
    event = {"id": "1", "datetime": "2032-07-03T20:00:00", "starts_at": "2032-07-03T20:00:00", "title": "Hill Festival",
             "festival_start_date": "2032-07-03", "festival_end_date": last, "festival_datetime_display_rule": "date",
             "lineup": ["Quist"], "venue": {"name": "The Hill", "city": "Aarhus", "country": "Denmark"}}  # fmt: skip
    assert shows(read([event], "bandsintown"))[0].start_local == start


def test_eventbrites_search_with_the_venue_in_it() -> None:
    event = {"name": "Metal Night", "id": "77", "url": "https://www.eventbrite.com/e/77", "start_date": "2032-09-12",
             "start_time": "19:30", "timezone": "America/Denver", "is_cancelled": None,
             "primary_venue": {"id": "9", "name": "The Dive", "address": {"city": "Denver", "country": "US", "region": "CO"}}}  # fmt: skip
    reading = read({"events": {"pagination": {"page_number": 1}, "results": [event]}}, "eventbrite")
    venue = venue_of(reading)
    assert shows(reading)[0].start_local == "2032-09-12T19:30"
    assert venue is not None
    assert (venue.name, venue.locality) == ("The Dive", "Denver")


def test_seatgeeks_placeholder_is_no_act() -> None:
    performers = [{"type": "band", "name": name, "id": n, "slug": "x"} for n, name in enumerate(("Quist", "TBD"), 1)]
    event = {"id": 88, "type": "concert", "title": "Quist with TBD", "datetime_local": "2032-09-04T19:00:00",
             "performers": performers, "venue": {"id": 86, "name": "The Hall", "city": "Reno", "state": "NV", "country": "US"}}  # fmt: skip
    assert acts_of(read(event, "seatgeek")) == ["Quist"]


def test_one_performer_of_seatgeek() -> None:
    performer = {
        "type": "band",
        "name": "Quist",
        "short_name": "Quist",
        "id": 3,
        "slug": "quist",
        "url": "https://seatgeek.com/quist",
    }
    assert [a.name for a in read(performer, "seatgeek").claims.artists] == ["Quist"]


def test_a_cancelled_night_of_resident_advisor() -> None:
    event = {"id": "99", "title": "Night", "date": "2032-07-03T00:00:00.000", "startTime": "2032-07-03T23:00:00.000",
             "contentUrl": "/events/99", "venue": {"id": "5", "name": "Phono"}, "artists": [], "isCancelled": True}  # fmt: skip
    assert shows(read({"data": {"event": event}}, "residentadvisor"))[0].status is PerformanceStatus.CANCELLED


def test_venues_of_the_events_calendar() -> None:
    venue = {
        "id": 3,
        "venue": "The Hall",
        "address": "1 A St",
        "city": "Ithaca",
        "country": "United States",
        "zip": "14850",
        "slug": "h",
    }
    for body in ({"venues": [venue], "total": 1}, venue):
        assert [v.name for v in read(body, "tribe_events").claims.venues] == ["The Hall"]


def test_a_place_and_an_event_of_musicbrainz() -> None:
    place: dict[str, Any] = {"id": f"{MBID}1", "name": "Paradise Hall", "type": "Venue", "address": "Kade 6, 1017 SG Amsterdam",
             "coordinates": {"latitude": 52.36, "longitude": 4.88}, "area": {"name": "Amsterdam"}, "life-span": {"ended": True}}  # fmt: skip
    (venue,) = read(place, "musicbrainz").claims.venues
    assert (venue.name, venue.street, venue.timezone, venue.closed) == (
        "Paradise Hall",
        "Kade 6",
        "Europe/Amsterdam",
        True,
    )
    studio = read({"places": [place | {"type": "Studio"}]}, "musicbrainz")
    assert not studio.claims.venues
    artist = {"id": f"{MBID}2", "name": "Quist", "sort-name": "Quist"}
    event = {"id": f"{MBID}3", "type": "Festival", "name": "Quist at Paradise", "time": "20:00:00", "cancelled": False,
             "life-span": {"begin": "2032-05-05", "end": "2032-05-07"},
             "relations": [{"type": "main performer", "artist": artist}, {"type": "held at", "place": place}]}  # fmt: skip
    reading = read(event, "musicbrainz")
    (show,) = shows(reading)
    assert (show.start_local, show.end_local, show.kind) == ("2032-05-05T20:00", "2032-05-07", PerformanceKind.FESTIVAL)
    assert acts_of(reading) == ["Quist"]
    assert show.venue == f"{MBID}1"


def test_a_genre_is_nobodys_name() -> None:
    event = {"id": "sf-x", "name": "Jazz", "category": "music", "time_start": "2032-08-23T20:00:00-07:00", "is_canceled": False,
             "event_site_url": "https://www.yelp.com/events/x", "attending_count": 1, "business_id": None,
             "location": {"address1": "1 A St", "city": "San Francisco", "state": "CA", "country": "US"}}  # fmt: skip
    assert acts_of(read({"events": [event], "total": 1}, "yelp")) == []


@pytest.mark.parametrize(
    "row",
    [
        {"id": "1", "name": "Quist live", "url": "https://www.facebook.com/events/1", "startTimestamp": 1980460800, "endTimestamp": None,
         "timezone": "America/New_York", "isCanceled": True, "isOnline": False, "ticketUrl": None,
         "location": {"id": "9", "name": "The Hall", "coordinates": {"latitude": 42.4, "longitude": -76.5}, "countryCode": "US",
                      "type": "PLACE", "address": "1 A St", "city": {"name": "Ithaca, NY", "id": "3"}}},
        {"id": "1", "name": "Quist live", "start_time": "2032-10-03T20:00:00-0400", "is_canceled": True,
         "place": {"id": "9", "name": "The Hall", "location": {"city": "Ithaca", "country": "United States", "state": "NY", "street": "1 A St"}}},
        {"id": "1", "name": "Quist live", "url": "https://www.facebook.com/events/1", "utcStartDate": "2032-10-04T00:00:00.000Z",
         "isCanceled": True, "location": {"name": "The Hall", "latitude": 42.4, "longitude": -76.5, "city": "Ithaca",
                                          "countryCode": "US", "streetAddress": "1 A St"}},
    ],
)  # fmt: skip
def test_rows_of_facebook_as_scrapers_and_the_graph_give_them(row: dict[str, Any]) -> None:
    for body in (row, [row], {"data": [row]}):
        reading = read(body, "facebook")
        (show,), venue = shows(reading), venue_of(reading)
        assert (show.start_local, show.timezone, show.status) == (
            "2032-10-03T20:00",
            "America/New_York",
            PerformanceStatus.CANCELLED,
        )
        assert venue is not None
        assert (venue.name, venue.street, venue.locality, venue.country) == ("The Hall", "1 A St", "Ithaca", "US")


def test_an_online_event_of_facebook_has_no_venue() -> None:
    row = {
        "id": "2",
        "name": "Quist at home",
        "start_time": "2032-10-03T20:00:00-0400",
        "is_online": True,
        "place": {"name": "The Hall"},
    }
    reading = read(row, "facebook")
    assert not reading.claims.venues
