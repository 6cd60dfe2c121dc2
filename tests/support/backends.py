"""A new, empty store of any backend. Servers are started by the fixtures `postgres` and `firestore_emulator`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.stores.sql import SqliteStore
from mystage.application.ports.system import Clock
from mystage.domain.collections import ALL

BACKENDS = ("memory", "sqlite", "postgres", "firestore")


@asynccontextmanager
async def opened_store(request: pytest.FixtureRequest, backend: str, folder: Path, clock: Clock) -> AsyncIterator[Any]:
    """A store of `backend`, open. Skips the test (fails where all is required) if its server is missing."""
    store = _store(request, backend, folder, clock)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def _store(request: pytest.FixtureRequest, backend: str, folder: Path, clock: Clock) -> Any:
    if backend == "memory":
        return MemoryStore(ALL, clock)
    if backend == "sqlite":
        return SqliteStore(folder / f"{uuid4().hex}.db", ALL, clock)
    if backend == "postgres":
        server = request.getfixturevalue("postgres")
        from mystage.adapters.stores.sql.postgres_store import PostgresStore  # noqa: PLC0415  asyncpg loads where it is used

        return PostgresStore(server.schema(), ALL, clock)
    request.getfixturevalue("firestore_emulator")
    from mystage.adapters.stores.firestore import FirestoreStore  # noqa: PLC0415  gRPC loads where it is used

    return FirestoreStore(f"test-{uuid4().hex[:20]}", ALL, clock)
