"""Rebuild: the canonical entities are a pure function of entity sources and judgements; this proves or restores it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any, TypeVar

from mystage.application.catalogue.entities import COLLECTIONS, kind_of, merge_task, publish_task
from mystage.application.ports.documents import DocumentStore, Query
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.catalog import AnyEntity
from mystage.domain.merging.building import build_entity
from mystage.domain.merging.digest import content_digest
from mystage.domain.merging.merge import merge
from mystage.domain.merging.policies import Policies
from mystage.domain.resolution.clusters import components
from mystage.domain.resolution.judgements import JUDGEMENTS, Judgement
from mystage.domain.schema import Collection
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, Model

D = TypeVar("D", bound=Model)
_PAGE = 500


class Difference(Model):
    """One place where what is kept is not what the sources and judgements say."""

    entity: str
    what: str


class Rebuilt(Model):
    """The result of a check. `digest` is equal for two catalogues of equal content, whatever their ids and order."""

    entities: int
    entity_sources: int
    digest: str
    differences: tuple[Difference, ...]


class Rebuild:
    """Recomputes the catalogue and compares it with what is kept. Reads everything; holds the sources in memory."""

    def __init__(self, store: DocumentStore, policies: Policies, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._policies = policies
        self._clock = clock
        self._ids = ids

    async def check(self) -> Rebuilt:
        """Recompute all, compare with what is kept, and fingerprint the content."""
        everything = {s.id: s async for s in self._all(ENTITY_SOURCES)}
        sources = {id: s for id, s in everything.items() if s.withdrawn_at is None}
        kept: dict[str, AnyEntity] = {e.id: e for kind in Kind for e in await self._entities(kind)}
        grouped: dict[str, list[EntitySource]] = {}
        for source in sources.values():
            grouped.setdefault(source.entity_id, []).append(source)
        differences = [*self._clusters(everything, [j async for j in self._all(JUDGEMENTS)]), *_strays(grouped, kept)]
        shown = []
        for id, entity in sorted(kept.items()):
            if entity.merged_into is None and id in grouped:
                differences.extend(self._compared(entity, grouped[id], sources))
            elif entity.live:
                differences.append(Difference(entity=id, what="it is shown, but has no sources"))
            if entity.live:
                shown.append(entity)
        return Rebuilt(
            entities=len(shown),
            entity_sources=len(sources),
            digest=content_digest(shown, kept),
            differences=tuple(differences),
        )

    async def repair(self, found: Rebuilt) -> None:
        """Queue every entity that differs to be merged and published again."""

        async def action(unit: UnitOfWork) -> None:
            for difference in found.differences:
                unit.queue(merge_task(kind_of(difference.entity), difference.entity))
                unit.queue(publish_task(kind_of(difference.entity), difference.entity))

        await decide(self._store, self._clock, self._ids, action)

    def _compared(
        self, entity: AnyEntity, members: list[EntitySource], sources: dict[str, EntitySource]
    ) -> Iterable[Difference]:
        refs = {r: sources[r].entity_id for s in members for r in (s.venue_source, *s.artist_sources) if r in sources}
        merged = merge(entity.kind, members, refs=refs, curated=entity.curated, policies=self._policies)
        again = build_entity(entity.kind, entity.id, merged, previous=entity, now=self._clock.now())
        if again.fingerprint != entity.fingerprint:
            names = [f for f in type(again).model_fields if getattr(again, f) != getattr(entity, f)]
            yield Difference(entity=entity.id, what=f"fields differ: {', '.join(names)}")
        elif again.sources != entity.sources:
            yield Difference(entity=entity.id, what="its list of sources differs")

    def _clusters(self, sources: dict[str, EntitySource], judged: list[Judgement]) -> Iterable[Difference]:
        """Records of one entity must be one component of the judgements, and those of two entities two."""
        groups = components(sources, judged)
        for group in groups:
            holders = sorted({sources[id].entity_id for id in group})
            if len(holders) > 1:
                yield Difference(entity=holders[0], what=f"judgements join it with {', '.join(holders[1:])}")
        homes: dict[str, set[int]] = {}
        for number, group in enumerate(groups):
            for id in group:
                homes.setdefault(sources[id].entity_id, set()).add(number)
        for entity_id, numbers in sorted(homes.items()):
            if len(numbers) > 1:
                yield Difference(
                    entity=entity_id, what=f"its records are {len(numbers)} groups that no judgement joins"
                )

    async def _entities(self, kind: Kind) -> list[AnyEntity]:
        return [entity async for entity in self._all(COLLECTIONS[kind])]

    async def _all(self, spec: Collection[D]) -> AsyncIterator[D]:
        after: str | None = None
        while True:
            page = await self._store.find(Query(spec.name, limit=_PAGE, after=after))
            for record in page.records:
                yield spec.model.model_validate_json(record.body)
            after = page.next
            if after is None:
                return


def _strays(grouped: dict[str, list[EntitySource]], kept: dict[str, Any]) -> Iterable[Difference]:
    for entity_id in sorted(grouped):
        entity = kept.get(entity_id)
        if entity is None:
            yield Difference(entity=entity_id, what="it has sources, but is not kept")
        elif entity.merged_into is not None:
            yield Difference(entity=entity_id, what="it was merged away, but still has sources")
