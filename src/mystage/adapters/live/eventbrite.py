"""Eventbrite API v3: events of a venue or an organizer. Its search by place was closed in 2020; ids are what is left.

https://www.eventbrite.com/platform/api
"""

from __future__ import annotations

import re
from typing import Any, Final

from mystage.adapters.live.kit import address, changed, refuse, table
from mystage.application.ports.live import After
from mystage.domain.pipeline.discovery import Ask

_PATHS: Final = {"venue": "/v3/venues/{}/events/", "organizer": "/v3/organizers/{}/events/",
                 "organization": "/v3/organizations/{}/events/"}  # fmt: skip


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """The live events of each id: `venue:123`, `organizer:123`, `organization:123`, `event:123`."""
    hint = "give --id venue:NUMBER, organizer:NUMBER, organization:NUMBER or event:NUMBER"
    fixed: dict[str, object] = {"status": "live", "expand": "venue,organizer,ticket_availability"}
    if ask.date_from:
        fixed["start_date.range_start"] = f"{ask.date_from}T00:00:00"
    if ask.date_to:
        fixed["start_date.range_end"] = f"{ask.date_to}T23:59:59"
    found = []
    for text in ask.ids:
        kind, _, id = text.partition(":")
        if not re.fullmatch(r"\d+", id) or (kind not in _PATHS and kind != "event"):
            raise refuse(ask, "eventbrite", hint)
        if kind == "event":
            found.append(address(base, f"/v3/events/{id}/", {"expand": fixed["expand"]}))
        else:
            found.append(address(base, _PATHS[kind].format(id), fixed))
    if not found:
        raise refuse(ask, "eventbrite", hint)
    return tuple(found)


def after(url: str, payload: Any) -> After:
    """The next page, by its continuation token."""
    page = table(table(payload).get("pagination"))
    token = page.get("continuation")
    if page.get("has_more_items") is True and isinstance(token, str) and token:
        return After((changed(url, continuation=token),))
    return After()
