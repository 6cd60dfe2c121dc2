"""Live sources through the real stages, against strict simulators on loopback."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, quote_plus

import pytest
from tests.support.simulators.running import discover, everything_stored, simulated
from tests.support.simulators.server import KEY
from tests.support.simulators.ticketmaster import Gig, TicketmasterSimulator

from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.pipeline.discovery import Ask, Circle
from mystage.domain.pipeline.quality import FINDINGS
from mystage.domain.pipeline.urls import URLS, UrlState
from mystage.domain.sources import ENTITY_SOURCES

START = datetime(2027, 3, 1, 12, tzinfo=UTC)
ASK = Ask(near=Circle(lat=59.91, lon=10.75, km=30), date_from=date(2027, 3, 1), date_to=date(2027, 3, 20))


def gigs(count: int) -> list[Gig]:
    return [Gig(f"g{n}", START + timedelta(minutes=17 * n), 59.8 + n % 7 / 40, 10.6 + n % 5 / 40) for n in range(count)]


@pytest.mark.parametrize("throttle", [0, 4], ids=["", "throttled"])
async def test_ticketmaster_beyond_its_cap(throttle: int) -> None:
    """1,050 events, of which a query shows 1,000: all are in the catalogue's sources, and the key is nowhere."""
    simulator = TicketmasterSimulator(gigs(1_050))
    simulator.throttle_every = throttle
    async with simulated({"ticketmaster": simulator}) as container:
        await discover(container, "ticketmaster", ASK)
        unit = UnitOfWork(container.store())
        shows = await unit.of(ENTITY_SOURCES).find(kind="performance")
        assert {show.key for show in shows} == {f"g{n}" for n in range(1_050)}
        assert {show.source for show in shows} == {"ticketmaster"}
        assert not [refusal for refusal in simulator.refusals if not refusal.startswith("429")]
        stored = await everything_stored(container)
    for form in (KEY, quote(KEY, safe=""), quote_plus(KEY)):
        assert form.encode() not in stored


async def test_a_wrong_key_is_told_without_the_key(caplog: pytest.LogCaptureFixture) -> None:
    """401: the address is blocked, with a reason that names it; nothing that is kept or told holds the key."""
    simulator = TicketmasterSimulator(gigs(3))
    async with simulated({"ticketmaster": simulator}) as container:
        container.live()._keys["MYSTAGE_TICKETMASTER_KEY"] = "another/secret+key"
        await discover(container, "ticketmaster", ASK)
        (url,) = await UnitOfWork(container.store()).of(URLS).find()
        stored = await everything_stored(container)
    assert url.state is UrlState.BLOCKED
    assert "answered 401" in url.reason
    assert "apikey=***" in url.reason
    assert b"another" not in stored
    assert "another" not in caplog.text


async def test_a_source_without_its_key_says_which_and_the_others_go_on() -> None:
    simulator = TicketmasterSimulator(gigs(3))
    async with simulated({"ticketmaster": simulator}) as container:
        container.live()._keys.pop("MYSTAGE_SEATGEEK_CLIENT_ID")
        done = await container.discover().ask(["seatgeek", "ticketmaster", "nosuch"], ASK)
        assert [name for name, _ in done.refused] == ["seatgeek", "nosuch"]
        assert "SeatGeek needs MYSTAGE_SEATGEEK_CLIENT_ID" in done.refused[0][1]
        await container.worker().run(until_idle=True, patience=30.0)
        assert len(await UnitOfWork(container.store()).of(ENTITY_SOURCES).find(kind="performance")) == 3


async def test_more_events_at_one_moment_and_place_than_can_be_shown_are_a_finding() -> None:
    simulator = TicketmasterSimulator([Gig(f"g{n}", START, 59.91, 10.75) for n in range(1_001)])
    async with simulated({"ticketmaster": simulator}) as container:
        small = Ask(near=Circle(lat=59.91, lon=10.75, km=6), date_from=START.date(), date_to=START.date())
        await discover(container, "ticketmaster", small)
        found = await UnitOfWork(container.store()).of(FINDINGS).find(cause="incomplete")
    assert any("1,001 events at one time and place, 1,000 shown" in finding.message for finding in found)
