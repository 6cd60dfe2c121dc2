"""Liveness and readiness."""

from __future__ import annotations

from fastapi import APIRouter

from mystage.domain.values import Model
from mystage.entrypoints.http.answers import Door, JsonAnswer, answer, described
from mystage.entrypoints.http.problems import documented

router = APIRouter(tags=["health"])


class Health(Model):
    """That it is well."""

    status: str = "ok"


_OK = described(Health, "It is.", {"status": "ok"})


@router.get("/health", operation_id="health", summary="Is the process alive?", responses={200: _OK})
async def health() -> JsonAnswer:
    """Answers without looking at anything: restart the process when it does not."""
    return answer(Health())


@router.get("/ready", operation_id="ready", summary="Can it serve?", responses={200: _OK, **documented(503)})
async def ready(door: Door) -> JsonAnswer:
    """Asks the store and the search index for something small; a problem names the part that does not answer."""
    await door.ready().check()
    return answer(Health())
