"""Route: what is this body, and who reads it?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from mystage.application.pipeline.findings import judge_reading
from mystage.application.ports.agents import PageAgent, read_task
from mystage.application.ports.blobs import BlobStore
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.readers import RawDocument, ReaderRegistry, Routing
from mystage.application.ports.system import Clock
from mystage.application.runtime.stages import Handler, Outcome
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.delivery import Task
from mystage.domain.errors import NotFound
from mystage.domain.pipeline.scrapes import EXTRACTIONS, SCRAPES, Extraction, Route, Scrape, extraction_id
from mystage.domain.pipeline.urls import URLS, UrlDoc
from mystage.domain.sources import ReadingOutcome
from mystage.domain.values import evolve

HEAVY = 400_000
"""Bytes above which routing and reading leave the event loop, so that leases stay alive meanwhile."""


def raw(scrape: Scrape, body: bytes, *, leads_wanted: bool = False) -> RawDocument:
    """The payload of a scrape, as readers take it."""
    return RawDocument(body, scrape.url, scrape.media_type, scrape.fetched_at, leads_wanted)


class RouteScrape(Handler):
    """Chooses the reader by the source's manifest or by content; what nobody reads is parked or set aside, on record."""

    def __init__(
        self, store: DocumentStore, blobs: BlobStore, readers: ReaderRegistry, clock: Clock, agent: PageAgent
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._readers = readers
        self._clock = clock
        self._agent = agent

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Routing | Exception]:
        unit = UnitOfWork(self._store)
        scrapes = await unit.of(SCRAPES).get_many(task.payload["scrape_id"] for task in tasks)
        urls = await unit.of(URLS).get_many(scrape.url_id for scrape in scrapes.values())
        return [await self._route(scrapes.get(task.payload["scrape_id"]), urls) for task in tasks]

    async def _route(self, scrape: Scrape | None, urls: dict[str, UrlDoc]) -> Routing | Exception:
        if scrape is None:
            return NotFound("the scrape is gone")
        try:
            document = raw(scrape, await self._blobs.get(scrape.body))
        except NotFound as error:
            return error
        url = urls.get(scrape.url_id)
        wanted = url.reader if url else None
        if scrape.size > HEAVY:
            return await asyncio.to_thread(self._readers.route, document, wanted)
        return self._readers.route(document, wanted)

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        await unit.of(SCRAPES).get_many(task.payload["scrape_id"] for task in tasks)

    async def apply(self, unit: UnitOfWork, task: Task, ready: Routing) -> Outcome:
        scrape = await unit.of(SCRAPES).need(task.payload["scrape_id"])
        unit.of(SCRAPES).put(evolve(scrape, route=ready.route, reader=ready.reader, reason=ready.reason[:500]))
        if ready.route in (Route.READ, Route.SITEMAP):
            payload = {"scrape_id": scrape.id, "version": ready.version}
            unit.queue(Task(id=f"extract:{scrape.id}", queue="extract", payload=payload, trace=task.trace))
            return Outcome.CHANGED
        parked = ready.route is Route.PARKED
        unread = Extraction(
            id=extraction_id(scrape.id, "router/1"),
            scrape_id=scrape.id,
            url=scrape.url,
            source=scrape.source,
            reader="router/1",
            outcome=ReadingOutcome.PARKED if parked else ReadingOutcome.NOTHING,
            reason=ready.reason[:500],
            needs_model=parked,
            extracted_at=self._clock.now(),
        )
        unit.of(EXTRACTIONS).overwrite(unread)
        if parked and self._agent.model:
            unit.queue(read_task(scrape.id, task.trace))
            return Outcome.PARKED
        url = await unit.of(URLS).get(scrape.url_id)
        before = await unit.of(EXTRACTIONS).get(url.extraction_id) if url and url.extraction_id else None
        await judge_reading(unit, before, unread, self._clock.now())
        return Outcome.PARKED if parked else Outcome.NOTHING
