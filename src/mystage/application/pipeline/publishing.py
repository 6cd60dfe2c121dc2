"""Publish: bring the search index in step with the entities; deletions and merges propagate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mystage.application.catalogue.entities import entities
from mystage.application.catalogue.search_documents import artist_document, performance_document, venue_document
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.journal import Journal
from mystage.application.ports.search import SearchDocument, SearchIndex
from mystage.application.ports.system import Clock
from mystage.application.runtime.stages import Handler, Outcome
from mystage.application.unit_of_work import UnitOfWork, dump
from mystage.domain.catalog import ARTISTS, VENUES, AnyEntity, Artist, Performance, Venue
from mystage.domain.delivery import Task
from mystage.domain.events import CATALOGUE, Event, EventType
from mystage.domain.pipeline.images import ENTITY_IMAGES
from mystage.domain.values import Kind, evolve


class Publish(Handler):
    """Writes a batch of search documents at once. An entity that is gone or merged away leaves the index.

    What was published stands in the journal, for those who follow the catalogue.
    """

    def __init__(self, store: DocumentStore, index: SearchIndex, journal: Journal, clock: Clock) -> None:
        self._store = store
        self._index = index
        self._journal = journal
        self._clock = clock

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[bool]:
        unit = UnitOfWork(self._store)
        wanted: dict[Kind, list[str]] = {kind: [] for kind in Kind}
        for task in tasks:
            wanted[Kind(task.payload["kind"])].append(task.payload["entity_id"])
        found: dict[str, AnyEntity] = {}
        for kind, ids in wanted.items():
            found |= await entities(unit, kind).get_many(ids)
        shown = [entity for entity in found.values() if entity.live]
        gone = [task.payload["entity_id"] for task in tasks if not _shown(found.get(task.payload["entity_id"]))]
        await self._index.write(await search_documents(unit, shown), gone)
        await self._journal.append(CATALOGUE, [dump(self._event(task, found)) for task in tasks])
        return [True] * len(tasks)

    def _event(self, task: Task, found: Mapping[str, AnyEntity]) -> Event:
        id = task.payload["entity_id"]
        type_ = EventType.PUBLISHED if _shown(found.get(id)) else EventType.REMOVED
        return Event(type=type_, subject=id, at=self._clock.now(), trace=task.trace)

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[bool]) -> None:
        """All was done by `prepare`: the index is written before its task ends, so that no change is lost."""

    async def apply(self, unit: UnitOfWork, task: Task, ready: bool) -> Outcome:  # noqa: FBT001  the port's signature
        return Outcome.CHANGED


def _shown(entity: AnyEntity | None) -> bool:
    return entity is not None and entity.live


async def search_documents(unit: UnitOfWork, shown: Iterable[AnyEntity]) -> list[SearchDocument]:
    """The search documents of live entities; the venues and artists of performances are read in bulk."""
    shown = list(shown)
    performances = [e for e in shown if isinstance(e, Performance)]
    venues = await unit.of(VENUES).get_many(p.venue_id for p in performances if p.venue_id)
    artists = await unit.of(ARTISTS).get_many(id for p in performances for id in p.artist_ids)
    images = await unit.of(ENTITY_IMAGES).get_many(e.id for e in shown)
    documents: list[SearchDocument] = []
    for entity in shown:
        if isinstance(entity, Venue):
            documents.append(venue_document(entity))
        elif isinstance(entity, Artist):
            documents.append(artist_document(entity))
        else:
            bill = [artists[id] for id in entity.artist_ids if id in artists]
            documents.append(performance_document(entity, venues.get(entity.venue_id or ""), bill))
    pictures = {id: image.picture for id, image in images.items() if image.picture}
    return [evolve(d, image=pictures[d.id]) if d.id in pictures else d for d in documents]
