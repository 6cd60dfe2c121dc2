"""`Side`: one record, prepared once for blocking and scoring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mystage.domain.errors import Invalid
from mystage.domain.resolution.normalise import fold, name_key, place_key, site_key
from mystage.domain.resolution.venues.place import Place, build
from mystage.domain.sources import ArtistClaim, EntitySource, PerformanceClaim, PerformanceKind, VenueClaim
from mystage.domain.values import Kind, wall_minutes

NO_WORDS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Side:
    """The prepared features of one record; empty texts, sets and None where the record does not say."""

    id: str
    """The entity source's id."""
    kind: Kind
    source: str
    key: str
    """The source's own key."""
    identifiers: Mapping[str, str]
    """Namespace -> id."""
    names: tuple[str, ...] = ()
    """Name keys: the name (a performance: its title) first, then other names."""
    marks: frozenset[str] = NO_WORDS
    """What the name says that its key may not: `tribute`, `dj set`, `festival`."""
    country: str = ""
    site: str = ""
    profiles: frozenset[str] = NO_WORDS
    """`host/handle` of profiles on shared hosts."""
    genres: frozenset[str] = NO_WORDS
    place: str = ""
    """A performance's place in words."""
    day: str = ""
    minutes: int | None = None
    """Start, in minutes after midnight."""
    doors: int | None = None
    venue_id: str = ""
    venue_name: str = ""
    artist_ids: tuple[str, ...] = ()
    artist_names: tuple[str, ...] = ()
    venue: Place | None = None
    """A venue, prepared."""

    @property
    def name(self) -> str:
        """The key of the main name, or empty."""
        return self.names[0] if self.names else ""


_TRIBUTE = re.compile(
    r"\btributes?\b|\bexperience\s*$|\b(?:perform|play|sing)(?:ing|s|ed)?\s+(?:the\s+)?(?:music|songs|hits)\s+of\b"
    r"|^the (?:music|songs) of\b|\bcover ?band\b|\ba salute to\b|\bhomm?age\b|\bplays?\s+the\s+music\b|\bcelebrating\b"
)
_DJ_SET = re.compile(r"\bdj[\s-]*set\b")
_FESTIVAL = re.compile(r"\b(?:festivals?|fest|festivalen|open ?air)\b")


@lru_cache(maxsize=1 << 15)
def marks_of(text: str, kind: Kind) -> frozenset[str]:
    """What the words of a name say of its bearer beyond the name itself."""
    folded = fold(text)
    found = [
        mark for mark, pattern in (("tribute", _TRIBUTE), ("dj set", _DJ_SET), ("festival", _FESTIVAL))
        if pattern.search(folded)
    ]  # fmt: skip
    if kind is Kind.VENUE:  # a venue called "The Fillmore Experience" is no tribute act
        found = [mark for mark in found if mark == "festival"]
    return frozenset(found) if found else NO_WORDS


def _names(first: str | None, others: Iterable[str] = ()) -> tuple[str, ...]:
    keys = dict.fromkeys(name_key(name) for name in ((first,) if first else ()) + tuple(others)[:8])
    return tuple(key for key in keys if key)


def _profiles(*links: str | None) -> frozenset[str]:
    keys = [site_key(link) for link in links[:12] if link]
    return frozenset([key for key in keys if "/" in key]) if keys else NO_WORDS


def _folded(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset([place_key(value) for value in values]) if values else NO_WORDS


def _site(website: str | None) -> str:
    key = site_key(website) if website else ""
    return "" if "/" in key else key


def prepare(record: EntitySource) -> Side:
    """The prepared form of a kept venue or artist (a performance needs `prepare_performance`)."""
    claim = record.claim
    if isinstance(claim, PerformanceClaim):
        raise Invalid(
            "a performance is prepared with its venue and artists", where=record.id, hint="use prepare_performance"
        )
    return prepare_claim(record.id, record.source, claim)


def prepare_claim(source_id: str, source: str, claim: VenueClaim | ArtistClaim) -> Side:
    """The prepared form of a venue's or artist's claim; `source_id` is the id of its entity source."""
    if isinstance(claim, ArtistClaim):
        return Side(
            id=source_id,
            kind=Kind.ARTIST,
            source=source,
            key=claim.key,
            identifiers=claim.identifiers,
            names=_names(claim.name, claim.alt_names),
            marks=marks_of(claim.name, Kind.ARTIST),
            country=claim.country or "",
            site=_site(claim.website),
            profiles=_profiles(claim.website, *claim.links),
            genres=_folded(claim.genres),
        )
    return Side(
        id=source_id,
        kind=Kind.VENUE,
        source=source,
        key=claim.key,
        identifiers=claim.identifiers,
        names=_names(claim.name, claim.alt_names),
        marks=marks_of(claim.name, Kind.VENUE),
        venue=_venue(source_id, source, claim),
    )


def _venue(source_id: str, source: str, claim: VenueClaim) -> Place:
    return build(
        id=source_id,
        source=source,
        names=(claim.name, *claim.alt_names),
        street=claim.street or "",
        town=claim.locality or "",
        region=claim.region or "",
        postal=claim.postal_code or "",
        country=claim.country or "",
        lat="" if claim.lat is None else repr(claim.lat),
        lon="" if claim.lon is None else repr(claim.lon),
        phone=claim.phone or "",
        website=claim.website or "",
        links=claim.links,
    )


def prepare_performance(  # the order in which all preparers take them
    source_id: str,
    source: str,
    claim: PerformanceClaim,
    venue_id: str = "",
    venue_name: str = "",
    artists: Sequence[tuple[str, str]] = (),
) -> Side:
    """The prepared form of a performance.

    Args:
        source_id: id of its entity source.
        source: the source's name.
        claim: what the source says.
        venue_id: id of the canonical venue, or empty.
        venue_name: the venue's name, or empty.
        artists: id and name of each canonical artist, in billing order.
    """
    start = claim.start_local or ""
    marks = marks_of(claim.title, Kind.PERFORMANCE) if claim.title else NO_WORDS
    if claim.kind is PerformanceKind.FESTIVAL:
        marks |= {"festival"}
    if artists:
        marks |= marks_of(artists[0][1], Kind.ARTIST) - {"festival"}
    return Side(
        id=source_id,
        kind=Kind.PERFORMANCE,
        source=source,
        key=claim.key,
        identifiers=claim.identifiers,
        names=_names(claim.title),
        marks=marks,
        genres=_folded(claim.genres),
        place=place_key(claim.place) if claim.place else "",
        day=start[:10],
        minutes=wall_minutes(start) if start else None,
        doors=wall_minutes(claim.doors_local) if claim.doors_local else None,
        venue_id=venue_id,
        venue_name=name_key(venue_name) if venue_name else "",
        artist_ids=tuple(id_ for id_, _ in artists),
        artist_names=tuple(name_key(name) for _, name in artists),
    )
