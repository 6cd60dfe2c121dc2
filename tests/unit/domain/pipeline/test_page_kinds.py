"""Kinds of pages, patterns of addresses, and which links are followed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.domain.pipeline.leads import chosen
from mystage.domain.pipeline.page_kinds import SETTLED_AFTER, PageKind, kind_of_reading, new_pattern, site_pattern
from mystage.domain.sources import (
    ArtistClaim,
    Claims,
    Lead,
    LeadReason,
    PerformanceClaim,
    VenueClaim,
    nothing,
    parked,
    records,
)

SHOW = PerformanceClaim(key="p", title="A night")
VENUE = VenueClaim(key="v", name="A hall")
ACT = ArtistClaim(key="a", name="An act")


@pytest.mark.parametrize(
    ("claims", "reader", "kind"),
    [
        (Claims(performances=(SHOW,), venues=(VENUE,)), "page", PageKind.EVENT),
        (Claims(performances=(SHOW, SHOW.model_copy(update={"key": "q"}))), "page", PageKind.EVENT_LIST),
        (Claims(performances=(SHOW,)), "calendar", PageKind.CALENDAR),
        (Claims(venues=(VENUE,)), "page", PageKind.VENUE),
        (Claims(artists=(ACT,)), "page", PageKind.ARTIST),
    ],
)
def test_the_kind_follows_from_what_was_found(claims: Claims, reader: str, kind: PageKind) -> None:
    """Performances decide before venues, venues before artists."""
    assert kind_of_reading(records(claims), reader) is kind


def test_only_a_model_can_tell_a_parked_page() -> None:
    """A page without anything is irrelevant; one that is kept for a model is of no kind yet."""
    assert kind_of_reading(nothing("empty"), "page") is PageKind.IRRELEVANT
    assert kind_of_reading(parked("prose"), "page") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.x.org/event/lantern-fox-2031", "http://x.org/event/vera-kline"),
        ("https://x.org/e/123?ref=a", "https://x.org/e/98765?ref=b"),
        ("https://x.org/calendar/2031-05", "https://x.org/calendar/2031-06"),
    ],
)
def test_pages_of_one_template_share_a_pattern(one: str, other: str) -> None:
    """Names, numbers and dates are left open."""
    assert site_pattern(one) == site_pattern(other)


def test_parts_of_a_site_are_told_apart() -> None:
    """Plain words at the beginning of a path name the part of the site."""
    assert site_pattern("https://x.org/event/a-b") != site_pattern("https://x.org/blog/a-b")


def test_a_pattern_is_settled_when_enough_pages_agree() -> None:
    """One odd page among many changes nothing; a new design is learned."""
    pattern = new_pattern("https://x.org/event/a-b")
    for _ in range(SETTLED_AFTER):
        assert pattern.settled is None
        pattern = pattern.learned(PageKind.EVENT)
    assert pattern.settled is PageKind.EVENT
    for _ in range(20):
        pattern = pattern.learned(PageKind.IRRELEVANT)
    assert pattern.settled is PageKind.IRRELEVANT


LEADS = st.lists(
    st.builds(
        Lead,
        url=st.sampled_from(
            ["https://x.org/a", "https://x.org/b?page=2", "https://y.org/a", "mailto:a@x.org", "https://x.org/a#top"]
        ),
        reason=st.sampled_from(LeadReason),
    )
)


@given(LEADS, st.integers(0, 5))
def test_what_is_followed_is_of_the_site_and_within_the_budget(leads: list[Lead], budget: int) -> None:
    """Each address once, at most the budget, the page itself and other sites never."""
    found = chosen(leads, "https://x.org/start", budget)
    assert len(found) <= budget
    assert len(set(found)) == len(found)
    assert set(found) <= {"https://x.org/a", "https://x.org/b?page=2"}
