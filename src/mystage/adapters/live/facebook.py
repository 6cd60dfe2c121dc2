"""Facebook events, from a scraper that runs in a container of its own: its folder of results, or its address.

By address it is asked `GET /events?city=...&date_from=...&date_to=...&page=1` and answers a list, or an object with
`items` (or `events`) and, where there is more, `next` (an address below its own, or the number of a page). The account
that it shall use goes along in headers (`X-Scraper-Account`, `X-Scraper-Secret`, `X-Scraper-Proxy`).
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from mystage.adapters.live.kit import address, changed, degrees, number, params_of, refuse, table
from mystage.application.ports.live import After
from mystage.domain.pipeline.discovery import Ask

_MOST: Final = 1_000
"""Pages."""


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """The whole folder; or events near a position, of a city, or of pages (`--id PAGE`)."""
    if base.startswith("file:"):
        return (base,)
    days = {"date_from": ask.date_from, "date_to": ask.date_to, "q": ask.words, "page": 1}
    found = [address(base, "/events", {"of": id, **days}) for id in ask.ids]
    if ask.near:
        near = {"lat": degrees(ask.near.lat), "lon": degrees(ask.near.lon), "km": f"{ask.near.km:g}"}
        found.append(address(base, "/events", {**near, **days}))
    elif ask.city:
        found.append(address(base, "/events", {"city": ask.city, "country": ask.country, **days}))
    if not found:
        raise refuse(ask, "facebook", "give --city, --near or --id PAGE")
    return tuple(found)


def after(url: str, payload: Any) -> After:
    """The next page, below the scraper's own address alone."""
    onward = table(payload).get("next")
    if isinstance(onward, str) and onward and not onward.isdigit():
        target = urljoin(url, onward)
        return After((target,)) if urlsplit(target)[:2] == urlsplit(url)[:2] and target != url else After()
    here = number(params_of(url).get("page"), 1)
    page = number(onward)
    return After((changed(url, page=page),)) if here < page <= _MOST else After()
