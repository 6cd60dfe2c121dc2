"""The way back: a person corrects what a model read, the correction is an example, and examples test and teach prompts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.models import Parrot, Prose, shows
from tests.support.pages import page, show
from tests.support.recorder import HOME, record
from tests.support.world import World, answer, world

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.application.curation.correcting import parse
from mystage.application.ports.documents import ChangeSet
from mystage.domain.audit import AUDIT_LOGS
from mystage.domain.catalog import Performance, Venue
from mystage.domain.errors import Invalid, Malformed, NotFound
from mystage.domain.values import Kind

SITE = "https://cellar.example/nights"
PAGE = (
    "<html lang='en-GB'><body><h1>Quiet Cellar</h1><p>Live music, concerts, tickets.</p>"
    "<p>Sat 7 February</p><h2>Brass Owls + Moth Parade</h2><p>doors 19:00, concert 20:00</p></body></html>"
)


def careless(text: str) -> dict[str, Any]:
    """Takes the doors for the start."""
    return shows({"title": "Brass Owls + Moth Parade", "artists": ["Brass Owls"], "date": "Sat 7 February", "time": "doors 19:00"},
                 place={"name": "Quiet Cellar"})  # fmt: skip


@pytest.fixture
def web() -> MemoryPageFetcher:
    found = MemoryPageFetcher({})
    found.set(SITE, answer(PAGE))
    return found


@pytest.fixture
def parrot() -> Parrot:
    return Parrot(careless)


@pytest.fixture
async def at(tmp_path: Path, web: MemoryPageFetcher, parrot: Parrot) -> AsyncIterator[World]:
    async with world("embedded", tmp_path / "data", fetcher=web, readers=Prose(), agent=parrot.agent()) as opened:
        await opened.visit(SITE)
        yield opened


async def performance(at: World) -> Performance:
    (found,) = await at.live(Kind.PERFORMANCE)
    assert isinstance(found, Performance)
    return found


async def test_a_correction_wins_and_survives_and_is_an_example(at: World, web: MemoryPageFetcher) -> None:
    """The words of the page, what was made of them, what is right; the next crawl changes nothing about it."""
    wrong = await performance(at)
    assert wrong.start_local == "2026-02-07T19:00"
    done = await at.container.correct().correct(
        wrong.id, "start_local", "2026-02-07T20:00", actor="ada", reason="doors are no start"
    )
    await at.settle()
    assert (await performance(at)).start_local == "2026-02-07T20:00"
    web.set(SITE, answer(PAGE.replace("</h1>", " presents</h1>")))
    await at.visit(SITE)
    right = await performance(at)
    assert (right.start_local, right.provenance["start_local"].rule) == ("2026-02-07T20:00", "curated")
    (example,) = await at.container.examples().all()
    assert example.id == done.example
    assert (example.source, example.field, example.wrong, example.right) == (
        "cellar.example", "start_local", "2026-02-07T19:00", "2026-02-07T20:00",
    )  # fmt: skip
    assert example.quote == "Sat 7 February"
    assert "Brass Owls" in example.context
    assert example.prompt.startswith("events-1.")
    (audit,) = await at.unit.of(AUDIT_LOGS).find(action="entity.edit")
    assert (audit.actor, audit.subjects[0]) == ("ada", wrong.id)


async def test_a_correction_and_its_example_are_one_commit(at: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends the process between two commits: there is no correction without its example."""
    wrong, commit, commits = await performance(at), at.store.commit, 0

    async def counted(changes: ChangeSet) -> None:
        nonlocal commits
        commits += 1
        await commit(changes)

    monkeypatch.setattr(at.store, "commit", counted)
    done = await at.container.correct().correct(wrong.id, "start_local", "2026-02-07T20:00", actor="ada")
    assert (commits, done.before) == (1, "2026-02-07T19:00")
    (example,) = await at.container.examples().all()
    assert example.id == done.example


async def test_the_rate_of_corrections_is_told_by_source_and_prompt(at: World) -> None:
    """Corrected twice is one correction."""
    found = await performance(at)
    (before,) = await at.container.examples().rates()
    assert (before.corrected, before.rate) == (0, 0.0)
    for value in ("2026-02-07T20:15", "2026-02-07T20:00"):
        await at.container.correct().correct(found.id, "start_local", value, actor="ada")
        await at.settle()
    (after,) = await at.container.examples().rates()
    assert (after.source, after.values, after.corrected) == ("cellar.example", before.values, 1)
    assert after.rate == 1 / before.values
    (example,) = await at.container.examples().all()
    assert (example.wrong, example.right) == ("2026-02-07T19:00", "2026-02-07T20:00")


async def test_a_chosen_example_changes_the_prompt_and_an_eval_tries_it(
    at: World, parrot: Parrot, tmp_path: Path
) -> None:
    found = await performance(at)
    await at.container.correct().correct(found.id, "start_local", "2026-02-07T20:00", actor="ada")
    await at.settle()
    (example,) = await at.container.examples().all()
    (result,) = await at.container.evaluate().run(None, corrections=True)
    assert (result.corrections, result.corrections_right) == (1, 0)
    (chosen,) = await at.container.examples().choose([example.id], chosen=True, actor="ada")
    better = Parrot(lambda text: shows(careless(text)["shows"][0] | {"time": "concert 20:00"}))
    agent = better.agent(examples=(chosen,))
    assert agent.prompt != parrot.agent().prompt
    at.container.agent.override(agent)
    (result,) = await at.container.evaluate().run(None, corrections=True)
    assert (result.corrections, result.corrections_right) == (1, 1)
    assert '"2026-02-07T20:00"' in better.instructions
    assert [e.id for e in await at.container.examples().all(chosen=True)] == [example.id]
    with pytest.raises(NotFound, match="exa_0"):
        await at.container.examples().choose(["exa_0"], chosen=True, actor="ada")


async def test_what_no_model_has_read_is_corrected_without_an_example(tmp_path: Path, web: MemoryPageFetcher) -> None:
    web.set("https://shows.example/", answer(page(show(1))))
    async with world("memory", tmp_path, fetcher=web, readers=Prose()) as at:
        await at.visit("https://shows.example/")
        (venue,) = await at.live(Kind.VENUE)
        done = await at.container.correct().correct(venue.id, "capacity", "450", actor="ada")
        await at.settle()
        (venue,) = await at.live(Kind.VENUE)
        assert isinstance(venue, Venue)
        assert (venue.capacity, done.example, done.before, done.after) == (450, None, None, 450)
        await at.container.correct().correct(venue.id, "locality", None, actor="ada")
        await at.settle()
        (venue,) = await at.live(Kind.VENUE)
        assert isinstance(venue, Venue)
        assert (venue.locality, venue.capacity) == (None, 450)
        with pytest.raises(NotFound, match="no such venue"):
            await at.container.correct().correct((await performance(at)).id, "venue_id", "ven_0", actor="ada")
        with pytest.raises(Invalid, match="no field"):
            await at.container.correct().correct(venue.id, "fingerprint", None, actor="ada")


@pytest.mark.parametrize(
    ("kind", "field", "text", "value"),
    [
        (Kind.VENUE, "capacity", "500", 500),
        (Kind.VENUE, "closed", "true", True),
        (Kind.VENUE, "lat", "59.9", 59.9),
        (Kind.PERFORMANCE, "status", "cancelled", "cancelled"),
        (Kind.PERFORMANCE, "performance_kind", "concert", "concert"),
        (Kind.ARTIST, "genres", "rock, folk pop", ("rock", "folk pop")),
        (Kind.ARTIST, "alt_names", '["A, B", "C"]', ("A, B", "C")),
    ],
)
def test_values_are_read_as_their_field_wants_them(kind: Kind, field: str, text: str, value: object) -> None:
    assert parse(kind, field, text) == value


@pytest.mark.parametrize(
    ("kind", "field", "text"),
    [(Kind.VENUE, "capacity", "many"), (Kind.VENUE, "country", "Denmark"), (Kind.PERFORMANCE, "start_local", "tomorrow"),
     (Kind.ARTIST, "genres", '["rock"'), (Kind.ARTIST, "venue_id", "x"), (Kind.VENUE, "id", "x")],
)  # fmt: skip
def test_values_of_another_kind_are_refused(kind: Kind, field: str, text: str) -> None:
    with pytest.raises(Invalid):
        parse(kind, field, text)


def asked(file: Path) -> list[str]:
    """The digests of the texts that a record holds answers to."""
    return [json.loads(line)["asked"] for line in file.read_text("utf-8").splitlines()]


async def test_the_record_beside_the_labelled_pages_is_in_step_and_scored(tmp_path: Path) -> None:
    """The packaged exchanges (written by hand, no real model) replay; mistakes in them are dropped, not recorded."""
    await record(tmp_path / "again.jsonl")
    assert asked(tmp_path / "again.jsonl") == asked(HOME / "recorded.jsonl"), "see evaluations/README.md"
    async with world("memory", tmp_path) as at:
        (result,) = await at.container.evaluate().run(HOME / "pages", recorded=HOME / "recorded.jsonl")
        assert (result.pages, result.failed) == (3, {})
        for kind in result.kinds.values():
            assert (kind.precision, kind.recall, kind.field_accuracy) == (1.0, 1.0, 1.0)
        assert result.dropped["not in the page"] == 4
        assert result.usd_per_page > 0


async def test_an_evaluation_says_what_it_lacks(tmp_path: Path, parrot: Parrot) -> None:
    (tmp_path / "broken.jsonl").write_text("{}\n")
    async with world("memory", tmp_path / "data") as at:
        evaluate = at.container.evaluate()
        with pytest.raises(Invalid, match="MYSTAGE_MODEL"):
            await evaluate.run(HOME / "pages")
        with pytest.raises(Malformed, match="line 1"):
            await evaluate.run(HOME / "pages", recorded=tmp_path / "broken.jsonl")
        with pytest.raises(NotFound, match="nowhere"):
            await evaluate.run(tmp_path / "nowhere", recorded=HOME / "recorded.jsonl")
    async with world("memory", tmp_path / "data", agent=parrot.agent()) as at:
        (poor,) = await at.container.evaluate().run(HOME / "pages", most_usd=0.0)
        assert len(poor.failed) == 3
        assert all("--max-usd" in why for why in poor.failed.values())
        assert parrot.asked == []
