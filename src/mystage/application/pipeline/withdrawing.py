"""Taking back what a page said, once it is proved that the page is gone."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from mystage.application.catalogue.entities import merge_task
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.pipeline.scrapes import SCRAPES
from mystage.domain.pipeline.urls import UrlDoc
from mystage.domain.sources import ENTITY_SOURCES, EntitySource, PerformanceClaim
from mystage.domain.values import evolve

PROOFS: Final = 2
"""Visits in a row that must find a page gone (404 or 410): one may be a mistake of the site."""


async def withdraw(unit: UnitOfWork, url: UrlDoc, *, now: datetime, trace: str = "") -> int:
    """Take back the shows to come that stood on a page that is gone; the answer is their number.

    Shows that are over stay: their pages go as a matter of course, and the catalogue keeps their history. So do venues
    and artists, of which other pages of the source speak too.
    """
    scrape = await unit.of(SCRAPES).get(url.scrape_id) if url.scrape_id else None
    pages = {url.url, scrape.url if scrape else url.url}
    gone = [s for s in await unit.of(ENTITY_SOURCES).find_by("url", sorted(pages)) if _to_come(s, now)]
    for source in gone:
        unit.of(ENTITY_SOURCES).put(evolve(source, withdrawn_at=now))
        unit.queue(merge_task(source.kind, source.entity_id, trace))
    return len(gone)


def _to_come(source: EntitySource, now: datetime) -> bool:
    claim = source.claim
    if source.withdrawn_at is not None or not isinstance(claim, PerformanceClaim) or claim.start_local is None:
        return False
    return claim.start_local[:10] >= now.date().isoformat()
