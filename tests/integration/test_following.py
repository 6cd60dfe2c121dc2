"""Links of a listing are followed as far as the source's manifest allows, and patterns of addresses are remembered."""

from __future__ import annotations

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.application.ports.pages import PageResult
from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import Container, running
from mystage.domain.pipeline.page_kinds import SITE_PATTERNS, PageKind, pattern_id
from mystage.domain.pipeline.scrapes import FetchOutcome
from mystage.domain.sources import ManifestSource
from mystage.settings import Settings

SITE = "https://hall.example"
START = f"{SITE}/shows"
NIGHTS = ("lantern-fox", "vera-kline", "old-tide")


def answer(url: str, body: str) -> PageResult:
    """A page as a fetcher brings it."""
    return PageResult(url, FetchOutcome.OK, 200, body.encode(), final_url=url)


def listing(*names: str, more: str = "") -> str:
    """A page of shows in blocks."""
    rows = "".join(
        f'<div class="show"><h3><a href="/show/{name}">{name.title()}</a></h3><p>May {n}, 2031, 8 pm</p></div>'
        for n, name in enumerate(names, start=3)
    )
    return f'<html lang="en"><head><title>Shows</title></head><body><h1>Shows</h1>{rows}{more}</body></html>'


def site() -> MemoryPageFetcher:
    """Two pages of a listing, and a page for each show."""
    away = '<a href="https://elsewhere.example/show/x">Elsewhere</a>'
    pages = {
        START: listing(*NIGHTS[:2], more=f'<a href="/shows?page=2">Next</a>{away}'),
        f"{START}?page=2": listing(NIGHTS[2], "night-owls", more='<a href="/shows">Shows</a>'),
        **{f"{SITE}/show/{name}": listing(name) for name in (*NIGHTS, "night-owls")},
    }
    return MemoryPageFetcher({url: answer(url, body) for url, body in pages.items()})


async def crawl(container: Container, follow: int) -> list[str]:
    """The addresses visited from the start page, with a budget."""
    pages = site()
    container.fetcher.override(pages)
    source = ManifestSource(name="hall", start_urls=(START,), follow=follow, requests_per_second=1_000)
    await container.submit().sources([source])
    await container.worker().run(until_idle=True, patience=0.0)
    return [request.url.removeprefix(SITE) for request in pages.visits]


async def test_nothing_is_followed_unless_the_manifest_says_so():
    """The default visits the start page alone."""
    async with running(Settings(profile="memory")) as container:
        assert await crawl(container, 0) == ["/shows"]


async def test_a_listing_leads_to_its_next_page_and_its_shows():
    """All pages of the site are found; no other site's is visited."""
    async with running(Settings(profile="memory")) as container:
        visited = await crawl(container, 50)
    assert sorted(visited) == sorted(["/shows", "/shows?page=2", *(f"/show/{n}" for n in (*NIGHTS, "night-owls"))])


async def test_a_budget_is_spent_on_pages_before_shows():
    """With one link a page, it is the next page of the listing."""
    async with running(Settings(profile="memory")) as container:
        visited = await crawl(container, 1)
    assert visited[:2] == ["/shows", "/shows?page=2"]


async def test_the_kind_of_a_pattern_is_remembered():
    """After some pages of `/show/{name}`, pages of that pattern are known to be events."""
    async with running(Settings(profile="memory")) as container:
        await crawl(container, 50)
        found = await UnitOfWork(container.store()).of(SITE_PATTERNS).get(pattern_id(f"{SITE}/show/another-name"))
    assert found is not None
    assert found.counts.get(PageKind.EVENT, 0) >= 1
