"""The memory profile's store: nothing outlives the process."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mystage.adapters.stores.memory.documents import MemoryDocuments
from mystage.adapters.stores.memory.journal import MemoryJournal
from mystage.adapters.stores.memory.state import State, Table
from mystage.adapters.stores.memory.tasks import MemoryTasks
from mystage.application.ports.system import Clock
from mystage.domain.schema import Collection


class MemoryStore(MemoryDocuments, MemoryTasks, MemoryJournal):
    """Documents, tasks and journal over one set of dicts; a change set is atomic, since nothing awaits within it."""

    def __init__(self, collections: Iterable[Collection[Any]], clock: Clock) -> None:
        self._collections = {collection.name: collection for collection in collections}
        self._state = State(clock, {name: Table(collection) for name, collection in self._collections.items()})

    async def open(self) -> None:
        """Nothing to open; the twin of the SQL store's."""

    async def close(self) -> None:
        """Nothing to close; the twin of the SQL store's."""


__all__ = ["MemoryStore"]
