"""setlist.fm API 1.0: concerts that an artist has given, by MBID.

https://api.setlist.fm/docs/1.0/index.html
"""

from __future__ import annotations

from typing import Any, Final

from mystage.adapters.live.kit import address, changed, number, params_of, path_of, refuse, table
from mystage.application.ports.live import After, Signed
from mystage.domain.pipeline.discovery import Ask

SIZE: Final = 20
MOST: Final = 5
"""Pages of an artist's past concerts: the newest hundred."""


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """The setlists of each artist by MBID; a name must be made an MBID first."""
    if not ask.ids:
        raise refuse(ask, "setlistfm", "give --id MBID (mystage discover musicbrainz --artist NAME finds it)")
    return tuple(address(base, f"/rest/1.0/artist/{id}/setlists", {"p": 1}) for id in ask.ids)


def send(url: str) -> Signed:
    """It answers XML unless asked for JSON."""
    return Signed(url, headers=(("Accept", "application/json"),))


def after(url: str, payload: Any) -> After:
    """Further pages of an artist's setlists, up to `MOST`."""
    if not path_of(url).endswith("/setlists") or number(params_of(url).get("p"), 1) != 1:
        return After()
    total = min(number(table(payload).get("total")), MOST * SIZE)
    return After(tuple(changed(url, p=n) for n in range(2, 1 - (-total // SIZE))))
