"""The Firestore store keeps the contracts, over Google's emulator."""

from __future__ import annotations

import asyncio

import pytest
from tests.integration.contracts.documents import DocumentsContract
from tests.integration.contracts.journal import JournalContract
from tests.integration.contracts.samples import COLLECTIONS
from tests.integration.contracts.tasks import TasksContract
from tests.support.firestore import firestore_emulator, need, project

from mystage.adapters.system import ManualClock
from mystage.domain.delivery import Task

firestore = need("mystage.adapters.stores.firestore")
__all__ = ["firestore_emulator", "project"]


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
async def store(project, clock):
    store = firestore.FirestoreStore(project, COLLECTIONS, clock)
    await store.open()
    yield store
    await store.close()


class TestDocuments(DocumentsContract):
    pass


class TestTasks(TasksContract):
    async def test_a_wait_ends_with_a_task_or_with_its_time(self, store):
        await store.wait(["work"], 0.05)
        await store.add([Task(id="t", queue="work")])
        async with asyncio.timeout(5):
            await store.wait(["work"], 30)


class TestJournal(JournalContract):
    pass
