"""Pictures as files: named by their content, so that who has one need never ask again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from mystage.entrypoints.http.answers import Door, unchanged

router = APIRouter(include_in_schema=False)
_YEAR = 31_536_000


@router.api_route("/images/{digest}/{width}.webp", methods=["GET", "HEAD"])
async def image(
    request: Request, door: Door, digest: Annotated[str, Path(max_length=200)], width: Annotated[int, Path(ge=1)]
) -> Response:
    """A picture in the width that is asked for, or in its own where it is smaller. 404: no such picture or width."""
    pictures = door.pictures()
    variant = await pictures.variant(digest, width)
    headers = {
        "etag": f'"{variant.blob}"',
        "cache-control": f"public, max-age={_YEAR}, immutable",
        "content-type": "image/webp",
        # pages of others may show it: it is public, and says nothing of who asks
        "cross-origin-resource-policy": "cross-origin",
    }
    if unchanged(request, headers["etag"]):
        del headers["content-type"]
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        return Response(headers={**headers, "content-length": str(variant.size)})
    return Response(await pictures.bytes_of(variant), headers=headers)
