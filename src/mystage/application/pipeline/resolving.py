"""Resolve: which entity does each record belong to? Equal claims end the flow here.

Two workers that resolve at once could each found an entity for the same thing without seeing the other. So every
commit that adds a record also writes the guard of its kind (one document); the slower worker gets a Conflict and
decides again, seeing what the other has written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from mystage.application.catalogue.entities import founded_id, merge_task
from mystage.application.catalogue.joining import look_again_at_dependents, read_guards, turn
from mystage.application.pipeline.matching import Matcher
from mystage.application.pipeline.prepared import Prepared
from mystage.application.pipeline.records import Record, records_of
from mystage.application.ports.agents import MODEL, MODEL_READER
from mystage.application.ports.blobs import BlobStore
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.readers import ReaderInfo, ReaderRegistry
from mystage.application.ports.system import Clock
from mystage.application.runtime.stages import Handler, Outcome
from mystage.application.unit_of_work import UnitOfWork, dump
from mystage.domain.decisions import Curated, with_edit
from mystage.domain.delivery import Task
from mystage.domain.errors import NotFound
from mystage.domain.pipeline.scrapes import EXTRACTIONS, SCRAPES, Extraction
from mystage.domain.pipeline.urls import URLS
from mystage.domain.resolution.moved import moved
from mystage.domain.resolution.scoring import Scorer
from mystage.domain.sources import ENTITY_SOURCES, SOURCES, AnyClaim, EntitySource, PerformanceClaim, Reading
from mystage.domain.values import Kind, evolve

Work = list[Record] | str
"""The records of an extraction, or the id of one entity source to look at again."""


class Resolve(Handler):
    """Turns claims into entity sources and gives each its entity."""

    def __init__(
        self,
        store: DocumentStore,
        blobs: BlobStore,
        readers: ReaderRegistry,
        scorer: Scorer,
        clock: Clock,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._readers = readers
        self._scorer = scorer
        self._clock = clock
        self._last: tuple[UnitOfWork, Matcher] | None = None
        self._prepared = Prepared()

    def _matcher(self, unit: UnitOfWork) -> Matcher:
        """The matcher of a unit: what it has prepared for one task serves the next."""
        # the last one alone: a matcher holds its unit, and a unit all that it has read
        if self._last is None or self._last[0] is not unit:
            self._last = unit, Matcher(unit, self._scorer, self._clock.now(), self._prepared)
        return self._last[1]

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Work | Exception]:
        unit = UnitOfWork(self._store)
        wanted = [task.payload["extraction_id"] for task in tasks if "extraction_id" in task.payload]
        found = await unit.of(EXTRACTIONS).get_many(wanted)
        sources = await unit.of(SOURCES).get_many(extraction.source for extraction in found.values())
        info = lru_cache(maxsize=None)(self._readers.info)
        return [await self._work(task, found, sources, info) for task in tasks]

    async def _work(
        self,
        task: Task,
        found: Mapping[str, Extraction],
        sources: Mapping[str, Any],
        info: Callable[[str], ReaderInfo],
    ) -> Work | Exception:
        if "entity_source_id" in task.payload:
            return task.payload["entity_source_id"]
        extraction = found.get(task.payload["extraction_id"])
        if extraction is None:
            return NotFound("the extraction is gone", where=task.payload["extraction_id"])
        reading = extraction.reading
        if reading is None:
            reading = Reading.model_validate_json(await self._blobs.get(extraction.reading_blob or ""))
        name = extraction.reader.partition("/")[0]
        reader = MODEL_READER if name == MODEL else info(name)
        return records_of(extraction, reading.claims, sources.get(extraction.source), reader)

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Work]) -> None:
        matcher = self._matcher(unit)
        await read_guards(unit)  # before all else: what somebody commits after this read is a conflict
        await _current(unit, [work[0].extraction for work in ready if work and not isinstance(work, str)])
        records = [record for work in ready if not isinstance(work, str) for record in work]
        again = [work for work in ready if isinstance(work, str)]
        known = await unit.of(ENTITY_SOURCES).get_many([*(r.id for r in records), *again])
        fresh = [r for r in records if r.id not in known or known[r.id].fingerprint != fingerprint(r)]
        await matcher.prefetch(fresh, known)
        if fresh:
            pages = [r.extraction.url for r in fresh if r.kind is Kind.PERFORMANCE and r.id not in known]
            await unit.of(ENTITY_SOURCES).prefetch_by("url", pages)

    async def apply(self, unit: UnitOfWork, task: Task, ready: Work) -> Outcome:
        now = self._clock.now()
        matcher = self._matcher(unit)
        if isinstance(ready, str):
            source = await unit.of(ENTITY_SOURCES).get(ready)
            if source is None or source.withdrawn_at is not None:
                return Outcome.NOTHING
            return await self._again(unit, matcher, source, task.trace)
        if ready and await _outdated(unit, ready[0].extraction):
            return Outcome.UNCHANGED
        changed, was = False, await self._moved(unit, ready)
        for record in ready:
            if record.id in was:
                await self._retime(unit, matcher, record, was[record.id], task.trace)
                changed = True
            else:
                changed |= await self._record(unit, matcher, record, now, task.trace)
        return Outcome.CHANGED if changed else Outcome.UNCHANGED

    async def _moved(self, unit: UnitOfWork, records: list[Record]) -> dict[str, EntitySource]:
        """Shows that their page now tells at another time: id of the new record -> the record of last time."""
        repository = unit.of(ENTITY_SOURCES)
        known = await repository.get_many(record.id for record in records)
        come = {
            r.id: (r.claim, r.venue_source, r.artist_sources)
            for r in records
            if isinstance(r.claim, PerformanceClaim) and (r.id not in known or known[r.id].withdrawn_at is not None)
        }
        if not come:
            return {}
        here = {record.id for record in records}
        page = await repository.find_by("url", [records[0].extraction.url])
        return moved([s for s in page if s.id not in here and s.withdrawn_at is None], come)

    async def _retime(self, unit: UnitOfWork, matcher: Matcher, record: Record, was: EntitySource, trace: str) -> None:
        """The record takes the place of the one of last time, in the same entity; that one is taken back."""
        now = self._clock.now()
        before = await unit.of(ENTITY_SOURCES).get(record.id)  # taken back once: the show has moved back
        fresh = evolve(
            _source(record, before, fingerprint(record), now), entity_id=was.entity_id, first_seen=was.first_seen
        )
        fresh = evolve(fresh, edits=_both(fresh.edits, was.edits), preferred=was.preferred or fresh.preferred)
        unit.of(ENTITY_SOURCES).put(evolve(was, withdrawn_at=now, edits=(), preferred=()))
        matcher.succeed(was, fresh)
        placed = await self._place(unit, matcher, fresh, founder=False, trace=trace)
        if before is not None and before.entity_id != placed.entity_id:
            unit.queue(merge_task(before.kind, before.entity_id, trace))

    async def _record(self, unit: UnitOfWork, matcher: Matcher, record: Record, now: datetime, trace: str) -> bool:
        known = await unit.of(ENTITY_SOURCES).get(record.id)
        print_ = fingerprint(record)
        if known is not None and known.withdrawn_at is None:
            same = known.fingerprint == print_
            if same and known.url == record.extraction.url:
                return False
            if speaks_for(known, record):
                _note_page(unit, known, record)
                return False
            if same:
                self._quote(unit, known, record, trace)
                return True
        source = _source(record, known, print_, now)
        await self._place(unit, matcher, source, founder=known is None, trace=trace)
        if known is not None and known.entity_id != source.entity_id:
            unit.queue(merge_task(source.kind, known.entity_id, trace))
        return True

    def _quote(self, unit: UnitOfWork, known: EntitySource, record: Record, trace: str) -> None:
        """Two pages of a source say the same: the one that stands for both must not depend on which came first."""
        page = record.extraction
        moved = evolve(
            known,
            url=page.url,
            also_on=told_on(record, known),
            extraction_id=page.id,
            scrape_id=page.scrape_id,
            reader=page.reader,
        )
        unit.of(ENTITY_SOURCES).put(moved)
        unit.queue(merge_task(known.kind, known.entity_id, trace))

    async def _again(self, unit: UnitOfWork, matcher: Matcher, source: EntitySource, trace: str) -> Outcome:
        """What the record refers to has moved: new keys, perhaps new company."""
        placed = await self._place(unit, matcher, source, founder=False, trace=trace)
        return Outcome.UNCHANGED if placed == source else Outcome.CHANGED

    async def _place(
        self, unit: UnitOfWork, matcher: Matcher, source: EntitySource, *, founder: bool, trace: str
    ) -> EntitySource:
        """Give the record its keys and its entity, and write it."""
        side = await matcher.side(source)
        decision = await matcher.decide(source, side)
        home = decision.entity_id if founder and decision.entity_id is not None else source.entity_id
        placed = evolve(source, match_keys=matcher.keys(side), entity_id=home)
        if placed.match_keys != source.match_keys or founder:
            await turn(unit, source.kind)
        unit.of(ENTITY_SOURCES).put(placed)
        entity_id = await matcher.record_decision(placed, decision, trace=trace)
        unit.queue(merge_task(source.kind, entity_id, trace))
        if founder and entity_id != source.entity_id:
            await look_again_at_dependents(unit, [source], trace=trace)
        return evolve(placed, entity_id=entity_id) if entity_id != placed.entity_id else placed


async def _current(unit: UnitOfWork, extractions: Sequence[Extraction]) -> dict[str, Extraction]:
    """By scrape, the extraction that stands for the page now, where that is another one."""
    scrapes = await unit.of(SCRAPES).get_many(extraction.scrape_id for extraction in extractions)
    urls = await unit.of(URLS).get_many(scrape.url_id for scrape in scrapes.values())
    ours = {extraction.id for extraction in extractions}
    stands = {s.id: urls[s.url_id].extraction_id or "" for s in scrapes.values() if s.url_id in urls}
    found = await unit.of(EXTRACTIONS).get_many(id for id in stands.values() if id and id not in ours)
    return {scrape: found[id] for scrape, id in stands.items() if id in found}


async def _outdated(unit: UnitOfWork, extraction: Extraction) -> bool:
    """Whether the page has said something else since (the task of an old reading may come late, such as by a retry)."""
    current = (await _current(unit, [extraction])).get(extraction.scrape_id)
    return current is not None and current.claims_fingerprint != extraction.claims_fingerprint


def fingerprint(record: Record) -> str:
    """Over all that the canonical entity takes from the record."""
    parts = (dump(record.claim), str(int(record.rank)).encode(), "|".join(_references(record)).encode())
    return hashlib.sha256(b"\x1f".join(parts)).hexdigest()[:32]


def speaks_for(known: EntitySource, record: Record) -> bool:
    """Whether what is kept of this thing comes from another page of the source that says more of it.

    A source may speak of one thing on many pages, in more or less detail. The page that says most is kept (of equals, the
    one with the lowest address): a total order, so that neither the order of arrival nor a re-crawl of the others matters.
    """
    page = record.extraction.url
    if known.url == page:
        return False
    return (-said(known.claim), known.url) < (-said(record.claim), page)


_MOST_PAGES = 200
"""Pages that are remembered of one show."""


def told_on(record: Record, known: EntitySource | None) -> tuple[str, ...]:
    """The other pages that tell of a show for which the record's page speaks from now on."""
    if known is None or known.withdrawn_at is not None or record.kind is not Kind.PERFORMANCE:
        return ()
    return tuple(sorted({*known.also_on, known.url} - {record.extraction.url}))[:_MOST_PAGES]


def _note_page(unit: UnitOfWork, known: EntitySource, record: Record) -> None:
    """Another page speaks for the show; that this one tells of it too keeps it alive when that one is gone."""
    page = record.extraction.url
    if record.kind is Kind.PERFORMANCE and page not in known.also_on and len(known.also_on) < _MOST_PAGES:
        unit.of(ENTITY_SOURCES).put(evolve(known, also_on=tuple(sorted((*known.also_on, page)))))


def said(claim: AnyClaim) -> int:
    """How many values a claim holds."""
    return sum(len(v) if isinstance(v, (tuple, dict)) else v not in (None, "", False) for v in vars(claim).values())


def _references(record: Record) -> Iterable[str]:
    return (record.venue_source or "", *record.artist_sources)


def _source(record: Record, known: EntitySource | None, print_: str, now: datetime) -> EntitySource:
    extraction = record.extraction
    return EntitySource(
        id=record.id,
        kind=record.kind,
        source=record.source,
        rank=record.rank,
        key=record.claim.key,
        claim=record.claim,
        extraction_id=extraction.id,
        scrape_id=extraction.scrape_id,
        url=extraction.url,
        also_on=told_on(record, known),
        reader=extraction.reader,
        first_seen=known.first_seen if known else now,
        last_seen=now,
        fingerprint=print_,
        entity_id=known.entity_id if known else founded_id(record.id, record.kind),
        match_keys=known.match_keys if known else (),
        venue_source=record.venue_source,
        artist_sources=record.artist_sources,
        edits=known.edits if known else (),
        preferred=known.preferred if known else (),
    )


def _both(mine: tuple[Curated, ...], theirs: tuple[Curated, ...]) -> tuple[Curated, ...]:
    """The edits of two records that are one: of two for a field, the newer."""
    for edit in theirs:
        if all(own.field != edit.field or own.at < edit.at for own in mine):
            mine = with_edit(mine, edit)
    return mine
