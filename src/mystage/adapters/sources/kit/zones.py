"""The one finder of time zones by position (loaded once a process)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def finder() -> Any:
    """A `TimezoneFinder` over the offline polygons that its package ships."""
    from timezonefinder import TimezoneFinder  # noqa: PLC0415  loads numpy

    return TimezoneFinder()
