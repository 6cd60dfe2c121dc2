"""Show one entity: following merges, with what it refers to, its lineage and its story."""

from __future__ import annotations

from collections.abc import Iterable

from mystage.application.catalogue.entities import entities, following, members
from mystage.application.ports.agents import MODEL
from mystage.application.ports.documents import DocumentStore
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.catalog import ARTISTS, PERFORMANCES, VENUES, AnyEntity, Artist, Performance, Venue
from mystage.domain.merging.conflicts import Conflict, conflicts
from mystage.domain.merging.policies import Policies
from mystage.domain.pipeline.images import ENTITY_IMAGES, EntityImage
from mystage.domain.pipeline.scrapes import EXTRACTIONS
from mystage.domain.proofs import Evidence
from mystage.domain.resolution.judgements import JUDGEMENTS, Judgement
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Model, evolve


class Lineage(Model):
    """Where an entity comes from: its entity sources, the judgements that hold them together, ids merged into it."""

    sources: tuple[EntitySource, ...]
    judgements: tuple[Judgement, ...]
    merged_ids: tuple[str, ...]
    evidence: dict[str, tuple[Evidence, ...]] = {}  # noqa: RUF012  pydantic copies defaults
    """Entity source -> the words of the page behind its values, where a model has read it."""


class Shown(Model):
    """An entity as people see it. `redirected_from` is the id that was asked for, where that was merged away."""

    entity: Venue | Artist | Performance
    redirected_from: str | None = None
    venue: Venue | None = None
    artists: tuple[Artist, ...] = ()
    performances: tuple[Performance, ...] = ()
    """Shows at the venue, or of the artist, by start."""
    image: EntityImage | None = None
    """The picture that stands for it, and where that is from."""
    conflicts: tuple[Conflict, ...] = ()
    """Fields for which its sources name different values."""
    lineage: Lineage | None = None


class Show:
    """Reads entities."""

    def __init__(self, store: DocumentStore, policies: Policies | None = None) -> None:
        self._store = store
        self._policies = policies or Policies()

    async def entity(self, id: str, *, lineage: bool = False, performances: int = 50) -> Shown:
        """The entity of an id (merges followed). Raises NotFound, Invalid for a text that is no id."""
        unit = UnitOfWork(self._store)
        entity = await following(unit, id)
        shown = Shown(entity=entity, redirected_from=id if entity.id != id else None)
        if isinstance(entity, Performance):
            venue = await unit.of(VENUES).get(entity.venue_id) if entity.venue_id else None
            artists = await unit.of(ARTISTS).get_many(entity.artist_ids)
            bill = tuple(artists[i] for i in entity.artist_ids if i in artists)
            shown = Shown(entity=entity, redirected_from=shown.redirected_from, venue=venue, artists=bill)
        else:
            shows = await self._performances(unit, entity, performances)
            shown = Shown(entity=entity, redirected_from=shown.redirected_from, performances=shows)
        more: dict[str, object] = {"conflicts": await self._conflicts(unit, entity)}
        image = await unit.of(ENTITY_IMAGES).get(entity.id)
        if image is not None and image.picture is not None:
            more["image"] = image if lineage else evolve(image, passed_over=(), marks=())
        if lineage:
            more["lineage"] = await self._lineage(unit, entity)
        return Shown.model_validate({**dict(shown), **more})

    async def _conflicts(self, unit: UnitOfWork, entity: AnyEntity) -> tuple[Conflict, ...]:
        if len(entity.sources) < 2:
            return ()
        here = (await members(unit, (entity.id,)))[entity.id]
        refs = [ref for s in here for ref in (s.venue_source, *s.artist_sources) if ref]
        found = {id: s.entity_id for id, s in (await unit.of(ENTITY_SOURCES).get_many(refs)).items()}
        return conflicts(entity.kind, here, found, self._policies)

    async def _performances(self, unit: UnitOfWork, entity: AnyEntity, limit: int) -> tuple[Performance, ...]:
        repository = unit.of(PERFORMANCES)
        if isinstance(entity, Venue):
            found = await repository.find(venue_id=entity.id, merged_into=None, deleted_at=None)
        else:
            found = await repository.find(artist_ids__any=(entity.id,), merged_into=None, deleted_at=None)
        return tuple(sorted(found, key=lambda p: (p.start_local or "9999", p.id))[:limit])

    async def _lineage(self, unit: UnitOfWork, entity: AnyEntity) -> Lineage:
        sources = (await members(unit, (entity.id,)))[entity.id]
        repository = unit.of(JUDGEMENTS)
        ids = [source.id for source in sources]
        judged = {j.id: j for side in ("left", "right") for j in await repository.find_by(side, ids)}
        merged = await entities(unit, entity.kind).find(merged_into=entity.id)
        return Lineage(
            sources=tuple(sources),
            judgements=tuple(judged[id] for id in sorted(judged)),
            merged_ids=tuple(sorted(e.id for e in merged)),
            evidence=await _evidence(unit, sources),
        )


async def _evidence(unit: UnitOfWork, sources: Iterable[EntitySource]) -> dict[str, tuple[Evidence, ...]]:
    """The quotes behind what a model has read. Those of a reading that is too large for its document are left out."""
    read = [source for source in sources if source.reader.startswith(f"{MODEL}/")]
    found = await unit.of(EXTRACTIONS).get_many(source.extraction_id for source in read)
    proofs = {}
    for source in read:
        extraction = found.get(source.extraction_id)
        if extraction is not None and extraction.reading is not None:
            mine = [e for e in extraction.reading.evidence if e.kind is source.kind and e.key == source.key]
            proofs[source.id] = tuple(mine)
    return proofs
