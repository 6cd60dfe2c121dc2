"""Evidence that venues, artists and performances share."""

from __future__ import annotations

import math

from mystage.domain.resolution.evidence import Evidence
from mystage.domain.resolution.records import Side

_EARTH_M = 6_371_008.8


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance in metres of two positions in degrees (equirectangular: within 0.1 % below 100 km)."""
    dlon = (b[1] - a[1] + 180.0) % 360.0 - 180.0
    x = math.radians(dlon) * math.cos(math.radians((a[0] + b[0]) / 2))
    return _EARTH_M * math.hypot(x, math.radians(b[0] - a[0]))


def contradiction(a: Side, b: Side) -> list[Evidence]:
    """The weight of different ids in a namespace that both use."""
    if not a.identifiers or not b.identifiers:
        return []
    namespaces = sorted(n for n, value in a.identifiers.items() if b.identifiers.get(n, value) != value)
    if namespaces:
        return [Evidence("identifier", -4.0, f"different {namespaces[0]} ids")]
    return []
