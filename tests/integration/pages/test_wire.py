"""Connections are kept, and not for ever."""

from __future__ import annotations

import asyncio

import pytest

from mystage.adapters.pages import wire
from mystage.domain.pipeline.scrapes import FetchOutcome as Outcome


@pytest.fixture
def slow_page(reply):
    async def page(visit, writer):
        await asyncio.sleep(0.02)
        return reply(200, b"page")

    return page


async def visit_at_once(fetcher, request, times):
    results = await asyncio.gather(*(fetcher.fetch(request) for _ in range(times)))
    return {result.outcome for result in results}


async def test_all_connections_are_bounded(site, make_fetcher, ask, slow_page):
    """Over all hosts no more connections are open at once than the settings say, and all visits come through."""
    site.routes["/"] = slow_page
    assert await visit_at_once(make_fetcher(connections=3), ask(site.url()), 9) == {Outcome.OK}
    assert site.most_active == 3


async def test_half_of_the_connections_are_kept(site, make_fetcher, ask, slow_page):
    """Of four connections two stay for the next visits, the others are opened anew."""
    site.routes["/"] = slow_page
    fetcher = make_fetcher(connections=4)
    await visit_at_once(fetcher, ask(site.url()), 4)
    assert site.connections == 4
    await visit_at_once(fetcher, ask(site.url()), 4)
    assert site.connections == 6


async def test_connections_of_forgotten_hosts_are_closed(start_site, make_fetcher, ask, reply, monkeypatch):
    """What was idle for too long is closed when any other host is visited."""
    monkeypatch.setattr(wire, "_KEPT_FOR", 0.05)
    one, two = await start_site(), await start_site()
    fetcher = make_fetcher()
    for site in (one, two):
        site.routes["/"] = reply(200, b"page")
    await fetcher.fetch(ask(one.url()))
    kept = fetcher._trusted._kept
    assert len(kept) == 1
    await asyncio.sleep(0.1)
    await fetcher.fetch(ask(two.url()))
    assert [origin[2] for origin in fetcher._trusted._kept] == [two.port]
    await asyncio.sleep(0.1)
    await fetcher.fetch(ask(two.url()))
    assert two.connections == 2


async def test_closing_closes_idle_connections(site, make_fetcher, ask, reply):
    """After `close` nothing is kept, and the fetcher may be closed again."""
    site.routes["/"] = reply(200, b"page")
    fetcher = make_fetcher()
    await fetcher.fetch(ask(site.url()))
    await fetcher.close()
    await fetcher.close()
    assert fetcher._trusted._kept == {}


async def test_answer_that_closes_is_not_kept(site, make_fetcher, ask, reply):
    """`Connection: close` is honoured."""
    site.routes["/"] = reply(200, b"page", Connection="close")
    fetcher = make_fetcher()
    await fetcher.fetch(ask(site.url()))
    await fetcher.fetch(ask(site.url()))
    assert site.connections == 2
