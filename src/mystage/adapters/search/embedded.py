"""The search index in a folder of this machine, by tantivy. Many processes may read and write it at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from mystage.application.ports.search import IndexState, SearchDocument, SearchIndex, SearchQuery, SearchResult

if TYPE_CHECKING:
    from mystage.adapters.search.engine import Engine


class EmbeddedSearch(SearchIndex):
    """Keeps the index in `folder`, which is made by the first write; until then all searches find nothing.

    A write is committed when it returns, and takes its turn after those of other processes for at most `patience`
    seconds (then `Unavailable`). A folder that is broken or of another version gives `Malformed`, and `clear` makes
    it usable again; a folder that holds something else gives `Invalid` and is never touched.

    Without a text, hits come nearest first where `near` is given, else the earliest first where days are given, else
    the weightiest first. Facets of a search within a radius count its best 2,000 matches.
    """

    def __init__(self, folder: Path, *, patience: float = 30.0) -> None:
        self._folder = folder
        self._patience = patience
        # One thread of its own: writes that wait for another process must not use up the threads of the readers.
        self._writes = ThreadPoolExecutor(1, thread_name_prefix="search-write")
        self._lock = threading.Lock()
        self._loaded: Engine | None = None

    async def write(self, put: Sequence[SearchDocument], delete: Sequence[str] = ()) -> None:
        await self._in_turn(lambda: self._engine().write(put, delete))

    async def search(self, query: SearchQuery) -> SearchResult:
        return await asyncio.to_thread(lambda: self._engine().search(query))

    async def state(self) -> IndexState:
        return await asyncio.to_thread(lambda: self._engine().state())

    async def clear(self) -> None:
        await self._in_turn(lambda: self._engine().clear())

    async def _in_turn(self, change: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writes, change)

    def _engine(self) -> Engine:
        with self._lock:
            if self._loaded is None:
                from mystage.adapters.search.engine import Engine  # noqa: PLC0415 tantivy is loaded on first use

                self._loaded = Engine(self._folder, self._patience)
            return self._loaded
