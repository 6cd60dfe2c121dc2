"""Extract: from a body to claims. The same claims as last time end the flow here."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mystage.application.pipeline.findings import judge_reading
from mystage.application.pipeline.planning import BATCH, MAX_DEPTH, Wanted, plan_task
from mystage.application.pipeline.routing import HEAVY, raw
from mystage.application.pipeline.shielding import believed, last_good
from mystage.application.pipeline.vanishing import note_absence
from mystage.application.ports.agents import NEEDS, PageAgent, read_task
from mystage.application.ports.blobs import BlobStore
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.readers import ReaderRegistry
from mystage.application.ports.system import Clock
from mystage.application.runtime.stages import Handler, Outcome
from mystage.application.unit_of_work import UnitOfWork, dump
from mystage.domain.delivery import Task
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.pipeline import cadence
from mystage.domain.pipeline.leads import chosen, goes_on
from mystage.domain.pipeline.page_kinds import (
    SITE_PATTERNS,
    PageKind,
    SitePattern,
    kind_of_reading,
    new_pattern,
    pattern_id,
)
from mystage.domain.pipeline.scrapes import EXTRACTIONS, SCRAPES, Extraction, Scrape, extraction_id
from mystage.domain.pipeline.urls import URLS, UrlDoc, host_of, normalise_url
from mystage.domain.sources import SOURCES, Claims, ManifestSource, Reading, ReadingOutcome, nothing
from mystage.domain.values import evolve

INLINE = 200_000
"""Bytes of a reading that stand in its document; a larger one goes to the blob store (documents hold at most 1 MB)."""
_OUTCOME = {
    ReadingOutcome.RECORDS: Outcome.CHANGED,
    ReadingOutcome.NOTHING: Outcome.NOTHING,
    ReadingOutcome.PARKED: Outcome.PARKED,
    ReadingOutcome.ERROR: Outcome.FAILED,
}


@dataclass(frozen=True, slots=True)
class Extracted:
    """What is kept of a reading, and the addresses that it names (they are planned, not kept twice)."""

    extraction: Extraction
    follow: tuple[str, ...]
    """Entries of a sitemap, and the links of a page that its source's budget lets one follow."""
    claims: Claims
    kind: PageKind | None
    """What kind of page it is; None where only a model could tell."""

    goes_on: bool = False
    """Whether the page names further parts of its list."""
    good: Claims | None = None
    """Those of the page's last good reading."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of sources and of the patterns of addresses before a batch is read."""

    sources: dict[str, ManifestSource]
    patterns: dict[str, SitePattern]
    good: Mapping[str, Claims]
    """Claims of each page's last good reading, by address id."""

    def budget(self, scrape: Scrape) -> int:
        """Links that a page of this source may add."""
        source = self.sources.get(scrape.source)
        return source.follow if source else 0

    def settled(self, scrape: Scrape) -> PageKind | None:
        """The kind that pages of this address's pattern have, where that is settled."""
        pattern = self.patterns.get(pattern_id(scrape.url))
        return pattern.settled if pattern else None


class Extract(Handler):
    """Reads scrapes with the reader that routing chose."""

    def __init__(
        self, store: DocumentStore, blobs: BlobStore, readers: ReaderRegistry, clock: Clock, agent: PageAgent
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._readers = readers
        self._clock = clock
        self._agent = agent

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Any]:
        unit = UnitOfWork(self._store)
        scrapes = await unit.of(SCRAPES).get_many(task.payload["scrape_id"] for task in tasks)
        good = await last_good(unit, self._blobs, scrapes.values())
        sources = await unit.of(SOURCES).get_many({scrape.source for scrape in scrapes.values()})
        patterns = await unit.of(SITE_PATTERNS).get_many({pattern_id(scrape.url) for scrape in scrapes.values()})
        known = _Known(sources, patterns, good)
        return [await self._extraction(scrapes.get(task.payload["scrape_id"]), task, known) for task in tasks]

    async def _extraction(self, scrape: Scrape | None, task: Task, known: _Known) -> Extracted | Exception:
        if scrape is None or scrape.reader is None:
            return NotFound("the scrape is gone, or nobody reads it", where=task.payload["scrape_id"])
        try:
            budget = known.budget(scrape)
            document = raw(scrape, await self._blobs.get(scrape.body), leads_wanted=budget > 0)
        except NotFound as error:
            return error
        if scrape.size > HEAVY:
            reading = await asyncio.to_thread(self._readers.read, document, scrape.reader)
        else:
            reading = self._readers.read(document, scrape.reader)
        kind = kind_of_reading(reading, scrape.reader)
        if kind is None and known.settled(scrape) is PageKind.IRRELEVANT:
            reading = nothing("pages of this pattern have been irrelevant so far: no model is asked")
        continued = bool(reading.follow) or goes_on(reading.leads)
        follow = (*reading.follow, *chosen(reading.leads, scrape.url, budget))
        # what is planned is not kept twice
        reading = evolve(reading, leads=()) if reading.leads else reading
        extraction = await self._document(scrape, task.payload["version"], reading)
        return Extracted(extraction, follow, reading.claims, kind, continued, known.good.get(scrape.url_id))

    async def _document(self, scrape: Scrape, version: str, reading: Reading) -> Extraction:
        body = dump(reading)
        large = len(body) > INLINE
        claims, parked = reading.claims, reading.outcome is ReadingOutcome.PARKED
        return Extraction(
            id=extraction_id(scrape.id, version),
            scrape_id=scrape.id,
            url=scrape.url,
            source=scrape.source,
            reader=version,
            outcome=reading.outcome,
            reading=None if large else reading,
            reading_blob=await self._blobs.put(body) if large else None,
            venues=len(claims.venues),
            artists=len(claims.artists),
            performances=len(claims.performances),
            error_kind=reading.error.kind.value if reading.error else "",
            reason=waiting(reading.reason, self._agent) if parked else reading.reason[:500],
            needs_model=parked,
            claims_fingerprint=hashlib.sha256(dump(claims)).hexdigest() if len(claims) else "",
            extracted_at=self._clock.now(),
        )

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        scrapes = await unit.of(SCRAPES).get_many(found.extraction.scrape_id for found in ready)
        urls = await unit.of(URLS).get_many(scrape.url_id for scrape in scrapes.values())
        before = await unit.of(EXTRACTIONS).get_many(url.extraction_id for url in urls.values() if url.extraction_id)
        await unit.of(SCRAPES).get_many(extraction.scrape_id for extraction in before.values())
        await unit.of(SOURCES).get_many(url.source for url in urls.values())
        await unit.of(SITE_PATTERNS).get_many({pattern_id(found.extraction.url) for found in ready})

    async def apply(self, unit: UnitOfWork, task: Task, ready: Extracted) -> Outcome:
        extraction = ready.extraction
        scrape = await unit.of(SCRAPES).need(extraction.scrape_id)
        url = await unit.of(URLS).get(scrape.url_id)
        before = await unit.of(EXTRACTIONS).get(url.extraction_id) if url and url.extraction_id else None
        unit.of(EXTRACTIONS).overwrite(extraction)
        await self._learn(unit, scrape, before, ready)
        if before is not None and await self._outdated(unit, scrape, before):
            return Outcome.UNCHANGED
        if url is not None and url.leads_on != bool(ready.follow):
            url = evolve(url, leads_on=bool(ready.follow))
            unit.of(URLS).put(url)
        if url is not None:
            self._follow(unit, task, url, ready.follow)
        now, records = self._clock.now(), extraction.outcome is ReadingOutcome.RECORDS
        if url is not None and records and (before is None or before.id != extraction.id):
            doubtful = not await believed(unit, url, scrape, ready.good, extraction, ready.claims, now)
            if doubtful:
                return Outcome.PARKED
        if extraction.needs_model and self._agent.model:
            unit.queue(read_task(scrape.id, task.trace))  # what the page says is judged when it has been read
            return Outcome.PARKED
        await judge_reading(unit, before, extraction, now)
        if not records:
            return _OUTCOME[extraction.outcome]
        if url is not None:
            await self._taken(unit, url, before, ready, now=now, trace=task.trace)
        if before is not None and before.id != extraction.id and _same_claims(before, extraction):
            return Outcome.UNCHANGED
        unit.queue(resolve_task(extraction.id, task.trace))
        return Outcome.CHANGED

    async def _taken(
        self, unit: UnitOfWork, url: UrlDoc, before: Extraction | None, ready: Extracted, *, now: datetime, trace: str
    ) -> None:
        """The reading stands for the page: what it misses is noted, and how often the page changes."""
        extraction = ready.extraction
        if before is not None and before.id != extraction.id:
            if not _same_claims(before, extraction):
                url = hurried(url, now)
            told_of, on = ready.claims, ready.goes_on
            url = await note_absence(unit, url, extraction.url, told_of, goes_on=on, now=now, trace=trace)
        unit.of(URLS).put(evolve(url, extraction_id=extraction.id, doubted=""))

    async def _learn(self, unit: UnitOfWork, scrape: Scrape, before: Extraction | None, ready: Extracted) -> None:
        """Remember the kind of a page for the pattern of its address: each page of the web counts once."""
        if ready.kind is None or before is not None or not scrape.url.startswith("http"):
            return
        known = await unit.of(SITE_PATTERNS).get(pattern_id(scrape.url)) or new_pattern(scrape.url)
        if known.settled is not ready.kind:  # what is settled and holds is not written again: crawls would queue for it
            unit.of(SITE_PATTERNS).put(known.learned(ready.kind))

    async def _outdated(self, unit: UnitOfWork, scrape: Scrape, before: Extraction) -> bool:
        """Whether records of a later visit stand for the page (an old task may come late, such as by a retry)."""
        later = await unit.of(SCRAPES).get(before.scrape_id)
        return later is not None and later.id != scrape.id and later.fetched_at > scrape.fetched_at

    def _follow(self, unit: UnitOfWork, task: Task, url: UrlDoc, links: Iterable[str]) -> None:
        """Plan what a sitemap or a listing names. What is on another site than the sitemap is as unknown as any user's address."""
        if url.depth >= MAX_DEPTH:
            return
        named = [u for u in (_normal(link) for link in links) if u and u != url.url]
        own = [Wanted(u) for u in named if host_of(u) == host_of(url.url)]
        strange = [Wanted(u) for u in named if host_of(u) != host_of(url.url)]
        for wanted, public in ((own, url.public), (strange, True)):
            for start in range(0, len(wanted), BATCH):
                chunk = wanted[start : start + BATCH]
                unit.queue(plan_task(url.source, chunk, depth=url.depth + 1, public=public, trace=task.trace))


def hurried(url: UrlDoc, now: datetime) -> UrlDoc:
    """The address after its last visit turned out to have brought something new: the next one comes sooner."""
    pace = cadence.changed(url.pace)
    if url.goal_hours is None:
        return evolve(url, pace=pace)
    due = cadence.next_visit(pace, url.goal_hours, url.last_fetched or now)
    return evolve(url, pace=pace, next_fetch_at=due)


def waiting(reason: str, agent: PageAgent) -> str:
    """The reason of a page that waits for a model; without one, which setting it waits for."""
    return reason[:500] if agent.model else f"{reason[:300]}; {NEEDS}"


def _same_claims(before: Extraction, after: Extraction) -> bool:
    return before.claims_fingerprint == after.claims_fingerprint


def _normal(link: str) -> str | None:
    """The address, if it is one of the web: a page never names files of this machine."""
    try:
        url = normalise_url(link)
    except Invalid:
        return None
    return None if url.startswith("file:") else url


def resolve_task(extraction_id: str, trace: str = "") -> Task:
    """The task that resolves the claims of an extraction."""
    payload = {"extraction_id": extraction_id}
    return Task(id=f"resolve:{extraction_id}", queue="resolve", payload=payload, trace=trace)
