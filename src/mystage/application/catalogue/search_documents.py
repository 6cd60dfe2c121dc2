"""What the search index keeps of each canonical entity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mystage.application.ports.search import SearchDocument
from mystage.domain.catalog import Artist, Performance, Venue
from mystage.domain.values import GeoPoint, Kind, wall_day


def venue_document(venue: Venue) -> SearchDocument:
    """A venue, found by its names, at its point; its categories are no genres and do not find it."""
    return SearchDocument(
        id=venue.id,
        kind=Kind.VENUE,
        name=venue.name,
        also=_others(venue.name, venue.alt_names),
        locality=venue.locality,
        region=venue.region,
        country=venue.country,
        point=_point(venue),
        weight=float(len(venue.sources)),
    )


def artist_document(artist: Artist) -> SearchDocument:
    """An artist, found by its names; the country is where it comes from."""
    return SearchDocument(
        id=artist.id,
        kind=Kind.ARTIST,
        name=artist.name,
        also=_others(artist.name, artist.alt_names),
        country=artist.country,
        genres=artist.genres,
        weight=float(len(artist.sources)),
    )


def performance_document(performance: Performance, venue: Venue | None, artists: Sequence[Artist]) -> SearchDocument:
    """A show, found by its title, its artists and its venue under all their names, at the venue's place.

    `until` is the last calendar day: the day of the end, or the only day. Without a venue the words that tell its
    place find it. A show without genres of its own has those of its artists.
    """
    artist_names = tuple(artist.name for artist in artists if artist.name)
    day, until = _days(performance)
    return SearchDocument(
        id=performance.id,
        kind=Kind.PERFORMANCE,
        name=performance.title or ", ".join(artist_names),
        also=_also(performance, venue, artists),
        locality=venue.locality if venue else None,
        region=venue.region if venue else None,
        country=venue.country if venue else None,
        genres=performance.genres or _unique(genre for artist in artists for genre in artist.genres),
        venue_id=performance.venue_id,
        venue=venue.name if venue else None,
        artists=artist_names,
        point=_point(venue) if venue else None,
        day=day,
        until=until,
        start_local=performance.start_local,
        status=performance.status.value,
        weight=float(len(performance.sources)),
    )


def _also(performance: Performance, venue: Venue | None, artists: Sequence[Artist]) -> tuple[str, ...]:
    """Other names of its artists and venue, which have their own fields, and its place in words."""
    names = [name for artist in artists for name in artist.alt_names]
    names += venue.alt_names if venue else ()
    names += (performance.place,) if performance.place and not venue else ()
    return _others(performance.title, names)


def _days(performance: Performance) -> tuple[str | None, str | None]:
    """First and last calendar day at the venue; an end before the start (a slip of the source) counts as the start."""
    if performance.start_local is None:
        return None, None
    day = wall_day(performance.start_local)
    until = wall_day(performance.end_local) if performance.end_local else day
    return day.isoformat(), max(day, until).isoformat()


def _point(venue: Venue) -> GeoPoint | None:
    if venue.lat is None or venue.lon is None:
        return None
    return GeoPoint(lat=venue.lat, lon=venue.lon)


def _others(name: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(other for other in _unique(names) if other != name)


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
