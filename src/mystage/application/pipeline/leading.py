"""Where the answer of a live source leads: further pages, smaller queries, a run that is asked for again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from mystage.application.pipeline.planning import BATCH, Wanted, plan_task
from mystage.application.ports.live import After, LiveSources
from mystage.application.ports.pages import PageResult
from mystage.application.runtime.stages import Outcome
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.delivery import Task
from mystage.domain.pipeline.quality import FINDINGS, incomplete
from mystage.domain.pipeline.scrapes import EXTRACTIONS, Extraction, extraction_id
from mystage.domain.pipeline.urls import URLS, UrlDoc, UrlState
from mystage.domain.sources import ReadingOutcome
from mystage.domain.values import evolve

HELD_BACK: Final = "held_back"
"""Code of a visit for which our own limits left no room."""
DEEPEST: Final = 1_000
"""Steps from a start address: pages that name each other by tokens end somewhere."""
MOST_LOOKS: Final = 500
"""Visits in all to the address of a run that is never done."""


def lead_on(
    unit: UnitOfWork, url: UrlDoc, after: After, *, now: datetime, task: Task, live: LiveSources | None
) -> bool:
    """Plan what follows an answer. Whether the answer is to be read."""
    later = now + timedelta(seconds=after.wait) if after.wait else None
    if live is not None and url.depth < DEEPEST:
        info = live.info(url.live)
        for start in range(0, len(after.follow), BATCH):
            chunk = [Wanted(link) for link in after.follow[start : start + BATCH]]
            planned = plan_task(
                url.source, chunk, depth=url.depth + 1, public=url.public, trace=task.trace, live=info, not_before=later
            )
            unit.queue(planned)
    elif after.follow:
        after = After(read=after.read, cut=f"more than {DEEPEST:,} pages")
    if after.cut:
        unit.of(FINDINGS).overwrite(incomplete(url.source, url.url, after.cut, now=now))
    if after.again is not None and url.fetches < MOST_LOOKS:
        unit.queue(fetch_later(url, now + timedelta(seconds=after.again), task.trace))
    if after.read:
        return True
    _set_aside(unit, url, after, now)
    return False


def _set_aside(unit: UnitOfWork, url: UrlDoc, after: After, now: datetime) -> None:
    """An answer without records of its own: on record, and read by nobody."""
    if after.refused:
        unit.of(URLS).put(evolve(url, state=UrlState.FAILED, reason=after.refused[:500], failures=url.failures + 1))
        unit.of(FINDINGS).overwrite(incomplete(url.source, url.url, after.refused, now=now))
    scrape_id = url.scrape_id or ""
    unit.of(EXTRACTIONS).overwrite(
        Extraction(
            id=extraction_id(scrape_id, "live/1"),
            scrape_id=scrape_id,
            url=url.url,
            source=url.source,
            reader="live/1",
            outcome=ReadingOutcome.NOTHING,
            reason=after.refused or "it leads to the answers that hold records",
            extracted_at=now,
        )
    )


def hold_back(unit: UnitOfWork, url: UrlDoc, now: datetime, page: PageResult, trace: str) -> Outcome:
    """Put a visit off until the source's limits leave room."""
    unit.of(URLS).put(evolve(url, reason=page.reason[:500]))
    unit.queue(fetch_later(url, now + timedelta(seconds=page.retry_after or 1.0), trace))
    unit.count("fetch/held_back")
    return Outcome.NOTHING


def fetch_later(url: UrlDoc, at: datetime, trace: str) -> Task:
    """A visit at a later time. Its id is its own: the task under way would run once more at once."""
    id = f"fetch:{url.id}:{int(at.timestamp())}"
    return Task(id=id, queue="fetch", payload={"url_id": url.id}, trace=trace, not_before=at)
