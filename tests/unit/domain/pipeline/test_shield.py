"""The quality shield's judgement: each cause, and what it must not take for one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.domain.pipeline.shield import Told, doubt, told, trouble
from mystage.domain.sources import Claims, Expect, PerformanceClaim, VenueClaim

TODAY = date(2026, 5, 1)


def claims(*days: str, town: str = "Harbel", spot: tuple[float, float] | None = None, venues: int = 1) -> Claims:
    places = tuple(
        VenueClaim(
            key=f"{town}-{n}",
            name=f"Hall {n}",
            locality=town,
            lat=spot[0] if spot else 55.0 + n / 10,
            lon=spot[1] if spot else 12.0,
        )
        for n in range(venues)
    )
    shows = tuple(
        PerformanceClaim(
            key=f"{town}-s{n}", title=f"Night {n}", venue=places[n % venues].key, start_local=f"{day}T20:00"
        )
        for n, day in enumerate(days)
    )
    return Claims(venues=places, performances=shows)


DAYS = [f"2026-06-{n:02}" for n in range(1, 11)]
GOOD = claims(*DAYS, venues=3)


@pytest.mark.parametrize(
    ("after", "said", "cause"),
    [
        (GOOD, "", None),
        (claims(*DAYS[:8], venues=3), "", None),
        (claims(*DAYS[:5], venues=3), "", "shrunken"),
        (GOOD, "login", "login"),
        (claims(*DAYS, town="Defaultville", venues=3), "", "fallback_city"),
        (claims(*DAYS, venues=3, spot=(0.0, 0.0)), "", "default_pin"),
        (claims(*DAYS, venues=3, spot=(40.0, -100.0)), "", "default_pin"),
        (claims(*["2026-06-01"] * 10, venues=3), "", "one_moment"),
    ],
)
def test_causes(after: Claims, said: str, cause: str | None) -> None:
    found = doubt(told(GOOD, TODAY), after, today=TODAY, said=said)
    assert (found.cause if found else None) == cause


def test_shows_that_are_over_are_not_expected() -> None:
    """Ten shows, of which eight are over: two are no loss."""
    before = told(claims(*(f"2026-04-{n:02}" for n in range(1, 9)), "2026-06-01", "2026-06-02"), TODAY)
    assert before.expected == 3
    assert doubt(before, claims("2026-06-01", "2026-06-02"), today=TODAY) is None


@given(st.integers(0, 60), st.integers(1, 60))
def test_the_number_of_records_is_judged_from_five_on_and_below_seven_tenths(old: int, new: int) -> None:
    after = Claims(venues=tuple(VenueClaim(key=str(n), name=f"Hall {n}") for n in range(new)))
    found = doubt(Told(Claims(), old), after, today=TODAY)
    assert (found is not None) is (old >= 5 and new < 0.7 * old)


@pytest.mark.parametrize(
    ("expect", "cause"),
    [
        ({"min_records": 13}, None),
        ({"min_records": 14}, "too_few"),
        ({"max_records": 12}, "too_many"),
        ({"filled": {"performance.start_local": 1.0, "venue.locality": 0.9}}, None),
        ({"filled": {"performance.ticket_url": 0.1}}, "unfilled"),
        ({"area": {"south": 54, "west": 8, "north": 58, "east": 13}}, None),
        ({"area": {"south": -40, "west": 170, "north": -30, "east": -170}}, "out_of_area"),
        ({"days_ahead": 60, "days_back": 0}, None),
        ({"days_ahead": 20}, "out_of_dates"),
    ],
)
def test_what_a_manifest_asserts(expect: dict[str, Any], cause: str | None) -> None:
    """Assertions count also for the first reading of a page."""
    found = doubt(None, GOOD, today=TODAY, expect=Expect.model_validate(expect))
    assert (found.cause if found else None) == cause


def test_an_assertion_about_no_field_is_refused() -> None:
    with pytest.raises(ValueError, match=r"there is no field 'performance\.colour'"):
        Expect.model_validate({"filled": {"performance.colour": 0.5}})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<title>Page not found | Hall</title>", "soft_404"),
        ("<title>Hall</title><h1>404</h1>", "soft_404"),
        ("<title>Side ikke funnet</title>", "soft_404"),
        ("<title>Log in</title><input type='password'>", "login"),
        ("<title>Hall</title><h1>Concerts</h1><form>Log in <input type=password></form>", ""),
        ("<title>Just a moment...</title>", "blocked_page"),
        ("<title>Shows</title><p>The song Access Denied, then 404 not found, a play</p>", ""),
        ("<title>Log in</title>", ""),
        ('{"title": "not found"}', ""),
        ("", ""),
    ],
)
def test_what_a_page_calls_itself(body: str, said: str) -> None:
    assert trouble(body.encode()) == said


@given(st.binary(max_size=400))
def test_any_bytes_can_be_asked(body: bytes) -> None:
    assert trouble(b"<title>" + body) in ("", "login", "soft_404", "blocked_page")
