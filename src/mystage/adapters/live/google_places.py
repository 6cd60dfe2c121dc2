"""Google Places, the legacy web service: at most 60 places a search, in three pages of 20.

https://developers.google.com/maps/documentation/places/web-service/legacy/search. A page's token becomes valid a little
after the page before it was sent; too early an ask is answered INVALID_REQUEST.
"""

from __future__ import annotations

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
_TOKEN_WAIT: Final = 2.0
"""Seconds until a page's token is valid ("a short delay")."""
_TYPES: Final = ("night_club", "bar", "stadium")
"""Types of places, one a search, among which venues are; a text search finds the others."""


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """Venues near a position, in a city, or by place id (`--id PLACE_ID`)."""
    found = [address(base, "/maps/api/place/details/json", {"place_id": id}) for id in ask.ids]
    if ask.near:
        if ask.near.km * 1000 > FARTHEST:
            raise refuse(ask, "google_places", "give a radius of at most 50 km")
        found += [
            address(base, "/maps/api/place/nearbysearch/json", {**_placed(ask.near), "type": kind}) for kind in _TYPES
        ]
    elif ask.city:
        query = f"{ask.words or 'live music venue'} in {', '.join(filter(None, (ask.city, ask.country)))}"
        found.append(address(base, "/maps/api/place/textsearch/json", {"query": query}))
    if not found:
        raise refuse(ask, "google_places", "give --near, --city or --id PLACE_ID")
    return tuple(found)


def send(url: str) -> Signed:
    """With a page's token, the search itself is not repeated; `part` is our own count."""
    params = params_of(url)
    token = params.get("pagetoken")
    return Signed(with_params(url, {"pagetoken": token}) if token else url)


def after(url: str, payload: Any) -> After:
    """The next page, a little later; where the last page is full, the quarters of the area."""
    answer, params = table(payload), params_of(url)
    status, part, token = answer.get("status"), number(params.get("part"), 1), answer.get("next_page_token")
    if status == "INVALID_REQUEST" and "pagetoken" in params:
        return After(again=_TOKEN_WAIT, read=False)
    if status not in ("OK", "ZERO_RESULTS", None):
        return After(refused=f"{status}: {answer.get('error_message') or 'no message'}"[:300])
    if isinstance(token, str) and token and part < PAGES:
        return After((changed(url, pagetoken=token, part=part + 1),), wait=_TOKEN_WAIT)
    if part < PAGES or len(rows(answer.get("results"))) < SIZE:
        return After()
    if not path_of(url).endswith("nearbysearch/json"):
        return After(cut="60 places shown, there may be more: ask by --near")
    lat, lon = (float(text) for text in params["location"].split(","))
    circle = Circle(lat=lat, lon=lon, km=float(params["radius"]) / 1000)
    plain = changed(url, pagetoken=None, part=None)
    parts = split(plain, span=None, circle=circle, timed=lambda _: {}, placed=_placed, least_km=0.1)
    return After(parts, cut="" if parts else "60 places shown of one spot")


def _placed(circle: Circle) -> dict[str, object]:
    return {"location": f"{degrees(circle.lat)},{degrees(circle.lon)}", "radius": max(1, -int(-circle.km * 1000 // 1))}
