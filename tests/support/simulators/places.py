"""Google Places, legacy and New: 20 places a page, three pages a search, tokens that are valid only after a while."""

from __future__ import annotations

import json
from typing import Any

from tests.support.simulators.server import KEY, Refused, Simulator, only, whole

from mystage.domain.values import GeoPoint, distance_m

Place = tuple[str, float, float]


def near(places: list[Place], lat: float, lon: float, metres: float) -> list[Place]:
    here = GeoPoint(lat=lat, lon=lon)
    found = [(distance_m(here, GeoPoint(lat=p[1], lon=p[2])), p) for p in places]
    return [place for far, place in sorted(found) if far <= metres]


class LegacyPlaces(Simulator):
    """A token is answered INVALID_REQUEST the first `early` times."""

    def __init__(self, places: list[Place], early: int = 1) -> None:
        super().__init__()
        self.places, self.early = places, early
        self._tokens: dict[str, list[Any]] = {}

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        if path != "/maps/api/place/nearbysearch/json" or method != "GET":
            raise Refused(404, "no such resource")
        if params.pop("key", "") != KEY:
            return {"status": "REQUEST_DENIED", "error_message": "The provided API key is invalid.", "results": []}
        return self.page(params)

    def page(self, params: dict[str, str]) -> Any:
        if "pagetoken" in params:
            only(params, "pagetoken")
            held = self._tokens.get(params["pagetoken"])
            if held is None:
                return {"status": "INVALID_REQUEST", "results": []}
            if held[0]:
                held[0] -= 1
                return {"status": "INVALID_REQUEST", "results": []}
            return self._answer(held[1], held[2])
        only(params, "location", "radius", "type")
        lat, lon = (float(part) for part in params["location"].split(","))
        return self._answer(near(self.places, lat, lon, whole(params, "radius", 1, 1, 50_000))[:60], 0)

    def _answer(self, found: list[Place], start: int) -> Any:
        shown = found[start : start + 20]
        rows = [
            {"place_id": id, "name": f"Hall {id}", "types": ["night_club"], "vicinity": "Harbel",
             "business_status": "OPERATIONAL", "geometry": {"location": {"lat": lat, "lng": lon}}}
            for id, lat, lon in shown
        ]  # fmt: skip
        answer: dict[str, Any] = {"status": "OK" if rows else "ZERO_RESULTS", "results": rows, "html_attributions": []}
        if start + 20 < len(found):
            token = f"token-{len(self._tokens)}"
            self._tokens[token] = [self.early, found, start + 20]
            answer["next_page_token"] = token
        return answer


class NewPlaces(Simulator):
    """Nearby search of the Places API (New)."""

    def __init__(self, places: list[Place]) -> None:
        super().__init__()
        self.places = places

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        only(params)
        if headers.get("x-goog-api-key") != KEY:
            raise Refused(403, "API key not valid")
        if method != "POST" or path != "/v1/places:searchNearby":
            raise Refused(404, "no such method")
        if not headers.get("x-goog-fieldmask", "").startswith("places."):
            raise Refused(400, "FieldMask is a required parameter")
        return self.search(json.loads(body))

    def search(self, asked: dict[str, Any]) -> Any:
        only(dict.fromkeys(asked, ""), "includedTypes", "maxResultCount", "rankPreference", "locationRestriction")
        if not 1 <= asked["maxResultCount"] <= 20:
            raise Refused(400, "maxResultCount must be 1 to 20")
        circle = asked["locationRestriction"]["circle"]
        if not 0 < circle["radius"] <= 50_000:
            raise Refused(400, "radius must be at most 50000")
        found = near(self.places, circle["center"]["latitude"], circle["center"]["longitude"], circle["radius"])
        rows = [
            {"id": id, "displayName": {"text": f"Hall {id}", "languageCode": "en"}, "types": ["concert_hall"],
             "formattedAddress": "1 Ferry Road, Harbel, Denmark", "location": {"latitude": lat, "longitude": lon},
             "businessStatus": "OPERATIONAL"}
            for id, lat, lon in found[: asked["maxResultCount"]]
        ]  # fmt: skip
        return {"places": rows} if rows else {}
