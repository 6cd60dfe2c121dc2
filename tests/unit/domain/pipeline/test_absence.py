"""When a page's silence about a show is proof, and when it is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.domain.pipeline.absence import MANY, PROOFS, SPAN, absent, after_reading, after_same, is_witness, proved
from mystage.domain.pipeline.leads import goes_on
from mystage.domain.pipeline.urls import UrlDoc, url_id
from mystage.domain.sources import Lead, LeadReason
from mystage.domain.values import evolve

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def page(url: str = "https://hall.example/shows", **more: object) -> UrlDoc:
    return UrlDoc.model_validate({"id": url_id(url), "url": url, "source": "web", "first_seen": NOW, **more})


@pytest.mark.parametrize(
    ("url", "more", "goes_on", "witness"),
    [
        ("https://hall.example/shows", {}, False, True),
        ("https://hall.example/shows?lang=en", {}, False, True),
        ("https://hall.example/shows", {}, True, False),
        ("https://hall.example/shows?page=2", {}, False, False),
        ("https://hall.example/shows?from=2026-01-01", {}, False, False),
        ("https://hall.example/shows/page/2/", {}, False, False),
        ("https://hall.example/calendar/2026-03", {}, False, False),
        ("https://hall.example/search?q=jazz", {}, False, False),
        ("https://api.example/events", {"live": "seatgeek"}, False, False),
        ("file:///a.zip#shows.html", {"held_body": "x"}, False, False),
        ("https://hall.example/shows", {"leads_on": True}, False, True),  # links to its own events
        ("https://hall.example/shows", {"flaps": 3}, False, False),
    ],
)
def test_which_pages_are_witnesses(url: str, more: dict[str, object], goes_on: bool, witness: bool) -> None:  # noqa: FBT001  a table
    assert is_witness(page(url, **more), goes_on=goes_on) is witness


def test_a_list_speaks_only_of_what_lies_before_its_last_show() -> None:
    before = {"past": "2025-12-31", "a": "2026-02-01", "b": "2026-03-01", "c": "2026-04-01"}
    assert absent(before, ["b"], ["2026-03-01"], "2026-01-01") == {"a"}
    assert absent(before, [], [], "2026-01-01") == set()


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 30)), min_size=1, max_size=12), st.integers(0, 3))
def test_no_proof_without_visits_and_time(visits: list[tuple[bool, float]], others: int) -> None:
    """Whatever happens, what is proved was missed on so many visits in a row over so long a time."""
    url, now, run = page(), NOW, list[datetime]()
    gone = {"x"} | {f"o{n}" for n in range(others)}
    for here, hours in visits:
        now += timedelta(hours=hours)
        url = after_reading(url, set() if here else gone, ["x"] if here else [], now)
        run = [] if here else [*run, now]
        if "x" in proved(url, now):
            assert len(run) >= PROOFS
            assert now - run[0] >= SPAN


def test_the_same_body_once_more_is_a_further_proof() -> None:
    url = after_reading(page(), {"x"}, [], NOW)
    for _ in range(PROOFS - 1):
        assert proved(url, NOW + SPAN) == ()
        url = after_same(url)
    assert proved(url, NOW + SPAN) == ("x",)
    assert proved(url, NOW + SPAN / 2) == ()


def test_many_at_once_take_longer_and_one_that_comes_and_goes_proves_less() -> None:
    gone = {str(n) for n in range(MANY)}
    url = after_reading(page(), gone, [], NOW)
    for _ in range(PROOFS):
        url = after_same(url)
    assert proved(url, NOW + SPAN) == ()
    assert set(proved(url, NOW + timedelta(days=7))) == gone
    back = after_reading(after_reading(page(), {"x"}, [], NOW), set(), ["x"], NOW)
    assert (back.missing, back.flaps) == ((), 1)
    again = evolve(after_reading(back, {"x"}, [], NOW))
    for _ in range(PROOFS):
        again = after_same(again)
    assert proved(again, NOW + SPAN) == ()


@pytest.mark.parametrize(
    ("reasons", "more"),
    [((), False), (("event", "listing"), False), (("event", "next_page"), True), (("next_month",), True)],
)
def test_only_links_to_the_same_list_say_that_it_goes_on(reasons: tuple[str, ...], more: bool) -> None:  # noqa: FBT001  a table
    leads = [Lead(url=f"https://hall.example/{reason}", reason=LeadReason(reason)) for reason in reasons]
    assert goes_on(leads) is more
