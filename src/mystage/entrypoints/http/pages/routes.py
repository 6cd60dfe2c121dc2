"""The pages: search at `/`, an entity at `/e/{id}`, the funnel at `/status`, the API's description at `/docs`."""

from __future__ import annotations

from datetime import date
from importlib import resources
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError

from mystage.application.ports.search import SearchQuery, SearchResult
from mystage.containers import Container
from mystage.domain.errors import Invalid
from mystage.domain.values import GeoPoint, Kind
from mystage.entrypoints.http.answers import Door
from mystage.entrypoints.http.pages import views
from mystage.entrypoints.http.pages.minimap import minimap
from mystage.entrypoints.http.pages.rendering import html
from mystage.entrypoints.http.routes.search import point

router = APIRouter(include_in_schema=False)
_PER_PAGE = 20
_DAY: TypeAdapter[date] = TypeAdapter(date)
_Text = Annotated[str, Query(max_length=500)]


@router.get("/")
async def home(
    door: Door,
    q: _Text = "",
    near: _Text = "",
    day: Annotated[str, Query(alias="from", max_length=30)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
    page: Annotated[int, Query(ge=1, le=500)] = 1,
) -> Response:
    """The search box and what it found. A form's empty fields are no filters; a wrong one is said, not refused."""
    asked = {"q": q.strip(), "near": near.strip(), "from": day.strip(), "kind": kind}
    notes: list[str] = []
    query = await _query(door, asked, page, notes)
    found: SearchResult = await door.index().search(query)
    pages = {step: _link(asked, page + step) for step in (-1, 1)}
    more = query.offset + len(found.hits) < min(found.total, _PER_PAGE * 500)
    return html(
        "home.html",
        here="search",
        asked=asked,
        notes=notes,
        found=found,
        kinds=[(k.value, _link(asked | {"kind": k.value}, 1), found.facets.get("kind", {}).get(k.value)) for k in Kind],
        before=pages[-1] if page > 1 else "",
        after=pages[1] if more else "",
        first=query.offset + 1,
        when=views.when,
    )


def _link(asked: dict[str, str], page: int) -> str:
    values = {name: value for name, value in asked.items() if value}
    return "/?" + urlencode(values | ({"page": str(page)} if page > 1 else {}))


async def _query(door: Container, asked: dict[str, str], page: int, notes: list[str]) -> SearchQuery:
    near = await _place(door, asked["near"], notes) if asked["near"] else None
    return SearchQuery(
        text=asked["q"],
        kinds=(Kind(asked["kind"]),) if asked["kind"] in set(Kind) else (),
        near=near,
        km=50.0 if near else None,
        day_from=_day(asked["from"], notes),
        limit=_PER_PAGE,
        offset=(page - 1) * _PER_PAGE,
        facets=True,
    )


def _day(text: str, notes: list[str]) -> str | None:
    if not text:
        return None
    try:
        return _DAY.validate_python(text).isoformat()
    except ValidationError:
        notes.append(f"“{text}” is no day: give it as 2027-03-01.")
        return None


async def _place(door: Container, text: str, notes: list[str]) -> GeoPoint | None:
    """The position that a person named: LAT,LON, or a town that has a venue."""
    try:
        return point(text)
    except Invalid:
        found: GeoPoint | None = await door.nearby().town(text)
    if found is None:
        notes.append(f"No venue with a known position in “{text}”: these are from everywhere.")
    return found


@router.get("/e/{id}")
async def entity(door: Door, id: Annotated[str, Path(max_length=200)]) -> Response:
    """An entity with its fields, each with its source; the id of a merged one leads to the one that it is part of."""
    shown = await door.show().entity(id, lineage=True, performances=200)
    if shown.redirected_from:
        return RedirectResponse(f"/e/{shown.entity.id}", 302)
    where, venue = views.position(shown)
    drawn = None
    if where is not None:
        near = await door.nearby().venues(where, km=25.0, limit=10)
        drawn = minimap(where, [hit for hit in near if venue is None or hit.document.id != venue.id])
    return html(
        "entity.html",
        here="",
        shown=shown,
        entity=shown.entity,
        title=views.title(shown.entity),
        line=views.where(shown.entity),
        rows=views.rows(shown.entity),
        sources=views.sources(shown),
        map=drawn,
        when=views.when,
    )


@router.get("/status")
async def status(door: Door) -> Response:
    """The funnel and the queues."""
    return html(
        "status.html", here="status", status=await door.status().read(), causes=await door.failed_tasks().causes()
    )


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The API, as its OpenAPI document says."""
    document: dict[str, Any] = request.app.openapi()
    operations = [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return html("docs.html", here="docs", info=document["info"], operations=operations)


@router.get("/static/style.css")
async def style() -> Response:
    """The one style sheet."""
    text = resources.files(__package__).joinpath("static/style.css").read_bytes()
    return Response(text, media_type="text/css", headers={"cache-control": "max-age=3600"})
