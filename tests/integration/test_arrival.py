"""What the catalogue says of a source does not depend on which of its pages came first."""

from __future__ import annotations

import pytest

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.application.ports.pages import PageResult
from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import running
from mystage.domain.pipeline.scrapes import FetchOutcome
from mystage.domain.sources import ENTITY_SOURCES
from mystage.domain.values import Kind
from mystage.settings import Settings

PAGES = ("https://gigs.example/one", "https://gigs.example/two")


def page(url: str, title: str) -> PageResult:
    """A show at a house of which every page says the same."""
    body = f"""<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "MusicEvent", "name": "{title}",
      "startDate": "2031-05-01T20:00", "location": {{"@type": "MusicVenue", "name": "Birch Hall", "address": "1 Mill Road, Leeds"}}}}</script>"""
    return PageResult(url, FetchOutcome.OK, 200, body.encode(), "text/html", final_url=url)


@pytest.mark.parametrize("order", [PAGES, PAGES[::-1]], ids=["forwards", "backwards"])
async def test_the_page_that_stands_for_equal_ones_is_the_same(order):
    """Of two pages that say the same of a venue, the lower address is kept, in whichever order they come."""
    async with running(Settings(profile="memory")) as container:
        container.fetcher.override(MemoryPageFetcher({url: page(url, url[-3:]) for url in PAGES}))
        for url in order:
            await container.submit().urls([url])
            await container.worker().run(until_idle=True, patience=0.0)
        records = await UnitOfWork(container.store()).of(ENTITY_SOURCES).find(kind=Kind.VENUE)
        checked = await container.rebuild().check()
    assert [record.url for record in records] == [PAGES[0]]
    assert checked.differences == ()
