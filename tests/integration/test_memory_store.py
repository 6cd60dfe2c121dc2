"""The memory store keeps the contracts."""

from __future__ import annotations

import pytest
from tests.integration.contracts.documents import DocumentsContract
from tests.integration.contracts.journal import JournalContract
from tests.integration.contracts.samples import COLLECTIONS
from tests.integration.contracts.tasks import TasksContract

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system import ManualClock


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def store(clock):
    return MemoryStore(COLLECTIONS, clock)


class TestDocuments(DocumentsContract):
    pass


class TestTasks(TasksContract):
    pass


class TestJournal(JournalContract):
    pass
