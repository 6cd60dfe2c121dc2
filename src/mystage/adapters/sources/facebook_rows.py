"""Events of Facebook as programs hand them on: scrapers' rows (camel case) and the Graph API's objects (snake case)."""

from __future__ import annotations

from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, country_code, link, links, position, text
from mystage.adapters.sources.kit.localities import country_of_region, region_code, zone_of
from mystage.adapters.sources.kit.wall_times import end_after, from_epoch, from_utc, known_zone, wall
from mystage.adapters.sources.kit.wordings import is_product, kind_of, link_target, status_in_title, status_of
from mystage.domain.sources import fold_text

_EPOCHS: Final = ("startTimestamp", "start_timestamp")
_INSTANTS: Final = ("utcStartDate", "startDateUtc")
_LOCALS: Final = ("start_time", "startTime")


def rows_of(data: Any) -> list[dict[str, Any]]:
    """The rows of a payload that are events of Facebook."""
    if isinstance(data, dict) and isinstance(data.get("data"), list):
        data = data["data"]
    items = data if isinstance(data, list) else [data]
    return [item for item in items if isinstance(item, dict) and _is_event(item)]


def _is_event(row: dict[str, Any]) -> bool:
    if not {"id", "name"} <= row.keys():
        return False
    told = any(name in row for name in (*_EPOCHS, *_INSTANTS))
    if "facebook.com/" in str(row.get("url")) and told:
        return True
    place = row.get("place")
    return "start_time" in row and (
        isinstance(place, dict) or bool({"is_canceled", "is_online", "rsvp_status"} & row.keys())
    )


def read_rows(builder: ClaimsBuilder, rows: list[dict[str, Any]], left: list[str]) -> None:
    """Add the events with their venues."""
    for row in rows:
        _event(builder, Fields(row, "[]", left))


def _event(builder: ClaimsBuilder, event: Fields) -> None:
    title, marked = status_in_title(event.text("name"))
    online = event.pop("isOnline", "is_online") is True
    venue, place, place_zone = _venue(builder, event.sub("location", "place"), online=online)
    zone = known_zone(event.text("timezone")) or place_zone
    start, end = _times(event, zone)
    if not title or is_product(title):
        return
    cancelled = event.pop("isCanceled", "is_canceled") is True
    identity = event.text("id")
    photo = event.pop("photo", "imageUrl", "cover")
    photo = photo.get("imageUri") or photo.get("url") or photo.get("source") if isinstance(photo, dict) else photo
    address = event.text("url")
    builder.performance(
        source_id=identity,
        title=title,
        venue=venue,
        place=None if venue else place,
        start_local=start,
        end_local=end_after(start, end),
        timezone=zone or ("UTC" if start and len(start) > len("2026-01-31") and not place else None),
        status=status_of("cancelled" if cancelled else None, marked),
        kind=kind_of(title),
        url=link(address) or (f"https://www.facebook.com/events/{identity}" if identity else None),
        ticket_url=link_target(event.pop("ticketUrl", "ticket_uri", "ticketsBuyUrl")),
        description=text(event.pop("description"), 20_000),
        images=links([photo]),
    )


def _times(event: Fields, zone: str | None) -> tuple[str | None, str | None]:
    """Start and end: an epoch (0 and null are none), an instant, or a local time with its offset."""
    ends = event.pop("endTimestamp", "end_timestamp"), event.pop("utcEndDate"), event.pop("end_time", "endTime")
    begins = event.pop(*_EPOCHS), event.pop(*_INSTANTS), event.pop(*_LOCALS)
    found = [
        from_epoch(epoch, zone) or from_utc(instant, zone) or wall(local) for epoch, instant, local in (begins, ends)
    ]
    return found[0], found[1]


def _venue(builder: ClaimsBuilder, place: Fields, *, online: bool) -> tuple[str | None, str | None, str | None]:
    """Key, place in words and zone. A place of type CITY is a town, TEXT one that somebody typed."""
    spot_of, where = place.sub("coordinates"), place.sub("location")
    spot = (
        position(spot_of.pop("latitude"), spot_of.pop("longitude"))
        or position(place.pop("latitude"), place.pop("longitude"))
        or position(where.pop("latitude"), where.pop("longitude"))
    )
    city = place.pop("city")
    town = text(city.get("name") if isinstance(city, dict) else city) or where.text("city")
    town, _, state = (town or "").partition(", ")
    country = country_code(place.text("countryCode", "country") or where.text("country"))
    country = country or country_of_region(state or None)
    region = region_code(where.text("state") or (state if country_of_region(state or None) else None), country)
    zone = zone_of(country, region, town or None, spot.get("lat"), spot.get("lon"))
    words = ", ".join(v for v in (town, region, country) if v) or None
    name, sort = place.text("name"), (place.text("type") or "").upper()
    if (
        not name
        or online
        or sort == "CITY"
        or fold_text(name) in ("online", "online event", "tba", fold_text(town or "-"))
    ):
        return None, words or name, zone
    address = place.text("address", "streetAddress") or where.text("street")
    page = place.text("url") or ""
    key = builder.venue(
        source_id=place.text("id"),
        name=name,
        street=address.partition(",")[0] if address else None,
        locality=town or None,
        region=region,
        postal_code=where.text("zip"),
        country=country,
        timezone=zone,
        url=link(page),
        **spot,
    )
    return key, words, zone
