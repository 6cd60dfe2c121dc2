"""Fetch: bring home what an address has; the same body as last time ends the flow here."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from mystage.application.pipeline.findings import judge_visit, visited_again
from mystage.application.pipeline.leading import HELD_BACK, hold_back, lead_on
from mystage.application.pipeline.shielding import doubted_again
from mystage.application.pipeline.vanishing import still_missing
from mystage.application.pipeline.withdrawing import PROOFS, withdraw
from mystage.application.ports.blobs import BlobStore
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.live import After, LiveSources
from mystage.application.ports.pages import PageFetcher, PageRequest, PageResult, Politeness
from mystage.application.ports.system import Clock
from mystage.application.runtime.stages import Handler, Outcome
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.delivery import Task
from mystage.domain.errors import Throttled, Unavailable
from mystage.domain.pipeline import cadence
from mystage.domain.pipeline.scrapes import SCRAPES, FetchOutcome, Scrape, scrape_id
from mystage.domain.pipeline.shield import trouble
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


_LIVE_RATE = 1_000.0
_LIVE_AT_ONCE = 8
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
    after: After | None = None
    """Where the answer of a live source leads."""
    trouble: str = ""
    """What the page says it is instead of itself."""
    goal: float | None = None
    """Hours between two visits that the source wants; None: it is not to be visited by itself."""


class Fetch(Handler):
    """Visits addresses, all of a batch at once; the fetcher keeps the politeness of each host."""

    def __init__(
        self,
        store: DocumentStore,
        fetcher: PageFetcher,
        blobs: BlobStore,
        clock: Clock,
        manners: Politeness | None = None,
        live: LiveSources | None = None,
        cadence_hours: float = 24.0,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._blobs = blobs
        self._clock = clock
        self._manners = manners or Politeness()
        """For addresses without a manifest entry."""
        self._live = live
        self._cadence_hours = cadence_hours
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
        goal, after = self._goal(url, sources), await self._after(url, page)
        said = trouble(page.body)
        digest, size = (hashlib.sha256(page.body).hexdigest(), len(page.body)) if page.body else ("", 0)
        if size > LARGE:
            await self._blobs.put(page.body)
            page = replace(page, body=b"")
        return Visited(page, digest, size, after, said, goal)

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
                politeness=self._politeness(url, sources.get(url.source)),
                public=url.public,
                live=url.live,
            )
        )

    async def _after(self, url: UrlDoc | None, page: PageResult) -> After | None:
        """Where the answer of a live source leads; one that stayed the same still leads on."""
        if url is None or not url.live or self._live is None:
            return None
        if page.outcome is FetchOutcome.NOT_MODIFIED and url.body:
            return self._live.after(url.live, url.url, await self._blobs.get(url.body))
        return self._live.after(url.live, url.url, page.body) if page.body else None

    def _goal(self, url: UrlDoc | None, sources: dict[str, ManifestSource]) -> float | None:
        """What leads somewhere, or was led to, is visited with its start address; an archive's member never changes."""
        if url is None or url.held_body is not None or url.depth:
            return None
        if url.live:
            return self._live.info(url.live).refresh_hours if self._live is not None else None
        source = sources.get(url.source)
        if source is None:
            return self._cadence_hours
        return source.cadence_hours if source.enabled else None

    def _politeness(self, url: UrlDoc, source: ManifestSource | None) -> Politeness:
        if url.live and self._live is not None:
            # how often it is asked is the governor's business
            return Politeness(_LIVE_RATE, _LIVE_AT_ONCE, self._live.info(url.live).obey_robots)
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
            return await self._brought(unit, task, url, ready)
        return await self._without(unit, task, url, ready)

    async def _without(self, unit: UnitOfWork, task: Task, url: UrlDoc, visited_: Visited) -> Outcome:
        """A visit that brought no body. Raises Throttled or Unavailable where another one may."""
        ready = visited_.page
        if ready.outcome is FetchOutcome.NOT_MODIFIED:
            return await self._same(unit, task, url, visited_)
        if ready.code == HELD_BACK:
            # nothing was sent: no attempt of the task is used up
            return hold_back(unit, url, self._clock.now(), ready, task.trace)
        if ready.outcome is FetchOutcome.FAILED and ready.retryable:
            kind = Throttled if ready.status in (429, 503) else Unavailable
            raise kind(ready.reason or ready.code, where=url.url, retry_after=ready.retry_after)
        state = _STATE[ready.outcome]
        gone = url.gone + 1 if state is UrlState.GONE else 0
        failures = url.failures + 1
        visited = self._visited(url, visited_, state=state, reason=_why(ready), gone=gone, failures=failures)
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

    async def _brought(self, unit: UnitOfWork, task: Task, url: UrlDoc, brought: Visited) -> Outcome:
        page, body = brought.page, brought.digest
        if body == url.body:
            return await self._same(unit, task, url, brought)
        visited = self._visited(url, brought, state=UrlState.OK)
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
                trouble=brought.trouble,
            )
        )
        visited = evolve(visited, body=body, scrape_id=id, last_changed=now, doubted="")
        unit.of(URLS).put(visited)
        if brought.after is not None and not lead_on(unit, visited, brought.after, now=now, task=task, live=self._live):
            return Outcome.NOTHING
        unit.queue(route_task(id, task.trace))
        return Outcome.CHANGED

    async def _same(self, unit: UnitOfWork, task: Task, url: UrlDoc, ready: Visited) -> Outcome:
        """The body of last time. A sitemap that stayed the same still names pages that may have changed."""
        now = self._clock.now()
        visited = await still_missing(unit, self._visited(url, ready, state=UrlState.OK), now=now, trace=task.trace)
        unit.of(URLS).put(visited)
        await doubted_again(unit, visited, now=now, trace=task.trace)
        if ready.after is not None:
            lead_on(unit, visited, ready.after, now=now, task=task, live=self._live)
            return Outcome.UNCHANGED
        if url.leads_on and url.scrape_id is not None:
            unit.queue(route_task(url.scrape_id, task.trace))
        return Outcome.UNCHANGED

    def _visited(
        self, url: UrlDoc, ready: Visited, *, state: UrlState, reason: str = "", gone: int = 0, failures: int = 0
    ) -> UrlDoc:
        """The address after a visit. A visit that brought nothing leaves what is known of the last good body."""
        good, page = state is UrlState.OK, ready.page
        pace, now, due = url.pace, self._clock.now(), None
        if good and url.last_fetched is not None:
            pace = cadence.watched(pace, (now - url.last_fetched).total_seconds() / 3600)
        if ready.goal is not None:
            due = cadence.next_visit(pace, ready.goal, now) if good else cadence.next_try(failures, ready.goal, now)
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
            last_fetched=now,
            fetches=url.fetches + 1,
            failures=failures,
            gone=gone,
            pace=pace,
            goal_hours=ready.goal,
            next_fetch_at=due,
        )

    async def tried(self, unit: UnitOfWork, task: Task, error: Exception) -> None:
        url = await unit.of(URLS).get(task.payload["url_id"])
        if url is not None:
            unit.of(URLS).put(evolve(url, reason=f"to be tried again: {error}"[:500]))

    async def given_up(self, unit: UnitOfWork, task: Task, error: Exception) -> None:
        url = await unit.of(URLS).get(task.payload["url_id"])
        if url is not None:
            now, failures = self._clock.now(), url.failures + 1
            changes = {"state": UrlState.FAILED, "reason": str(error)[:500], "failures": failures, "last_fetched": now}
            if url.next_fetch_at is not None:
                changes["next_fetch_at"] = cadence.next_try(failures, url.goal_hours or self._cadence_hours, now)
            unit.of(URLS).put(evolve(url, **changes, fetches=url.fetches + 1))


def route_task(scrape_id: str, trace: str = "") -> Task:
    """The task that routes a scrape."""
    return Task(id=f"route:{scrape_id}", queue="route", payload={"scrape_id": scrape_id}, trace=trace)


def _why(page: PageResult) -> str:
    return (page.reason or page.code or page.outcome.value)[:500]
