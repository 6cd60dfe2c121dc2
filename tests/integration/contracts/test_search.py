"""What every search index must do with words: the memory twin and the embedded index alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.contracts.search_world import MAKERS, artist, ask, ids, show

from mystage.application.ports.search import SearchDocument, SearchIndex, SearchQuery
from mystage.domain.values import GeoPoint, Kind


@pytest.fixture(params=MAKERS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    """An empty index of each kind."""
    return MAKERS[request.param](tmp_path)


NAMES = {
    "harbour": "Harbour Lights",
    "accents": "Éloïse Brûlé",
    "stroke": "Møllegård",
    "sharp": "Straßenkapelle",
    "money": "C$LA Tide",
    "slash": "KX/BQ",
    "dots": "V.O.L.",
    "signs": "!!!",
    "twice": "The The",
    "apostrophe": "O’Malley’s Ferrymen",
    "joined": "Thunderpaper",
    "japanese": "海辺電気",
    "kana": "ガラスのネコ",
    "thai": "ดาวเหนือ",
    "cyrillic": "Северный Ветер",
    "greek": "Θαλασσινή Αύρα",
    "korean": "푸른바다",
    "other": "Copper Meridian",
    "more": "Velvet Quarry",
}


@pytest.fixture
async def names(index: SearchIndex) -> SearchIndex:
    """An index of artists with telling names; the id says what is special about each."""
    await index.write([artist(id, name) for id, name in NAMES.items()])
    return index


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Harbour Lights", "harbour"),
        ("HARBOUR lights", "harbour"),
        ("lights harbour", "harbour"),
        ("harbuor lights", "harbour"),  # two letters swapped
        ("harbor lights", "harbour"),  # a letter missing
        ("harrbour lights", "harbour"),  # a letter too many
        ("harvour lights", "harbour"),  # a wrong letter in the middle
        ("harbour ligjts", "harbour"),  # the second word misspelt
        ("hxrbour", "harbour"),
        ("harbour li", "harbour"),  # unfinished last word
        ("harb", "harbour"),
        ("hrabou", "harbour"),  # unfinished and misspelt
        ("thundrepapre", "joined"),  # two edits in a long word
        ("thunder paper", "joined"),  # a space that is none
        ("harbourlights", "harbour"),  # a space forgotten
        ("harbour zzzzzz", "harbour"),  # most words match where none has all
        ("teh tha", "twice"),  # short words are forgiven an edit where nothing else is found
        ("eloise brule", "accents"),
        ("ÉLOÏSE BRÛLÉ", "accents"),
        ("mollegard", "stroke"),
        ("strassenkapelle", "sharp"),
        ("C$LA", "money"),
        ("csla", "money"),
        ("KX/BQ", "slash"),
        ("kxbq", "slash"),
        ("kx bq", "slash"),
        ("V.O.L.", "dots"),
        ("vol", "dots"),
        ("!!!", "signs"),
        ("the the", "twice"),
        ("omalleys", "apostrophe"),
        ("o'malley's", "apostrophe"),
        ("海辺電気", "japanese"),
        ("海辺", "japanese"),
        ("電気", "japanese"),
        ("電", "japanese"),
        ("海辺電器", "japanese"),  # a wrong character
        ("ネコ", "kana"),
        ("ｶﾞﾗｽ", "kana"),  # half width
        ("ดาวเหนือ", "thai"),
        ("ดาวเหน", "thai"),
        ("северный ветер", "cyrillic"),
        ("СЕВЕРНЫЙ", "cyrillic"),
        ("севреный", "cyrillic"),
        ("θαλασσινη αυρα", "greek"),
        ("ΘΑΛΑΣΣΙΝΗ", "greek"),
        ("푸른바다", "korean"),
        ("푸른", "korean"),
    ],
)
async def test_a_name_is_found_first(names: SearchIndex, text: str, expected: str) -> None:
    """Typos, unfinished words, accents, signs and other scripts: the meant name is the first hit."""
    assert ids(await ask(names, text))[:1] == [expected]


@pytest.mark.parametrize("text", ["qqqqqqqq", "🎸", "…", "☃☃☃"])
async def test_what_is_nowhere_is_not_found(names: SearchIndex, text: str) -> None:
    """Tolerance has its limits: text that resembles no name finds nothing."""
    result = await ask(names, text)
    assert (result.hits, result.total) == ((), 0)


async def test_exact_stands_before_begun_before_misspelt(index: SearchIndex) -> None:
    """The three ways to match a word rank in this order, whatever the order of writing."""
    await index.write([artist("near", "Amper"), artist("begun", "Embering"), artist("exact", "Ember")])
    assert ids(await ask(index, "ember"))[:2] == ["exact", "begun"]


async def test_weight_breaks_ties(index: SearchIndex) -> None:
    """Of two equal names the weightier comes first."""
    await index.write([artist("a", "Ember", weight=1), artist("b", "Ember", weight=9), artist("c", "Ember", weight=4)])
    assert ids(await ask(index, "ember")) == ["b", "c", "a"]


async def test_a_show_is_found_by_artist_venue_other_name_and_town(index: SearchIndex) -> None:
    """All texts of a document find it, also together; its own name counts more than the others."""
    night = show(
        "n", "Opening Night", artists=("Copper Meridian",), venue="Quarry Hall", also=("Premiere",), locality="Oststadt"
    )
    await index.write([night, artist("m", "Copper Meridian")])
    for text in ("opening", "premiere", "quarry hall", "oststadt", "copper meridian quarry", "meridan oststadt"):
        assert "n" in ids(await ask(index, text)), text
    assert ids(await ask(index, "copper meridian")) == ["m", "n"]


async def test_a_document_comes_back_whole(index: SearchIndex) -> None:
    """Every field survives the index."""
    full = SearchDocument(
        id="f", kind=Kind.PERFORMANCE, name="Gâteau “Live” \\ 海", also=("x", ""), locality="Bergen", region="Vestland",
        country="NO", genres=("Jazz", "Free Jazz"), venue_id="v", venue="Hall", artists=("A", "B"),
        point=GeoPoint(lat=-12.3456789, lon=179.9999), day="2026-02-28", until="2026-03-01",
        start_local="2026-02-28T20:30", status="sold_out", weight=2.5,
    )  # fmt: skip
    await index.write([full])
    assert [hit.document for hit in (await ask(index)).hits] == [full]


async def test_a_write_replaces_by_id_and_deletes(index: SearchIndex) -> None:
    """A document of the same id is replaced, the last one in a batch counts, deleted ones are gone at once."""
    await index.write([artist("a", "Ember"), artist("b", "Quill"), artist("c", "Larch")])
    await index.write([artist("a", "Nobody"), artist("a", "Saffron")], delete=["b", "unknown"])
    assert ids(await ask(index, "saffron")) == ["a"]
    assert [(await ask(index, gone)).total for gone in ("ember", "nobody", "quill")] == [0, 0, 0]
    assert (await ask(index)).total == (await index.state()).documents == 2


async def test_an_id_that_is_put_and_deleted_stays(index: SearchIndex) -> None:
    """Deletions come first, so a document that is put in the same write is there."""
    await index.write([artist("a", "Ember")], delete=["a"])
    assert ids(await ask(index)) == ["a"]


async def test_an_empty_index_answers(index: SearchIndex) -> None:
    """Before the first write everything is empty and nothing fails; an empty write changes nothing."""
    result = await ask(index, "x", facets=True)
    assert (result.hits, result.total) == ((), 0)
    assert result.facets == {"kind": {}, "locality": {}, "country": {}, "genres": {}}
    assert (await ask(index, near=GeoPoint(lat=0, lon=0), km=5)).total == 0
    assert (await index.state()).documents == 0


async def test_clear_removes_all_and_the_index_goes_on(index: SearchIndex) -> None:
    """Clearing empties, also an empty index, and writing works afterwards."""
    await index.clear()
    await index.write([artist("a", "Ember")])
    assert (await index.state()).updated_at is not None
    await index.clear()
    assert ((await index.state()).documents, (await ask(index)).total) == (0, 0)
    await index.write([artist("b", "Quill")])
    assert ids(await ask(index)) == ["b"]


ODD = (
    "AND", "OR NOT", "name:harbour", "*", "har*", "+harbour -lights", "(", ")]}", '"', '"harbour', "\\", "/x/", "~2", "^5",
    "[a TO b]", "a" * 10_000, "wörd " * 3_000, "🎸🎸", "harbour🎸", "\x00", "\ud800", "e\u0301" * 500, "\u200b", "\n\t",
    "IN [", "<b>", "%s", "{}", "'; DROP TABLE", "ﷺ" * 400, "\u0301", "_", "$", "@", "!",
)  # fmt: skip


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
async def test_no_text_is_an_error(names: SearchIndex, text: str) -> None:
    """Operators, quotes, signs, halves of characters and endless texts are only words."""
    result = await names.search(SearchQuery.model_construct(text=text))
    assert result.total >= len(result.hits)


@pytest.mark.parametrize(
    "text", ["+harbour -lights", '"harbour lights"', "(harbour)", "harbour🎸", "harbour*", "harbour:"]
)
async def test_operators_are_not_obeyed(names: SearchIndex, text: str) -> None:
    """Signs around words do not hide the name."""
    assert ids(await ask(names, text))[:1] == ["harbour"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
async def test_any_text_is_a_query(names: SearchIndex, text: str) -> None:
    """No text at all raises, and the total is never below the page."""
    result = await ask(names, text)
    assert result.total >= len(result.hits)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30))
async def test_any_name_finds_itself(index: SearchIndex, name: str) -> None:
    """Whatever letters a name is made of, its own text finds it first."""
    await index.write([artist("itself", name)])
    assert ids(await ask(index, name)) == ["itself"]
