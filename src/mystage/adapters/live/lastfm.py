"""Last.fm: what is known of an artist.

https://www.last.fm/api/show/artist.getInfo
"""

from __future__ import annotations

from typing import Any

from mystage.adapters.live.kit import address, refuse, table
from mystage.application.ports.live import After
from mystage.domain.pipeline.discovery import Ask


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """Each artist by MBID (`--id`) or by name; names are not corrected to others."""
    fixed = {"method": "artist.getinfo", "format": "json", "autocorrect": 0}
    found = [address(base, "/2.0/", {**fixed, "mbid": id}) for id in ask.ids]
    found += [address(base, "/2.0/", {**fixed, "artist": name}) for name in ask.artists]
    if not found:
        raise refuse(ask, "lastfm", "give --artist NAME or --id MBID")
    return tuple(found)


def after(url: str, payload: Any) -> After:  # noqa: ARG001  as all modules have it
    """One answer is all; an error comes with status 200."""
    answer = table(payload)
    return After(refused=str(answer.get("message") or answer["error"])[:300]) if "error" in answer else After()
