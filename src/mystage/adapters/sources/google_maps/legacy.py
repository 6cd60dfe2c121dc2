"""Places web service (legacy): details, searches, autocomplete. Geocoding and routes hold no named place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mystage.adapters.sources.google_maps.components import address_of, components_of
from mystage.adapters.sources.google_maps.venues import add_place, is_place, type_names
from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, link, position

_LISTS: Final = ("results", "candidates", "predictions", "routes", "rows", "snappedPoints")
_ANSWER: Final = frozenset((
    "status", "html_attributions", "result", "next_page_token", "error_message", "info_messages", "origin_addresses",
    "destination_addresses", "geocoded_waypoints", "plus_code", "available_travel_modes", "logging_info", "timeZoneId",
    "timeZoneName", "dstOffset", "rawOffset", *_LISTS,
))  # fmt: skip
_ITEM: Final = frozenset(
    ("place_id", "geometry", "formatted_address", "elevation", "reference", "business_status", "vicinity")
)
_IGNORED: Final = (
    "adr_address", "icon", "icon_background_color", "icon_mask_base_uri", "id", "reference", "scope", "rating", "reviews",
    "user_ratings_total", "price_level", "opening_hours", "current_opening_hours", "secondary_opening_hours", "photos",
    "utc_offset", "utc_offset_minutes", "html_attributions", "feature_id", "chain_name", "plus_code", "vicinity",
    "wheelchair_accessible_entrance", "curbside_pickup", "delivery", "dine_in", "reservable", "takeout", "alt_ids",
    "organizationally_part_of", "international_phone_number", "formatted_phone_number", "logging_info", "aspects",
    "serves_beer", "serves_breakfast", "serves_brunch", "serves_dinner", "serves_lunch", "serves_vegetarian_food",
    "serves_wine", "opening_date", "place_id", "name", "geometry",
)  # fmt: skip


def recognises(item: Mapping[str, Any]) -> float:
    """How surely an object is an answer of the legacy service, or one place out of it."""
    if isinstance(item.get("status"), str) and item["status"].isupper():
        return _answer(item)
    return 0.9 if "place_id" in item and ("geometry" in item or "formatted_address" in item) else 0.0


def _answer(item: Mapping[str, Any]) -> float:
    if isinstance(item.get("result"), Mapping):
        return 0.95 if "html_attributions" in item or item["result"].keys() & _ITEM else 0.0
    things = next((item[name] for name in _LISTS if isinstance(item.get(name), list)), None)
    if things and isinstance(things[0], Mapping) and "predictions" not in item and "results" in item:
        return 0.95 if things[0].keys() & _ITEM else 0.0
    if item["status"] not in ("OK", "ZERO_RESULTS") or not item.keys() <= _ANSWER:
        return 0.0
    return 0.95 if things is not None or "timeZoneId" in item else 0.3


def read(builder: ClaimsBuilder, root: Fields) -> None:
    """Add the places of an answer."""
    if "place_id" in root and "status" not in root:
        _read_place(builder, root)
        return
    for place in [*root.list("result"), *root.list("results"), *root.list("candidates")]:
        _read_place(builder, place)
    for prediction in root.list("predictions"):
        _read_prediction(builder, prediction)
    root.ignore("status", "html_attributions", "next_page_token", "logging_info", "info_messages", "error_message")
    root.ignore("timeZoneId", "timeZoneName", "dstOffset", "rawOffset", "available_travel_modes", "snappedPoints")
    root.ignore("routes", "rows", "geocoded_waypoints", "plus_code", "origin_addresses", "destination_addresses")


def _read_place(builder: ClaimsBuilder, place: Fields) -> None:
    types = type_names(place.pop("types"))
    parts = components_of(place.list("address_components"))
    compound = place.sub("plus_code").text("compound_code")
    address = address_of(parts, place.text("formatted_address"), place.text("vicinity"), compound)
    spot = place.sub("geometry").sub("location")
    pin = position(spot.pop("lat"), spot.pop("lng"))
    summary = place.sub("editorial_summary")
    state = place.text("business_status")
    name = place.text("name")
    values: dict[str, Any] = {
        "place_id": place.text("place_id"), "name": name, "address": address, "pin": pin,
        "phones": (place.text("international_phone_number"), place.text("formatted_phone_number")),
        "website": place.pop("website"), "types": types, "url": link(place.pop("url")),
        "closed": state == "CLOSED_PERMANENTLY" or place.pop("permanently_closed") is True,
        "description": summary.text("overview"),
    }  # fmt: skip
    summary.ignore("language")
    summary.rest()
    place.ignore(*_IGNORED)
    place.rest()
    if name and is_place(types):
        add_place(builder, **values)


def _read_prediction(builder: ClaimsBuilder, prediction: Fields) -> None:
    """A suggestion of autocomplete: a place only where it is an establishment."""
    types = type_names(prediction.pop("types"))
    words = prediction.sub("structured_formatting")
    name, tail = words.text("main_text"), words.text("secondary_text")
    identity = prediction.text("place_id")
    words.ignore("main_text_matched_substrings", "secondary_text_matched_substrings")
    prediction.ignore("description", "matched_substrings", "terms", "reference", "id", "distance_meters")
    for fields in (words, prediction):
        fields.rest()
    if name and identity and "establishment" in types and is_place(types):
        add_place(builder, place_id=identity, name=name, address=address_of({}, tail), pin={}, types=types)
