"""Images of entities that are in the catalogue already: queued when somebody asks for them."""

from __future__ import annotations

from mystage.application.catalogue.entities import COLLECTIONS, entities, image_task
from mystage.application.ports.documents import DocumentStore, Query
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide, where
from mystage.domain.pipeline.images import ENTITY_IMAGES
from mystage.domain.values import Kind

_PAGE = 200


class PlanImages:
    """Queues the look at entities' images."""

    def __init__(self, store: DocumentStore, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def run(self, *, limit: int = 1_000, again: bool = False, trace: str = "") -> int:
        """Queue at most `limit` live entities that name images and were not looked at; how many they are.

        `again`: also those that were. Addresses that were visited within 30 days are not visited for it.
        """
        trace, planned = trace or self._ids.new("run_"), 0
        for kind in Kind:
            after: str | None = None
            while planned < limit:
                query = Query(COLLECTIONS[kind].name, where(merged_into=None), limit=_PAGE, after=after)
                page = await self._store.find(query)
                wanted = await self._wanted(kind, [record.id for record in page.records], again=again)
                planned += await self._queue(wanted[: limit - planned], trace)
                after = page.next
                if after is None:
                    break
        return planned

    async def _wanted(self, kind: Kind, ids: list[str], *, again: bool) -> list[str]:
        unit = UnitOfWork(self._store)
        found = await entities(unit, kind).get_many(ids)
        known = {} if again else await unit.of(ENTITY_IMAGES).get_many(ids)
        return [id for id, entity in found.items() if entity.live and entity.images and id not in known]

    async def _queue(self, ids: list[str], trace: str) -> int:
        async def stage(unit: UnitOfWork) -> None:
            for id in ids:
                unit.queue(image_task(id, trace))

        if ids:
            await decide(self._store, self._clock, self._ids, stage)
        return len(ids)
