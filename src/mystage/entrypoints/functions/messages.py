"""What arrives at function targets, read and checked."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import Field, StringConstraints, ValidationError

from mystage.application.flow import stage
from mystage.domain.delivery import Task
from mystage.domain.errors import Malformed
from mystage.domain.values import Model, digest_id

RETRY_HEADER: Final = "X-CloudTasks-TaskRetryCount"
"""How often Cloud Tasks has pushed this task before."""
M = TypeVar("M", bound=Model)


class UrlsWanted(Model):
    """An event's data: addresses to visit."""

    urls: Annotated[
        tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)], ...],
        Field(min_length=1, max_length=1_000),
    ]


class StageWanted(Model):
    """An event's data: a task for a stage. Without an `id`, the payload names the task: twice the same is one."""

    stage: str
    payload: dict[str, str]
    id: str | None = None

    def task(self, trace: str) -> Task:
        """The task. Raises NotFound for a stage that the flow does not have."""
        queue = stage(self.stage).name
        body = json.dumps(self.payload, sort_keys=True)
        return Task(
            id=self.id or digest_id(queue, body, prefix=f"{queue}:"), queue=queue, payload=self.payload, trace=trace
        )


def pushed_task(body: bytes) -> Task:
    """A pushed task. Raises Malformed, and NotFound for a stage that the flow does not have."""
    task = _checked(Task, body)
    stage(task.queue)
    return task


def wanted(data: object) -> UrlsWanted | StageWanted:
    """What an event asks for: its data as a mapping, JSON text or bytes, or a Pub/Sub message around either."""
    value = _mapping(data)
    message = value.get("message")
    if isinstance(message, Mapping):  # google.cloud.pubsub.topic.v1.messagePublished
        value = _mapping(_decoded(message.get("data")))
    body = json.dumps(value).encode()
    return _checked(UrlsWanted, body) if "urls" in value else _checked(StageWanted, body)


def _mapping(data: object) -> Mapping[str, Any]:
    if isinstance(data, (str, bytes)):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise Malformed(f"not JSON: {error}", where="data") from error
    if not isinstance(data, Mapping):
        raise Malformed("not a JSON object", where="data", hint='send {"urls": [...]} or {"stage": ..., "payload": {}}')
    return data


def _decoded(text: object) -> bytes:
    try:
        return base64.b64decode(str(text or ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("not base64", where="message.data") from error


def _checked(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
        raise Malformed(wrong.removeprefix(": "), where="body", hint="see docs/how-to/serve.md") from error
