"""Days and times of day: resolved by the page's clock, or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.adapters.agents.calendars import DateparserClocks
from mystage.domain.pipeline.reading.days import FUTURE, PAST, PageClock, clock_of, day_of, days_of, recurring
from mystage.domain.pipeline.reading.page import Line, RelevantPage

FETCHED = datetime(2026, 11, 21, 12, tzinfo=UTC)


def clock(language: str = "en", country: str = "GB", text: str = "") -> PageClock:
    page = RelevantPage("https://x.example/", (Line(text),), language=language, country=country)
    return DateparserClocks().clock(page, FETCHED)


@pytest.mark.parametrize(
    ("language", "country", "quote", "day"),
    [
        ("en", "GB", "Fri 4 Dec", "2026-12-04"),
        ("en", "GB", "Friday, December 4th", "2026-12-04"),
        ("en", "GB", "4 December '26", "2026-12-04"),
        ("en", "US", "12/4/2026", "2026-12-04"),
        ("en", "GB", "4/12/2026", "2026-12-04"),
        ("en", "US", "12/4", "2026-12-04"),
        ("en", "GB", "2026-12-04", "2026-12-04"),
        ("en", "GB", "3 Feb", "2027-02-03"),
        ("en", "GB", "30 Oct", "2026-10-30"),
        ("en", "GB", "tomorrow", "2026-11-22"),
        ("en", "GB", "Friday", "2026-11-27"),
        ("de", "DE", "Fr, 4. Dez", "2026-12-04"),
        ("de", "DE", "Freitag, 04.12.", "2026-12-04"),
        ("de", "AT", "4. Jänner 2027", "2027-01-04"),
        ("de", "DE", "heute", "2026-11-21"),
        ("de", "DE", "übermorgen", "2026-11-23"),
        ("fr", "FR", "vendredi 4 décembre", "2026-12-04"),
        ("fr", "FR", "demain", "2026-11-22"),
        ("es", "ES", "viernes 4 de diciembre", "2026-12-04"),
        ("es", "MX", "sábado 5 de diciembre de 2026", "2026-12-05"),
        ("it", "IT", "venerdì 4 dicembre", "2026-12-04"),
        ("da", "DK", "fredag d. 4. december", "2026-12-04"),
        ("sv", "SE", "lördag 5/12", "2026-12-05"),
        ("nb", "NO", "lørdag 5. desember", "2026-12-05"),
        ("pl", "PL", "pt. 4 grudnia", "2026-12-04"),
        ("cs", "CZ", "4. prosince", "2026-12-04"),
        ("nl", "NL", "vr 4 dec", "2026-12-04"),
        ("pt", "PT", "4 de dezembro", "2026-12-04"),
        ("fi", "FI", "pe 4.12.", "2026-12-04"),
        ("ja", "JP", "12月4日", "2026-12-04"),
    ],
)
def test_days_as_pages_write_them(language: str, country: str, quote: str, day: str) -> None:
    assert day_of(quote, clock(language, country)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("language", "country", "quote", "why"),
    [
        ("en", "GB", "Mon 4 Dec", "the weekday contradicts"),
        ("en", "", "4/5", "day or month: the page does not tell"),
        ("en", "GB", "31 June", "no such day"),
        ("en", "GB", "every Friday", "a habit"),
        ("en", "GB", "Friday at the latest", "not a day by itself"),
        ("en", "GB", "December", "a month is no day"),
        ("en", "GB", "20:30", "a time of day"),
        ("en", "GB", "Room 14", "a number"),
        ("en", "GB", "29 Feb", "not in a year near the clock"),
        ("de", "DE", "13.13.", "no such month"),
    ],
)
def test_what_is_not_certain_is_no_day(language: str, country: str, quote: str, why: str) -> None:
    assert day_of(quote, clock(language, country)) is None, why


def test_a_heading_gives_what_the_line_lacks() -> None:
    assert day_of("Sat 5", clock(), "December 2026") == date(2026, 12, 5)
    assert day_of("Sat 5", clock(), "") is None
    assert day_of("5 March", clock(), "2027") == date(2027, 3, 5)


def test_a_stretch_has_a_first_and_a_last_day() -> None:
    first, last = date(2026, 12, 5), date(2026, 12, 7)
    for quote in ("5–7 December 2026", "5 Dec - 7 Dec", "5.12.-7.12.2026", "5 to 7 December"):
        assert days_of(quote, clock()) == (first, last), quote


def test_numbers_are_read_in_the_order_that_the_page_itself_shows() -> None:
    """A page without a country: 25/12 among its dates tells that days go first."""
    assert day_of("4/12", clock("en", "", "25/12 and 4/12")) == date(2026, 12, 4)
    assert day_of("12/4", clock("en", "", "12/25 and 12/4")) == date(2026, 12, 4)


def test_the_day_of_the_page_is_that_of_its_place() -> None:
    """Fetched at 20:00 UTC on the 21st: in Tokyo it is the 22nd."""
    page = RelevantPage("https://x.example/", (), language="ja", country="JP")
    assert DateparserClocks().clock(page, datetime(2026, 11, 21, 20, tzinfo=UTC)).today == date(2026, 11, 22)


@settings(deadline=None)
@given(st.dates(date(2026, 11, 21) - PAST, date(2026, 11, 21) + FUTURE))
def test_a_day_near_the_clock_needs_no_year(day: date) -> None:
    """With weekday or without, the year is found; written out in full, it is the same day."""
    for quote in (f"{day:%d %B}", f"{day:%a %d %b}", f"{day:%d %B %Y}", f"{day.isoformat()}"):
        assert day_of(quote, clock()) == day, quote


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_rules(text: str) -> None:
    """Whatever is quoted: a day, or none."""
    for found in (days_of(text, clock()), days_of(text, clock("de", "DE"), text)):
        assert len(found) <= 2
    assert clock_of(text) is None or datetime.strptime(clock_of(text) or "", "%H:%M").replace(tzinfo=UTC)


@settings(deadline=None)
@given(st.integers(-400, 700))
def test_relative_words_move_with_the_clock(days: int) -> None:
    today = date(2026, 11, 21) + timedelta(days=days)
    there = PageClock(today, clock().words, "DMY")
    assert day_of("today", there) == today
    found = day_of("Saturday", there)
    assert found is not None
    assert found.weekday() == 5
    assert today <= found < today + timedelta(days=7)


@pytest.mark.parametrize(
    ("quote", "time"),
    [("8pm", "20:00"), ("8.30 p.m.", "20:30"), ("12am", "00:00"), ("12:15 pm", "12:15"), ("20:30", "20:30"), ("20.30 Uhr", "20:30"),
     ("20 Uhr", "20:00"), ("20h30", "20:30"), ("à 20h", "20:00"), ("kl. 20", "20:00"), ("19時30分", "19:30"), ("doors 7pm", "19:00"),
     ("13pm", None), ("8", None), ("5.12.", None), ("", None), ("25:00", None)],
)  # fmt: skip
def test_times_of_day(quote: str, time: str | None) -> None:
    assert clock_of(quote) == time


def test_a_habit_is_told_by_the_words_before() -> None:
    assert recurring("open every")
    assert not recurring("on")
