"""Match keys: two records that may be one share at least one of a few selective keys.

A record keeps its `match_keys`; a new record looks for its `query_keys`, which add the neighbours of its position.
Every key starts with a letter of its kind, so that kinds never meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mystage.domain.resolution.artists import keys as artists
from mystage.domain.resolution.performances import keys as performances
from mystage.domain.resolution.records import Side
from mystage.domain.resolution.vocabulary import KIND_WORDS, STREET_CODES
from mystage.domain.values import Kind, digest_id

STORED_LIMIT = 12
QUERY_LIMIT = 30
_LONGEST = 64
_CELLS_PER_DEGREE = 100
"""Cells of about 1.1 km from south to north."""


def match_keys(side: Side) -> tuple[str, ...]:
    """The keys under which a record is kept: at most 12, deterministic."""
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


def stems(name: str) -> tuple[str, ...]:
    """The start of a name's first telling word, and start and end of its last: one typing error leaves one of them."""
    words = name.split()
    telling = [word for word in words if word not in KIND_WORDS] or words
    if not telling:
        return ()
    return tuple(dict.fromkeys((telling[0][:3], telling[-1][:3], "-" + telling[-1][-2:])))


def _venue_keys(side: Side, *, query: bool) -> Iterator[str]:
    name = side.name
    yield from _identifier_keys(side)
    if side.phone:
        yield f"ph:{side.phone}"
    if side.house and side.street:
        yield f"hs:{side.house}:{street_stem(side.street)}"
    if side.site:
        yield f"st:{side.site}:{side.town}"
    yield from (f"nt:{other}:{side.town}" for other in side.names[:2] if side.town)
    yield from _name_keys(side, query=query)
    yield from (f"ce:{cell}:{stem}" for cell in _cells(side, query=query) for stem in stems(name))
    if side.postal:
        yield from (f"pc:{side.postal}:{stem}" for stem in stems(name))


def _name_keys(side: Side, *, query: bool) -> Iterator[str]:
    """The name alone, for records that do not say where: `n:` is kept by all, `n0:` by those without any place."""
    placeless = not (side.town or side.point or side.postal)
    if placeless or not query:
        yield f"n:{side.name}"
    if placeless or query:
        yield f"n0:{side.name}"


def street_stem(street: str) -> str:
    """The start of the street's first word that is no type and no direction."""
    words = street.split()
    return next((word for word in words if word not in STREET_CODES), words[0])[:4]


def _cells(side: Side, *, query: bool) -> Iterable[str]:
    """The cell of the position; a query adds the three cells that are nearest to it (so at least 0.5 km around)."""
    if side.point is None:
        return ()
    y, x = side.point[0] * _CELLS_PER_DEGREE, side.point[1] * _CELLS_PER_DEGREE
    row, column = int(y // 1), int(x // 1)
    if not query:
        return (f"{row}.{column}",)
    rows = (row, row + (1 if y % 1 >= 0.5 else -1))
    columns = (column, column + (1 if x % 1 >= 0.5 else -1))
    return [f"{r}.{c}" for r in rows for c in columns]
