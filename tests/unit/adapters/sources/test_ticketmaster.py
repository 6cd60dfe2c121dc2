"""Ticketmaster Discovery v2: what a careful person would record from answers of our own making."""

import json

import pytest

from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.ticketmaster import parse, recognises
from mystage.application.ports.readers import RawDocument
from mystage.domain.sources import PerformanceKind, PerformanceStatus, ReadingErrorKind, ReadingOutcome


def payload(value):
    return Payload(RawDocument(body=json.dumps(value).encode()))


def read(value):
    return parse(payload(value))


def classes(segment="Music", kind="Undefined"):
    return [{"primary": True, "segment": {"name": segment}, "genre": {"name": "Rock"}, "subGenre": {"name": "Undefined"},
             "type": {"name": kind}, "subType": {"name": "Undefined"}}]  # fmt: skip


def venue(**changes):
    base = {
        "id": "Kv1", "type": "venue", "name": "Copper Hall", "postalCode": "61000", "timezone": "America/Denver",
        "url": "https://www.ticketmaster.com/copper-hall/venue/1", "city": {"name": "Ashton"},
        "state": {"name": "Colorado", "stateCode": "CO"}, "country": {"name": "United States Of America", "countryCode": "US"},
        "address": {"line1": "12 Mine St "}, "location": {"longitude": "-105.2", "latitude": "39.7"},
        "boxOfficeInfo": {"phoneNumberDetail": "Call the box office at (303) 555-0142 at noon"},
    }  # fmt: skip
    return base | changes


def attraction(name, number="K1", **changes):
    return {"id": number, "type": "attraction", "name": name, "classifications": classes()} | changes


def start(**changes):
    base = {"localDate": "2031-09-13", "localTime": "19:30:00", "dateTime": "2031-09-14T01:30:00Z", "dateTBD": False,
            "dateTBA": False, "timeTBA": False, "noSpecificTime": False}  # fmt: skip
    return base | changes


def event(attractions=(), places=None, dates=None, **changes):
    base = {
        "id": "E1", "type": "event", "test": False, "locale": "en-us", "name": "The Paper Lanterns",
        "url": "https://www.ticketmaster.com/event/E1?REFERRAL_ID=feed", "classifications": classes(),
        "dates": {"start": start(), "timezone": "America/Denver", "status": {"code": "onsale"}} | (dates or {}),
        "_embedded": {"venues": [venue()] if places is None else places, "attractions": list(attractions)},
        "_links": {"self": {"href": "/discovery/v2/events/E1"}},
    }  # fmt: skip
    return base | changes


def page(*events):
    return {
        "_embedded": {"events": list(events)},
        "page": {"size": 20, "totalElements": 1, "totalPages": 1, "number": 0},
    }


def show(*args, **changes):
    return read(page(event(*args, **changes))).claims.performances[0]


def test_a_page_of_events():
    answer = page(event([attraction("The Paper Lanterns")]))
    claims = read(answer).claims
    assert recognises(payload(answer)) >= 0.9
    place, performance = claims.venues[0], claims.performances[0]
    assert (place.street, place.region, place.country, place.phone) == ("12 Mine St", "CO", "US", "+13035550142")
    assert place.website is None, "Ticketmaster's page is not the venue's site"
    assert performance.start_local == "2031-09-13T19:30", "local, not the UTC stamp"
    assert performance.ticket_url == "https://www.ticketmaster.com/event/E1"
    assert (performance.kind, performance.venue, performance.artists) == (PerformanceKind.CONCERT, "Kv1", ("K1",))


def test_a_single_event_venue_or_attraction():
    assert len(read(event()).claims.performances) == 1
    assert read(venue(locale="en-us")).claims.venues[0].name == "Copper Hall"
    assert read(attraction("Otter Choir", locale="en-us")).claims.artists[0].name == "Otter Choir"
    assert recognises(payload(venue(locale="en-us"))) >= 0.9


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"timeTBA": True}, "2031-09-13"),
        ({"noSpecificTime": True}, "2031-09-13"),
        ({"localTime": None}, "2031-09-13"),
        ({"dateTBA": True}, None),
        ({"dateTBD": True}, None),
        ({"localDate": None, "localTime": None}, "2031-09-13T19:30"),
    ],
)
def test_unknown_days_and_times_are_not_made_up(changes, expected):
    assert show(dates={"start": start(**changes)}).start_local == expected


def test_the_zone_falls_back_to_the_venue_and_then_to_its_position():
    assert show(dates={"timezone": None}, places=[venue(timezone="America/Boise")]).timezone == "America/Boise"
    assert show(dates={"timezone": None}, places=[venue(timezone=None)]).timezone == "America/Denver"


@pytest.mark.parametrize("name", ["2 Day Pass: Brook Nights", "Parking: The Paper Lanterns", "Otter Choir VIP Package"])
def test_ticket_products_are_no_performances(name):
    assert read(page(event(name=name))).outcome is ReadingOutcome.NOTHING


def test_upsells_are_no_performances():
    assert read(page(event(classifications=classes("Miscellaneous", "Upsell")))).outcome is ReadingOutcome.NOTHING


@pytest.mark.parametrize(
    ("code", "status"),
    [("canceled", PerformanceStatus.CANCELLED), ("cancelled", PerformanceStatus.CANCELLED), ("offsale", PerformanceStatus.SCHEDULED),
     ("postponed", PerformanceStatus.POSTPONED), ("rescheduled", PerformanceStatus.RESCHEDULED)],
)  # fmt: skip
def test_status_codes(code, status):
    assert show(dates={"status": {"code": code}}).status is status


def test_without_attractions_the_title_names_the_act():
    claims = read(page(event(name="Otter Choir: Sleeping Rivers Tour"))).claims
    assert [a.name for a in claims.artists] == ["Otter Choir"]


def test_teams_and_musicals_are_no_artists():
    teams = [attraction("Ashton Miners", classifications=classes("Sports"))]
    claims = read(page(event(teams, classifications=classes("Sports")))).claims
    assert (claims.artists, claims.performances[0].kind) == ((), PerformanceKind.OTHER)


def test_a_festival_lists_acts_but_is_no_act_itself():
    acts = [attraction("Brook Festival", "K9"), attraction("Otter Choir", "K2"), attraction("Otter Choir", "K3")]
    claims = read(page(event(acts, name="Brook Festival"))).claims
    assert [a.name for a in claims.artists] == ["Otter Choir"]
    assert claims.performances[0].kind is PerformanceKind.FESTIVAL


def test_prices_are_those_of_the_standard_range():
    ranges = [{"type": "official platinum", "currency": "USD", "min": 300.0, "max": 900.0},
              {"type": "standard", "currency": "USD", "min": 25.5, "max": 60.0}]  # fmt: skip
    found = show(priceRanges=ranges)
    assert (found.price_min, found.price_max, found.currency) == (25.5, 60.0, "USD")
    assert show(priceRanges=[{"type": "standard", "currency": "USD", "min": 0.0, "max": 0.0}]).price_min is None
    assert show().price_min is None


def test_a_pin_far_from_the_rest_of_its_town_is_dropped():
    places = [venue(), venue(id="Kv2", name="Tin Hall"), venue(id="Kv3", name="Zinc Hall")]
    for number, place in enumerate(places):
        place["location"] = {"latitude": f"39.7{number}123", "longitude": "-105.21234" if number else "-103.21234"}
    claims = read({"_embedded": {"venues": places}, "page": {}, "_links": {}}).claims
    assert [v.lat is None for v in claims.venues] == [True, False, False]


def test_external_ids_of_an_act():
    links = {"musicbrainz": [{"id": "mb-1"}], "homepage": [{"url": "http://otters.example.org/"}],
             "spotify": [{"url": "https://open.spotify.com/artist/0123456789abcdefABCDEF?autoplay=true"}]}  # fmt: skip
    artist = read(page(event([attraction("Otter Choir", externalLinks=links)]))).claims.artists[0]
    assert artist.identifiers == {"musicbrainz": "mb-1", "spotify": "0123456789abcdefABCDEF", "ticketmaster": "K1"}
    assert artist.website == "http://otters.example.org/"


def test_an_empty_page_is_nothing():
    answer = {
        "_links": {"self": {"href": "/discovery/v2/events?page=1"}},
        "page": {"size": 10, "totalElements": 0, "totalPages": 0, "number": 1},
    }
    assert recognises(payload(answer)) == 1.0
    assert read(answer).outcome is ReadingOutcome.NOTHING


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"fault": {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "oauth.v2.InvalidApiKey"}}}, ReadingErrorKind.AUTH),
        ({"fault": {"faultstring": "Rate limit quota violation", "detail": {"errorcode": "policies.ratelimit.QuotaViolation"}}}, ReadingErrorKind.QUOTA),
        ({"errors": [{"code": "DIS1004", "detail": "Resource not found", "status": "404"}]}, ReadingErrorKind.NOT_FOUND),
        ({"errors": [{"code": "DIS1015", "detail": "date must be of valid format", "status": "400"}]}, ReadingErrorKind.BAD_REQUEST),
    ],
)  # fmt: skip
def test_errors_are_named(answer, kind):
    reading = read(answer)
    assert recognises(payload(answer)) >= 0.9
    assert (reading.outcome, reading.error.kind) == (ReadingOutcome.ERROR, kind)


def test_unknown_fields_go_to_the_audit():
    assert any(path.endswith("mood") for path in read(page(event(mood="blue"))).unread)
