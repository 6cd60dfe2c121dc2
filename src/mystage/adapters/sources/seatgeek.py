"""SeatGeek's platform API 2: events, one event, venues, performers, error answers.

`stats` are figures of resale listings without a currency: no ticket prices. `time_tbd` marks a placeholder time.
"""

from __future__ import annotations

from typing import Any, Final

from mystage.adapters.sources.kit.building import (
    ClaimsBuilder,
    Fields,
    country_code,
    link,
    links,
    number,
    position,
    text,
)
from mystage.adapters.sources.kit.localities import region_code, zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.titles import is_nobody
from mystage.adapters.sources.kit.wall_times import end_after, from_utc, known_zone, wall
from mystage.adapters.sources.kit.wordings import is_product, status_in_title, status_of
from mystage.domain.sources import (
    PerformanceKind,
    Reading,
    ReadingErrorKind,
    failed,
    fold_text,
    nothing,
    records,
)

VERSION: Final = 1
_MUSIC_TYPES: Final = ("concert", "music_festival", "classical", "classical_orchestral_instrumental", "classical_opera")
_IGNORED: Final = (
    "links", "event_promotion", "conditional", "is_open", "stats", "announce_date", "score", "access_method",
    "announcements", "visible_until_utc", "short_title", "created_at", "popularity", "datetime_tbd", "integrated",
    "has_upcoming_events", "num_upcoming_events", "metro_code", "extended_address", "display_location", "slug", "name_v2",
    "domain_information", "is_visible", "themes", "logo",
)  # fmt: skip  # one line a field would be a page


def recognises(payload: Payload) -> float:
    """Lists beside SeatGeek's `meta`, or objects with its fields."""
    data = payload.json
    if not isinstance(data, dict):
        return 0.0
    named = b"seatgeek.com" in payload.body[:200_000]
    rows = [row for name in ("events", "venues", "performers") for row in _rows(data, name)]
    if any({"datetime_local", "performers"} <= row.keys() for row in rows[:3]) or "datetime_local" in data:
        return 0.97
    if rows and named and ("meta" in data or "has_upcoming_events" in rows[0]):
        return 0.96
    if {"meta", "events"} == data.keys() - {"in_hand"} and "per_page" in (data["meta"] or {}):
        return 0.9
    return (
        0.9
        if (named and "slug" in data and {"has_upcoming_events", "short_name"} & data.keys()) or _is_error(data)
        else 0.0
    )


def _rows(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = data.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _is_error(data: dict[str, Any]) -> bool:
    meta = data.get("meta")
    return data.get("status") == "error" and isinstance(meta, dict) and "status" in meta


def parse(payload: Payload) -> Reading:
    """Events with venues and acts; bare venues and performers; or the error that the answer is."""
    data = payload.json if isinstance(payload.json, dict) else {}
    if _is_error(data):
        return _failed(data)
    builder = ClaimsBuilder()
    left: list[str] = []
    bare = "events" not in data and "venues" not in data and "performers" not in data
    for row in [data] if "datetime_local" in data else _rows(data, "events"):
        _event(builder, Fields(row, "events[]", left))
    for row in _rows(data, "venues") or ([data] if bare and "address" in data else []):
        _venue(builder, Fields(row, "venues[]", left))
    performers = [] if "datetime_local" in data else _rows(data, "performers")
    for row in performers or ([data] if bare and "short_name" in data else []):
        _performer(builder, Fields(row, "performers[]", left))
    claims = builder.build()
    return (
        records(claims, unread=Fields({}, "", left).unread) if len(claims) else nothing("no event, venue or act in it")
    )


def _failed(data: dict[str, Any]) -> Reading:
    code = number(data["meta"].get("status"))
    message = text(data.get("message")) or text(data["meta"].get("message")) or f"status {code}"
    kinds = {
        401: ReadingErrorKind.AUTH,
        403: ReadingErrorKind.AUTH,
        404: ReadingErrorKind.NOT_FOUND,
        429: ReadingErrorKind.QUOTA,
    }
    return failed(kinds.get(int(code or 400), ReadingErrorKind.BAD_REQUEST), message)


def _event(builder: ClaimsBuilder, event: Fields) -> None:
    sort = (event.text("type") or "").lower()
    title, marked = status_in_title(event.text("title", "short_title"))
    performers = event.list("performers")
    venue, zone, place = _venue(builder, event.sub("venue"))
    if is_product(title) or _accident(title, performers):
        return
    local, utc = wall(event.pop("datetime_local")), event.pop("datetime_utc")
    start = local or from_utc(utc, zone)
    if event.pop("date_tbd") is True:
        start = None
    elif event.pop("time_tbd") is True and start:
        start = start[:10]
    event.ignore("time_tbd", "datetime_tbd", "taxonomies")
    ends = event.pop("enddatetime_utc")
    end = from_utc(ends, zone) if zone and ends and start and len(start) > 10 else None
    address = link(event.pop("url"))
    music = sort in _MUSIC_TYPES
    builder.performance(
        source_id=event.pop("id"),
        title=title,
        venue=venue,
        place=None if venue else place,
        artists=[_performer(builder, p) for p in performers] if music else (),
        start_local=start,
        end_local=end_after(start, end),
        timezone=zone,
        status=status_of(event.text("status"), marked),
        kind=_kind(sort),
        ticket_url=address,
        url=address,
        description=text(event.pop("description"), 20_000),
    )
    event.ignore(*_IGNORED)
    event.rest()


def _kind(sort: str) -> PerformanceKind | None:
    if not sort:
        return None
    if sort == "music_festival":
        return PerformanceKind.FESTIVAL
    return PerformanceKind.CONCERT if sort in _MUSIC_TYPES else PerformanceKind.OTHER


def _accident(title: str | None, performers: list[Fields]) -> bool:
    """Titles that are scraps of a listing ("Open from - Redwood City"): what stands before the town ends in a preposition."""
    head = fold_text((title or "").partition(" - ")[0]).split()
    return bool(performers) and len(head) > 1 and head[-1] in ("from", "to", "at", "until", "till", "for", "of")


def _performer(builder: ClaimsBuilder, performer: Fields) -> str | None:
    """An act; teams, attractions and products are none."""
    name, sort = performer.text("name", "short_name"), (performer.text("type") or "band").lower()
    performer.ignore("short_name")
    topics = {t.text("name") for t in performer.list("taxonomies")}
    if sort not in ("band", *_MUSIC_TYPES) or "sports" in topics or is_product(name) or is_nobody(name or ""):
        return None
    if sort == "music_festival":
        return None
    genres = tuple(g.text("name") for g in performer.list("genres"))
    key = builder.artist(
        source_id=performer.pop("id"),
        name=name,
        url=link(performer.pop("url")),
        images=links([performer.pop("image")]),
        genres=tuple(g for g in genres if g),
    )
    performer.ignore("primary", "colors", "images", "image_license", "image_attribution", "location", "home_venue_id",
                     "divisions", "home_team", "away_team", "image_rights_message", *_IGNORED)  # fmt: skip  # one line
    performer.rest()
    return key


def _venue(builder: ClaimsBuilder, venue: Fields) -> tuple[str | None, str | None, str | None]:
    """Key, zone and place in words."""
    country = country_code(venue.text("country"))
    region, city = region_code(venue.text("state"), country), venue.text("city")
    location = venue.sub("location")
    spot = position(location.pop("lat"), location.pop("lon", "lng"))
    zone = known_zone(venue.text("timezone")) or zone_of(country, region, city, spot.get("lat"), spot.get("lon"))
    capacity = number(venue.pop("capacity"))
    name = venue.text("name", "name_v2")
    place = ", ".join(v for v in (city, region, country) if v) or None
    if not name or fold_text(name) in ("tba", "tbd", "to be announced", "venue tba", "venue to be announced"):
        return None, zone, place
    key = builder.venue(
        source_id=venue.pop("id"),
        name=name,
        street=venue.text("address"),
        locality=city,
        region=region,
        postal_code=venue.text("postal_code"),
        country=country,
        timezone=zone,
        url=link(venue.pop("url")),
        capacity=int(capacity) if capacity and capacity > 0 else None,
        **spot,
    )
    venue.ignore(*_IGNORED)
    venue.rest()
    return key, zone, place
