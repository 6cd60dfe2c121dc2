"""Errors of Google's web services: `status` words inside a 200, and the `error` object of the newer ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mystage.adapters.sources.kit.building import text
from mystage.domain.sources import Reading, ReadingErrorKind, failed

_STATUS: Final = {
    "OVER_QUERY_LIMIT": ReadingErrorKind.QUOTA, "OVER_DAILY_LIMIT": ReadingErrorKind.QUOTA,
    "RESOURCE_EXHAUSTED": ReadingErrorKind.QUOTA, "REQUEST_DENIED": ReadingErrorKind.AUTH,
    "PERMISSION_DENIED": ReadingErrorKind.AUTH, "UNAUTHENTICATED": ReadingErrorKind.AUTH,
    "INVALID_REQUEST": ReadingErrorKind.BAD_REQUEST, "INVALID_ARGUMENT": ReadingErrorKind.BAD_REQUEST,
    "MAX_ELEMENTS_EXCEEDED": ReadingErrorKind.BAD_REQUEST, "MAX_DIMENSIONS_EXCEEDED": ReadingErrorKind.BAD_REQUEST,
    "MAX_WAYPOINTS_EXCEEDED": ReadingErrorKind.BAD_REQUEST, "MAX_ROUTE_LENGTH_EXCEEDED": ReadingErrorKind.BAD_REQUEST,
    "FAILED_PRECONDITION": ReadingErrorKind.BAD_REQUEST, "NOT_FOUND": ReadingErrorKind.NOT_FOUND,
    "UNKNOWN_ERROR": ReadingErrorKind.MALFORMED, "INTERNAL": ReadingErrorKind.MALFORMED,
    "UNAVAILABLE": ReadingErrorKind.MALFORMED,
}  # fmt: skip
_CODES: Final = {400: "bad_request", 401: "auth", 403: "auth", 404: "not_found", 429: "quota"}


def recognises(item: Mapping[str, Any]) -> float:
    """How surely an answer is an error of one of the services."""
    error = item.get("error")
    if isinstance(error, Mapping) and "status" in error and "code" in error:
        return 0.95 if "places" in str(error).lower() else 0.5  # other services of Google answer errors alike
    return 0.95 if text(item.get("status")) in _STATUS and ("error_message" in item or len(item) <= 5) else 0.0


def error_in(item: object) -> Reading | None:
    """The error that an answer is; None for an answer that is none."""
    if not isinstance(item, Mapping):
        return None
    error = item.get("error")
    if isinstance(error, Mapping) and ("code" in error or "status" in error):
        return failed(_kind_of(error), f"Google answers {text(error.get('status'))}: {text(error.get('message'), 400)}")
    status = text(item.get("status"))
    if status not in _STATUS:
        return None
    return failed(
        _STATUS[status], f"Google answers {status}: {text(item.get('error_message'), 400) or 'without words'}"
    )


def _kind_of(error: Mapping[str, Any]) -> ReadingErrorKind:
    if "API_KEY_INVALID" in str(error.get("details")) or "api key not valid" in str(error.get("message")).lower():
        return ReadingErrorKind.AUTH
    code = error.get("code")
    fallback = _CODES.get(code, "malformed") if isinstance(code, int) else "malformed"
    return _STATUS.get(text(error.get("status")) or "", ReadingErrorKind(fallback))
