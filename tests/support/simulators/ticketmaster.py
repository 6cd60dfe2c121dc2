"""Ticketmaster Discovery: filters by UTC time and distance, pages by size and page, and never past its cap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.support.simulators.server import KEY, Refused, Simulator, only, whole

from mystage.domain.values import GeoPoint, distance_m


@dataclass(frozen=True)
class Gig:
    """One event."""

    id: str
    starts: datetime
    """UTC."""
    lat: float
    lon: float


class TicketmasterSimulator(Simulator):
    """`cap`: results that a query shows (size x page must stay below)."""

    def __init__(self, gigs: list[Gig], cap: int = 1_000) -> None:
        super().__init__()
        self.gigs = sorted(gigs, key=lambda gig: (gig.starts, gig.id))
        self.cap = cap

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        if method != "GET" or path != "/discovery/v2/events.json":
            raise Refused(404, "no such resource")
        if params.pop("apikey", "") != KEY:
            raise Refused(401, "Invalid ApiKey")
        return self.page(params)

    def page(self, params: dict[str, str]) -> dict[str, Any]:
        """The answer to a query without its key."""
        only(params, "city", "countryCode", "keyword", "latlong", "radius", "unit", "startDateTime", "endDateTime",
             "classificationName", "locale", "sort", "size", "page")  # fmt: skip
        size, number = whole(params, "size", 20, 1, 200), whole(params, "page", 0, 0, 10**6)
        if size * number >= self.cap:
            raise Refused(400, "Max paging depth exceeded: (page * size) must be less than the cap")
        found = [gig for gig in self.gigs if self._fits(gig, params)]
        shown = found[size * number : size * (number + 1)]
        answer: dict[str, Any] = {
            "page": {"size": size, "totalElements": len(found), "totalPages": -(-len(found) // size), "number": number}
        }
        if shown:
            answer["_embedded"] = {"events": [self._row(gig) for gig in shown]}
        return answer

    def _fits(self, gig: Gig, params: dict[str, str]) -> bool:
        for name in ("startDateTime", "endDateTime"):
            if len(params.get(name, "2026-01-01T00:00:00Z")) != len("2026-01-01T00:00:00Z"):
                raise Refused(400, f"{name}: YYYY-MM-DDTHH:mm:ssZ")
        start, end = params.get("startDateTime"), params.get("endDateTime")
        if start and gig.starts < datetime.fromisoformat(start):
            return False
        if end and gig.starts > datetime.fromisoformat(end):
            return False
        if "latlong" not in params:
            return True
        if params.get("unit") != "km":
            raise Refused(400, "unit must be km here")
        radius = whole(params, "radius", 1, 1, 20_000)
        lat, lon = (float(part) for part in params["latlong"].split(","))
        return distance_m(GeoPoint(lat=lat, lon=lon), GeoPoint(lat=gig.lat, lon=gig.lon)) <= radius * 1_000

    def _row(self, gig: Gig) -> dict[str, Any]:
        venue = {
            "id": f"v{gig.lat:.3f}{gig.lon:.3f}", "name": f"Hall {gig.lat:.3f} {gig.lon:.3f}", "type": "venue",
            "city": {"name": "Harbel"}, "country": {"countryCode": "DK"}, "timezone": "UTC",
            "location": {"latitude": str(gig.lat), "longitude": str(gig.lon)},
        }  # fmt: skip
        day, clock = gig.starts.strftime("%Y-%m-%d"), gig.starts.strftime("%H:%M:%S")
        return {
            "id": gig.id, "name": f"Act {gig.id} live", "type": "event", "url": f"https://tickets.example/{gig.id}",
            "dates": {"start": {"localDate": day, "localTime": clock, "dateTime": f"{day}T{clock}Z"}, "timezone": "UTC",
                      "status": {"code": "onsale"}},
            "classifications": [{"primary": True, "segment": {"name": "Music"}}],
            "_embedded": {"venues": [venue], "attractions": [{"id": f"a{gig.id}", "name": f"Act {gig.id}"}]},
        }  # fmt: skip

    def error(self, refused: Refused) -> Any:
        return {"fault": {"faultstring": str(refused)}}
