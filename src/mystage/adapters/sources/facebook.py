"""Facebook event pages as a logged-out visitor gets them: inline Relay JSON, or such a Relay payload as a file.

The page holds dozens of `__bbox` fragments; those of one event carry its id or its path and are laid together.
Suggested events on the page are left aside: their places and times are none of this event's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from mystage.adapters.sources.facebook_rows import read_rows, rows_of
from mystage.adapters.sources.kit.building import (
    ClaimsBuilder,
    Fields,
    country_code,
    links,
    position,
    text,
)
from mystage.adapters.sources.kit.localities import country_of_region, region_code, zone_of
from mystage.adapters.sources.kit.payload import MISSING, Payload
from mystage.adapters.sources.kit.wall_times import end_after, from_epoch
from mystage.adapters.sources.kit.wordings import is_product, kind_of, link_target, price_in, status_in_title, status_of
from mystage.domain.sources import (
    PerformanceKind,
    Reading,
    ReadingErrorKind,
    failed,
    nothing,
    records,
)

VERSION: Final = 1
_BOX: Final = '{"__bbox":{'
_MOST_BOXES: Final = 2_000
_MOST_BROKEN: Final = 20
_DECODER: Final = json.JSONDecoder()
_PLACE_IN_TEXT = re.compile(r"([A-Z][\w.'-]+(?: [A-Z][\w.'-]+){0,2}), ([A-Z][A-Za-z]+(?: [A-Z][a-z]+)?)\b")
_ABBREVIATIONS: Final = {
    "EST": "America/New_York", "EDT": "America/New_York", "CST": "America/Chicago", "CDT": "America/Chicago",
    "MST": "America/Denver", "MDT": "America/Denver", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
    "BST": "Europe/London", "CEST": "Europe/Berlin", "CET": "Europe/Berlin", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
}  # fmt: skip  # a table
_NAMED_PLACE = re.compile(r"^(?:the |at )?[A-Z][\w'&. -]{2,40}$")


def recognises(payload: Payload) -> float:
    """Relay fragments that speak of an event's time; a cheap search of the bytes."""
    body = payload.body
    if b"__bbox" not in body and payload.json is not MISSING:
        return 0.97 if rows_of(payload.json) else 0.0
    if b"__bbox" not in body or (b"start_timestamp" not in body and b"day_time_sentence" not in body):
        return 0.0
    return 1.0 if b"event_place" in body or b"/events/" in body else 0.0


def parse(payload: Payload) -> Reading:
    """The event of the page, one performance a session."""
    rows = rows_of(payload.json) if payload.json is not MISSING else []
    if rows:
        builder, left = ClaimsBuilder(), list[str]()
        read_rows(builder, rows, left)
        return records(builder.build(), unread=Fields({}, "", left).unread)
    event = _event_of(_data(payload))
    if event is None:
        if b"login" in payload.body[:200_000].lower() and b"event_place" not in payload.body:
            return failed(ReadingErrorKind.AUTH, "Facebook asks for a login")
        return nothing("Facebook's page holds no event")
    builder = ClaimsBuilder()
    fields = Fields(event, "event")
    _read(builder, fields)
    return records(builder.build(), unread=fields.unread)


def _data(payload: Payload) -> Iterator[tuple[Any, list[Any]]]:
    """Data and path of each Relay result."""
    boxes = _boxes(payload.text) if payload.json is MISSING else _boxes_in(payload.json)
    for box in boxes:
        result = box.get("result") if isinstance(box, dict) else None
        if isinstance(result, dict) and isinstance(result.get("data"), dict):
            path = result.get("path")
            yield result["data"], path if isinstance(path, list) else []


def _boxes(page: str) -> Iterator[Any]:
    """The fragments inside scripts, found by their first characters and decoded in place."""
    at, broken = page.find(_BOX), 0
    for _ in range(_MOST_BOXES):
        if at < 0 or broken > _MOST_BROKEN:
            return
        try:
            value, end = _DECODER.raw_decode(page, at)
        except (ValueError, RecursionError):
            broken, end = broken + 1, at + len(_BOX)
        else:
            yield from _boxes_in(value)
        at = page.find(_BOX, end)


def _boxes_in(tree: Any) -> Iterator[Any]:
    level, seen = [tree], 0
    while level and seen < 20_000:
        item = level.pop()
        seen += 1
        if isinstance(item, dict):
            if isinstance(item.get("__bbox"), dict):
                yield item["__bbox"]
                item = item["__bbox"] if "require" in item["__bbox"] else {}
            level.extend(v for v in item.values() if isinstance(v, (dict, list)))
        elif isinstance(item, list):
            level.extend(v for v in reversed(item) if isinstance(v, (dict, list)))


def _event_of(data: Iterator[tuple[Any, list[Any]]]) -> dict[str, Any] | None:
    """All fragments of the page's own event, laid over each other (the first value that says something counts)."""
    pieces: list[dict[str, Any]] = []
    for item, path in data:
        if isinstance(item.get("event"), dict):
            pieces.append(item["event"])
        elif path[:1] == ["event"] and len(path) == 1:
            pieces.append(item)
    main = next((p for p in pieces if p.get("name") and ("start_timestamp" in p or "day_time_sentence" in p)), None)
    if main is None:
        return None
    event: dict[str, Any] = {}
    for piece in [main, *(p for p in pieces if p.get("id") in (None, main.get("id")))]:
        _lay(event, piece)
    return event


def _lay(event: dict[str, Any], piece: dict[str, Any]) -> None:
    for name, value in piece.items():
        known = event.get(name)
        if known in (None, "", [], {}) or (name == "end_timestamp" and not known):
            event[name] = dict(value) if isinstance(value, dict) else value
        elif isinstance(known, dict) and isinstance(value, dict):
            for inner, more in value.items():
                if known.get(inner) in (None, "", [], {}):
                    known[inner] = more


def _read(builder: ClaimsBuilder, event: Fields) -> None:
    title, marked = status_in_title(event.text("name"))
    if is_product(title):
        return
    about = event.sub("event_description").pop("text")
    about = about if isinstance(about, str) else ""
    area = event.sub("location").sub("reverse_geocode").sub("city_page").text("name")
    venue, place, country, zone = _place(builder, event.sub("event_place"), area, about)
    zone = zone or _zone_in(title) or _shown_zone(event)
    acts = [node for node in event.sub("event_notable_sources").list("nodes") if "name" in node]
    artists = [
        builder.artist(source_id=node.pop("id"), name=node.text("name"), url=text(node.pop("url"))) for node in acts
    ]
    ticket = link_target(event.pop("event_buy_ticket_url"))
    own = text(event.pop("id"))
    values: dict[str, Any] = {
        "title": title,
        "venue": venue,
        "place": None if venue else place,
        "artists": artists,
        "timezone": zone,
        "status": status_of("cancelled" if event.pop("is_canceled") is True else None, marked),
        "kind": _kind(event, title, about, artists),
        "ticket_url": ticket,
        "description": text(about, 20_000),
        "images": _images(event),
        **_price(event, country),
    }
    page = text(event.pop("url", "eventUrl"))
    for session_id, starts, ends in _sessions(event, own):
        start = from_epoch(starts, zone)
        end = end_after(start, from_epoch(ends, zone))
        builder.performance(source_id=session_id, start_local=start, end_local=end, url=page, **values)
    # a page's remaining fields are switches of its buttons, in their hundreds: not worth an audit
    event.ignore()


def _sessions(event: Fields, own: str | None) -> list[tuple[str | None, Any, Any]]:
    """Id, start and end of each session; where an event has sessions, the event above them is none."""
    starts, ends = event.pop("start_timestamp", "current_start_timestamp"), event.pop("end_timestamp")
    siblings = [s for s in event.list("comet_neighboring_siblings") if "start_timestamp" in s]
    if siblings:
        return [(text(s.pop("id")), s.pop("start_timestamp"), s.pop("end_timestamp")) for s in siblings]
    return [(own, starts, ends)]


def _place(
    builder: ClaimsBuilder, spot: Fields, area: str | None, about: str
) -> tuple[str | None, str | None, str | None, str | None]:
    """Key of the venue, the place in words, its country and zone. A town's page is a place, no venue."""
    location = spot.sub("location")
    pin = position(location.pop("latitude"), location.pop("longitude"))
    country = country_code(location.sub("reverse_geocode").text("country_alpha_two"))
    name, sort = spot.text("name", "contextual_name"), spot.text("place_type")
    town, region = _town(spot.sub("city").text("contextual_name", "name") or area)
    region = region or (_town(area)[1] if area and area.startswith(town or "-") else None)
    country = country or country_of_region(region)
    region = region_code(region, country)
    zone = zone_of(country, region, town, pin.get("lat"), pin.get("lon"))
    words = ", ".join(v for v in (town, region, country) if v) or name
    if not name:
        return None, words, country, zone
    if spot.text("__typename") == "FreeformPlace" and name[:1].isdigit():
        # an address that somebody typed where a venue belongs
        return None, name, country, zone
    town_page = sort in ("CITY", "STATE", "COUNTRY", "REGION", "NEIGHBORHOOD")
    if sort is None and name.count(",") > 1 and country_code(name.rpartition(",")[2].strip()):
        town_page = True
    if town_page:
        named = _named_in(about)
        key = builder.venue(name=named, locality=town, region=region, country=country, timezone=zone) if named else None
        return key, words, country, zone
    address = spot.sub("address")
    line = (spot.text("one_line_address") or "").partition(",")[0].strip()
    key = builder.venue(
        source_id=spot.pop("id"),
        name=name,
        street=address.text("street") or (line if any(c.isdigit() for c in line) else None),
        postal_code=address.text("postal_code"),
        locality=town,
        region=region,
        country=country,
        timezone=zone,
        url=text(spot.pop("url")),
        **pin,
    )
    return key, words, country, zone


def _named_in(about: str) -> str | None:
    """The venue that a description names on a line of its own right after a line with the day."""
    lines = [line.strip() for line in about.splitlines()[:80]]
    day = re.compile(r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.{0,40}\d", re.IGNORECASE)
    for line, below in pairwise(lines):
        if day.match(line) and _NAMED_PLACE.match(below) and not any(c.isdigit() for c in below):
            return below
    return None


def _town(words: str | None) -> tuple[str | None, str | None]:
    """Of "Belleville, ON" or "Calgary, Alberta"."""
    town, _, rest = (words or "").partition(",")
    region = rest.partition(",")[0].strip()
    return town.strip() or None, region if (region and not country_code(region)) or country_of_region(region) else None


def _zone_in(title: str | None) -> str | None:
    """The zone of a "Town, State" that a title names."""
    for town, region in _PLACE_IN_TEXT.findall(title or ""):
        words = region.split()
        for length in range(len(words), 0, -1):
            name = " ".join(words[:length])
            country = country_of_region(name, spelled_out=True)
            if country:
                return zone_of(country, region_code(name, country), town)
    return None


def _shown_zone(event: Fields) -> str | None:
    """The zone whose abbreviation the page shows: the last resort, as it may be the reader's own."""
    short = event.text("tz_display_name") or ""
    sentence = (event.text("day_time_sentence") or "").split()
    return _ABBREVIATIONS.get(short) or _ABBREVIATIONS.get(sentence[-1] if sentence else "")


def _price(event: Fields, country: str | None) -> dict[str, Any]:
    """From the line of the ticket row ("Tickets · $60 - $370")."""
    title = event.sub("ticketing_context_row").text("title")
    info = text(event.pop("price_info"))
    return price_in((title or info or "").rpartition("·")[2].strip() or None, country)


def _kind(event: Fields, title: str | None, about: str, artists: list[str | None]) -> PerformanceKind:
    """A named act, a word or music's category make a concert; a page without any of them is of something else."""
    categories = [c.text("label") for c in event.list("discovery_categories")]
    found = kind_of(title, *categories)
    if found is None and (artists or re.search(r"\bDJs?\b|\blive (?:band|music)\b", about)):
        return PerformanceKind.CONCERT
    return found or PerformanceKind.OTHER


def _images(event: Fields) -> tuple[str, ...]:
    photo = event.sub("cover_media_renderer").sub("cover_photo").sub("photo")
    return links([photo.sub("full_image", "image").pop("uri")])
