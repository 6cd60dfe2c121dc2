"""The demo is right: the world knows the truth, and the platform finds it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import mystage
from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import Container, running
from mystage.domain.catalog import ARTISTS, PERFORMANCES, VENUES
from mystage.domain.errors import Invalid
from mystage.domain.resolution.judgements import DUPLICATES, DuplicateStatus
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind
from mystage.entrypoints.cli import demonstrating
from mystage.entrypoints.demo.folder import MARKER, prepare
from mystage.entrypoints.demo.pages import Pages, pages_of
from mystage.entrypoints.demo.server import serve_world
from mystage.entrypoints.demo.truth import Truth
from mystage.entrypoints.demo.world import Status, World, make_world, next_day
from mystage.settings import Settings

WORLD = make_world()
LATER = next_day(WORLD)
BASE = "http://127.0.0.1:1"


def run_demo(folder: Path, *, keep: bool = False) -> dict[str, Any]:
    """Run the demo and answer its summary."""
    out = StringIO()
    with redirect_stdout(out):
        demonstrating.demo(folder, keep=keep, json=True)
    summary: dict[str, Any] = json.loads(out.getvalue())
    return summary


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo of this module puts its catalogue."""
    return tmp_path_factory.mktemp("demo") / "catalogue"


@pytest.fixture(scope="module")
def summary(folder: Path) -> dict[str, Any]:
    """One demo, for all tests of this module."""
    return run_demo(folder)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Container, UnitOfWork, list[EntitySource]]]:
    """The catalogue that the demo left, with all its records."""
    async with running(Settings(data=folder)) as container:
        unit = UnitOfWork(container.store())
        yield container, unit, await unit.of(ENTITY_SOURCES).find()


async def test_the_true_venues_artists_and_shows_are_found_exactly(summary, folder):
    """Each true thing has one entity that holds nothing else; only misspelt artists stand apart, and wait for a person."""
    assert summary["failed_tasks"] == 0
    assert (summary["addresses"]["blocked"], summary["addresses"]["failed"]) == (1, 0)
    async with opened(folder) as (_, unit, records):
        found = Truth(LATER).findings(records)
        waiting = await unit.of(DUPLICATES[Kind.ARTIST]).find(status=DuplicateStatus.OPEN)
    misspelt = {act.id for act in WORLD.acts if act.misspelt}
    for finding in found.values():
        assert finding.unknown == ()
        assert finding.joined == {}
    assert set(found[Kind.ARTIST].split) <= misspelt
    pairs = {frozenset((pair.left, pair.right)) for pair in waiting}
    assert {frozenset(ids) for ids in found[Kind.ARTIST].split.values()} <= pairs
    assert (found[Kind.VENUE].true, found[Kind.VENUE].exact) == (len(LATER.venues), len(LATER.venues))
    assert (found[Kind.PERFORMANCE].true, found[Kind.PERFORMANCE].exact) == (len(LATER.shows), len(LATER.shows))
    assert found[Kind.ARTIST].exact >= len(LATER.acts) - len(misspelt)


async def test_lookalikes_stay_apart(summary, folder):
    """Two rooms of one house, two houses of one chain, and a tribute beside its model are two each."""
    async with opened(folder) as (_, _, records):
        entity = Truth(LATER).entities(records)
    special = LATER.special
    for one, other in (("main room", "cellar"), ("owl", "other owl"), ("act", "tribute")):
        assert entity[special[one]] != entity[special[other]]


async def test_what_changed_is_in_the_catalogue(summary, folder):
    """Cancelled on the first day and on the second, a postponed show on its new date, a new show, a new phone."""
    async with opened(folder) as (_, unit, records):
        entity = Truth(LATER).entities(records)
        shows = await unit.of(PERFORMANCES).get_many(entity[show.id] for show in LATER.shows)
        heron = await unit.of(VENUES).need(entity[LATER.special["heron"]])
    for one in LATER.shows:
        kept = shows[entity[one.id]]
        assert kept.status.value == one.status.value, one
        assert (kept.start_local or "")[:10] == one.day.isoformat(), one
        if one.on_site:
            assert (kept.start_local or "")[11:] == f"{one.start // 60:02d}:{one.start % 60:02d}", one
    statuses = [s.status for s in LATER.shows]
    assert (statuses.count(Status.CANCELLED), statuses.count(Status.RESCHEDULED)) == (2, 1)
    assert heron.phone == LATER.venues[20].phone != WORLD.venues[20].phone
    assert heron.name == "The Blue Heron"
    assert {"Blue Heron", "Blue Heron Music Hall"}.isdisjoint({heron.name})


async def test_names_of_the_best_source_win(summary, folder):
    """Venues with a site bear the name that the site gives; artists are never named as the aggregator misspells them."""
    async with opened(folder) as (_, unit, records):
        entity = Truth(LATER).entities(records)
        venues = await unit.of(VENUES).get_many(entity[v.id] for v in LATER.venues)
        artists = await unit.of(ARTISTS).get_many(entity[a.id] for a in LATER.acts)
    with_site = [v for site in LATER.sites for v in site.venues if site.dialect.value != "calendar feed alone"]
    assert with_site
    assert [venues[entity[v.id]].name for v in with_site] == [v.name for v in with_site]
    rightly = [a for a in LATER.acts if not a.misspelt]
    assert [artists[entity[a.id]].name for a in rightly] == [a.name for a in rightly]


def _unchanged(before: Pages, after: Pages) -> list[str]:
    return [
        path
        for path, page in after.items()
        if before.get(path) == page and path not in ("/robots.txt", "/private/backstage")
    ]


def test_early_exits_of_the_second_run_are_counted(summary):
    """Every page that stayed the same ended at its 304 or its body, every page with a new banner alone at its claims."""
    first, second = pages_of(WORLD, BASE), pages_of(LATER, BASE)
    same = _unchanged(first, second)
    without_banner = replace(LATER, sites=tuple(replace(site, edition=1) for site in LATER.sites))
    only_banner = set(_unchanged(first, pages_of(without_banner, BASE))) - set(same)
    with_validators = [path for path in same if second[path].validators]
    exits = summary["runs"][1]["exits"]
    assert exits["not modified"] == len(with_validators) > 200
    assert exits["same body"] == len(same) - len(with_validators) > 10
    assert exits["same claims"] == len(only_banner) > 5
    assert summary["runs"][0]["exits"]["not modified"] == 0


def test_a_wrong_merge_is_undone_without_a_trace(summary):
    """The digest after the un-merge is that before the merge, and equals a rebuild from the sources."""
    merge = summary["merge"]
    assert merge["restored"]
    assert merge["before"] == merge["after"] == summary["digest"] != merge["merged"]
    assert summary["rebuild_differences"] == 0


async def test_searches_forgive_and_filter(summary, folder):
    """The typing error finds the venue first; near and date leave shows of that town, from that day on."""
    async with opened(folder) as (_, unit, records):
        entity = Truth(LATER).entities(records)
        by_name, by_place = summary["search"]
        shows = await unit.of(PERFORMANCES).get_many(by_place["ids"])
    assert by_name["ids"][0] == entity[LATER.special["heron"]]
    town = {entity[v.id] for v in LATER.venues if v.town.name == "Port Ellery"}
    assert shows
    assert all(s.venue_id in town and (s.start_local or "") >= "2031-05-10" for s in shows.values())


def test_keeping_a_demo_finds_nothing_new(summary, folder):
    """With `--keep` the world is served at the same addresses, and everything ends early."""
    again = run_demo(folder, keep=True)
    for run in again["runs"]:
        by_stage = {row["stage"]: row for row in run["funnel"]}
        assert by_stage["fetch"]["changed"] == by_stage["resolve"]["arrived"] == by_stage["merge"]["arrived"] == 0
    assert again["digest"] == summary["digest"]


def test_a_foreign_folder_is_left_alone(tmp_path):
    """A folder that no demo made is refused, and nothing in it changes."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(Invalid, match="no demo made"):
        run_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(Invalid, match="file"):
        run_demo(tmp_path / "thesis.txt")


def test_the_world_is_the_same_every_time():
    """Same seed, same world, same pages; another seed, another world."""
    assert make_world() == WORLD
    assert pages_of(make_world(), BASE) == pages_of(WORLD, BASE)
    assert make_world(seed=7).shows != WORLD.shows


def test_a_world_too_small_for_its_stories_is_refused():
    """It names the least number of nights."""
    with pytest.raises(Invalid, match="3 nights"):
        make_world(nights=3)
    assert make_world(nights=7).special.keys() == WORLD.special.keys()


def test_no_artist_plays_two_shows_in_a_night():
    """Nor has a venue two shows in a night: the world is possible."""
    nights = [(act.id, s.day) for s in LATER.shows for act in s.acts]
    assert len(set(nights)) == len(nights)
    assert len({(s.venue.id, s.day) for s in LATER.shows}) == len(LATER.shows)


@pytest.fixture
def small_world() -> World:
    """One week of the world."""
    return make_world(nights=7)


@pytest.fixture
def client(small_world: World) -> Iterator[Any]:
    """Asks the server of a small world; `publish` changes it."""
    with serve_world(small_world) as server:
        connection = http.client.HTTPConnection(server.base.removeprefix("http://"), timeout=5)

        def get(path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

        get.server = server  # type: ignore[attr-defined]  # a test's handle
        yield get
        connection.close()


def test_the_server_answers_conditional_requests(client, small_world):
    """A page with validators is answered by 304 while it stays the same; one of a plain server never is."""
    site = next(s for s in small_world.sites if s.validators)
    plain = next(s for s in small_world.sites if not s.validators)
    status, headers, body = client(f"/sites/{site.slug}/")
    assert (status, bool(body)) == (200, True)
    assert client(f"/sites/{site.slug}/", If_None_Match=headers["ETag"])[0] == 304
    assert client(f"/sites/{site.slug}/", If_None_Match='"other"')[0] == 200
    assert "ETag" not in client(f"/sites/{plain.slug}/")[1]
    assert client("/nothing")[0] == 404
    assert client.server.take_answers() == {200: 3, 304: 1, 404: 1}


def test_publishing_changes_only_what_changed(client, small_world):
    """A page that stays the same keeps ETag and Last-Modified; a changed one gets new ones."""
    changed, same = (f"/sites/{s.slug}/" for s in [s for s in small_world.sites if s.validators][:2])
    before = {path: client(path)[1] for path in (changed, same)}
    sites = tuple(replace(s, edition=2) if f"/sites/{s.slug}/" == changed else s for s in small_world.sites)
    client.server.publish(replace(small_world, sites=sites))
    after = {path: client(path)[1] for path in (changed, same)}
    for name in ("ETag", "Last-Modified"):
        assert after[same][name] == before[same][name]
        assert after[changed][name] != before[changed][name]


@pytest.mark.parametrize("sign", [MARKER, "blobs"], ids=["at the start", "at work"])
def test_ctrl_c_stops_cleanly(tmp_path, sign):
    """Stopped in the middle, the demo ends with 130 and without a traceback; the next one begins afresh in its folder."""
    folder = tmp_path / "demo"
    command = [sys.executable, "-m", "mystage", "demo", "--data", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(Path(mystage.__file__).parents[1])}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    deadline = time.monotonic() + 30
    while not (folder / sign).exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert (folder / MARKER).exists()
    (folder / "notes.txt").write_text("mine")
    prepare(folder, keep=False)
    assert {path.name for path in folder.iterdir()} == {MARKER, "notes.txt"}
