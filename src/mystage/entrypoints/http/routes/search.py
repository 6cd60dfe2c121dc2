"""Search."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from mystage.application.ports.search import SearchQuery, SearchResult
from mystage.domain.errors import Invalid
from mystage.domain.values import CountryCode, GeoPoint, Kind, Model
from mystage.entrypoints.http.answers import Door, JsonAnswer, answer, described
from mystage.entrypoints.http.problems import documented

router = APIRouter(prefix="/v1", tags=["search"])


class SearchParameters(Model):
    """What may be asked; see `SearchQuery`."""

    text: Annotated[str, Field(max_length=500, description="Words to look for; typing mistakes are forgiven.")] = ""
    kind: Annotated[tuple[Kind, ...], Field(max_length=3, description="Only these kinds; may be repeated.")] = ()
    near: Annotated[
        str | None, Field(pattern=r"^-?\d+(\.\d+)?,-?\d+(\.\d+)?$", max_length=60,
                   description="LAT,LON in degrees: only near it, nearest first.", examples=["55.67,12.57"])
    ] = None  # fmt: skip
    km: Annotated[float, Field(gt=0, le=20_038, allow_inf_nan=False, description="Radius of `near`.")] = 25.0
    day_from: Annotated[date | None, Field(alias="from", description="Shows on or after this day.")] = None
    day_to: Annotated[date | None, Field(alias="to", description="Shows on or before this day.")] = None
    locality: Annotated[str | None, Field(max_length=200)] = None
    country: CountryCode | None = None
    genre: Annotated[str | None, Field(max_length=200)] = None
    venue_id: Annotated[str | None, Field(max_length=200)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 20
    offset: Annotated[int, Field(ge=0, le=10_000)] = 0
    facets: Annotated[bool, Field(description="With counts by kind, locality, country and genre.")] = False

    def query(self) -> SearchQuery:
        """The query of the port. Raises Invalid for a position that is none."""
        near = point(self.near) if self.near else None
        return SearchQuery(
            text=self.text,
            kinds=self.kind,
            near=near,
            km=self.km if near else None,
            day_from=self.day_from.isoformat() if self.day_from else None,
            day_to=self.day_to.isoformat() if self.day_to else None,
            locality=self.locality,
            country=self.country,
            genre=self.genre,
            venue_id=self.venue_id,
            limit=self.limit,
            offset=self.offset,
            facets=self.facets,
        )


def point(text: str) -> GeoPoint:
    """A position from `LAT,LON`. Raises Invalid."""
    try:
        lat, lon = (float(part) for part in text.split(","))
        return GeoPoint(lat=lat, lon=lon)
    except ValueError as error:
        raise Invalid(
            "not a position", where="query.near", hint="give LAT,LON in degrees, such as 59.91,10.75"
        ) from error


_EXAMPLE = {
    "hits": [
        {"document": {"id": "prf_7h2j9k4d0s5a3f8g1z6x", "kind": "performance", "name": "Paper Weather at Kite House",
                      "venue": "Kite House", "locality": "Nidby", "country": "DK", "day": "2027-03-01"}, "score": 8.1}
    ],
    "total": 1,
    "facets": {"kind": {"performance": 1}},
}  # fmt: skip


@router.get(
    "/search",
    operation_id="search",
    summary="Search venues, artists and performances",
    responses={200: described(SearchResult, "What was found, best first.", _EXAMPLE), **documented(422, 503)},
)
async def search(door: Door, asked: Annotated[SearchParameters, Query()]) -> JsonAnswer:
    """By name (with typing mistakes), place, date and genre. Without text: all that match the filters."""
    return answer(await door.index().search(asked.query()))
