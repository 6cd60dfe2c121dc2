"""APIs that show all they have page by page, each in its own way. Wrong keys and unknown parameters are refused."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from tests.support.simulators.server import KEY, Refused, Simulator, only, whole


def _day(n: int) -> str:
    return f"2027-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}"


class SeatGeekSimulator(Simulator):
    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        if params.pop("client_id", "") != KEY:
            raise Refused(403, "bad client_id")
        if path != "/2/events":
            raise Refused(404, "not found")
        only(params, "lat", "lon", "range", "taxonomies.name", "datetime_utc.gte", "datetime_utc.lte", "q", "sort",
             "per_page", "page")  # fmt: skip
        size, page = whole(params, "per_page", 10, 1, 5_000), whole(params, "page", 1, 1, 10**6)
        rows = [self._row(n) for n in range((page - 1) * size, min(self.count, page * size))]
        return {"events": rows, "meta": {"total": self.count, "page": page, "per_page": size, "took": 1}}

    def _row(self, n: int) -> Any:
        return {
            "id": 1_000 + n, "type": "concert", "title": f"Act {n}", "short_title": f"Act {n}",
            "url": f"https://seatgeek.example/{n}", "datetime_local": f"{_day(n)}T20:00:00",
            "datetime_utc": f"{_day(n)}T19:00:00", "time_tbd": False, "date_tbd": False, "datetime_tbd": False,
            "taxonomies": [{"id": 2, "name": "concert"}],
            "venue": {"id": n % 9, "name": f"Hall {n % 9}", "city": "Harbel", "country": "DK", "timezone": "Europe/Copenhagen",
                      "location": {"lat": 55.6, "lon": 12.5}},
            "performers": [{"id": n, "name": f"Act {n}", "type": "band", "slug": f"act-{n}"}],
        }  # fmt: skip


class SongkickSimulator(Simulator):
    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        if params.pop("apikey", "") != KEY:
            raise Refused(401, "Invalid or missing apikey")
        if path != "/api/3.0/events.json":
            raise Refused(404, "not found")
        only(params, "location", "min_date", "max_date", "per_page", "page", "artist_name")
        size, page = whole(params, "per_page", 50, 1, 50), whole(params, "page", 1, 1, 10**6)
        rows = [self._row(n) for n in range((page - 1) * size, min(self.count, page * size))]
        results = {"event": rows} if rows else {}
        return {
            "resultsPage": {
                "status": "ok",
                "results": results,
                "perPage": size,
                "page": page,
                "totalEntries": self.count,
            }
        }

    def _row(self, n: int) -> Any:
        return {
            "id": 5_000 + n, "type": "Concert", "status": "ok", "displayName": f"Act {n} at Hall {n % 7}",
            "uri": f"https://www.songkick.com/concerts/{n}",
            "start": {"date": _day(n), "time": "20:00:00", "datetime": f"{_day(n)}T20:00:00+0100"},
            "location": {"city": "Harbel, Denmark", "lat": 55.6, "lng": 12.5},
            "venue": {"id": n % 7, "displayName": f"Hall {n % 7}", "uri": f"https://www.songkick.com/venues/{n % 7}",
                      "lat": 55.6, "lng": 12.5,
                      "metroArea": {"id": 1, "displayName": "Harbel", "country": {"displayName": "Denmark"}}},
            "performance": [{"id": n, "displayName": f"Act {n}", "billing": "headline", "billingIndex": 1,
                             "artist": {"id": n, "displayName": f"Act {n}", "uri": f"https://www.songkick.com/artists/{n}"}}],
        }  # fmt: skip


class EventbriteSimulator(Simulator):
    """Continuation tokens; a token that was not given is refused."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        if headers.get("authorization") != f"Bearer {KEY}":
            raise Refused(401, "INVALID_AUTH")
        if path != "/v3/venues/77/events/":
            raise Refused(404, "NOT_FOUND")
        only(params, "status", "expand", "continuation", "start_date.range_start", "start_date.range_end")
        token = params.get("continuation", "start-0")
        if not token.startswith("start-"):
            raise Refused(400, "BAD_CONTINUATION_TOKEN")
        start = int(token.removeprefix("start-"))
        more = start + 50 < self.count
        page = {"object_count": self.count, "page_size": 50, "page_count": -(-self.count // 50), "has_more_items": more}
        if more:
            page["continuation"] = f"start-{start + 50}"
        return {"pagination": page, "events": [self._row(n) for n in range(start, min(self.count, start + 50))]}

    def _row(self, n: int) -> Any:
        when = {"timezone": "Europe/Copenhagen", "local": f"{_day(n)}T20:00:00", "utc": f"{_day(n)}T19:00:00Z"}
        return {
            "id": str(9_000 + n), "name": {"text": f"Act {n}", "html": f"Act {n}"}, "url": f"https://www.eventbrite.com/e/{n}",
            "start": when, "end": when, "status": "live", "currency": "DKK", "online_event": False, "venue_id": "77",
            "venue": {"id": "77", "name": "Hall", "latitude": "55.6", "longitude": "12.5",
                      "address": {"address_1": "1 Ferry Road", "city": "Harbel", "country": "DK",
                                  "latitude": "55.6", "longitude": "12.5"}},
        }  # fmt: skip


class TribeSimulator(Simulator):
    """A WordPress site; it has no robots.txt."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        if path != "/wp-json/tribe/events/v1/events":
            raise Refused(404, "not found")
        only(params, "per_page", "page", "start_date", "end_date")
        size, page = whole(params, "per_page", 10, 1, 50), whole(params, "page", 1, 1, 10**6)
        pages = -(-self.count // size)
        if page > pages:
            raise Refused(404, "event-archive-page-not-found")
        rows = [self._row(n) for n in range((page - 1) * size, min(self.count, page * size))]
        return {"events": rows, "rest_url": "x", "total": self.count, "total_pages": pages}

    def _row(self, n: int) -> Any:
        return {
            "id": n + 1, "global_id": f"site.example?id={n + 1}", "title": f"Act {n} live", "url": f"https://site.example/{n}",
            "status": "publish", "start_date": f"{_day(n)} 20:00:00", "end_date": f"{_day(n)} 22:00:00",
            "utc_start_date": f"{_day(n)} 19:00:00", "timezone": "Europe/Copenhagen", "all_day": False,
            "venue": {"id": 3, "venue": "Hall", "slug": "hall", "address": "1 Ferry Road", "city": "Harbel", "country": "Denmark"},
        }  # fmt: skip


class ScraperSimulator(Simulator):
    """A scraper of Facebook events: it wants an account, and refuses one that is banned."""

    def __init__(self, count: int, banned: str = "") -> None:
        super().__init__()
        self.count, self.banned = count, banned

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        if not headers.get("x-scraper-account") or not headers.get("x-scraper-secret"):
            raise Refused(401, "no account")
        if headers["x-scraper-account"] == self.banned:
            raise Refused(403, f"account {self.banned} is blocked")
        if path != "/events":
            raise Refused(404, "not found")
        only(params, "city", "country", "page", "date_from", "date_to")
        page = whole(params, "page", 1, 1, 100)
        rows = [{"id": str(n), "name": f"Act {n}", "start_time": f"{_day(n)}T20:00:00+0100", "place": {"name": "Hall"}}
                for n in range((page - 1) * 10, min(self.count, page * 10))]  # fmt: skip
        return {"items": rows, **({"next": page + 1} if page * 10 < self.count else {})}


def mbid(name: str) -> str:
    return str(uuid5(NAMESPACE_DNS, name))


class MusicBrainzSimulator(Simulator):
    """`artists`: (name, country) rows; equal names are different artists."""

    def __init__(self, artists: list[tuple[str, str]]) -> None:
        super().__init__()
        self.artists = {mbid(f"{name}/{country}"): (name, country) for name, country in artists}

    def respond(self, method: str, path: str, params: dict[str, str], headers: dict[str, str], body: bytes) -> Any:
        if "MyStageBot/" not in headers.get("user-agent", ""):
            raise Refused(403, "Your requests need a meaningful User-Agent")
        if params.get("fmt") != "json":
            raise Refused(406, "this simulator speaks JSON")
        if path == "/ws/2/artist":
            only(params, "query", "fmt", "limit")
            wanted = params["query"].removeprefix('artist:"').removesuffix('"')
            rows = [self._row(id) | {"score": 100} for id, (name, _) in self.artists.items() if name == wanted]
            return {"count": len(rows), "offset": 0, "artists": rows}
        id = path.rpartition("/")[2]
        if id not in self.artists:
            raise Refused(404, "Not Found")
        return {**self._row(id), "genres": [{"name": "folk", "count": 3}], "relations": []}

    def _row(self, id: str) -> dict[str, Any]:
        name, country = self.artists[id]
        return {"id": id, "name": name, "sort-name": name, "country": country, "type": "Group", "aliases": []}
