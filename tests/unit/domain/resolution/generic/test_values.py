"""Values in the notations of the world are read as what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.domain.resolution.generic.comparing import SCALES, closeness, day_closeness
from mystage.domain.resolution.generic.values import (
    Day,
    day_of,
    days_in,
    duration,
    durations_in,
    number,
    prices_in,
    said,
    words,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("04:04", 244), ("1:02:03", 3723), ("4m 4sec", 244), ("0m 9sec", 9), ("2 h", 7200), ("90 min", 5400), ("45s", 45)],
)
def test_clocks_and_units_are_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "244", "noon", "m", "4.067", "12 Main Street", "2015-05-18"])
def test_other_texts_are_no_durations(text: str) -> None:
    assert duration(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("$ 1.29", 1.29), ("1,250", 1250), ("1,234.5", 1234.5), ("3,75", 3.75), ("-4", -4), ("12 km", 12), ("007", 7)],
)
def test_numbers(text: str, value: float) -> None:
    assert number(text) == value


def test_a_text_is_no_number() -> None:
    assert [number(text) for text in ("", "abc", "4 5", "12 Main Street 7", "1.2.3")] == [None] * 5


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2001", Day(2001)),
        ("'96", Day(96, century=False)),
        ("96", Day(96, century=False)),
        ("20 08", Day(2008)),
        ("May 18 , 2015", Day(2015, 5, 18)),
        ("18-May-15", Day(15, 5, 18, century=False)),
        ("2015-05-18", Day(2015, 5, 18)),
        ("18.05.2015", Day(2015, 5, 18)),
        ("March 1999", Day(1999, 3)),
    ],
)
def test_dates_however_short(text: str, day: Day) -> None:
    assert day_of(text) == day


def test_what_stands_within_a_text_is_found() -> None:
    text = "Amber Song ( feat . X ) $ 1.29 3:24 18-May-15"
    assert durations_in(text) == [204]
    assert prices_in(text) == [1.29]
    assert days_in(text.casefold()) == [Day(15, 5, 18, century=False)]


@pytest.mark.parametrize("text", ["unknown", " N/A ", "null", "-", ""])
def test_nothing_is_said_in_many_words(text: str) -> None:
    assert said(text) == ""


def test_words_survive_in_every_script() -> None:
    assert words("Café 007 O'Neil") == ("cafe", "7", "oneil")
    assert words("渡辺満里奈") == ("渡辺", "辺満", "満里", "里奈")
    assert words("Песняры") == ("песняры",)


@pytest.mark.parametrize("other", [244.0, 244_226.0, 4.067])
def test_one_duration_in_any_unit(other: float) -> None:
    assert closeness(244.0, other, SCALES) >= 95


def test_a_short_year_and_a_typing_error() -> None:
    assert day_closeness(Day(1996), Day(96, century=False)) == 95
    assert day_closeness(Day(2901), Day(2001)) == 50
    assert day_closeness(Day(1990), Day(2004)) == 0
    assert day_closeness(Day(2015, 5, 18), Day(15, 5, 18, century=False)) == 100


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text: str) -> None:
    """Whatever a cell holds, each reader answers or says that it is none of its kind."""
    for read in (duration, number, day_of, words, durations_in, prices_in, said):
        read(text)
    days_in(text.casefold())


_days = st.builds(Day, st.integers(0, 2999), st.integers(0, 12), st.integers(0, 31), st.booleans())


@given(_days, _days)
def test_closeness_of_days_is_symmetric_and_bounded(a: Day, b: Day) -> None:
    assert 0 <= day_closeness(a, b) == day_closeness(b, a) <= 100


_floats = st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False)


@given(_floats, _floats)
def test_closeness_of_numbers_is_symmetric_and_bounded(a: float, b: float) -> None:
    assert 0 <= closeness(a, b) <= 100
    assert abs(closeness(a, b) - closeness(b, a)) <= 1
