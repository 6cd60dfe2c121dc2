"""Errors as RFC 9457 problems: the one table from kinds of errors to HTTP statuses.

`code` is stable and may be matched by programs; `where` names the field, id or URL; `hint` says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import Field
from starlette.exceptions import HTTPException

from mystage.domain.errors import ErrorKind, MystageError, TooLarge
from mystage.domain.values import Model

MEDIA_TYPE: Final = "application/problem+json"
STATUSES: Final[Mapping[ErrorKind, HTTPStatus]] = {
    ErrorKind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorKind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorKind.CONFLICT: HTTPStatus.CONFLICT,
    ErrorKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorKind.THROTTLED: HTTPStatus.TOO_MANY_REQUESTS,
    ErrorKind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
_CODES: Final[Mapping[int, str]] = {400: "bad_request", 404: "no_such_route", 405: "method_not_allowed"}
"""Codes of answers that the router gives by itself."""


class FieldError(Model):
    """One field of a request that is wrong: `query.limit`, `body.urls.0`."""

    field: str
    message: str


class Problem(Model):
    """A problem as RFC 9457 describes it, with our extensions `code`, `where`, `hint` and `errors`."""

    type: str
    """`urn:mystage:problem:` and the code."""
    title: str
    status: int
    detail: str
    code: str
    where: str = ""
    hint: str = ""
    errors: tuple[FieldError, ...] = Field(default=())


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    where: str = "",
    hint: str = "",
    errors: tuple[FieldError, ...] = (),
) -> Problem:
    """A problem with the title of its status."""
    return Problem(
        type=f"urn:mystage:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        where=where,
        hint=hint,
        errors=errors,
    )


def problem_of(error: Exception) -> tuple[Problem, dict[str, str]]:
    """The problem that an error is, and the headers that go with it. What nobody expected says nothing of its inside."""
    if isinstance(error, MystageError):
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if isinstance(error, TooLarge) else STATUSES[error.kind]
        wait = {} if error.retry_after is None else {"retry-after": str(max(1, round(error.retry_after)))}
        return problem(status, error.code, error.message, where=error.where, hint=error.hint), wait
    if isinstance(error, RequestValidationError):
        return _validation(error), {}
    if isinstance(error, HTTPException):
        if isinstance(error.__cause__, MystageError):  # ours, raised while FastAPI read the body
            return problem_of(error.__cause__)
        code = _CODES.get(error.status_code, "http_error")
        hint = "/openapi.json lists what there is" if error.status_code in (404, 405) else ""
        return problem(error.status_code, code, error.detail, hint=hint), dict(error.headers or {})
    return problem(500, "unexpected", "Something went wrong here; it is in the server's log."), {}


def _validation(error: RequestValidationError) -> Problem:
    errors = tuple(FieldError(field=_field(row), message=row["msg"]) for row in error.errors())
    detail = "; ".join(f"{row.field}: {row.message}" for row in errors[:5])
    where = errors[0].field if errors else ""
    hint = "send a JSON object, with content-type: application/json" if where == "body" else ""
    return problem(422, "invalid", detail, where=where, hint=hint, errors=errors[:50])


def _field(row: Mapping[str, Any]) -> str:
    """The path of a wrong field; for a body that is no JSON, `body` (its `loc` names a character)."""
    return "body" if row["type"] == "json_invalid" else ".".join(str(part) for part in row["loc"])


def problem_response(found: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as an answer."""
    body = found.model_dump_json(exclude_defaults=True)
    return Response(body, status_code=found.status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These problems for the OpenAPI document, each with an example."""
    return {status: _DOCUMENTED[status] for status in statuses}


def _described(text: str, example: Problem) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {MEDIA_TYPE: {"schema": schema, "example": example.model_dump(mode="json", exclude_defaults=True)}}
    return {"description": text, "content": content}


_DOCUMENTED: Final = {
    400: _described("The body cannot be read.", problem(400, "bad_request", "There was an error parsing the body")),
    404: _described("There is no such thing.", problem(404, "not_found", "no such entity", where="ven_0")),
    413: _described("The body is too large.", problem(413, "too_large", "the body is above 262,144 bytes")),
    422: _described(
        "A parameter or field is wrong; `errors` names each.",
        problem(
            422,
            "invalid",
            "query.limit: Input should be less than or equal to 200",
            where="query.limit",
            errors=(FieldError(field="query.limit", message="Input should be less than or equal to 200"),),
        ),
    ),
    503: _described(
        "Out of reach just now; try again.",
        problem(503, "unavailable", "the store does not answer", where="store"),
    ),
    500: _described("A defect; it is in the server's log.", problem_of(RuntimeError())[0]),
}
