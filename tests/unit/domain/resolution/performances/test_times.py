"""Days and starts of two shows: midnight, leap days, spans, offsets."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.errors import Invalid
from mystage.domain.resolution.additive import MISSING
from mystage.domain.resolution.performances.keys import days_of
from mystage.domain.resolution.performances.reading import wall_clock
from mystage.domain.resolution.performances.times import (
    ACROSS_MIDNIGHT,
    DAY_IN_UTC,
    DAY_LEVELS,
    IN_SPAN,
    SAME_DAY,
    SPANS_MEET,
    START_LEVELS,
    UNKNOWN,
    ZONE,
    day_level,
    gap,
    start_level,
    when,
)


def levels(a, b) -> tuple[int, int]:
    minutes = gap(a, b)
    return day_level(a, b, minutes), start_level(a, b, minutes)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (when("2026-06-01"), when("2026-06-01T20:00"), (SAME_DAY, MISSING)),
        (when("2026-06-01T20:00"), when("2026-06-01T20:00"), (SAME_DAY, 100)),
        (when("2026-06-01T20:00"), when("2026-06-01T19:00"), (SAME_DAY, 70)),
        (when("2026-06-01T22:00", "2026-06-01T20:00"), when("2026-06-01T20:00"), (SAME_DAY, 100)),
        (when("2026-06-02T00:30"), when("2026-06-01T23:45"), (ACROSS_MIDNIGHT, 70)),
        (when("2026-06-02T00:30"), when("2026-06-01"), (ACROSS_MIDNIGHT, MISSING)),
        (when("2024-03-01T00:30"), when("2024-02-29"), (ACROSS_MIDNIGHT, MISSING)),
        (when("2023-03-01T00:30"), when("2023-02-28"), (ACROSS_MIDNIGHT, MISSING)),
        (when("2026-01-01T00:10"), when("2025-12-31T23:50"), (ACROSS_MIDNIGHT, 80)),
        (when("2026-06-02T20:00"), when("2026-06-01"), (20, MISSING)),
        (when("2026-06-01T15:00"), when("2026-06-01T20:00"), (SAME_DAY, 20)),
        (when("2026-06-05", end="2026-06-07"), when("2026-06-06"), (IN_SPAN, MISSING)),
        (when("2026-06-05", end="2026-06-07"), when("2026-06-05"), (SPANS_MEET, MISSING)),
        (when("2026-06-05", end="2026-06-07"), when("2026-06-08"), (15, MISSING)),
        (when("2026-06-01T18:00", shifted=True), when("2026-06-01T20:00"), (SAME_DAY, ZONE)),
        (when("2026-06-02T03:00", shifted=True), when("2026-06-01T20:00"), (ACROSS_MIDNIGHT, ZONE)),
        (when("2026-06-02T06:00", shifted=True), when("2026-06-01"), (DAY_IN_UTC, MISSING)),
        (UNKNOWN, when("2026-06-01"), (MISSING, MISSING)),
    ],
)
def test_two_times(a, b, expected):
    assert levels(a, b) == levels(b, a) == expected


def test_an_end_in_the_morning_is_of_the_same_night():
    assert when("2026-06-01T22:00", end="2026-06-02T05:00").last == date(2026, 6, 1).toordinal()
    assert when("2026-06-01T14:00", end="2026-06-02T23:00").last == date(2026, 6, 2).toordinal()
    assert when("2026-06-01", end="2026-06-02").last == date(2026, 6, 2).toordinal()
    assert when("2026-06-01", end="2026-05-01").last == date(2026, 6, 1).toordinal()
    assert when("2026-06-01", end="2027-06-01").last == date(2026, 6, 1).toordinal()


def test_days_near_midnight_have_a_neighbour():
    assert days_of(when("2026-06-02T00:30")) == ("2026-06-02", "2026-06-01")
    assert days_of(when("2026-06-01T23:00")) == ("2026-06-01", "2026-06-02")
    assert days_of(when("2026-06-01T20:00")) == ("2026-06-01",)
    assert days_of(when("2026-06-01")) == ("2026-06-01",)
    assert days_of(when("9999-12-31T23:00")) == ("9999-12-31",)
    assert days_of(when("2026-06-05", end="2026-06-07")) == ("2026-06-05", "2026-06-06", "2026-06-07")
    assert days_of(UNKNOWN) == ()


starts = st.integers(0, 36_000_000).map(
    lambda minutes: datetime.fromisoformat("1990-01-01") + timedelta(minutes=minutes)
)


@settings(max_examples=300, deadline=None)
@given(starts, st.integers(-300, 300), st.booleans(), st.booleans())
def test_times_are_symmetric_and_in_class(start, minutes, dated, shifted):
    """Over leap days, month ends and years: either order, and only declared classes."""
    other = start + timedelta(minutes=minutes)
    a = when(start.isoformat(timespec="minutes"))
    b = when(other.date().isoformat() if dated else other.isoformat(timespec="minutes"), shifted=shifted)
    assert levels(a, b) == levels(b, a)
    day, hour = levels(a, b)
    assert day in DAY_LEVELS
    assert hour in (*START_LEVELS, MISSING)
    if not dated:
        assert gap(a, b) == abs(minutes)
        if abs(minutes) <= 90:
            assert day in (SAME_DAY, ACROSS_MIDNIGHT)


@settings(max_examples=200, deadline=None)
@given(starts, st.integers(0, 60))
def test_one_show_across_midnight_shares_a_day_key(start, minutes):
    """A show told up to an hour apart near midnight is found from either side."""
    other = start + timedelta(minutes=minutes)
    days = [set(days_of(when(t.isoformat(timespec="minutes")))) for t in (start, other)]
    assert days[0] & days[1]


def test_a_clock_that_changes_plays_no_part():
    """Wall-clock times: the hour that summer time skips or repeats is an hour like any other."""
    assert gap(when("2026-03-29T01:30"), when("2026-03-29T03:30")) == 120
    assert gap(when("2026-10-25T01:30"), when("2026-10-25T03:30")) == 120


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-06-01", ("2026-06-01", False)),
        ("2026-06-01T20:00", ("2026-06-01T20:00", False)),
        ("2026-06-01 20:00:00", ("2026-06-01T20:00", False)),
        ("2026-06-01T20:00:00+02:00", ("2026-06-01T20:00", False)),
        ("2026-06-01T20:00Z", ("2026-06-01T20:00", True)),
        ("2026/6/1 8 pm", ("2026-06-01T20:00", False)),
        ("1.6.2026, 20:30", ("2026-06-01T20:30", False)),
        ("20260601T203000Z", ("2026-06-01T20:30", True)),
        ("20260601", ("2026-06-01", False)),
        ("", ("", False)),
    ],
)
def test_dates_are_read(text, expected):
    assert wall_clock(text, "start_local") == expected


@pytest.mark.parametrize("text", ["6/1/2026", "2026-02-30", "2026-06-01T25:00", "tomorrow", "2026-06-01T8"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(Invalid, match="no date or time"):
        wall_clock(text, "start_local")
