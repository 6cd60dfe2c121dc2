"""Dead letters: preview, review, and a retry that is asked for twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system.clocks import ManualClock
from mystage.adapters.system.ids import SystemIds
from mystage.application.curation.tasks import FailedTasks, Preview
from mystage.application.runtime.stages import Handler, Outcome
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.collections import ALL
from mystage.domain.delivery import FAILED_TASKS, FailedStatus, FailureClass, Task, dead_letter, failure_class
from mystage.domain.errors import Malformed, Throttled, Unavailable
from mystage.domain.pipeline.governing import QUOTAS, Quota


class Writes(Handler):
    """A stage that writes one document, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Any]:
        return [None for _ in tasks]

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        return

    async def apply(self, unit: UnitOfWork, task: Task, ready: Any) -> Outcome:
        if self.error:
            raise self.error
        unit.of(QUOTAS).put(Quota(id="q1", source="x"))
        unit.queue(Task(id="next:1", queue="merge"))
        return Outcome.CHANGED


async def rig(error: Exception | None = None, queue: str = "resolve") -> tuple[MemoryStore, FailedTasks, str]:
    clock = ManualClock()
    store = MemoryStore(ALL, clock)
    letter = dead_letter(Task(id="t1", queue=queue), Malformed("broken", where="x"), now=clock.now())
    unit = UnitOfWork(store)
    unit.of(FAILED_TASKS).put(letter)
    await unit.commit()
    return store, FailedTasks(store, clock, SystemIds(), {queue: Writes(error)}), letter.id


async def test_a_preview_names_the_documents_and_writes_none() -> None:
    """Nor does it queue anything."""
    store, tasks, id = await rig()
    assert await tasks.preview() == [Preview(id, ("quotas/q1",), ("next:1",))]
    assert await store.get("quotas", "q1") is None
    assert [f.id for f in await tasks.failed()] == [id]
    assert await store.claim(("merge", "resolve"), 9, 5.0, "w") == []


async def test_a_preview_tells_what_would_fail_again() -> None:
    """With its code."""
    _, tasks, _ = await rig(Unavailable("no such server"))
    [preview] = await tasks.preview()
    assert preview.problem == "unavailable: no such server"


async def test_a_stage_that_asks_the_network_is_not_tried() -> None:
    """Fetch."""
    _, tasks, _ = await rig(queue="fetch")
    [preview] = await tasks.preview()
    assert "not tried" in preview.problem


async def test_a_retry_asked_for_twice_queues_once() -> None:
    """Also when the first one has been worked on in between."""
    store, tasks, id = await rig()
    assert len(await tasks.retry([id], actor="me")) == 1
    [lease] = await store.claim(("resolve",), 9, 5.0, "w")
    unit = UnitOfWork(store)
    unit.complete(lease)
    await unit.commit()
    assert await tasks.retry([id], actor="me") == []
    assert await tasks.retry(actor="me") == []
    assert await store.claim(("resolve",), 9, 5.0, "w") == []


async def test_what_a_person_looks_into_is_not_open_and_can_be_retried() -> None:
    """It waits for its person."""
    store, tasks, id = await rig()
    await tasks.review([id], actor="me", reason="odd")
    assert await tasks.failed() == []
    assert await tasks.retry(actor="me") == []
    assert (await UnitOfWork(store).of(FAILED_TASKS).need(id)).status is FailedStatus.REVIEW
    assert len(await tasks.retry([id], actor="me")) == 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Throttled("slowly").code, FailureClass.THROTTLED),
        (Unavailable("gone").code, FailureClass.RETRYABLE),
        (Malformed("broken").code, FailureClass.FATAL),
        ("unexpected.KeyError", FailureClass.POISON),
    ],
)
def test_failures_are_of_a_class(error: str, expected: FailureClass) -> None:
    """By the code of their error."""
    assert failure_class(error) is expected
