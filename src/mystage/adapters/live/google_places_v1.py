"""Google Places API (New): POST with a field mask. A nearby search shows 20 places, a text search 60 in pages of 20.

https://developers.google.com/maps/documentation/places/web-service/nearby-search. The mask decides what a call costs.
"""

from __future__ import annotations

import json
from typing import Any, Final

from mystage.adapters.live.kit import (
    address,
    changed,
    degrees,
    number,
    params_of,
    path_of,
    refuse,
    rows,
    split,
    table,
    with_params,
)
from mystage.application.ports.live import After, Signed
from mystage.domain.pipeline.discovery import Ask, Circle

SIZE: Final = 20
PAGES: Final = 3
FARTHEST: Final = 50_000
"""Metres."""
TYPES: Final = (
    "concert_hall", "night_club", "performing_arts_theater", "auditorium", "opera_house", "philharmonic_hall",
    "amphitheatre", "event_venue", "cultural_center", "bar",
)  # fmt: skip
_FIELDS: Final = (
    "id", "displayName", "formattedAddress", "addressComponents", "location", "types", "businessStatus",
    "internationalPhoneNumber", "websiteUri", "googleMapsUri",
)  # fmt: skip


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """Venues near a position, in a city, or by place id (`--id PLACE_ID`)."""
    found = [address(base, f"/v1/places/{id}") for id in ask.ids if id.replace("-", "").replace("_", "").isalnum()]
    if ask.near:
        if ask.near.km * 1000 > FARTHEST:
            raise refuse(ask, "google_places_v1", "give a radius of at most 50 km")
        found.append(address(base, "/v1/places:searchNearby", {**_placed(ask.near), "types": ",".join(TYPES)}))
    elif ask.city:
        query = f"{ask.words or 'live music venues'} in {', '.join(filter(None, (ask.city, ask.country)))}"
        found.append(address(base, "/v1/places:searchText", {"query": query}))
    if not found:
        raise refuse(ask, "google_places_v1", "give --near, --city or --id PLACE_ID")
    return tuple(found)


def send(url: str) -> Signed:
    """The search as the POST that it is, with its field mask."""
    params, plain = params_of(url), with_params(url, {})
    if path_of(url).endswith(":searchNearby"):
        centre = {"latitude": float(params["lat"]), "longitude": float(params["lon"])}
        body: dict[str, object] = {
            "includedTypes": params["types"].split(","),
            "maxResultCount": SIZE,
            "rankPreference": "DISTANCE",
            "locationRestriction": {"circle": {"center": centre, "radius": float(params["radius"])}},
        }
        mask = ",".join(f"places.{field}" for field in _FIELDS)
    elif path_of(url).endswith(":searchText"):
        body = {"textQuery": params["query"], "pageSize": SIZE}
        if "pageToken" in params:
            body["pageToken"] = params["pageToken"]
        mask = ",".join((*(f"places.{field}" for field in _FIELDS), "nextPageToken"))
    else:
        return Signed(url, headers=(("X-Goog-FieldMask", ",".join(_FIELDS)),))
    headers = (("Content-Type", "application/json"), ("X-Goog-FieldMask", mask))
    return Signed(plain, "POST", headers, json.dumps(body, separators=(",", ":")).encode())


def after(url: str, payload: Any) -> After:
    """The quarters of an area whose answer is full; the next page of a text search."""
    answer, params = table(payload), params_of(url)
    if path_of(url).endswith(":searchNearby"):
        if len(rows(answer.get("places"))) < SIZE:
            return After()
        circle = Circle(lat=float(params["lat"]), lon=float(params["lon"]), km=float(params["radius"]) / 1000)
        parts = split(url, span=None, circle=circle, timed=lambda _: {}, placed=_placed, least_km=0.05)
        return After(parts, cut="" if parts else "20 places shown of one spot")
    token, part = answer.get("nextPageToken"), number(params.get("part"), 1)
    if isinstance(token, str) and token:
        if part < PAGES:
            return After((changed(url, pageToken=token, part=part + 1),))
        return After(cut="60 places shown, there may be more: ask by --near")
    return After()


def _placed(circle: Circle) -> dict[str, object]:
    return {"lat": degrees(circle.lat), "lon": degrees(circle.lon), "radius": max(1, -int(-circle.km * 1000 // 1))}
