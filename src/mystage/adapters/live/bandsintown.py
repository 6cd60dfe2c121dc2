"""Bandsintown API v3: the events of an artist.

https://help.artists.bandsintown.com/en/articles/9186477-api-documentation
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from mystage.adapters.live.kit import address, refuse
from mystage.application.ports.live import After
from mystage.domain.pipeline.discovery import Ask

_TWICE: Final = str.maketrans({"/": "%252F", "?": "%253F", "*": "%252A", '"': "%27C"})
"""Characters that the API wants escaped in its own way in an artist's name."""


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """Each artist, by name or as `--id id_123` (its Bandsintown id) or `mbid_...`, and its events."""
    names = [*ask.artists, *ask.ids]
    if not names:
        raise refuse(ask, "bandsintown", "give --artist NAME; it has no search by place")
    days = "upcoming"
    if ask.date_from and ask.date_to:
        days = f"{ask.date_from},{ask.date_to}"
    found = []
    for name in names:
        path = f"/artists/{escaped(name)}"
        found += [address(base, path), address(base, f"{path}/events", {"date": days})]
    return tuple(found)


def after(url: str, payload: Any) -> After:  # noqa: ARG001  as all modules have it
    """One answer holds all events of an artist; an unknown artist is an empty object or an error."""
    return After()


def escaped(name: str) -> str:
    """An artist's name as a path segment."""
    return quote("".join(c.translate(_TWICE) if c in '/?*"' else quote(c, safe="") for c in name), safe="%!'()~")
