"""Each API's own way of going on: pages, tokens, runs, smaller areas. And who is asked when an account is refused."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from dependency_injector import providers
from tests.support.pages import page, show
from tests.support.simulators.apify import ApifySimulator
from tests.support.simulators.paged import (
    EventbriteSimulator,
    MusicBrainzSimulator,
    ScraperSimulator,
    SeatGeekSimulator,
    SongkickSimulator,
    TribeSimulator,
    mbid,
)
from tests.support.simulators.places import LegacyPlaces, NewPlaces
from tests.support.simulators.running import discover, everything_stored, simulated
from tests.support.simulators.server import KEY, Simulator
from tests.support.simulators.yelp import YelpSimulator

from mystage.adapters.live import google_places
from mystage.adapters.secrets.fernet import FernetVault, new_key
from mystage.adapters.system.clocks import ManualClock
from mystage.application.pipeline.planning import Wanted, plan_task
from mystage.application.ports.documents import Page, Query
from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import Container
from mystage.domain.catalog import ARTISTS
from mystage.domain.pipeline.credentials import Opened
from mystage.domain.pipeline.discovery import Ask, Circle
from mystage.domain.pipeline.enrichment import ENRICHMENTS
from mystage.domain.pipeline.quality import FINDINGS
from mystage.domain.pipeline.urls import URLS, UrlState
from mystage.domain.sources import ENTITY_SOURCES
from mystage.domain.values import evolve

NEAR = Circle(lat=55.6, lon=12.5, km=10)
DAYS = {"date_from": date(2027, 1, 1), "date_to": date(2027, 12, 31)}


async def kept(container: Container, kind: str) -> set[str]:
    return {source.key for source in await UnitOfWork(container.store()).of(ENTITY_SOURCES).find(kind=kind)}


@pytest.mark.parametrize(
    ("name", "simulator", "ask", "keys"),
    [
        ("seatgeek", SeatGeekSimulator(230), Ask(near=NEAR, **DAYS), {str(1_000 + n) for n in range(230)}),
        ("songkick", SongkickSimulator(120), Ask(near=NEAR, **DAYS), {str(5_000 + n) for n in range(120)}),
        ("eventbrite", EventbriteSimulator(120), Ask(ids=("venue:77",)), {str(9_000 + n) for n in range(120)}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_page_by_page(name: str, simulator: Simulator, ask: Ask, keys: set[str]) -> None:
    async with simulated({name: simulator}) as container:
        await discover(container, name, ask)
        assert await kept(container, "performance") == keys
        assert simulator.refusals == {}
        assert KEY.encode() not in await everything_stored(container)


async def test_a_wordpress_calendar_is_asked_politely() -> None:
    """It is a site, not an API with a contract: its robots.txt is read first."""
    simulator = TribeSimulator(110)
    async with simulated({"tribe_events": simulator}) as container:
        site = container.live()._addresses["tribe_events"]
        await discover(container, "tribe_events", Ask(sites=(site + "/",)))
        assert len(await kept(container, "performance")) == 110
        assert simulator.requests[0][1] == "/robots.txt"
        assert [target.partition("&page=")[2][:1] for _, target, *_ in simulator.requests[1:]] == ["1", "2", "3"]


def town(count: int) -> list[tuple[str, float, float]]:
    chance = random.Random(5)
    return [(f"p{n}", 55.6 + chance.uniform(-0.06, 0.06), 12.5 + chance.uniform(-0.1, 0.1)) for n in range(count)]


@pytest.mark.parametrize(
    ("name", "simulator"),
    [("yelp", YelpSimulator(town(300))), ("google_places_v1", NewPlaces(town(60)))],
    ids=["yelp", "google_places_v1"],
)
async def test_more_places_than_a_search_shows(name: str, simulator: Any) -> None:
    async with simulated({name: simulator}) as container:
        await discover(container, name, Ask(near=NEAR))
        assert await kept(container, "venue") == {id for id, *_ in simulator.places}
        assert simulator.refusals == {}


async def test_google_tokens_that_are_not_yet_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    """INVALID_REQUEST to a token is asked again a little later, and the key is in no address."""
    monkeypatch.setattr(google_places, "_TOKEN_WAIT", 0.01)
    monkeypatch.setattr(google_places, "_TYPES", ("night_club",))
    simulator = LegacyPlaces(town(50), early=2)
    async with simulated({"google_places": simulator}) as container:
        await discover(container, "google_places", Ask(near=NEAR))
        assert await kept(container, "venue") == {id for id, *_ in simulator.places}
        assert KEY.encode() not in await everything_stored(container)


@pytest.mark.parametrize("ends", ["SUCCEEDED", "FAILED"])
async def test_an_apify_run(ends: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started once, asked until it is done, its items read; one that fails is told, with how it ended."""
    monkeypatch.setattr("mystage.adapters.live.apify._POLL", 0.01)
    monkeypatch.setattr("mystage.adapters.live.apify.SIZE", 20)
    items = [
        {"title": f"Hall {n}", "placeId": f"p{n}", "city": "Harbel", "countryCode": "DK", "address": f"{n} Ferry Road, Harbel",
         "location": {"lat": 55.6, "lng": 12.5}, "categoryName": "Live music venue", "categories": ["Live music venue"],
         "url": f"https://www.google.com/maps/place/{n}", "permanentlyClosed": False}
        for n in range(45)
    ]  # fmt: skip
    simulator = ApifySimulator(items, ends=ends)
    async with simulated({"google_maps_apify": simulator}) as container:
        await discover(container, "google_maps_apify", Ask(city="Harbel", country="DK"))
        assert len(simulator.inputs) == 1
        assert simulator.inputs[0]["locationQuery"] == "Harbel, DK"
        unit = UnitOfWork(container.store())
        if ends == "SUCCEEDED":
            assert len(await kept(container, "venue")) == 45
        else:
            failed = await unit.of(URLS).find(state=UrlState.FAILED.value)
            assert [url.reason for url in failed] == ["the run ended as FAILED"]
            assert [f.message for f in await unit.of(FINDINGS).find()] == ["the run ended as FAILED"]
        assert simulator.refusals == {}
        assert KEY.encode() not in await everything_stored(container)


async def test_accounts_take_turns_and_rest_after_a_refusal() -> None:
    """The banned account rests, the other one goes on; no secret is in the clear anywhere; each use is on record."""
    simulator, key = ScraperSimulator(25, banned="ann@example.org"), new_key()
    async with simulated({"facebook": simulator}, credentials_key=key) as container:
        for account in ("ann@example.org", "bob@example.org"):
            opened = Opened(account=account, secret=f"pw-of-{account}", proxy="http://u:hidden@proxy.example:8000")
            await container.credentials().add("facebook", opened, label=account[:3], actor="test")
        for _ in range(2):
            await discover(container, "facebook", Ask(city="Harbel"))
        ann, bob = await container.credentials().all()
        assert (ann.last, ann.failures, bob.last, bob.failures) == ("refused", 1, "ok", 0)
        assert ann.resting_until is not None
        uses = await container.store().read("credentials/facebook")
        assert len(uses) == ann.uses + bob.uses
        stored = await everything_stored(container) + b"".join(entry.body for entry in uses)
        for secret in (b"ann@example.org", b"pw-of", b"hidden"):
            assert secret not in stored
        assert FernetVault(f"{new_key()},{key}").unseal(ann.sealed).count("pw-of-ann") == 1


async def _page_of(container: Container, *numbers: int) -> None:
    digest = await container.blobs().put(page(*(show(n) for n in numbers)).encode())
    unit = UnitOfWork(container.store())
    unit.queue(plan_task("web", [Wanted("https://hall.example/shows", digest)]))
    await unit.commit()
    await container.worker().run(until_idle=True, patience=1.0)


async def test_enrichment_asks_once_within_its_budget_and_takes_what_is_certain() -> None:
    """One bearer of the name: its MusicBrainz id, country and genres. Two bearers: nothing. Nobody is asked twice."""
    simulator = MusicBrainzSimulator([("Ida Vell", "DK"), ("Brass Owls", "US"), ("Brass Owls", "GB"), ("Other", "FR")])
    async with simulated({"musicbrainz": simulator}, enrich_daily=50) as container:
        for name in ("LASTFM_KEY", "SETLISTFM_KEY"):
            container.live()._keys.pop(f"MYSTAGE_{name}")
        await _page_of(container, 2, 3, 9)
        names = {artist.name: artist for artist in await UnitOfWork(container.store()).of(ARTISTS).find()}
        assert {"Ida Vell", "Brass Owls"} <= names.keys()
        done = await container.enrich().run()
        assert done.asked == {"musicbrainz": len(names)}
        assert len(done.missing) == 2
        await container.worker().run(until_idle=True, patience=30.0)
        unit = UnitOfWork(container.store())
        ida = await unit.of(ARTISTS).need(names["Ida Vell"].id)
        assert (ida.identifiers.get("musicbrainz"), ida.country, ida.genres) == (mbid("Ida Vell/DK"), "DK", ("folk",))
        assert {p.entity_source.partition(":")[0] for p in ida.provenance.values()} >= {"musicbrainz"}
        owls = await unit.of(ARTISTS).need(names["Brass Owls"].id)
        assert "musicbrainz" not in owls.identifiers
        calls = len(simulator.requests)
        again = await container.enrich().run()
        await container.worker().run(until_idle=True, patience=30.0)
        assert (again.calls, len(simulator.requests)) == (0, calls)
        assert len(await unit.of(ENRICHMENTS).find()) == len(names)


async def test_enrichment_stops_at_the_budget_of_the_day() -> None:
    simulator = MusicBrainzSimulator([("Ida Vell", "DK")])
    async with simulated({"musicbrainz": simulator}, enrich_daily=2) as container:
        await _page_of(container, *range(9))
        container.clock.override(
            providers.Object(ManualClock(datetime(2026, 6, 1, tzinfo=UTC)))
        )  # no midnight in between
        assert (await container.enrich().run()).calls == 2
        assert (await container.enrich().run()).calls == 0


async def test_enrichment_looks_up_nothing_about_artists_who_lack_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of many artists is read by the page; only about those in need is anything else read."""
    simulator = MusicBrainzSimulator([("Ida Vell", "DK")])
    async with simulated({"musicbrainz": simulator}) as container:
        await _page_of(container, *range(9))
        store = container.store()
        unit, asked = UnitOfWork(store), list[str]()
        artists = await unit.of(ARTISTS).find()
        known = {"identifiers": {"musicbrainz": mbid("x")}, "country": "DK", "genres": ("folk",)}
        for artist in artists:
            unit.of(ARTISTS).put(evolve(artist, **known))
        await unit.commit()
        find = store.find

        async def noted(query: Query) -> Page:
            asked.append(query.collection)
            return await find(query)

        monkeypatch.setattr(store, "find", noted)
        done = await container.enrich().run()
        assert (done.looked_at, done.calls) == (len(artists), 0)
        assert ENRICHMENTS.name not in asked
