"""The quality shield in the flow: a reading that is not believed is set aside, the last good one stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mystage.application.ports.blobs import BlobStore
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.delivery import Task
from mystage.domain.pipeline.quality import FINDINGS, FindingStatus, doubted, finding_id, has_lasted
from mystage.domain.pipeline.scrapes import EXTRACTIONS, Extraction, Scrape
from mystage.domain.pipeline.shield import doubt, told
from mystage.domain.pipeline.urls import URLS, UrlDoc
from mystage.domain.sources import SOURCES, Claims, Reading
from mystage.domain.values import evolve


async def claims_of(blobs: BlobStore, extraction: Extraction | None) -> Claims | None:
    """What a reading holds; None: there is none."""
    if extraction is None:
        return None
    if extraction.reading is not None:
        return extraction.reading.claims
    if extraction.reading_blob is None:
        return None
    return Reading.model_validate_json(await blobs.get(extraction.reading_blob)).claims


async def last_good(unit: UnitOfWork, blobs: BlobStore, scrapes: Iterable[Scrape]) -> dict[str, Claims]:
    """By address, the claims of the last good readings of the pages behind these scrapes."""
    urls = await unit.of(URLS).get_many(scrape.url_id for scrape in scrapes)
    ids = {id: url.extraction_id for id, url in urls.items() if url.extraction_id}
    found = await unit.of(EXTRACTIONS).get_many(ids.values())
    claims = {id: await claims_of(blobs, found.get(extraction)) for id, extraction in ids.items()}
    return {id: held for id, held in claims.items() if held is not None}


async def believed(
    unit: UnitOfWork, url: UrlDoc, scrape: Scrape, good: Claims | None, after: Extraction, claims: Claims, now: datetime
) -> bool:
    """Whether a reading that gave records may count. One that may not is kept without effects, with a finding.

    `good` are the claims of the page's last good reading, `claims` those of the new reading `after`.
    """
    source = await unit.of(SOURCES).get(url.source)
    expect = source.expect if source is not None else None
    if url.live:
        good = None  # an answer to a query: fewer results are no loss, and none of them is proof of absence
    was = told(good, now.date()) if good is not None else None
    found = doubt(was, claims, today=now.date(), said=scrape.trouble, expect=expect)
    if found is None:
        return True
    id = finding_id(after.url, found.cause)
    known = await unit.of(FINDINGS).get(id)
    if known is not None and has_lasted(known, now):
        unit.of(FINDINGS).put(evolve(known, quarantined=False))
        return True
    before = await unit.of(EXTRACTIONS).get(url.extraction_id) if url.extraction_id else None
    unit.of(FINDINGS).put(doubted(before, after, found, known, now=now))
    unit.of(URLS).put(evolve(url, doubted=id))
    unit.count("extract/quarantined")
    return False


async def doubted_again(unit: UnitOfWork, url: UrlDoc, *, now: datetime, trace: str) -> None:
    """A visit found the body that is not believed once more; what lasts is looked at again."""
    if not url.doubted or url.scrape_id is None:
        return
    finding = await unit.of(FINDINGS).get(url.doubted)
    if finding is None or finding.status is not FindingStatus.OPEN:
        return
    finding = evolve(finding, seen=finding.seen + 1)
    unit.of(FINDINGS).put(finding)
    if has_lasted(finding, now):
        unit.queue(Task(id=f"route:{url.scrape_id}", queue="route", payload={"scrape_id": url.scrape_id}, trace=trace))
