"""MusicBrainz WS/2: artists with aliases and addresses that bridge to other sources, places, and events."""

from __future__ import annotations

import re
from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, country_code, link, links, position
from mystage.adapters.sources.kit.localities import zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.titles import is_nobody
from mystage.adapters.sources.kit.wall_times import end_after, joined, wall
from mystage.adapters.sources.kit.wordings import status_of
from mystage.domain.sources import PerformanceKind, Reading, records

VERSION: Final = 2
_SITE: Final = "https://musicbrainz.org"
_BRIDGES: Final = (
    ("bandsintown", re.compile(r"bandsintown\.com/a/(\d+)")),
    ("songkick", re.compile(r"songkick\.com/artists/(\d+)")),
    ("setlistfm", re.compile(r"setlist\.fm/setlists/(?:[^/]*-)?([0-9a-f]+)\.html")),
    ("spotify", re.compile(r"spotify\.com/artist/(\w+)")),
    ("wikidata", re.compile(r"wikidata\.org/wiki/(Q\d+)")),
    ("discogs", re.compile(r"discogs\.com/artist/(\d+)")),
)
_KINDS: Final = {"Concert": PerformanceKind.CONCERT, "Festival": PerformanceKind.FESTIVAL}
_VENUES: Final = ("Venue", "Stadium", "Indoor arena", "Religious building", "Amphitheatre", "Park", "Pub", None)
"""Types of places where music is played; studios, plants and schools are none."""
_PLAYS: Final = ("main performer", "support act", "guest performer", "performer", "orchestra", "conductor", "DJ")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def recognises(payload: Payload) -> float:
    """An artist's fields with hyphens ("sort-name", "life-span"), a place's or an event's with its MusicBrainz id."""
    data = payload.json
    found = [row for name in ("artists", "places", "events") for row in _rows(data, name)]
    found = found or ([data] if isinstance(data, dict) else [])
    return 0.97 if found and all(_is_artist(row) or _is_place(row) or _is_event(row) for row in found[:3]) else 0.0


def _is_artist(row: dict[str, Any]) -> bool:
    told = bool({"life-span", "score", "type-id"} & row.keys())
    return {"id", "name", "sort-name"} <= row.keys() and (told or _has_id(row))


def _is_place(row: dict[str, Any]) -> bool:
    return _has_id(row) and "life-span" in row and bool({"address", "coordinates"} & row.keys())


def _is_event(row: dict[str, Any]) -> bool:
    return _has_id(row) and "life-span" in row and bool({"setlist", "cancelled"} & row.keys())


def _has_id(row: dict[str, Any]) -> bool:
    return {"name", "id"} <= row.keys() and _UUID.match(str(row["id"])) is not None


def _rows(data: Any, name: str) -> list[dict[str, Any]]:
    rows = data.get(name) if isinstance(data, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def parse(payload: Payload) -> Reading:
    """One claim for each artist, place and event."""
    builder = ClaimsBuilder()
    left: list[str] = []
    data = payload.json
    one = [data] if isinstance(data, dict) else []
    rows = [row for name in ("artists", "places", "events") for row in _rows(data, name)] or one
    for row in rows:
        if _is_artist(row):
            _artist(builder, Fields(row, "artist", left))
        elif _is_event(row):
            _event(builder, Fields(row, "event", left))
        elif _is_place(row):
            _place(builder, Fields(row, "place", left))
    return records(builder.build(), unread=Fields({}, "", left).unread)


def _artist(builder: ClaimsBuilder, artist: Fields) -> str | None:
    mbid, name = artist.text("id"), artist.text("name")
    urls = [
        (r.text("type"), link(r.sub("url").pop("resource")))
        for r in artist.list("relations")
        if r.pop("ended") is not True
    ]
    names = [alias.text("name") for alias in artist.list("aliases") if alias.text("type") != "Search hint"]
    genres = [genre.text("name") for genre in artist.list("genres")]
    key = None
    if not is_nobody((name or "").strip("[]")):  # "[unknown]" and "Various Artists" are entries of the register too
        key = builder.artist(
            source_id=mbid,
            name=name,
            alt_names=tuple(dict.fromkeys(name for name in names if name)),
            website=next((url for kind, url in urls if kind == "official homepage"), None),
            country=country_code(artist.text("country")),
            links=links(url for _, url in urls),
            genres=tuple(genre for genre in genres if genre),
            identifiers={"musicbrainz": mbid} | _bridges(url for _, url in urls) if mbid else {},
            url=f"{_SITE}/artist/{mbid}" if mbid else None,
        )
    artist.ignore("sort-name", "disambiguation", "type", "type-id", "gender", "gender-id", "isnis", "ipis", "area", "begin-area",
                  "begin_area", "end-area", "end_area", "life-span", "tags", "rating", "score", "country")  # fmt: skip  # one line
    artist.rest()
    return key


def _place(builder: ClaimsBuilder, place: Fields) -> tuple[str | None, str | None, str | None]:
    """Key, zone and words of a place. Its address is one text in any order, so it stays the street as far as it is one."""
    area, spot = place.sub("area"), place.sub("coordinates")
    mbid, town = place.text("id"), area.text("name")
    codes = area.pop("iso-3166-1-codes")
    country = country_code(codes[0]) if isinstance(codes, list) and codes and isinstance(codes[0], str) else None
    at = position(spot.pop("latitude"), spot.pop("longitude"))
    zone = zone_of(country, None, town, at.get("lat"), at.get("lon"))
    span = place.sub("life-span")
    street = (place.text("address") or "").partition(",")[0] or None
    key = None
    if place.text("type") in _VENUES:
        key = builder.venue(
            source_id=mbid,
            name=place.text("name"),
            street=street,
            locality=None if country else town,  # an area with a country's code is that country
            country=country,
            timezone=zone,
            closed=True if span.pop("ended") is True else None,
            identifiers={"musicbrainz": mbid} if mbid else {},
            url=f"{_SITE}/place/{mbid}" if mbid else None,
            **at,
        )
    place.ignore("type-id", "disambiguation", "aliases", "score", "relations", "tags", "name", "type")
    place.rest()
    return key, zone, town


def _event(builder: ClaimsBuilder, event: Fields) -> None:
    """A show: its acts and its place are relations; a tour or a series that it is part of is not read."""
    acts: list[str | None] = []
    where: tuple[str | None, str | None, str | None] = (None, None, None)
    for relation in event.list("relations"):
        kind, artist, place = relation.text("type"), relation.sub("artist"), relation.sub("place")
        if artist and kind in _PLAYS:
            acts.append(_artist(builder, artist))
        elif place and kind == "held at" and not where[0]:
            where = _place(builder, place)
    span = event.sub("life-span")
    begins = span.pop("begin")
    start = joined(begins, event.pop("time")) if isinstance(begins, str) and len(begins) == len("2026-01-31") else None
    cancelled = event.pop("cancelled") is True
    mbid = event.text("id")
    builder.performance(
        source_id=mbid,
        title=event.text("name"),
        venue=where[0],
        place=None if where[0] else where[2],
        artists=acts,
        start_local=start,
        end_local=end_after(start and start[:10], wall(span.pop("end"))),
        timezone=where[1],
        status=status_of("cancelled" if cancelled else None),
        kind=_KINDS.get(event.text("type") or "", PerformanceKind.OTHER),
        identifiers={"musicbrainz": mbid} if mbid else {},
        url=f"{_SITE}/event/{mbid}" if mbid else None,
    )
    event.ignore("type-id", "disambiguation", "aliases", "score", "setlist", "tags", "time")
    event.rest()


def _bridges(urls: Any) -> dict[str, str]:
    """Ids in other namespaces; where two addresses of one namespace stand, none is certain."""
    found: dict[str, set[str]] = {}
    for url in urls:
        for name, pattern in _BRIDGES:
            match = pattern.search(url or "")
            if match:
                found.setdefault(name, set()).add(match[1])
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1}
