"""MusicBrainz WS/2: one artist or a list of them, with aliases and addresses that bridge to other sources."""

from __future__ import annotations

import re
from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, country_code, link, links
from mystage.adapters.sources.kit.payload import Payload
from mystage.domain.sources import Reading, records

VERSION: Final = 1
_SITE: Final = "https://musicbrainz.org/artist/"
_BRIDGES: Final = (
    ("bandsintown", re.compile(r"bandsintown\.com/a/(\d+)")),
    ("songkick", re.compile(r"songkick\.com/artists/(\d+)")),
    ("setlistfm", re.compile(r"setlist\.fm/setlists/(?:[^/]*-)?([0-9a-f]+)\.html")),
    ("spotify", re.compile(r"spotify\.com/artist/(\w+)")),
    ("wikidata", re.compile(r"wikidata\.org/wiki/(Q\d+)")),
    ("discogs", re.compile(r"discogs\.com/artist/(\d+)")),
)


def recognises(payload: Payload) -> float:
    """An artist's fields with hyphens ("sort-name", "life-span")."""
    rows = _rows(payload.json)
    return (
        0.97
        if rows and all({"id", "name", "sort-name"} <= row.keys() and "life-span" in row for row in rows[:3])
        else 0.0
    )


def _rows(data: Any) -> list[dict[str, Any]]:
    if not isinstance(data, dict):
        return []
    rows = data.get("artists", [data])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def parse(payload: Payload) -> Reading:
    """One artist claim each."""
    builder = ClaimsBuilder()
    left: list[str] = []
    for row in _rows(payload.json):
        _artist(builder, Fields(row, "artist", left))
    return records(builder.build(), unread=Fields({}, "", left).unread)


def _artist(builder: ClaimsBuilder, artist: Fields) -> None:
    mbid = artist.text("id")
    urls = [
        (r.text("type"), link(r.sub("url").pop("resource")))
        for r in artist.list("relations")
        if r.pop("ended") is not True
    ]
    names = [alias.text("name") for alias in artist.list("aliases") if alias.text("type") != "Search hint"]
    genres = [genre.text("name") for genre in artist.list("genres")]
    builder.artist(
        source_id=mbid,
        name=artist.text("name"),
        alt_names=tuple(dict.fromkeys(name for name in names if name)),
        website=next((url for kind, url in urls if kind == "official homepage"), None),
        country=country_code(artist.text("country")),
        links=links(url for _, url in urls),
        genres=tuple(genre for genre in genres if genre),
        identifiers={"musicbrainz": mbid} | _bridges(url for _, url in urls) if mbid else {},
        url=f"{_SITE}{mbid}" if mbid else None,
    )
    artist.ignore("sort-name", "disambiguation", "type", "type-id", "gender", "gender-id", "isnis", "ipis", "area", "begin-area",
                  "begin_area", "end-area", "end_area", "life-span", "tags", "rating", "score")  # fmt: skip  # one line
    artist.rest()


def _bridges(urls: Any) -> dict[str, str]:
    """Ids in other namespaces; where two addresses of one namespace stand, none is certain."""
    found: dict[str, set[str]] = {}
    for url in urls:
        for name, pattern in _BRIDGES:
            match = pattern.search(url or "")
            if match:
                found.setdefault(name, set()).add(match[1])
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1}
