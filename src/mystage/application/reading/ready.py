"""Readiness: whether what a request needs can be reached just now."""

from __future__ import annotations

from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.search import SearchIndex
from mystage.domain.errors import MystageError, Unavailable
from mystage.domain.sources import SOURCES


class Ready:
    """Asks the store and the index for something small."""

    def __init__(self, store: DocumentStore, index: SearchIndex) -> None:
        self._store = store
        self._index = index

    async def check(self) -> None:
        """Raises Unavailable that names the part that does not answer."""
        try:
            await self._store.get(SOURCES.name, "-")
        except (MystageError, OSError) as error:
            raise Unavailable(f"the store does not answer: {error}", where="store") from error
        try:
            await self._index.state()
        except (MystageError, OSError) as error:
            raise Unavailable(f"the search index does not answer: {error}", where="index") from error
