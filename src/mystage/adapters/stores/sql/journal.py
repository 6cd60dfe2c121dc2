"""Streams in one SQL table."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence

from mystage.adapters.stores.sql.database import Database
from mystage.adapters.stores.sql.encoding import from_micros, to_micros
from mystage.application.ports.journal import Entry, Journal
from mystage.application.ports.system import Clock
from mystage.domain.errors import Conflict

_LAST = "SELECT coalesce(max(sequence), 0) FROM journal WHERE stream = ?"
_APPEND = "INSERT INTO journal (stream, sequence, at, body) VALUES (?, ?, ?, ?)"
_READ = "SELECT sequence, body, at FROM journal WHERE stream = ? AND sequence > ? ORDER BY sequence LIMIT ?"
_STREAMS = "SELECT DISTINCT stream FROM journal"
_ALL = 2**62
_BATCH = 1_000
_SHORT = 100


class SqlJournal(Journal):
    """The streams of a `Database`."""

    _database: Database
    _clock: Clock

    async def append(self, stream: str, records: Sequence[bytes], expected: int | None = None) -> int:
        at = to_micros(self._clock.now())

        def work(connection: sqlite3.Connection) -> int:
            last: int = connection.execute(_LAST, (stream,)).fetchone()[0]
            if expected is not None and expected != last:
                raise Conflict(f"entry {expected} was expected to be the last, but {last} is", where=stream)
            rows = [(stream, sequence, at, body) for sequence, body in enumerate(records, last + 1)]
            connection.executemany(_APPEND, rows)
            return last + len(rows)

        return await self._database.write(work)

    async def read(self, stream: str, after: int = 0, limit: int | None = None) -> list[Entry]:
        values = (stream, after, _ALL if limit is None else limit)
        read = self._database.read if limit is not None and limit <= _SHORT else self._database.read_long
        rows = await read(lambda connection: connection.execute(_READ, values).fetchall())
        return [Entry(stream, sequence, body, from_micros(at)) for sequence, body, at in rows]

    async def streams(self) -> list[str]:
        rows = await self._database.read_long(lambda connection: connection.execute(_STREAMS).fetchall())
        return sorted(name for (name,) in rows)

    async def follow(self, stream: str, after: int = 0) -> AsyncIterator[Entry]:
        while not self._database.closed:
            state = await self._database.state()
            entries = await self.read(stream, after, _BATCH)
            for entry in entries:
                yield entry
                after = entry.sequence
            if not entries:
                await self._database.news(state)
