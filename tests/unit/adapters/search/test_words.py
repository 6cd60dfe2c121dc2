from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.adapters.search.words import MAX_WORD, MAX_WORDS, fold, index_words, query_words, squeeze


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Éloïse", "eloise"),
        ("E\u0301loi\u0308se", "eloise"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Ærø Łódź", "aero lodz"),
        ("İstanbul Işık", "istanbul isik"),
        ("Ёлка", "елка"),
        ("Αύρα", "αυρα"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("ดาวเหนือ", "ดาวเหนือ"),
        ("푸른", "푸른"),
        ("C$LA p!lot @tlas", "csla pilot atlas"),
        ("$100 !!! a@", "$100 !!! a@"),
        ("O’Malley's", "omalleys"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    """Case, accents, width and apostrophes go; marks that other scripts need and lone signs stay."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "indexed", "asked"),
    [
        ("Harbour Lights", ["harbour", "lights"], ("harbour", "lights")),
        ("KX/BQ", ["kx", "bq", "kxbq"], ("kx", "bq")),
        ("V.O.L.", ["v", "o", "l", "vol"], ("vol",)),
        ("!!!", ["!!!"], ("!!!",)),
        ("Ash & Oak", ["ash", "&", "oak"], ("ash", "oak")),
        ("The The", ["the", "the"], ("the",)),
        ("海辺", ["海", "辺", "海辺"], ("海辺",)),
        ("海辺電", ["海", "辺", "電", "海辺", "辺電"], ("海辺", "辺電")),
        ("DJ海", ["dj", "海"], ("dj", "海")),
        ("snow_fall", ["snow", "fall", "snowfall"], ("snow", "fall")),
        ("\x00\u200b\ud800", [], ()),
        ("", [], ()),
    ],
)
def test_words(text: str, indexed: list[str], asked: tuple[str, ...]) -> None:
    """What a name is kept under, and what is looked for when it is typed."""
    assert (index_words(text), query_words(text)) == (indexed, asked)


@pytest.mark.parametrize(
    ("text", "whole"), [("The The", "thethe"), ("K X / B-Q", "kxbq"), ("! ! !", "!!!"), ("海 辺", "海辺"), (" ", "")]
)
def test_squeeze(text: str, whole: str) -> None:
    """Spaces and punctuation make no difference to a name as a whole; signs stay where there is nothing else."""
    assert squeeze(text) == whole


@given(st.text(max_size=80))
def test_what_is_asked_is_indexed(text: str) -> None:
    """A text asks for at least one word that its own indexing keeps, and for none beyond the limits."""
    asked, indexed = query_words(text), set(index_words(text))
    assert set(asked) <= indexed
    assert bool(asked) == bool(indexed)
    assert len(asked) <= MAX_WORDS
    assert all(0 < len(word) <= MAX_WORD and not word.isspace() for word in indexed)


@given(st.text(st.characters(max_codepoint=0x24F), max_size=40))
def test_case_makes_no_difference_to_latin_words(text: str) -> None:
    """Upper and lower case fold to the same."""
    assert fold(text.upper()) == fold(text.upper().lower())
