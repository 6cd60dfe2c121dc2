"""The boxes of degrees that surely hold all points within a radius."""

from __future__ import annotations

import math

from mystage.domain.values import GeoPoint

_EARTH_KM = 6_371.0088
_MARGIN = 1e-6
"""Degrees (about 0.1 m) by which a box is wider, against rounding."""

Box = tuple[float, float, float, float]
"""South, north, west, east in degrees; west is never above east."""


def boxes(centre: GeoPoint, km: float) -> tuple[Box, ...]:
    """One box, or two where the radius crosses the antimeridian; all longitudes where it reaches a pole.

    Source: J. P. Matuschek, "Finding points within a distance of a latitude/longitude", 2010.
    """
    angle = km / _EARTH_KM
    spread = math.degrees(angle)
    south, north = centre.lat - spread - _MARGIN, centre.lat + spread + _MARGIN
    if south <= -90 or north >= 90:
        return ((max(south, -90.0), min(north, 90.0), -180.0, 180.0),)
    width = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(centre.lat))))) + _MARGIN
    west, east = centre.lon - width, centre.lon + width
    if west < -180:
        return ((south, north, west + 360, 180.0), (south, north, -180.0, east))
    if east > 180:
        return ((south, north, west, 180.0), (south, north, -180.0, east - 360))
    return ((south, north, west, east),)
