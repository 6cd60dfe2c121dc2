"""Answers as bytes: what a use case gave, serialised once, without a response model in between."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Request
from fastapi.responses import Response

from mystage.application.reading.lists import Listed
from mystage.application.unit_of_work import dump
from mystage.containers import Container
from mystage.domain.values import Model


def _container(request: Request) -> Container:
    found: Container = request.app.state.container
    return found


Door: TypeAlias = Annotated[Container, Depends(_container)]
"""The open container, for routes."""


class JsonAnswer(Response):
    """JSON that is bytes already."""

    media_type = "application/json"


def answer(model: Model, status: int = 200, headers: Mapping[str, str] | None = None) -> JsonAnswer:
    """A model as JSON, without empty fields."""
    return JsonAnswer(dump(model), status, dict(headers or {}))


def page(listed: Listed) -> JsonAnswer:
    """One page of a list: the stored documents go out as they are."""
    cursor = b"null" if listed.next is None else json.dumps(listed.next).encode()
    return JsonAnswer(b'{"items":[' + b",".join(listed.items) + b'],"next":' + cursor + b"}")


def etag_of(parts: Iterable[object]) -> str:
    """A weak validator over what an answer says."""
    text = "\x1f".join(str(part) for part in parts)
    return f'W/"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def unchanged(request: Request, etag: str) -> bool:
    """Whether If-None-Match names this validator (weak comparison, RFC 9110, 13.1.2)."""
    asked = request.headers.get("if-none-match", "")
    known = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return "*" in known or etag.removeprefix("W/") in known


def described(model: type[Model], text: str, example: Any) -> dict[str, Any]:
    """A good answer for the OpenAPI document."""
    return {"model": model, "description": text, "content": {"application/json": {"example": example}}}
