"""setlist.fm's REST API 1.0: setlists, artists, venues, searches. A setlist is a concert that was played.

`eventDate` is day-month-year. A venue's coordinates are those of its town, so they are left out.
"""

from __future__ import annotations

import re
from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, country_code, link, position
from mystage.adapters.sources.kit.localities import region_code, zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.wall_times import wall
from mystage.domain.sources import PerformanceKind, Reading, fold_text, records

VERSION: Final = 1
_DAY = re.compile(r"(\d{2})-(\d{2})-(\d{4})$")
_LISTS: Final = ("setlist", "artist", "venue")


def recognises(payload: Payload) -> float:
    """Its addresses beside its lists or its objects."""
    data = payload.json
    if not isinstance(data, dict) or b"setlist.fm/" not in payload.body:
        return 0.0
    listed = data.get("type") in ("setlists", "artists", "venues") and any(name in data for name in _LISTS)
    return 0.97 if listed or "eventDate" in data or _is_artist(data) or _is_venue(data) else 0.0


def _is_artist(data: dict[str, Any]) -> bool:
    return {"mbid", "sortName"} <= data.keys()


def _is_venue(data: dict[str, Any]) -> bool:
    return {"id", "name", "city", "url"} <= data.keys() and isinstance(data["city"], dict)


def parse(payload: Payload) -> Reading:
    """Concerts with their artists and venues; or bare artists and venues."""
    data = payload.json if isinstance(payload.json, dict) else {}
    answer = Fields(data)
    builder = ClaimsBuilder()
    setlists, artists, venues = (_rows(data, name) for name in _LISTS)
    if "eventDate" in data:
        setlists, artists, venues = [data], [], []
    left: list[str] = []
    for row in setlists:
        _setlist(builder, Fields(row, "setlist[]", left))
    for row in artists or ([data] if _is_artist(data) else []):
        _artist(builder, Fields(row, "artist[]", left))
    for row in venues or ([data] if _is_venue(data) else []):
        _venue(builder, Fields(row, "venue[]", left))
    return records(builder.build(), unread=(*answer.unread, *Fields({}, "", left).unread))


def _rows(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = data.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _setlist(builder: ClaimsBuilder, row: Fields) -> None:
    artist, name = _artist(builder, row.sub("artist"))
    venue, place, zone = _venue(builder, row.sub("venue"))
    found = _DAY.match(row.text("eventDate") or "")
    builder.performance(
        source_id=row.pop("id"),
        title=name,
        artists=[artist],
        venue=venue,
        place=None if venue else place,
        start_local=wall(f"{found[3]}-{found[2]}-{found[1]}") if found else None,
        timezone=zone,
        kind=PerformanceKind.CONCERT,
        url=link(row.pop("url")),
    )
    row.ignore("versionId", "lastUpdated", "sets", "tour", "info")
    row.rest()


def _artist(builder: ClaimsBuilder, artist: Fields) -> tuple[str | None, str | None]:
    mbid, name = artist.text("mbid"), artist.text("name")
    key = builder.artist(
        source_id=mbid,
        name=name,
        url=link(artist.pop("url")),
        identifiers={"musicbrainz": mbid} if mbid else {},
    )
    # one Ticketmaster id may stand for a band and its former members: no identifier
    artist.ignore("sortName", "disambiguation", "tmid")
    artist.rest()
    return key, name


def _venue(builder: ClaimsBuilder, venue: Fields) -> tuple[str | None, str | None, str | None]:
    """Key, place in words and zone."""
    city = venue.sub("city")
    country = country_code(city.sub("country").text("code"))
    state, code = city.text("state"), city.text("stateCode")
    # codes of other countries are numbers of a geographic register
    region = region_code(code if country in ("US", "CA") else state, country)
    coords, town = city.sub("coords"), city.text("name")
    spot = position(coords.pop("lat"), coords.pop("long"))
    zone = zone_of(country, region, town, spot.get("lat"), spot.get("lon"))
    city.ignore("id", "country")
    city.rest()
    words = ", ".join(v for v in (town, region, country) if v) or None
    name = venue.text("name")
    if not name or fold_text(name) in ("unknown venue", fold_text(town or "-")):
        return None, words, zone
    key = builder.venue(
        source_id=venue.pop("id"),
        name=name,
        locality=town,
        region=region,
        country=country,
        timezone=zone,
        url=link(venue.pop("url")),
    )
    venue.rest()
    return key, words, zone
