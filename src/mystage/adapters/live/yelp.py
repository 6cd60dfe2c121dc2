"""Yelp Fusion v3: businesses (240 results a search) and events (1,000) around a place.

https://docs.developer.yelp.com/reference/v3_business_search and /v3_events_search
"""

from __future__ import annotations

from typing import Any, Final

from mystage.adapters.live.kit import (
    Params,
    address,
    changed,
    degrees,
    moment,
    number,
    params_of,
    path_of,
    refuse,
    rows,
    split,
    table,
)
from mystage.application.ports.live import After
from mystage.domain.pipeline.discovery import Ask, Circle, Window, window

SIZE: Final = 50
CAPS: Final = {"/v3/businesses/search": 240, "/v3/events": 1_000}
"""limit + offset may not pass these."""
FARTHEST: Final = 40_000
"""Metres."""
CATEGORIES: Final = "musicvenues,jazzandblues,danceclubs,theater,opera,stadiumsarenas,festivals,comedyclubs"


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """Venues near a position or in a city and, where days are given, its events."""
    if ask.near is None and ask.city is None:
        raise refuse(ask, "yelp", "give --near or --city")
    if ask.near is not None and ask.near.km * 1000 > FARTHEST:
        raise refuse(ask, "yelp", "give a radius of at most 40 km")
    place: Params = _placed(ask.near) if ask.near else {"location": ", ".join(filter(None, (ask.city, ask.country)))}
    paged = {"limit": SIZE, "offset": 0}
    venues = {**place, "categories": CATEGORIES, "term": ask.words, "sort_by": "distance", **paged}
    found = [address(base, "/v3/businesses/search", venues)]
    span = window(ask)
    if span is not None:
        events = {**place, **_timed(span), "categories": "music,festivals-fairs", "sort_on": "time_start", **paged}
        found.append(address(base, "/v3/events", events))
    return tuple(found)


def after(url: str, payload: Any, *, caps: dict[str, int] = CAPS) -> After:
    """Further pages up to the cap; above it, smaller areas and (for events) times."""
    params, answer = params_of(url), table(payload)
    path = next((path for path in caps if path_of(url).endswith(path)), "")
    if not path:
        return After()
    cap, total, offset = caps[path], number(answer.get("total")), number(params.get("offset"))
    size = number(params.get("limit"), SIZE)
    if offset:
        return After()
    if total > cap:
        parts = _parts(url, params)
        if parts:
            return After(parts)
    # the last page may be shorter: limit + offset must not pass the cap
    pages = [changed(url, offset=start, limit=min(size, cap - start)) for start in range(size, min(total, cap), size)]
    cut = f"{total:,} results in one place, {cap:,} shown" if total > cap else ""
    return After(tuple(pages), cut=cut) if rows(answer.get("businesses", answer.get("events"))) else After(cut=cut)


def _parts(url: str, params: dict[str, str]) -> tuple[str, ...]:
    span = circle = None
    if "start_date" in params and "end_date" in params:
        span = Window(start=moment(params["start_date"]), end=moment(params["end_date"]))
    if "latitude" in params:
        lat, lon, km = float(params["latitude"]), float(params["longitude"]), float(params["radius"]) / 1000
        circle = Circle(lat=lat, lon=lon, km=km)
    return split(url, span=span, circle=circle, timed=_timed, placed=_placed, least_km=0.1)


def _timed(span: Window) -> Params:
    return {"start_date": int(span.start.timestamp()), "end_date": int(span.end.timestamp())}


def _placed(circle: Circle) -> Params:
    metres = min(FARTHEST, max(1, -int(-circle.km * 1000 // 1)))
    return {"latitude": degrees(circle.lat), "longitude": degrees(circle.lon), "radius": metres}
