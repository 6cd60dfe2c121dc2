"""A page that is gone: once is a mistake, twice is a fact; and it may come back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from dependency_injector import providers
from tests.support.clocked import clocked
from tests.support.pages import page, show

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.adapters.system.clocks import ManualClock
from mystage.application.ports.pages import PageResult
from mystage.application.ports.search import SearchQuery
from mystage.containers import Container
from mystage.domain.pipeline.scrapes import FetchOutcome
from mystage.domain.values import Kind

URL = "https://hall.example/show"
PAGE = PageResult(URL, FetchOutcome.OK, 200, page(show(1)).encode(), "text/html", URL)
GONE = PageResult(URL, FetchOutcome.GONE, 404, reason="not found")


async def _visits(container: Container, *results: PageResult) -> list[int]:
    """Visit the page once for each result; how many shows the search index holds after each."""
    container.fetcher.override(providers.Object(MemoryPageFetcher({URL: list(results)})))
    counts = []
    for _ in results:
        await container.submit().urls([URL])
        await container.worker().run(until_idle=True, patience=0.1)
        assert (await container.rebuild().check()).differences == ()
        counts.append((await container.index().search(SearchQuery(kinds=(Kind.PERFORMANCE,)))).total)
    return counts


@pytest.mark.parametrize(
    ("today", "results", "counts"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), (PAGE, GONE), [1, 1]),
        (datetime(2026, 1, 1, tzinfo=UTC), (PAGE, GONE, PAGE, GONE), [1, 1, 1, 1]),
        (datetime(2026, 1, 1, tzinfo=UTC), (PAGE, GONE, GONE), [1, 1, 0]),
        (datetime(2026, 1, 1, tzinfo=UTC), (PAGE, GONE, GONE, PAGE), [1, 1, 0, 1]),
        (datetime(2029, 1, 1, tzinfo=UTC), (PAGE, GONE, GONE, GONE), [1, 1, 1, 1]),
    ],
    ids=["once", "once, twice over", "twice", "and back", "a show that is over"],
)
async def test_shows_of_a_page_that_is_gone(
    today: datetime, results: tuple[PageResult, ...], counts: list[int]
) -> None:
    async with clocked(ManualClock(today), MemoryPageFetcher({})) as container:
        assert await _visits(container, *results) == counts
        venues = await container.index().search(SearchQuery(kinds=(Kind.VENUE,)))
        assert venues.total == 1, "the venue stays"


OTHER = "https://hall.example/listing"


@pytest.mark.parametrize(("one", "two"), [(URL, OTHER), (OTHER, URL)], ids=["first told", "last told"])
async def test_a_show_on_two_pages_goes_with_the_last_of_them(one: str, two: str) -> None:
    """Whichever goes first is no home for the record when the other one goes."""
    first, second = PAGE, PageResult(OTHER, FetchOutcome.OK, 200, page(show(1)).encode(), "text/html", OTHER)
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    async with clocked(clock, MemoryPageFetcher({})) as container:
        counts = []
        visits = ((URL, first), (OTHER, second), (one, GONE), (one, GONE), (two, GONE), (two, GONE))
        for url, result in visits:
            container.fetcher.override(providers.Object(MemoryPageFetcher({url: [result]})))
            await container.submit().urls([url])
            await container.worker().run(until_idle=True, patience=0.1)
            counts.append((await container.index().search(SearchQuery(kinds=(Kind.PERFORMANCE,)))).total)
        assert counts == [1, 1, 1, 1, 1, 0]
