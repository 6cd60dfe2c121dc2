"""Taking back what a page said, once it is proved that the page is gone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from mystage.application.catalogue.entities import merge_task
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.delivery import Task
from mystage.domain.pipeline.scrapes import SCRAPES
from mystage.domain.pipeline.urls import URLS, UrlDoc, url_id
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
    gone = [s for s in await told_by(unit, pages) if _to_come(s, now)]
    return sum([await let_go(unit, source, pages, now=now, trace=trace) for source in gone])


async def told_by(unit: UnitOfWork, pages: Collection[str]) -> list[EntitySource]:
    """The shows that these pages tell of, as the page of their record or as one of the others."""
    repository, asked = unit.of(ENTITY_SOURCES), sorted(pages)
    found = {s.id: s for field in ("url", "also_on") for s in await repository.find_by(field, asked)}
    return [s for s in found.values() if isinstance(s.claim, PerformanceClaim)]


async def let_go(unit: UnitOfWork, source: EntitySource, pages: set[str], *, now: datetime, trace: str) -> bool:
    """These pages do not tell of a show any more. Whether it is taken back: no other page of the source tells of it.

    Where another one does, its record stands from now on; it is resolved anew, since so far the other spoke for both.
    """
    others = tuple(other for other in source.also_on if other not in pages)
    if source.url not in pages:
        unit.of(ENTITY_SOURCES).put(evolve(source, also_on=others))
        return False
    if others:
        unit.of(ENTITY_SOURCES).put(evolve(source, url=others[0], also_on=others[1:], fingerprint=""))
        other = await unit.of(URLS).get(url_id(others[0]))
        if other is not None and other.extraction_id is not None:
            payload = {"extraction_id": other.extraction_id}
            unit.queue(Task(id=f"resolve:{other.extraction_id}", queue="resolve", payload=payload, trace=trace))
        return False
    unit.of(ENTITY_SOURCES).put(evolve(source, withdrawn_at=now, also_on=()))
    unit.queue(merge_task(source.kind, source.entity_id, trace))
    return True


def _to_come(source: EntitySource, now: datetime) -> bool:
    claim = source.claim
    if source.withdrawn_at is not None or not isinstance(claim, PerformanceClaim) or claim.start_local is None:
        return False
    return claim.start_local[:10] >= now.date().isoformat()
