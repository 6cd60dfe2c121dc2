"""Merges and un-merges by hand: what a person decides holds, is told, and can be taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.claims import ClaimsReader, artist, performance, said, venue
from tests.support.world import World, indexed, world

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.application.catalogue.entities import founded_id
from mystage.application.curation.acting import Done
from mystage.application.curation.merging import Curate
from mystage.domain.audit import AUDIT_LOGS
from mystage.domain.catalog import VENUES, Performance, Venue
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.resolution.judgements import DUPLICATES, JUDGEMENTS, DuplicateStatus, JudgedBy, Polarity
from mystage.domain.sources import entity_source_id
from mystage.domain.values import Kind, evolve

OAK = {"locality": "Nidby", "country": "DK", "street": "4 Oak Lane"}
ELM = {"locality": "Harbel", "country": "DK", "street": "90 Elm Road"}
FIR = {"locality": "Oststrand", "country": "DK", "street": "17 Fir Street"}


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[World]:
    async with world("memory", tmp_path, fetcher=MemoryPageFetcher({}), readers=ClaimsReader()) as opened:
        yield opened


def source_id(site: str, key: str, kind: Kind = Kind.VENUE) -> str:
    return entity_source_id(f"{site}.example", kind, key)


def venue_id(site: str, key: str = "v") -> str:
    """The entity that the venue of a site founds."""
    return founded_id(source_id(site, key), Kind.VENUE)


async def three_halls(at: World) -> tuple[str, str, str]:
    """Three venues that no machine takes for one another."""
    await at.tell(
        one=said(venue("v", "Amber Hall", **OAK)),
        two=said(venue("v", "The Quiet Cellar", **ELM)),
        three=said(venue("v", "Salt Mill", **FIR)),
    )
    return venue_id("one"), venue_id("two"), venue_id("three")


async def merge(at: World, keep: str, other: str) -> Done:
    result = await curate(at).merge(keep, other, actor="ada", reason="same door")
    await at.settle()
    return result


async def unmerge(at: World, id: str) -> Done:
    result = await curate(at).unmerge(id, actor="bo")
    await at.settle()
    return result


def curate(at: World) -> Curate:
    made: Curate = at.container.curate()
    return made


async def names(at: World) -> list[str]:
    return [entity.name for entity in await at.live(Kind.VENUE) if isinstance(entity, Venue)]


async def test_a_merge_moves_the_sources_and_an_unmerge_restores_the_content(at: World) -> None:
    """The digest of before; the id of before; an audit entry for each."""
    a, b, _ = await three_halls(at)
    before, shown = await at.digest(), await indexed(at)
    result = await merge(at, a, b)
    assert result == Done(Kind.VENUE, a, b, (source_id("two", "v"),))
    assert await names(at) == ["Amber Hall", "Salt Mill"]
    assert (await at.container.show().entity(b)).redirected_from == b
    assert await unmerge(at, b) == Done(Kind.VENUE, a, b, (source_id("two", "v"),))
    assert (await at.digest(), await indexed(at)) == (before, shown)
    log = await at.unit.of(AUDIT_LOGS).find(order="at")
    assert [(e.action, e.actor, e.subjects, e.reason) for e in log] == [
        ("entity.merge", "ada", (a, b), "same door"),
        ("entity.unmerge", "bo", (a, b), ""),
    ]


async def test_what_a_person_took_apart_no_machine_joins(at: World) -> None:
    """Two records that would match by themselves stay apart through re-crawls, until a person joins them."""
    hall = venue("v", "Amber Hall", **OAK)
    await at.tell(one=said(hall), two=said(hall))
    assert await names(at) == ["Amber Hall"]
    await unmerge(at, source_id("two", "v"))
    assert await names(at) == ["Amber Hall", "Amber Hall"]
    for phone in ("+4533112233", "+4533112244"):
        again = said(evolve(hall, phone=phone))
        await at.tell(one=again, two=again)
        assert await names(at) == ["Amber Hall", "Amber Hall"]
    first, second = await at.live(Kind.VENUE)
    await merge(at, first.id, second.id)
    assert await names(at) == ["Amber Hall"]


async def test_what_a_person_joined_stays_joined(at: World) -> None:
    """Also when a source then says something else altogether."""
    a, b, _ = await three_halls(at)
    await merge(at, a, b)
    await at.tell(two=said(venue("v", "The Loud Attic", **FIR)))
    assert len(await names(at)) == 2
    assert (await at.container.show().entity(b)).entity.id == a


async def test_merging_venues_brings_their_shows_together(at: World) -> None:
    """Shows of both venues move to the one that stays; two that are now at one place and time are one, and part again."""
    bill = artist("x", "Paper Weather")
    for site, name, place in (("one", "Amber Hall", OAK), ("two", "The Quiet Cellar", ELM)):
        shows = (performance("p", "2027-03-01T20:00", title="Spring Opening", venue="v", artists=("x",)),)
        await at.tell(**{site: said(venue("v", name, **place), bill, *shows)})
    a, b = venue_id("one"), venue_id("two")
    before = await at.digest()
    assert len(await at.live(Kind.PERFORMANCE)) == 2
    await merge(at, a, b)
    (found,) = await at.live(Kind.PERFORMANCE)
    assert isinstance(found, Performance)
    assert (found.venue_id, len(found.sources)) == (a, 2)
    assert [d.venue_id for d in (await indexed(at)).values() if d.kind is Kind.PERFORMANCE] == [a]
    await unmerge(at, b)
    assert sorted(v.id for v in await at.live(Kind.VENUE)) == sorted((a, b))
    assert {s.entity_id for s in await at.sources() if s.kind is Kind.VENUE} == {a, b}
    (still_one,) = await at.live(Kind.PERFORMANCE)
    assert len(still_one.sources) == 2, "what a machine has joined since, a person takes apart"
    await unmerge(at, source_id("two", "p", Kind.PERFORMANCE))
    assert await at.digest() == before


async def test_ids_of_merged_entities_are_followed(at: World) -> None:
    """A chain a -> b -> c: every id leads to its end, and merging by an old id means the entity it led to."""
    a, b, c = await three_halls(at)
    await merge(at, b, a)
    await merge(at, c, b)
    for id in (a, b, c):
        assert (await at.container.show().entity(id)).entity.id == c
    with pytest.raises(Invalid, match="one entity already"):
        await curate(at).merge(a, b, actor="ada")
    await at.tell(four=said(venue("v", "Kite House", street="2 Ash Way", locality="Vig", country="DK")))
    assert (await merge(at, a, venue_id("four"))).kept == c


@pytest.mark.parametrize("rest", [True, False], ids=["at rest between", "at once"])
async def test_unmerge_in_the_middle_of_a_chain(at: World, *, rest: bool) -> None:
    """In a -> b -> c, un-merge b: b comes back with what it had absorbed; then a comes back out of b."""
    a, b, c = await three_halls(at)
    before = await at.digest()
    for keep, other in ((b, a), (c, b)):
        await (merge(at, keep, other) if rest else curate(at).merge(keep, other, actor="ada"))
    await at.settle()
    await unmerge(at, b)
    assert [e.id for e in await at.live(Kind.VENUE) if len(e.sources) == 2] == [b]
    assert (await at.container.show().entity(a)).entity.id == b
    await unmerge(at, a)
    assert await at.digest() == before


async def test_unmerge_at_the_start_of_a_chain(at: World) -> None:
    """In a -> b -> c, un-merge a: a comes back out of c, b stays there."""
    a, b, c = await three_halls(at)
    await merge(at, b, a)
    await merge(at, c, b)
    assert (await unmerge(at, a)).kept == c
    assert {e.id: len(e.sources) for e in await at.live(Kind.VENUE)} == {a: 1, c: 2}


async def test_a_source_that_founded_an_entity_does_not_come_back_to_it(at: World) -> None:
    """Split from its own entity, merged into another and split again, it joins none of those it was parted from."""
    hall = venue("v", "Amber Hall", **OAK)
    await at.tell(one=said(hall), two=said(hall), three=said(venue("v", "Salt Mill", **FIR)))
    (mine,) = [s for s in await at.sources() if founded_id(s.id, s.kind) == s.entity_id and s.claim.name == hall.name]
    other = (await unmerge(at, mine.id)).other
    await merge(at, venue_id("three"), other)
    await unmerge(at, mine.id)
    assert await names(at) == ["Amber Hall", "Amber Hall", "Salt Mill"]
    assert {len(e.sources) for e in await at.live(Kind.VENUE)} == {1}


async def test_curated_values_survive(at: World) -> None:
    """A person's value stays through a re-crawl, a merge and an un-merge."""
    a, b, _ = await three_halls(at)
    await at.container.curate().edit(b, "name", "Quiet Cellar & Bar", actor="ada")
    await at.settle()
    await at.tell(two=said(venue("v", "The Quiet Cellar", phone="+4533112233", **ELM)))
    assert "Quiet Cellar & Bar" in await names(at)
    await merge(at, b, a)
    assert "Quiet Cellar & Bar" in await names(at)
    await unmerge(at, a)
    await merge(at, a, b)
    await unmerge(at, b)
    assert await names(at) == ["Amber Hall", "Quiet Cellar & Bar", "Salt Mill"]
    assert (await at.unit.of(VENUES).need(b)).provenance["name"].rule == "curated"


async def test_what_cannot_be_merged_is_refused_in_words(at: World) -> None:
    a, _, _ = await three_halls(at)
    await at.tell(four=said(artist("x", "Paper Weather")))
    band = (await at.live(Kind.ARTIST))[0].id
    for keep, other, error, words in (
        (a, a, Invalid, "one entity already"),
        (a, band, Invalid, "of one kind can be merged: these are venue and artist"),
        (a, "ven_nowhere", NotFound, "no such entity"),
        ("amber", a, Invalid, "not an entity id"),
    ):
        with pytest.raises(error, match=words):
            await curate(at).merge(keep, other, actor="ada")
    assert await at.unit.of(AUDIT_LOGS).find() == []


async def test_what_cannot_be_unmerged_says_what_to_do(at: World) -> None:
    a, b, c = await three_halls(at)
    for id, error, words in (
        (a, Invalid, "it was never merged"),
        (source_id("one", "v"), Invalid, "only source"),
        ("nobody:venue:v", NotFound, "--lineage"),
        ("ven_nowhere", NotFound, "ven_nowhere"),
        ("amber", Invalid, "mystage search"),
    ):
        with pytest.raises(error, match=words):
            await curate(at).unmerge(id, actor="ada")
    await merge(at, a, b)
    with pytest.raises(Invalid, match=f"it has absorbed {b}: un-merge one of these"):
        await curate(at).unmerge(a, actor="ada")
    await unmerge(at, b)
    with pytest.raises(Invalid, match="it was never merged"):
        await curate(at).unmerge(b, actor="ada")
    assert (await at.live(Kind.VENUE))[1].id in (a, b, c)


async def test_an_entity_whose_sources_have_all_left_says_where_to_look(at: World) -> None:
    """With b merged into a, then its one source taken out: b is there again, so nothing is left to undo."""
    a, b, _ = await three_halls(at)
    await merge(at, a, b)
    assert (await unmerge(at, source_id("two", "v"))).other == b
    with pytest.raises(Invalid, match="was not merged"):
        await curate(at).unmerge(b, actor="ada")


async def test_judgements_are_retired_and_doubtful_pairs_closed(at: World) -> None:
    """A merge answers the open question; its undoing answers it the other way."""
    await at.tell(
        one=said(venue("v", "Amber Hall", locality="Nidby", country="DK")),
        two=said(venue("v", "Amber Hall", country="DK", phone="+4533112233")),
    )
    (pair,) = await at.unit.of(DUPLICATES[Kind.VENUE]).find()
    assert pair.status is DuplicateStatus.OPEN
    await merge(at, pair.left, pair.right)
    assert [p.status for p in await at.unit.of(DUPLICATES[Kind.VENUE]).find()] == [DuplicateStatus.MERGED]
    await unmerge(at, pair.right)
    assert [p.status for p in await at.unit.of(DUPLICATES[Kind.VENUE]).find()] == [DuplicateStatus.REJECTED]
    judged = [j for j in await at.unit.of(JUDGEMENTS).find() if j.by is JudgedBy.PERSON]
    assert [(j.polarity, j.actor) for j in judged] == [(Polarity.NEGATIVE, "bo")]


async def test_a_record_that_matches_both_sides_of_an_unmerge_does_not_join_them_again(at: World) -> None:
    """Also where it shares no key with the very records that the person's judgement names."""
    one = venue("v", "Amber Hall", **OAK)
    two = venue("v", "The Quiet Cellar", **ELM)
    await at.tell(one=said(one), two=said(two))
    a, b = venue_id("one"), venue_id("two")
    await merge(at, a, b)
    await unmerge(at, b)
    # each side grows by a record that has nothing in common with the judged one but an identifier of its own
    bridge = {"identifiers": {"alpha": "1", "beta": "2"}}
    await at.tell(
        three=said(venue("v", "Amber Hall", **OAK, identifiers={"gamma": "3"})),
        four=said(venue("v", "The Quiet Cellar", **ELM, identifiers={"delta": "4"})),
        five=said(venue("v", "Salt Mill", **FIR, identifiers={"gamma": "3", "alpha": "1"})),
        six=said(venue("v", "Old Brewery", locality="Vestby", country="DK", identifiers={"delta": "4", "beta": "2"})),
    )
    assert len(await at.live(Kind.VENUE)) == 2
    seven = {"locality": "Sundby", "country": "DK", "street": "3 Quay"}
    await at.tell(seven=said(venue("v", "Harbour House", **seven, identifiers={"alpha": "1"})))
    assert len(await at.live(Kind.VENUE)) == 2
    await at.tell(seven=said(venue("v", "Harbour House", **seven, **bridge)))
    assert len(await at.live(Kind.VENUE)) == 2
