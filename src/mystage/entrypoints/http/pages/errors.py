"""Errors: a page for a person's browser outside of the API, a problem for everybody else."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from mystage.entrypoints.http.pages.rendering import html
from mystage.entrypoints.http.problems import problem_of, problem_response


async def answer_error(request: Request, error: Exception) -> Response:
    """The answer to an error that has one."""
    found, headers = problem_of(error)
    if request.url.path.startswith("/v1/") or "text/html" not in request.headers.get("accept", ""):
        return problem_response(found, headers)
    answer = html("error.html", found.status, problem=found, here="")
    answer.headers.update(headers)
    return answer
