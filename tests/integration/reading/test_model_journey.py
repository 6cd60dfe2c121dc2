"""Pages without structured data, read by a model, through the real stages: claims with evidence, caches, budgets, waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.models import Parrot, Prose, shows
from tests.support.pages import page, show
from tests.support.world import World, answer, world

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.domain.catalog import Performance
from mystage.domain.pipeline.reading.examples import Example
from mystage.domain.pipeline.reading.learned import LEARNED
from mystage.domain.pipeline.reading.spending import BUDGETS
from mystage.domain.pipeline.scrapes import EXTRACTIONS, Extraction
from mystage.domain.sources import ReadingOutcome
from mystage.domain.values import Kind

SITE = "https://saltmill.example/programme"
LATER = ("Tin Cathedral", "The Low Tides", "Ida Vell")
CARDS = ("Paper Weather", "Brass Owls", "Moth Parade")


def card(act: str, day: str, clock: str = "20:00", price: str = "€18") -> str:
    return f'<li class="gig"><h3>{act}</h3><p class="when">{day}</p><p class="at">Start {clock}</p><p>{price}</p></li>'


def programme(*cards: str, more: str = "") -> str:
    """A page of a venue, in prose alone: no structured data."""
    return (
        "<!doctype html><html lang='en-GB'><head><title>Salt Mill programme</title></head><body><h1>Salt Mill</h1>"
        "<p>Live music, concerts and events. Tickets at the doors.</p>"
        f"<ul class='gigs'>{''.join(cards)}</ul><footer>Salt Mill, 4 Ferry Road, Nidby</footer>{more}</body></html>"
    )


def three(more: str = "") -> str:
    days = ("Fri 6 February", "Sat 7 February", "Sun 8 February")
    return programme(*(card(act, day) for act, day in zip(CARDS, days, strict=True)), more=more)


def honest(text: str) -> dict[str, Any]:
    """What a careful model copies from the pages above: each card is four lines."""
    lines = text.split("\n")
    rows = [
        {"artists": [lines[n - 1]], "date": line, "time": lines[n + 1].removeprefix("Start "), "price": lines[n + 2]}
        for n, line in enumerate(lines)
        if line.endswith("February")
    ]
    return shows(*rows, place={"name": "Salt Mill", "street": "4 Ferry Road", "town": "Nidby"})


@pytest.fixture
def web() -> MemoryPageFetcher:
    return MemoryPageFetcher({})


@pytest.fixture
def parrot() -> Parrot:
    return Parrot(honest)


@pytest.fixture(params=["memory", "embedded"])
async def at(
    request: pytest.FixtureRequest, tmp_path: Path, web: MemoryPageFetcher, parrot: Parrot
) -> AsyncIterator[World]:
    async with world(request.param, tmp_path / "data", fetcher=web, readers=Prose(), agent=parrot.agent()) as opened:
        yield opened


async def extractions(at: World) -> list[Extraction]:
    return await at.unit.of(EXTRACTIONS).find()


async def test_a_page_in_prose_becomes_shows_whose_values_are_quotes(at: World, web: MemoryPageFetcher) -> None:
    """Claims, evidence that points into the kept text, provenance with prompt and model, the same merge as any source."""
    web.set(SITE, answer(three()))
    added = await at.visit(SITE)
    assert (added["extract/parked"], added["read/changed"], added["resolve/changed"]) == (1, 1, 1)
    found = await at.live(Kind.PERFORMANCE)
    told = {(p.start_local, p.price_min, p.currency) for p in found if isinstance(p, Performance)}
    assert told == {(f"2026-02-0{day}T20:00", 18.0, "EUR") for day in (6, 7, 8)}
    (extraction,) = await extractions(at)
    assert extraction.outcome is ReadingOutcome.RECORDS
    assert extraction.reader.startswith("model/events-1.")
    reading = extraction.reading
    assert reading is not None
    text = (await at.container.blobs().get(reading.page_text)).decode()
    assert reading.evidence
    for proof in reading.evidence:
        assert " ".join(text[proof.start : proof.end].split()) == proof.quote
    assert found[0].provenance["start_local"].reader == extraction.reader
    shown = await at.container.show().entity(found[0].id, lineage=True)
    assert shown.lineage is not None
    ((source, proofs),) = shown.lineage.evidence.items()
    assert source in found[0].sources
    assert {"20:00", "€18"} <= {proof.quote for proof in proofs}


async def test_an_unchanged_text_costs_nothing(at: World, web: MemoryPageFetcher, parrot: Parrot) -> None:
    """New markup with the same words, and another address with the same words: the model is asked once in all."""
    web.set(SITE, answer(three()))
    await at.visit(SITE)
    web.set(SITE, answer(three().replace("<h1>", "<h1 id='top'>").replace("gigs", "gigs list")))
    added = await at.visit(SITE)
    assert (added["fetch/changed"], added["read/unchanged"]) == (1, 1)
    other = "https://saltmill.example/en/whats-on"
    web.set(other, answer(three()))
    await at.visit(other)
    assert len(parrot.asked) == 1
    counters = await at.store.counters("model/")
    assert (counters["model/calls"], counters["model/cache_hits"]) == (1, 2)


async def test_the_next_page_of_the_site_is_read_by_what_was_learned(
    at: World, web: MemoryPageFetcher, parrot: Parrot
) -> None:
    """Selectors of the first page read the second one, of other words, without a call; the same values, as quotes."""
    web.set(SITE, answer(three()))
    await at.visit(SITE)
    later = programme(*(card(f"Act {n}", f"{n} February", "19:30", "€9") for n in range(10, 14)))
    web.set(SITE, answer(later))
    added = await at.visit(SITE)
    assert added["read/changed"] == 1
    assert len(parrot.asked) == 1
    assert (await at.store.counters("model/"))["model/learned"] == 1
    told = {(p.start_local, p.price_min) for p in await at.live(Kind.PERFORMANCE) if isinstance(p, Performance)}
    assert {(f"2026-02-{n}T19:30", 9.0) for n in range(10, 14)} <= told


async def test_selectors_that_do_not_fit_are_dropped_and_the_model_is_asked(
    at: World, web: MemoryPageFetcher, parrot: Parrot
) -> None:
    web.set(SITE, answer(three()))
    await at.visit(SITE)
    web.set(SITE, answer(three().replace("li", "div").replace("gig", "evening")))
    await at.visit(SITE)
    rows = [f"{act}<br>{day} February<br>Start 21:00<br>€5" for act, day in zip(LATER, (9, 10, 11), strict=True)]
    web.set(SITE, answer(programme(f"<p>{'<br>'.join(rows)}</p>")))
    added = await at.visit(SITE)
    assert added["read/changed"] == 1
    counters = await at.store.counters("model/")
    assert (counters["model/learned_dropped"], len(parrot.asked)) == (1, 2)
    (kept,) = await at.unit.of(LEARNED).find()
    assert kept.dropped_at is not None
    assert kept.why_dropped


@pytest.mark.parametrize("misfit", [0, 1, None], ids=["misfit first", "misfit last", "all fit"])
async def test_pages_of_one_batch_agree_on_their_selectors(
    at: World, web: MemoryPageFetcher, misfit: int | None
) -> None:
    """Each use counts; what one page drops, another one that was read at the same time does not bring back."""
    first, *others = (f"https://saltmill.example/nights/{n}" for n in (1, 2, 3))
    web.set(first, answer(three()))
    await at.visit(first)
    rows = "<br>".join(
        f"{act}<br>{day} February<br>Start 21:00<br>€5" for act, day in zip(LATER, (9, 10, 11), strict=True)
    )
    for number, url in enumerate(others):
        fits = programme(*(card(f"Act {n}{number}", f"{n} February", "19:30", "€9") for n in range(10, 14)))
        web.set(url, answer(programme(f"<p>{rows}</p>") if number == misfit else fits))
    await at.visit(*others)
    (kept,) = await at.unit.of(LEARNED).find()
    assert (kept.dropped_at is None) is (misfit is None)
    if misfit is None:
        assert kept.uses == 2


async def test_a_budget_stops_before_it_is_passed_and_the_page_is_read_tomorrow(
    tmp_path: Path, web: MemoryPageFetcher, parrot: Parrot
) -> None:
    """No call is made that could pass the limit; the next day it is made by itself."""
    agent = parrot.agent()
    limit = agent.ceiling("x" * 300).micro_usd / 1_000_000
    async with world(
        "embedded", tmp_path / "data", fetcher=web, readers=Prose(), agent=agent, model_budget=limit
    ) as at:
        web.set(SITE, answer(three()))
        other = "https://kite.example/"
        web.set(other, answer(three().replace("Salt Mill", "Kite House")))
        begun = at.clock.now().date()
        await at.container.submit().urls([SITE, other])
        added = await at.settle()
        assert added["read/parked"] >= 1
        assert added["read/changed"] == 2
        assert at.clock.now().date() > begun
        for budget in await at.unit.of(BUDGETS).find():
            assert budget.holds == {}
            assert 0 < budget.spent <= limit * 1_000_000


async def test_without_a_model_the_page_waits_and_says_for_what(
    tmp_path: Path, web: MemoryPageFetcher, parrot: Parrot
) -> None:
    """One sentence names the setting; once it is set, what waits is read."""
    web.set(SITE, answer(three()))
    async with world("embedded", tmp_path / "data", fetcher=web, readers=Prose()) as at:
        added = await at.visit(SITE)
        assert added["extract/parked"] == 1
        assert "read/in" not in added
        (parked,) = await extractions(at)
        assert (parked.needs_model, "MYSTAGE_MODEL" in parked.reason) == (True, True)
    async with world("embedded", tmp_path / "data", fetcher=web, readers=Prose(), agent=parrot.agent()) as at:
        assert await at.container.pending().queue() == 1
        added = await at.settle()
        assert added["read/changed"] == 1
        assert len(await at.live(Kind.PERFORMANCE)) == 3
        assert await at.container.pending().queue() == 0


async def test_a_changed_prompt_reads_again_what_a_model_has_read_and_nothing_else(
    tmp_path: Path, web: MemoryPageFetcher, parrot: Parrot
) -> None:
    """The extraction's id holds the prompt's version; a page with structured data is left alone."""
    web.set(SITE, answer(three()))
    structured = "https://shows.example/"
    web.set(structured, answer(page(show(1), show(2))))
    async with world("embedded", tmp_path / "data", fetcher=web, readers=Prose(), agent=parrot.agent()) as at:
        await at.visit(SITE, structured)
    example = Example(
        id="exa_1", source="web", prompt="events-1.0", kind=Kind.PERFORMANCE, entity="prf_1", field="title", quote="a",
        right="b", by="ada", at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    again = parrot.agent(examples=(example,))
    async with world("embedded", tmp_path / "data", fetcher=web, readers=Prose(), agent=again) as at:
        assert await at.container.pending().queue() == 1
        added = await at.settle()
        assert (added["read/in"], added["read/unchanged"]) == (1, 1)
        assert len(parrot.asked) == 2
        assert '"a"' in parrot.instructions
        assert await at.container.pending().queue() == 0


async def test_a_model_that_does_not_do_as_asked_costs_a_dead_letter_not_a_record(
    tmp_path: Path, web: MemoryPageFetcher
) -> None:
    """Twice an answer of another form: the task is given up with its cause, the page stays parked, the money is counted."""
    wild = Parrot(lambda _: {"events": "none of your business"})
    async with world("memory", tmp_path, fetcher=web, readers=Prose(), agent=wild.agent()) as at:
        web.set(SITE, answer(three()))
        await at.container.submit().urls([SITE])
        added = await at.work()
        assert added["read/failed"] == 1
        (failed,) = await at.container.failed_tasks().failed()
        assert (failed.queue, failed.error_kind) == ("read", "malformed")
        assert len(wild.asked) == 2
        (parked,) = await extractions(at)
        assert parked.needs_model
        assert (await at.store.counters("model/"))["model/micro_usd"] == wild.agent().ceiling(wild.asked[0]).micro_usd
