"""Bandsintown: what a careful person would record from answers and scraped rows of our own making."""

import json

import pytest

from mystage.adapters.sources.bandsintown import parse, recognises
from mystage.adapters.sources.kit.payload import Payload
from mystage.application.ports.readers import RawDocument
from mystage.domain.sources import PerformanceKind, PerformanceStatus, ReadingErrorKind, ReadingOutcome


def payload(value):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Payload(RawDocument(body=body))


def read(value):
    return parse(payload(value))


def event(**changes):
    base = {
        "id": "9001",
        "artist_id": "77",
        "datetime": "2031-05-02T20:00:00",
        "starts_at": "2031-05-02T20:00:00",
        "ends_at": "",
        "title": "",
        "lineup": ["The Paper Lanterns"],
        "offers": [{"type": "Tickets", "url": "https://tickets.example.org/t/9001?app_id=secret&utm_source=x"}],
        "venue": {
            "name": "Mill Hall",
            "city": "Hradec",
            "region": "",
            "country": "Czechia",
            "latitude": "50.2103605",
            "longitude": "15.8252110",
            "street_address": "Mlýnská 4",
            "postal_code": "500 03",
        },
        "datetime_display_rule": "datetime",
        "sold_out": False,
    }
    return base | changes


def venue(**changes):
    return event()["venue"] | changes


def one(**changes):
    return read([event(**changes)]).claims.performances[0]


def test_a_plain_event_becomes_venue_artist_and_performance():
    claims = read([event()]).claims
    (place,), (artist,), (show,) = claims.venues, claims.artists, claims.performances
    assert (place.name, place.street, place.locality, place.country) == ("Mill Hall", "Mlýnská 4", "Hradec", "CZ")
    assert (artist.name, artist.source_id) == ("The Paper Lanterns", "77")
    assert (show.venue, show.artists) == (place.key, (artist.key,))
    assert (show.start_local, show.timezone, show.kind) == (
        "2031-05-02T20:00",
        "Europe/Prague",
        PerformanceKind.CONCERT,
    )


def test_the_callers_id_is_taken_out_of_ticket_addresses():
    assert one().ticket_url == "https://tickets.example.org/t/9001"


def test_junk_seconds_go():
    assert one(starts_at="", datetime="2031-05-02T19:00:47").start_local == "2031-05-02T19:00"


def test_midnight_is_a_day_without_a_time():
    assert one(starts_at="2031-05-02T00:00:00").start_local == "2031-05-02"


def test_a_range_is_a_festival_with_days_only():
    show = one(datetime_display_rule="range", ends_at="2031-05-04T23:59:59", title="Three Rivers")
    assert (show.start_local, show.end_local, show.kind) == ("2031-05-02", "2031-05-04", PerformanceKind.FESTIVAL)


def test_a_festivals_name_in_the_venue_is_the_title_and_no_venue():
    reading = read([event(venue=venue(name="Brook Festival 2031", street_address="Czechia"))])
    show = reading.claims.performances[0]
    assert reading.claims.venues == ()
    assert (show.title, show.venue, show.place) == ("Brook Festival 2031", None, "Hradec, Czechia")
    assert show.kind is PerformanceKind.FESTIVAL


def test_a_country_in_the_street_field_is_no_street():
    assert read([event(venue=venue(street_address="Czech Republic"))]).claims.venues[0].street is None


@pytest.mark.parametrize(("lat", "lon"), [("49.8333333", "18.2833333"), ("31.7618778", "-106.4850217")])
def test_a_pin_on_the_town_is_dropped(lat, lon):
    """Whole arc minutes and a geocoder's town centre say nothing of the venue."""
    place = read([event(venue=venue(latitude=lat, longitude=lon))]).claims.venues[0]
    assert (place.lat, place.lon) == (None, None)


def test_a_pin_that_several_venues_share_is_dropped():
    others = [event(id=str(n), venue=venue(name=f"Room {n}", street_address=f"Street {n}")) for n in range(3)]
    assert all(v.lat is None for v in read(others).claims.venues)


def test_online_is_no_venue():
    reading = read([event(venue={"name": "Bandsintown LIVE", "city": "", "country": ""})])
    assert reading.claims.venues == ()
    assert reading.claims.performances[0].venue is None


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"sold_out": True}, PerformanceStatus.SOLD_OUT),
        ({"title": "CANCELLED - Spring Show"}, PerformanceStatus.CANCELLED),
        ({"status": "postponed"}, PerformanceStatus.POSTPONED),
    ],
)
def test_the_status_is_read_from_fields_and_titles(changes, status):
    assert one(**changes).status is status


def test_free_events_cost_nothing_and_others_have_no_price():
    assert (one(free=True).price_min, one().price_min) == (0.0, None)


def test_an_embedded_artist_names_the_id_of_all_events():
    artist = {"id": "77", "name": "The Paper Lanterns", "mbid": "aa-bb", "tracker_count": 1, "links": [
        {"type": "website", "url": "http://lanterns.example.org"}, {"type": "twitter", "url": "lanterns"},
        {"type": "spotify", "url": "https://open.spotify.com/artist/0123456789abcdefABCDEF?utm_source=b"}]}  # fmt: skip
    claims = read([event(artist=artist, lineup=["The Paper Lanterns", "Guest", "Guest"]), event(id="9002")]).claims
    assert [a.name for a in claims.artists] == ["The Paper Lanterns", "Guest"]
    head = claims.artists[0]
    assert head.identifiers == {"musicbrainz": "aa-bb", "spotify": "0123456789abcdefABCDEF", "bandsintown": "77"}
    assert head.website == "http://lanterns.example.org"
    assert all(show.artists[0] == "77" for show in claims.performances)


def test_an_artist_answer_is_one_artist():
    claims = read({"id": "5", "name": "Otter Choir", "tracker_count": 3, "upcoming_event_count": 2}).claims
    assert ([a.name for a in claims.artists], claims.performances) == (["Otter Choir"], ())


def test_console_output_is_read():
    """`console.log` prints no JSON: bare keys, single quotes, `[Object]`."""
    text = b"""[{ offers: [[Object]], venue: { name: 'Mill Hall', country: 'United States', region: 'AZ', city: 'Mesa',
        latitude: '33.4151843', longitude: '-111.8314724' }, datetime: '2031-05-02T19:00:12', lineup: ['Otter Choir'],
        id: '1', artist_id: '5', on_sale_datetime: '', url:
        'https://www.example.org/e/1' }, ... 2 more items ]"""
    assert recognises(payload(text)) == 1.0
    show = read(text).claims.performances[0]
    assert (show.start_local, show.timezone, show.ticket_url) == ("2031-05-02T19:00", "America/Phoenix", None)


def row(**changes):
    base = {"artist": "Otter Choir", "start_date": "2031-06-01", "end_date": "2031-06-01", "venue": "Mill Hall",
            "city/state": "Nowheretown", "country": "Norway"}  # fmt: skip
    return base | changes


def test_a_scraped_row_has_a_day_and_no_end():
    show = read([row()]).claims.performances[0]
    assert (show.start_local, show.end_local, show.timezone) == ("2031-06-01", None, "Europe/Oslo")


@pytest.mark.parametrize(
    ("code", "country", "zone"),
    [("AZ", "US", "America/Phoenix"), ("ON", "CA", "America/Toronto"), ("CA", "US", "America/Los_Angeles")],
)
def test_a_state_in_the_country_field(code, country, zone):
    claims = read([row(country=code)]).claims
    assert (claims.venues[0].country, claims.venues[0].region) == (country, code)
    assert claims.performances[0].timezone == zone


def test_a_tour_is_no_venue_and_its_shows_stay_apart():
    rows = [row(venue="PAPER BOATS TOUR 2031", **{"city/state": town}, start_date=f"2031-06-0{n}") for n, town in enumerate(("A-by", "B-by"), 1)]  # fmt: skip
    claims = read(rows).claims
    assert (claims.venues, len(claims.performances)) == ((), 2)
    assert {p.kind for p in claims.performances} == {PerformanceKind.CONCERT}


def test_a_title_that_holds_the_venue():
    claims = read([row(venue="Otter Choir Live at The Wool Hall")]).claims
    assert claims.venues[0].name == "The Wool Hall"
    assert claims.performances[0].title == "Otter Choir Live at The Wool Hall"


def test_folded_mojibake_is_repaired_where_it_is_certain():
    claims = read([row(venue="Kino MA 1/4hle", **{"city/state": "NA 1/4rnberg"}, country="Germany")]).claims
    assert (claims.venues[0].name, claims.venues[0].locality) == ("Kino Mühle", "Nürnberg")


@pytest.mark.parametrize(
    "body", [b'"\\"\\""', b'""', b"{warn=Not found}\n", b'{"errorMessage": "[NotFound] The artist was not found"}']
)
def test_an_unknown_artist_is_not_found(body):
    reading = read(body)
    assert recognises(payload(body)) > 0
    assert (reading.outcome, reading.error.kind) == (ReadingOutcome.ERROR, ReadingErrorKind.NOT_FOUND)


def test_a_refused_caller_is_auth():
    assert read({"Message": "User is not authorized to access this resource"}).error.kind is ReadingErrorKind.AUTH


def test_no_events_is_nothing():
    assert read([]).outcome is ReadingOutcome.NOTHING


def test_unknown_fields_go_to_the_audit():
    assert "[].mood" in read([event(mood="blue")]).unread


def test_an_acts_own_evening_with_a_year_is_a_concert_and_no_venue():
    claims = read([row(venue="Otter Choir 2031")]).claims
    assert (claims.venues, claims.performances[0].kind) == ((), PerformanceKind.CONCERT)


def test_a_town_is_no_venue():
    assert read([row(venue="Nowheretown")]).claims.venues == ()
