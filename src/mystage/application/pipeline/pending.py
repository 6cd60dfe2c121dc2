"""Pending: pages that wait for a model, and pages that a model has read under another prompt or name."""

from __future__ import annotations

from collections.abc import Sequence

from mystage.application.ports.agents import MODEL, NEEDS, PageAgent, read_task, version_of
from mystage.application.ports.documents import DocumentStore, Query, Where
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide, where
from mystage.domain.errors import Invalid
from mystage.domain.pipeline.scrapes import EXTRACTIONS, SCRAPES, Extraction
from mystage.domain.pipeline.urls import URLS
from mystage.domain.sources import ReadingOutcome

_PAGE = 200


class Pending:
    """Queues pages to be read by the configured model."""

    def __init__(self, store: DocumentStore, clock: Clock, ids: IdSource, agent: PageAgent) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._agent = agent

    async def queue(self) -> int:
        """Queue all that waits; the answer is how many pages. What the present version has read is left alone.

        Raises Invalid where no model is configured.
        """
        if not self._agent.model:
            raise Invalid("no model is configured", where="model", hint=NEEDS)
        parked = where(outcome=ReadingOutcome.PARKED.value)
        read = (Where("reader", "ge", f"{MODEL}/"), Where("reader", "lt", f"{MODEL}0"))  # `0` follows `/`
        return await self._all(parked) + await self._all(read)

    async def _all(self, conditions: tuple[Where, ...]) -> int:
        after, count = None, 0
        while True:
            page = await self._store.find(Query(EXTRACTIONS.name, conditions, limit=_PAGE, after=after))
            count += await self._some([record.id for record in page.records])
            after = page.next
            if after is None:
                return count

    async def _some(self, ids: Sequence[str]) -> int:
        async def decision(unit: UnitOfWork) -> int:
            found = list((await unit.of(EXTRACTIONS).get_many(ids)).values())
            wanted = await self._wanted(unit, found)
            for scrape_id in wanted:
                unit.queue(read_task(scrape_id))
            return len(wanted)

        return await decide(self._store, self._clock, self._ids, decision)

    async def _wanted(self, unit: UnitOfWork, found: Sequence[Extraction]) -> list[str]:
        """Those whose scrape is still what its address gives, and which the present version has not read."""
        version = version_of(self._agent)
        scrapes = await unit.of(SCRAPES).get_many(e.scrape_id for e in found)
        urls = await unit.of(URLS).get_many(s.url_id for s in scrapes.values())
        current = {id for id, s in scrapes.items() if s.url_id in urls and urls[s.url_id].scrape_id == id}
        others = await unit.of(EXTRACTIONS).find_by("scrape_id", sorted(current))
        done = {e.scrape_id for e in others if e.reader == version}
        old = [e for e in found if e.needs_model or (e.reader != version and e.reader.startswith(f"{MODEL}/"))]
        return sorted({e.scrape_id for e in old} & current - done)
