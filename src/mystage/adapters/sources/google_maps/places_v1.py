"""Places API (New), v1: only the fields of the caller's mask come back. `name` is the resource, not the place's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mystage.adapters.sources.google_maps.components import address_of, components_of, with_postal
from mystage.adapters.sources.google_maps.venues import add_place, is_place, type_names
from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, link, position
from mystage.domain.sources import fold_text

_MARKS: Final = ("displayName", "googleMapsUri", "formattedAddress", "addressComponents", "websiteUri", "primaryType")
_IGNORED: Final = (
    "viewport", "rating", "userRatingCount", "regularOpeningHours", "currentOpeningHours", "utcOffsetMinutes", "photos",
    "adrFormatAddress", "iconMaskBaseUri", "iconBackgroundColor", "primaryTypeDisplayName", "shortFormattedAddress",
    "reviews", "plusCode", "priceLevel", "priceRange", "accessibilityOptions", "paymentOptions", "parkingOptions",
    "addressDescriptor", "googleMapsLinks", "generativeSummary", "reviewSummary", "containingPlaces", "attributions",
    "currentSecondaryOpeningHours", "regularSecondaryOpeningHours", "pureServiceAreaBusiness", "subDestinations",
    "internationalPhoneNumber", "nationalPhoneNumber", "primaryType", "evChargeOptions", "fuelOptions", "name",
    "liveMusic", "outdoorSeating", "takeout", "delivery", "dineIn", "reservable", "curbsidePickup", "servesBreakfast",
    "servesLunch", "servesDinner", "servesBeer", "servesWine", "servesBrunch", "servesVegetarianFood", "menuForChildren",
    "servesCocktails", "servesDessert", "servesCoffee", "goodForChildren", "allowsDogs", "restroom", "goodForGroups",
    "goodForWatchingSports", "openingDate", "neighborhoodSummary", "evChargeAmenitySummary", "formattedAddress",
)  # fmt: skip


def recognises(item: Mapping[str, Any]) -> float:
    """How surely an object is an answer of the new service, or one place out of it."""
    if isinstance(item.get("name"), str) and item["name"].startswith("places/"):
        return 0.95
    if isinstance(item.get("displayName"), Mapping) and any(m in item for m in (*_MARKS[1:], "location", "id")):
        return 0.9
    places, suggestions = item.get("places"), item.get("suggestions")
    if isinstance(places, list) and all(isinstance(p, Mapping) for p in places):
        return 0.9 if any(recognises(p) or "location" in p for p in places[:3]) else 0.0
    if isinstance(suggestions, list):
        return (
            0.9
            if any(
                isinstance(s, Mapping) and s.keys() & {"placePrediction", "queryPrediction"} for s in suggestions[:5]
            )
            else 0.0
        )
    return 0.6 if len(item.keys() & set(_MARKS)) > 1 else 0.0


def read(builder: ClaimsBuilder, root: Fields) -> None:
    """Add the places of an answer."""
    if "places" not in root and "suggestions" not in root:
        _read_place(builder, root)
        return
    for place in root.list("places"):
        _read_place(builder, place)
    for suggestion in root.list("suggestions"):
        _read_prediction(builder, suggestion.sub("placePrediction"))
        suggestion.ignore("queryPrediction")
        suggestion.rest()
    root.ignore("nextPageToken", "routingSummaries", "contextualContents", "searchUri")


def _name(value: object) -> str | None:
    return Fields(value).text("text") if isinstance(value, Mapping) else value if isinstance(value, str) else None


def _read_place(builder: ClaimsBuilder, place: Fields) -> None:
    types = type_names(place.pop("types"))
    resource = place.text("name") or ""
    identity = place.text("id") or (resource.removeprefix("places/") if resource.startswith("places/") else None)
    parts = components_of(place.list("addressComponents"))
    line = place.text("formattedAddress") or (place.text("shortFormattedAddress") if not parts else None)
    postal = place.sub("postalAddress")
    address = with_postal(address_of(parts, line if parts else None), postal) if postal else address_of(parts, line)
    spot = place.sub("location")
    values: dict[str, Any] = {
        "place_id": identity, "name": _name(place.pop("displayName")), "address": address,
        "pin": position(spot.pop("latitude"), spot.pop("longitude")),
        "phones": (place.text("internationalPhoneNumber"), place.text("nationalPhoneNumber")),
        "website": place.pop("websiteUri"), "types": types, "url": link(place.pop("googleMapsUri")),
        "closed": place.text("businessStatus") == "CLOSED_PERMANENTLY",
        "description": _name(place.pop("editorialSummary")), "zone": place.sub("timeZone").text("id"),
    }  # fmt: skip
    place.ignore(*_IGNORED)
    place.rest()
    if values["name"] and is_place(types):
        add_place(builder, **values)


def _read_prediction(builder: ClaimsBuilder, prediction: Fields) -> None:
    types = type_names(prediction.pop("types"))
    words = prediction.sub("structuredFormat")
    name = _name(words.pop("mainText"))
    tail = _name(words.pop("secondaryText"))
    identity = prediction.text("placeId")
    prediction.ignore("place", "text", "distanceMeters")
    for fields in (words, prediction):
        fields.rest()
    if name and identity and "establishment" in types and is_place(types) and fold_text(name):
        add_place(builder, place_id=identity, name=name, address=address_of({}, tail), pin={}, types=types)
