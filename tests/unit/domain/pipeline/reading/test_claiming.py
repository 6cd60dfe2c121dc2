"""Quotes become claims: of recurring words each show gets its own, and what cannot be certain is left out."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.pipeline.reading.answers import PageAnswer
from mystage.domain.pipeline.reading.claiming import Found, claims_of
from mystage.domain.pipeline.reading.days import DayWords, PageClock
from mystage.domain.pipeline.reading.page import Line, RelevantPage

CLOCK = PageClock(date(2026, 1, 1), DayWords({"feb": 2, "mar": 3}, {"fri": 4, "sat": 5}, {}), "DMY")
ACTS = ("Paper Weather", "Brass Owls", "Moth Parade")


def read(lines: list[str], *rows: dict[str, Any], links: tuple[str, ...] = ()) -> Found:
    page = RelevantPage("https://x.example/", tuple(Line(line) for line in lines))
    return claims_of([(PageAnswer.model_validate({"shows": rows}), links)], page, CLOCK)


def test_words_that_recur_belong_to_their_own_show() -> None:
    """Three shows at the same time and price, in a flat list: the evidence of each points to its own lines."""
    lines = [row for n, act in enumerate(ACTS) for row in (act, f"{n + 6} Feb", "20:00", "€18")]
    rows = [{"artists": [act], "date": f"{n + 6} Feb", "time": "20:00", "price": "€18"} for n, act in enumerate(ACTS)]
    found = read(lines, *rows)
    assert len(found.claims.performances) == 3
    assert not found.dropped
    times = [e.start for e in found.evidence if e.quote == "20:00"]
    assert times == sorted(set(times))
    assert len(times) == 3


def test_one_heading_serves_several_shows() -> None:
    found = read(
        ["Feb 2026", "Fri 6", "Paper Weather", "Sat 7", "Brass Owls"],
        {"title": "Paper Weather", "date": "Fri 6", "date_heading": "Feb 2026"},
        {"title": "Brass Owls", "date": "Sat 7", "date_heading": "Feb 2026"},
    )
    assert [p.start_local for p in found.claims.performances] == ["2026-02-06", "2026-02-07"]


def test_quotes_far_from_their_show_are_of_another() -> None:
    lines = ["Paper Weather", "6 Feb", *["a word on parking"] * 200, "€99"]
    found = read(lines, {"title": "Paper Weather", "date": "6 Feb", "price": "€99"})
    assert found.claims.performances[0].price_min is None
    assert found.dropped == {"too far from its show": 1}


def test_a_show_without_name_or_day_is_none() -> None:
    rows = ({"date": "soon"}, {"title": "Paper Weather", "date": "soon"}, {"title": "Paper Weather"})
    found = read(["Paper Weather", "soon"], *rows)
    assert len(found.claims) == 0
    assert found.dropped == {"a show without a name": 1, "a show without a certain day": 2}


def test_ends_past_midnight_are_on_the_next_day() -> None:
    lines = ["Paper Weather", "6 Feb", "22:00", "until 03:00", "doors 21:00"]
    row = {"title": lines[0], "date": "6 Feb", "time": "22:00", "end_time": "until 03:00", "doors": "doors 21:00"}
    (show,) = read(lines, row).claims.performances
    told = (show.start_local, show.end_local, show.doors_local)
    assert told == ("2026-02-06T22:00", "2026-02-07T03:00", "2026-02-06T21:00")


def test_a_show_told_in_two_parts_is_one() -> None:
    row = {"title": "Paper Weather", "date": "6 Feb", "time": "20:00"}
    (show,) = read(["Paper Weather", "6 Feb 20:00", "€18"], row, row | {"price": "€18"}).claims.performances
    assert show.price_min == 18


_WORDS = ("Paper Weather", "6 Feb", "20:00", "€18", "Salt Mill", "sold out", "Nidby", "14", "weather")
QUOTES = st.sampled_from(_WORDS) | st.text(max_size=20)
_NAMES = ("title", "date", "date_heading", "time", "doors", "end_time", "venue", "street", "town", "price", "status")
ROWS = st.fixed_dictionaries(
    {name: st.none() | QUOTES for name in _NAMES}
    | {"artists": st.lists(QUOTES, max_size=3), "link": st.none() | st.integers(1, 5)}
)
PAGE_LINES = st.lists(
    st.sampled_from(["Paper Weather", "6 Feb", "20:00 €18", "Salt Mill, Nidby", "sold out", "x"]), max_size=12
)


@settings(deadline=None)
@given(st.lists(ROWS, max_size=4), PAGE_LINES)
def test_whatever_a_model_says_every_value_is_the_pages(rows: list[dict[str, Any]], lines: list[str]) -> None:
    """Names, titles, places and quotes in the claims are all in the text; links are all of the table."""
    found = read(lines, *rows, links=("https://x.example/1",))
    text = "\n".join(lines)
    flat = " ".join(text.split())
    for proof in found.evidence:
        assert " ".join(text[proof.start : proof.end].split()) == proof.quote
    for record in (*found.claims.venues, *found.claims.artists):
        assert record.name in flat
    for show in found.claims.performances:
        assert show.title is None or show.title in flat
        assert show.place is None or show.place in flat
        assert show.url in (None, "https://x.example/1")
        assert show.start_local is not None
