"""Last.fm API 2.0: artists (info, search, charts), and the events and venues that it answered until 2015. JSON and XML.

Its JSON is its XML written otherwise: a list of one is no list, attributes stand under "@attr", texts beside attributes
under "#text", and nothing at all is "". The clock of an event is that of its place.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any, Final

from mystage.adapters.sources.kit.building import (
    ClaimsBuilder,
    Fields,
    country_code,
    link,
    links,
    phone_e164,
    position,
    text,
    zone_at,
)
from mystage.adapters.sources.kit.localities import zone_of
from mystage.adapters.sources.kit.moments import moment, span
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.titles import is_nobody, title_status
from mystage.adapters.sources.kit.xml import tree_of
from mystage.domain.sources import (
    PerformanceKind,
    PerformanceStatus,
    Reading,
    ReadingErrorKind,
    failed,
    fold_text,
    records,
)

VERSION: Final = 1
_MORE: Final = re.compile(r"<a [^<>]{0,300}>\s*Read more on Last\.fm\s*</a>.*$", re.DOTALL)
"""What stands below each biography: a link and the licence."""
_LISTS: Final = ("artists", "topartists", "similarartists", "weeklyartistchart", "artistmatches")
_ERRORS: Final = {
    2: ReadingErrorKind.BAD_REQUEST, 3: ReadingErrorKind.BAD_REQUEST, 4: ReadingErrorKind.AUTH, 6: ReadingErrorKind.NOT_FOUND,
    7: ReadingErrorKind.NOT_FOUND, 9: ReadingErrorKind.AUTH, 10: ReadingErrorKind.AUTH, 13: ReadingErrorKind.AUTH,
    14: ReadingErrorKind.AUTH, 17: ReadingErrorKind.AUTH, 26: ReadingErrorKind.AUTH, 29: ReadingErrorKind.QUOTA,
}  # fmt: skip  # the codes of https://www.last.fm/api/errorcodes


def recognises(payload: Payload) -> float:
    """The root `lfm` of its XML; in JSON, its envelopes beside its addresses or its spellings."""
    if payload.head.startswith(b"<"):
        return 0.99 if b"<lfm" in payload.head[:500] else 0.0
    data = payload.json
    if not isinstance(data, dict):
        return 0.0
    if isinstance(data.get("error"), int) and "message" in data and data.keys() <= {"error", "message", "links"}:
        return 0.9
    known = {"artist", "event", "events", "results", "venues", *_LISTS} & data.keys()
    own = b"last.fm/" in payload.body or b"lastfm" in payload.body or b'"opensearch:Query"' in payload.body
    return 0.97 if known and own and (b'"#text"' in payload.body or b'"@attr"' in payload.body) else 0.0


def parse(payload: Payload) -> Reading:
    """Artists, events and venues of one answer; or the error that it is."""
    if payload.head.startswith(b"<"):
        root = tree_of(payload.text, payload.url)
        broken = root.find("error")
        if root.get("status") == "failed" or broken is not None:
            code = (broken.get("code") if broken is not None else "") or ""
            return _failed(int(code) if code.isdecimal() else 0, (broken.text if broken is not None else "") or "")
        data = {child.tag: _value(child) for child in root}
    else:
        data = payload.json if isinstance(payload.json, dict) else {}
    if isinstance(data.get("error"), int):
        return _failed(data["error"], text(data.get("message")) or "")
    builder = ClaimsBuilder()
    left: list[str] = []
    answer = Fields(data, "", left)
    results = answer.sub("results")
    for holder in [results.sub("artistmatches"), *(answer.sub(name) for name in _LISTS)]:
        for artist in holder.list("artist"):
            _artist(builder, artist)
    for artist in answer.list("artist"):
        _artist(builder, artist)
    for venue in [*results.sub("venuematches").list("venue"), *answer.sub("venues").list("venue")]:
        _venue(builder, venue)
    for event in [*answer.sub("events").list("event"), *answer.list("event")]:
        _event(builder, event)
    return records(builder.build(), unread=answer.unread)


def _failed(code: int, message: str) -> Reading:
    kind = _ERRORS.get(code, ReadingErrorKind.BAD_REQUEST)
    if code == 6 and "required" in message.lower():
        kind = ReadingErrorKind.BAD_REQUEST
    return failed(kind, message.strip() or f"Last.fm answers error {code}")


def _value(element: ET.Element) -> Any:
    """An element as Last.fm's JSON has it: repeated elements are lists, texts beside attributes stand under "#text"."""
    out: dict[str, Any] = {"#text": (element.text or "").strip()} if element.attrib else {}
    for child in element:
        # the prefix of the one namespace that it uses
        name = child.tag.replace("{http://www.w3.org/2003/01/geo/wgs84_pos#}", "geo:")
        value = _value(child)
        if name in out:
            known = out[name]
            out[name] = [*known, value] if isinstance(known, list) else [known, value]
        else:
            out[name] = value
    return out or (element.text or "").strip()


def _texts(value: object) -> list[str]:
    """Names in a list, in a list of one that is no list, or in objects."""
    items = value if isinstance(value, list) else [value]
    names = (text(i.get("name") or i.get("#text")) if isinstance(i, dict) else text(i) for i in items)
    return [name for name in dict.fromkeys(names) if name]


def _images(value: object) -> tuple[str, ...]:
    """The addresses of images, the largest first (they come in rising size)."""
    items = value if isinstance(value, list) else [value]
    found = links(i.get("#text") if isinstance(i, dict) else i for i in items)
    # one grey star stands for every artist without a picture that may be shown
    return tuple(a for a in reversed(found) if "2a96cbd8b46e442fc41c2b86b821562f" not in a)[:1]


def _artist(builder: ClaimsBuilder, artist: Fields) -> str | None:
    mbid, name = artist.text("mbid"), artist.text("name")
    tags, life = artist.sub("tags"), artist.sub("bio")
    key = None
    if name and not is_nobody(name.strip("[]")):
        key = builder.artist(
            source_id=mbid,
            name=name,
            url=link(artist.pop("url")),
            images=_images(artist.pop("image")),
            genres=tuple(_texts(tags.pop("tag"))),
            description=text(_MORE.sub("", str(life.pop("content", "summary") or "")), 20_000),
            identifiers={"musicbrainz": mbid} if mbid else {},
        )
    artist.ignore("stats", "similar", "ontour", "streamable", "listeners", "playcount", "match", "@attr", "image_small",
                  "image", "url", "#text", "userplaycount")  # fmt: skip  # one line
    artist.rest()
    return key


def _venue(builder: ClaimsBuilder, venue: Fields) -> tuple[str | None, str | None, str | None]:
    """Key, zone and place in words."""
    where = venue.sub("location")
    country, town = country_code(where.text("country")), where.text("city")
    point = where.sub("geo:point")
    spot = position(point.pop("geo:lat"), point.pop("geo:long"))
    zone = zone_at(spot.get("lat"), spot.get("lon")) or zone_of(country, None, town)
    words = ", ".join(v for v in (town, country) if v) or None
    name = venue.text("name")
    key = None
    if name and not is_nobody(name) and fold_text(name) not in ("venue tba", "unknown", "tba", fold_text(town or "-")):
        key = builder.venue(
            source_id=venue.pop("id"),
            name=name,
            street=where.text("street"),
            locality=town,
            postal_code=where.text("postalcode"),
            country=country,
            timezone=zone,
            phone=phone_e164(venue.text("phonenumber"), country),
            website=link(venue.pop("website")),
            url=link(venue.pop("url")),
            images=_images(venue.pop("image")),
            **spot,
        )
    where.ignore("timezone")
    where.rest()
    venue.ignore("id", "image", "url", "website", "phonenumber", "#text", "@attr")
    venue.rest()
    return key, zone, words


def _event(builder: ClaimsBuilder, event: Fields) -> None:
    bill = event.sub("artists")
    # the headliner first; the list holds it too
    names = list(dict.fromkeys([*_texts(bill.pop("headliner")), *_texts(bill.pop("artist"))]))
    venue, zone, place = _venue(builder, event.sub("venue"))
    title, marked = title_status(event.text("title") or "")
    start, end = moment(event.text("startDate") or ""), moment(event.text("endDate") or "")
    when = span(start, end, zone)
    cancelled = event.text("cancelled") == "1"
    last = when.end or ""
    several = len(last[:10]) > 0 and last[:10] > (when.start or "")[:10] and len(names) > 1
    builder.performance(
        source_id=event.text("id"),
        title=title or None,
        venue=venue,
        place=None if venue else place,
        artists=[builder.artist(name=name) for name in names if not is_nobody(name)],
        start_local=when.start,
        end_local=when.end,
        timezone=zone,
        status=PerformanceStatus.CANCELLED if cancelled else marked or PerformanceStatus.SCHEDULED,
        kind=PerformanceKind.FESTIVAL if several else PerformanceKind.CONCERT,
        url=link(event.pop("url")),
        links=links([event.pop("website")]),
        description=text(event.pop("description"), 20_000),
        images=_images(event.pop("image")),
        genres=tuple(_texts(event.sub("tags").pop("tag"))),
    )
    event.ignore("attendance", "reviews", "tag", "tickets", "@attr", "startTime", "#text", "image", "url", "website")
    event.rest()
