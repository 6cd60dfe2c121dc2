"""Fictional payloads of the ticketing kinds, and one way to read them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument
from mystage.domain.sources import ArtistClaim, PerformanceClaim, Reading, VenueClaim

READERS = ManifestReaders()


def raw(payload: Any, fetched_at: datetime | None = None, url: str = "") -> RawDocument:
    """A payload as a document; text and bytes as they are, anything else as JSON."""
    body = (
        payload
        if isinstance(payload, bytes)
        else payload.encode()
        if isinstance(payload, str)
        else json.dumps(payload).encode()
    )
    return RawDocument(body=body, url=url, fetched_at=fetched_at)


def routed(payload: Any, **more: Any) -> str | None:
    """The name of the reader that takes the payload."""
    return READERS.route(raw(payload, **more)).reader


def read(payload: Any, reader: str, **more: Any) -> Reading:
    """The reading of a payload that must be routed to `reader` by its content."""
    document = raw(payload, **more)
    assert READERS.route(document).reader == reader
    return READERS.read(document, reader)


def shows(reading: Reading) -> tuple[PerformanceClaim, ...]:
    return reading.claims.performances


def venue_of(reading: Reading, index: int = 0) -> VenueClaim | None:
    """The venue of a performance."""
    key = reading.claims.performances[index].venue
    return next((venue for venue in reading.claims.venues if venue.key == key), None)


def acts_of(reading: Reading, index: int = 0) -> list[str]:
    """The names of those who play at a performance."""
    names = {artist.key: artist.name for artist in reading.claims.artists}
    return [names[key] for key in reading.claims.performances[index].artists]


def artists(reading: Reading) -> tuple[ArtistClaim, ...]:
    return reading.claims.artists


def songkick_event(**changes: Any) -> dict[str, Any]:
    """An event of Songkick's calendar; its offset ignores daylight saving as the source's do."""
    performances = [
        {"billingIndex": 2, "displayName": "Paper Lanterns", "artist": {"id": 12, "displayName": "Paper Lanterns", "identifier": []}},
        {"billingIndex": 1, "displayName": "Tin Harbour", "artist": {"id": 11, "displayName": "Tin Harbour", "identifier": [{"mbid": "m-11"}]}},
        {"billingIndex": 3, "displayName": "Tin Harbour Premium Seats", "artist": {"id": 13, "displayName": "Tin Harbour Premium Seats", "identifier": []}},
    ]  # fmt: skip  # one line an act
    return {
        "id": 501,
        "type": "Concert",
        "status": "ok",
        "displayName": "Tin Harbour with Paper Lanterns and Tin Harbour Premium Seats at Mill Hall (July 4, 2031)",
        "start": {"date": "2031-07-04", "time": "19:30:00", "datetime": "2031-07-04T19:30:00-0600"},
        "location": {"city": "Saint Paul, MN, US", "lat": 44.95, "lng": -93.09},
        "venue": {
            "id": 77,
            "displayName": "Mill Hall",
            "lat": 44.95,
            "lng": -93.09,
            "metroArea": {"displayName": "Twin Cities"},
        },
        "performance": performances,
        "uri": "http://www.songkick.com/concerts/501?utm_source=1",
    } | changes


def songkick(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "resultsPage": {"status": "ok", "results": {"event": list(events)}, "page": 1, "perPage": 50, "totalEntries": 1}
    }


def eventbrite_event(**changes: Any) -> dict[str, Any]:
    """An event of Eventbrite's v3 with its venue."""
    return {
        "id": "9001",
        "name": {"text": "Velvet Foxes & Friends", "html": "Velvet Foxes &amp; Friends"},
        "url": "https://www.eventbrite.com/e/velvet-foxes-9001",
        "start": {"timezone": "America/Chicago", "local": "2031-03-05T20:00:00", "utc": "2031-03-06T02:00:00Z"},
        "end": {"timezone": "America/Chicago", "local": "2031-03-05T23:00:00", "utc": "2031-03-06T05:00:00Z"},
        "status": "live",
        "currency": "USD",
        "is_free": False,
        "category_id": "103",
        "format_id": "6",
        "venue": {
            "id": "31",
            "name": "The Corn Exchange",
            "address": {
                "address_1": "5 Bell St",
                "city": "Peoria",
                "region": "IL",
                "country": "US",
                "latitude": "40.69",
                "longitude": "-89.59",
            },
        },
    } | changes


def seatgeek_event(**changes: Any) -> dict[str, Any]:
    """A SeatGeek event of one band."""
    return {
        "id": 71,
        "type": "concert",
        "title": "Glass Orchard",
        "status": "normal",
        "datetime_local": "2031-05-01T20:00:00",
        "datetime_utc": "2031-05-02T00:00:00",
        "time_tbd": False,
        "date_tbd": False,
        "url": "https://seatgeek.com/glass-orchard/71",
        "stats": {"lowest_price": 44},
        "performers": [{"id": 5, "name": "Glass Orchard", "type": "band", "taxonomies": [{"name": "concerts"}]}],
        "venue": {"id": 8, "name": "Dock 9", "city": "Baltimore", "state": "MD", "country": "US", "capacity": 0,
                  "timezone": "America/New_York", "location": {"lat": 39.28, "lon": -76.6}},
    } | changes  # fmt: skip  # a venue on two lines


def squarespace_item(**changes: Any) -> dict[str, Any]:
    """An item of a Squarespace calendar, 20:00 in Chicago with noise in the seconds."""
    return {
        "id": "a1b2",
        "recordType": 12,
        "urlId": "2031/4/4/x",
        "title": "Hollow Pines",
        "fullUrl": "/shows/hollow-pines",
        "startDate": 1932598800245,
        "endDate": 1932606000245,
        "structuredContent": {"_type": "CalendarEvent"},
        "location": {"markerLat": 41.88, "markerLng": -87.65, "addressTitle": "Brass Room", "addressLine1": "12 Lake St",
                     "addressLine2": "Chicago, IL, 60607", "addressCountry": "United States"},
    } | changes  # fmt: skip  # an address on two lines


def tribe_event(**changes: Any) -> dict[str, Any]:
    """An event of The Events Calendar in Mexico."""
    return {
        "id": 31,
        "title": "Noche de cuerdas",
        "url": "https://centro.example/evento/31",
        "all_day": False,
        "start_date": "2031-08-12 20:00:00",
        "utc_start_date": "2031-08-13 02:00:00",
        "end_date": "2031-08-12 22:00:00",
        "utc_end_date": "2031-08-13 04:00:00",
        "timezone": "America/Mexico_City",
        "cost": "$120",
        "cost_details": {"currency_symbol": "$", "currency_code": "MXN", "values": ["entrada-libre"]},
        "categories": [{"name": "Concierto"}],
        "venue": {
            "id": 4,
            "venue": "Foro Azul",
            "address": "Calle Luna 8, Centro, 64000 Monterrey, N.L.",
            "city": "Monterrey",
            "country": "Mexico",
        },
    } | changes


def ra_event(**changes: Any) -> dict[str, Any]:
    """A Resident Advisor listing's event."""
    return {
        "id": "88",
        "title": "Nachtschicht",
        "date": "2031-02-01T00:00:00.000",
        "startTime": "2031-02-01T23:00:00.000",
        "endTime": "2031-02-02T06:00:00.000",
        "contentUrl": "/events/88",
        "cost": "15-20 €",
        "venue": {"id": "7", "name": "Kabelwerk", "area": {"id": "150", "name": "Leipzig"}},
        "artists": [{"name": "ORBIT (DE)"}, {"id": "3", "name": "Lena Falk"}],
    } | changes


def ra(*events: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"eventListings": {"totalResults": 9, "data": [{"id": f"1{e['id']}", "event": e} for e in events]}}}


def luma_entry(event: dict[str, Any] | None = None, tickets: dict[str, Any] | None = None) -> dict[str, Any]:
    """A Luma calendar entry in Monterrey, 19:30 there."""
    place = {"mode": "shown", "address": "Casa Roble", "short_address": "Calle Sol 4, Centro, Monterrey", "sublocality": "Centro",
             "city": "Monterrey", "region": "Nuevo León", "country": "Mexico"}  # fmt: skip  # one place
    base = {"api_id": "evt-1", "name": "Rita Solana - En vivo", "url": "abc123", "start_at": "2031-01-11T01:30:00.000Z",
            "end_at": "2031-01-11T03:00:00.000Z", "timezone": "America/Monterrey", "geo_address_info": place}  # fmt: skip  # one event
    return {
        "api_id": "evt-1",
        "event": base | (event or {}),
        "ticket_info": {"price": None, "is_free": True, "is_sold_out": False} | (tickets or {}),
    }


def facebook_page(event: dict[str, Any], about: dict[str, Any], *, noise: str = "") -> str:
    """A page with two Relay fragments of one event and one of a suggested other."""
    other = {"event": {"id": "999", "suggested": [{"name": "Elsewhere", "start_timestamp": 1}]}}
    boxes = [{"event": event}, {"event": about}, other]
    scripts = "".join(
        f"<script>x([{json.dumps({'__bbox': {'complete': True, 'result': {'data': data}}}, separators=(',', ':'))}])</script>"
        for data in boxes
    )
    return f"<!DOCTYPE html><html><body>{noise}{scripts}</body></html>"


def facebook_event(**changes: Any) -> dict[str, Any]:
    """An event at 20:00 in Calgary."""
    return {
        "id": "600",
        "name": "Copper Wolves",
        "day_time_sentence": "Friday, July 4, 2031 at 10:00 PM EDT",
        "event_place": {"__typename": "Page", "id": "42", "name": "The Lantern"},
        "start_timestamp": 1940983200,
        "end_timestamp": 0,
        "is_canceled": False,
        "url": "https://www.facebook.com/events/600/",
    } | changes


FACEBOOK_ABOUT: dict[str, Any] = {
    "id": "600",
    "event_place": {
        "id": "42",
        "place_type": "PLACE",
        "location": {"latitude": 51.05, "longitude": -114.07, "reverse_geocode": {"country_alpha_two": "CA"}},
        "address": {"street": "1 Centre St"},
        "city": {"contextual_name": "Calgary, Alberta"},
    },
    "event_buy_ticket_url": "https://go.example.net/c/1?u=https%3A%2F%2Ftickets.example%2Fcopper",
    "ticketing_context_row": {"title": "Tickets · $20 - $35"},
    "event_description": {"text": "Doors at seven."},
    "event_notable_sources": {"nodes": [{"id": "9", "name": "Copper Wolves"}]},
}

SUPERBOLETOS_ROW: dict[str, Any] = {
    "eventoId": "x1",
    "nombreEvento": " GIRA LUZ 2031: MARENA",
    "nombreRecinto": "Foro Norte",
    "nombreCiudad": "Monterrey",
    "abrevEstado": "NL",
    "claveTipoEvento": "Conciertos",
    "claveEstatusFechaEvento": "NORMAL",
    "fechas": "19 de Agosto 21:00 Hrs.",
    "precioMinimo": "0",
    "precioMaximo": "0",
    "rutaImagenMain": "https://img.example/a.webp?v=20310204122433",
}
LEGISTAR_ROW: dict[str, Any] = {
    "Name": "Board of Harbours",
    "Meeting Date": "12/3/2031",
    "Meeting Time": "3:30 PM",
    "Meeting Location": "2ND FLOOR BOARD ROOM\n--em--HARBOUR HOUSE AT 5 NORTH QUAY STREET, \r\nCHICAGO, ILLINOIS 60611--em--",
    "Meeting Details": "Meeting details",
    "iCalendar": {"url": "https://harbours.legistar.com/View.ashx?M=IC&ID=123&GUID=A"},
}
SCENESCOUT_ROW: dict[str, Any] = {
    "title": "Live Music by Ida Quill",
    "description": "Wed, Oct 1, 3:30 PM + 3 more",
    "date": "2031-09-23",
    "time": "19:00:00",
    "venue_name": "Toronto Venue",
    "address": "Toronto Venue, Toronto, ON",
    "price_min": 0,
    "price_max": 0,
    "price_range": "Free",
    "external_url": "https://www.eventbrite.ca/e/ida-quill-tickets-1636766114509?aff=x",
    "category": "music",
    "latitude": 43.6992,
    "longitude": -79.3372,
    "id": "livemusicbyida-2031-09-23",
    "created_at": "2031-09-22T02:08:41.429Z",
}
UNKNOWN_ROW: dict[str, Any] = {
    "id": 5,
    "titulo": "Los Faroles (AGOTADO)",
    "fechaInicio": "2031-09-12",
    "hora": "21:00",
    "recinto": {
        "nombre": "Teatro Mayor",
        "direccion": "Av. Sur 3",
        "ciudad": "Monterrey",
        "estado": "Nuevo León",
        "pais": "México",
    },
    "precioMinimo": 0,
    "precioMaximo": 850,
    "moneda": "MXN",
    "enlace": "https://boletos.example/5",
}
FEVER_TREE: dict[str, Any] = {
    "level": {"type": "date", "items": [{"value": {"from": "2031-09-26T12:00:00-06:00"}, "level": {"type": "time", "items": [
        {"value": {"from": "2031-09-26T19:00:00-06:00"}, "level": {"type": "session", "items": [
            {"value": {"id": 1, "starts_at_iso": "2031-09-26T19:00:00-06:00", "ends_at_iso": "2031-09-26T20:00:00-06:00",
                       "timezone": "America/Mexico_City", "price": 650, "currency": "MXN", "has_available_tickets": True}},
            {"value": {"id": 2, "starts_at_iso": "2031-09-26T19:00:00-06:00", "ends_at_iso": "2031-09-26T20:00:00-06:00",
                       "timezone": "America/Mexico_City", "price": 500, "currency": "MXN", "has_available_tickets": False}},
        ]}},
    ]}}]},
}  # fmt: skip  # a tree reads best as one
BOARDDOCS = """<?xml version="1.0" encoding="UTF-8"?>
<meetings><meeting bodyid="A" bodyname="Board" id="M1" order="1"><name>Policy Meeting at 4:30 P.M. Chair, Ann Oak</name>
<start><date format="yyyy-mm-dd">2031-10-25</date></start>
<description>Harbour Workers' Fund\n203 North Quay Street, Suite 2600\nChicago, IL 60601</description>
<link>http://www.boarddocs.com/il/hwf/Board.nsf/goto?open&amp;id=M1</link>
<category id="C"><name>1. Roll Call</name><agendaitems><item id="I"><name>A. Calling</name></item></agendaitems></category>
</meeting></meetings>"""
CASSETTE = """---
http_interactions:
- request: {{method: get, uri: "http://api.songkick.com/api/3.0/events/786/setlists.json?apikey=X"}}
  response:
    status: {{code: {code}, message: OK}}
    headers: {{content-type: [application/json], date: ["Sun, 21 Jul 2013 15:47:08 GMT"]}}
    body:
      encoding: ASCII-8BIT
      {body}
recorded_with: VCR 2.5.0
"""

SAMPLES: dict[str, Any] = {
    "songkick": songkick(songkick_event()),
    "eventbrite": {"events": [eventbrite_event()]},
    "seatgeek": {"events": [seatgeek_event()], "meta": {"per_page": 1}},
    "squarespace": [squarespace_item()],
    "tribe_events": {"events": [tribe_event()], "rest_url": "https://centro.example/wp-json/tribe/events/v1/events/"},
    "residentadvisor": ra(ra_event()),
    "luma": {"entries": [luma_entry()]},
    "fever": FEVER_TREE
    | {"id": 3, "name": "Candle Evening", "place": {"name": "Casa Alta", "city": "Monterrey", "country": "MX"}},
    "superboletos": [SUPERBOLETOS_ROW],
    "legistar": [LEGISTAR_ROW],
    "scenescout": [SCENESCOUT_ROW],
    "event_json": {"eventos": [UNKNOWN_ROW]},
    "setlistfm": {
        "type": "setlists",
        "total": 1,
        "setlist": [
            {
                "id": "s1",
                "eventDate": "12-05-2031",
                "artist": {"mbid": "m-11", "name": "Tin Harbour", "sortName": "Tin Harbour"},
                "url": "https://www.setlist.fm/setlist/s1.html",
                "venue": {
                    "id": "v1",
                    "name": "Mill Works",
                    "url": "https://www.setlist.fm/venue/v1.html",
                    "city": {
                        "name": "Krefeld",
                        "stateCode": "07",
                        "coords": {"lat": 51.33, "long": 6.57},
                        "country": {"code": "DE"},
                    },
                },
            }
        ],
    },
    "musicbrainz": {
        "id": "m-11",
        "name": "Tin Harbour",
        "sort-name": "Tin Harbour",
        "life-span": {"begin": "1999"},
        "country": "SE",
        "aliases": [{"name": "T. Harbour", "type": "Artist name"}, {"name": "tinharbor", "type": "Search hint"}],
        "relations": [
            {"type": "official homepage", "ended": False, "url": {"resource": "https://tinharbour.example/"}},
            {"type": "songkick", "ended": False, "url": {"resource": "https://www.songkick.com/artists/11"}},
            {"type": "bandsintown", "ended": True, "url": {"resource": "https://www.bandsintown.com/a/7"}},
        ],
    },
    "api_error": {"error": {"code": 403, "message": "API key expired"}},
    "facebook": {"require": [{"__bbox": {"result": {"data": {"event": facebook_event()}}}}]},
}
"""One payload a reader, for tests that go over all of them."""
