"""Songkick API 3.0: events around a place, or of artists by id.

https://www.songkick.com/developer
"""

from __future__ import annotations

from typing import Any, Final

from mystage.adapters.live.kit import address, changed, degrees, number, pages_left, params_of, refuse, table
from mystage.application.ports.live import After
from mystage.domain.pipeline.discovery import Ask

SIZE: Final = 50
MOST: Final = 50_000


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """Events near a position, of a metro area (`--id metro:24426`), an artist (`artist:ID`) or a venue (`venue:ID`)."""
    days = {"min_date": ask.date_from, "max_date": ask.date_to}
    fixed = {**days, "per_page": SIZE, "page": 1}
    paths = {"metro": "/metro_areas/{}/calendar.json", "artist": "/artists/{}/calendar.json",
             "venue": "/venues/{}/calendar.json"}  # fmt: skip
    found = []
    for text in ask.ids:
        kind, _, id = text.partition(":")
        if kind not in paths or not id.isdigit():
            raise refuse(ask, "songkick", "give --id metro:NUMBER, artist:NUMBER or venue:NUMBER")
        found.append(address(base, "/api/3.0" + paths[kind].format(id), fixed))
    if ask.near:
        near = {"location": f"geo:{degrees(ask.near.lat)},{degrees(ask.near.lon)}"}
        found.append(address(base, "/api/3.0/events.json", {**near, **fixed}))
    found += [address(base, "/api/3.0/events.json", {"artist_name": name, **fixed}) for name in ask.artists]
    if not found:
        raise refuse(ask, "songkick", "give --near, --artist, or --id metro:NUMBER")
    return tuple(found)


def after(url: str, payload: Any) -> After:
    """All further pages, once the first one says how many there are."""
    page = table(table(payload).get("resultsPage"))
    if page.get("status") == "error":
        return After(refused=str(table(page.get("error")).get("message") or "error")[:200])
    if number(params_of(url).get("page"), 1) != 1:
        return After()
    total = number(page.get("totalEntries"))
    return After(tuple(changed(url, page=n) for n in pages_left(total, SIZE, first=1, cap=MOST)))
