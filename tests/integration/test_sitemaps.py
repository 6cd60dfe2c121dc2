"""Sitemaps lead to their pages on every visit, and whatever their size."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.application.pipeline.extracting import INLINE
from mystage.application.ports.pages import PageResult
from mystage.containers import Container, running
from mystage.domain.pipeline.scrapes import FetchOutcome
from mystage.settings import Settings

MAP = "https://hall.example/sitemap.xml"
PAGES = ("https://hall.example/a", "https://hall.example/b")


def answer(url: str, body: str, etag: str | None = None) -> PageResult:
    """A page as a fetcher brings it."""
    return PageResult(url, FetchOutcome.OK, 200, body.encode(), final_url=url, etag=etag)


def sitemap(urls: Sequence[str]) -> str:
    """A sitemap of these addresses."""
    return "<urlset>" + "".join(f"<url><loc>{url}</loc></url>" for url in urls) + "</urlset>"


async def visit(container: Container) -> None:
    """Plan the sitemap and work until nothing is left."""
    await container.submit().urls([MAP])
    await container.worker().run(until_idle=True, patience=0.0)


@pytest.mark.parametrize("etag", ['"1"', None], ids=["304", "same body"])
async def test_pages_of_an_unchanged_sitemap_are_visited_again(etag):
    """A sitemap that says nothing new must not hide that its pages changed."""
    pages = MemoryPageFetcher({MAP: answer(MAP, sitemap(PAGES), etag)} | {p: answer(p, "<p>one") for p in PAGES})
    async with running(Settings(profile="memory")) as container:
        container.fetcher.override(pages)
        await visit(container)
        pages.set(PAGES[0], answer(PAGES[0], "<p>two"))
        before = (await container.status().funnel())[1]
        await visit(container)
        after = (await container.status().funnel())[1]
    assert sorted(r.url for r in pages.visits) == sorted([MAP, *PAGES] * 2)
    assert (after.changed - before.changed, after.unchanged - before.unchanged) == (1, 2)


async def test_a_large_sitemap_is_followed():
    """Also one whose reading is too large to stand in its document."""
    many = [f"https://hall.example/{'long-' * 60}{n}" for n in range(INLINE // 300)]
    pages = MemoryPageFetcher({MAP: answer(MAP, sitemap(many))})
    async with running(Settings(profile="memory")) as container:
        container.fetcher.override(pages)
        await visit(container)
    assert len(pages.visits) == len(many) + 1
