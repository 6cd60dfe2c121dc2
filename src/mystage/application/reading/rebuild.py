"""Rebuild: the canonical entities are a pure function of entity sources and judgements; this proves or restores it.

It streams: records ordered by their entity beside entities ordered by their id, a few hundred at a time, so that memory
does not grow with the catalogue.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any

from mystage.application.catalogue.entities import COLLECTIONS, kind_of, members, merge_task, publish_task
from mystage.application.ports.documents import DocumentStore, Query
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.catalog import AnyEntity, Performance
from mystage.domain.errors import Malformed
from mystage.domain.merging.building import build_entity
from mystage.domain.merging.digest import ContentDigest
from mystage.domain.merging.merge import merge
from mystage.domain.merging.policies import Policies
from mystage.domain.resolution.clusters import components
from mystage.domain.resolution.judgements import JUDGEMENTS, Judgement, Polarity
from mystage.domain.schema import Collection
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, Model

_PAGE = 500
_SHOWN = 1_000
"""Differences that are kept; of a catalogue that is wrong everywhere, more would not help."""


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
    """The first thousand."""
    wrong: int = 0
    """How many differences there are."""


Progress = Callable[[int], None]
"""Called with the number of records that were checked so far."""
Group = tuple[str, list[EntitySource], AnyEntity | None]
"""An entity id, all its records, and the entity that is kept."""


class Rebuild:
    """Recomputes the catalogue and compares it with what is kept. Reads everything once, in bounded memory."""

    def __init__(self, store: DocumentStore, policies: Policies, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._policies = policies
        self._clock = clock
        self._ids = ids

    async def check(self, progress: Progress | None = None) -> Rebuilt:
        """Recompute all, compare with what is kept, and fingerprint the content."""
        found: list[Difference] = []
        wrong = entities = records = 0
        digest = ContentDigest()
        async for groups in self._groups():
            unit = UnitOfWork(self._store)
            for difference in await self._differences(unit, groups):
                wrong += 1
                if len(found) < _SHOWN:
                    found.append(difference)
            live = [entity for _, _, entity in groups if entity is not None and entity.live]
            named = await self._named(unit, live)
            for entity in live:
                digest.add(entity, named)
            entities += len(live)
            records += sum(s.withdrawn_at is None for _, sources, _ in groups for s in sources)
            if progress is not None:
                progress(records)
        return Rebuilt(
            entities=entities, entity_sources=records, digest=digest.text, differences=tuple(found), wrong=wrong
        )

    async def repair(self, found: Rebuilt) -> None:
        """Queue every entity that differs to be merged and published again."""

        async def action(unit: UnitOfWork) -> None:
            for difference in found.differences:
                unit.queue(merge_task(kind_of(difference.entity), difference.entity))
                unit.queue(publish_task(kind_of(difference.entity), difference.entity))

        await decide(self._store, self._clock, self._ids, action)

    async def _differences(self, unit: UnitOfWork, groups: Sequence[Group]) -> list[Difference]:
        live = {id: [s for s in sources if s.withdrawn_at is None] for id, sources, _ in groups}
        wanted = [ref for some in live.values() for s in some for ref in (s.venue_source, *s.artist_sources) if ref]
        refs = {id: s.entity_id for id, s in (await unit.of(ENTITY_SOURCES).get_many(wanted)).items()}
        found = await self._clusters(unit, groups)
        for id, sources, entity in groups:
            if entity is None:
                if live[id]:
                    found.append(Difference(entity=id, what="it has sources, but is not kept"))
            elif entity.merged_into is not None:
                if live[id]:
                    found.append(Difference(entity=id, what="it was merged away, but still has sources"))
            elif live[id]:
                found.extend(self._compared(entity, sources, live[id], refs))
            elif entity.live:
                found.append(Difference(entity=id, what="it is shown, but has no sources"))
        return found

    def _compared(
        self, entity: AnyEntity, sources: list[EntitySource], live: list[EntitySource], refs: Mapping[str, str]
    ) -> Iterable[Difference]:
        edits = [edit for source in sources for edit in source.edits]
        merged = merge(entity.kind, live, refs=refs, curated=edits, policies=self._policies)
        again = build_entity(entity.kind, entity.id, merged, previous=entity, now=self._clock.now())
        if again.fingerprint != entity.fingerprint:
            names = [f for f in type(again).model_fields if getattr(again, f) != getattr(entity, f)]
            yield Difference(entity=entity.id, what=f"fields differ: {', '.join(names)}")
        elif again.sources != entity.sources:
            yield Difference(entity=entity.id, what="its list of sources differs")

    async def _clusters(self, unit: UnitOfWork, groups: Sequence[Group]) -> list[Difference]:
        """Records of one entity must be one component of the judgements, and those of two entities two."""
        home = {s.id: id for id, sources, _ in groups for s in sources}
        judged = await _judgements(unit, sorted(home))
        linked: dict[str, list[Judgement]] = {}
        for judgement in judged:
            for id in {home.get(judgement.left), home.get(judgement.right)} - {None}:
                linked.setdefault(id or "", []).append(judgement)
        found: list[Difference] = []
        for id, sources, _ in groups:
            mine = linked.get(id, [])
            ids = [s.id for s in sources]
            if len(ids) > 1 and (number := len(components(ids, mine))) > 1:
                found.append(Difference(entity=id, what=f"its records are {number} groups that no judgement joins"))
            if any(_leads_out(j, home, id) for j in mine):
                found.extend(await self._joined(unit, id))
        return found

    async def _joined(self, unit: UnitOfWork, id: str) -> Iterable[Difference]:
        """Other entities that the judgements join it with: looked at where one leads out of it, with all that hangs on."""
        known: dict[str, EntitySource] = {}
        waiting = {id}
        while waiting:
            here = [s for some in (await members(unit, sorted(waiting))).values() for s in some]
            known |= {s.id: s for s in here}
            judged = await _judgements(unit, sorted(s.id for s in here))
            ends = {end for j in judged if _stands(j) for end in (j.left, j.right)} - known.keys()
            waiting = {s.entity_id for s in (await unit.of(ENTITY_SOURCES).get_many(sorted(ends))).values()}
        for group in components(known, await _judgements(unit, sorted(known))):
            holders = sorted({known[end].entity_id for end in group})
            if len(holders) > 1 and holders[0] == id:
                return [Difference(entity=id, what=f"judgements join it with {', '.join(holders[1:])}")]
        return []

    async def _named(self, unit: UnitOfWork, live: Sequence[AnyEntity]) -> dict[str, AnyEntity]:
        """The entities that performances refer to, and those that these were merged into."""
        shows = [entity for entity in live if isinstance(entity, Performance)]
        wanted: dict[str, Kind] = {show.venue_id: Kind.VENUE for show in shows if show.venue_id}
        wanted |= {id: Kind.ARTIST for show in shows for id in show.artist_ids}
        found: dict[str, AnyEntity] = {}
        while wanted:
            for kind in (Kind.VENUE, Kind.ARTIST):
                found |= await unit.of(COLLECTIONS[kind]).get_many([id for id, k in wanted.items() if k is kind])
            onward = {e.merged_into: e.kind for e in found.values() if e.merged_into and e.merged_into not in found}
            wanted = {id: kind for id, kind in onward.items() if id not in wanted}
        return found

    async def _groups(self) -> AsyncIterator[list[Group]]:
        """Each entity id that has records or a document, with both, in the order of the ids."""
        records = _by_entity(self._all(ENTITY_SOURCES, order="entity_id"))
        kept = self._entities()
        group, entity = await anext(records, None), await anext(kept, None)
        batch: list[Group] = []
        size = 0
        while group is not None or entity is not None:
            if entity is None or (group is not None and group[0] < entity.id):
                id, sources, document = (*(group or ("", [])), None)
                group = await anext(records, None)
            elif group is None or entity.id < group[0]:
                id, sources, document = entity.id, [], entity
                entity = await anext(kept, None)
            else:
                id, sources, document = (*group, entity)
                group, entity = await anext(records, None), await anext(kept, None)
            batch.append((id, sources, document))
            size += len(sources) + 1
            if size >= _PAGE:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    async def _entities(self) -> AsyncIterator[AnyEntity]:
        """All entities by id: the prefixes of the kinds sort as their collections are read."""
        for kind in (Kind.ARTIST, Kind.PERFORMANCE, Kind.VENUE):
            async for entity in self._all(COLLECTIONS[kind]):
                yield entity

    async def _all(self, spec: Collection[Any], order: str | None = None) -> AsyncIterator[Any]:
        after: str | None = None
        while True:
            page = await self._store.find(Query(spec.name, order=order, limit=_PAGE, after=after))
            for record in page.records:
                try:
                    yield spec.model.model_validate_json(record.body)
                except ValueError as error:
                    raise Malformed(
                        f"a stored document is not valid: {error}", where=f"{spec.name}/{record.id}"
                    ) from error
            after = page.next
            if after is None:
                return


async def _by_entity(records: AsyncIterator[EntitySource]) -> AsyncIterator[tuple[str, list[EntitySource]]]:
    """Records that come ordered by their entity, an entity at a time."""
    here: list[EntitySource] = []
    async for record in records:
        if here and here[0].entity_id != record.entity_id:
            yield here[0].entity_id, here
            here = []
        here.append(record)
    if here:
        yield here[0].entity_id, here


async def _judgements(unit: UnitOfWork, ids: Sequence[str]) -> list[Judgement]:
    repository = unit.of(JUDGEMENTS)
    found = {j.id: j for side in ("left", "right") for j in await repository.find_by(side, ids)}
    return [found[id] for id in sorted(found)]


def _stands(judgement: Judgement) -> bool:
    return judgement.polarity is Polarity.POSITIVE and judgement.retired_at is None


def _leads_out(judgement: Judgement, home: Mapping[str, str], id: str) -> bool:
    """Whether it joins a record of the entity with one of another."""
    return _stands(judgement) and not (home.get(judgement.left) == home.get(judgement.right) == id)
