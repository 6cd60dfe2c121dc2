"""Each trap that ticketing sources set, on payloads of our own making."""

from __future__ import annotations

import base64
import json

import pytest
from tests.unit.adapters.sources import ticketing as t

from mystage.domain.sources import PerformanceKind, PerformanceStatus, ReadingErrorKind, ReadingOutcome


@pytest.mark.parametrize("reader", t.SAMPLES)
def test_every_kind_is_routed_to_its_reader_and_read(reader):
    """A payload of each kind ends as records (or as the error that it is) and leaves no defect behind."""
    reading = t.read(t.SAMPLES[reader], reader)
    assert reading.outcome is (ReadingOutcome.ERROR if reader == "api_error" else ReadingOutcome.RECORDS), reading


def test_songkick_takes_the_local_clock_and_leaves_products_out():
    """The source's offset ignores daylight saving; premium seats are neither act nor part of the title."""
    reading = t.read(t.songkick(t.songkick_event()), "songkick")
    show = t.shows(reading)[0]
    assert (show.start_local, show.timezone, show.title) == (
        "2031-07-04T19:30",
        "America/Chicago",
        "Tin Harbour with Paper Lanterns",
    )
    assert t.acts_of(reading) == ["Tin Harbour", "Paper Lanterns"]
    assert show.url == "http://www.songkick.com/concerts/501"
    assert t.artists(reading)[0].identifiers == {"musicbrainz": "m-11"}
    assert (t.venue_of(reading).locality, t.venue_of(reading).region) == ("Saint Paul", "MN")


def test_songkick_festival_is_one_performance_of_days():
    """A festival keeps its dates without times, and one record for all its acts."""
    event = t.songkick_event(type="Festival", displayName="Quay Fest 2031", start={"date": "2031-07-04", "time": None},
                             end={"date": "2031-07-06", "time": None})  # fmt: skip  # one event
    show = t.shows(t.read(t.songkick(event), "songkick"))[0]
    assert (show.kind, show.start_local, show.end_local) == (PerformanceKind.FESTIVAL, "2031-07-04", "2031-07-06")


@pytest.mark.parametrize(
    ("message", "kind"),
    [("Invalid or missing apikey", ReadingErrorKind.AUTH), ("Resource not found", ReadingErrorKind.NOT_FOUND)],
)
def test_songkick_error_inside_a_good_answer_is_an_error(message, kind):
    """An error envelope must not pass for an empty calendar."""
    reading = t.read({"resultsPage": {"status": "error", "error": {"message": message}}}, "songkick")
    assert (reading.outcome, reading.error.kind) == (ReadingOutcome.ERROR, kind)


@pytest.mark.parametrize("results", [{}, {"location": [{"city": {"displayName": "Twin Cities"}}]}])
def test_songkick_without_results_and_towns_are_nothing(results):
    """No results and a search for towns hold no venue."""
    assert t.read({"resultsPage": {"results": results, "status": "ok"}}, "songkick").outcome is ReadingOutcome.NOTHING


def test_cassette_hands_each_body_to_its_reader():
    """A setlist in Ruby's binary YAML: who, where and when from its label, the event's id from the request."""
    setlist = {"artist": {"id": 3, "displayName": "Tin Harbour"}, "displayName": "Tin Harbour at Mill Hall (25 Aug 09)",
               "setlistItem": [{"name": "Low Tide"}], "id": 1}  # fmt: skip  # one set
    body = json.dumps({"resultsPage": {"status": "ok", "results": {"setlist": [setlist]}}})
    coded = base64.b64encode(body.encode()).decode()
    reading = t.read(t.CASSETTE.format(code=200, body=f"string: !binary |\n        {coded}"), "cassette")
    show = t.shows(reading)[0]
    assert (show.source_id, show.title, show.start_local) == ("786", "Tin Harbour at Mill Hall", "2009-08-25")
    assert t.venue_of(reading).name == "Mill Hall"
    assert [a.name for a in t.artists(reading)] == ["Tin Harbour"]


def test_cassette_of_a_refused_request_is_an_error():
    """An unreadable body under status 401 is recorded as what the status says."""
    reading = t.read(t.CASSETTE.format(code=401, body="string: 'go away'"), "cassette")
    assert reading.error.kind is ReadingErrorKind.AUTH


@pytest.mark.parametrize(
    "body",
    [
        "http_interactions:\n" + "- " * 5_000 + "x",
        "http_interactions: " + "[" * 50_000,
        "http_interactions: [a: b: c",
        "http_interactions: !ruby/object:A\n  x: 1\n",
    ],
)
def test_cassette_that_is_broken_or_deep_is_answered(body):
    """Nesting that would exhaust the C parser is refused before it starts."""
    assert t.READERS.read(t.raw(body), "cassette").outcome in (ReadingOutcome.ERROR, ReadingOutcome.NOTHING)


def test_eventbrite_reads_local_times_kinds_and_venue():
    """`local` counts, `utc` does not; category and format decide the kind; a price of 0 is unknown."""
    reading = t.read({"events": [t.eventbrite_event()]}, "eventbrite")
    show = t.shows(reading)[0]
    assert (show.title, show.start_local, show.end_local) == (
        "Velvet Foxes & Friends",
        "2031-03-05T20:00",
        "2031-03-05T23:00",
    )
    assert (show.kind, show.price_min, t.venue_of(reading).street) == (PerformanceKind.CONCERT, None, "5 Bell St")


def test_eventbrite_guided_tour_is_no_concert_and_full_is_sold_out():
    """Format "Tour" is a walk; the title alone says that it is full; null is not cancelled."""
    event = {"_type": "destination_event", "id": "1", "eid": "1", "primary_venue_id": "2", "name": "Quay Walk (Full - Waitlist Only)",
             "start_date": "2031-03-19", "start_time": "14:00", "end_date": "2031-03-19", "end_time": "15:30", "is_cancelled": None,
             "timezone": "America/Detroit", "tickets_url": "https://www.eventbrite.com/checkout?eid=1",
             "locations": [{"type": "locality", "name": "Ann Arbor"}, {"type": "country", "name": "United States"}],
             "tags": [{"prefix": "EventbriteFormat", "tag": "EventbriteFormat/16"}]}  # fmt: skip  # one event
    show = t.shows(t.read({"events": {"results": [event]}}, "eventbrite"))[0]
    assert (show.title, show.status, show.kind) == ("Quay Walk", PerformanceStatus.SOLD_OUT, PerformanceKind.OTHER)
    assert (show.place, show.venue) == ("Ann Arbor, United States", None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (429, ReadingErrorKind.QUOTA),
        (401, ReadingErrorKind.AUTH),
        (404, ReadingErrorKind.NOT_FOUND),
        (400, ReadingErrorKind.BAD_REQUEST),
    ],
)
def test_eventbrite_errors_by_status(code, kind):
    """Each status code has its kind."""
    reading = t.read({"status_code": code, "error": "SOME_CODE", "error_description": "No."}, "eventbrite")
    assert reading.error.kind is kind


def test_seatgeek_placeholder_time_is_a_date_and_resale_figures_are_no_prices():
    """`time_tbd` leaves the day; capacity 0 is unknown."""
    reading = t.read({"events": [t.seatgeek_event(time_tbd=True)], "meta": {}}, "seatgeek")
    show = t.shows(reading)[0]
    assert (show.start_local, show.price_min, t.venue_of(reading).capacity) == ("2031-05-01", None, None)
    assert t.acts_of(reading) == ["Glass Orchard"]


def test_seatgeek_teams_and_scraps_are_no_acts():
    """A match has no artists; a scrap of a listing is no show, though its venue is one."""
    match = t.seatgeek_event(
        type="ncaa_baseball", performers=[{"id": 1, "name": "Harbour Gulls", "type": "ncaa_baseball"}]
    )
    scrap = t.seatgeek_event(id=72, type="theater", title="Open from - Quay Town")
    reading = t.read({"events": [match, scrap], "meta": {}}, "seatgeek")
    assert (len(t.shows(reading)), t.shows(reading)[0].kind, t.artists(reading)) == (1, PerformanceKind.OTHER, ())


def test_squarespace_noise_default_pin_and_borrowed_zone():
    """Epochs are cut to the minute; the editor's default pin is no place, and the zone is that of the other items."""
    pin = {"markerLat": 40.7207559, "markerLng": -74.00076130000002}
    reading = t.read([t.squarespace_item(), t.squarespace_item(id="c3", location=pin)], "squarespace")
    first, second = t.shows(reading)
    assert (first.start_local, first.timezone, second.timezone) == (
        "2031-03-29T20:00",
        "America/Chicago",
        "America/Chicago",
    )
    assert (second.venue, second.start_local) == (None, first.start_local)
    venue = t.venue_of(reading)
    assert (venue.locality, venue.region, venue.postal_code, venue.country) == ("Chicago", "IL", "60607", "US")


def test_squarespace_site_zone_wins():
    """The site's own zone stands in `website` of a collection."""
    page = {
        "website": {"timeZone": "Europe/Berlin", "authenticUrl": "https://x.example"},
        "collection": {},
        "upcoming": [t.squarespace_item(location={})],
    }
    show = t.shows(t.read(page, "squarespace"))[0]
    assert (show.timezone, show.url) == ("Europe/Berlin", "https://x.example/shows/hollow-pines")


def test_tribe_reads_price_text_and_splits_addresses():
    """`cost` counts, left-over details do not; town, postcode and region are cut off the street."""
    reading = t.read({"events": [t.tribe_event()]}, "tribe_events")
    show, venue = t.shows(reading)[0], t.venue_of(reading)
    assert (show.price_min, show.currency, show.kind, show.start_local) == (
        120,
        "MXN",
        PerformanceKind.CONCERT,
        "2031-08-12T20:00",
    )
    assert (venue.street, venue.postal_code, venue.region, venue.country) == (
        "Calle Luna 8, Centro",
        "64000",
        "Nuevo León",
        "MX",
    )


@pytest.mark.parametrize(("cost", "price"), [("Entrada libre", 0), ("", None), ("0", None)])
def test_tribe_free_only_where_it_says_so(cost, price):
    """Free is a statement; nothing and zero are not."""
    assert t.shows(t.read({"events": [t.tribe_event(cost=cost)]}, "tribe_events"))[0].price_min == price


def test_tribe_all_day_has_no_times():
    """The 00:00 and 23:59 of a whole day are placeholders."""
    event = t.tribe_event(all_day=True, start_date="2031-08-12 00:00:00", end_date="2031-08-12 23:59:59")
    show = t.shows(t.read({"events": [event]}, "tribe_events"))[0]
    assert (show.start_local, show.end_local) == ("2031-08-12", None)


def test_resident_advisor_local_times_suffixes_and_area():
    """Times that look like UTC are local; suffixes go; an area gives country, zone and the price's currency."""
    reading = t.read(t.ra(t.ra_event()), "residentadvisor")
    show = t.shows(reading)[0]
    assert (show.source_id, show.start_local, show.end_local) == ("88", "2031-02-01T23:00", "2031-02-02T06:00")
    assert (show.price_min, show.price_max, show.currency, show.timezone) == (15, 20, "EUR", "Europe/Berlin")
    assert (t.acts_of(reading), t.venue_of(reading).country) == (["ORBIT", "Lena Falk"], "DE")


def test_luma_utc_is_turned_into_the_local_evening():
    """`start_at` is UTC, `address` the venue's name, `is_free` a price of 0."""
    reading = t.read({"entries": [t.luma_entry()]}, "luma")
    show, venue = t.shows(reading)[0], t.venue_of(reading)
    assert (show.start_local, show.price_min, show.kind) == ("2031-01-10T19:30", 0, PerformanceKind.CONCERT)
    assert (venue.name, venue.street, t.acts_of(reading)) == ("Casa Roble", "Calle Sol 4", ["Rita Solana"])


def test_luma_cents_hidden_places_and_foreign_zones():
    """Cents become money, an obfuscated place no venue, and a place in another country its own clock."""
    hidden = {"mode": "obfuscated", "city": "Cambridge", "region": "Massachusetts"}
    price = {"price": {"cents": 25000, "currency": "mxn"}, "is_free": False, "is_sold_out": True}
    show = t.shows(t.read({"entries": [t.luma_entry({"geo_address_info": hidden}, price)]}, "luma"))[0]
    assert (show.price_min, show.currency, show.status, show.venue) == (250, "MXN", PerformanceStatus.SOLD_OUT, None)
    assert (show.timezone, show.start_local, show.place) == (
        "America/New_York",
        "2031-01-10T20:30",
        "Cambridge, MA, US",
    )


def test_fever_folds_zones_and_leaves_bare_trees():
    """Price zones are one showing; a tree without its plan names nothing."""
    shows = t.shows(t.read(t.SAMPLES["fever"], "fever"))
    assert [(s.start_local, s.price_min, s.price_max) for s in shows] == [("2031-09-26T19:00", 500, 650)]
    assert t.read(t.FEVER_TREE, "fever").outcome is ReadingOutcome.NOTHING
