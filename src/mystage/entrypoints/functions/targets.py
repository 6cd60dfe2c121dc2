"""The targets: `run_task` (HTTP, for push queues) and `on_event` (CloudEvents).

    functions-framework --source src/mystage/entrypoints/functions/targets.py --target run_task

Both trust their caller: let the platform admit only the queue's and the event bus's service accounts.
"""

from __future__ import annotations

from typing import Any, Final

import flask
import functions_framework
import structlog
from cloudevents.http.event import CloudEvent

from mystage.containers import Container
from mystage.domain.errors import ErrorKind, MystageError
from mystage.entrypoints.functions.messages import RETRY_HEADER, UrlsWanted, pushed_task, wanted
from mystage.entrypoints.functions.session import Session

log = structlog.get_logger("mystage.functions")
SESSION: Final = Session()
_STATUSES: Final = {ErrorKind.NOT_FOUND: 404, ErrorKind.FORBIDDEN: 403}
"""Statuses of errors for which pushing again is of no use; 422 for all others of that sort."""


@functions_framework.http
def run_task(request: flask.Request) -> flask.typing.ResponseReturnValue:
    """Run one pushed task: 200 it is done; 4xx never push it again; 503 push it again."""
    again = request.headers.get(RETRY_HEADER, "0") not in ("", "0")
    try:
        task = pushed_task(request.get_data())
        SESSION.call(lambda container: container.pushed().run(task, again=again))
    except MystageError as error:
        log.warning("a pushed task was not done", error=str(error), retryable=error.retryable)
        return _told(error)
    return {"task": task.id, "state": "done"}, 200


@functions_framework.cloud_event
def on_event(event: CloudEvent) -> None:
    """Submit the addresses, or queue the task, that an event carries. An event that is wrong is not delivered again."""
    trace = f"event:{event['source']}#{event['id']}"[:300]
    try:
        asked = wanted(event.get_data())
        SESSION.call(lambda container: _take(container, asked, trace))
    except MystageError as error:
        if error.retryable:
            raise  # a 500: the bus delivers it again
        log.error("an event was refused; it will not be delivered again", trace=trace, error=str(error))  # noqa: TRY400  its traceback says nothing more


async def _take(container: Container, asked: Any, trace: str) -> None:
    if not isinstance(asked, UrlsWanted):
        await container.store().add([asked.task(trace)])
        return
    done = await container.submit().urls(asked.urls, public=True, trace=trace)
    for url, reason in done.refused or ():
        log.warning("an address was refused", trace=trace, url=url, reason=reason)


def _told(error: MystageError) -> flask.typing.ResponseReturnValue:
    body = {"code": error.code, "message": error.message, "where": error.where, "hint": error.hint}
    status = 503 if error.retryable else _STATUSES.get(error.kind, 422)
    headers = {} if error.retry_after is None else {"Retry-After": str(max(1, round(error.retry_after)))}
    return body, status, headers
