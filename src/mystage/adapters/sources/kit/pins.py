"""Positions that say nothing of the venue, taken out of claims. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from mystage.adapters.sources.kit.towns import CENTRES
from mystage.domain.sources import Claims, VenueClaim, fold_text
from mystage.domain.values import GeoPoint, distance_m, evolve

_ON_CENTRE_M: Final = 60.0
"""A pin this near a geocoder's centre of the town is that centre (both round to about 1 m to 10 m)."""
_OUT_OF_TOWN_M: Final = 80_000.0
"""A pin this far from its town's centre is wrong: no town's venues lie so far out."""


def without_doubtful_pins(claims: Claims) -> Claims:
    """`claims` whose venues lost positions that are a town's centre, shared by several venues, or plainly wrong."""
    doubtful = _shared(claims.venues) | _far_from_neighbours(claims.venues)
    doubtful |= {v.key for v in claims.venues if _is_placeholder(v)}
    venues = tuple(evolve(v, lat=None, lon=None) if v.key in doubtful else v for v in claims.venues)
    return evolve(claims, venues=venues) if doubtful else claims


def _pin(venue: VenueClaim) -> GeoPoint | None:
    return GeoPoint(lat=venue.lat, lon=venue.lon) if venue.lat is not None and venue.lon is not None else None


def _is_placeholder(venue: VenueClaim) -> bool:
    pin = _pin(venue)
    if pin is None:
        return False
    if _whole_minutes(pin.lat) and _whole_minutes(pin.lon) and (_is_long(pin.lat) or _is_long(pin.lon)):
        return True
    near = _centres_near(round(pin.lat), round(pin.lon))
    if any(distance_m(pin, centre) < _ON_CENTRE_M for centre in near):
        return True
    town = _centre_of(venue)
    return town is not None and distance_m(pin, town) > _OUT_OF_TOWN_M


def _whole_minutes(degrees: float) -> bool:
    """Whether a coordinate is a whole arc minute written out (49.8333333): the precision of an old gazetteer."""
    minutes = degrees * 60
    return abs(minutes - round(minutes)) < 5e-4


def _is_long(degrees: float) -> bool:
    """Whether a coordinate has more digits than a rounded one."""
    return len(f"{abs(degrees):.7f}".rstrip("0").partition(".")[2]) > 3


def _shared(venues: Sequence[VenueClaim]) -> set[str]:
    """Keys of venues of different names and addresses that stand on one pin."""
    by_pin: dict[tuple[float, float], list[VenueClaim]] = defaultdict(list)
    for venue in venues:
        if venue.lat is not None and venue.lon is not None:
            by_pin[round(venue.lat, 5), round(venue.lon, 5)].append(venue)
    return {v.key for group in by_pin.values() if _are_many(group) for v in group}


def _are_many(group: Sequence[VenueClaim]) -> bool:
    streets = {fold_text(v.street or "") for v in group}
    return len({fold_text(v.name) for v in group}) > 1 and (len(streets) > 1 or streets == {""})


def _far_from_neighbours(venues: Sequence[VenueClaim]) -> set[str]:
    """Keys of venues that lie far from most others of the same town (from every one: all of them)."""
    towns: dict[tuple[str, str, str], list[tuple[str, GeoPoint]]] = defaultdict(list)
    for venue in venues:
        pin = _pin(venue)
        if pin is not None and venue.locality and _centre_of(venue) is None:
            towns[venue.country or "", venue.region or "", fold_text(venue.locality)].append((venue.key, pin))
    return {key for group in towns.values() if len(group) > 1 for key in _outliers(group[:200])}


def _outliers(group: Sequence[tuple[str, GeoPoint]]) -> Iterable[str]:
    for key, pin in group:
        far = sum(1 for other, place in group if other != key and distance_m(pin, place) > _OUT_OF_TOWN_M)
        if 2 * far >= len(group):
            yield key


@lru_cache(maxsize=1)
def _by_town() -> dict[tuple[str, str, str], GeoPoint]:
    return {(row[0], row[1], row[2]): GeoPoint(lat=row[3], lon=row[4]) for row in CENTRES}


def _centre_of(venue: VenueClaim) -> GeoPoint | None:
    if not venue.country or not venue.locality:
        return None
    town = fold_text(venue.locality)
    region = (venue.region or "") if venue.country in ("US", "CA", "AU") else ""
    return _by_town().get((venue.country, region, town))


@lru_cache(maxsize=4096)
def _centres_near(lat: int, lon: int) -> tuple[GeoPoint, ...]:
    both = (GeoPoint(lat=y, lon=x) for row in CENTRES for y, x in ((row[3], row[4]), (row[5], row[6])))
    return tuple(p for p in both if abs(p.lat - lat) <= 1 and abs(p.lon - lon) <= 1)
