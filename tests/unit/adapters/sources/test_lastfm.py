"""Last.fm: artists of today, events of its time until 2015, in JSON and in XML."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.adapters.sources.ticketing import acts_of, read, shows, venue_of

from mystage.domain.sources import PerformanceKind, PerformanceStatus, ReadingErrorKind, ReadingOutcome


def event(**more: Any) -> dict[str, Any]:
    return {
        "id": "2000", "title": "Quist", "artists": {"artist": ["Quist", "The Sons"], "headliner": "Quist"},
        "venue": {"id": "88", "name": "Grote Zaal", "phonenumber": "", "website": "http://zaal.example",
                  "location": {"geo:point": {"geo:lat": "52.3136", "geo:long": "4.9371"}, "city": "Amsterdam",
                               "country": "Netherlands", "street": "De Passage 1", "postalcode": "1101 AX"}},
        "startDate": "Thu, 30 Sep 2032 20:00:00", "description": "", "cancelled": "0", "url": "http://www.last.fm/event/2000",
        "image": [{"#text": "", "size": "small"}], "tags": {"tag": ["rock"]},
    } | more  # fmt: skip


def test_events_of_json() -> None:
    body = {"events": {"event": [event(), event(id="2001", cancelled="1")], "@attr": {"total": "2"}}}
    reading = read(body, "lastfm")
    first, second = shows(reading)
    assert (first.start_local, first.timezone, first.kind) == (
        "2032-09-30T20:00",
        "Europe/Amsterdam",
        PerformanceKind.CONCERT,
    )
    assert acts_of(reading) == ["Quist", "The Sons"]
    assert second.status is PerformanceStatus.CANCELLED
    venue = venue_of(reading)
    assert venue is not None
    assert (venue.name, venue.street, venue.country, venue.phone) == ("Grote Zaal", "De Passage 1", "NL", None)


def test_a_list_of_one_is_no_list() -> None:
    alone = event(artists={"artist": "Quist", "headliner": "Quist"}, venue={"id": "1", "name": "TBA", "location": {"city": "Reno", "country": "United States"}})  # fmt: skip
    reading = read({"events": {"event": alone, "@attr": {"total": "1"}}}, "lastfm")
    assert acts_of(reading) == ["Quist"]
    assert shows(reading)[0].venue is None
    assert shows(reading)[0].place == "Reno, US"


def test_its_xml_reads_as_its_json() -> None:
    body = (
        '<?xml version="1.0" encoding="utf-8"?><lfm status="ok"><events xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#">'
        "<event><id>9</id><title>Quist &eacute;</title><artists><artist>Quist</artist><headliner>Quist</headliner></artists><venue>"
        "<id>1</id><name>Grote Zaal</name><location><city>Amsterdam</city><country>Netherlands</country><geo:point>"
        "<geo:lat>52.36</geo:lat><geo:long>4.88</geo:long></geo:point></location></venue>"
        '<startDate>Thu, 30 Sep 2032 20:00:00</startDate><image size="small">http://img.example/a.jpg</image></event></events></lfm>'
    )
    reading = read(body, "lastfm")
    assert (shows(reading)[0].title, shows(reading)[0].start_local) == ("Quist é", "2032-09-30T20:00")
    assert shows(reading)[0].images == ("http://img.example/a.jpg",)


def test_artists_of_info_and_search() -> None:
    star = {"#text": "https://img.example/2a96cbd8b46e442fc41c2b86b821562f.png", "size": "large"}
    info = {"artist": {"name": "Quist", "mbid": "", "url": "https://www.last.fm/music/Quist", "image": [star],
                       "similar": {"artist": [{"name": "Somebody Else"}]}, "tags": {"tag": {"name": "folk"}},
                       "bio": {"summary": 'A singer. <a href="https://www.last.fm/music/Quist">Read more on Last.fm</a>'}}}  # fmt: skip
    (artist,) = read(info, "lastfm").claims.artists
    assert (artist.name, artist.images, artist.genres, artist.identifiers) == ("Quist", (), ("folk",), {})
    assert artist.description == "A singer."
    mbid = "b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d"
    found = {
        "results": {"opensearch:Query": {"#text": ""}, "artistmatches": {"artist": [{"name": "Quist", "mbid": mbid}]}}
    }
    (artist,) = read(found, "lastfm").claims.artists
    assert artist.identifiers == {"musicbrainz": mbid}


def test_no_events_is_nothing() -> None:
    body = {"events": {"#text": " ", "artist": "Quist", "@attr": {"url": "http://www.last.fm/x", "total": "0"}}}
    assert read(body, "lastfm").outcome is ReadingOutcome.NOTHING


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": 6, "message": "The artist you supplied could not be found"}, ReadingErrorKind.NOT_FOUND),
        ({"error": 10, "message": "Invalid API key", "links": []}, ReadingErrorKind.AUTH),
        ({"error": 29, "message": "Rate limit exceeded"}, ReadingErrorKind.QUOTA),
        (
            '<?xml version="1.0"?><lfm status="failed"><error code="10">Invalid API Key</error></lfm>',
            ReadingErrorKind.AUTH,
        ),
    ],
)
def test_errors(body: Any, kind: ReadingErrorKind) -> None:
    error = read(body, "lastfm").error
    assert error is not None
    assert error.kind is kind
