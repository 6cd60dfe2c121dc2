"""The embedded profile's store: one SQLite file for documents, tasks and journal, shared by many processes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite

from mystage.adapters.stores.sql.database import WAIT_SECONDS, Database
from mystage.adapters.stores.sql.documents import SqlDocuments
from mystage.adapters.stores.sql.journal import SqlJournal
from mystage.adapters.stores.sql.migration import Migration
from mystage.adapters.stores.sql.schema import collection_tables
from mystage.adapters.stores.sql.statements import Statements
from mystage.adapters.stores.sql.task_statements import TaskStatements
from mystage.adapters.stores.sql.tasks import SqlTasks
from mystage.application.ports.system import Clock
from mystage.domain.schema import Collection


class SqliteStore(SqlDocuments, SqlTasks, SqlJournal):
    """Documents, tasks and journal in the file `path`, which the first use makes or upgrades.

    `wait_seconds` is how long a write waits for other processes before it raises Unavailable.
    """

    def __init__(
        self, path: Path, collections: Iterable[Collection[Any]], clock: Clock, *, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        dialect = sqlite.dialect()
        self._collections = {collection.name: collection for collection in collections}
        self._clock = clock
        tables = collection_tables(self._collections.values())
        self._statements = {name: Statements(table, dialect) for name, table in tables.items()}
        self._tasks = TaskStatements(dialect)
        migration = Migration(path, tables.values(), dialect)
        self._database = Database(path, migration.run, wait_seconds=wait_seconds)

    async def open(self) -> None:
        """Open the file now rather than on first use. Raises an error that names the file if it cannot be used."""
        await self._database.open()

    async def close(self) -> None:
        """Close the file; whoever follows or watches it ends. Later calls raise Unavailable."""
        await self._database.close()


__all__ = ["SqliteStore"]
