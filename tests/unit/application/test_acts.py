"""Acts of persons: shown beforehand, judged, edited, undone, told; and what survives re-crawl, rebuild, training and moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.claims import ClaimsReader, artist, performance, said, venue
from tests.support.scoring import MODELS
from tests.support.world import World, answer, indexed, world

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.application.catalogue.entities import founded_id
from mystage.application.ports.documents import ChangeSet, Put, Query
from mystage.domain.catalog import Venue
from mystage.domain.collections import ALL
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.resolution.scoring import DefaultScorer
from mystage.domain.sources import entity_source_id
from mystage.domain.values import Kind, evolve

OAK = {"locality": "Nidby", "country": "DK", "street": "4 Oak Lane"}
ELM = {"locality": "Harbel", "country": "DK", "street": "90 Elm Road"}


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[World]:
    async with world("memory", tmp_path, fetcher=MemoryPageFetcher({}), readers=ClaimsReader()) as opened:
        yield opened


def record(site: str, kind: Kind = Kind.VENUE, key: str = "v") -> str:
    return entity_source_id(f"{site}.example", kind, key)


def home(site: str, kind: Kind = Kind.VENUE, key: str = "v") -> str:
    return founded_id(record(site, kind, key), kind)


async def copied(at: World, other: World) -> None:
    """All documents of one world in the store of another."""
    for spec in ALL:
        found = (await at.store.find(Query(spec.name))).records
        models = [spec.model.model_validate_json(record.body) for record in found]
        puts = [Put(spec.name, r.id, r.body, spec.index_values(m)) for r, m in zip(found, models, strict=True)]
        await other.store.commit(ChangeSet(puts=tuple(puts)))


async def names(at: World) -> list[str]:
    return [entity.name for entity in await at.live(Kind.VENUE) if isinstance(entity, Venue)]


async def two_halls(at: World) -> tuple[str, str]:
    """Two venues, a show at the second."""
    show = performance("p", "2027-03-01T20:00", title="Spring Opening", venue="v", artists=("a",))
    await at.tell(
        one=said(venue("v", "Amber Hall", **OAK)),
        two=said(venue("v", "The Quiet Cellar", **ELM), artist("a", "Paper Weather"), show),
    )
    return home("one"), home("two")


async def test_a_preview_tells_what_the_act_then_does_and_changes_nothing(at: World) -> None:
    """Fields, references, search records: the preview's are those of the catalogue after the act."""
    a, b = await two_halls(at)
    show = home("two", Kind.PERFORMANCE, "p")
    before, shown = await at.digest(), await indexed(at)
    seen = await at.container.curate().merge(a, b, actor="ada", preview=True)
    assert (await at.digest(), await indexed(at), seen.act) == (before, shown, "")
    effects = seen.effects
    assert effects is not None
    assert effects.states == {b: f"merged into {a}"}
    assert [(c.entity, c.field, c.before, c.after) for c in effects.references] == [(show, "venue_id", b, a)]
    assert effects.search == {a: "put", b: "removed", show: "put"}
    assert [(m.record, m.origin, m.target) for m in effects.records] == [(record("two"), b, a)]
    assert [c.after.polarity.value for c in effects.judgements] == ["positive"]
    await at.container.curate().merge(a, b, actor="ada")
    await at.settle()
    kept = (await at.live(Kind.VENUE))[0].model_dump(mode="json")
    assert {c.field: c.after for c in effects.fields if c.entity == a}.items() <= kept.items()


async def test_the_survivor_is_who_the_person_names(at: World) -> None:
    a, b = await two_halls(at)
    with pytest.raises(Invalid, match="neither of the two"):
        await at.container.curate().merge(a, a, actor="ada", survivor=b)
    done = await at.container.curate().merge(a, b, actor="ada", survivor=b)
    await at.settle()
    assert (done.kept, done.other) == (b, a)
    assert [e.id for e in await at.live(Kind.VENUE)] == [b]


async def test_any_act_is_taken_back_and_the_undo_too(at: World) -> None:
    """The digest after an undo is that of before the act; undoing the undo gives that of after it."""
    a, b = await two_halls(at)
    curate, undo = at.container.curate(), at.container.undo()
    before = await at.digest()
    for act in (
        lambda: curate.merge(a, b, actor="ada"),
        lambda: curate.judge(a, b, "same", actor="ada"),
        lambda: curate.edit(a, "name", "By Hand", actor="ada"),
        lambda: curate.judge(a, b, "different", actor="ada"),
    ):
        done = await act()
        await at.settle()
        after = await at.digest()
        taken = await undo.undo(done.act, actor="bo")
        await at.settle()
        assert await at.digest() == before
        with pytest.raises(Invalid, match="undone already"):
            await undo.undo(done.act, actor="bo")
        again = await undo.undo(taken.act, actor="bo")
        await at.settle()
        assert await at.digest() == after
        await undo.undo(again.act, actor="bo")
        await at.settle()
        assert await at.digest() == before
    assert [e.id for e in await at.live(Kind.VENUE)] == [a, b]


async def test_an_undo_waits_for_the_later_decision_on_the_same_records(at: World) -> None:
    a, b = await two_halls(at)
    first = await at.container.curate().merge(a, b, actor="ada")
    await at.settle()
    second = await at.container.curate().unmerge(b, actor="bo")
    await at.settle()
    with pytest.raises(Invalid, match="decided on the same records since"):
        await at.container.undo().undo(first.act, actor="ada")
    for act in (second.act, first.act):
        await at.container.undo().undo(act, actor="ada")
        await at.settle()
    assert await names(at) == ["Amber Hall", "The Quiet Cellar"]
    with pytest.raises(NotFound, match="no such act"):
        await at.container.undo().undo("act_nothing", actor="ada")


async def test_judging_takes_entities_and_entity_sources(at: World) -> None:
    """Same merges, different parts for good, unsure leaves it to the machine."""
    a, b = await two_halls(at)
    curate = at.container.curate()
    done = await curate.judge(record("one"), b, "same", actor="ada")
    await at.settle()
    assert (await names(at), done.kept) == (["Amber Hall"], a)
    done = await curate.judge(a, b, "different", actor="ada")
    await at.settle()
    assert (await names(at), done.moved) == (["Amber Hall", "The Quiet Cellar"], (record("two"),))
    await at.tell(two=said(venue("v", "Amber Hall", **OAK)))
    assert await names(at) == ["Amber Hall", "Amber Hall"]
    await curate.judge(a, record("two"), "unsure", actor="ada")
    await at.settle()
    assert await names(at) == ["Amber Hall"]
    for one, other, words in ((a, a, "one record"), (a, home("two", Kind.ARTIST, "a"), "cannot be one")):
        with pytest.raises(Invalid, match=words):
            await curate.judge(one, other, "same", actor="ada")
    with pytest.raises(Invalid, match="not an answer"):
        await curate.judge(a, b, "perhaps", actor="ada")


async def test_edits_go_to_the_side_whose_source_they_concern(at: World) -> None:
    """Made after a merge, each on a field that another source gave: after the un-merge each side has its own."""
    a, b = await two_halls(at)
    curate = at.container.curate()
    await curate.merge(a, b, actor="ada")
    await at.settle()
    await curate.edit(a, "name", "Amber Hall & Bar", actor="ada")
    await curate.edit(a, "phone", "+4533112233", actor="ada", source=record("two"))
    await at.settle()
    kept = (await at.live(Kind.VENUE))[0]
    assert (kept.name, kept.phone) == ("Amber Hall & Bar", "+4533112233")
    await curate.unmerge(b, actor="bo")
    await at.settle()
    sides = {e.id: (e.name, e.phone) for e in await at.live(Kind.VENUE)}
    assert sides == {a: ("Amber Hall & Bar", None), b: ("The Quiet Cellar", "+4533112233")}


async def test_a_field_takes_what_it_can_hold(at: World) -> None:
    a, _ = await two_halls(at)
    for field, value, words in (
        ("colour", "red", "no field 'colour'"),
        ("capacity", "many", "capacity cannot hold this"),
    ):
        with pytest.raises(Invalid, match=words):
            await at.container.curate().edit(a, field, value, actor="ada")
    with pytest.raises(Invalid, match="not part of"):
        await at.container.curate().edit(a, "name", "X", actor="ada", source=record("two"))


async def test_a_field_refers_to_nothing_that_is_not_there(at: World) -> None:
    await two_halls(at)
    (show,) = await at.live(Kind.PERFORMANCE)
    for field, value, kind in (("venue_id", "ven_0", "venue"), ("artist_ids", ["art_0"], "artist")):
        with pytest.raises(NotFound, match=f"no such {kind}"):
            await at.container.curate().edit(show.id, field, value, actor="ada")


def another_model() -> DefaultScorer:
    """As after a training: another version, with lower thresholds."""
    return DefaultScorer(models={k: evolve(m, version="other-2", match=0.6, possible=0.2) for k, m in MODELS.items()})


async def test_decisions_survive_recrawl_rebuild_a_new_model_and_another_store(at: World, tmp_path: Path) -> None:
    """A merge, a parting and an edit stand after each of these, in the store that they were copied to as well."""
    a, b = await two_halls(at)
    curate = at.container.curate()
    await at.tell(three=said(venue("v", "Amber Hall", **OAK)))
    await curate.judge(a, record("three"), "different", actor="ada")
    await curate.merge(a, b, actor="ada")
    await curate.edit(a, "name", "By Hand", actor="ada")
    await at.settle()
    decided = await at.digest()
    await at.tell(
        one=said(venue("v", "Amber Hall", **OAK), look=1), three=said(venue("v", "Amber Hall", **OAK), look=2)
    )
    assert await at.digest() == decided
    at.scored_by(another_model())
    await at.tell(three=said(venue("v", "Amber Hall", phone="+4533112233", **OAK)))
    assert sorted(await names(at)) == ["Amber Hall", "By Hand"]
    here = await at.digest()
    async with world("embedded", tmp_path / "moved", fetcher=MemoryPageFetcher({}), readers=ClaimsReader()) as other:
        await copied(at, other)
        assert await other.digest() == here
        page = said(venue("v", "Amber Hall", phone="+4533112234", **OAK))
        other.container.fetcher().set("https://three.example/", answer(page))
        await other.container.submit().urls(["https://three.example/"])
        await other.work()
        assert (await other.rebuilt()).differences == ()
        assert sorted(await names(other)) == ["Amber Hall", "By Hand"]


async def test_an_id_tells_its_story_alive_and_merged_away(at: World) -> None:
    """Founded, merged, parted, undone: by time, with who, for the id that stayed and the one that went."""
    a, b = await two_halls(at)
    done = await at.container.curate().merge(a, b, actor="ada", reason="one door")
    await at.settle()
    gone = await at.container.history().of(b)
    assert (gone.state, gone.now) == ("merged", a)
    assert [c.what for c in gone.chapters] == ["founded", "record", "merged"]
    assert ("one door" in gone.chapters[-1].text, gone.chapters[-1].act) == (True, done.act)
    kept = await at.container.history().of(a)
    assert (kept.state, kept.absorbed) == ("live", (b,))
    await at.container.undo().undo(done.act, actor="bo")
    await at.settle()
    story = await at.container.history().of(b)
    assert [c.what for c in story.chapters if c.by in ("ada", "bo")] == ["merged", "undone"]
    assert story.chapters[-2].undone_by.startswith("bo")
    with pytest.raises(NotFound, match="no such entity"):
        await at.container.history().of("ven_nowhere")


async def test_a_show_that_moves_keeps_its_edits_and_its_story(at: World) -> None:
    """Re-keyed: another record of its page takes the place of the one of last time."""
    show = {"title": "Spring Opening", "venue": "v", "artists": ("a",)}
    others = venue("v", "Amber Hall", **OAK), artist("a", "Paper Weather")
    await at.tell(one=said(*others, performance("~first", "2027-03-01T20:00", **show)))
    (before,) = await at.live(Kind.PERFORMANCE)
    await at.container.curate().edit(before.id, "title", "By Hand", actor="ada")
    await at.settle()
    await at.tell(one=said(*others, performance("~second", "2027-03-08T20:00", **show)))
    (after,) = await at.live(Kind.PERFORMANCE)
    assert (after.id, after.title, after.start_local) == (before.id, "By Hand", "2027-03-08T20:00")
    assert "rekeyed" in [c.what for c in (await at.container.history().of(after.id)).chapters]
