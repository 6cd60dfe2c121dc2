"""Queries above the cap are split until every event is seen: proved against a simulator that refuses to page past it."""

from __future__ import annotations

import random
from collections import deque
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.simulators.ticketmaster import Gig, TicketmasterSimulator

from mystage.adapters.live import ticketmaster
from mystage.adapters.live.kit import changed, params_of
from mystage.domain.pipeline.discovery import Ask, Circle
from mystage.domain.values import GeoPoint, distance_m

CAP, SIZE = 12, 4
NEAR = Circle(lat=59.91, lon=10.75, km=30)
START = datetime(2026, 3, 1, tzinfo=UTC)


def walk(simulator: TicketmasterSimulator, first: str) -> tuple[set[str], list[str]]:
    """Follow all that is named; ids found, and what was said to be cut."""
    found, cut, seen = set[str](), list[str](), set[str]()
    waiting = deque([first])
    while waiting:
        url = waiting.popleft()
        if url in seen:
            continue
        seen.add(url)
        assert len(seen) < 5_000, "it does not end"
        payload: dict[str, Any] = simulator.page(params_of(url))  # raises for what the API refuses
        found |= {row["id"] for row in payload.get("_embedded", {}).get("events", [])}
        after = ticketmaster.after(url, payload, cap=simulator.cap)
        cut += [after.cut] if after.cut else []
        waiting.extend(after.follow)
    return found, cut


def first(ask: Ask) -> str:
    return changed(ticketmaster.begin(ask, "https://api.example")[0], size=SIZE)


def inside(gig: Gig) -> bool:
    here = GeoPoint(lat=NEAR.lat, lon=NEAR.lon)
    return distance_m(here, GeoPoint(lat=gig.lat, lon=gig.lon)) <= NEAR.km * 1_000


moments = st.integers(0, 20 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
spots = st.tuples(st.floats(59.6, 60.2), st.floats(10.2, 11.3))


def _season(seed: int, count: int) -> list[tuple[datetime, tuple[float, float]]]:
    """Many events, most of them on few evenings."""
    chance = random.Random(seed)
    evenings = [START + timedelta(days=chance.randrange(20), hours=19) for _ in range(4)]
    days = [chance.choice(evenings) + timedelta(minutes=chance.choice((0, 0, 30, 60))) for _ in range(count)]
    return [(day, (chance.uniform(59.7, 60.1), chance.uniform(10.4, 11.1))) for day in days]


seasons = st.one_of(
    st.lists(st.tuples(moments, spots), max_size=60), st.builds(_season, st.integers(0, 2**32), st.integers(50, 200))
)


@settings(deadline=None, max_examples=60)
@given(seasons)
def test_every_event_of_a_time_and_area_is_found(rows: list[tuple[datetime, tuple[float, float]]]) -> None:
    gigs = [Gig(f"g{n}", moment, *spot) for n, (moment, spot) in enumerate(rows)]
    found, cut = walk(
        TicketmasterSimulator(gigs, CAP), first(Ask(near=NEAR, date_from=date(2026, 3, 1), date_to=date(2026, 3, 22)))
    )
    missed = {gig.id for gig in gigs if inside(gig)} - found
    assert not missed or cut, "what is not seen is told"
    assert not cut or len(missed) < len(gigs)


@settings(deadline=None, max_examples=40)
@given(st.lists(spots, min_size=CAP + 1, max_size=80), st.integers(0, 3))
def test_events_at_one_moment_are_told_apart_by_place(places: list[tuple[float, float]], spread: int) -> None:
    """All begin at the same second: halving the time does not help, quartering the area does, or says that it does not."""
    gigs = [Gig(f"g{n}", START + timedelta(seconds=n % (spread + 1)), *spot) for n, spot in enumerate(places)]
    found, cut = walk(
        TicketmasterSimulator(gigs, CAP), first(Ask(near=NEAR, date_from=date(2026, 3, 1), date_to=date(2026, 3, 2)))
    )
    missed = {gig.id for gig in gigs if inside(gig)} - found
    assert not missed or cut


def test_a_small_answer_is_paged_and_not_split() -> None:
    gigs = [Gig(f"g{n}", START + timedelta(hours=n), 59.91, 10.75) for n in range(CAP)]
    url = first(Ask(near=NEAR, date_from=date(2026, 3, 1), date_to=date(2026, 3, 3)))
    simulator = TicketmasterSimulator(gigs, CAP)
    after = ticketmaster.after(url, simulator.page(params_of(url)), cap=CAP)
    assert [params_of(page)["page"] for page in after.follow] == ["1", "2"]


def test_the_last_page_is_the_last_that_the_real_cap_allows() -> None:
    """1,000 results are five pages of 200: page 4 is asked for, page 5 would be refused."""
    url = ticketmaster.begin(
        Ask(city="Oslo", date_from=date(2026, 3, 1), date_to=date(2026, 3, 3)), "https://api.example"
    )[0]
    after = ticketmaster.after(url, {"page": {"totalElements": 1_000}})
    assert [params_of(page)["page"] for page in after.follow] == ["1", "2", "3", "4"]
    assert len(ticketmaster.after(url, {"page": {"totalElements": 1_001}}).follow) == 2
