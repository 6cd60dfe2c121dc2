"""A small map without tiles: a place in the middle, a graticule around it, and what is near, drawn to scale.

Local equirectangular projection: x = (lon - lon0) x cos(lat0), y = lat0 - lat, in degrees of latitude; good to a
thousandth within the tens of kilometres that it shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mystage.application.ports.search import Hit
from mystage.domain.values import GeoPoint, distance_m

SIZE: Final = 320
"""Width and height of the drawing, in its own units."""
_KM_PER_DEGREE: Final = 111.195
"""Length of a degree of latitude on a sphere of the mean Earth radius (6,371.0088 km)."""
_STEPS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Dot:
    """A place on the map, in its units; `number` is its place in the list beside."""

    x: float
    y: float
    id: str
    name: str
    km: float
    number: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the graticule: where it is drawn, and its degrees as text."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class MiniMap:
    """What the template draws. `bar` is the length of the scale bar that stands for `bar_km` kilometres."""

    point: GeoPoint
    parallels: tuple[Line, ...]
    meridians: tuple[Line, ...]
    dots: tuple[Dot, ...]
    bar: float
    bar_km: str
    size: int = SIZE


def minimap(point: GeoPoint, near: Sequence[Hit]) -> MiniMap:
    """The map around `point` that has room for `near` (places with a position; the point's own entity left out)."""
    far = [distance_m(point, hit.document.point) / 1000 for hit in near if hit.document.point is not None]
    radius_km = max(0.5, *(1.15 * km for km in far)) if far else 2.0
    across = radius_km / _KM_PER_DEGREE
    scale = SIZE / 2 / across
    squeeze = max(0.01, math.cos(math.radians(point.lat)))
    step = next((s for s in _STEPS if s * scale >= SIZE / 5), _STEPS[-1])
    wide = next((s for s in _STEPS if s * scale * squeeze >= SIZE / 5), _STEPS[-1])
    return MiniMap(
        point=point,
        parallels=_lines(point.lat, across, step, -scale, "NS", 90.0),
        meridians=_lines(point.lon, across / squeeze, wide, scale * squeeze, "EW", 180.0),
        dots=_dots(point, near, scale, squeeze),
        bar=_bar_km(radius_km) / _KM_PER_DEGREE * scale,
        bar_km=_length(_bar_km(radius_km)),
    )


def _dots(point: GeoPoint, near: Sequence[Hit], scale: float, squeeze: float) -> tuple[Dot, ...]:
    dots = []
    for number, hit in enumerate(near, start=1):
        there = hit.document.point
        if there is None:
            continue
        turn = (there.lon - point.lon + 180.0) % 360.0 - 180.0
        x, y = SIZE / 2 + turn * squeeze * scale, SIZE / 2 - (there.lat - point.lat) * scale
        km = distance_m(point, there) / 1000
        dots.append(Dot(round(x, 1), round(y, 1), hit.document.id, hit.document.name, km, number))
    return tuple(dots)


def _lines(middle: float, across: float, step: float, scale: float, signs: str, end: float) -> tuple[Line, ...]:
    places = max(0, round(-math.log10(step) + 0.49))
    lines = []
    for count in range(math.ceil((middle - across) / step), math.floor((middle + across) / step) + 1):
        value = count * step
        at = SIZE / 2 + (value - middle) * scale
        if abs(value) <= end and 12 <= at <= SIZE - 12:
            lines.append(Line(round(at, 1), f"{abs(value):.{places}f}° {signs[value < 0]}"))
    return tuple(lines)


def _bar_km(radius_km: float) -> float:
    """The longest 1, 2 or 5 times a power of ten that is at most half of the radius."""
    power = 10.0 ** math.floor(math.log10(radius_km / 2))
    return max(step * power for step in (1, 2, 5) if step * power <= radius_km / 2)


def _length(km: float) -> str:
    return f"{km:g} km" if km >= 1 else f"{km * 1000:g} m"
