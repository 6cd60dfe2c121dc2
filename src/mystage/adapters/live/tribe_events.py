"""The Events Calendar (WordPress): `/wp-json/tribe/events/v1/events`, paged by number.

https://docs.theeventscalendar.com/reference/rest-api/
"""

from __future__ import annotations

from typing import Any, Final

from mystage.adapters.live.kit import address, changed, number, params_of, refuse, table
from mystage.application.ports.live import After
from mystage.domain.pipeline.discovery import Ask

SIZE: Final = 50
MOST: Final = 200
"""Pages."""


def begin(ask: Ask, base: str) -> tuple[str, ...]:  # noqa: ARG001  as all modules have it
    """The calendar of each site."""
    if not ask.sites:
        raise refuse(ask, "tribe_events", "give --site with the address of a site")
    days = {"start_date": ask.date_from, "end_date": ask.date_to and f"{ask.date_to} 23:59:59"}
    return tuple(
        address(site.partition("?")[0], "/wp-json/tribe/events/v1/events", {"per_page": SIZE, "page": 1, **days})
        for site in ask.sites
    )


def after(url: str, payload: Any) -> After:
    """All further pages, once the first one says how many there are."""
    if number(params_of(url).get("page"), 1) != 1:
        return After()
    last = min(number(table(payload).get("total_pages")), MOST)
    return After(tuple(changed(url, page=n) for n in range(2, last + 1)))
