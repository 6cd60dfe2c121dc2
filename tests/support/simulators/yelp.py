"""Yelp Fusion business search: limit + offset at most 240."""

from __future__ import annotations

from typing import Any

from tests.support.simulators.places import Place, near
from tests.support.simulators.server import KEY, Refused, Simulator, only, whole


class YelpSimulator(Simulator):
    def __init__(self, places: list[Place], cap: int = 240) -> None:
        super().__init__()
        self.places, self.cap = places, cap

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        if headers.get("authorization") != f"Bearer {KEY}":
            raise Refused(401, "UNAUTHORIZED_ACCESS_TOKEN")
        if method != "GET" or path != "/v3/businesses/search":
            raise Refused(404, "RESOURCE_NOT_FOUND")
        return self.page(params)

    def page(self, params: dict[str, str]) -> dict[str, Any]:
        only(params, "latitude", "longitude", "radius", "categories", "term", "sort_by", "limit", "offset", "location")
        limit, offset = whole(params, "limit", 20, 1, 50), whole(params, "offset", 0, 0, 10**6)
        if limit + offset > self.cap:
            raise Refused(400, f"Too many results requested, limit+offset must be <= {self.cap}.")
        radius = whole(params, "radius", 40_000, 1, 40_000)
        found = near(self.places, float(params["latitude"]), float(params["longitude"]), radius)
        rows = [
            {"id": id, "alias": id, "name": f"Hall {id}", "is_closed": False, "url": f"https://www.yelp.com/biz/{id}",
             "categories": [{"alias": "musicvenues", "title": "Music Venues"}],
             "coordinates": {"latitude": lat, "longitude": lon},
             "location": {"address1": "1 Ferry Road", "city": "Harbel", "country": "DK", "display_address": ["Harbel"]}}
            for id, lat, lon in found[offset : offset + limit]
        ]  # fmt: skip
        return {"businesses": rows, "total": len(found), "region": {"center": {"latitude": 0, "longitude": 0}}}

    def error(self, refused: Refused) -> Any:
        return {"error": {"code": str(refused), "description": str(refused)}}
