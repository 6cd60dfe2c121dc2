"""One entity, by its id."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from mystage.application.reading.show import Shown
from mystage.application.unit_of_work import dump
from mystage.entrypoints.http.answers import Door, JsonAnswer, described, etag_of, unchanged
from mystage.entrypoints.http.problems import documented

router = APIRouter(prefix="/v1", tags=["catalogue"])
EntityId = Annotated[
    str, Path(max_length=200, description="`ven_...`, `art_...` or `prf_...`; the id of a merged entity is followed.",
              examples=["ven_0c3qh5e0k1v6m2x8t4zj"])
]  # fmt: skip
_EXAMPLE = {
    "entity": {"id": "ven_0c3qh5e0k1v6m2x8t4zj", "kind": "venue", "name": "Kite House", "locality": "Nidby",
               "country": "DK", "sources": ["web:venue:kite-house"], "created_at": "2026-10-01T08:00:00Z",
               "updated_at": "2026-10-02T08:00:00Z"},
    "redirected_from": "ven_9z8y7x6w5v4t3s2r1q0p",
    "performances": [],
}  # fmt: skip


@router.get(
    "/entities/{id}",
    operation_id="get_entity",
    summary="One venue, artist or performance",
    responses={
        200: described(Shown, "The entity. `redirected_from`: the id that was asked for, where it was merged away.", _EXAMPLE),
        304: {"description": "Not changed since the answer that If-None-Match names."},
        **documented(404, 422, 503),
    },
)  # fmt: skip
async def get_entity(
    request: Request,
    door: Door,
    id: EntityId,
    *,
    lineage: Annotated[bool, Query(description="With its sources, judgements and the ids merged into it.")] = False,
) -> Response:
    """The entity with what it refers to: a performance's venue and artists, a venue's or artist's first 50 shows by start."""
    shown = await door.show().entity(id, lineage=lineage)
    etag = _etag(shown)
    headers = {"etag": etag, "cache-control": "no-cache"}
    if unchanged(request, etag):
        return Response(status_code=304, headers=headers)
    return JsonAnswer(dump(shown), headers=headers)


def _etag(shown: Shown) -> str:
    """Over the fingerprints of all that is in the answer: a show that moves changes its venue's answer too."""
    entities = (shown.entity, shown.venue, *shown.artists, *shown.performances)
    parts: list[object] = [shown.redirected_from, shown.image.picture if shown.image else None]
    parts += [(e.id, e.fingerprint, e.updated_at, e.deleted_at) for e in entities if e is not None]
    if shown.lineage is not None:
        parts.append(dump(shown.lineage))
    return etag_of(parts)
