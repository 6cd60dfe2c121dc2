"""The search index in memory: it looks at every document, so it is right by its plainness. For tests and trials."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from mystage.adapters.search.matching import ATTEMPTS, Asked, by_day, days, distance_km, facet_counts, ordinal
from mystage.adapters.search.words import fold
from mystage.application.ports.search import Hit, IndexState, SearchDocument, SearchIndex, SearchQuery, SearchResult


class MemorySearch(SearchIndex):
    """A twin of the embedded index, without a file."""

    def __init__(self) -> None:
        self._documents: dict[str, SearchDocument] = {}
        self._updated_at: datetime | None = None

    async def write(self, put: Sequence[SearchDocument], delete: Sequence[str] = ()) -> None:
        for document in put:
            days(document)  # refuses what is no day before anything is changed
        for id in delete:
            self._documents.pop(id, None)
        self._documents.update((document.id, document) for document in put)
        self._updated_at = datetime.now(UTC)

    async def search(self, query: SearchQuery) -> SearchResult:
        asked = Asked(query.text)
        asked_days = _asked_days(query)
        passing = [document for document in self._documents.values() if _passes(query, asked_days, document)]
        if query.text.strip():
            passing = _matching(asked, passing)
        hits = sorted((_hit(query, asked, document) for document in passing), key=lambda hit: _order(query, asked, hit))
        return SearchResult(
            hits=tuple(hits[query.offset : query.offset + query.limit]),
            total=len(hits),
            facets=facet_counts(passing) if query.facets else {},
        )

    async def state(self) -> IndexState:
        return IndexState(documents=len(self._documents), updated_at=self._updated_at)

    async def clear(self) -> None:
        self._documents.clear()
        self._updated_at = datetime.now(UTC)


def _matching(asked: Asked, documents: list[SearchDocument]) -> list[SearchDocument]:
    if not asked:
        return []
    attempts = ([d for d in documents if asked.matches(d, tolerance)] for tolerance in ATTEMPTS)
    return next(filter(None, attempts), [])


def _passes(query: SearchQuery, asked_days: tuple[int, int] | None, document: SearchDocument) -> bool:
    return (
        (not query.kinds or document.kind in query.kinds)
        and (query.locality is None or fold(query.locality) == fold(document.locality or ""))
        and (query.country is None or fold(query.country) == fold(document.country or ""))
        and (query.genre is None or fold(query.genre) in map(fold, document.genres))
        and (query.venue_id is None or query.venue_id == document.venue_id)
        and _on_time(asked_days, document)
        and _in_reach(query, document)
    )


def _on_time(asked: tuple[int, int] | None, document: SearchDocument) -> bool:
    if asked is None:
        return True
    span = days(document)
    return span is not None and span[0] <= asked[1] and span[1] >= asked[0]


def _asked_days(query: SearchQuery) -> tuple[int, int] | None:
    if not by_day(query):
        return None
    first = ordinal(query.day_from, "day_from") if query.day_from is not None else 0
    last = ordinal(query.day_to, "day_to") if query.day_to is not None else sys.maxsize
    return first, last


def _in_reach(query: SearchQuery, document: SearchDocument) -> bool:
    if query.near is None or query.km is None:
        return True
    km = distance_km(query, document)
    return km is not None and km <= query.km


def _hit(query: SearchQuery, asked: Asked, document: SearchDocument) -> Hit:
    score = asked.relevance(document) if asked else document.weight
    return Hit(document=document, score=score, km=distance_km(query, document))


def _order(query: SearchQuery, asked: Asked, hit: Hit) -> tuple[object, ...]:
    km = float("inf") if hit.km is None else hit.km
    weight, day = -hit.document.weight, hit.document.day or "9999-12-31"
    if asked:
        return (-round(hit.score, 6), km, day, hit.document.id)
    if query.near:
        return (km, weight, hit.document.id)
    return (day, weight, hit.document.id) if by_day(query) else (weight, day, hit.document.id)
