"""robots.txt, rate, concurrency and pauses, as the server sees them."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from mystage.application.ports.pages import Politeness
from mystage.domain.pipeline.scrapes import FetchOutcome as Outcome

OBEYING = Politeness(requests_per_second=1e6, concurrency=8, obey_robots=True)


async def test_robots_txt_is_obeyed_and_asked_for_once(site, fetcher, ask, reply):
    """A page that robots.txt forbids is BLOCKED and never asked for; the rules are fetched once."""
    site.routes["/robots.txt"] = reply(200, b"User-agent: *\nDisallow: /private\n")
    site.routes["/open"] = reply(200, b"open")
    requests = [ask(site.url(path), politeness=OBEYING) for path in ("/private/x", "/open", "/private")]
    results = await asyncio.gather(*map(fetcher.fetch, requests))
    assert [(result.outcome, result.code) for result in results] == [
        (Outcome.BLOCKED, "robots"),
        (Outcome.OK, ""),
        (Outcome.BLOCKED, "robots"),
    ]
    assert sorted(site.paths()) == ["/open", "/robots.txt"]


async def test_rules_for_our_name_come_first(site, make_fetcher, ask, reply):
    """A group for MyStageBot overrules the one for all; the header says that name and the contact."""
    site.routes["/robots.txt"] = reply(200, b"User-agent: *\nDisallow: /\n\nUser-agent: mystagebot\nAllow: /\n")
    site.routes["/"] = reply(200, b"open")
    fetcher = make_fetcher(contact="https://example.org/bot")
    assert (await fetcher.fetch(ask(site.url(), politeness=OBEYING))).outcome is Outcome.OK
    assert site.visits[-1].headers["user-agent"].startswith("MyStageBot/")
    assert site.visits[-1].headers["user-agent"].endswith("(+https://example.org/bot)")


async def test_robots_txt_is_ignored_on_demand(site, fetcher, ask, reply):
    """`obey_robots=False` (the operator's own site) does not even ask."""
    site.routes |= {"/robots.txt": reply(200, b"User-agent: *\nDisallow: /"), "/": reply(200, b"mine")}
    assert (await fetcher.fetch(ask(site.url()))).outcome is Outcome.OK
    assert site.paths() == ["/"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_absent_robots_txt_allows_all(site, fetcher, ask, reply, status):
    """RFC 9309, 2.3.1.3: 4xx means that there are no rules."""
    site.routes |= {"/robots.txt": reply(status), "/": reply(200, b"open")}
    assert (await fetcher.fetch(ask(site.url(), politeness=OBEYING))).outcome is Outcome.OK


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_unreachable_robots_txt_closes_the_host_for_now(site, make_fetcher, ask, reply, status):
    """RFC 9309, 2.3.1.4: a server error means that nothing is allowed; it is asked again later."""
    site.routes |= {"/robots.txt": reply(status), "/": reply(200, b"open")}
    fetcher = make_fetcher(robots_retry_seconds=0.05)
    result = await fetcher.fetch(ask(site.url(), politeness=OBEYING))
    assert (result.outcome, result.code, result.retryable) == (Outcome.BLOCKED, "robots_unreachable", True)
    site.routes["/robots.txt"] = reply(404)
    await asyncio.sleep(result.retry_after)
    assert (await fetcher.fetch(ask(site.url(), politeness=OBEYING))).outcome is Outcome.OK


async def test_huge_robots_txt_is_cut(site, fetcher, ask, reply):
    """Rules within the first 512 KiB count, the rest is not read."""
    rules = b"User-agent: *\nDisallow: /early\n" + b"# filler\n" * 80_000 + b"Disallow: /late\n"
    site.routes |= {"/robots.txt": reply(200, rules), "/late": reply(200, b"open")}
    assert (await fetcher.fetch(ask(site.url("/early"), politeness=OBEYING))).code == "robots"
    assert (await fetcher.fetch(ask(site.url("/late"), politeness=OBEYING))).outcome is Outcome.OK


async def test_robots_txt_may_be_redirected(site, fetcher, ask, reply):
    """RFC 9309, 2.3.1.2: the rules behind a redirect count."""
    site.routes |= {"/robots.txt": reply(301, Location="/r"), "/r": reply(200, b"User-agent: *\nDisallow: /")}
    assert (await fetcher.fetch(ask(site.url(), politeness=OBEYING))).code == "robots"


async def test_dead_host_is_told_as_such(make_fetcher, ask):
    """A host whose robots.txt fails for the network's sake is `dns`, not blocked."""

    async def nobody(host, port):
        raise OSError("no such host")

    result = await make_fetcher(nobody).fetch(ask("http://gone.example/", politeness=OBEYING))
    assert (result.outcome, result.code) == (Outcome.FAILED, "dns")


def gaps(site, path="/"):
    times = [visit.at for visit in site.visits if visit.path == path]
    return [later - earlier for earlier, later in pairwise(times)]


async def test_rate_is_kept(site, fetcher, ask, reply):
    """Five visits at 20 a second take at least four twentieths, however many ask at once."""
    site.routes["/"] = reply(200, b"page")
    request = ask(site.url(), politeness=Politeness(20, 8, obey_robots=False))
    await asyncio.gather(*(fetcher.fetch(request) for _ in range(5)))
    assert sum(gaps(site)) >= 0.18


async def test_crawl_delay_slows_down(site, fetcher, ask, reply):
    """Crawl-delay counts where it is slower than the source's own rate."""
    site.routes |= {"/robots.txt": reply(200, b"User-agent: *\nCrawl-delay: 0.15\n"), "/": reply(200, b"page")}
    for _ in range(3):
        await fetcher.fetch(ask(site.url(), politeness=OBEYING))
    assert min(gaps(site)) >= 0.12


async def test_concurrency_is_kept(site, fetcher, ask, reply):
    """Never more requests at once than the politeness says."""

    async def busy(visit, writer):
        await asyncio.sleep(0.02)
        return reply(200, b"page")

    site.routes["/"] = busy
    request = ask(site.url(), politeness=Politeness(1e6, 3, obey_robots=False))
    results = await asyncio.gather(*(fetcher.fetch(request) for _ in range(12)))
    assert {result.outcome for result in results} == {Outcome.OK}
    assert site.most_active == 3


async def test_retry_after_pauses_the_host_for_everyone(site, make_fetcher, ask, reply):
    """After 429 with Retry-After nobody asks this host until then; a worker does not stand and wait for long."""
    site.routes |= {"/": reply(429, Retry_After="120"), "/other": reply(200, b"page")}
    fetcher = make_fetcher(patience=1)
    first = await fetcher.fetch(ask(site.url()))
    assert (first.outcome, first.code, first.retryable, first.retry_after) == (Outcome.FAILED, "http_429", True, 120.0)
    second = await fetcher.fetch(ask(site.url("/other")))
    assert (second.code, second.retryable) == ("host_paused", True)
    assert 110 < second.retry_after <= 120
    assert site.paths() == ["/"]


async def test_short_pause_is_waited_for(site, make_fetcher, ask, reply):
    """A pause within the patience delays the next visit instead of failing it; it is bounded by the settings."""
    site.routes |= {"/": reply(503, Retry_After="3600"), "/other": reply(200, b"page")}
    fetcher = make_fetcher(max_pause=0.2)
    first = await fetcher.fetch(ask(site.url()))
    assert first.retry_after == 3600.0
    assert (await fetcher.fetch(ask(site.url("/other")))).outcome is Outcome.OK
    assert site.visits[1].at - site.visits[0].at >= 0.18


async def test_cancelled_visits_give_their_place_back(site, fetcher, ask, reply):
    """Cancelling visits, waiting or under way, never closes the host to later ones."""
    arrived = asyncio.Event()

    async def slow(visit, writer):
        arrived.set()
        await asyncio.sleep(30)

    site.routes |= {"/slow": slow, "/": reply(200, b"page")}
    one = Politeness(1e6, 1, obey_robots=False)
    tasks = [asyncio.create_task(fetcher.fetch(ask(site.url("/slow"), politeness=one))) for _ in range(3)]
    await arrived.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(5):
        assert (await fetcher.fetch(ask(site.url(), politeness=one))).outcome is Outcome.OK


@pytest.mark.parametrize("said", [{"Location": "mailto:me@example.org"}, {"Location": "/robots.txt"}])
async def test_robots_txt_that_leads_nowhere_is_absent(site, fetcher, ask, reply, said):
    """RFC 9309, 2.3.1.2: redirects that end in nothing mean that there are no rules."""
    site.routes |= {"/robots.txt": reply(302, **said), "/": reply(200, b"open")}
    assert (await fetcher.fetch(ask(site.url(), politeness=OBEYING))).outcome is Outcome.OK


async def test_broken_robots_txt_is_absent(site, fetcher, ask, reply):
    """Rules that cannot be unpacked don't fail the pages."""
    site.routes |= {"/robots.txt": reply(200, b"\x1f\x8b\x08 broken"), "/": reply(200, b"open")}
    assert (await fetcher.fetch(ask(site.url(), politeness=OBEYING))).outcome is Outcome.OK


async def test_request_rate_slows_down(site, fetcher, ask, reply):
    """`Request-rate: 1/1` is a second between two visits; the second one is booked for then."""
    site.routes |= {"/robots.txt": reply(200, b"User-agent: *\nRequest-rate: 1/1s\n"), "/": reply(200, b"page")}
    await fetcher.fetch(ask(site.url(), politeness=OBEYING))
    gate = fetcher._hosts.gate(f"127.0.0.1:{site.port}")
    assert gate.next_slot - site.visits[-1].at > 0.9


async def test_host_out_of_reach_is_not_asked_for_each_page(make_fetcher, ask):
    """Pages of a dead host fail together, without one look-up each."""
    asked = []

    async def nobody(host, port):
        asked.append(host)
        raise OSError("no such host")

    fetcher = make_fetcher(nobody)
    requests = [ask(f"http://gone.example/{n}", politeness=OBEYING) for n in range(20)]
    results = await asyncio.gather(*map(fetcher.fetch, requests))
    assert {result.code for result in results} == {"dns"}
    assert len(asked) == 1
