"""The prepared form of kept records: performances need their venue and artists as of now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.resolution.records import Side, prepare_claim, prepare_performance
from mystage.domain.sources import ENTITY_SOURCES, AnyClaim, ArtistClaim, EntitySource, PerformanceClaim, VenueClaim


async def sides_of(unit: UnitOfWork, sources: Iterable[EntitySource]) -> dict[str, Side]:
    """The prepared forms of records by id, their references resolved as of now."""
    wanted = list(sources)
    refs = [ref for source in wanted for ref in (source.venue_source, *source.artist_sources) if ref]
    found = await unit.of(ENTITY_SOURCES).get_many(refs)
    entity = {id: s.entity_id for id, s in found.items()}
    claims = {id: s.claim for id, s in found.items()}
    return {source.id: _side(source, entity, claims) for source in wanted}


def _side(source: EntitySource, entity: Mapping[str, str], claims: Mapping[str, AnyClaim]) -> Side:
    claim = source.claim
    if not isinstance(claim, PerformanceClaim):
        return prepare_claim(source.id, source.source, claim)
    return performance_side(
        source.id, source.source, claim, (source.venue_source, source.artist_sources), entity, claims
    )


def performance_side(
    id: str,
    source: str,
    claim: PerformanceClaim,
    refs: tuple[str | None, Iterable[str]],
    entity: Mapping[str, str],
    claims: Mapping[str, AnyClaim],
) -> Side:
    """The prepared form of a performance; `entity` and `claims` tell, for the records it names, their entity and claim."""
    venue_ref, artist_refs = refs
    venue = claims.get(venue_ref or "")
    artists = [(entity[ref], claims[ref]) for ref in artist_refs if ref in entity and ref in claims]
    return prepare_performance(
        id,
        source,
        claim,
        venue_id=entity.get(venue_ref or "", ""),
        venue_name=venue.name if isinstance(venue, VenueClaim) else "",
        artists=[(entity_id, artist.name) for entity_id, artist in artists if isinstance(artist, ArtistClaim)],
    )
