"""The Events Calendar (WordPress): its REST answers under `/wp-json/tribe/events/v1/` - event lists, events, venues."""

from __future__ import annotations

import re
from typing import Any, Final

from mystage.adapters.sources.kit.acts import act_in_title
from mystage.adapters.sources.kit.building import (
    ClaimsBuilder,
    Fields,
    country_code,
    link,
    links,
    phone_e164,
    position,
    text,
)
from mystage.adapters.sources.kit.localities import region_code, zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.wall_times import end_after, from_utc, known_zone, wall
from mystage.adapters.sources.kit.wordings import currency_of, is_product, kind_of, price_in, status_in_title, status_of
from mystage.domain.sources import PerformanceKind, Reading, fold_text, records

VERSION: Final = 1
_POSTAL = re.compile(r"(?<!\d)\d{5}(?!\d)")
_ZIP_WORD = re.compile(r"\b(?:c\.?\s?p\.?|cp|plz)\s*", re.IGNORECASE)


def recognises(payload: Payload) -> float:
    """The REST address, or events with the plugin's two clocks."""
    data = payload.json
    if not isinstance(data, dict):
        return 0.0
    if "tribe/events/v1" in str(data.get("rest_url", "")):
        return 1.0
    rows = _rows(data, "events")
    if rows and all({"start_date", "utc_start_date"} <= row.keys() for row in rows[:5]):
        return 0.98
    return (
        0.97
        if {"start_date", "utc_start_date", "title"} <= data.keys()
        or any("venue" in row and {"zip", "address", "city", "slug"} & row.keys() for row in _rows(data, "venues")[:1])
        or {"venue", "address", "city"} <= data.keys()
        else 0.0
    )


def _rows(data: Any, name: str) -> list[dict[str, Any]]:
    rows = data.get(name) if isinstance(data, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def parse(payload: Payload) -> Reading:
    """One performance an event; venues of a venue list alone."""
    data = payload.json
    builder = ClaimsBuilder()
    left: list[str] = []
    events = _rows(data, "events") or ([data] if isinstance(data, dict) and "utc_start_date" in data else [])
    musical = any(_kind(row) is PerformanceKind.CONCERT for row in events)
    for row in events:
        _event(builder, Fields(row, "events[]", left), _kind(row), musical=musical)
    bare = [data] if isinstance(data, dict) and not events and isinstance(data.get("venue"), str) else []
    for row in _rows(data, "venues") or bare:
        _venue(builder, Fields(row, "venues[]", left))
    return records(builder.build(), unread=Fields({}, "", left).unread)


def _kind(row: dict[str, Any]) -> PerformanceKind | None:
    """From category and title; an event with categories of which none is musical is no concert."""
    topics = [str(topic.get("name")) for name in ("categories", "tags") for topic in _rows(row, name)]
    categories = [str(topic.get("name")) for topic in _rows(row, "categories")]
    found = kind_of(" ".join(categories), row.get("title"), *topics[len(categories) :])
    return found or (PerformanceKind.OTHER if categories else None)


def _event(builder: ClaimsBuilder, event: Fields, kind: PerformanceKind | None, *, musical: bool) -> None:
    title, marked = status_in_title(event.text("title"))
    if is_product(title):
        return
    venue, place, place_zone, country = _venue(builder, next(iter(event.list("venue")), Fields({})))
    zone = known_zone(event.text("timezone")) or place_zone
    start = wall(event.pop("start_date")) or from_utc(event.pop("utc_start_date"), zone)
    end = wall(event.pop("end_date")) or from_utc(event.pop("utc_end_date"), zone)
    if event.pop("all_day") is True:
        start, end = start and start[:10], end and end[:10]
    price = _price(event, country)
    act = act_in_title(title) if kind is PerformanceKind.CONCERT else None
    website = link(event.pop("website"))
    builder.performance(
        source_id=event.pop("id"),
        title=title,
        venue=venue,
        place=None if venue else place,
        artists=[builder.artist(name=act)] if act else (),
        start_local=start,
        end_local=end_after(start, end),
        timezone=zone,
        status=status_of(event.text("event_status"), marked),
        kind=kind or (None if musical else PerformanceKind.OTHER),
        url=link(event.pop("url")),
        links=links([website]),
        description=text(event.pop("description", "excerpt"), 20_000),
        images=links([event.sub("image").pop("url")]),
        **price,
    )
    event.ignore("id", "global_id", "global_id_lineage", "author", "status", "date", "date_utc", "modified", "modified_utc", "rest_url",
                 "slug", "excerpt", "start_date_details", "end_date_details", "utc_start_date", "utc_start_date_details", "utc_end_date",
                 "utc_end_date_details", "timezone_abbr", "show_map", "show_map_link", "hide_from_listings", "sticky", "featured",
                 "categories", "tags", "organizer", "json_ld", "is_virtual", "custom_fields", "ticketed")  # fmt: skip  # one line a field would be a page
    event.rest()


def _price(event: Fields, country: str | None) -> dict[str, Any]:
    """From `cost`, which is text for people; `cost_details` gives the currency. Left-over details say nothing."""
    details = event.sub("cost_details")
    price = price_in(event.pop("cost"), country)
    code = currency_of(details.text("currency_code") or details.text("currency_symbol"), country)
    if price.get("price_max"):
        price["currency"] = price.get("currency") or code
    return price


def _venue(builder: ClaimsBuilder, venue: Fields) -> tuple[str | None, str | None, str | None, str | None]:
    """Key, place in words, zone and country."""
    country = country_code(venue.text("country"))
    city, postal = venue.text("city"), venue.text("zip")
    region = region_code(venue.text("stateprovince", "province", "state"), country)
    street, rest = _split(venue.text("address"), city, region, postal)
    postal = postal or rest.get("postal_code")
    region = region or region_code(rest.get("region"), country)
    spot = position(venue.pop("geo_lat"), venue.pop("geo_lng"))
    zone = zone_of(country, region, city, spot.get("lat"), spot.get("lon"))
    words = ", ".join(v for v in (city, region, country) if v) or None
    name = (venue.text("venue") or "").rstrip(". ")
    if not name or fold_text(name) in ("online", "virtual", "tba", "tbd", "por confirmar", "por definir", "zoom"):
        return None, words, zone, country
    key = builder.venue(
        source_id=venue.pop("id"),
        name=name,
        street=street,
        locality=city,
        region=region,
        postal_code=postal,
        country=country,
        phone=phone_e164(venue.text("phone"), country),
        website=link(venue.pop("website")),
        url=link(venue.pop("url")),
        timezone=zone,
        **spot,
    )
    venue.ignore("id", "slug", "author", "status", "date", "date_utc", "modified", "modified_utc", "show_map", "show_map_link",
                 "global_id", "global_id_lineage", "json_ld", "description", "image", "province", "state")  # fmt: skip  # one line
    venue.rest()
    return key, words, zone, country


def _split(
    address: str | None, city: str | None, region: str | None, postal: str | None
) -> tuple[str | None, dict[str, str]]:
    """The street of an address that goes on to town, region and postcode; and what it says of the latter two."""
    parts = [part.strip() for part in (address or "").split(",") if part.strip()]
    rest: dict[str, str] = {}
    after_town: list[str] = []
    while len(parts) > 1:
        part = parts[-1]
        found = _POSTAL.search(part) if len(_POSTAL.sub("", _ZIP_WORD.sub("", part)).split()) <= 5 else None
        bare = fold_text(_ZIP_WORD.sub("", _POSTAL.sub("", part)))
        town = bool(city) and bare == fold_text(city or "")
        known = bare in ("", fold_text(region or "-"), fold_text(postal or "-"))
        if not (town or known or (len(parts) > 2 and _is_region(bare) and (not region or len(bare) < 6))):
            break
        if found:
            rest["postal_code"] = found[0]
        if not town and bare and not found:
            after_town.append(part)
        parts.pop()
    if after_town and not region:
        rest["region"] = after_town[-1]
    return ", ".join(parts) or None, rest


def _is_region(folded: str) -> bool:
    """A short form such as "N.L." or "CDMX": a last part without a number and of few letters."""
    letters = folded.replace(" ", "")
    return 2 <= len(letters) <= 4 and letters.isalpha()
