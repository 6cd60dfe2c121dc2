"""Whole journeys through the pipeline, on the memory profile and on SQLite: the laws hold after every step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.pages import folder_of_pages, page, show
from tests.support.world import World, answer, indexed, world

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.application.ports.pages import PageResult
from mystage.domain.catalog import Performance, Venue
from mystage.domain.pipeline.quality import FINDINGS, FindingStatus
from mystage.domain.pipeline.scrapes import FetchOutcome
from mystage.domain.pipeline.urls import URLS, url_id
from mystage.domain.sources import ManifestSource, SourceRank
from mystage.domain.values import Kind

PAGES = 24
SITE = "https://hall.example/"


@pytest.fixture
def web() -> MemoryPageFetcher:
    return MemoryPageFetcher({})


@pytest.fixture(params=["memory", "embedded"])
async def at(request: pytest.FixtureRequest, tmp_path: Path, web: MemoryPageFetcher) -> AsyncIterator[World]:
    """A world whose web is `web`."""
    async with world(request.param, tmp_path / "data", fetcher=web) as opened:
        yield opened


@pytest.fixture(params=["memory", "embedded"])
async def on_disk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """A world that reads real files."""
    async with world(request.param, tmp_path / "data") as opened:
        yield opened


def programme(*numbers: int, **changes: Any) -> str:
    """A page with these shows."""
    return page(*(show(number) | changes for number in numbers))


async def findings(at: World) -> list[tuple[str, FindingStatus]]:
    return sorted((f.cause, f.status) for f in await at.unit.of(FINDINGS).find())


async def test_a_second_run_over_unchanged_files_ends_at_fetch(on_disk: World, tmp_path: Path) -> None:
    """Every page is an early exit at its first stage; nothing further is touched."""
    folder = folder_of_pages(tmp_path / "pages", PAGES)
    first = await on_disk.read(folder)
    assert (first["fetch/changed"], first["extract/changed"]) == (PAGES, PAGES)
    before = await on_disk.digest()
    second = await on_disk.read(folder)
    assert second == {"plan/in": 1, "plan/unchanged": 1, "fetch/in": PAGES, "fetch/unchanged": PAGES}
    assert await on_disk.digest() == before


async def test_a_new_look_of_a_page_ends_at_extract(at: World, web: MemoryPageFetcher) -> None:
    """The body changes, what it says does not."""
    web.set(SITE, answer(programme(1, 2)))
    await at.visit(SITE)
    web.set(SITE, answer(programme(1, 2).replace("<h1>Shows</h1>", "<h1>Our shows</h1><p>Now with a garden.</p>")))
    added = await at.visit(SITE)
    assert (added["fetch/changed"], added["extract/unchanged"]) == (1, 1)
    assert not any(cell.startswith(("resolve", "merge", "publish")) for cell in added)


async def test_a_moved_show_touches_what_depends_on_it_alone(at: World, web: MemoryPageFetcher) -> None:
    """One start time changes among six shows: one merge, one search document, and its old fields are gone."""
    web.set(SITE, answer(programme(*range(6))))
    await at.visit(SITE)
    before = await indexed(at)
    web.set(SITE, answer(page(show(0, time="21:30"), *(show(n) for n in range(1, 6)))))
    added = await at.visit(SITE)
    assert (added["merge/in"], added["merge/changed"], added["publish/in"]) == (1, 1, 1)
    after = await indexed(at)
    changed = [id for id in after if after[id] != before.get(id)]
    assert [after[id].start_local for id in changed] == ["2027-01-01T21:30"]
    assert after.keys() == before.keys()


@pytest.mark.parametrize(
    ("later", "cause"),
    [
        (programme(1), "shrunken"),
        ('<html><head><script type="application/ld+json">false</script></head><body>Soon</body></html>', "nothing"),
        ("<!doctype html><title>Hall</title><p>We are painting the hall. Come back in May.</p>", "nothing"),
        ('{"errors": [{"code": 401, "detail": "Unauthorized"}]}', "error"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "nothing"),
    ],
    ids=["far fewer", "an empty block", "prose", "an error answer", "a picture"],
)
async def test_a_page_that_falls_silent_is_a_finding_and_loses_nothing(
    at: World, web: MemoryPageFetcher, later: str | bytes, cause: str
) -> None:
    """The last good data stays, the finding names the page; when the page is well again, the finding is closed."""
    good = programme(*range(6))
    web.set(SITE, answer(good))
    await at.visit(SITE)
    kept, digest = await indexed(at), await at.digest()
    web.set(SITE, answer(later, media_type="" if isinstance(later, bytes) else "text/html"))
    await at.visit(SITE)
    assert await findings(at) == [(cause, FindingStatus.OPEN)]
    found = (await at.unit.of(FINDINGS).find())[0]
    assert found.url.startswith(SITE)
    assert "the last good data stays" in found.message
    assert (await indexed(at), await at.digest()) == (kept, digest)
    web.set(SITE, answer(good.replace("Shows", "The shows")))
    await at.visit(SITE)
    assert await findings(at) == [(cause, FindingStatus.RESOLVED)]
    assert await at.digest() == digest


@pytest.mark.parametrize("outcome", [FetchOutcome.BLOCKED, FetchOutcome.EMPTY])
async def test_a_page_that_can_no_longer_be_had_is_a_finding_and_loses_nothing(
    at: World, web: MemoryPageFetcher, outcome: FetchOutcome
) -> None:
    """Empty and blocked pages raise a finding like an extraction that gives nothing (architecture, section 2)."""
    web.set(SITE, answer(programme(*range(6))))
    await at.visit(SITE)
    digest = await at.digest()
    web.set(SITE, PageResult(SITE, outcome, 403, reason=f"{SITE}: {outcome.value}"))
    await at.visit(SITE)
    assert await findings(at) == [(outcome.value, FindingStatus.OPEN)]
    assert await at.digest() == digest
    web.set(SITE, answer(programme(*range(6))))
    assert (await at.visit(SITE))["fetch/unchanged"] == 1
    assert await findings(at) == [(outcome.value, FindingStatus.RESOLVED)]


def sitemap(*urls: str) -> str:
    rows = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


async def test_a_sitemap_is_followed(at: World, web: MemoryPageFetcher) -> None:
    """Its pages are visited, one step deeper; those of other sites as carefully as any stranger's address."""
    for number in range(3):
        web.set(f"{SITE}show/{number}", answer(programme(number)))
    pages = [f"{SITE}show/{number}" for number in range(3)]
    web.set(f"{SITE}sitemap.xml", answer(sitemap(*pages, "https://other.example/x"), media_type="application/xml"))
    added = await at.visit(f"{SITE}sitemap.xml")
    assert added["fetch/in"] == 5
    assert len(await at.live(Kind.PERFORMANCE)) == 3
    found = await at.unit.of(URLS).get_many(url_id(url) for url in (*pages, "https://other.example/x"))
    assert {u.depth for u in found.values()} == {1}
    assert {u.url for u in found.values() if u.public} == {"https://other.example/x"}


async def test_a_large_sitemap_is_followed_to_its_last_entry(at: World, web: MemoryPageFetcher) -> None:
    """A reading that is too large for its document still names its addresses."""
    pages = [f"{SITE}{'a-rather-long-path-' * 5}{number}" for number in range(2_500)]
    web.set(f"{SITE}sitemap.xml", answer(sitemap(*pages), media_type="application/xml"))
    await at.visit(f"{SITE}sitemap.xml")
    assert len(await at.unit.of(URLS).find()) == 2_501


async def test_a_sitemap_that_has_not_changed_still_leads_to_its_pages(at: World, web: MemoryPageFetcher) -> None:
    """Most sitemaps name pages without saying when these changed."""
    web.set(f"{SITE}sitemap.xml", answer(sitemap(f"{SITE}1"), media_type="application/xml"))
    web.set(f"{SITE}1", answer(programme(1)))
    await at.visit(f"{SITE}sitemap.xml")
    web.set(f"{SITE}1", answer(page(show(1, time="22:00"))))
    await at.visit(f"{SITE}sitemap.xml")
    (found,) = await at.live(Kind.PERFORMANCE)
    assert isinstance(found, Performance)
    assert (found.start_local or "").endswith("T22:00")


async def test_sitemaps_that_name_each_other_come_to_an_end(at: World, web: MemoryPageFetcher) -> None:
    """However often they are visited, changed or not."""
    one, two = f"{SITE}sitemap.xml", f"{SITE}more.xml"
    web.set(one, answer(sitemap(two, f"{SITE}1"), media_type="application/xml"))
    web.set(two, answer(sitemap(one, f"{SITE}1"), media_type="application/xml"))
    web.set(f"{SITE}1", answer(programme(1)))
    for _ in range(3):
        added = await at.visit(one)
        assert added["fetch/in"] <= 5
    assert len(await at.live(Kind.PERFORMANCE)) == 1


def hall(*, name: str = "Amber Hall", street: str = "10 Ferry Road", phone: str | None = None) -> dict[str, Any]:
    number = {"telephone": phone} if phone else {}
    address = {"@type": "PostalAddress", "streetAddress": street, "addressLocality": "Harbel", "addressCountry": "DK"}
    return {"@type": "MusicVenue", "name": name, "address": address, **number}


def source(name: str, **fields: Any) -> ManifestSource:
    return ManifestSource.model_validate({"name": name, "start_urls": (f"https://{name}.example/",), **fields})


async def test_sources_of_a_manifest_that_disagree(at: World, web: MemoryPageFetcher) -> None:
    """Each field from the source whose rank is best for it; provenance names entity source, address and rule."""
    web.set("https://owner.example/", answer(page(show(0) | {"location": hall(name="Amber Hall")})))
    web.set(
        "https://listings.example/",
        answer(page(show(0) | {"location": hall(name="The Amber Hall", street="10 Ferry Rd", phone="+4533112233")})),
    )
    done = await at.container.submit().sources(
        (source("listings", rank="aggregator"), source("owner", rank="owner"), source("off", enabled=False))
    )
    assert (done.planned, done.refused) == (2, [])
    await at.settle()
    (venue,) = await at.live(Kind.VENUE)
    assert isinstance(venue, Venue)
    assert (venue.name, venue.street, venue.phone) == ("Amber Hall", "10 Ferry Road", "+4533112233")
    assert {s.rank for s in await at.sources() if s.source == "owner"} == {SourceRank.OWNER}
    named, phoned = venue.provenance["name"], venue.provenance["phone"]
    assert (named.source, named.url, named.rule) == ("owner", "https://owner.example/", "priority")
    assert (phoned.source, phoned.url, phoned.rule) == ("listings", "https://listings.example/", "priority")
    by_id = {s.id: s for s in await at.sources()}
    for origin in venue.provenance.values():
        told = by_id[origin.entity_source]
        assert (told.source, told.url, told.scrape_id) == (origin.source, origin.url, origin.scrape_id)


async def test_a_rank_that_the_manifest_changes_counts_from_the_next_change_on(
    at: World, web: MemoryPageFetcher
) -> None:
    """A source that is promoted has the better word as soon as its pages are read again."""
    web.set("https://one.example/", answer(page(show(0) | {"location": hall(name="Amber Hall")})))
    web.set("https://two.example/", answer(page(show(0) | {"location": hall(name="The Amber Hall")})))
    await at.container.submit().sources((source("one", rank="own_site"), source("two", rank="aggregator")))
    await at.settle()
    await at.container.submit().sources((source("two", rank="owner"),))
    web.set("https://two.example/", answer(page(show(0, time="20:15") | {"location": hall(name="The Amber Hall")})))
    await at.settle()
    (venue,) = await at.live(Kind.VENUE)
    assert isinstance(venue, Venue)
    assert venue.name == "The Amber Hall"


async def test_both_stores_hold_the_same_content(tmp_path: Path) -> None:
    """One input, one digest, whichever adapters keep it; and whatever the order of arrival."""
    folder = folder_of_pages(tmp_path / "pages", PAGES)
    files = sorted(folder.iterdir())
    digests = []
    for number, profile in enumerate(("memory", "embedded", "memory")):
        async with world(profile, tmp_path / str(number)) as at:
            for file in files if number < 2 else reversed(files):
                await at.container.submit().paths([str(file)])
            await at.settle()
            digests.append(await at.digest())
    assert len(set(digests)) == 1
