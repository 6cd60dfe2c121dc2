"""Days and clocks in running text, in many languages; never a date out of a price, a phone number or a score."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.adapters.sources.kit.clocktext import clocks_in
from mystage.adapters.sources.kit.datetext import Day, calendar_day, told
from mystage.adapters.sources.kit.lexicon import LANGUAGES, lexicon


@pytest.mark.parametrize(
    ("language", "text", "day", "clock"),
    [
        ("en", "Tuesday, April 23, 2019 at 7:30 PM", (4, 23, 2019, 1), "19:30"),
        ("en", "Sat., Aug. 9th @ 7-10pm", (8, 9, None, 5), "19:00"),
        ("en", "Sat 12/20 8PM $15 adv / $20 door", (12, 20, None, 5), "20:00"),
        ("es", "Mañana, jueves 6 de Agosto: 15:30 h.", (8, 6, None, 3), "15:30"),
        ("de", "Fr., 12. Jan. 2024, Beginn 20 Uhr", (1, 12, 2024, 4), "20:00"),
        ("fr", "Samedi 4 octobre 2025 à 20h30", (10, 4, 2025, 5), "20:30"),
        ("da", "fre 15. maj kl. 20.00", (5, 15, None, 4), "20:00"),
        ("pl", "sobota, 12 października 2025, godz. 19", (10, 12, 2025, 5), "19:00"),
        ("it", "ven 3 ott ore 21", (10, 3, None, 4), "21:00"),
        ("pt", "5 de setembro de 2025 às 21h", (9, 5, 2025, None), "21:00"),
        ("nl", "vr 10 okt '25 20.30", (10, 10, 2025, 4), "20:30"),
        ("cs", "pátek 3. října 2025 19:30", (10, 3, 2025, 4), "19:30"),
        ("hu", "2025. október 3. 20:00", (10, 3, 2025, None), "20:00"),
        ("ja", "2026年8月10日(土) 18:00", (8, 10, 2026, None), "18:00"),
        ("", "15 Marzo de 2029", (3, 15, 2029, None), None),
    ],
)
def test_days_and_clocks_in_many_languages(
    language: str, text: str, day: tuple[int, int, int | None, int | None], clock: str | None
) -> None:
    """The one day and the first clock of a line."""
    found = told(text, lexicon(language))
    assert [tuple(d.first) for d in found.days] == [day]
    assert (found.clocks[0].first if found.clocks else None) == clock


def test_runs_and_lists_of_days() -> None:
    """A run has a last day; several days are several."""
    (run,) = told("Del 10 de agosto al 30 de septiembre", lexicon("es")).days
    assert (run.first[:2], run.last and run.last[:2]) == ((8, 10), (9, 30))
    assert [d.first.day for d in told("5, 6 & 7 March 2026", lexicon("en")).days] == [5, 6, 7]


@pytest.mark.parametrize("text", ["8/9/26", "Call 773-994-5006", "12.50 €", "$1,400 - 3,000 MXN", "Won 3-2", "5 stars"])
def test_what_is_no_certain_date_is_none(text: str) -> None:
    """Two meanings are none; money, phones and scores are no dates."""
    assert not told(text, lexicon("en")).days


def test_the_year_comes_from_the_heading_the_weekday_or_the_day_of_capture() -> None:
    """In that order, and never from nothing."""
    assert calendar_day(Day(5, 3), year=2031) == date(2031, 5, 3)
    assert calendar_day(Day(5, 3, None, 5), near=date(2030, 1, 1)) == date(2031, 5, 3)
    assert calendar_day(Day(1, 5), near=date(2030, 12, 1)) == date(2031, 1, 5)
    assert calendar_day(Day(5, 3)) is None
    assert calendar_day(Day(2, 30, 2031)) is None


@given(st.text(max_size=200), st.sampled_from(["", *LANGUAGES]))
@settings(deadline=None)
def test_any_text_is_read_without_failing(text: str, language: str) -> None:
    """Positions lie within the text, the rest is as long as the text, clocks are clocks."""
    found = told(text, lexicon(language), day_first=True)
    assert len(found.rest) == len(text)
    for one in (*found.days, *found.clocks):
        assert 0 <= one.start < one.end <= len(text)
    assert all(c.first < "24:00" for c in clocks_in(text))


@given(
    st.dates(date(2020, 1, 1), date(2039, 12, 31)),
    st.sampled_from(["en", "es", "fr", "it", "pt", "nl", "sv", "pl", "de"]),
)
@settings(deadline=None)
def test_every_day_written_in_words_is_found_again(day: date, language: str) -> None:
    """Day, month and year survive in each language's own words."""
    month = next(word for word, number in lexicon(language).months.items() if number == day.month)
    (found,) = told(f"{day.day} {month} {day.year}", lexicon(language)).days
    assert found.first[:3] == (day.month, day.day, day.year)
