"""Match keys: two records that may be one share at least one of a few selective keys.

A record keeps its `match_keys`; a new record looks for its `query_keys`, which add the neighbours of its position.
Every key starts with a letter of its kind, so that kinds never meet.
"""

from __future__ import annotations

from collections.abc import Iterator

from mystage.domain.resolution.artists import keys as artists
from mystage.domain.resolution.performances import keys as performances
from mystage.domain.resolution.records import Side
from mystage.domain.resolution.venues.keys import keys as place_keys
from mystage.domain.values import Kind, digest_id

STORED_LIMIT = 16
QUERY_LIMIT = 30
_LONGEST = 64


def match_keys(side: Side) -> tuple[str, ...]:
    """The keys under which a record is kept: at most 16, deterministic."""
    return _keys(side, STORED_LIMIT, query=False)


def query_keys(side: Side) -> tuple[str, ...]:
    """The keys under which to look for the likes of a record: at most 30."""
    return _keys(side, QUERY_LIMIT, query=True)


def _keys(side: Side, limit: int, *, query: bool) -> tuple[str, ...]:
    if side.kind is Kind.VENUE:
        keys = _venue_keys(side, query=query)
    elif side.act:
        keys = artists.keys(side.act)
    else:
        keys = performances.keys(side.show) if side.show else iter(())
    unique = list(dict.fromkeys(_short(side.kind.value[0] + ":" + key) for key in keys))
    return tuple(unique[:limit])


def _short(key: str) -> str:
    return key if len(key) <= _LONGEST else digest_id(key, prefix=key[:4])


def _identifier_keys(side: Side) -> Iterator[str]:
    for namespace, value in sorted(side.identifiers.items())[:3]:
        yield f"id:{namespace}:{value}"


def _venue_keys(side: Side, *, query: bool) -> Iterator[str]:
    yield from _identifier_keys(side)
    if side.venue is not None:
        yield from place_keys(side.venue, query=query)
