"""MusicBrainz WS/2: an artist by name, taken only where it is certain.

https://musicbrainz.org/doc/MusicBrainz_API
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from mystage.adapters.live.kit import address, changed, number, params_of, path_of, refuse, rows, table
from mystage.application.ports.live import After, Signed
from mystage.domain.pipeline.discovery import Ask
from mystage.domain.sources import fold_text

_CERTAIN: Final = 95
"""Score of the search (0 to 100) from which a name's bearer is considered."""
_NOT_LUCENE: Final = str.maketrans(dict.fromkeys('\\"', " "))


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """A search for each artist's name, or the artist by its MBID (`--id`)."""
    found = [_lookup(base, id) for id in ask.ids if _mbid(id)]
    for name in ask.artists:
        query = f'artist:"{name.translate(_NOT_LUCENE)}"'
        found.append(address(base, "/ws/2/artist", {"query": query, "fmt": "json", "limit": 5, "name": name,
                                                    "country": ask.country}))  # fmt: skip
    if not found:
        raise refuse(ask, "musicbrainz", "give --artist NAME or --id MBID")
    return tuple(found)


def send(url: str) -> Signed:
    """Without what the search is to find out, which is ours to know."""
    return Signed(changed(url, name=None, country=None))


def after(url: str, payload: Any) -> After:
    """From a search to the one artist that bears the name; to none where two do."""
    wanted = params_of(url).get("name")
    if wanted is None or not path_of(url).endswith("/artist"):
        return After()
    country = params_of(url).get("country")
    bearers = [a for a in map(table, rows(table(payload).get("artists"))) if _bears(a, wanted)]
    if len(bearers) > 1 and country:
        bearers = [a for a in bearers if a.get("country") == country]
    if len(bearers) != 1:
        return After(read=False)
    base = url.partition("/ws/2/")[0]
    return After((_lookup(base, str(bearers[0]["id"])),), read=False)


def _bears(artist: dict[str, Any], wanted: str) -> bool:
    names = [artist.get("name"), *(table(alias).get("name") for alias in rows(artist.get("aliases")))]
    same = any(isinstance(name, str) and fold_text(name) == fold_text(wanted) for name in names)
    return same and number(artist.get("score")) >= _CERTAIN and _mbid(str(artist.get("id")))


def _lookup(base: str, mbid: str) -> str:
    return address(base, f"/ws/2/artist/{mbid}", {"inc": "aliases+genres+url-rels", "fmt": "json"})


def _mbid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
