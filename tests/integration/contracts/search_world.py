"""Both search indexes, and short words to fill and ask them, for the contract tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mystage.adapters.search.embedded import EmbeddedSearch
from mystage.adapters.search.memory import MemorySearch
from mystage.application.ports.search import SearchDocument, SearchIndex, SearchQuery, SearchResult
from mystage.domain.values import GeoPoint, Kind

MAKERS: dict[str, Callable[[Path], SearchIndex]] = {
    "memory": lambda _: MemorySearch(),
    "embedded": lambda folder: EmbeddedSearch(folder / "index"),
}


def artist(id: str, name: str, **more: Any) -> SearchDocument:
    return SearchDocument(id=id, kind=Kind.ARTIST, name=name, **more)


def venue(id: str, name: str, lat: float, lon: float, **more: Any) -> SearchDocument:
    return SearchDocument(id=id, kind=Kind.VENUE, name=name, point=GeoPoint(lat=lat, lon=lon), **more)


def show(id: str, name: str, day: str | None = None, until: str | None = None, **more: Any) -> SearchDocument:
    return SearchDocument(id=id, kind=Kind.PERFORMANCE, name=name, day=day, until=until, **more)


async def ask(index: SearchIndex, text: str = "", **more: Any) -> SearchResult:
    return await index.search(SearchQuery(text=text, **more))


def ids(result: SearchResult) -> list[str]:
    return [hit.document.id for hit in result.hits]
