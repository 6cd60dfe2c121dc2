"""Eventbrite: the v3 API (events, one event, venues, error envelopes) and the web's internal "destination" search."""

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
from mystage.adapters.sources.kit.wall_times import end_after, from_utc, joined, known_zone, wall
from mystage.adapters.sources.kit.wordings import is_product, kind_of, status_in_title, status_of
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
_MUSIC: Final = "103"
_PLAYED: Final = ("6", "11")
_FESTIVAL: Final = "5"
_ERRORS: Final = {
    400: ReadingErrorKind.BAD_REQUEST, 401: ReadingErrorKind.AUTH, 403: ReadingErrorKind.AUTH,
    404: ReadingErrorKind.NOT_FOUND, 429: ReadingErrorKind.QUOTA,
}  # fmt: skip  # a table
_IGNORED: Final = (
    "organization_id", "created", "changed", "capacity", "capacity_is_custom", "listed", "shareable", "tx_time_limit",
    "hide_start_date", "hide_end_date", "locale", "is_locked", "privacy_setting", "is_series", "is_series_parent",
    "inventory_type", "is_reserved_seating", "show_pick_a_seat", "show_seatmap_thumbnail", "version", "logo_id", "source",
    "show_colors_in_seatmap_thumbnail", "organizer_id", "venue_id", "resource_uri", "is_externally_ticketed", "series_id",
    "online_event", "published", "subcategory_id", "summary", "tickets_by", "urgency_signals", "primary_organizer_id",
    "dedup", "num_children", "debug_info", "parent_url", "_type", "image_id", "is_protected_event", "primary_venue_id",
    "checkout_flow", "language", "eid", "is_online_event", "full_description", "eventbrite_event_id", "facebook_event_id",
    "primary_organizer", "organizer", "bookmark_info", "saves", "open_discount", "guest_listing", "show_remaining",
)  # fmt: skip  # one line a field would be a page


def recognises(payload: Payload) -> float:
    """The API's own addresses, destination events, or the shapes of v3."""
    data = payload.json
    if not isinstance(data, dict):
        return 0.0
    if b"eventbriteapi.com/v3/" in payload.body or b'"destination_event"' in payload.body:
        return 1.0
    if {"error", "error_description", "status_code"} <= data.keys():
        return 0.9
    events = _events(data)
    return 0.97 if events and all(_is_event(event) for event in events[:5]) else 0.0


def _is_event(event: object) -> bool:
    if not isinstance(event, dict):
        return False
    start = event.get("start")
    return (isinstance(start, dict) and {"local", "utc"} <= start.keys()) or (
        {"name", "start_date", "url"} <= event.keys()
        and bool({"primary_venue_id", "primary_venue", "eid"} & event.keys())
    )


def _events(data: dict[str, Any]) -> list[Any]:
    events = data.get("events", data.get("results"))
    if isinstance(events, dict):
        events = events.get("results")
    if isinstance(events, list):
        return events
    return [data] if _is_event(data) else []


def parse(payload: Payload) -> Reading:
    """Events with their venues; a bare venue; or the error that the answer is."""
    data = payload.json if isinstance(payload.json, dict) else {}
    if "error" in data and "events" not in data:
        code = int(number(data.get("status_code")) or 400)
        reason = text(data.get("error_description")) or text(data.get("error")) or "error"
        return failed(_ERRORS.get(code, ReadingErrorKind.BAD_REQUEST), f"{data.get('error')}: {reason}")
    builder = ClaimsBuilder()
    left: list[str] = []
    for row in _events(data):
        event = Fields(row, "events[]", left)
        (_destination if "start_date" in event else _v3)(builder, event)
        event.ignore(*_IGNORED)
        event.rest()
    venues = data.get("venues") if isinstance(data.get("venues"), list) else [data] if "address" in data else []
    for row in venues or []:
        _venue(builder, Fields(row, "venues[]", left))
    return records(builder.build(), unread=Fields({}, "", left).unread)


def _v3(builder: ClaimsBuilder, event: Fields) -> None:
    start, end = event.sub("start"), event.sub("end")
    venue, place = _venue(builder, event.sub("venue"))
    # what the local clock shows stands in `local`; `utc` helps only where that is missing
    zone = known_zone(start.text("timezone"))
    begins = wall(start.pop("local")) or from_utc(start.pop("utc"), zone)
    ends = wall(end.pop("local")) or from_utc(end.pop("utc"), zone)
    title, marked = status_in_title(event.sub("name").text("text", "html") or event.text("name"))
    summary = event.sub("description").text("text", "html")
    status = status_of(event.text("status"), marked)
    kind = _v3_kind(event, title)
    if is_product(title):
        return
    address = link(event.pop("url"))
    builder.performance(
        source_id=event.pop("id"),
        title=title,
        venue=venue,
        place=None if venue else place,
        start_local=begins,
        end_local=end_after(begins, ends),
        timezone=zone,
        kind=kind,
        ticket_url=address,
        url=address,
        description=summary,
        images=links([event.sub("logo").pop("url")]),
        **_offers(event, status),
    )


def _v3_kind(event: Fields, title: str | None) -> PerformanceKind | None:
    category, form = event.sub("category"), event.sub("format")
    category_id = event.text("category_id") or category.text("id")
    format_id = event.text("format_id") or form.text("id")
    return _kind(category_id, format_id, title)


def _kind(category: str | None, form: str | None, title: str | None) -> PerformanceKind | None:
    """Eventbrite's category 103 is music; its formats 6 and 11 are performances and parties, 5 festivals."""
    if category == _MUSIC:
        if form == _FESTIVAL:
            return PerformanceKind.FESTIVAL
        return PerformanceKind.CONCERT if form in (None, *_PLAYED) else kind_of(title) or PerformanceKind.OTHER
    if category or form:
        return PerformanceKind.OTHER
    return kind_of(title)


def _offers(event: Fields, status: PerformanceStatus) -> dict[str, Any]:
    """Status and prices from `ticket_availability`, `ticket_classes` and `is_free`."""
    offer = event.sub("ticket_availability")
    free, currency = event.pop("is_free") is True or offer.pop("is_free") is True, event.text("currency")
    low, high = offer.sub("minimum_ticket_price"), offer.sub("maximum_ticket_price")
    costs = [c.sub("cost") for c in event.list("ticket_classes")]
    amounts = [n for n in (money.number("major_value") for money in (low, high, *costs)) if n]
    if offer.pop("is_sold_out") is True and status is PerformanceStatus.SCHEDULED:
        status = PerformanceStatus.SOLD_OUT
    if amounts:
        money = next((m.text("currency") for m in (low, high, *costs) if "currency" in m), currency)
        return {"status": status, "price_min": min(amounts), "price_max": max(amounts), "currency": money or currency}
    return {"status": status} | ({"price_min": 0.0, "price_max": 0.0} if free else {})


def _venue(builder: ClaimsBuilder, venue: Fields) -> tuple[str | None, str | None]:
    """Key of a venue and its place in words."""
    address = venue.sub("address")
    country = country_code(address.text("country"))
    region = region_code(address.text("region"), country)
    spot = position(venue.pop("latitude"), venue.pop("longitude"))
    spot = spot or position(address.pop("latitude"), address.pop("longitude"))
    city = address.text("city")
    street = ", ".join(v for v in (address.text("address_1"), address.text("address_2")) if v)
    name = venue.text("name")
    capacity = number(venue.pop("capacity"))
    key = None
    if name and fold_text(name) not in ("online", "tba", "to be announced", "online event", fold_text(city or "-")):
        key = builder.venue(
            source_id=venue.pop("id"),
            name=name,
            street=street,
            locality=city,
            region=region,
            postal_code=address.text("postal_code"),
            country=country,
            timezone=zone_of(country, region, city, spot.get("lat"), spot.get("lon")),
            capacity=int(capacity) if capacity and capacity > 0 else None,
            **spot,
        )
    address.ignore("localized_address_display", "localized_area_display", "localized_multi_line_address_display",
                   "latitude", "longitude")  # fmt: skip  # one line
    address.rest()
    venue.ignore("resource_uri", "age_restriction", "id")
    venue.rest()
    return key, ", ".join(v for v in (city, region, country) if v) or None


def _destination(builder: ClaimsBuilder, event: Fields) -> None:
    tags = {t.text("prefix"): t for t in event.list("tags")}
    category = ((t.text("tag") if (t := tags.get("EventbriteCategory")) else None) or "").rpartition("/")[2]
    form = ((t.text("tag") if (t := tags.get("EventbriteFormat")) else None) or "").rpartition("/")[2]
    start = joined(event.pop("start_date"), event.pop("start_time"))
    end = joined(event.pop("end_date"), event.pop("end_time"))
    title, marked = status_in_title(event.text("name"))
    cancelled = event.pop("is_cancelled") is True
    venue, place = _venue(builder, event.sub("primary_venue", "venue"))
    url = link(event.pop("url"))
    if is_product(title):
        return
    builder.performance(
        source_id=event.pop("id", "eventbrite_event_id", "eid"),
        title=title,
        venue=venue,
        place=None if venue else place or _area(event.list("locations")),
        start_local=start,
        end_local=end_after(start, end),
        timezone=known_zone(event.text("timezone")),
        kind=_kind(category or None, form or None, title),
        ticket_url=link(event.pop("tickets_url")) or url,
        url=url,
        description=event.text("full_description", "summary"),
        images=links([event.sub("image").pop("url")]),
        **_offers(event, status_of("cancelled" if cancelled else None, marked)),
    )


def _area(locations: list[Fields]) -> str | None:
    """Town, region and country in words, from the Who's-On-First places of the search."""
    named = {place.text("type"): place.text("name") for place in locations}
    return ", ".join(v for v in (named.get("locality"), named.get("region"), named.get("country")) if v) or None
