"""Records of any columns: what speaks for and against, wherever a value stands; symmetric; a source's own word learned."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.adapters.models import ModelFiles
from mystage.domain.errors import Invalid
from mystage.domain.resolution.generic.columns import Column, ColumnKind
from mystage.domain.resolution.generic.engine import GenericEngine, source_weight
from mystage.domain.resolution.generic.features import FEATURES
from mystage.domain.resolution.generic.keys import BLOCK
from mystage.domain.resolution.generic.records import prepare, surveyed
from mystage.domain.resolution.index import MemoryIndex
from mystage.domain.resolution.judgements import Verdict
from mystage.domain.values import evolve

COLUMNS = tuple(
    Column(name=name, kind=ColumnKind(kind))
    for name, kind in (
        ("title", "text"), ("artist", "text"), ("album", "text"), ("length", "duration"), ("year", "date"),
    )
)  # fmt: skip
ADJECTIVES = "Amber Silent Northern Velvet Broken Distant Paper Hollow Golden Winter".split()
NOUNS = "Harbour Lantern Meadow Signal Orchard Mirror Comet Ferry Garden Window".split()


def song(n: int, **changes: str) -> dict[str, str]:
    first, second = ADJECTIVES[n % 10], NOUNS[(n // 10) % 10]
    row = {
        "id": str(n), "title": f"{first} {second}", "artist": f"{NOUNS[n % 7]} Quartet {n % 13}",
        "album": f"Songs of {NOUNS[n % 9]}", "length": f"{2 + n % 5}:{n % 60:02}", "year": str(1980 + n % 40),
    }  # fmt: skip
    return row | changes


@pytest.fixture(scope="module")
def engine() -> GenericEngine:
    records = [prepare(song(n), COLUMNS) for n in range(100)]
    return GenericEngine(ModelFiles().shipped("generic"), COLUMNS, surveyed(records, COLUMNS))


def chance(engine: GenericEngine, a: dict[str, str], b: dict[str, str]) -> float:
    return engine.probability(engine.prepare(a), engine.prepare(b))


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Amber Harbuor"},
        {"length": "120000", "year": "'80"},
        {"title": "Harbour Quartet 0 - Amber Harbour", "artist": ""},
        {"title": "AmberHarbour", "album": ""},
        {"title": "Amber Harbour 2:00 1980", "length": "", "year": ""},
    ],
)
def test_one_song_however_written(engine: GenericEngine, changes: dict[str, str]) -> None:
    assert chance(engine, song(0), song(0, **changes)) >= 0.5


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Golden Ferry", "length": "5:41"},
        {"title": "Amber Harbour (Karaoke Remix)", "length": "6:12", "artist": "Window Sextet"},
    ],
)
def test_another_song_of_the_same_album(engine: GenericEngine, changes: dict[str, str]) -> None:
    assert chance(engine, song(0), song(0, **changes)) < 0.5


def test_a_karaoke_version_is_not_the_song_whatever_else_agrees(engine: GenericEngine) -> None:
    a, b = engine.prepare(song(0)), engine.prepare(song(0, title="Amber Harbour (Karaoke Version)"))
    scored = engine.explain(a, b)
    assert (scored.apart, scored.verdict) == (True, Verdict.NEW)
    assert engine.rule(a, b) == scored
    assert engine.rule(a, a) is None
    assert engine.probability(a, b) == scored.score < 0.05
    assert 'only one of them is a "karaoke"' in scored.reasons[0].text


_rows = st.fixed_dictionaries(
    {name: st.text("aAbé 01:'-ラ", max_size=14) for name in ("title", "artist", "album", "length", "year")}
)


@settings(deadline=None)
@given(_rows, _rows)
def test_comparing_is_symmetric_and_explained(engine: GenericEngine, a: dict[str, str], b: dict[str, str]) -> None:
    x, y = engine.prepare(a), engine.prepare(b)
    assert engine.levels(x, y) == engine.levels(y, x)
    scored = engine.explain(x, y)
    assert scored.score == pytest.approx(engine.probability(y, x))
    assert (scored.verdict is Verdict.MATCH) is (scored.score >= engine.match)
    assert all(piece.text for piece in scored.evidence)


def test_a_model_of_single_columns_asks_for_them(engine: GenericEngine) -> None:
    trained = evolve(engine.model, columns={"writer": "text"}, base=engine.model)
    with pytest.raises(Invalid, match="writer"):
        GenericEngine(trained, COLUMNS, engine.survey)
    assert [term.feature for term in engine.model.terms] == [feature.name for feature in FEATURES]


def test_what_a_shared_source_says_is_learned_from_the_file() -> None:
    sizes = Counter({"a": 50, "b": 50})
    clean = [(5.0, False)] * 60 + [(-4.0, True)] * 40
    assert source_weight(clean, sizes) < -3
    assert source_weight([(5.0, n % 2 == 0) for n in range(60)], sizes) == pytest.approx(0.0, abs=0.1)
    assert source_weight(clean, Counter({"a": 100})) == 0.0
    assert source_weight([], sizes) == 0.0


def test_records_of_one_thing_meet_and_no_block_grows_without_bound() -> None:
    """Even where every word is frequent."""
    rows = [song(n % 100, id=str(n)) for n in range(2_000)]
    rows.append({"title": "Amber Harbour", "artist": "Zyzzogeton", "length": "2:00"})
    rows.append({"title": "Zyzzogeton - Amber Harbour", "length": "120"})
    records = [prepare(row, COLUMNS) for row in rows]
    survey = surveyed(records, COLUMNS)
    engine = GenericEngine(ModelFiles().shipped("generic"), COLUMNS, survey)
    index = MemoryIndex(limit=BLOCK)
    for n, record in enumerate(records[:-1]):
        index.add(n, engine.keys(record))
    found = index.candidates(engine.query_keys(records[-1]), 25)
    assert len(records) - 2 in found
    assert len(found) <= 25
    assert index.refined
    assert all(len(index.candidates([key], len(records))) <= BLOCK for record in records for key in engine.keys(record))
