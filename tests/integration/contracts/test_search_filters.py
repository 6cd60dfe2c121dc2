"""What every search index must do with filters, places, days, facets and pages."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.integration.contracts.search_world import MAKERS, artist, ask, ids, show, venue

from mystage.adapters.search.embedded import EmbeddedSearch
from mystage.application.ports.search import SearchIndex
from mystage.domain.errors import Invalid
from mystage.domain.values import GeoPoint, Kind, distance_m


@pytest.fixture(params=MAKERS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    """An empty index of each kind."""
    return MAKERS[request.param](tmp_path)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"kinds": (Kind.VENUE,)}, {"v"}),
        ({"kinds": (Kind.VENUE, Kind.ARTIST)}, {"v", "a"}),
        ({"locality": "zurich"}, {"v", "s"}),
        ({"locality": "ZÜRICH"}, {"v", "s"}),
        ({"locality": "Zür"}, set()),
        ({"country": "CH"}, {"v", "s"}),
        ({"country": "FR"}, {"a"}),
        ({"genre": "hip-hop"}, {"a", "s"}),
        ({"genre": "Free Jazz"}, {"s"}),
        ({"genre": "Jazz"}, set()),
        ({"venue_id": "v"}, {"s"}),
        ({"venue_id": "V"}, set()),
        ({"country": "CH", "genre": "Hip-Hop", "kinds": (Kind.PERFORMANCE,)}, {"s"}),
        ({"country": "CH", "text": "nihgt"}, {"s"}),
        ({"country": "FR", "text": "night"}, set()),
    ],
)
async def test_filters(index: SearchIndex, wanted: dict[str, Any], expected: set[str]) -> None:
    """Each filter alone and some together, with the same total."""
    await index.write([
        venue("v", "Larch Hall", 47.4, 8.5, locality="Zürich", country="CH"),
        artist("a", "Ember", country="FR", genres=("Hip-Hop",)),
        show("s", "Night", locality="Zürich", country="CH", genres=("Hip-Hop", "Free Jazz"), venue_id="v"),
    ])  # fmt: skip
    result = await ask(index, **wanted)
    assert (set(ids(result)), result.total) == (expected, len(expected))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-07-03", "2026-07-03", ["fest", "one"]),
        ("2026-07-04", "2026-07-09", ["fest"]),
        ("2026-07-01", "2026-07-01", []),
        ("2026-07-05", "2026-07-05", ["fest"]),
        ("2026-07-06", None, ["later"]),
        (None, "2026-07-02", ["fest"]),
        ("2026-07-03", None, ["fest", "one", "later"]),
        ("2026-07-09", "2026-07-01", []),
    ],
)
async def test_a_show_matches_the_days_it_touches(
    index: SearchIndex, first: str | None, last: str | None, expected: list[str]
) -> None:
    """Days are inclusive on both sides; shows of many days overlap; what has no day is left out; the earlier first."""
    await index.write([
        show("later", "Later", "2026-07-10", "2026-07-10", weight=50),
        show("fest", "Festival", "2026-07-02", "2026-07-05"),
        show("one", "One Night", "2026-07-03"),
        show("unknown", "Some Day", weight=99),
        artist("a", "Ember"),
    ])  # fmt: skip
    assert ids(await ask(index, day_from=first, day_to=last)) == expected


async def test_what_is_no_day_is_refused(index: SearchIndex) -> None:
    """A wrong day in a query or a document is an error of the caller, and nothing is written."""
    with pytest.raises(Invalid, match="someday"):
        await ask(index, day_from="someday")
    with pytest.raises(Invalid, match="soon"):
        await index.write([artist("a", "Ember"), show("s", "Night", "soon")])
    assert (await index.state()).documents == 0


PLACES = {
    "fiji-west": (-17.0, 179.9), "fiji-east": (-17.0, -179.9), "fiji-far": (-17.0, 175.0),
    "north-a": (89.9, 10.0), "north-b": (89.9, -170.0), "north-far": (80.0, 10.0),
    "south-a": (-89.95, 0.0), "south-b": (-89.95, 120.0),
    "town": (47.37, 8.54), "suburb": (47.40, 8.60), "next-town": (47.05, 8.31),
}  # fmt: skip


@pytest.mark.parametrize(
    ("lat", "lon", "km", "expected"),
    [
        (-17.0, 179.95, 50, ["fiji-west", "fiji-east"]),
        (-17.0, -179.95, 50, ["fiji-east", "fiji-west"]),
        (-17.0, 180.0, 600, ["fiji-east", "fiji-west", "fiji-far"]),
        (89.95, 10.0, 50, ["north-a", "north-b"]),
        (90.0, 0.0, 50, ["north-a", "north-b"]),
        (-90.0, 77.0, 10, ["south-a", "south-b"]),
        (47.37, 8.54, 10, ["town", "suburb"]),
        (47.37, 8.54, 0.001, ["town"]),
        (47.37, 8.54, 100, ["town", "suburb", "next-town"]),
        (0.0, 0.0, 100, []),
    ],
)
async def test_near_finds_all_within_the_radius(
    index: SearchIndex, lat: float, lon: float, km: float, expected: list[str]
) -> None:
    """Nearest first, across the antimeridian and around the poles; the distance is told; what has no place is out."""
    await index.write([venue(id, id, *place) for id, place in PLACES.items()] + [artist("a", "Nowhere", weight=99)])
    result = await ask(index, near=GeoPoint(lat=lat, lon=lon), km=km, facets=True)
    assert sorted(ids(result)) == sorted(expected)
    assert result.total == len(expected) == sum(result.facets["kind"].values())
    away = [hit.km for hit in result.hits]
    assert all(distance is not None and distance <= km for distance in away)
    assert away == sorted(away)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(-90, 90), st.floats(-180, 180), st.floats(0.1, 20_038),
    st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=8),
)  # fmt: skip
async def test_a_radius_finds_what_the_sphere_says(
    tmp_path_factory: pytest.TempPathFactory, lat: float, lon: float, km: float, places: list[tuple[float, float]]
) -> None:
    """Whatever the centre and the radius, the hits are those whose great-circle distance is within it."""
    centre = GeoPoint(lat=lat, lon=lon)
    documents = [venue(str(at), "Hall", *place) for at, place in enumerate(places)]
    index = EmbeddedSearch(tmp_path_factory.mktemp("sphere") / "index")
    await index.write(documents)
    expected = {one.id for one in documents if one.point and distance_m(centre, one.point) <= km * 1_000}
    assert set(ids(await ask(index, near=centre, km=km))) == expected


async def test_near_without_a_radius_orders_everything(index: SearchIndex) -> None:
    """Without a radius nothing is left out; what has no place comes last, without a distance."""
    await index.write([artist("a", "Nowhere", weight=99), venue("far", "Far", 10, 10), venue("here", "Here", 0, 0.1)])
    result = await ask(index, near=GeoPoint(lat=0, lon=0))
    assert (ids(result), result.total, result.hits[2].km) == (["here", "far", "a"], 3, None)


async def test_near_and_text_together(index: SearchIndex) -> None:
    """The text ranks first, then the nearer; the radius still bounds."""
    await index.write([
        venue("far", "Larch Hall", 0, 0.5), venue("out", "Larch Hall", 0, 5), venue("near", "Larch Hall", 0, 0.1),
        venue("other", "Quill Cellar", 0, 0.01), venue("similar", "Larch Yard", 0, 0.02),
    ])  # fmt: skip
    result = await ask(index, "larhc hall", near=GeoPoint(lat=0, lon=0), km=100)
    assert (ids(result), result.total) == (["near", "far"], 2)


async def test_facets_count_all_matches_not_only_the_page(index: SearchIndex) -> None:
    """Counts are over all matches, by kind, town, country and genre, the most frequent first."""
    await index.write([
        *(show(f"s{n}", "Night", locality="Łódź", country="PL", genres=("Folk", "Folk", "Jazz")) for n in range(5)),
        artist("a", "Night Owl", country="FR", genres=("Folk",)),
        artist("b", "Ember"),
    ])  # fmt: skip
    result = await ask(index, "night", limit=1, facets=True)
    assert result.facets == {
        "kind": {"performance": 5, "artist": 1}, "locality": {"Łódź": 5}, "country": {"PL": 5, "FR": 1},
        "genres": {"Folk": 6, "Jazz": 5},
    }  # fmt: skip
    assert list(result.facets["genres"]) == ["Folk", "Jazz"]
    assert (await ask(index, "night")).facets == {}


@pytest.mark.parametrize(
    "wanted",
    [{}, {"text": "night"}, {"near": GeoPoint(lat=0, lon=0)}, {"near": GeoPoint(lat=0, lon=0), "km": 20_000},
     {"day_from": "2026-01-01"}, {"text": "night", "near": GeoPoint(lat=0, lon=0), "km": 20_000}],
    ids=["all", "text", "near", "radius", "days", "text-radius"],
)  # fmt: skip
async def test_pages_join_without_gap_or_repetition(index: SearchIndex, wanted: dict[str, Any]) -> None:
    """Walking through the pages gives each match once, in the order of one large page."""
    point = GeoPoint(lat=1, lon=1)
    many = [show(f"s{n:03}", f"Night {n}", "2026-05-01", point=point, weight=n % 3) for n in range(250)]
    await index.write(many)
    whole = ids(await ask(index, limit=1_000, **wanted))
    pages = [ids(await ask(index, limit=40, offset=at, **wanted)) for at in range(0, 280, 40)]
    assert [id for page in pages for id in page] == whole
    assert len(set(whole)) == len(whole) == 250


async def test_without_text_the_weightier_then_the_earlier_come_first(index: SearchIndex) -> None:
    """The order of everything."""
    await index.write([
        show("late", "X", "2026-05-02", weight=2), show("early", "X", "2026-05-01", weight=2),
        show("light", "X", "2026-01-01", weight=1), show("undated", "X", weight=2), artist("heavy", "X", weight=7),
    ])  # fmt: skip
    assert ids(await ask(index)) == ["heavy", "early", "late", "undated", "light"]
    assert all(first.score >= then.score for first, then in pairwise((await ask(index)).hits))
