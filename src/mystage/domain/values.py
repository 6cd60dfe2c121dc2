"""Values shared by every room: the model base, ids, places, wall-clock times.

Times. A performance happens at a wall-clock time at its venue: `WallClock`, `YYYY-MM-DDTHH:MM`, or `YYYY-MM-DD`
where only the day is known (a value of its own, never midnight), beside an IANA zone in a field of its own.
Instants of the platform itself (fetched, changed, leased) are timezone-aware UTC datetimes: `Instant`.
"""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


class Model(BaseModel):
    """The one base of all domain models: frozen, no unknown fields, tuples instead of lists."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")


M = TypeVar("M", bound=Model)


def evolve(model: M, **changes: Any) -> M:
    """A copy of `model` with `changes`, validated (the only place that copies with updates)."""
    values = {name: getattr(model, name) for name in type(model).model_fields}
    return type(model).model_validate(values | changes)


class Kind(StrEnum):
    """The three kinds of canonical entities."""

    VENUE = "venue"
    ARTIST = "artist"
    PERFORMANCE = "performance"


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        msg = "an instant needs a UTC offset"
        raise ValueError(msg)
    return value.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_utc)]
"""A timezone-aware moment, kept in UTC."""


def _wall_clock(value: str) -> str:
    day, _, clock = value.partition("T")
    date.fromisoformat(day)
    if len(day) != len("2026-01-31") or (clock and (len(clock) != len("20:30") or clock[2] != ":")):
        msg = f"{value!r} is not YYYY-MM-DD or YYYY-MM-DDTHH:MM"
        raise ValueError(msg)
    if clock:
        datetime.fromisoformat(value)
    return value


WallClock = Annotated[str, AfterValidator(_wall_clock)]
"""`YYYY-MM-DDTHH:MM` or, where only the day is known, `YYYY-MM-DD`; local to the venue. Sorts as text."""


def wall_day(value: str) -> date:
    """The calendar day of a `WallClock`."""
    return date.fromisoformat(value[:10])


def wall_minutes(value: str) -> int | None:
    """Minutes after midnight of a `WallClock`, or None where only the day is known."""
    return int(value[11:13]) * 60 + int(value[14:16]) if len(value) > len("2026-01-31") else None


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
"""A short, non-empty text without surrounding space (at most 4,000 characters)."""


def _cut(value: object) -> object:
    return value[:20_000] if isinstance(value, str) else value


LongText = Annotated[str, BeforeValidator(_cut), StringConstraints(strip_whitespace=True, min_length=1)]
"""A description: cut at 20,000 characters, since a stored document must stay far below 1 MiB."""

Score = Annotated[float, Field(ge=0.0, le=1.0)]
"""A probability or similarity between 0 and 1."""

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2, upper case."""

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217, upper case."""


class GeoPoint(Model):
    """A position in degrees, WGS 84."""

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


def distance_m(a: GeoPoint, b: GeoPoint) -> float:
    """Great-circle distance in metres (haversine on a sphere of the mean Earth radius, 6,371,008.8 m)."""
    p, q = math.radians(a.lat), math.radians(b.lat)
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(min(1.0, math.sqrt(h)))


_B32 = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's alphabet: no letters that are mistaken for digits
_PAIRS = tuple(a + b for a in _B32 for b in _B32)


def digest_id(*parts: str, prefix: str = "") -> str:
    """A deterministic id of 100 bits (20 characters of Crockford base 32) over `parts`, after `prefix`."""
    raw = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(raw[:13], "big") >> 4
    return prefix + "".join([_PAIRS[(number >> shift) & 1023] for shift in range(90, -1, -10)])
