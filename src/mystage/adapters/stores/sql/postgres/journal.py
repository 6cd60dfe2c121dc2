"""Streams in PostgreSQL. A stream's row in `streams` is its lock: sequences follow the order of commits, without gaps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from mystage.adapters.stores.sql.encoding import from_micros, to_micros
from mystage.adapters.stores.sql.postgres.connections import Connections
from mystage.adapters.stores.sql.postgres.news import CHANNEL, News
from mystage.application.ports.journal import Entry, Journal
from mystage.application.ports.system import Clock
from mystage.domain.errors import Conflict

_LAST = "SELECT last FROM streams WHERE stream = $1"
_APPEND = f"""
WITH head AS (
  INSERT INTO streams AS s (stream, last) SELECT $1, $2::int8
  WHERE coalesce($5::int8, 0) = 0 OR EXISTS (SELECT 1 FROM streams WHERE stream = $1)
  ON CONFLICT (stream) DO UPDATE SET last = s.last + excluded.last WHERE $5 IS NULL OR s.last = $5
  RETURNING last
), added AS (
  INSERT INTO journal (stream, sequence, at, body)
  SELECT $1, head.last - $2 + u.place, $3, u.body FROM head, unnest($4::bytea[]) WITH ORDINALITY AS u (body, place)
)
SELECT last, pg_notify({CHANNEL}, 'journal') FROM head
"""  # noqa: S608 -- a constant
_READ = "SELECT sequence, body, at FROM journal WHERE stream = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"
_STREAMS = "SELECT stream FROM streams WHERE last > 0 ORDER BY stream"
_BATCH = 1_000


class PostgresJournal(Journal):
    """The streams of a database."""

    _connections: Connections
    _news: News
    _clock: Clock

    async def append(self, stream: str, records: Sequence[bytes], expected: int | None = None) -> int:
        if not records:
            last = await self._length(stream)
            if expected is not None and expected != last:
                raise _conflict(stream, expected, last)
            return last
        values = (stream, len(records), to_micros(self._clock.now()), list(records), expected)
        row = await self._connections.write(lambda connection: connection.fetchrow(_APPEND, *values))
        if row is None:
            raise _conflict(stream, expected, await self._length(stream))
        appended: int = row[0]
        return appended

    async def _length(self, stream: str) -> int:
        row = await self._connections.row(_LAST, stream)
        return int(row[0]) if row is not None else 0

    async def read(self, stream: str, after: int = 0, limit: int | None = None) -> list[Entry]:
        rows = await self._connections.rows(_READ, stream, after, limit)
        return [Entry(stream, sequence, body, from_micros(at)) for sequence, body, at in rows]

    async def streams(self) -> list[str]:
        return [row[0] for row in await self._connections.rows(_STREAMS)]

    async def follow(self, stream: str, after: int = 0) -> AsyncIterator[Entry]:
        while not self._connections.closed:
            news = await self._news.next("journal")
            entries = await self.read(stream, after, _BATCH)
            for entry in entries:
                yield entry
                after = entry.sequence
            if not entries:
                await self._news.wait(news)


def _conflict(stream: str, expected: int | None, last: int) -> Conflict:
    return Conflict(f"entry {expected} was expected to be the last, but {last} is", where=stream)
