"""Areas with more places than a search shows are quartered until all are seen (Yelp, Google)."""

from __future__ import annotations

import json
import math
import random
from collections import deque
from collections.abc import Callable
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.support.simulators.places import LegacyPlaces, NewPlaces, Place, near
from tests.support.simulators.yelp import YelpSimulator

from mystage.adapters.live import google_places, google_places_v1, yelp
from mystage.adapters.live.kit import params_of
from mystage.application.ports.live import After
from mystage.domain.pipeline.discovery import Ask, Circle, quarters
from mystage.domain.values import GeoPoint, distance_m

NEAR = Circle(lat=-33.9, lon=151.2, km=20)


def _dense(seed: int, count: int) -> list[tuple[float, float]]:
    """Many places, half of them in one quarter of the town."""
    chance = random.Random(seed)
    town = [(chance.uniform(-33.92, -33.88), chance.uniform(151.18, 151.22)) for _ in range(count // 2)]
    return town + [(chance.uniform(-34.1, -33.7), chance.uniform(150.9, 151.5)) for _ in range(count - count // 2)]


spots = st.tuples(st.floats(-34.1, -33.7), st.floats(150.9, 151.5))
towns = st.one_of(st.lists(spots, max_size=60), st.builds(_dense, st.integers(0, 2**32), st.integers(60, 250)))
small_towns = st.one_of(st.lists(spots, max_size=40), st.builds(_dense, st.integers(0, 2**32), st.integers(21, 70)))


def walk(first: str, ask: Callable[[str], Any], after: Callable[[str, Any], After]) -> tuple[set[str], list[str]]:
    found, cut, seen, waiting = set[str](), list[str](), set[str](), deque([first])
    while waiting:
        url = waiting.popleft()
        if url in seen:
            continue
        seen.add(url)
        assert len(seen) < 20_000, "it does not end"
        payload = ask(url)
        rows = payload.get("businesses") or payload.get("places") or payload.get("results") or []
        found |= {row.get("id") or row["place_id"] for row in rows}
        led = after(url, payload)
        cut += [led.cut] if led.cut else []
        waiting.extend(led.follow)
    return found, cut


def check(places: list[tuple[float, float]], walked: Callable[[list[Place]], tuple[set[str], list[str]]]) -> None:
    named = [(f"p{n}", *spot) for n, spot in enumerate(places)]
    found, cut = walked(named)
    missed = {id for id, *_ in near(named, NEAR.lat, NEAR.lon, NEAR.km * 1_000)} - found
    assert not missed or cut


@settings(deadline=None, max_examples=25)
@given(towns)
def test_yelp(places: list[tuple[float, float]]) -> None:
    first = yelp.begin(Ask(near=NEAR), "https://api.example")[0]
    caps = {"/v3/businesses/search": 60}
    check(
        places,
        lambda named: walk(
            first, lambda u: YelpSimulator(named, 60).page(params_of(u)), lambda u, p: yelp.after(u, p, caps=caps)
        ),
    )


@settings(deadline=None, max_examples=8)
@given(small_towns)
def test_google_new(places: list[tuple[float, float]]) -> None:
    first = google_places_v1.begin(Ask(near=NEAR), "https://api.example")[0]
    check(
        places,
        lambda named: walk(
            first, lambda u: NewPlaces(named).search(json.loads(google_places_v1.send(u).body)), google_places_v1.after
        ),
    )


@settings(deadline=None, max_examples=15)
@given(towns)
def test_google_legacy(places: list[tuple[float, float]]) -> None:
    first = google_places.begin(Ask(near=NEAR), "https://api.example")[0].replace("&type=night_club", "")

    def walked(named: list[Place]) -> tuple[set[str], list[str]]:
        simulator = LegacyPlaces(named, early=0)
        return walk(first, lambda u: simulator.page(params_of(google_places.send(u).url)), google_places.after)

    check(places, walked)


@settings(deadline=None, max_examples=300)
@given(st.floats(-84, 84), st.floats(-180, 180), st.floats(1, 300), st.floats(0, 2 * math.pi), st.floats(0, 1))
@example(84.0, 0.0, 100.0, 1.0, 1.0)
def test_quarters_cover_their_circle(lat: float, lon: float, km: float, bearing: float, share: float) -> None:
    """Any point of a circle lies in one of its quarters, on the sphere, also in the far north and over the date line."""
    parts = quarters(Circle(lat=lat, lon=lon, km=km), least_km=0.1)
    assume(parts is not None)
    point = _toward(lat, lon, km * share * 0.9999, bearing)
    assert any(distance_m(point, GeoPoint(lat=p.lat, lon=p.lon)) <= p.km * 1_000 for p in parts or ())


def _toward(lat: float, lon: float, km: float, bearing: float) -> GeoPoint:
    """The point that lies so far away in a direction (great circle)."""
    d, p = km / 6_371.0088, math.radians(lat)
    q = math.asin(math.sin(p) * math.cos(d) + math.cos(p) * math.sin(d) * math.cos(bearing))
    x = math.atan2(math.sin(bearing) * math.sin(d) * math.cos(p), math.cos(d) - math.sin(p) * math.sin(q))
    return GeoPoint(lat=math.degrees(q), lon=(lon + math.degrees(x) + 540) % 360 - 180)
