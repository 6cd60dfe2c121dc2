"""What single stages do where whole journeys do not come by: outcomes of visits, retries, parked pages, races, doubts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.claims import ClaimsReader, artist, performance, said, venue
from tests.support.world import World, answer, indexed, world

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.adapters.system import ManualClock, SeededIds
from mystage.application.flow import FLOW, stage
from mystage.application.pipeline.extracting import INLINE, resolve_task
from mystage.application.pipeline.fetching import route_task
from mystage.application.pipeline.matching import Matcher
from mystage.application.pipeline.planning import Wanted, plan_task
from mystage.application.pipeline.records import Record
from mystage.application.pipeline.resolving import _source, fingerprint, speaks_for
from mystage.application.pipeline.resolving import said as values_said
from mystage.application.ports.pages import PageResult
from mystage.application.runtime.runner import StageRunner
from mystage.domain.delivery import FAILED_TASKS
from mystage.domain.errors import NotFound
from mystage.domain.pipeline.scrapes import EXTRACTIONS, SCRAPES, Extraction, FetchOutcome, Route
from mystage.domain.pipeline.urls import URLS, UrlDoc, UrlState, url_id
from mystage.domain.resolution.judgements import DUPLICATES, DuplicateStatus
from mystage.domain.sources import ENTITY_SOURCES, EntitySource, ReadingOutcome, SourceRank, VenueClaim
from mystage.domain.values import Kind, evolve

SITE = "https://one.example/"
OAK = {"locality": "Nidby", "country": "DK", "street": "4 Oak Lane"}


@pytest.fixture
def web() -> MemoryPageFetcher:
    return MemoryPageFetcher({})


@pytest.fixture
async def at(tmp_path: Path, web: MemoryPageFetcher) -> AsyncIterator[World]:
    async with world("memory", tmp_path, fetcher=web, readers=ClaimsReader()) as opened:
        yield opened


async def url_of(at: World, url: str = SITE) -> UrlDoc:
    return await at.unit.of(URLS).need(url_id(url))


async def visit(at: World) -> dict[str, int]:
    await at.container.submit().urls([SITE])
    return await at.work()


@pytest.mark.parametrize(
    ("outcome", "state", "cell"),
    [
        (FetchOutcome.BLOCKED, UrlState.BLOCKED, "fetch/nothing"),
        (FetchOutcome.GONE, UrlState.GONE, "fetch/nothing"),
        (FetchOutcome.EMPTY, UrlState.EMPTY, "fetch/nothing"),
        (FetchOutcome.FAILED, UrlState.FAILED, "fetch/failed"),
    ],
)
async def test_each_outcome_of_a_visit_is_a_state_of_its_own(
    at: World, web: MemoryPageFetcher, outcome: FetchOutcome, state: UrlState, cell: str
) -> None:
    """With its reason and counts; a good visit afterwards clears them."""
    web.set(SITE, PageResult(SITE, outcome, reason="it says why"))
    assert (await visit(at))[cell] == 1
    await visit(at)
    url = await url_of(at)
    assert (url.state, url.reason, url.fetches, url.failures) == (state, "it says why", 2, 2)
    assert url.gone == (2 if state is UrlState.GONE else 0)
    web.set(SITE, answer(said(venue("v", "Amber Hall"))))
    await visit(at)
    url = await url_of(at)
    assert (url.state, url.reason, url.failures, url.gone) == (UrlState.OK, "", 0, 0)


async def test_a_visit_that_may_succeed_later_is_made_again(at: World, web: MemoryPageFetcher) -> None:
    """Twice busy, then well: not before the time that the server asked for."""
    busy = PageResult(SITE, FetchOutcome.FAILED, 503, code="http_503", retryable=True, retry_after=120)
    web.set(SITE, busy, busy, answer(said(venue("v", "Amber Hall"))))
    begun = at.clock.now()
    added = await visit(at)
    assert (added["fetch/retried"], added["fetch/changed"]) == (2, 1)
    assert (at.clock.now() - begun).total_seconds() >= 240
    assert (await url_of(at)).state is UrlState.OK


async def test_a_visit_that_never_succeeds_is_a_dead_letter_that_can_be_sent_again(
    at: World, web: MemoryPageFetcher
) -> None:
    web.set(SITE, PageResult(SITE, FetchOutcome.FAILED, code="timeout", reason="no answer in 30 s", retryable=True))
    attempts = at.container.settings().max_attempts
    added = await visit(at)
    assert (added["fetch/retried"], added["fetch/failed"], len(web.visits)) == (attempts - 1, 1, attempts)
    (failed,) = await at.unit.of(FAILED_TASKS).find()
    assert (failed.error_kind, failed.where, failed.attempts) == ("unavailable", SITE, attempts)
    assert failed.first_failed_at < failed.last_failed_at
    url = await url_of(at)
    assert (url.state, url.reason) == (UrlState.FAILED, f"{SITE}: no answer in 30 s")
    web.set(SITE, answer(said(venue("v", "Amber Hall"))))
    await at.container.failed_tasks().retry(actor="ada")
    await at.settle()
    assert (await url_of(at)).state is UrlState.OK


async def test_validators_are_sent_again_and_kept(at: World, web: MemoryPageFetcher) -> None:
    """An answer of 304 without validators keeps those that we have."""
    web.set(SITE, PageResult(SITE, FetchOutcome.OK, 200, said(venue("v", "Amber Hall")), etag='"1"', final_url=SITE))
    await visit(at)
    assert (await visit(at))["fetch/unchanged"] == 1
    assert [request.etag for request in web.visits] == [None, '"1"']
    web.set(SITE, PageResult(SITE, FetchOutcome.NOT_MODIFIED, 304))
    await visit(at)
    assert (await url_of(at)).etag == '"1"'


async def test_a_body_that_came_with_the_address_is_not_fetched(at: World, web: MemoryPageFetcher) -> None:
    """A member of an archive: read once, unchanged after that, read again when the archive holds another."""
    url = "file:///shows.zip#a.json"
    for name in ("Amber Hall", "Amber Hall", "Salt Mill"):
        digest = await at.container.blobs().put(said(venue("v", name)))
        await at.store.add([plan_task("file", [Wanted(url, digest)])])
        last = await at.settle()
        assert [e.name for e in await at.live(Kind.VENUE)] == [name]
    assert last["fetch/changed"] == 1
    assert web.visits == []
    assert (await url_of(at, url)).fetches == 3


async def test_a_held_body_that_is_lost_is_told(at: World) -> None:
    await at.store.add([plan_task("file", [Wanted("file:///shows.zip#a.json", "0" * 64)])])
    await at.work()
    (failed,) = await at.unit.of(FAILED_TASKS).find()
    assert (failed.queue, failed.error_kind) == ("fetch", "not_found")
    assert (await url_of(at, "file:///shows.zip#a.json")).state is UrlState.FAILED


@pytest.mark.parametrize(
    ("body", "route", "outcome", "cell"),
    [
        (b"parked", Route.PARKED, ReadingOutcome.PARKED, "route/parked"),
        (b"ignored", Route.IRRELEVANT, ReadingOutcome.NOTHING, "route/nothing"),
    ],
)
async def test_what_nobody_reads_is_on_record(
    at: World, web: MemoryPageFetcher, body: bytes, route: Route, outcome: ReadingOutcome, cell: str
) -> None:
    """Parked for a model, or set aside; never dropped, and no further stage sees it."""
    web.set(SITE, answer(body))
    added = await visit(at)
    assert added[cell] == 1
    assert not any(name.startswith("extract") for name in added)
    (scrape,) = await at.unit.of(SCRAPES).find()
    (extraction,) = await at.unit.of(EXTRACTIONS).find()
    assert (scrape.route, extraction.outcome, extraction.needs_model) == (route, outcome, route is Route.PARKED)
    assert extraction.reason == "as it says"


async def test_an_unreadable_body_is_a_recorded_error(at: World, web: MemoryPageFetcher) -> None:
    web.set(SITE, answer(b'{"venues": 3}'))
    assert (await visit(at))["extract/failed"] == 1
    (extraction,) = await at.unit.of(EXTRACTIONS).find()
    assert (extraction.outcome, extraction.error_kind) == (ReadingOutcome.ERROR, "malformed")


async def test_a_large_reading_goes_to_the_blobs_and_is_resolved_from_there(at: World, web: MemoryPageFetcher) -> None:
    """A document holds at most 1 MB; what a page says has no such limit. Bodies above the heavy size read alike."""
    venues = [venue(f"v{n}", f"Hall Number {n}", description="about it " * 90, **OAK) for n in range(600)]
    web.set(SITE, answer(said(*venues)))
    await at.container.submit().urls([SITE])
    await at.work()
    (extraction,) = await at.unit.of(EXTRACTIONS).find()
    assert extraction.reading is None
    assert extraction.reading_blob is not None
    assert len(await at.container.blobs().get(extraction.reading_blob)) > INLINE
    assert len(await at.sources()) == 600


async def test_two_workers_that_resolve_at_once_see_each_other(at: World, web: MemoryPageFetcher) -> None:
    """The same hall of two sites, decided side by side: the slower one decides again, and there is one entity."""
    hall = venue("v", "Amber Hall", **OAK)
    names = [row.name for row in FLOW]
    for site in ("one", "two"):
        web.set(f"https://{site}.example/", answer(said(hall)))
        await at.container.submit().urls([f"https://{site}.example/"])
    runners = {runner.stage.name: runner for runner in at.container.runners()}
    for name in names[: names.index("resolve")]:
        await runners[name].run(await at.store.claim((name,), 10, 60.0, "test"))
    leases = [(await at.store.claim(("resolve",), 1, 60.0, f"w{n}")) for n in range(2)]
    handler = runners["resolve"].handler
    read, all_read = [], asyncio.Event()

    class Meeting(type(handler)):
        """Both have read before either commits."""

        async def load(self, unit, tasks, ready) -> None:
            await super().load(unit, tasks, ready)
            read.append(self)
            if len(read) >= 2:
                all_read.set()
            await all_read.wait()

    both = [Meeting(at.store, at.container.blobs(), ClaimsReader(), at.container.scorer(), at.clock) for _ in range(2)]
    ends = [StageRunner(stage("resolve"), each, at.store, at.clock, SeededIds(n)) for n, each in enumerate(both)]
    await asyncio.gather(*(end.run(lease) for end, lease in zip(ends, leases, strict=True)))
    await at.settle()
    (found,) = await at.live(Kind.VENUE)
    assert len(found.sources) == 2
    assert len(read) == 3, "one of the two had to decide again"


async def test_a_doubtful_pair_is_written_down_once(at: World) -> None:
    """POSSIBLE: two entities, one question with its evidence; asked once, however often the pages change."""
    one, two = venue("v", "Amber Hall", locality="Nidby", country="DK"), venue("v", "Amber Hall", country="DK")
    await at.tell(one=said(one), two=said(evolve(two, phone="+4533112233")))
    await at.tell(two=said(evolve(two, phone="+4533112244")))
    assert len(await at.live(Kind.VENUE)) == 2
    (pair,) = await at.unit.of(DUPLICATES[Kind.VENUE]).find()
    assert pair.status is DuplicateStatus.OPEN
    homes = {s.id: s.entity_id for s in await at.sources()}
    assert (homes[pair.left_source], homes[pair.right_source]) == (pair.left, pair.right)
    assert pair.reasons


async def test_shows_are_found_by_the_names_that_their_venue_and_artists_gain(at: World) -> None:
    """Search documents of performances hold these names: they follow when a venue or an artist changes alone."""
    show = performance("p", "2027-03-01T20:00", title="Opening", venue="v", artists=("a",))
    await at.tell(one=said(venue("v", "Amber Hall", **OAK), artist("a", "Ida Vell"), show))
    more = {"alt_names": ("The Amber",)}, {"alt_names": ("I. Vell",)}
    await at.tell(one=said(venue("v", "Amber Hall", **OAK, **more[0]), artist("a", "Ida Vell", **more[1]), show))
    (found,) = [d for d in (await indexed(at)).values() if d.kind is Kind.PERFORMANCE]
    assert set(found.also) == {"The Amber", "I. Vell"}


async def test_a_show_that_is_published_before_its_venue_shows_it_afterwards(at: World) -> None:
    """Stages run side by side: the order of merges is nobody's promise."""
    show = performance("p", "2027-03-01T20:00", title="Opening", venue="v", artists=("a",))
    at.container.fetcher().set(SITE, answer(said(venue("v", "Amber Hall", **OAK), artist("a", "Ida Vell"), show)))
    await at.container.submit().urls([SITE])
    runners = {runner.stage.name: runner for runner in at.container.runners()}
    for name in ("plan", "fetch", "route", "extract", "resolve"):
        await runners[name].run(await at.store.claim((name,), 10, 60.0, "test"))
    leases = await at.store.claim(("merge",), 10, 60.0, "test")
    for lease in sorted(leases, key=lambda lease: lease.task.payload["kind"] != "performance"):
        await runners["merge"].run([lease])
        await runners["publish"].run(await at.store.claim(("publish",), 10, 60.0, "test"))
    await at.settle()


def record(said_: dict[str, object], page: str) -> Record:
    """One thing of one source, as a page of it tells it."""
    extraction = Extraction(
        id=f"ext_{page}", scrape_id="scr", url=page, source="web", reader="claims/1",
        outcome=ReadingOutcome.RECORDS, extracted_at=ManualClock().now(),
    )  # fmt: skip
    return Record("one:venue:v", Kind.VENUE, "one", SourceRank.GENERIC, venue("v", **said_), extraction)


async def kept_after(at: World, order: list[Record]) -> EntitySource:
    """What is kept of a thing of which these pages tell in this order."""
    runner = next(r for r in at.container.runners() if r.stage.name == "resolve")
    for one in order:
        unit = at.unit
        await runner.handler._record(
            unit, Matcher(unit, at.container.scorer(), at.clock.now()), one, at.clock.now(), ""
        )
        await unit.commit()
    return await at.unit.of(ENTITY_SOURCES).need("one:venue:v")


TELLING = st.fixed_dictionaries(
    {"name": st.sampled_from(["Amber Hall", "The Amber"])},
    optional={"locality": st.just("Nidby"), "phone": st.sampled_from(["+451", "+452"]), "street": st.just("Oak 4")},
)


@given(pages=st.lists(TELLING, min_size=2, max_size=4), data=st.data())
def test_the_order_of_pages_does_not_matter(pages: list[dict[str, object]], data: st.DataObject) -> None:
    """Of one thing on several pages, the one that says most is kept, in every order of arrival and re-crawl."""
    told = [record(fields, f"https://one.example/{n}") for n, fields in enumerate(pages)]
    arrivals = [*data.draw(st.permutations(told)), *data.draw(st.lists(st.sampled_from(told), max_size=4))]
    kept = arrivals[0]
    for one in arrivals[1:]:
        known = _source(kept, None, fingerprint(kept), ManualClock().now())
        kept = kept if speaks_for(known, one) else one
    assert kept is min(told, key=lambda one: (-values_said(one.claim), one.extraction.url))


async def test_of_equal_pages_the_lower_address_is_kept_whichever_came_first(tmp_path: Path) -> None:
    """Else a later change of either would count in one order and not in the other."""
    for number, order in enumerate(permutations(("https://one.example/1", "https://one.example/2"))):
        async with world("memory", tmp_path / str(number)) as at:
            kept = await kept_after(at, [record({"name": "Amber Hall"}, page) for page in order])
            assert kept.url == "https://one.example/1"
            moved = record({"name": "Salt Mill"}, "https://one.example/2")
            assert (await kept_after(at, [moved])).claim.name == "Amber Hall"


async def test_stages_have_names_and_unknown_ones_are_refused() -> None:
    assert stage("merge").name == "merge"
    with pytest.raises(NotFound, match="one of: plan, fetch"):
        stage("scrub")


async def test_an_old_reading_that_is_resolved_late_takes_nothing_back(at: World) -> None:
    """Such as a dead letter that is tried again after the next crawl: the page's newest word stands."""
    await at.tell(one=said(venue("v", "Amber Hall", website="https://old.example/", **OAK)))
    (old,) = await at.unit.of(EXTRACTIONS).find()
    await at.tell(one=said(venue("v", "Amber Hall", website="https://new.example/", **OAK)))
    await at.store.add([resolve_task(old.id)])
    assert (await at.settle())["resolve/unchanged"] == 1
    assert [s.claim.website for s in await at.sources() if isinstance(s.claim, VenueClaim)] == ["https://new.example/"]


async def test_an_old_visit_that_is_read_late_takes_nothing_back(at: World) -> None:
    await at.tell(one=said(venue("v", "Amber Hall", website="https://old.example/", **OAK)))
    (old,) = await at.unit.of(SCRAPES).find()
    await at.tell(one=said(venue("v", "Amber Hall", website="https://new.example/", **OAK)))
    newest = (await url_of(at)).extraction_id
    await at.store.add([route_task(old.id)])
    assert (await at.settle())["extract/unchanged"] == 1
    assert (await url_of(at)).extraction_id == newest
    assert [s.claim.website for s in await at.sources() if isinstance(s.claim, VenueClaim)] == ["https://new.example/"]


async def test_a_stranger_who_names_the_same_address_takes_no_trust_from_the_operator(at: World) -> None:
    """Both wait to be planned: the operator's is a task of its own, which the other one does not replace."""
    await at.container.submit().urls([SITE])
    await at.container.submit().urls([SITE], public=True)
    (runner,) = [r for r in at.container.runners() if r.stage.name == "plan"]
    await runner.run(await at.store.claim(("plan",), 10, 60.0, "test"))
    assert (await url_of(at)).public is False
