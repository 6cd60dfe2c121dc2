"""Fetch: bring home what an address has; the same body as last time ends the flow here."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from mystage.application.pipeline.findings import judge_visit, visited_again
from mystage.application.pipeline.withdrawing import PROOFS, withdraw
from mystage.application.ports.blobs import BlobStore
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.pages import PageFetcher, PageRequest, PageResult, Politeness
from mystage.application.ports.system import Clock
from mystage.application.runtime.stages import Handler, Outcome
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.delivery import Task
from mystage.domain.errors import Throttled, Unavailable
from mystage.domain.pipeline.scrapes import SCRAPES, FetchOutcome, Scrape, scrape_id
from mystage.domain.pipeline.urls import URLS, UrlDoc, UrlState
from mystage.domain.sources import SOURCES, ManifestSource
from mystage.domain.values import evolve

_STATE = {
    FetchOutcome.BLOCKED: UrlState.BLOCKED,
    FetchOutcome.GONE: UrlState.GONE,
    FetchOutcome.EMPTY: UrlState.EMPTY,
    FetchOutcome.FAILED: UrlState.FAILED,
}

_SILENT = (UrlState.BLOCKED, UrlState.EMPTY)
"""What a page that gave records must not become unnoticed (one that is gone says so by itself)."""


LARGE = 256 * 1024
"""Bytes above which a body goes to the blob store by itself, not with its batch."""
_FILES_AT_ONCE = 2
"""Local files read at once: they come as fast as memory fills."""


@dataclass(frozen=True, slots=True)
class Visited:
    """What a visit brought; the body's digest ("" for none) and size stand for it where it is stored already."""

    page: PageResult
    digest: str = ""
    size: int = 0


class Fetch(Handler):
    """Visits addresses, all of a batch at once; the fetcher keeps the politeness of each host."""

    def __init__(
        self,
        store: DocumentStore,
        fetcher: PageFetcher,
        blobs: BlobStore,
        clock: Clock,
        manners: Politeness | None = None,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._blobs = blobs
        self._clock = clock
        self._manners = manners or Politeness()
        """For addresses without a manifest entry."""
        self._files = asyncio.Semaphore(_FILES_AT_ONCE)

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Visited | Exception | None]:
        unit = UnitOfWork(self._store)
        urls = await unit.of(URLS).get_many(task.payload["url_id"] for task in tasks)
        sources = await unit.of(SOURCES).get_many(url.source for url in urls.values())
        visits = [self._kept(urls.get(task.payload["url_id"]), sources) for task in tasks]
        results = await asyncio.gather(*visits, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, Exception):
                raise result
        small = [r.page.body for r in results if isinstance(r, Visited) and r.page.body]
        await self._blobs.put_many(small)
        return cast("list[Visited | Exception | None]", results)

    async def _kept(self, url: UrlDoc | None, sources: dict[str, ManifestSource]) -> Visited | None:
        """One visit, ended by the time its large body is stored."""
        if url is None or not url.url.startswith("file:"):
            return await self._store_large(url, sources)
        async with self._files:
            return await self._store_large(url, sources)

    async def _store_large(self, url: UrlDoc | None, sources: dict[str, ManifestSource]) -> Visited | None:
        """A large body goes to the blob store at once: a batch of them would fill the memory."""
        page = await self._visit(url, sources)
        if page is None:
            return None
        digest, size = (hashlib.sha256(page.body).hexdigest(), len(page.body)) if page.body else ("", 0)
        if size > LARGE:
            await self._blobs.put(page.body)
            page = replace(page, body=b"")
        return Visited(page, digest, size)

    async def _visit(self, url: UrlDoc | None, sources: dict[str, ManifestSource]) -> PageResult | None:
        if url is None:
            return None
        if url.held_body is not None:
            return await self._unpacked(url)
        return await self._fetcher.fetch(
            PageRequest(
                url=url.url,
                etag=url.etag if url.body else None,
                last_modified=url.last_modified if url.body else None,
                politeness=self._politeness(sources.get(url.source)),
                public=url.public,
            )
        )

    def _politeness(self, source: ManifestSource | None) -> Politeness:
        if source is None:
            return self._manners
        return Politeness(source.requests_per_second, source.concurrency, source.obey_robots)

    async def _unpacked(self, url: UrlDoc) -> PageResult:
        """A member of an archive: its body came with the address."""
        if url.held_body == url.body:
            return PageResult(url.url, FetchOutcome.NOT_MODIFIED)
        body = await self._blobs.get(url.held_body or "")
        return PageResult(
            url.url, FetchOutcome.OK if body.strip() else FetchOutcome.EMPTY, 200, body, final_url=url.url
        )

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        await unit.of(URLS).get_many(task.payload["url_id"] for task in tasks)

    async def apply(self, unit: UnitOfWork, task: Task, ready: Visited | None) -> Outcome:
        if ready is None:
            return Outcome.NOTHING
        url = await unit.of(URLS).need(task.payload["url_id"])
        if url.state in _SILENT and ready.page.outcome in (FetchOutcome.OK, FetchOutcome.NOT_MODIFIED):
            await visited_again(unit, url)
        if ready.page.outcome is FetchOutcome.OK:
            return self._brought(unit, task, url, ready)
        return await self._without(unit, task, url, ready.page)

    async def _without(self, unit: UnitOfWork, task: Task, url: UrlDoc, ready: PageResult) -> Outcome:
        """A visit that brought no body. Raises Throttled or Unavailable where another one may."""
        if ready.outcome is FetchOutcome.NOT_MODIFIED:
            return self._same(unit, task, url, self._visited(url, ready, state=UrlState.OK))
        if ready.outcome is FetchOutcome.FAILED and ready.retryable:
            kind = Throttled if ready.status in (429, 503) else Unavailable
            raise kind(ready.reason or ready.code, where=url.url, retry_after=ready.retry_after)
        state = _STATE[ready.outcome]
        gone = url.gone + 1 if state is UrlState.GONE else 0
        failures = url.failures + 1
        visited = self._visited(url, ready, state=state, reason=_why(ready), gone=gone, failures=failures)
        if gone >= PROOFS and url.extraction_id is not None:
            await withdraw(unit, url, now=self._clock.now(), trace=task.trace)
            visited = evolve(
                visited, body=None, etag=None, last_modified=None, extraction_id=None
            )  # should it come back, it is new
        unit.of(URLS).put(visited)
        unit.count(f"fetch/{state.value}")
        if state in _SILENT:
            await judge_visit(unit, url, state.value, _why(ready), self._clock.now())
        return Outcome.FAILED if state is UrlState.FAILED else Outcome.NOTHING

    def _brought(self, unit: UnitOfWork, task: Task, url: UrlDoc, brought: Visited) -> Outcome:
        page, body = brought.page, brought.digest
        visited = self._visited(url, page, state=UrlState.OK)
        if body == url.body:
            return self._same(unit, task, url, visited)
        id = scrape_id(url.id, body)
        now = self._clock.now()
        unit.of(SCRAPES).overwrite(
            Scrape(
                id=id,
                url_id=url.id,
                url=page.final_url or url.url,
                source=url.source,
                body=body,
                size=brought.size,
                media_type=page.media_type[:200],
                status=page.status,
                fetched_at=now,
            )
        )
        unit.of(URLS).put(evolve(visited, body=body, scrape_id=id, last_changed=now))
        unit.queue(route_task(id, task.trace))
        return Outcome.CHANGED

    def _same(self, unit: UnitOfWork, task: Task, url: UrlDoc, visited: UrlDoc) -> Outcome:
        """The body of last time. A sitemap that stayed the same still names pages that may have changed."""
        unit.of(URLS).put(visited)
        if url.leads_on and url.scrape_id is not None:
            unit.queue(route_task(url.scrape_id, task.trace))
        return Outcome.UNCHANGED

    def _visited(
        self, url: UrlDoc, page: PageResult, *, state: UrlState, reason: str = "", gone: int = 0, failures: int = 0
    ) -> UrlDoc:
        """The address after a visit. A visit that brought nothing leaves what is known of the last good body."""
        good = state is UrlState.OK
        return evolve(
            url,
            state=state,
            reason=reason,
            etag=(page.etag or (url.etag if page.outcome is FetchOutcome.NOT_MODIFIED else None)) if good else url.etag,
            last_modified=(
                page.last_modified or (url.last_modified if page.outcome is FetchOutcome.NOT_MODIFIED else None)
            )
            if good
            else url.last_modified,
            last_fetched=self._clock.now(),
            fetches=url.fetches + 1,
            failures=failures,
            gone=gone,
        )

    async def tried(self, unit: UnitOfWork, task: Task, error: Exception) -> None:
        url = await unit.of(URLS).get(task.payload["url_id"])
        if url is not None:
            unit.of(URLS).put(evolve(url, reason=f"to be tried again: {error}"[:500]))

    async def given_up(self, unit: UnitOfWork, task: Task, error: Exception) -> None:
        url = await unit.of(URLS).get(task.payload["url_id"])
        if url is not None:
            changes = {"state": UrlState.FAILED, "reason": str(error)[:500], "failures": url.failures + 1}
            unit.of(URLS).put(evolve(url, **changes, last_fetched=self._clock.now(), fetches=url.fetches + 1))


def route_task(scrape_id: str, trace: str = "") -> Task:
    """The task that routes a scrape."""
    return Task(id=f"route:{scrape_id}", queue="route", payload={"scrape_id": scrape_id}, trace=trace)


def _why(page: PageResult) -> str:
    return (page.reason or page.code or page.outcome.value)[:500]
