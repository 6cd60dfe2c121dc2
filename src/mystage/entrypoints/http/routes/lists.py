"""Lists of venues, artists and performances, page by page."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from mystage.domain.catalog import Artist, Performance, Venue
from mystage.domain.values import CountryCode, Model
from mystage.entrypoints.http.answers import Door, JsonAnswer, described, page
from mystage.entrypoints.http.problems import documented

router = APIRouter(prefix="/v1", tags=["catalogue"])


class PageOf(Model):
    """What every list takes."""

    limit: Annotated[int, Field(ge=1, le=200, description="How many on one page.")] = 50
    after: Annotated[str | None, Field(max_length=2_000, description="`next` of the page before.")] = None


class VenueFilter(PageOf):
    locality: Annotated[str | None, Field(max_length=200, description="Town, as it is written in the catalogue.")] = (
        None
    )
    country: Annotated[CountryCode | None, Field(description="ISO 3166-1 alpha-2, upper case.", examples=["DK"])] = None


class PerformanceFilter(PageOf):
    venue_id: Annotated[str | None, Field(max_length=200)] = None
    artist_id: Annotated[str | None, Field(max_length=200)] = None
    day_from: Annotated[
        date | None, Field(alias="from", description="First day, local to the venue. With a day, the order is by start.")
    ] = None  # fmt: skip
    day_to: Annotated[date | None, Field(alias="to", description="Last day, inclusive.")] = None


class VenueList(Model):
    """One page of venues; `next` is the cursor of the page after it."""

    items: tuple[Venue, ...]
    next: str | None


class ArtistList(Model):
    """One page of artists."""

    items: tuple[Artist, ...]
    next: str | None


class PerformanceList(Model):
    """One page of performances."""

    items: tuple[Performance, ...]
    next: str | None


def _responses(model: type[Model], **item: Any) -> dict[int | str, dict[str, Any]]:
    whole = {**item, "created_at": "2026-10-01T08:00:00Z", "updated_at": "2026-10-02T08:00:00Z"}
    example = {"items": [whole], "next": "W251bGwsICJ2ZW5fMCJd"}
    return {200: described(model, "One page; `next` is null on the last.", example), **documented(422, 503)}


@router.get(
    "/venues",
    operation_id="list_venues",
    summary="Venues",
    responses=_responses(VenueList, id="ven_0c3qh5e0k1v6m2x8t4zj", kind="venue", name="Kite House", locality="Nidby"),
)
async def list_venues(door: Door, asked: Annotated[VenueFilter, Query()]) -> JsonAnswer:
    """All live venues by id, or those of a town or country."""
    return page(await door.lists().venues(**dict(asked)))


@router.get(
    "/artists",
    operation_id="list_artists",
    summary="Artists",
    responses=_responses(ArtistList, id="art_5t0q3w8e1r6y2n7m4k9x", kind="artist", name="Paper Weather"),
)
async def list_artists(door: Door, asked: Annotated[PageOf, Query()]) -> JsonAnswer:
    """All live artists by id."""
    return page(await door.lists().artists(**dict(asked)))


@router.get(
    "/performances",
    operation_id="list_performances",
    summary="Performances",
    responses=_responses(
        PerformanceList, id="prf_7h2j9k4d0s5a3f8g1z6x", kind="performance", title="Paper Weather", start_local="2027-03-01T20:00"
    ),
)  # fmt: skip
async def list_performances(door: Door, asked: Annotated[PerformanceFilter, Query()]) -> JsonAnswer:
    """All live performances by id; with `from` or `to`, those with a known date, by start."""
    return page(await door.lists().performances(**dict(asked)))
