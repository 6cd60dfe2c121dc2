"""From an extraction to the records that resolution works on: names of sources, ranks, keys, references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from mystage.application.ports.readers import ReaderInfo
from mystage.domain.pipeline.scrapes import Extraction
from mystage.domain.pipeline.urls import host_of
from mystage.domain.sources import (
    AnyClaim,
    ArtistClaim,
    Claims,
    ManifestSource,
    PerformanceClaim,
    SourceRank,
    VenueClaim,
    entity_source_id,
)
from mystage.domain.values import Kind, digest_id

KIND_OF: dict[type[AnyClaim], Kind] = {
    VenueClaim: Kind.VENUE,
    ArtistClaim: Kind.ARTIST,
    PerformanceClaim: Kind.PERFORMANCE,
}


UNNAMED = frozenset({"web", "file"})
"""Origins of what a person named without saying whose it is."""


@dataclass(frozen=True, slots=True)
class Record:
    """One claim on its way into resolution. A performance names the entity sources of its venue and artists."""

    id: str
    kind: Kind
    source: str
    rank: SourceRank
    claim: AnyClaim
    extraction: Extraction
    venue_source: str | None = None
    artist_sources: tuple[str, ...] = ()


def records_of(
    extraction: Extraction, claims: Claims, manifest: ManifestSource | None, reader: ReaderInfo
) -> list[Record]:
    """The records of an extraction: venues and artists first, since performances refer to them."""
    source = manifest.name if manifest is not None else source_name(extraction, claims, reader)
    if manifest is None and extraction.source not in UNNAMED:
        source = extraction.source
    rank = manifest.rank if manifest is not None and manifest.rank is not None else reader.rank
    return list(_records(extraction, claims, source, rank))


def _records(extraction: Extraction, claims: Claims, source: str, rank: SourceRank) -> Iterator[Record]:
    site = host_of(extraction.url)
    venues = {venue.key: entity_source_id(source, Kind.VENUE, venue.key) for venue in claims.venues}
    artists = {artist.key: entity_source_id(source, Kind.ARTIST, artist.key) for artist in claims.artists}
    for venue in claims.venues:
        yield Record(venues[venue.key], Kind.VENUE, source, _own(rank, site, venue.website), venue, extraction)
    for artist in claims.artists:
        yield Record(artists[artist.key], Kind.ARTIST, source, _own(rank, site, artist.website), artist, extraction)
    for claim in claims.performances:
        yield Record(
            entity_source_id(source, Kind.PERFORMANCE, claim.key),
            Kind.PERFORMANCE,
            source,
            rank,
            claim,
            extraction,
            venues.get(claim.venue or ""),
            tuple(artists[key] for key in claim.artists if key in artists),
        )


def _own(rank: SourceRank, site: str, website: str | None) -> SourceRank:
    """A generic page that stands on the thing's own site speaks for it."""
    own = bool(site) and website is not None and host_of(website) == site
    return min(rank, SourceRank.OWN_SITE) if own and rank > SourceRank.OWN_SITE else rank


def source_name(extraction: Extraction, claims: Claims, reader: ReaderInfo) -> str:
    """The name of a source without a manifest entry: the provider, or for an open format the site it came from.

    A file of unknown origin is a source of its own, since ids of two such files mean nothing to each other.
    """
    if not reader.open_format:
        return reader.name
    site = host_of(extraction.url) or _site_of_claims(claims)
    return site or "file-" + digest_id(urlsplit(extraction.url).path or extraction.url)[:8]


def _site_of_claims(claims: Claims) -> str:
    """The site that most claims of a file say they come from."""
    everything: list[AnyClaim] = [*claims.performances, *claims.venues, *claims.artists]
    hosts = Counter(host_of(claim.url) for claim in everything if claim.url)
    hosts.pop("", None)
    return min(hosts, key=lambda host: (-hosts[host], host)) if hosts else ""
