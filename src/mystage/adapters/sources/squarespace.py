"""Squarespace calendars: the answers of GetItemsByMonth and of an events collection's `?format=json`.

Times are epoch milliseconds with noise in the seconds. A site's zone stands in `website`; a bare list of items has none,
so the zone is that of its places. Items without a place carry the editor's default pin.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final
from urllib.parse import urljoin

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, country_code, link, links, position, text
from mystage.adapters.sources.kit.localities import country_of_region, region_code, zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.wall_times import end_after, from_epoch, known_zone
from mystage.adapters.sources.kit.wordings import is_product, kind_of, status_in_title, status_of
from mystage.domain.sources import PerformanceKind, Reading, fold_text, records

VERSION: Final = 1
_EVENT: Final = 12
_DEFAULT_PIN: Final = (40.7207559, -74.0007613)
"""Where the editor's map stands until somebody enters a place (New York)."""
_POSTAL = re.compile(r"^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$|^[A-Z]\d[A-Z] ?\d[A-Z]\d$|^\d{4,5}(-\d{4})?$")
_IGNORED: Final = (
    "collectionId", "recordType", "addedOn", "updatedOn", "starred", "passthrough", "workflowState", "publishOn", "authorId",
    "systemDataId", "systemDataVariants", "systemDataSourceType", "filename", "mediaFocalPoint", "colorData", "urlId",
    "customContent", "likeCount", "commentCount", "publicCommentCount", "commentState", "unsaved", "author", "contentType",
    "items", "pushedServices", "pendingPushedServices", "recordTypeLabel", "originalSize", "displayIndex", "isAllDay",
    "structuredContent", "websiteId", "images", "nativeIsFeatured", "seoData", "startDate", "endDate",
)  # fmt: skip  # one line a field would be a page


def recognises(payload: Payload) -> float:
    """Items of record type 12, or whose content is a `CalendarEvent`."""
    items = _items(payload.json)
    if not items:
        page = payload.json
        named = isinstance(page, dict) and isinstance(page.get("collection"), dict) and "website" in page
        return 0.96 if named and page["collection"].get("typeName") == "events" else 0.0
    return 0.98 if all(_is_event(item) for item in items[:5]) else 0.0


def _items(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict):
        rows = [row for name in ("upcoming", "past", "items") if isinstance(data.get(name), list) for row in data[name]]
        rows = rows or ([data["item"]] if isinstance(data.get("item"), dict) else [])
    else:
        rows = data if isinstance(data, list) else []
    return [row for row in rows if isinstance(row, dict)]


def _is_event(item: dict[str, Any]) -> bool:
    content = item.get("structuredContent")
    named = isinstance(content, dict) and content.get("_type") == "CalendarEvent"
    return "startDate" in item and (named or (item.get("recordType") == _EVENT and "urlId" in item))


def parse(payload: Payload) -> Reading:
    """One performance an item."""
    data = payload.json
    site = data.get("website") if isinstance(data, dict) else None
    site = site if isinstance(site, dict) else {}
    items = [item for item in _items(data) if _is_event(item)]
    zone = known_zone(site.get("timeZone")) or _zone_of_items(items)
    base = link(site.get("authenticUrl")) or link(site.get("baseUrl")) or payload.url
    musical = any(kind_of(item.get("title"), *_topics(item)) is PerformanceKind.CONCERT for item in items)
    builder = ClaimsBuilder()
    left: list[str] = []
    for item in items:
        _event(builder, Fields(item, "items[]", left), zone, base, musical=musical)
    return records(builder.build(), unread=Fields({}, "", left).unread)


def _topics(item: dict[str, Any]) -> list[object]:
    return [v for name in ("categories", "tags") if isinstance(item.get(name), list) for v in item[name]]


def _zone_of_items(items: list[dict[str, Any]]) -> str | None:
    """The zone that most of the places lie in."""
    zones = Counter(_place(Fields(item.get("location")))["zone"] for item in items)
    del zones[None]
    return zones.most_common(1)[0][0] if zones else None


def _event(builder: ClaimsBuilder, item: Fields, zone: str | None, base: str, *, musical: bool) -> None:
    content = item.sub("structuredContent")
    starts, ends = item.pop("startDate") or content.pop("startDate"), item.pop("endDate") or content.pop("endDate")
    title, marked = status_in_title(item.text("title"))
    if not title or is_product(title):
        return
    place = _place(item.sub("location"))
    start = from_epoch(starts, zone)
    path = text(item.pop("fullUrl"))
    topics = [*(item.pop("categories") or ()), *(item.pop("tags") or ())]
    # where no entry of a calendar speaks of music, its entries are no concerts
    kind = kind_of(title, *topics) or (None if musical else PerformanceKind.OTHER)
    builder.performance(
        source_id=item.pop("id"),
        title=title,
        venue=builder.venue(**place["venue"]) if place["venue"] else None,
        place=None if place["venue"] else place["words"],
        start_local=start,
        end_local=end_after(start, from_epoch(ends, zone)),
        timezone=zone,
        status=status_of(None, marked),
        kind=kind,
        url=link(urljoin(base, path)) if path and base else None,
        ticket_url=link(item.pop("sourceUrl")),
        description=text(item.pop("excerpt"), 20_000) or text(item.pop("body"), 20_000),
        images=links([item.pop("assetUrl")]),
    )
    item.ignore("excerpt", "body", "website", *_IGNORED)
    item.rest()


def _place(location: Fields) -> dict[str, Any]:
    """What an item's location says: claim values of its venue, the place in words, its zone."""
    pin = position(location.pop("markerLat"), location.pop("markerLng"))
    pin = pin or position(location.pop("mapLat"), location.pop("mapLng"))
    if pin and abs(pin["lat"] - _DEFAULT_PIN[0]) < 1e-4 and abs(pin["lon"] - _DEFAULT_PIN[1]) < 1e-4:
        pin = {}
    name, street = location.text("addressTitle"), location.text("addressLine1")
    town = _town(location.text("addressLine2"), country_code(location.text("addressCountry")))
    zone = zone_of(town.get("country"), town.get("region"), town.get("locality"), pin.get("lat"), pin.get("lon"))
    words = ", ".join(v for v in (street, town.get("locality"), town.get("region"), town.get("country")) if v)
    location.ignore("mapLat", "mapLng", "mapZoom", "markerLat", "markerLng")
    location.rest()
    if not name:
        return {"venue": None, "words": words or None, "zone": zone}
    if street and not any(c.isdigit() for c in street) and re.search(r"\barea\b|\bregion\b", fold_text(street)):
        street = None
    # without a street or postcode the map shows the middle of a town, not the venue
    exact = pin if street or town.get("postal_code") else {}
    venue = {"name": name, "street": street, "timezone": zone} | town | exact
    return {"venue": venue, "words": words or None, "zone": zone}


def _town(words: str | None, country: str | None) -> dict[str, Any]:
    """Of "Washington, DC, 20019": town, region and postcode in any number; a lone region is a region."""
    parts = [part.strip() for part in (words or "").split(",") if part.strip()]
    postal = next((part for part in parts if _POSTAL.match(part.upper())), None)
    parts = [part for part in parts if part != postal]
    region = parts.pop() if len(parts) > 1 or (parts and len(parts[0]) == 2 and country_of_region(parts[0])) else None
    known = country or (country_of_region(region) if region and postal else None)
    return {
        "locality": parts[0] if parts else None,
        "region": region_code(region, known),
        "postal_code": postal,
        "country": known,
    }
