"""Every query that the Firestore store can make has its index. The emulator needs none and would not tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from tests.support.firestore import need

from mystage.adapters.schema import export
from mystage.adapters.schema.firestore import OWN
from mystage.adapters.system import ManualClock
from mystage.application.ports.documents import Query, Where
from mystage.application.ports.querying import check_query
from mystage.domain.collections import ALL
from mystage.domain.errors import Invalid
from mystage.domain.schema import Collection, Index

need("google.cloud.firestore")
from mystage.adapters.stores.firestore import FirestoreStore, places  # noqa: E402  only where its client is installed
from mystage.adapters.stores.firestore.connection import Connection  # noqa: E402  the library may be missing: asked first
from mystage.adapters.stores.firestore.queries import Search, matching, ordered  # noqa: E402  the library may be missing: asked first

FILE = json.loads(export(ALL)["firestore.indexes.json"])
VALUES = {"text": "a", "integer": 1, "real": 1.0}


def served(message: Any, rows: list[dict[str, Any]]) -> bool:
    """Whether Firestore can answer a query from single fields and these composite indexes, by its published rules.

    Single fields, ascending and descending, are indexed by themselves. Equalities may be answered by merging several
    indexes that end in the same order. (Google Cloud documentation, "Index types in Cloud Firestore", index merging.)
    """
    name = message.from_[0].collection_id
    filters = [(f.field_filter.field.field_path or f.unary_filter.field.field_path, f) for f in _filters(message)]
    orders = [(o.field.field_path, o.direction) for o in message.order_by]
    equal = {field for field, f in filters if not _is_range(f)} - {field for field, _ in orders}
    ranges = {field for field, f in filters if _is_range(f)} - equal
    last = orders[-1][1] if orders else 1
    orders += [(field, last) for field in sorted(ranges - {field for field, _ in orders})]
    suffix = [(field, way) for field, way in orders if field != "__name__"]
    by_name = [way for field, way in orders if field == "__name__"]
    if any(way != last for way in by_name):
        return False
    if not suffix:
        return last == 1 or not equal
    if not equal:
        return len(suffix) == 1 or any(_ends(row) == suffix for row in _of(rows, name, set(), suffix))
    covered = set().union(*(_parts_of(row, suffix) for row in _of(rows, name, equal, suffix)))
    return covered == equal


def _filters(message: Any) -> list[Any]:
    return list(message.where.composite_filter.filters)


def _is_range(f: Any) -> bool:
    return not f.unary_filter.op and f.field_filter.op in (1, 2, 3, 4)  # LESS_THAN .. GREATER_THAN_OR_EQUAL


def _of(
    rows: list[dict[str, Any]], name: str, equal: set[str], suffix: list[tuple[str, int]]
) -> Iterator[dict[str, Any]]:
    """The indexes that end in this order and begin with nothing but fields that are given."""
    for row in rows:
        if row["collectionGroup"] == name and _ends(row)[-len(suffix) :] == suffix and _parts_of(row, suffix) <= equal:
            yield row


def _ends(row: dict[str, Any]) -> list[tuple[str, int]]:
    return [(f["fieldPath"], {"ASCENDING": 1, "DESCENDING": 2}.get(f.get("order", ""), 0)) for f in row["fields"]]


def _parts_of(row: dict[str, Any], suffix: list[tuple[str, int]]) -> set[str]:
    return {field for field, _ in _ends(row)[: -len(suffix)]}


def shapes(collection: Collection[Any]) -> Iterator[Query]:
    """The queries over up to three fields, in each order, that the port lets through."""
    wheres = [_wheres(index) for index in collection.indexes]
    for count in range(4):
        for fields in combinations(wheres, count):
            for several in _one_each(fields):
                for order in (None, *(index.field for index in collection.indexes if not index.array)):
                    for descending in (False, True):
                        try:
                            query = Query(collection.name, several, order=order, descending=descending, limit=5)
                            yield check_query(query, collection)
                        except Invalid:
                            continue  # refused on every backend


def _wheres(index: Index) -> list[Where]:
    value = VALUES[index.type]
    if index.array:
        return [Where(index.field, "any", ("a", "b"))]
    return [
        Where(index.field, "eq", None),
        Where(index.field, "in", (value,)),
        Where(index.field, "ge", value),
        Where(index.field, "lt", value),
    ]


def _one_each(fields: tuple[list[Where], ...]) -> Iterator[tuple[Where, ...]]:
    if not fields:
        yield ()
        return
    for first in fields[0]:
        for rest in _one_each(fields[1:]):
            yield (first, *rest)


def _message(query: Query, collection: Collection[Any]) -> Any:
    search = matching(query, collection, collection.name)
    return None if search is None else ordered(search, query, None, f"p/{collection.name}").message


@pytest.mark.parametrize("collection", ALL, ids=lambda c: c.name)
def test_every_query_that_is_let_through_has_its_index(collection: Collection[Any]) -> None:
    """Over all shapes of up to three conditions; what no index serves must be refused by the port."""
    asked = 0
    for query in shapes(collection):
        message = _message(query, collection)
        if message is not None:
            asked += 1
            assert served(message, FILE["indexes"]), query
    assert asked > 1


async def test_the_queries_of_the_store_s_own_collections_have_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of claims, figures, feed, journal and counters, as the store itself makes them."""
    asked: list[Any] = []

    async def query(_: Connection, message: Any, parent: str = "") -> list[Any]:
        asked.append(message)
        return []

    async def count(_: Connection, message: Any) -> int:
        asked.append(message)
        return 0

    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:9")
    monkeypatch.setattr(Connection, "query", query)
    monkeypatch.setattr(Connection, "count", count)
    store = FirestoreStore("p", ALL, ManualClock())
    await store.claim(["fetch", "route"], 10, 30.0, "w")
    await store.next_ready(["fetch"])
    await store.stats()
    await store._stats("fetch")
    await store.counters("funnel/")
    await store.read("catalogue", 5, 10)
    await store.streams()
    await store.append("catalogue", [])
    for feed in store._feeds.values():
        await feed.now()
        await feed.after(7, "urls")
        await feed._prune(5)
    await store.close()
    assert {m.from_[0].collection_id for m in asked} == {*OWN, "entries"}
    assert [m for m in asked if not served(m, FILE["indexes"])] == []
    composites = [m for m in asked if not served(m, [])]
    assert {m.from_[0].collection_id for m in composites} == {"tasks"}


def test_the_own_collections_are_those_of_the_store() -> None:
    """The schema's list is a copy (adapters do not import each other)."""
    assert set(OWN) == set(places.OWN)


def test_a_missing_or_wrong_index_would_be_seen() -> None:
    """The judge of this file is not blind."""
    claim = Search("tasks").where("queue", "in", ["a"]).where("visible_at", "le", 1).order("priority").limit(1).message
    assert not served(claim, FILE["indexes"]), "its order is not that of the index"
    pairs = Search("urls").where("state", "eq", "new").order("_id", descending=True).message
    assert served(pairs, FILE["indexes"])
    assert not served(pairs, [row for row in FILE["indexes"] if row["collectionGroup"] != "urls"])
    assert not served(Search("urls").where("state", "eq", "new").order("source").message, FILE["indexes"])
    assert served(Search("urls").where("state", "eq", "a").where("source", "eq", "b").message, [])


def test_what_is_exempt_from_indexes_is_not_searched() -> None:
    """No declared field and no composite uses a field whose index is switched off; nothing is listed twice."""
    off = {(row["collectionGroup"], row["fieldPath"]) for row in FILE["fieldOverrides"]}
    used = {(c.name, index.field) for c in ALL for index in c.indexes}
    used |= {(row["collectionGroup"], f["fieldPath"]) for row in FILE["indexes"] for f in row["fields"]}
    assert off
    assert off & used == set()
    assert len({json.dumps(row, sort_keys=True) for row in FILE["indexes"]}) == len(FILE["indexes"])
    assert len(FILE["indexes"]) <= 200, "Firestore's limit without billing"
