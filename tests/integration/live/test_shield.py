"""The quality shield end to end: what fails takes nothing away; what is really gone goes, after repeated proof."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.clocked import clocked, settle
from tests.support.pages import page, show

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.adapters.system.clocks import ManualClock
from mystage.application.ports.pages import PageResult
from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import Container
from mystage.domain.pipeline.quality import FINDINGS, FindingStatus
from mystage.domain.pipeline.scrapes import FetchOutcome
from mystage.domain.sources import ENTITY_SOURCES

NOW = datetime(2026, 1, 1, tzinfo=UTC)
Failure = Callable[[str, list[dict[str, Any]], random.Random], PageResult]


def ok(url: str, body: str | bytes, media: str = "text/html") -> PageResult:
    data = body.encode() if isinstance(body, str) else body
    return PageResult(url, FetchOutcome.OK, 200, data, media, url)


def _titled(title: str, rest: str = "") -> Failure:
    return lambda url, shows, chance: ok(url, f"<!doctype html><title>{title}</title><h1>{title}</h1>{rest}")


def _with_shows(change: Callable[[list[dict[str, Any]], random.Random], list[dict[str, Any]]]) -> Failure:
    def fail(url: str, shows: list[dict[str, Any]], chance: random.Random) -> PageResult:
        return ok(url, page(*change(json.loads(json.dumps(shows)), chance)))

    return fail


def _placed(shows: list[dict[str, Any]], town: str) -> list[dict[str, Any]]:
    """Other shows altogether, all in one other town."""
    for n, row in enumerate(shows):
        row["name"], row["url"] = f"Someone at Elsewhere {n}", f"https://shows.example/elsewhere/{n}"
        row["location"] = {
            **row["location"],
            "name": f"Elsewhere {n}",
            "address": {"addressLocality": town, "addressCountry": "DK"},
        }
    return shows


def _pinned(shows: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    for row in shows:
        row["location"]["geo"] = {"latitude": 0.0, "longitude": 0.0}
    return shows


FAILURES: dict[str, Failure] = {
    "empty": lambda url, shows, chance: PageResult(url, FetchOutcome.EMPTY, 200, reason="empty"),
    "blocked": lambda url, shows, chance: PageResult(url, FetchOutcome.BLOCKED, 403, reason="403"),
    "server error": lambda url, shows, chance: PageResult(url, FetchOutcome.FAILED, 500, reason="500", code="http_500"),
    "gone once": lambda url, shows, chance: PageResult(url, FetchOutcome.GONE, 404, reason="404"),
    "login": _titled("Please log in", "<form><input type='password' name='p'></form>"),
    "login beside shows": lambda url, shows, chance: ok(
        url, page(shows[0]).replace("<title>Shows", "<title>Log in").replace("</body>", "<input type=password></body>")
    ),
    "soft 404": _titled("Page not found"),
    "soft 404 with the site's venue": lambda url, shows, chance: ok(
        url, page({**shows[0]["location"], "@context": "https://schema.org"}).replace("<title>Shows", "<title>404 not found")
    ),
    "challenge": _titled("Just a moment..."),
    "maintenance": _titled("Under maintenance"),
    "an error of the API": lambda url, shows, chance: ok(url, '{"error": {"code": 429, "message": "quota"}}', "application/json"),
    "not the page at all": lambda url, shows, chance: ok(url, b"\x89PNG\r\n\x1a\n" + bytes(256), "image/png"),
    "fewer": _with_shows(lambda shows, chance: chance.sample(shows, len(shows) // 2)),
    "the first few": _with_shows(lambda shows, chance: shows[:2]),
    "one": _with_shows(lambda shows, chance: [chance.choice(shows)]),
    "cut off": lambda url, shows, chance: ok(url, page(*shows)[: 400 + chance.randrange(800)]),
    "fallback city": _with_shows(lambda shows, chance: _placed(shows, "Defaultville")),
    "default pin": _with_shows(_pinned),
    "a list that lost its end": _with_shows(lambda shows, chance: shows[:-2]),
    "a list that shuffles": _with_shows(lambda shows, chance: chance.sample(shows, len(shows) - 1)),
}  # fmt: skip


def programme(number: int) -> list[dict[str, Any]]:
    """Eight shows of one page, at its own venues, by day."""
    shows = [show(number * 8 + n) for n in range(8)]
    for n, row in enumerate(shows):
        row["startDate"] = f"2027-{n + 1:02}-{number % 28 + 1:02}T20:00"
        row["url"] = f"https://shows.example/{number}/{n}"
        row["name"] = f"Night {number}-{n}"
        row["performer"] = [{"@type": "MusicGroup", "name": f"Act {number} {n}"}]
        row["location"]["name"] = f"Hall {number}"
    return shows


def _plan(pages: int, seed: int) -> Iterator[tuple[str, list[dict[str, Any]], str, random.Random]]:
    chance, kinds = random.Random(seed), list(FAILURES)
    for number in range(pages):
        kind = kinds[number % len(kinds)]
        yield f"https://hall{number}.example/shows", programme(number), kind, random.Random(chance.random())


async def _visit(container: Container, clock: ManualClock, urls: list[str], hours: float) -> None:
    clock.advance(hours * 3600)
    await container.submit().urls(urls)
    await settle(container)


@pytest.mark.slow
async def test_a_thousand_failures_take_nothing_away() -> None:
    """Injected over all kinds, on nine visits in a row over four days, then the page is well again: no show was withdrawn."""
    assert await _inject(116, visits=9) >= 1_000


async def test_failures_of_each_kind_take_nothing_away() -> None:
    """The short form, for every run: each kind of failure, four times."""
    await _inject(len(FAILURES), visits=4)


async def _inject(pages: int, visits: int) -> int:
    """Let pages fail in their kinds, then be well again; how many failures that were."""
    rows = list(_plan(pages, seed=7))
    urls = [url for url, *_ in rows]
    web = MemoryPageFetcher({url: ok(url, page(*shows)) for url, shows, _, _ in rows})
    clock, injected = ManualClock(NOW), 0
    async with clocked(clock, web) as container:
        await _visit(container, clock, urls, 0)
        before = {s.id: s for s in await UnitOfWork(container.store()).of(ENTITY_SOURCES).find(kind="performance")}
        assert len(before) == 8 * pages
        for visit in range(visits):
            for url, shows, kind, chance in rows:
                # a page that is gone on two visits in a row is gone: that one fails on every other visit
                fails = kind != "gone once" or visit % 2 == 0
                web.set(url, FAILURES[kind](url, shows, chance) if fails else ok(url, page(*shows)))
                injected += fails
            await _visit(container, clock, urls, 10)
            after = await UnitOfWork(container.store()).of(ENTITY_SOURCES).get_many(before)
            wrong = [id for id, s in after.items() if s.withdrawn_at is not None]
            assert wrong == []
        counters = await container.store().counters("withdrawn/")
        assert counters == {}
        for url, shows, _, _ in rows:
            web.set(url, ok(url, page(*shows).replace("Shows", "All shows")))
        await _visit(container, clock, urls, 10)
        found = await UnitOfWork(container.store()).of(FINDINGS).find(status="open")
        assert [(f.cause, f.url) for f in found] == []
    return injected


async def _count(container: Container) -> int:
    shows = await UnitOfWork(container.store()).of(ENTITY_SOURCES).find(kind="performance")
    return sum(s.withdrawn_at is None for s in shows)


@pytest.mark.parametrize(
    ("left", "goes"),
    [([0, 1, 2, 4, 5, 6, 7], 1), ([0, 1, 2, 3, 4, 5, 6], 0)],
    ids=["from the middle", "from the end, where a list may stop"],
)
async def test_a_show_that_vanishes_from_a_page_goes_after_repeated_proof(left: list[int], goes: int) -> None:
    url, shows = "https://hall.example/shows", programme(1)
    web, clock = MemoryPageFetcher({url: ok(url, page(*shows))}), ManualClock(NOW)
    async with clocked(clock, web) as container:
        await _visit(container, clock, [url], 0)
        web.set(url, ok(url, page(*(shows[n] for n in left))))
        for _ in range(2):
            await _visit(container, clock, [url], 13)
            assert await _count(container) == 8, "not yet proved"
        await _visit(container, clock, [url], 13)
        assert await _count(container) == 8 - goes
        assert (await container.rebuild().check()).differences == ()
        web.set(url, ok(url, page(*shows)))
        await _visit(container, clock, [url], 13)
        assert await _count(container) == 8, "it is back"


async def test_a_show_that_another_page_tells_of_stays() -> None:
    """The page that said most loses the show; another page of the site still has it, and speaks for it from then on."""
    one, two, shows = "https://hall.example/shows", "https://hall.example/more", programme(1)
    short = {k: v for k, v in shows[3].items() if k != "performer"}
    web = MemoryPageFetcher({one: ok(one, page(*shows)), two: ok(two, page(short))})
    clock = ManualClock(NOW)
    async with clocked(clock, web) as container:
        await _visit(container, clock, [one, two], 0)
        assert await _count(container) == 8
        web.set(one, ok(one, page(*(shows[n] for n in (0, 1, 2, 4, 5, 6, 7)))))
        for _ in range(4):
            await _visit(container, clock, [one, two], 13)
        assert await _count(container) == 8
        spoken = [
            s for s in await UnitOfWork(container.store()).of(ENTITY_SOURCES).find(kind="performance") if s.url == two
        ]
        assert len(spoken) == 1
        assert spoken[0].claim.artists == (), "what the other page says counts now"


async def test_what_shrank_for_good_is_believed_in_the_end() -> None:
    url, shows = "https://hall.example/shows", programme(1)
    web, clock = MemoryPageFetcher({url: ok(url, page(*shows))}), ManualClock(NOW)
    async with clocked(clock, web) as container:
        await _visit(container, clock, [url], 0)
        fresh = show(400)
        web.set(url, ok(url, page(shows[0], {**fresh, "startDate": "2027-09-09T20:00"})))
        counts = []
        for _ in range(4):
            await _visit(container, clock, [url], 25)
            counts.append(await _count(container))
        assert counts == [8, 8, 9, 9], "the new show is taken once the page has said the same for two days"
        (finding,) = await UnitOfWork(container.store()).of(FINDINGS).find(cause="shrunken")
        assert (finding.status, finding.quarantined) == (FindingStatus.OPEN, False)
        for _ in range(5):
            await _visit(container, clock, [url], 36)
        assert await _count(container) == 2, "and what it misses goes, after proof of its own"
        assert clock.now() - NOW < timedelta(days=14)
