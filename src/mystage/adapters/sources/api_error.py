"""Error envelopes of any JSON API: an answer that is an error must not pass for "nothing found"."""

from __future__ import annotations

import re
from typing import Any, Final

from mystage.adapters.sources.kit.building import number, text
from mystage.adapters.sources.kit.payload import Payload
from mystage.domain.sources import Reading, ReadingErrorKind, failed

VERSION: Final = 1
_MOST_BYTES: Final = 20_000
_WORDS: Final = (
    (ReadingErrorKind.QUOTA, r"quota|rate.?limit|too many requests|throttl|limit exceeded|over_query_limit"),
    (ReadingErrorKind.AUTH, r"unauthori[sz]ed|forbidden|api.?key|access.?token|credential|permission|not authorized|invalid_auth|login required|expired"),
    (ReadingErrorKind.NOT_FOUND, r"not.?found|does not exist|no such|unknown (id|event|venue|artist|resource)|no_route"),
)  # fmt: skip  # one row a kind
_CODES: Final = {
    400: ReadingErrorKind.BAD_REQUEST, 401: ReadingErrorKind.AUTH, 403: ReadingErrorKind.AUTH, 404: ReadingErrorKind.NOT_FOUND,
    410: ReadingErrorKind.NOT_FOUND, 422: ReadingErrorKind.BAD_REQUEST, 429: ReadingErrorKind.QUOTA,
}  # fmt: skip  # a table
_DATA: Final = ("data", "results", "events", "items", "result", "venues", "artists", "id")


def recognises(payload: Payload) -> float:
    """A small object with an error and no data beside it; below every reader that knows its API."""
    data = payload.json
    if (
        not isinstance(data, dict)
        or len(payload.body) > _MOST_BYTES
        or any(_filled(data.get(name)) for name in _DATA if name != "data")
    ):
        return 0.0
    return 0.45 if _problem(data) else 0.0


def _filled(value: Any) -> bool:
    return value not in (None, [], {}, "")


def _problem(data: dict[str, Any]) -> tuple[int | None, str] | None:
    """Status code and words of an error envelope."""
    inner = data.get("data") if isinstance(data.get("data"), dict) else {}
    code = next(
        (
            c
            for v in (data.get("status_code"), data.get("status"), data.get("code"), (inner or {}).get("status"))
            if (c := _code(v))
        ),
        None,
    )
    for name in ("error", "errors", "fault", "Error"):
        value = data.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict):
            code = code or next((c for k in ("code", "status", "status_code") if (c := _code(value.get(k)))), None)
            return code, _said(value) or _said(data) or name
        if isinstance(value, str) and value:
            return code, f"{value}: {_said(data)}" if _said(data) else value
        if isinstance(value, int) and value and _said(data):
            return code or _code(value), _said(data) or name
    return (code, _said(data) or f"status {code}") if code and _said(data) else None


def _code(value: Any) -> int | None:
    found = number(value)
    return int(found) if found and 400 <= found < 600 else None


def _said(value: dict[str, Any]) -> str | None:
    return next(
        (
            t
            for k in ("message", "error_description", "msg", "detail", "reason", "title")
            if (t := text(value.get(k), 500))
        ),
        None,
    )


def parse(payload: Payload) -> Reading:
    """The error, its kind by status code, else by its words."""
    code, said = _problem(payload.json if isinstance(payload.json, dict) else {}) or (None, "an error")
    kind = _CODES.get(code or 0)
    kind = kind or next(
        (k for k, words in _WORDS if re.search(words, said, re.IGNORECASE)), ReadingErrorKind.BAD_REQUEST
    )
    return failed(kind, said)
