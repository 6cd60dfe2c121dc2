"""The function targets, served by functions-framework, over an SQLite file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from functions_framework import create_app
from tests.support.pages import page, show
from tests.support.site import site

from mystage.containers import Container, running
from mystage.domain.delivery import Task
from mystage.settings import load

SOURCE = str(resources.files("mystage.entrypoints.functions") / "targets.py")
EVENT = {
    "ce-specversion": "1.0",
    "ce-type": "example.mystage.asked",
    "ce-source": "//bus.example/topics/asked",
    "content-type": "application/json",
}


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], Any]]:
    """Serves a target; what it opened is closed at the end."""
    monkeypatch.setenv("MYSTAGE_DATA", str(tmp_path / "c"))
    monkeypatch.setenv("MYSTAGE_ALLOW_PRIVATE", "true")
    apps = []

    def serve(target: str, signature: str) -> Any:
        app = create_app(target=target, source=SOURCE, signature_type=signature)
        apps.append(app)
        return app.test_client()

    yield serve
    for _ in apps:
        _session().close()


def _session() -> Any:
    """The session of the module as functions-framework loaded it."""
    import sys  # noqa: PLC0415  beside its only use

    return sys.modules["targets"].SESSION


def _look(work: Callable[[Container], Awaitable[Any]]) -> Any:
    """Look at the catalogue as another process would."""

    async def session() -> Any:
        async with running(load()) as container:
            return await work(container)

    return asyncio.run(session())


def _event(client: Any, data: Any, id: str = "1") -> int:
    status: int = client.post("/", data=json.dumps(data), headers=EVENT | {"ce-id": id}).status_code
    return status


def test_pushed_tasks_carry_a_page_through_the_whole_flow(functions: Callable[[str, str], Any], tmp_path: Path) -> None:
    """Event -> plan -> ... -> publish, each stage by a push; a push that arrives twice changes nothing."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "shows.html").write_text(page(show(1), show(2)))
    event, client = functions("on_event", "cloudevent"), None
    with site(tmp_path / "site") as address:
        asked = {"urls": [f"{address}/shows.html"]}
        assert _event(event, asked) == 200
        assert _event(event, asked) == 200, "delivered twice"
        _session().close()
        client = functions("run_task", "http")
        for stage in ("plan", "fetch", "route", "extract", "resolve", "merge", "publish"):
            waiting = _look(lambda container, stage=stage: _claimed(container, stage))
            assert waiting, stage
            for task in waiting:
                for retries in ("0", "1"):
                    headers = {"X-CloudTasks-TaskName": task.id, "X-CloudTasks-TaskRetryCount": retries}
                    answer = client.post("/", data=task.model_dump_json(), headers=headers)
                    assert (answer.status_code, answer.json) == (200, {"task": task.id, "state": "done"})
    status = _look(lambda container: container.status().read())
    assert status.entities["performance"] == 2
    assert status.search_documents == sum(status.entities.values())
    assert status.failed_tasks == 0


async def _claimed(container: Container, stage: str) -> list[Task]:
    """The tasks that wait for a stage, taken out of our queue: from here on the push queue alone holds them."""
    store = container.store()
    leases = await store.claim((stage,), 100, 60.0, "test")
    await store.complete(leases)
    return [lease.task for lease in leases]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"not json", 422, "malformed"),
        (b'{"id": "t", "queue": "paint"}', 404, "not_found"),
        (b'{"id": "t", "queue": "plan", "payload": {"urls": "not json", "source": "x"}}', None, None),
        (b'{"id": "t", "queue": "merge", "payload": {}}', None, None),
    ],
)
def test_a_task_that_cannot_be_done_says_whether_to_push_again(
    functions: Callable[[str, str], Any], body: bytes, status: int | None, code: str | None
) -> None:
    """A wrong message is refused at once; a defect is tried again until its attempts are spent, and then no more."""
    client = functions("run_task", "http")
    if status is not None:
        answer = client.post("/", data=body)
        assert (answer.status_code, answer.json["code"]) == (status, code)
        assert _look(lambda container: container.store().stats()) == []
        return
    answers = [
        client.post("/", data=body, headers={"X-CloudTasks-TaskRetryCount": str(n)}).status_code for n in range(7)
    ]
    # A push may hold more than one attempt: the wait between two is drawn at random and may be next to nothing.
    later = answers.count(503)
    assert 1 <= later <= 4
    assert answers == [503] * later + [422] * (7 - later)
    assert _look(lambda container: container.failed_tasks().causes())[0].count == 1


def test_an_event_queues_a_stage_once(functions: Callable[[str, str], Any]) -> None:
    client = functions("on_event", "cloudevent")
    for id in ("1", "2"):
        assert _event(client, {"stage": "publish", "payload": {"kind": "venue", "entity_id": "ven_x"}}, id) == 200
    (row,) = _look(lambda container: container.store().stats())
    assert (row.queue, row.ready) == ("publish", 1)


@pytest.mark.parametrize(
    "data", [{"nothing": 1}, {"stage": "paint", "payload": {}}, [], {"urls": ["file:///etc/passwd"]}]
)
def test_a_wrong_event_is_taken_off_the_bus_and_does_nothing(functions: Callable[[str, str], Any], data: Any) -> None:
    """Delivering it again would never help: 200, and a line in the log."""
    assert _event(functions("on_event", "cloudevent"), data) == 200
    assert sum(row.ready for row in _look(lambda container: container.store().stats())) == 0


def test_an_event_is_delivered_again_where_the_store_is_out_of_reach(
    functions: Callable[[str, str], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A 500 for the bus, which then tries again; and the next call opens the store anew."""
    from mystage.adapters.stores.sql import SqliteStore  # noqa: PLC0415  beside its only use
    from mystage.domain.errors import Unavailable  # noqa: PLC0415  likewise

    client = functions("on_event", "cloudevent")
    with monkeypatch.context() as broken:

        async def no(self: SqliteStore) -> None:
            raise Unavailable("no disk")

        broken.setattr(SqliteStore, "open", no)
        client.application.config["PROPAGATE_EXCEPTIONS"] = False
        assert _event(client, {"urls": ["https://venue.example/"]}) == 500
    assert _event(client, {"urls": ["https://venue.example/"]}) == 200
