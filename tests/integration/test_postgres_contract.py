"""The PostgreSQL store keeps the contracts."""

from __future__ import annotations

import pytest
from tests.integration.contracts.documents import DocumentsContract
from tests.integration.contracts.journal import JournalContract
from tests.integration.contracts.samples import COLLECTIONS
from tests.integration.contracts.tasks import TasksContract
from tests.support.postgres import Server, emptied

from mystage.adapters.stores.sql.postgres_store import PostgresStore
from mystage.adapters.system import ManualClock


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture(scope="module")
def url(postgres: Server) -> str:
    return postgres.schema()


@pytest.fixture
async def store(url, clock):
    store = PostgresStore(url, COLLECTIONS, clock)
    await store.open()
    emptied(url)
    yield store
    await store.close()


class TestDocuments(DocumentsContract):
    pass


class TestTasks(TasksContract):
    pass


class TestJournal(JournalContract):
    pass
