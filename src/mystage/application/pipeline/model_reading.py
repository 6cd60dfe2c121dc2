"""Read: pages that structure cannot read, by selectors learned from earlier answers, else by kept answers, else by a model."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mystage.application.pipeline.asking import Asking, Refusal
from mystage.application.pipeline.extracting import Extract, Extracted
from mystage.application.pipeline.routing import HEAVY, raw
from mystage.application.pipeline.shielding import last_good
from mystage.application.ports.agents import MODEL, NEEDS, PageAgent, PageClocks, PageReducer, version_of
from mystage.application.ports.blobs import BlobStore
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.readers import ReaderRegistry
from mystage.application.ports.system import Clock
from mystage.application.runtime.stages import Outcome
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.delivery import Task
from mystage.domain.errors import NotFound
from mystage.domain.pipeline.page_kinds import kind_of_reading
from mystage.domain.pipeline.reading.claiming import Found, claims_of
from mystage.domain.pipeline.reading.days import PageClock
from mystage.domain.pipeline.reading.examples import origin_of
from mystage.domain.pipeline.reading.learned import LEARNED, Learned, learn, learned_id, misfit
from mystage.domain.pipeline.reading.learned import read as read_by
from mystage.domain.pipeline.reading.page import RelevantPage, chunks
from mystage.domain.pipeline.reading.spending import next_day
from mystage.domain.pipeline.scrapes import EXTRACTIONS, SCRAPES, Extraction, Scrape
from mystage.domain.sources import PerformanceClaim, Reading, ReadingOutcome
from mystage.domain.values import evolve


@dataclass(frozen=True, slots=True)
class ReadPage(Extracted):
    """What a model (or what was learned from it) made of a page, and what that took."""

    counts: Mapping[str, int] = field(default_factory=dict)
    selectors: Learned | None = None
    """To be kept: learned just now, used once more, or dropped."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A page that is not read for now, and why."""

    scrape: Scrape
    refusal: Refusal


class Read(Extract):
    """Reads what `extract` and `route` have parked. Every value that it passes on is a quote of the page."""

    def __init__(
        self,
        store: DocumentStore,
        blobs: BlobStore,
        readers: ReaderRegistry,
        clock: Clock,
        agent: PageAgent,
        reducer: PageReducer,
        clocks: PageClocks,
        asking: Asking,
        most_chunks: int,
    ) -> None:
        super().__init__(store, blobs, readers, clock, agent)
        self._reducer = reducer
        self._clocks = clocks
        self._asking = asking
        self._most_chunks = most_chunks

    @property
    def _version(self) -> str:
        return f"{self._agent.prompt}@{self._agent.model}"

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Any]:
        unit = UnitOfWork(self._store)
        scrapes = await unit.of(SCRAPES).get_many(task.payload["scrape_id"] for task in tasks)
        good = await last_good(unit, self._blobs, scrapes.values())
        found = await asyncio.gather(
            *(self._page(scrapes.get(task.payload["scrape_id"])) for task in tasks), return_exceptions=True
        )
        for each in found:
            if isinstance(each, BaseException) and not isinstance(each, Exception):
                raise each
        return [
            replace(page, good=good.get(scrapes[task.payload["scrape_id"]].url_id))
            if isinstance(page, ReadPage)
            else page
            for task, page in zip(tasks, found, strict=True)
        ]

    async def _page(self, scrape: Scrape | None) -> ReadPage | Waits | Exception:
        if scrape is None:
            return NotFound("the scrape is gone")
        document = raw(scrape, await self._blobs.get(scrape.body))
        heavy = scrape.size > HEAVY
        page = await asyncio.to_thread(self._reducer.reduce, document) if heavy else self._reducer.reduce(document)
        clock = self._clocks.clock(page, scrape.fetched_at)
        by_selectors = await self._learned(scrape, page, clock)
        if by_selectors is not None and by_selectors.extraction.outcome is ReadingOutcome.RECORDS:
            return by_selectors
        asked = await self._asked(scrape, page, clock)
        if by_selectors is not None and isinstance(asked, ReadPage) and asked.selectors is None:
            # they did not fit, and nothing took their place
            return _without(asked, by_selectors)
        return asked

    async def _learned(self, scrape: Scrape, page: RelevantPage, clock: PageClock) -> ReadPage | None:
        """What selectors of the page's pattern give; outcome `nothing` where they do not fit; None without any."""
        learned = await UnitOfWork(self._store).of(LEARNED).get(learned_id(page.url))
        if learned is None or learned.dropped_at is not None or f"{learned.prompt}@{learned.model}" != self._version:
            return None  # another prompt reads for itself
        found = read_by(page, learned)
        why = found if isinstance(found, str) else ""
        if not isinstance(found, str):
            claims = claims_of([found], page, clock)
            why = misfit(learned, len(found[0].shows), len(claims.claims.performances))
            if not why:
                kept = evolve(learned, uses=learned.uses + 1)
                by = f"selectors:{self._version}"
                return await self._made(scrape, page, claims, by, {"learned": 1}, kept)
        gone = evolve(learned, dropped_at=self._clock.now(), why_dropped=why)
        empty = Found(claims_of([], page, clock).claims, (), {})
        return await self._made(scrape, page, empty, "", {"learned_dropped": 1}, gone)

    async def _asked(self, scrape: Scrape, page: RelevantPage, clock: PageClock) -> ReadPage | Waits:
        """What the model says, part by part; the page waits where a part cannot be asked for."""
        if not self._agent.model:
            return Waits(scrape, Refusal(NEEDS))
        parts = chunks(page)
        answers, kept, by = [], 0, ""
        for part in parts[: self._most_chunks]:
            got, known = await self._asking.answer(part, origin_of(scrape.source, scrape.url))
            if isinstance(got, Refusal):
                return Waits(scrape, got)
            answers.append((got.answer, part.links))
            kept += known
            by = f"{self._agent.prompt}@{got.model}"
        found = claims_of(answers, page, clock)
        now = self._clock.now()
        # selectors of an earlier answer that fit are used before; here they are missing, dropped, or of another prompt
        selectors = learn(page, found.spans, found.claims, prompt=self._agent.prompt, model=self._agent.model, now=now)
        if selectors is not None and not _gives_back(page, selectors, found, clock):
            selectors = None
        counts = {
            "pages": 1,
            "cache_hits": kept,
            "not_read_chunks": len(parts) - len(answers),
            "taught": selectors is not None,
        }
        return await self._made(scrape, page, found, by, counts, selectors)

    async def _made(
        self,
        scrape: Scrape,
        page: RelevantPage,
        found: Found,
        by: str,
        counts: Mapping[str, int],
        selectors: Learned | None,
    ) -> ReadPage:
        outcome = ReadingOutcome.RECORDS if len(found.claims) else ReadingOutcome.NOTHING
        reading = Reading(
            outcome=outcome,
            claims=found.claims,
            reason="" if len(found.claims) else "a model found no show with a certain day in it",
            evidence=found.evidence,
            page_text=await self._blobs.put(page.text.encode("utf-8", "surrogatepass")) if found.evidence else "",
            read_by=by,
        )
        tally = Counter({f"model/{name}": int(count) for name, count in counts.items()})
        tally.update({f"model/dropped/{cause}": count for cause, count in found.dropped.items()})
        tally.update(
            {
                "model/suspect_lines": page.suspect,
                f"model/values/{self._agent.prompt}/{origin_of(scrape.source, scrape.url)}": len(found.evidence),
            }
        )
        extraction = await self._document(scrape, version_of(self._agent), reading)
        return ReadPage(
            extraction,
            (),
            reading.claims,
            kind_of_reading(reading, MODEL),
            counts={name: count for name, count in tally.items() if count},
            selectors=selectors,
        )

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        pages = [page for page in ready if isinstance(page, ReadPage)]
        await unit.of(LEARNED).get_many(page.selectors.id for page in pages if page.selectors is not None)
        await super().load(unit, tasks, pages)

    async def apply(self, unit: UnitOfWork, task: Task, ready: ReadPage | Waits) -> Outcome:  # type: ignore[override]  # its own `prepare` made it
        if isinstance(ready, Waits):
            return await self._wait(unit, task, ready)
        for counter, amount in ready.counts.items():
            unit.count(counter, amount)
        if ready.selectors is not None:
            await _keep(unit, ready.selectors)
        parked = await self._parked(unit, ready.extraction.scrape_id)
        for extraction in parked:
            if extraction.id != ready.extraction.id:
                unit.of(EXTRACTIONS).delete(extraction.id)
        return await super().apply(unit, task, ready)

    async def _wait(self, unit: UnitOfWork, task: Task, ready: Waits) -> Outcome:
        """Say on the parked reading why it waits; where tomorrow's budget will do, come back tomorrow."""
        for extraction in await self._parked(unit, ready.scrape.id):
            reason = f"{extraction.reason.partition('; waits: ')[0][:200]}; waits: {ready.refusal.reason}"
            unit.of(EXTRACTIONS).put(evolve(extraction, reason=reason[:500]))
        unit.count("model/waits")
        if ready.refusal.tomorrow:
            later = next_day(self._clock.now())
            unit.queue(Task(id=task.id, queue=task.queue, payload=task.payload, trace=task.trace, not_before=later))
        return Outcome.PARKED

    async def _parked(self, unit: UnitOfWork, scrape_id: str) -> list[Extraction]:
        found = await unit.of(EXTRACTIONS).find_by("scrape_id", [scrape_id])
        return [extraction for extraction in found if extraction.needs_model]


async def _keep(unit: UnitOfWork, selectors: Learned) -> None:
    """Selectors that were just learned; or one more use, or the end, of those that still stand: pages are read at once."""
    if not selectors.uses and selectors.dropped_at is None:
        await unit.of(LEARNED).get(selectors.id)  # what they replace
        unit.of(LEARNED).put(selectors)
        return
    known = await unit.of(LEARNED).get(selectors.id)
    if known is None or known.dropped_at is not None or known.learned_at != selectors.learned_at:
        return
    gone = {"dropped_at": selectors.dropped_at, "why_dropped": selectors.why_dropped}
    unit.of(LEARNED).put(evolve(known, **(gone if selectors.dropped_at else {"uses": known.uses + 1})))


def _gives_back(page: RelevantPage, selectors: Learned, found: Found, clock: PageClock) -> bool:
    """Whether selectors find on their own page the very shows that the model found there."""
    again = read_by(page, selectors)
    if isinstance(again, str):
        return False
    told = claims_of([again], page, clock).claims
    return {_essence(c) for c in told.performances} == {_essence(c) for c in found.claims.performances}


def _essence(claim: PerformanceClaim) -> tuple[Any, ...]:
    return claim.title, claim.start_local, claim.end_local, claim.venue, claim.artists, claim.price_min, claim.status


def _without(asked: ReadPage, dropped: ReadPage) -> ReadPage:
    """The model's reading, with the note that selectors of before are dropped."""
    return replace(asked, counts={**asked.counts, **dropped.counts}, selectors=dropped.selectors)
