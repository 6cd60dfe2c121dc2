"""Streams as `journal/<stream>/entries/<sequence>`: a sequence is taken by creating its document.

The first entry of a stream is written together with the document `journal/<stream>`, which holds the stream's name.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Any
from weakref import WeakValueDictionary

from mystage.adapters.stores.firestore.errors import PreconditionFailed
from mystage.adapters.stores.firestore.limits import check_document
from mystage.adapters.stores.firestore.names import encode_id
from mystage.adapters.stores.firestore.places import JOURNAL, Places
from mystage.adapters.stores.firestore.queries import Search
from mystage.adapters.stores.firestore.values import DOCUMENT, fill_map, instant_of
from mystage.adapters.stores.firestore.writes import written
from mystage.application.ports.journal import Entry, Journal
from mystage.application.ports.system import Clock
from mystage.domain.errors import Conflict

_ENTRIES = "entries"
_BATCH = 500
_PAUSE_SECONDS = (0.01, 0.5)


class FirestoreJournal(Journal):
    """The streams of the pipeline's database."""

    _places: Places
    _clock: Clock
    _appending: WeakValueDictionary[str, asyncio.Lock]

    async def append(self, stream: str, records: Sequence[bytes], expected: int | None = None) -> int:
        lock = self._appending.setdefault(stream, asyncio.Lock())
        async with lock:  # this process's writers need not meet at the server
            return await self._append(stream, records, expected)

    async def _append(self, stream: str, records: Sequence[bytes], expected: int | None) -> int:
        token, pause = secrets.token_hex(8), _PAUSE_SECONDS[0]
        while True:
            last = await self._last(stream)
            if expected is not None and expected != last:
                raise Conflict(f"entry {expected} was expected to be the last, but {last} is", where=stream)
            if not records:
                return last
            entries = self._entries(stream, records, last, token)
            try:
                await self._places.pipeline.commit([written(entry, None) for entry in entries])
            except PreconditionFailed as error:
                if error.doubtful and await self._is_ours(entries[-1]):
                    return last + len(records)
            else:
                return last + len(records)
            await asyncio.sleep(random.uniform(0, pause))  # another process was faster
            pause = min(2 * pause, _PAUSE_SECONDS[1])

    def _entries(self, stream: str, records: Sequence[bytes], last: int, token: str) -> list[Any]:
        at = self._clock.now()
        path = self._places.pipeline.documents + self._path(stream)
        entries = []
        if last == 0:
            head = DOCUMENT(name=path)
            fill_map(head.fields, {"name": stream})
            entries.append(head)
        for sequence, body in enumerate(records, last + 1):
            document = DOCUMENT(name=f"{path}/{_ENTRIES}/{sequence:012d}")
            fill_map(document.fields, {"sequence": sequence, "at": at, "body": bytes(body), "token": token})
            check_document(document, f"{stream}/{sequence}")
            entries.append(document)
        return entries

    async def _is_ours(self, entry: Any) -> bool:
        """Whether the entry that stands there is the one that this append wrote, its answer lost on the way."""
        found = await self._places.pipeline.get([entry.name])
        return entry.name in found and found[entry.name].fields["token"] == entry.fields["token"]

    async def _last(self, stream: str) -> int:
        found = await self._places.pipeline.query(self._newest().message, self._path(stream))
        last: int = found[0].fields["sequence"].integer_value if found else 0
        return last

    async def read(self, stream: str, after: int = 0, limit: int | None = None) -> list[Entry]:
        if limit is not None and limit < 1:
            return []
        search = Search(_ENTRIES).where("sequence", "gt", after).order("sequence").limit(limit)
        found = await self._places.pipeline.query(search.message, self._path(stream))
        return [_entry(stream, document.fields) for document in found]

    async def streams(self) -> list[str]:
        found = await self._places.pipeline.query(Search(self._places.kept(JOURNAL)).order("name").message)
        return [document.fields["name"].string_value for document in found]

    async def follow(self, stream: str, after: int = 0) -> AsyncIterator[Entry]:
        connection = self._places.pipeline
        async with connection.news(self._newest().message, parent=self._path(stream)) as news:
            while not connection.closed:
                coming = news.next()
                entries = await self.read(stream, after, _BATCH)
                for entry in entries:
                    yield entry
                    after = entry.sequence
                if not entries:
                    await news.wait(coming)

    def _newest(self) -> Search:
        return Search(_ENTRIES).order("sequence", descending=True).limit(1)

    def _path(self, stream: str) -> str:
        return f"/{self._places.kept(JOURNAL)}/{encode_id(stream, 'journal')}"


def _entry(stream: str, fields: Any) -> Entry:
    at = instant_of(fields["at"].timestamp_value)
    return Entry(stream, fields["sequence"].integer_value, fields["body"].bytes_value, at)
