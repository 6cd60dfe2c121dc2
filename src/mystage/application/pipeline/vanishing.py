"""Shows that vanish from a page that stays: missed on several visits, then taken back, unless another page tells of them."""

from __future__ import annotations

from datetime import datetime

from mystage.application.pipeline.withdrawing import let_go, told_by
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.pipeline.absence import absent, after_reading, after_same, is_witness, proved
from mystage.domain.pipeline.scrapes import SCRAPES
from mystage.domain.pipeline.urls import UrlDoc
from mystage.domain.sources import ENTITY_SOURCES, Claims, PerformanceClaim
from mystage.domain.values import evolve


async def note_absence(
    unit: UnitOfWork, url: UrlDoc, page: str, claims: Claims, *, goes_on: bool, now: datetime, trace: str
) -> UrlDoc:
    """The address after a reading that is believed; `page` is the address that the records carry."""
    if not is_witness(url, goes_on=goes_on):
        return evolve(url, missing=()) if url.missing else url
    before = [s for s in await told_by(unit, (page,)) if s.withdrawn_at is None]
    keys = {p.key for p in claims.performances}
    here = {s.id for s in before if s.key in keys}
    days = {
        s.id: s.claim.start_local[:10] for s in before if isinstance(s.claim, PerformanceClaim) and s.claim.start_local
    }
    told = [p.start_local[:10] for p in claims.performances if p.start_local]
    gone = absent(days, here, told, now.date().isoformat())
    if not gone and not url.missing:
        return url
    return await _conclude(unit, after_reading(url, gone, here, now), page, now=now, trace=trace)


async def still_missing(unit: UnitOfWork, url: UrlDoc, *, now: datetime, trace: str) -> UrlDoc:
    """The address after a visit that found the body of last time."""
    if not url.missing:
        return url
    return await _conclude(unit, after_same(url), url.url, now=now, trace=trace)


async def _conclude(unit: UnitOfWork, url: UrlDoc, page: str, *, now: datetime, trace: str) -> UrlDoc:
    """Take back what is proved to be gone. A show that another page tells of is that page's from now on."""
    done = proved(url, now)
    if not done:
        return url
    scrape = await unit.of(SCRAPES).get(url.scrape_id) if url.scrape_id else None
    pages = {page, url.url, scrape.url if scrape else url.url}
    for source in (await unit.of(ENTITY_SOURCES).get_many(done)).values():
        if source.withdrawn_at is None and await let_go(unit, source, pages, now=now, trace=trace):
            unit.count("withdrawn/vanished")
    return evolve(url, missing=tuple(m for m in url.missing if m.id not in done))
