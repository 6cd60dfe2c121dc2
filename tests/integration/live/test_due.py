"""What is due is visited again, at the pace that each page has shown; and the commands around it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.clocked import clocked, settle
from tests.support.pages import page, show
from tests.support.simulators.server import KEY, serving
from tests.support.simulators.ticketmaster import Gig, TicketmasterSimulator

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.adapters.system.clocks import ManualClock
from mystage.application.ports.pages import PageResult
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.pipeline.scrapes import FetchOutcome
from mystage.domain.pipeline.urls import URLS, url_id
from mystage.domain.sources import ManifestSource
from mystage.entrypoints.cli.app import app
from mystage.entrypoints.cli.errors import exit_code_of

STILL, BUSY, DEAD = ("https://still.example/", "https://busy.example/", "https://dead.example/")


def ok(url: str, body: str) -> PageResult:
    return PageResult(url, FetchOutcome.OK, 200, body.encode(), "text/html", url)


async def test_pages_are_visited_at_their_own_pace() -> None:
    """Two months of `run --due`, a look a day: the page that changes is visited each day, the still one seldom."""
    web, clock = MemoryPageFetcher({STILL: ok(STILL, page(show(1)))}), ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    web.set(DEAD, PageResult(DEAD, FetchOutcome.BLOCKED, 403, reason="403"))
    async with clocked(clock, web) as container:
        entries = [ManifestSource(name=url[8:13], start_urls=(url,), cadence_hours=24) for url in (STILL, BUSY, DEAD)]
        for day in range(60):
            web.set(BUSY, ok(BUSY, page(show(2), show(100 + day))))
            if day == 0:
                await container.submit().sources(entries)
            else:
                await container.discover().due()
            await settle(container)
            clock.advance(24 * 3600 + 1)
        visits = {url: sum(v.url == url for v in web.visits) for url in (STILL, BUSY, DEAD)}
        still = await UnitOfWork(container.store()).of(URLS).need(url_id(STILL))
        status = await container.status().read()
    assert visits[BUSY] >= 55
    assert visits[STILL] <= 20
    assert visits[DEAD] <= 15
    assert still.next_fetch_at is not None
    assert still.next_fetch_at - clock.now() < timedelta(days=17)
    assert status.early_exits["same_body"] == pytest.approx((visits[STILL] - 1) / sum(visits.values()), abs=0.05)


async def test_what_is_led_to_and_what_came_in_an_archive_is_not_due_by_itself() -> None:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    web = MemoryPageFetcher({})
    async with clocked(clock, web) as container:
        sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{STILL}a</loc></url></urlset>'
        web.set(
            f"{STILL}sitemap.xml",
            PageResult(
                f"{STILL}sitemap.xml", FetchOutcome.OK, 200, sitemap.encode(), "text/xml", f"{STILL}sitemap.xml"
            ),
        )
        web.set(f"{STILL}a", ok(f"{STILL}a", page(show(1))))
        await container.submit().urls([f"{STILL}sitemap.xml"])
        await settle(container)
        clock.advance(400 * 24 * 3600)
        done = await container.discover().due()
        await settle(container)
    assert done.planned == 1
    assert [visit.url for visit in web.visits].count(f"{STILL}a") == 2, "the sitemap leads to it again"


def _run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["mystage", *words])
    code = 0
    try:
        code = exit_code_of(app)
    except SystemExit as error:
        code = int(error.code or 0)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """discover, sources, quality and enrich as a user calls them; the key is in no output and no file."""
    start = datetime(2027, 3, 1, 12, tzinfo=UTC)
    simulator = TicketmasterSimulator([Gig(f"g{n}", start + timedelta(hours=n), 59.9, 10.7) for n in range(30)])
    data = ["--data", str(tmp_path / "d"), "--json"]
    with serving(simulator) as address:
        monkeypatch.setenv("MYSTAGE_TICKETMASTER_KEY", KEY)
        monkeypatch.setenv("MYSTAGE_LIVE_ADDRESSES", json.dumps({"ticketmaster": address}))
        days = ["--date-from", "2027-03-01", "--date-to", "2027-03-04"]
        code, out, err = _run(capsys, monkeypatch, "discover", "ticketmaster", "--near", "59.9,10.7", *days, *data)
        assert (code, err) == (0, "")
        assert json.loads(out)["entities"]["performance"] == 30
        code, out, err = _run(capsys, monkeypatch, "discover", "seatgeek", "--city", "Oslo", *data)
        assert code == 2
        assert "SeatGeek needs MYSTAGE_SEATGEEK_CLIENT_ID" in out
        code, _, err = _run(
            capsys,
            monkeypatch,
            "discover",
            "ticketmaster",
            "--city",
            "Oslo",
            "--date-from",
            "2027-03-02",
            "--date-to",
            "2027-03-01",
            *data,
        )
        assert code == 2
        assert "the last day is before the first one" in err
    states: dict[str, Any] = {
        row["name"]: row["state"] for row in json.loads(_run(capsys, monkeypatch, "sources", *data)[1])["live"]
    }
    assert (states["ticketmaster"], states["musicbrainz"], states["yelp"]) == ("ready", "ready", "missing")
    assert json.loads(_run(capsys, monkeypatch, "quality", "list", *data)[1]) == []
    assert _run(capsys, monkeypatch, "quality", "accept", "fnd_none", *data)[0] == 4
    code, _, err = _run(capsys, monkeypatch, "credentials", "list", *data)
    assert (code, err) == (0, "")
    kept = b"".join(file.read_bytes() for file in (tmp_path / "d").rglob("*") if file.is_file())
    assert KEY.encode() not in kept


async def test_a_finding_is_accepted_or_dismissed_by_a_person() -> None:
    web, clock = MemoryPageFetcher({}), ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    async with clocked(clock, web) as container:
        for body in (page(*(show(n) for n in range(8))), page(show(1), show(300))):
            web.set(STILL, ok(STILL, body))
            clock.advance(3600)
            await container.submit().urls([STILL])
            await settle(container)
        (finding,) = await container.review().open()
        assert (finding.cause, finding.quarantined) == ("shrunken", True)
        before = (await container.status().read()).entities["performance"]
        await container.review().accept([finding.id], actor="ann", reason="they moved")
        await settle(container)
        assert await container.review().open() == []
        assert (await container.status().read()).entities["performance"] == before + 1
        assert (await container.rebuild().check()).differences == ()
