"""SeatGeek platform API 2: events around a place.

https://platform.seatgeek.com/
"""

from __future__ import annotations

from typing import Any, Final

from mystage.adapters.live.kit import address, changed, degrees, number, pages_left, params_of, refuse, table
from mystage.application.ports.live import After
from mystage.domain.pipeline.discovery import Ask, window

SIZE: Final = 100
MOST: Final = 100_000
"""Results that are paged through: no cap is published, an endless answer is not believed."""


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """Music events near a position, of a city, or of performers by their slug (`--id`)."""
    span = window(ask)
    days = {} if span is None else {
        "datetime_utc.gte": span.start.strftime("%Y-%m-%dT%H:%M:%S"),
        "datetime_utc.lte": span.end.strftime("%Y-%m-%dT%H:%M:%S"),
    }  # fmt: skip
    fixed = {**days, "q": ask.words, "sort": "datetime_utc.asc", "per_page": SIZE, "page": 1}
    if ask.ids:
        return tuple(address(base, "/2/events", {"performers.slug": slug, **fixed}) for slug in ask.ids)
    place: dict[str, object]
    if ask.near:
        place = {"lat": degrees(ask.near.lat), "lon": degrees(ask.near.lon), "range": f"{max(1, round(ask.near.km))}km"}
    elif ask.city:
        place = {"venue.city": ask.city, "venue.country": ask.country}
    else:
        raise refuse(ask, "seatgeek", "give --near, --city, or --id with a performer's slug")
    return (address(base, "/2/events", {**place, "taxonomies.name": "concert", **fixed}),)


def after(url: str, payload: Any) -> After:
    """All further pages, once the first one says how many there are."""
    if number(params_of(url).get("page"), 1) != 1:
        return After()
    total = number(table(table(payload).get("meta")).get("total"))
    return After(tuple(changed(url, page=n) for n in pages_left(total, SIZE, first=1, cap=MOST)))
