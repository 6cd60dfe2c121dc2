"""Quality findings: opened when a page that gave records falls silent, closed when it speaks again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.pipeline.quality import (
    DOUBTS,
    FINDINGS,
    READING_CAUSES,
    VISIT_CAUSES,
    FindingStatus,
    finding_id,
    harvest,
    shrunken,
    unreachable,
)
from mystage.domain.pipeline.scrapes import EXTRACTIONS, Extraction
from mystage.domain.pipeline.urls import UrlDoc
from mystage.domain.sources import ReadingOutcome
from mystage.domain.values import evolve


async def judge_reading(unit: UnitOfWork, before: Extraction | None, after: Extraction, now: datetime) -> None:
    """Compare a new reading of a page with the last one that gave records."""
    if before is None or before.id == after.id:
        return
    if after.outcome is ReadingOutcome.RECORDS:
        await _close(unit, after.url, READING_CAUSES, grown=harvest(after) > harvest(before))
    elif (finding := shrunken(before, after, now=now)) is not None:
        unit.of(FINDINGS).overwrite(finding)


async def judge_visit(unit: UnitOfWork, url: UrlDoc, cause: str, reason: str, now: datetime) -> None:
    """A visit that brought nothing: a finding, where the page once gave records."""
    before = await unit.of(EXTRACTIONS).get(url.extraction_id) if url.extraction_id else None
    if before is not None:
        unit.of(FINDINGS).overwrite(unreachable(before, url.url, cause, reason, now=now))


async def visited_again(unit: UnitOfWork, url: UrlDoc) -> None:
    """The page answers again."""
    await _close(unit, url.url, VISIT_CAUSES)


async def _close(unit: UnitOfWork, url: str, causes: Sequence[str], *, grown: bool = True) -> None:
    found = await unit.of(FINDINGS).get_many(finding_id(url, cause) for cause in causes)
    for finding in found.values():
        # a page that shrank and stays small is still a question, also when its data is taken
        lasting = finding.cause in DOUBTS and not finding.quarantined and not grown
        if finding.status is FindingStatus.OPEN and not lasting:
            unit.of(FINDINGS).put(evolve(finding, status=FindingStatus.RESOLVED))
