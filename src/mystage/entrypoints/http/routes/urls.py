"""Submitting addresses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from mystage.domain.values import Model
from mystage.entrypoints.http.answers import Door, JsonAnswer, answer, described
from mystage.entrypoints.http.problems import documented

router = APIRouter(prefix="/v1", tags=["pipeline"])
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]


class Addresses(Model):
    """Addresses to visit: absolute http or https URLs of the open web."""

    urls: Annotated[
        tuple[Address, ...], Field(min_length=1, max_length=100, examples=[["https://venue.example/shows"]])
    ]


class Refused(Model):
    """An address that was not taken."""

    url: str
    reason: str


class Accepted(Model):
    """What became of a submission. `trace` stands in the logs of all that it causes."""

    planned: tuple[str, ...]
    refused: tuple[Refused, ...] = ()
    trace: str


_EXAMPLE = {
    "planned": ["https://venue.example/shows"],
    "refused": [{"url": "http://192.168.0.1/", "reason": "http://192.168.0.1/: a private or local address is refused"}],
    "trace": "req_01",
}


@router.post(
    "/urls",
    status_code=202,
    operation_id="submit_urls",
    summary="Submit addresses to be read",
    responses={202: described(Accepted, "Planned, durably; the rest is refused.", _EXAMPLE), **documented(400, 413, 422, 503)},
)  # fmt: skip
async def submit_urls(door: Door, asked: Addresses) -> JsonAnswer:
    """Plans a visit of each address; a worker does the rest. Private addresses are refused: here or when visited."""
    trace = door.ids().new("req_")
    done = await door.submit().urls(asked.urls, public=True, trace=trace)
    refused = tuple(Refused(url=url, reason=reason) for url, reason in done.refused or ())
    kept_out = {row.url for row in refused}
    planned = tuple(url for url in asked.urls if url not in kept_out)
    return answer(Accepted(planned=planned, refused=refused, trace=trace), 202)
