"""What addresses of several parts, towns of near places and states told with a name are worth."""

from __future__ import annotations

import pytest

from mystage.domain.resolution.additive import MISSING
from mystage.domain.resolution.venues.address import address
from mystage.domain.resolution.venues.bounds import within
from mystage.domain.resolution.venues.features import FEATURES, best, levels_of
from mystage.domain.resolution.venues.place import place


def level(feature: str, a: dict[str, str], b: dict[str, str]) -> int:
    x, y = place(a), place(b)
    return levels_of(x, y, best(x, y))[[f.name for f in FEATURES].index(feature)]


@pytest.mark.parametrize(
    ("line", "house"),
    [
        ("The Inn$*$ 5532 North Elm Road$*$ Phoenix$*$ AZ 85253", "5532"),
        ("55 Elm Rd, North York, ON M5M 3X5", "55"),
        ("Via Elm, 12, Torino", "12"),
    ],
)
def test_the_part_with_house_and_street_is_the_street(line: str, house: str) -> None:
    found = address(line)
    assert (found.house, found.words[-1]) == (house, "elm")


def test_towns_of_places_at_one_spot_do_not_part_them() -> None:
    here = {"name": "Elm", "street": "1 Elm Rd", "lat": "43.72336", "lon": "-79.41621"}
    assert level("town", here | {"locality": "Toronto"}, here | {"locality": "GTA"}) == MISSING
    assert level("town", here | {"locality": "Toronto"}, here | {"locality": "GTA", "lat": "44.91234"}) < 60


def test_a_state_told_with_a_name_is_held_against_the_position() -> None:
    told = {"name": "Portland, Oregon"}
    assert level("qualifier", told, {"name": "Portland", "lat": "43.6615", "lon": "-70.2553"}) == 0
    assert level("qualifier", told, {"name": "Portland", "lat": "45.5155", "lon": "-122.6755"}) == 100


def test_what_no_box_can_tell_is_not_said() -> None:
    assert within("s:ga", 41.7, 44.8) is None
    assert within("n:fr", 14.6, -61.0) is None
