"""Spans: what stands in a page is found, what does not stand there is not, whatever the signs."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.pipeline.reading.spans import Span, alike, distance, occurrences, tidy

WORDS = st.lists(
    st.text(st.characters(categories=("L", "Nd", "P", "Zs")), min_size=1, max_size=12), min_size=1, max_size=12
)


@pytest.mark.parametrize(
    ("quote", "page", "found"),
    [
        ("Brass Owls", "Tonight: Brass Owls!", ["Brass Owls"]),
        ("Brass  Owls", "Tonight: Brass Owls!", ["Brass Owls"]),
        ("Brass Owls", "Brass\nOwls", ["Brass\nOwls"]),
        ("Simon &amp; Garfunkel", "Simon & Garfunkel", ["Simon & Garfunkel"]),
        ("Rock 'n' Roll", "Rock ’n’ Roll", ["Rock ’n’ Roll"]),
        ("20:00-22:00", "20:00–22:00", ["20:00–22:00"]),
        ("Cafe\u0301", "Café", ["Café"]),
        ("14", "2014 and 14 and 1400", ["14"]),
        ("Art", "Artist", []),
        ("brass owls", "Brass Owls", []),
        ("Brass Owls live", "Brass Owls", []),
        ("音楽", "今夜の音楽祭", ["音楽"]),
        ("...", "a ... b", []),
        ("", "anything", []),
        ("x" * 601, "x" * 601, []),
    ],
)
def test_quotes_are_found_letter_for_letter_in_whole_words(quote: str, page: str, found: list[str]) -> None:
    """Spaces, quotes, dashes and entities are forgiven; case, translation and half words are not."""
    assert [page[s.start : s.end] for s in occurrences(quote, alike(page))] == found


@settings(deadline=None)
@given(WORDS, st.data())
def test_any_run_of_whole_words_is_found_where_it_stands(words: list[str], data: st.DataObject) -> None:
    page = "\n".join(filter(None, map(tidy, words)))
    parts = page.split()
    if not parts:
        return
    first = data.draw(st.integers(0, len(parts) - 1))
    last = data.draw(st.integers(first, min(len(parts) - 1, first + 4)))
    quote = " ".join(parts[first : last + 1])
    spans = occurrences(quote, alike(page))
    if any(c.isalnum() for c in quote) and quote == tidy(quote):
        assert spans
    for span in spans:
        assert alike(" ".join(page[span.start : span.end].split())) == alike(tidy(quote))


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=200))
def test_what_is_found_is_what_was_asked_for(quote: str, page: str) -> None:
    """No quote is ever found in other words, and positions are inside the page."""
    for span in occurrences(quote, alike(page)):
        assert 0 <= span.start < span.end <= len(page)
        assert alike(page)[span.start : span.end] == alike(tidy(quote))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_one_sign_for_another_keeps_positions(text: str) -> None:
    assert len(alike(text)) == len(text)
    assert alike(alike(text)) == alike(text)
    assert tidy(html.escape(tidy(text))) == tidy(tidy(text)) or "&" in text


def test_distance_is_between_the_nearest_ends() -> None:
    assert (distance(Span(0, 5), Span(8, 9)), distance(Span(8, 9), Span(0, 5)), distance(Span(0, 5), Span(3, 9))) == (
        3,
        3,
        0,
    )
