"""Readers of sites, meetings and unknown APIs: one trap a test, with fictional payloads."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from tests.unit.adapters.sources import ticketing as t

from mystage.domain.sources import PerformanceStatus, ReadingErrorKind


def test_facebook_page_is_put_together_from_its_fragments():
    """Place, price and acts come from other fragments than the time; the shown zone is the reader's own."""
    reading = t.read(t.facebook_page(t.facebook_event(), t.FACEBOOK_ABOUT), "facebook")
    show, venue = t.shows(reading)[0], t.venue_of(reading)
    assert (show.start_local, show.end_local, show.timezone) == ("2031-07-04T20:00", None, "America/Edmonton")
    assert (show.ticket_url, show.price_min, show.price_max, show.currency) == (
        "https://tickets.example/copper",
        20,
        35,
        "CAD",
    )
    assert (venue.street, venue.locality, venue.region, t.acts_of(reading)) == (
        "1 Centre St",
        "Calgary",
        "AB",
        ["Copper Wolves"],
    )


def test_facebook_sessions_replace_the_event_above_them():
    """Each session has an id and times of its own."""
    siblings = [
        {"id": "601", "start_timestamp": 1940983200, "end_timestamp": 1940990400},
        {"id": "602", "start_timestamp": 1941069600, "end_timestamp": 0},
    ]
    reading = t.read(
        t.facebook_page(t.facebook_event(comet_neighboring_siblings=siblings), t.FACEBOOK_ABOUT), "facebook"
    )
    assert [(s.source_id, s.start_local) for s in t.shows(reading)] == [
        ("601", "2031-07-04T20:00"),
        ("602", "2031-07-05T20:00"),
    ]


def test_facebook_page_of_a_town_is_no_venue():
    """A town's page is a place in words."""
    about = t.FACEBOOK_ABOUT | {"event_place": t.FACEBOOK_ABOUT["event_place"] | {"place_type": "CITY"}}
    reading = t.read(t.facebook_page(t.facebook_event(), about), "facebook")
    assert (t.shows(reading)[0].venue, t.shows(reading)[0].place) == (None, "Calgary, AB, CA")


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("19 de Agosto 21:00 Hrs.", "2031-08-19T21:00", None),
        ("Del Mie. 21 al Sab. 24 Mayo", "2031-05-21", "2031-05-24"),
        ("15 Marzo de 2029", "2029-03-15", None),
        (",,", None, None),
        ("Del Lun. 21 al Dom. 24 Mayo", None, None),
    ],
)
def test_superboletos_days_in_words(words, start, end):
    """Years come from the text, the weekday or the picture's stamp; a weekday that fits no year leaves the day open."""
    show = t.shows(t.read([t.SUPERBOLETOS_ROW | {"fechas": words}], "superboletos"))[0]
    assert (show.start_local, show.end_local) == (start, end)


def test_superboletos_act_status_and_price():
    """The act stands behind the tour's name; CANCELADO is a status; "0" is no price."""
    reading = t.read([t.SUPERBOLETOS_ROW | {"claveEstatusFechaEvento": "CANCELADO"}], "superboletos")
    show = t.shows(reading)[0]
    assert (t.acts_of(reading), show.status, show.price_min) == (["MARENA"], PerformanceStatus.CANCELLED, None)
    assert (show.title, show.timezone) == ("GIRA LUZ 2031: MARENA", "America/Monterrey")


def test_legistar_takes_places_apart_and_drops_tests():
    """Month/day, a room in a building, a cancellation inside the place, a test row."""
    rows = [t.LEGISTAR_ROW, t.LEGISTAR_ROW | {"Meeting Location": "2ND FLOOR BOARD ROOM", "iCalendar": {"url": "https://x.legistar.com/a?ID=124"}},
            t.LEGISTAR_ROW | {"Meeting Location": "CANCELLED\n" + t.LEGISTAR_ROW["Meeting Location"], "iCalendar": {"url": "https://x.legistar.com/a?ID=125"}},
            t.LEGISTAR_ROW | {"Meeting Location": "--em--Test Training 2--em--"}]  # fmt: skip  # one row a line
    reading = t.read(rows, "legistar")
    assert [(s.source_id, s.start_local, s.status.value) for s in t.shows(reading)] == [
        ("123", "2031-12-03T15:30", "scheduled"), ("124", "2031-12-03T15:30", "scheduled"), ("125", "2031-12-03T15:30", "cancelled"),
    ]  # fmt: skip  # one row a meeting
    assert {s.venue for s in t.shows(reading)} == {t.venue_of(reading).key}
    venue = t.venue_of(reading)
    assert (venue.name, venue.street, venue.locality, venue.region) == (
        "Harbour House",
        "5 North Quay Street",
        "Chicago",
        "IL",
    )


def test_boarddocs_meetings_without_agenda_items():
    """The time stands in the title, the place in the description; agenda items are no events."""
    reading = t.read(t.BOARDDOCS, "boarddocs")
    show, venue = t.shows(reading)[0], t.venue_of(reading)
    assert (len(t.shows(reading)), show.title, show.start_local) == (1, "Policy Meeting", "2031-10-25T16:30")
    assert (venue.name, venue.street, venue.postal_code) == (
        "Harbour Workers' Fund",
        "203 North Quay Street, Suite 2600",
        "60601",
    )


@pytest.mark.parametrize(
    "body", [t.BOARDDOCS[:300], t.BOARDDOCS.replace("<meetings>", '<!DOCTYPE m [<!ENTITY a "b">]><meetings>')]
)
def test_boarddocs_broken_or_with_entities_is_malformed(body):
    """Cut or dangerous XML is an error with a cause."""
    assert t.READERS.read(t.raw(body), "boarddocs").error.kind is ReadingErrorKind.MALFORMED


def test_scenescout_defaults_are_not_facts():
    """The scrape's day, constant time, invented venue, shared pin and price 0 give nothing; the description gives the day."""
    rows = [t.SCENESCOUT_ROW, t.SCENESCOUT_ROW | {"description": "Sales end soon", "external_url": "https://www.eventbrite.ca/e/x-tickets-1636766114510"},
            t.SCENESCOUT_ROW | {"title": "7. Live music", "external_url": "https://www.eventbrite.ca/d/canada--toronto/live-music/"}]  # fmt: skip  # one row a line
    reading = t.read(rows, "scenescout")
    first, second = t.shows(reading)
    assert (first.start_local, first.source_id, first.price_min, first.venue) == (
        "2031-10-01T15:30",
        "1636766114509",
        None,
        None,
    )
    assert (second.start_local, first.timezone, t.acts_of(reading)) == (None, "America/Toronto", ["Ida Quill"])


def test_unknown_api_is_read_by_its_words():
    """Spanish names, a clock in its own field, a status in the title, a lower price of 0."""
    reading = t.read({"eventos": [t.UNKNOWN_ROW]}, "event_json")
    show, venue = t.shows(reading)[0], t.venue_of(reading)
    assert (show.title, show.status, show.start_local) == (
        "Los Faroles",
        PerformanceStatus.SOLD_OUT,
        "2031-09-12T21:00",
    )
    assert (show.price_min, show.price_max, show.currency, show.timezone) == (850, 850, "MXN", "America/Monterrey")
    assert (venue.name, venue.street, venue.locality, venue.country) == ("Teatro Mayor", "Av. Sur 3", "Monterrey", "MX")


def test_unknown_api_with_fake_utc_marks_keeps_the_evening():
    """Marks of UTC on local times are seen by the hours that they would give."""
    rows = [
        {"title": f"Show {n}", "start": f"2031-05-0{n}T20:00:00Z", "venue": "Hall", "timezone": "Asia/Tokyo"}
        for n in range(1, 5)
    ]
    assert [s.start_local for s in t.shows(t.read(rows, "event_json"))][:1] == ["2031-05-01T20:00"]
    true = [row | {"start": row["start"].replace("20:00", "10:00")} for row in rows]
    assert [s.start_local for s in t.shows(t.read(true, "event_json"))][:1] == ["2031-05-01T19:00"]


@pytest.mark.parametrize(
    "payload",
    [
        {"gold": 1, "performances": [{"title": "A", "start_local": "2031-01-01", "venue": "B"}]},
        [{"ts": "2031-01-01T10:00:00Z", "master_metadata_track_name": "A", "ms_played": 3, "title": "A", "place": "x"}],
        [{"title": "Good", "rating": 5, "date": "2031-01-01", "location": "Quay"}],
        {"object": "event", "data": {"object": {"name": "x", "start_date": "2031-01-01", "location": "y"}}},
        [{"name": "A commit", "date": "2031-01-01"}],
        {"items": [{"title": "no date", "venue": "x"}]},
    ],
)
def test_what_is_no_list_of_events_is_left_alone(payload):
    """Labels, histories, reviews, payments and plain dated things are not events."""
    assert t.routed(payload) is None


def test_year_less_day_of_an_unknown_api_needs_the_day_of_capture():
    """Without a weekday or a capture the year is not certain, and no start is given."""
    rows = [{"titulo": "Uno", "fecha": "12 de Mayo 20:00", "lugar": "Foro"}]
    show = t.shows(t.read(rows, "event_json", fetched_at=datetime(2031, 4, 1, tzinfo=UTC)))[0]
    assert show.start_local == "2031-05-12T20:00"
    assert t.routed(rows) is None


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"error": {"code": 403, "message": "x"}}, ReadingErrorKind.AUTH),
        ({"error": "Rate limit exceeded"}, ReadingErrorKind.QUOTA),
        ({"code": "rest_no_route", "message": "No route", "data": {"status": 404}}, ReadingErrorKind.NOT_FOUND),
        ({"errors": [{"message": "bad date"}]}, ReadingErrorKind.BAD_REQUEST),
    ],
)
def test_error_envelopes_of_unknown_apis(payload, kind):
    """An error is told by its code or its words."""
    assert t.read(payload, "api_error").error.kind is kind


def test_setlistfm_days_are_day_month_year_and_town_pins_are_left_out():
    """A day "12-05-2031" is 12 May; coordinates are the town's and give the zone only."""
    reading = t.read(t.SAMPLES["setlistfm"], "setlistfm")
    show, venue = t.shows(reading)[0], t.venue_of(reading)
    assert (show.start_local, show.timezone, t.acts_of(reading)) == ("2031-05-12", "Europe/Berlin", ["Tin Harbour"])
    assert (venue.lat, venue.locality, venue.country) == (None, "Krefeld", "DE")


def test_musicbrainz_bridges_to_other_sources():
    """Ids of other sources come from addresses that still hold, and only where one is given."""
    artist = t.artists(t.read(t.SAMPLES["musicbrainz"], "musicbrainz"))[0]
    assert artist.identifiers == {"musicbrainz": "m-11", "songkick": "11"}
    assert (artist.website, artist.alt_names, artist.country) == ("https://tinharbour.example/", ("T. Harbour",), "SE")


def test_superboletos_two_days_are_two_showings():
    """A list of days is no run: each is a performance under the row's id."""
    shows = t.shows(t.read([t.SUPERBOLETOS_ROW | {"fechas": "19 y 20 de Agosto 21:00 Hrs."}], "superboletos"))
    assert [(s.start_local, s.source_id) for s in shows] == [("2031-08-19T21:00", "x1"), ("2031-08-20T21:00", "x1")]


def test_unknown_api_with_showings_inside_an_event():
    """Each showing of an event is a performance with a clock and an id of its own."""
    row = {k: v for k, v in t.UNKNOWN_ROW.items() if k not in ("fechaInicio", "hora")}
    row["funciones"] = [{"fecha": "2031-09-12", "hora": "18:00"}, {"fecha": "2031-09-12", "hora": "21:00"}]
    shows = t.shows(t.read({"data": [row]}, "event_json"))
    assert [(s.start_local, s.source_id) for s in shows] == [("2031-09-12T18:00", "5-1"), ("2031-09-12T21:00", "5-2")]


def test_facebook_address_typed_as_a_place_is_no_venue():
    """A free text that is an address stays a place in words."""
    event = t.facebook_event(event_place={"__typename": "FreeformPlace", "name": "12 Elm Street, Calgary"})
    show = t.shows(t.read(t.facebook_page(event, {"id": "600"}), "facebook"))[0]
    assert (show.venue, show.place) == (None, "12 Elm Street, Calgary")


def test_cassette_of_vcr_py_without_opening_dashes():
    """The Python recorder's names, in YAML that starts with them."""
    body = json.dumps(t.SAMPLES["songkick"])
    tape = "interactions:\n- request: {uri: 'https://api.songkick.com/x'}\n  response:\n    status: {code: 200}\n"
    reading = t.read(f"{tape}    body:\n      string: '{body}'\nversion: 1\n", "cassette")
    assert t.acts_of(reading) == ["Tin Harbour", "Paper Lanterns"]


@pytest.mark.parametrize(
    ("days", "more", "start"),
    [
        (["25/12/2031", "01/02/2031"], {}, "2031-12-25"),
        (["12/25/2031", "01/02/2031"], {}, "2031-12-25"),
        (["03.04.2031"], {}, "2031-04-03"),
        (["03/04/2031"], {"event_time": "8:00 PM"}, "2031-03-04T20:00"),
        (["03/04/2031"], {"ciudad": "Lima"}, "2031-04-03"),
    ],
)
def test_numeric_days_are_read_where_the_list_shows_their_order(days, more, start):
    """A number above 12, points, a clock of twelve hours or the language of the names decide."""
    rows = [{"event_name": "Quay Night", "event_date": day, "venue_name": "Dock"} | more for day in days]
    assert t.shows(t.read(rows, "event_json"))[0].start_local == start


def test_numeric_days_of_unknown_order_are_not_guessed():
    """3 April and 4 March are equally likely: parked."""
    assert t.routed([{"event_name": "Quay Night", "event_date": "03/04/2031", "venue_name": "Dock"}]) is None
