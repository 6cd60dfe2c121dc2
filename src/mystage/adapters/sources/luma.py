"""Luma (lu.ma): calendar and discovery entries, single events.

`start_at` is UTC; `address` is the venue's name and `short_address` its street; "obfuscated" places are a town only.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urljoin

from mystage.adapters.sources.kit.acts import act_in_title
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
from mystage.adapters.sources.kit.localities import country_of_region, country_of_zone, region_code, zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.wall_times import end_after, from_utc, known_zone
from mystage.adapters.sources.kit.wordings import is_product, iso_currency, kind_of, status_in_title, status_of
from mystage.domain.sources import PerformanceKind, PerformanceStatus, Reading, fold_text, records

VERSION: Final = 1
_SITE: Final = "https://lu.ma/"


def recognises(payload: Payload) -> float:
    """Entries whose event has Luma's id and instants."""
    rows = _rows(payload.json)
    return 0.98 if rows and all(_is_entry(row) for row in rows[:5]) else 0.0


def _is_entry(row: dict[str, Any]) -> bool:
    event = row.get("event")
    return isinstance(event, dict) and {"start_at", "name"} <= event.keys() and bool({"api_id", "id"} & event.keys())


def _rows(data: Any) -> list[dict[str, Any]]:
    if not isinstance(data, dict):
        return []
    rows = data.get("entries", data.get("featured_items", [data] if "event" in data else []))
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def parse(payload: Payload) -> Reading:
    """One performance an entry."""
    builder = ClaimsBuilder()
    left: list[str] = []
    for row in _rows(payload.json):
        _entry(builder, Fields(row, "entries[]", left))
    return records(builder.build(), unread=Fields({}, "", left).unread)


def _entry(builder: ClaimsBuilder, entry: Fields) -> None:
    event, tickets = entry.sub("event"), entry.sub("ticket_info")
    title, marked = status_in_title(event.text("name"))
    if is_product(title):
        return
    venue, place, country, place_zone = _place(builder, event)
    zone = known_zone(event.text("timezone"))
    # a calendar's zone is no guide to an entry in another country
    if place_zone and (zone is None or (country and country_of_zone(zone) not in (None, country))):
        zone = place_zone
    start = from_utc(event.pop("start_at"), zone)
    kind = kind_of(title)
    act = act_in_title(title, loose=True) if kind is PerformanceKind.CONCERT else None
    slug = event.text("url")
    page = link(slug) if slug and "/" in slug else urljoin(_SITE, slug) if slug else None
    builder.performance(
        source_id=event.pop("api_id", "id"),
        title=title,
        venue=venue,
        place=None if venue else place,
        artists=[builder.artist(name=act)] if act else (),
        start_local=start,
        end_local=end_after(start, from_utc(event.pop("end_at"), zone)),
        timezone=zone,
        kind=kind,
        url=page,
        ticket_url=page,
        description=text(event.pop("description_short", "description"), 20_000),
        images=links([event.pop("cover_url")]),
        **_offer(tickets, marked),
    )
    event.ignore("visibility", "calendar_api_id", "event_type", "user_api_id", "hide_rsvp", "location_type", "duration_interval",
                 "waitlist_enabled", "show_guest_list", "can_register_for_multiple_tickets", "virtual_info", "geo_address_visibility")  # fmt: skip  # one line
    event.rest()
    entry.ignore("api_id", "calendar", "hosts", "guest_count", "ticket_count", "guests", "start_at", "cover_image", "platform",
                 "is_manager", "membership_info", "tags", "role", "score", "featured_guests", "featured_city")  # fmt: skip  # one line
    entry.rest()


def _offer(tickets: Fields, marked: PerformanceStatus | None) -> dict[str, Any]:
    status = status_of("sold out" if tickets.pop("is_sold_out") is True else None, marked)
    low, high = tickets.sub("price"), tickets.sub("max_price")
    cents = [n for n in (number(low.pop("cents")), number(high.pop("cents"))) if n]
    code = iso_currency(low.text("currency") or high.text("currency") or "")
    free = tickets.pop("is_free") is True
    tickets.ignore("spots_remaining", "is_near_capacity", "require_approval", "currency_info", "price", "max_price")
    tickets.rest()
    if cents:
        return {"status": status, "price_min": min(cents) / 100, "price_max": max(cents) / 100, "currency": code}
    return {"status": status} | ({"price_min": 0.0, "price_max": 0.0} if free else {})


def _place(builder: ClaimsBuilder, event: Fields) -> tuple[str | None, str | None, str | None, str | None]:
    """Key of the venue, the place in words, country and zone."""
    info = event.sub("geo_address_info", "geo_address_json")
    coordinate = event.sub("coordinate")
    spot = position(coordinate.pop("latitude"), coordinate.pop("longitude"))
    spot = spot or position(event.pop("geo_latitude"), event.pop("geo_longitude"))
    event.ignore("geo_latitude", "geo_longitude")
    city, area, raw_region = info.text("city"), info.text("sublocality"), info.text("region")
    country = country_code(info.text("country", "country_code")) or country_of_region(raw_region, spelled_out=True)
    region = region_code(raw_region, country)
    exact = info.text("mode") in (None, "shown")
    name, short = info.text("address"), info.text("short_address", "full_address")
    info.ignore(
        "localized",
        "city_state",
        "place_id",
        "google_maps_place_id",
        "description",
        "apple_maps_place_id",
        "type",
        "full_address",
    )
    info.rest()
    zone = zone_of(country, region, city, spot.get("lat"), spot.get("lon"))
    words = ", ".join(v for v in (city, region, country) if v) or None
    if not exact or not name or fold_text(name) == fold_text(city or ""):
        return None, words, country, zone
    key = builder.venue(
        name=name,
        street=_street(short, name, city, area),
        locality=city,
        region=region,
        country=country,
        timezone=zone,
        **spot,
    )
    return key, words, country, zone


def _street(short: str | None, name: str, *places: str | None) -> str | None:
    """The first part of a short address that is neither the venue's name nor a place around it."""
    known = {fold_text(value) for value in (name, *places) if value}
    parts = [part.strip() for part in (short or "").split(",")]
    return next((part for part in parts if part and fold_text(part) not in known), None)
