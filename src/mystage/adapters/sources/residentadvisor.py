"""Resident Advisor's GraphQL: event listings, one event, a venue's or an artist's events.

Times look like UTC instants but show the venue's clock. A listing's id is not its event's. Places are often an area only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urljoin

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, country_code, links, position, text
from mystage.adapters.sources.kit.localities import country_of_city, zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.wall_times import end_after, wall
from mystage.adapters.sources.kit.wordings import is_product, price_in, status_in_title, status_of, without_suffix
from mystage.domain.sources import PerformanceKind, Reading, ReadingErrorKind, failed, fold_text, records

VERSION: Final = 1
_SITE: Final = "https://ra.co"
_MOST: Final = 5_000


def recognises(payload: Payload) -> float:
    """A GraphQL answer with RA's listings, or with events of its shape."""
    data = payload.json
    if not isinstance(data, dict) or not isinstance(data.get("data"), dict):
        return 0.0
    if "eventListings" in data["data"]:
        return 1.0
    return 0.97 if next(_events(data["data"]), None) is not None else 0.0


def _events(tree: Any) -> Iterator[dict[str, Any]]:
    """All objects that are RA events (iterative: depth costs no stack)."""
    level, seen = [tree], 0
    while level and seen < _MOST:
        item = level.pop(0)
        if isinstance(item, dict):
            if "contentUrl" in item and {"startTime", "date"} & item.keys() and "title" in item:
                seen += 1
                yield item
                continue
            level.extend(v for v in item.values() if isinstance(v, (dict, list)))
        elif isinstance(item, list):
            level.extend(v for v in item if isinstance(v, (dict, list)))


def parse(payload: Payload) -> Reading:
    """One performance an event."""
    data = payload.json if isinstance(payload.json, dict) else {}
    events = list(_events(data.get("data")))
    if not events and data.get("errors"):
        problem = data["errors"][0] if isinstance(data["errors"], list) else data["errors"]
        message = text(problem.get("message")) if isinstance(problem, dict) else text(problem)
        return failed(ReadingErrorKind.BAD_REQUEST, message or "GraphQL errors")
    builder = ClaimsBuilder()
    left: list[str] = []
    for row in events:
        _event(builder, Fields(row, "event", left))
    return records(builder.build(), unread=Fields({}, "", left).unread)


def _event(builder: ClaimsBuilder, event: Fields) -> None:
    venue, zone, country, place = _venue(builder, event.sub("venue"), event.sub("area"))
    start = wall(event.pop("startTime")) or (wall(event.pop("date")) or "")[:10] or None
    title, marked = status_in_title(event.text("title"))
    if is_product(title):
        return
    path = event.text("contentUrl")
    fest = event.pop("isFestival") is True
    cancelled = event.pop("isCancelled", "cancelled") is True
    builder.performance(
        source_id=event.pop("id"),
        title=title,
        venue=venue,
        place=None if venue else place,
        artists=[_artist(builder, artist) for artist in event.list("artists")],
        start_local=start,
        end_local=end_after(start, wall(event.pop("endTime"))),
        timezone=zone,
        status=status_of("cancelled" if cancelled else event.text("status"), marked),
        kind=PerformanceKind.FESTIVAL if fest else PerformanceKind.CONCERT,
        url=urljoin(_SITE, path) if path else None,
        description=text(event.pop("content"), 20_000),
        images=links(image.pop("filename") for image in event.list("images")),
        genres=tuple(g for g in (genre.text("name") for genre in event.list("genres")) if g),
        **price_in(event.pop("cost"), country),
    )
    event.ignore("date", "lineup", "attending", "interestedCount", "isTicketed", "queueItEnabled", "newEventForm", "flyerFront",
                 "pick", "promoters", "tickets", "isSaved", "isInterested", "minimumAge", "__typename", "promotionalLinks")  # fmt: skip  # one line
    event.rest()


def _artist(builder: ClaimsBuilder, artist: Fields) -> str | None:
    raw = artist.text("name")
    name, path = without_suffix(raw), artist.text("contentUrl", "urlSafeName")
    key = builder.artist(
        source_id=artist.pop("id"),
        # RA tells namesakes apart by country: the key keeps the suffix, the name does not
        key=None if raw == name else f"name:{raw}",
        name=name,
        alt_names=(raw,) if raw != name else (),
        url=urljoin(_SITE, path) if path and path.startswith("/") else None,
    )
    artist.ignore("__typename", "image", "followerCount")
    artist.rest()
    return key


def _venue(
    builder: ClaimsBuilder, venue: Fields, own_area: Fields
) -> tuple[str | None, str | None, str | None, str | None]:
    """Key, zone, country and place in words."""
    area = venue.sub("area") or own_area
    town = area.text("name")
    land = area.sub("country")
    country = country_code(land.text("urlCode", "isoCode")) or country_code(land.text("name")) or country_of_city(town)
    land.ignore("id", "name", "urlCode", "__typename")
    area.ignore("id", "urlName", "__typename")
    location = venue.sub("location")
    spot = position(location.pop("latitude"), location.pop("longitude"))
    name = without_suffix(venue.text("name"))
    zone = zone_of(country, None, town, spot.get("lat"), spot.get("lon"))
    place = ", ".join(v for v in (town, country) if v) or None
    if not name or fold_text(name).split()[:1] in (["tba"], ["tbc"], ["tbd"]):
        return None, zone, country, place
    path = venue.text("contentUrl")
    key = builder.venue(
        source_id=venue.pop("id"),
        name=name,
        street=_street(venue.text("address"), town),
        locality=town,
        country=country,
        timezone=zone,
        url=urljoin(_SITE, path) if path else None,
        **spot,
    )
    venue.ignore("live", "__typename", "logoUrl", "capacity", "followerCount")
    venue.rest()
    return key, zone, country, place


def _street(address: str | None, town: str | None) -> str | None:
    """The first line of an address that holds a house number; RA separates by commas or semicolons."""
    parts = [part.strip() for part in (address or "").replace(";", ",").split(",")]
    numbered = [
        part for part in parts if any(c.isdigit() for c in part) and fold_text(town or "-") not in fold_text(part)
    ]
    return numbered[0] if numbered else None
