"""The embedded index at work, in blocking calls. Loads tantivy: import this module only when it is used."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy

from mystage.adapters.search.folder import IndexFolder
from mystage.adapters.search.matching import (
    ATTEMPTS,
    FACET_VALUES,
    FACETS,
    Asked,
    by_day,
    distance_km,
    facet_counts,
    most,
)
from mystage.adapters.search.questions import filters, question
from mystage.adapters.search.rows import row
from mystage.application.ports.search import Hit, IndexState, SearchDocument, SearchQuery, SearchResult
from mystage.domain.errors import MystageError
from mystage.domain.values import GeoPoint, distance_m

_POOL = 100
"""Best hits of tantivy that are ranked anew by edits and weight; behind them its own order stands."""
_NEARBY = 50_000
"""Matches whose distance is computed; beyond so many, a search by place leaves out the rest."""
_COUNTED = 2_000
"""Matches within a radius whose facets are counted."""


class Engine:
    """An index in `folder`; a write waits `patience` seconds for other processes."""

    def __init__(self, folder: Path, patience: float) -> None:
        self._folder = IndexFolder(folder, patience)

    def write(self, put: Sequence[SearchDocument], delete: Sequence[str]) -> None:
        """Delete, then put, in one commit."""
        rows = {document.id: row(document) for document in put}
        if not rows and not delete:
            return

        def change(writer: tantivy.IndexWriter) -> None:
            for id in {*rows, *delete}:
                writer.delete_documents_by_term("id", id)
            for document in rows.values():
                writer.add_document(document)

        self._folder.write(change)

    def clear(self) -> None:
        """Empty the index; one that cannot be read is removed."""
        try:
            self._folder.write(lambda writer: writer.delete_all_documents())
        except MystageError as error:
            if error.retryable:
                raise
            self._folder.discard()

    def state(self) -> IndexState:
        """How much it holds."""
        searcher = self._folder.searcher()
        return IndexState(documents=searcher.num_docs if searcher else 0, updated_at=self._folder.updated_at())

    def search(self, query: SearchQuery) -> SearchResult:
        """Search the last committed state."""
        asked, conditions = Asked(query.text), filters(query)
        searcher = self._folder.searcher()
        if searcher is None or not searcher.num_docs or (query.text.strip() and not asked):
            return SearchResult(hits=(), total=0, facets=facet_counts(()) if query.facets else {})
        with self._folder.translated():
            search = _Search(searcher, query, asked)
            attempts = (search.run(question(asked, conditions, tolerance)) for tolerance in ATTEMPTS)
            first = next(attempts)
            if first.total or not asked:
                return first
            return next((result for result in attempts if result.total), first)


class _Search:
    """One search on one state of the index."""

    def __init__(self, searcher: tantivy.Searcher, query: SearchQuery, asked: Asked) -> None:
        self._searcher = searcher
        self._query = query
        self._asked = asked
        self._page = slice(query.offset, query.offset + query.limit)

    def run(self, question: tantivy.Query) -> SearchResult:
        """Find, rank and count."""
        query = self._query
        if query.near and (query.km is not None or not self._asked):
            return self._nearby(question, query.near)
        if self._asked:
            found = self._searcher.search(question, limit=max(_POOL, self._page.stop))
            hits = self._ranked([address for _, address in found.hits])
        else:
            found = self._sorted(question)
            hits = [self._hit(address) for _, address in found.hits]
        return SearchResult(hits=tuple(hits), total=_count(found), facets=self._facets(question))

    def _sorted(self, question: tantivy.Query) -> tantivy.SearchResult:
        """A page without a text: the weightier first, or the earlier where days are asked for."""
        limit, offset = self._query.limit, self._query.offset
        if by_day(self._query):
            key, order = "soon", tantivy.Order.Asc
        else:
            key, order = "rank", tantivy.Order.Desc
        return self._searcher.search(question, limit=limit, offset=offset, order_by_field=key, order=order)

    def _nearby(self, question: tantivy.Query, near: GeoPoint) -> SearchResult:
        """A page of what lies within the radius: by text, or the nearer first and then the weightier."""
        found = self._searcher.search(question, limit=min(_NEARBY, self._searcher.num_docs))
        addresses = [address for _, address in found.hits]
        away = self._distances(near, addresses)
        if self._query.km is not None:
            inside = [at for at, km in enumerate(away) if km <= self._query.km]
            total = len(inside)
        else:
            inside, total = list(range(len(addresses))), _count(found)
        if self._asked:
            hits = self._ranked([addresses[at] for at in inside])
        else:
            ranks = self._searcher.fast_field_values("rank", addresses)
            ordered = sorted(inside, key=lambda at: (away[at], -(ranks[at] or 0)))
            hits = [self._hit(addresses[at]) for at in ordered[self._page]]
        facets = self._facets(question)
        if facets and self._query.km is not None:  # the question's boxes hold more than the radius
            facets = facet_counts(self._document(addresses[at]) for at in inside[:_COUNTED])
        return SearchResult(hits=tuple(hits), total=total, facets=facets)

    def _distances(self, near: GeoPoint, addresses: list[tantivy.DocAddress]) -> list[float]:
        """Kilometres to each; infinite for what has no place."""
        lats = self._searcher.fast_field_values("lat", addresses)
        lons = self._searcher.fast_field_values("lon", addresses)
        return [
            math.inf if lat is None or lon is None else distance_m(near, GeoPoint(lat=lat, lon=lon)) / 1_000
            for lat, lon in zip(lats, lons, strict=True)
        ]

    def _ranked(self, addresses: list[tantivy.DocAddress]) -> list[Hit]:
        """The page of these matches, of which the first are ranked anew; equal ones by nearness, day and id."""
        best = sorted((self._hit(address) for address in addresses[:_POOL]), key=_order)[self._page]
        start = max(self._page.start, _POOL)
        return best + [self._hit(address) for address in addresses[start : self._page.stop]]

    def _hit(self, address: tantivy.DocAddress) -> Hit:
        document = self._document(address)
        score = self._asked.relevance(document) if self._asked else document.weight
        return Hit(document=document, score=score, km=distance_km(self._query, document))

    def _document(self, address: tantivy.DocAddress) -> SearchDocument:
        return SearchDocument.model_validate_json(self._searcher.doc(address).get_first("doc") or b"")

    def _facets(self, question: tantivy.Query) -> dict[str, dict[str, int]]:
        if not self._query.facets:
            return {}
        counting = {name: {"terms": {"field": name, "size": FACET_VALUES}} for name in FACETS}
        answer: dict[str, Any] = self._searcher.aggregate(question, counting)
        return {name: most({b["key"]: b["doc_count"] for b in answer[name]["buckets"]}) for name in FACETS}


def _order(hit: Hit) -> tuple[float, float, str, str]:
    return (
        -round(hit.score, 6),
        math.inf if hit.km is None else hit.km,
        hit.document.day or "9999-12-31",
        hit.document.id,
    )


def _count(found: Any) -> int:
    """All matches; the package's type stub does not name this attribute."""
    return int(found.count or 0)
