"""`Side`: one record, prepared once for blocking and scoring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mystage.domain.errors import Invalid
from mystage.domain.resolution.artists.record import Act, act_of
from mystage.domain.resolution.marks import NO_MARKS, marks_of
from mystage.domain.resolution.normalise import name_key, site_key
from mystage.domain.resolution.performances.record import Show, show_of
from mystage.domain.resolution.venues.place import Place, build
from mystage.domain.sources import ArtistClaim, EntitySource, PerformanceClaim, VenueClaim
from mystage.domain.values import Kind

NO_WORDS = NO_MARKS


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
    venue: Place | None = None
    """A venue, prepared."""
    act: Act | None = None
    """An artist, prepared."""
    show: Show | None = None
    """A performance, prepared."""

    @property
    def name(self) -> str:
        """The key of the main name, or empty."""
        return self.names[0] if self.names else ""


def _names(first: str | None, others: Iterable[str] = ()) -> tuple[str, ...]:
    keys = dict.fromkeys(name_key(name) for name in ((first,) if first else ()) + tuple(others)[:8])
    return tuple(key for key in keys if key)


def _profiles(*links: str | None) -> frozenset[str]:
    keys = [site_key(link) for link in links[:12] if link]
    return frozenset([key for key in keys if "/" in key]) if keys else NO_WORDS


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
            act=act_of(source_id, source, claim),
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
    return Side(
        id=source_id,
        kind=Kind.PERFORMANCE,
        source=source,
        key=claim.key,
        identifiers=claim.identifiers,
        show=show_of(source_id, source, claim, venue_id, venue_name, artists),
    )
