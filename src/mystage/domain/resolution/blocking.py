"""Match keys: two records that may be one share at least one of a few selective keys.

A record keeps its `match_keys`; a new record looks for its `query_keys`, which add the neighbours of its position.
Every key starts with a letter of its kind, so that kinds never meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from mystage.domain.resolution.records import Side
from mystage.domain.resolution.venues.keys import keys as place_keys
from mystage.domain.values import Kind, digest_id

STORED_LIMIT = 16
QUERY_LIMIT = 30
_LONGEST = 64
NIGHT_ENDS = 5 * 60
"""A start before this (minutes after midnight) may be told as of the evening before."""
NIGHT_STARTS = 22 * 60 + 30


def match_keys(side: Side) -> tuple[str, ...]:
    """The keys under which a record is kept: at most 16, deterministic."""
    return _keys(side, STORED_LIMIT, query=False)


def query_keys(side: Side) -> tuple[str, ...]:
    """The keys under which to look for the likes of a record: at most 30."""
    return _keys(side, QUERY_LIMIT, query=True)


def _keys(side: Side, limit: int, *, query: bool) -> tuple[str, ...]:
    if side.kind is Kind.VENUE:
        keys = _venue_keys(side, query=query)
    elif side.kind is Kind.ARTIST:
        keys = _artist_keys(side)
    else:
        keys = _performance_keys(side)
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


def _artist_keys(side: Side) -> Iterator[str]:
    yield from _identifier_keys(side)
    if side.site:
        yield f"st:{side.site}"
    for name in side.names[:3]:
        yield f"n:{name}"
    first = side.name
    if first:
        yield f"t:{' '.join(sorted(first.split()))}"
        yield f"c:{first.replace(' ', '')}"
        yield f"k:{skeleton(first)}"
    yield from (f"pr:{profile}" for profile in sorted(side.profiles)[:2])


def skeleton(name: str) -> str:
    """The name without vowels, doubled letters and spaces (what most misspellings leave), if enough is left of it."""
    compact = name.replace(" ", "")
    bones = compact[:1] + "".join(c for before, c in pairwise(compact) if c not in "aeiouyh" and c != before)
    return bones if len(bones) > 3 else compact


def days_of(side: Side) -> tuple[str, ...]:
    """The day of the start, and the neighbouring day where a start near midnight may be told either way."""
    if not side.day or side.minutes is None:
        return (side.day,) if side.day else ()
    if side.minutes < NIGHT_ENDS:
        return side.day, _moved(side.day, -1)
    if side.minutes >= NIGHT_STARTS:
        return side.day, _moved(side.day, 1)
    return (side.day,)


def _moved(day: str, by: int) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=by)).isoformat()
    except OverflowError:  # the first and the last day of the calendar have one neighbour
        return day


def _performance_keys(side: Side) -> Iterator[str]:
    yield from _identifier_keys(side)
    days = days_of(side)
    if side.venue_id:
        yield from (f"at:{side.venue_id}:{day}" for day in days)
    yield from (f"by:{artist}:{day}" for artist in side.artist_ids[:3] for day in days)
    if side.name:
        yield from (f"t:{side.name}:{day}:{side.place.partition(' ')[0]}" for day in days)
