"""Ticketmaster Discovery API v2: events of a place and time. A query shows its first 1,000 results (size x page < 1000).

https://developer.ticketmaster.com/products-and-docs/apis/discovery-api/v2/
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
    pages_left,
    params_of,
    refuse,
    split,
    table,
    utc,
)
from mystage.application.ports.live import After
from mystage.domain.pipeline.discovery import Ask, Circle, Window, window

SIZE: Final = 200
CAP: Final = 1_000


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """Events near a position, of a city, or of a country. Needs days: only a bounded query can be split."""
    span = window(ask)
    if span is None or not (ask.near or ask.city or ask.country):
        raise refuse(ask, "ticketmaster", "give --near or --city, and --date-from with --date-to")
    place: dict[str, object] = {"city": ask.city, "countryCode": ask.country, "keyword": ask.words}
    near = _placed(ask.near) if ask.near else {}
    fixed = {"classificationName": "music", "locale": "*", "sort": "date,asc", "size": SIZE, "page": 0}
    return (address(base, "/discovery/v2/events.json", {**place, **near, **_timed(span), **fixed}),)


def after(url: str, payload: Any, *, cap: int = CAP) -> After:
    """All further pages at once where they are below the cap, else the halves of the time (or quarters of the area)."""
    params, page = params_of(url), table(table(payload).get("page"))
    size, total, here = number(params.get("size"), SIZE), number(page.get("totalElements")), number(params.get("page"))
    if total <= cap:
        follow = pages_left(total, size, first=0, cap=cap) if here == 0 else range(0)
        return After(tuple(changed(url, page=n) for n in follow))
    if here:
        return After()  # its first page has been split, or is about to be
    span = Window(start=moment(params["startDateTime"]), end=moment(params["endDateTime"]))
    circle = None
    if "latlong" in params:
        lat, lon = (float(part) for part in params["latlong"].split(","))
        circle = Circle(lat=lat, lon=lon, km=float(params["radius"]))
    parts = split(url, span=span, circle=circle, timed=_timed, placed=_placed, least_km=5, whole_km=True)
    if parts:
        return After(parts)
    shown = pages_left(total, size, first=0, cap=cap)
    return After(
        tuple(changed(url, page=n) for n in shown), cut=f"{total:,} events at one time and place, {cap:,} shown"
    )


def _timed(span: Window) -> Params:
    return {"startDateTime": utc(span.start), "endDateTime": utc(span.end)}


def _placed(circle: Circle) -> Params:
    km = max(1, -int(-circle.km // 1))
    return {"latlong": f"{degrees(circle.lat)},{degrees(circle.lon)}", "radius": km, "unit": "km"}
