"""Recorded HTTP exchanges (VCR, VCR.py, Betamax; YAML or JSON): each answer's body goes to the reader that knows it."""

from __future__ import annotations

import base64
import binascii
import email.utils
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import yaml

from mystage.adapters.sources.kit.payload import MISSING, Payload, check_depth
from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument
from mystage.domain.errors import Malformed, TooLarge
from mystage.domain.sources import (
    Claim,
    Claims,
    Reading,
    ReadingErrorKind,
    ReadingOutcome,
    failed,
    nothing,
    parked,
    records,
)

VERSION: Final = 1
_LISTS: Final = ("http_interactions", "interactions", "recorded_interactions")
_MARKS: Final = re.compile(rb"^(?:http_interactions|interactions|recorded_interactions):", re.MULTILINE)
_MOST_INDENT: Final = 200
_MOST_BYTES: Final = 16 * 1024 * 1024
_STATUS: Final = {
    400: ReadingErrorKind.BAD_REQUEST, 401: ReadingErrorKind.AUTH, 403: ReadingErrorKind.AUTH,
    404: ReadingErrorKind.NOT_FOUND, 410: ReadingErrorKind.NOT_FOUND, 429: ReadingErrorKind.QUOTA,
}  # fmt: skip  # a table


class _Loader(yaml.CSafeLoader):
    """Safe YAML that takes Ruby's `!binary` and reads other private tags as plain values."""


def _binary(loader: yaml.CSafeLoader, node: yaml.Node) -> bytes | str:
    value = str(loader.construct_scalar(node)) if isinstance(node, yaml.ScalarNode) else ""
    try:
        return base64.b64decode(value, validate=False)
    except (binascii.Error, ValueError):
        return value


def _plain(loader: yaml.CSafeLoader, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


_Loader.add_constructor("!binary", _binary)
_Loader.add_multi_constructor("!", _plain)


def recognises(payload: Payload) -> float:
    """A list of exchanges by one of the recorders' names, at the top."""
    if isinstance(payload.json, dict):
        return 1.0 if any(isinstance(payload.json.get(name), list) for name in _LISTS) else 0.0
    return 1.0 if payload.json is MISSING and _MARKS.search(payload.head) else 0.0


def parse(payload: Payload) -> Reading:
    """The claims of all recorded answers together; an error where all of them are errors."""
    readers = ManifestReaders()
    readings: list[Reading] = []
    for document, code in _documents(_tree(payload)):
        routing = readers.route(document)
        if routing.reader and routing.reader != "cassette":
            readings.append(readers.read(document, routing.reader))
        elif code >= 400:
            readings.append(failed(_STATUS.get(code, ReadingErrorKind.BAD_REQUEST), f"HTTP status {code}"))
        else:
            readings.append(parked(routing.reason))
    return _together(readings)


def _tree(payload: Payload) -> Any:
    if payload.json is not MISSING:
        return payload.json
    if len(payload.body) > _MOST_BYTES:
        raise TooLarge(f"a cassette of more than {_MOST_BYTES >> 20} MiB", where=payload.url)
    _refuse_deep(payload.text, payload.url)
    try:
        tree = yaml.load(payload.text, Loader=_Loader)  # noqa: S506  a subclass of the safe loader
    except yaml.YAMLError as error:
        raise Malformed(f"a cassette that is no YAML ({str(error)[:200]})", where=payload.url) from error
    except (ValueError, TypeError) as error:
        raise Malformed(f"a cassette with an impossible value ({error})", where=payload.url) from error
    check_depth(tree, payload.url)
    return tree


def _refuse_deep(text: str, where: str) -> None:
    """The C parser composes nodes recursively: refuse what no recorder writes before it starts."""
    for line in text.splitlines():
        head = line[: 2 * _MOST_INDENT + 2]
        if len(head) - len(head.lstrip(" -?:")) > _MOST_INDENT:
            raise TooLarge("nested too deeply", where=where)
    if "[" * _MOST_INDENT in text or "{" * _MOST_INDENT in text:
        raise TooLarge("nested too deeply", where=where)


def _documents(tree: Any) -> Iterator[tuple[RawDocument, int]]:
    rows: list[Any] = []
    if isinstance(tree, dict):
        rows = next((tree[name] for name in _LISTS if isinstance(tree.get(name), list)), [])
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("response"), dict):
            continue
        request = row["request"] if isinstance(row.get("request"), dict) else {}
        response = row["response"]
        status = response.get("status")
        code = status.get("code") if isinstance(status, dict) else status
        headers = (
            {str(k).lower(): v for k, v in (response.get("headers") or {}).items()}
            if isinstance(response.get("headers"), dict)
            else {}
        )
        yield (
            RawDocument(
                body=_body(response),
                url=str(request.get("uri") or request.get("url") or ""),
                media_type=_first(headers.get("content-type")),
                fetched_at=_moment(_first(headers.get("date"))),
            ),
            code if isinstance(code, int) else 200,
        )


def _body(response: dict[str, Any]) -> bytes:
    body = response.get("body", response.get("content"))
    if isinstance(body, dict):
        encoded = body.get("base64_string")
        if isinstance(encoded, (str, bytes)):
            return _decoded(encoded)
        body = body.get("string")
    if isinstance(body, bytes):
        return body
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else b""


def _decoded(encoded: str | bytes) -> bytes:
    try:
        return base64.b64decode(encoded, validate=False)
    except (binascii.Error, ValueError):
        return b""


def _first(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, str) else ""


def _moment(value: str) -> datetime | None:
    try:
        found = email.utils.parsedate_to_datetime(value) if value else None
    except (ValueError, TypeError, IndexError):
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def _together(readings: list[Reading]) -> Reading:
    claims = Claims(
        venues=_once(claim for r in readings for claim in r.claims.venues),
        artists=_once(claim for r in readings for claim in r.claims.artists),
        performances=_once(claim for r in readings for claim in r.claims.performances),
    )
    unread = tuple(sorted({path for r in readings for path in r.unread}))[:200]
    if len(claims):
        return records(claims, unread=unread)
    for outcome in (ReadingOutcome.ERROR, ReadingOutcome.PARKED):
        found = next((r for r in readings if r.outcome is outcome), None)
        if found is not None:
            return found
    return nothing("no recorded answer holds a venue, artist or event")


def _once(claims: Iterator[Any]) -> tuple[Any, ...]:
    """The claims with the first of each key."""
    kept: dict[str, Claim] = {}
    for claim in claims:
        kept.setdefault(claim.key, claim)
    return tuple(kept.values())
