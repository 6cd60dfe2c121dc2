"""Streams in lists."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from mystage.adapters.stores.memory.state import State
from mystage.application.ports.journal import Entry, Journal
from mystage.domain.errors import Conflict


class MemoryJournal(Journal):
    """The streams of a `State`."""

    _state: State

    async def append(self, stream: str, records: Sequence[bytes], expected: int | None = None) -> int:
        entries = self._state.streams.get(stream, [])
        if expected is not None and expected != len(entries):
            raise Conflict(f"entry {expected} was expected to be the last, but {len(entries)} is", where=stream)
        now = self._state.clock.now()
        entries = self._state.streams.setdefault(stream, entries)
        first = len(entries) + 1
        entries.extend(Entry(stream, sequence, body, now) for sequence, body in enumerate(records, first))
        self._state.signal.notify()
        return len(entries)

    async def read(self, stream: str, after: int = 0, limit: int | None = None) -> list[Entry]:
        after = max(after, 0)
        return self._state.streams.get(stream, [])[after : None if limit is None else after + limit]

    async def streams(self) -> list[str]:
        return sorted(name for name, entries in self._state.streams.items() if entries)

    async def follow(self, stream: str, after: int = 0) -> AsyncIterator[Entry]:
        while True:
            news = self._state.signal.next()
            for entry in await self.read(stream, after):
                yield entry
                after = entry.sequence
            await news.wait()
