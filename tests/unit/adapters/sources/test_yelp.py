"""Yelp: what a careful person would record from answers of our own making."""

import json

import pytest

from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.yelp import parse, recognises
from mystage.application.ports.readers import RawDocument
from mystage.domain.sources import PerformanceKind, PerformanceStatus, ReadingErrorKind, ReadingOutcome


def payload(value):
    return Payload(RawDocument(body=json.dumps(value).encode()))


def read(value):
    assert recognises(payload(value)) > 0, "the answer must find its reader"
    return parse(payload(value))


def business(**changes):
    base = {
        "id": "abcDEF123", "alias": "copper-hall-ashton-2", "name": "Copper Hall", "is_closed": False, "rating": 4.5,
        "url": "https://www.yelp.com/biz/copper-hall-ashton-2?adjust_creative=me&utm_source=me", "review_count": 10,
        "categories": [{"alias": "musicvenues", "title": "Music Venues"}], "phone": "", "display_phone": "(650) 253-0123",
        "coordinates": {"latitude": 37.5, "longitude": -122.2},
        "location": {"address1": "12 Mine St", "address2": None, "address3": "", "city": "Ashton", "zip_code": "94000",
                     "country": "US", "state": "CA", "display_address": ["12 Mine St", "Ashton, CA 94000"]},
    }  # fmt: skip
    return base | changes


@pytest.mark.parametrize(
    "wrap",
    [
        lambda b: b,
        lambda b: {"businesses": [b], "total": 900, "region": {}},
        lambda b: {"data": {"search": {"total": 1, "business": [b]}}},
    ],
)
def test_businesses_alone_in_lists_and_in_graphql(wrap):
    (found,) = read(wrap(business())).claims.venues
    assert (found.street, found.locality, found.region, found.country) == ("12 Mine St", "Ashton", "CA", "US")
    assert (found.phone, found.website, found.source_id) == ("+16502530123", None, "abcDEF123")
    assert found.url == "https://www.yelp.com/biz/copper-hall-ashton-2"


def test_closed_for_good():
    assert read(business(is_closed=True)).claims.venues[0].closed


def test_autocomplete_names_stand_in_text_and_terms_are_no_places():
    answer = {"businesses": [{"id": "1", "text": "Tin Bar"}, {"id": "2", "name": "Zinc Bar"}], "terms": [{"text": "Bars"}],
              "categories": [{"alias": "bars", "title": "Bars"}]}  # fmt: skip
    assert [v.name for v in read(answer).claims.venues] == ["Tin Bar", "Zinc Bar"]


def event(**changes):
    base = {
        "id": "oak-soup", "name": "Laugh Soup at Nora's Yard", "category": "performing-arts", "cost": 15.0, "cost_max": None,
        "event_site_url": "https://www.yelp.com/events/oak-soup?utm_source=me", "is_canceled": False, "is_free": False,
        "latitude": 37.79176, "longitude": -122.26780, "tickets_url": "https://tickets.example.org/1",
        "time_start": "2031-01-01T19:00:00-08:00", "time_end": "2031-01-31T21:00:00-08:00", "business_id": "noras-yard-oakland-4",
        "location": business()["location"] | {"city": "Oakland"},
    }  # fmt: skip
    return base | changes


def show(**changes):
    return read({"events": [event(**changes)], "total": 1}).claims.performances[0]


def test_an_event_finds_its_venue_in_the_title():
    claims = read({"events": [event()], "total": 1}).claims
    assert (claims.venues[0].name, claims.venues[0].source_id) == ("Nora's Yard", "noras-yard-oakland-4")
    found = claims.performances[0]
    assert (found.start_local, found.timezone, found.end_local) == ("2031-01-01T19:00", "America/Los_Angeles", None)
    assert (found.price_min, found.price_max, found.currency) == (15.0, None, "USD")
    assert (found.kind, found.ticket_url) == (PerformanceKind.OTHER, "https://tickets.example.org/1")


def test_an_event_finds_its_venue_in_the_description_where_the_slug_agrees():
    text = "Come at seven! Laugh with us at Nora's Yard tonight, then dance at Tin Bar."
    claims = read({"events": [event(name="Laugh Soup", description=text)], "total": 1}).claims
    assert claims.venues[0].name == "Nora's Yard"


def test_an_event_without_a_venue_name_keeps_its_place():
    found = show(name="Laugh Soup")
    assert (found.venue, found.place) == (None, "12 Mine St, Ashton, CA 94000")


def test_a_stamp_in_another_zone_is_turned_to_the_venues_clock():
    assert show(time_start="2031-01-02T03:00:00+00:00").start_local == "2031-01-01T19:00"


def test_cancelled_free_and_music():
    assert show(is_canceled=True).status is PerformanceStatus.CANCELLED
    assert (show(is_free=True).price_min, show(is_free=True).currency) == (0.0, None)
    claims = read({"events": [event(category="music", name="Otter Choir at Nora's Yard")], "total": 1}).claims
    assert [a.name for a in claims.artists] == ["Otter Choir"]


def test_a_scraped_item():
    item = {"directUrl": "https://www.yelp.com/biz/tin-bar", "bizId": "L7y_1", "name": "Tin Bar", "phone": "(650) 253-0123",
            "website": "https://tin.example.org", "aggregatedRating": "4.3"}  # fmt: skip
    found = read([item]).claims.venues[0]
    assert (found.phone, found.website, found.locality) == ("+16502530123", "https://tin.example.org", None)


@pytest.mark.parametrize(
    "address",
    [
        "12 Mine St, Ashton, CA 94000",
        {"addressLine1": "12 Mine St", "city": "Ashton", "regionCode": "CA", "postalCode": "94000", "country": "US"},
    ],
)
def test_a_scraped_address_on_one_line_or_in_parts(address):
    found = read(
        {"bizId": "1", "directUrl": "https://www.yelp.com/biz/x", "name": "Tin Bar", "address": address}
    ).claims.venues[0]
    assert (found.street, found.locality, found.region, found.postal_code, found.country) == (
        "12 Mine St",
        "Ashton",
        "CA",
        "94000",
        "US",
    )


@pytest.mark.parametrize(
    ("error", "kind"),
    [({"id": "MISSING_PARAMETER", "text": "One is missing", "field": "phone"}, ReadingErrorKind.BAD_REQUEST),
     ({"code": "TOKEN_INVALID", "description": "Invalid access token"}, ReadingErrorKind.AUTH),
     ({"code": "ACCESS_LIMIT_REACHED", "description": "Daily limit"}, ReadingErrorKind.QUOTA),
     ({"code": "BUSINESS_NOT_FOUND", "description": "None"}, ReadingErrorKind.NOT_FOUND)],
)  # fmt: skip
def test_errors_are_named(error, kind):
    reading = read({"error": error})
    assert (reading.outcome, reading.error.kind) == (ReadingOutcome.ERROR, kind)


@pytest.mark.parametrize(
    "answer",
    [
        {"businesses": [], "total": 0, "region": {}},
        {
            "reviews": [{"rating": 5, "user": {"name": "A. Reviewer"}, "text": "x"}],
            "total": 1,
            "possible_languages": ["en"],
        },
    ],
)
def test_nothing_found_and_reviews_are_nothing(answer):
    assert read(answer).outcome is ReadingOutcome.NOTHING


def test_unknown_fields_go_to_the_audit():
    assert "mood" in read(business(mood=1)).unread
