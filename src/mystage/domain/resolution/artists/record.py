"""One artist, prepared once for blocking and scoring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mystage.domain.resolution.artists.names import ActName, act_name
from mystage.domain.resolution.normalise import place_key, site_key
from mystage.domain.sources import ArtistClaim

NOTHING: frozenset[str] = frozenset()
_MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Act:
    """What is compared of an artist; empty texts and sets where the record does not say."""

    id: str
    source: str
    key: str
    identifiers: Mapping[str, str]
    names: tuple[ActName, ...]
    """The name first, then other names."""
    country: str = ""
    """ISO 3166-1 alpha-2."""
    sites: frozenset[str] = NOTHING
    profiles: Mapping[str, str] = None  # type: ignore[assignment]  # set by `act_of`; a mapping is no default
    """Host -> `host/handle` of profiles on shared hosts."""
    genres: frozenset[str] = NOTHING
    """Folded."""
    genre_words: frozenset[str] = NOTHING


def act_of(source_id: str, source: str, claim: ArtistClaim) -> Act:
    """The prepared form of an artist's claim."""
    return make_act(
        source_id,
        source,
        claim.key,
        names=(claim.name, *claim.alt_names),
        identifiers=claim.identifiers,
        country=claim.country or "",
        links=[link for link in (claim.website, *claim.links) if link],
        genres=claim.genres,
    )


def make_act(
    id: str,
    source: str,
    key: str,
    *,
    names: Iterable[str],
    identifiers: Mapping[str, str],
    country: str = "",
    links: Iterable[str] = (),
    genres: Iterable[str] = (),
) -> Act:
    """The prepared form of an artist's fields. Links are the act's own site and its profiles, in any order."""
    known: dict[str, ActName] = {}
    for text in names:
        name = act_name(text)
        if name.key and len(known) < _MOST_NAMES:
            known.setdefault(name.key, name)
    found = tuple(known.values())
    keys = [key for link in links if (key := site_key(link))]
    folded = frozenset([place_key(genre) for genre in genres])
    return Act(
        id=id,
        source=source,
        key=key,
        identifiers=identifiers,
        names=found,
        country=country or (found[0].country if found else ""),
        sites=frozenset([key for key in keys if "/" not in key]),
        profiles={key.partition("/")[0]: key for key in reversed(keys) if "/" in key},
        genres=folded,
        genre_words=frozenset([word for genre in folded for word in genre.split()]),
    )
