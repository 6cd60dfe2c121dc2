"""Whatever strangers do to an answer, a reader answers with a reading: no exception, no endless loop."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.adapters.sources import bandsintown, google_maps, ticketmaster, yelp
from mystage.adapters.sources.kit.payload import Payload
from mystage.application.ports.readers import RawDocument
from mystage.domain.sources import Reading

_VENUE = {"name": "Mill Hall", "city": "Ashby", "region": "CO", "country": "United States", "latitude": "39.7", "longitude": "-105.2",
          "street_address": "1 Mill St", "postal_code": "80000", "location": "Ashby"}  # fmt: skip
_SAMPLES = {
    bandsintown: [
        [{"id": "1", "artist_id": "7", "datetime": "2031-05-02T20:00:00", "ends_at": "2031-05-03", "title": "Otters @ Mill Hall",
          "lineup": ["Otters"], "venue": _VENUE, "offers": [{"type": "Tickets", "url": "https://t.example.org"}], "sold_out": True,
          "artist": {"id": "7", "name": "Otters", "tracker_count": 1, "links": [{"type": "website", "url": "http://o.example.org"}]}}],
        {"id": "7", "name": "Otters", "tracker_count": 1, "mbid": "x", "links": []},
        [{"artist": "Otters", "venue": "Mill Hall 2031", "start_date": "2031-05-02", "end_date": "2031-05-02", "city/state": "Ashby, CO", "country": "CO"}],
    ],
    ticketmaster: [
        {"_embedded": {"events": [{"id": "1", "name": "Otters: Live", "type": "event", "url": "https://www.ticketweb.com/1",
            "classifications": [{"primary": True, "segment": {"name": "Music"}, "genre": {"name": "Rock"}}],
            "dates": {"start": {"localDate": "2031-05-02", "localTime": "20:00:00", "dateTime": "2031-05-03T02:00:00Z"}, "end": {"localDate": "2031-05-03"},
                      "timezone": "America/Denver", "status": {"code": "onsale"}, "spanMultipleDays": True},
            "doorsTimes": {"localDate": "2031-05-02", "localTime": "19:00:00"}, "priceRanges": [{"type": "standard", "min": 1, "max": 2, "currency": "USD"}],
            "images": [{"url": "https://i.example.org/1.jpg", "width": 100, "fallback": False}],
            "_embedded": {"venues": [{"id": "V", "name": "Mill Hall", "city": {"name": "Ashby"}, "state": {"stateCode": "CO", "name": "Colorado"},
                "country": {"countryCode": "US"}, "address": {"line1": "1 Mill St"}, "location": {"latitude": "39.7", "longitude": "-105.2"}, "aliases": ["Mill"],
                "boxOfficeInfo": {"phoneNumberDetail": "(303) 555-0142"}, "social": {"twitter": {"handle": "@mill"}}}],
                "attractions": [{"id": "A", "name": "Otters", "aliases": ["O"], "externalLinks": {"homepage": [{"url": "http://o.example.org"}], "spotify": [{"url": "x"}]}}]}}]}},
        {"fault": {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "x"}}},
    ],
    google_maps: [
        {"status": "OK", "results": [{"place_id": "P", "name": "Mill Hall", "types": ["bar"], "formatted_address": "1 Mill St, Ashby, CO 80000, USA",
            "address_components": [{"long_name": "Ashby", "short_name": "Ashby", "types": ["locality"]}], "geometry": {"location": {"lat": 39.7, "lng": -105.2}},
            "plus_code": {"compound_code": "GR5X+2M Ashby, CO, USA"}, "website": "http://m.example.org", "editorial_summary": {"overview": "x"}}]},
        {"places": [{"id": "P", "displayName": {"text": "Mill Hall"}, "location": {"latitude": 1, "longitude": 2}, "postalAddress": {"regionCode": "US", "addressLines": ["1"]}}]},
        [{"title": "Mill Hall", "placeId": "P", "categories": ["Bar"], "plusCode": "GR5X+2M Ashby", "address": "1 Mill St, Ashby, USA", "location": {"lat": 1, "lng": 2},
          "totalScore": 1, "imageUrls": ["https://i.example.org/1.jpg"]}],
        [[[None, None, ["1 Mill St"], None, None, None, None, ["http://m.example.org"], None, [None, None, 1.5, 2.5], "0x1:0x2", "Mill Hall", None, ["Bar"]]]],
        {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "no"}},
    ],
    yelp: [
        {"businesses": [{"id": "B", "name": "Mill Hall", "url": "https://www.yelp.com/biz/m", "review_count": 1, "rating": 2, "categories": [{"title": "Bars"}],
            "coordinates": {"latitude": 1, "longitude": 2}, "location": {"address1": "1", "city": "Ashby", "state": "CO", "country": "US"}, "phone": "+13035550142"}]},
        {"events": [{"id": "E", "name": "Otters at Mill Hall", "time_start": "2031-05-02T20:00:00-06:00", "time_end": "2031-05-02T22:00:00-06:00", "business_id": "mill",
            "category": "music", "cost": 1, "description": "at Mill Hall!", "location": {"city": "Ashby", "country": "US", "display_address": ["x"]}, "latitude": 1, "longitude": 2}]},
        [{"bizId": "B", "directUrl": "https://www.yelp.com/biz/m", "name": "Mill Hall", "address": {"city": "Ashby"}, "phone": "(303) 555-0142", "categories": ["Bars"]}],
        {"error": {"id": "X_Y", "text": "no"}},
    ],
}  # fmt: skip
_ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=12),
    st.just([]), st.just({}), st.just([None, [1], {"name": 3}]), st.just({"name": ["x"], "text": {"text": {}}}),
    st.sampled_from(["2031-02-30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "\x00", "\ud800", "http://[x", "-0", "1e400"]),
)  # fmt: skip


def _paths(value, path=()):
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield from _paths(child, (*path, name))


def _changed(sample, path, odd):
    if not path:
        return odd
    changed = copy.deepcopy(sample)
    inner = changed
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = odd
    return changed


@pytest.mark.parametrize("reader", list(_SAMPLES), ids=lambda r: r.__name__.rpartition(".")[2])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_spoiled_answer_is_still_read(reader, data):
    """Up to three fields of a sample, at any depth, hold something that they should not."""
    sample = data.draw(st.sampled_from(_SAMPLES[reader]))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(_paths(sample))))
        sample = _changed(sample, path, data.draw(_ODD))
    payload = Payload(RawDocument(body=json.dumps(sample).encode()))
    assert 0.0 <= reader.recognises(payload) <= 1.0
    assert isinstance(reader.parse(payload), Reading)


@pytest.mark.parametrize("reader", list(_SAMPLES), ids=lambda r: r.__name__.rpartition(".")[2])
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=200))
def test_any_bytes_are_answered(reader, body):
    payload = Payload(RawDocument(body=body.removeprefix(b"\x1f\x8b")))
    assert 0.0 <= reader.recognises(payload) <= 1.0
    assert isinstance(reader.parse(payload), Reading)


@pytest.mark.parametrize("reader", list(_SAMPLES), ids=lambda r: r.__name__.rpartition(".")[2])
def test_every_sample_is_known_to_its_reader(reader):
    """The mutations start from answers that the reader does read."""
    assert all(reader.recognises(Payload(RawDocument(body=json.dumps(s).encode()))) > 0 for s in _SAMPLES[reader])
