"""What may be asked of a live source, and how an ask that has too many answers is split. Pure.

APIs show only the first so many results of a query. A query above that cap is split into queries that together cover
it: its time is halved first, then its area is quartered. The parts overlap rather than leave a gap; what is found twice
is one record, since records have the source's own keys.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final

from pydantic import Field, model_validator

from mystage.domain.sources import Latitude, Longitude
from mystage.domain.values import CountryCode, Instant, Model, Text

_KM_PER_DEGREE: Final = 111.195
"""Of latitude, on a sphere of the mean Earth radius (6,371.0088 km x pi / 180)."""
_COVER: Final = 1.02
"""How much wider than sqrt(1/2) the circle of a quarter is: degrees of longitude shrink across a wide circle."""
_MOST_NORTH: Final = 85.0
"""Degrees; nearer to a pole a circle is not cut into quarters."""


class Circle(Model):
    """All places within `km` kilometres of a position."""

    lat: Latitude
    lon: Longitude
    km: Annotated[float, Field(gt=0, le=20_000, allow_inf_nan=False)] = 25.0


class Window(Model):
    """From one instant to another, both included (UTC, whole seconds)."""

    start: Instant
    end: Instant

    @property
    def seconds(self) -> int:
        """Its length."""
        return int((self.end - self.start).total_seconds())


class Ask(Model):
    """What someone wants to discover: a place and days, artists by name, or things by the source's own ids."""

    near: Circle | None = None
    city: Text | None = None
    country: CountryCode | None = None
    date_from: date | None = None
    date_to: date | None = None
    artists: tuple[Text, ...] = ()
    ids: tuple[Text, ...] = ()
    """In the source's words, such as `venue:1234`."""
    sites: tuple[Text, ...] = ()
    """Addresses of sites that run a known calendar program."""
    words: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Ask:
        if self.date_from and self.date_to and self.date_to < self.date_from:
            msg = "the last day is before the first one"
            raise ValueError(msg)
        return self


def window(ask: Ask, *, zones: bool = True) -> Window | None:
    """The instants that the days of an ask may mean; None where it names no first or no last day.

    `zones`: the days are those of the place, which is up to 14 hours before and 12 behind UTC, so the window is wider.
    """
    if ask.date_from is None or ask.date_to is None:
        return None
    before, after = (timedelta(hours=14), timedelta(hours=12)) if zones else (timedelta(), timedelta())
    start = datetime.combine(ask.date_from, time(), UTC) - before
    end = datetime.combine(ask.date_to, time(23, 59, 59), UTC) + after
    return Window(start=start, end=end)


def halves(whole: Window, *, least: int = 1) -> tuple[Window, Window] | None:
    """Two windows that meet in one second; None where each would be shorter than `least` seconds."""
    if whole.seconds < 2 * least:
        return None
    middle = whole.start + timedelta(seconds=whole.seconds // 2)
    return Window(start=whole.start, end=middle), Window(start=middle, end=whole.end)


def quarters(whole: Circle, *, least_km: float, whole_km: bool = False) -> tuple[Circle, ...] | None:
    """Four circles that cover one; None where they would be smaller than `least_km`, or not smaller than the one.

    A circle lies in a square of twice its radius; each quarter of that square lies in a circle around its middle.
    `whole_km`: the source takes kilometres as whole numbers.
    """
    if abs(whole.lat) + whole.km / _KM_PER_DEGREE > _MOST_NORTH:
        return None
    # the square must be as wide as the circle where degrees of longitude are shortest, and reach as far where longest
    poleward = math.cos(math.radians(min(_MOST_NORTH, abs(whole.lat) + whole.km / _KM_PER_DEGREE)))
    equatorward = math.cos(math.radians(max(0.0, abs(whole.lat) - whole.km / _KM_PER_DEGREE)))
    north = whole.km / _KM_PER_DEGREE
    east = north / poleward
    half_width = max(whole.km, east * _KM_PER_DEGREE * equatorward) / 2
    km = math.hypot(whole.km / 2, half_width) * _COVER
    km = float(math.ceil(km)) if whole_km else km
    if km < least_km or km > 0.9 * whole.km:
        return None
    return tuple(
        Circle(lat=whole.lat + south * north / 2, lon=_turned(whole.lon + west * east / 2), km=km)
        for south in (-1, 1)
        for west in (-1, 1)
    )


def _turned(lon: float) -> float:
    return (lon + 180.0) % 360.0 - 180.0
