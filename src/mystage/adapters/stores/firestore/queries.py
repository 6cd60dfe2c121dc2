"""Queries of the port as Firestore's structured queries."""

from __future__ import annotations

from typing import Any, Final

from google.cloud.firestore_v1.types import query as messages

from mystage.adapters.stores.firestore.names import encode_id
from mystage.adapters.stores.firestore.values import fill
from mystage.application.ports.documents import Query, Where
from mystage.application.ports.querying import SortKey
from mystage.domain.schema import Collection, Index

ID: Final = "_id"
"""The id as a field: Firestore cannot order by its own ids downwards."""
NAME: Final = "__name__"
ASCENDING, DESCENDING = 1, 2
_STRUCTURED: Final[Any] = messages.StructuredQuery.pb()
_OPERATOR: Final[Any] = messages.StructuredQuery.FieldFilter.Operator
_OPERATORS: Final = {
    "eq": _OPERATOR.EQUAL,
    "in": _OPERATOR.IN,
    "any": _OPERATOR.ARRAY_CONTAINS_ANY,
    "ge": _OPERATOR.GREATER_THAN_OR_EQUAL,
    "gt": _OPERATOR.GREATER_THAN,
    "le": _OPERATOR.LESS_THAN_OR_EQUAL,
    "lt": _OPERATOR.LESS_THAN,
}
_IS_NULL = 3
_AND = 1
_LOWEST: Final = {"text": "", "integer": -(2**63), "real": float("-inf")}
"""The least value of a type: nothing but an empty field is below it."""


class Search:
    """A structured query in the making."""

    def __init__(self, collection: str) -> None:
        self.message = _STRUCTURED()
        self.message.from_.add().collection_id = collection

    def where(self, field: str, op: str, value: object) -> Search:
        """One more condition that must hold."""
        if not self.message.where.composite_filter.op:
            self.message.where.composite_filter.op = _AND
        added = self.message.where.composite_filter.filters.add()
        if value is None:
            added.unary_filter.op = _IS_NULL
            added.unary_filter.field.field_path = field
            return self
        added.field_filter.op = _OPERATORS[op]
        added.field_filter.field.field_path = field
        fill(added.field_filter.value, value)
        return self

    def order(self, *fields: str, descending: bool = False) -> Search:
        """Order by these fields, one after the other."""
        for field in fields:
            ordered = self.message.order_by.add()
            ordered.field.field_path = field
            ordered.direction = DESCENDING if descending else ASCENDING
        return self

    def limit(self, count: int | None) -> Search:
        """At most so many."""
        if count is not None:
            self.message.limit.value = count
        return self

    def select(self, *fields: str) -> Search:
        """Only these fields of each document."""
        for field in fields:
            self.message.select.fields.add().field_path = field
        return self


def matching(query: Query, collection: Collection[Any], name: str) -> Search | None:
    """Which documents match, in no order; None where none can. `name` is the collection's in the database."""
    search = Search(name)
    order = query.order_field
    if any(w.field == order and w.op == "eq" and w.value is None for w in query.where):
        return None
    for where in query.where:
        search.where(where.field, where.op, _operand(where, _index(collection, where.field)))
    if order is not None and not any(w.field == order and w.op in ("eq", "in", "ge", "gt") for w in query.where):
        search.where(order, "ge", _LOWEST[_index(collection, order).type])  # leaves out empty fields
    return search


def ordered(search: Search, query: Query, cursor: SortKey | None, path: str) -> Search:
    """`search` in the order of `query`, from behind `cursor`, and one document more than its limit.

    `path` is the full name of the collection.
    """
    down = query.descending
    tie = ID if query.order_field is None and down else NAME
    search.order(*([query.order_field] if query.order_field is not None else []), tie, descending=down)
    if cursor is not None:
        value, id = cursor
        search.message.start_at.before = False
        if query.order_field is not None:
            fill(search.message.start_at.values.add(), value)
        last = search.message.start_at.values.add()
        if tie == ID:
            last.string_value = id
        else:
            last.reference_value = f"{path}/{encode_id(id, query.collection)}"
    return search.limit(None if query.limit is None else query.limit + 1)


def _operand(where: Where, index: Index) -> object:
    if isinstance(where.value, tuple):
        return [kept(value, index) for value in dict.fromkeys(where.value)]
    return kept(where.value, index)


def kept(value: object, index: Index) -> object:
    """A value as the index keeps it: booleans as integers, and one zero only."""
    if value is None or index.type == "text":
        return value
    if index.type == "integer":
        return int(value)  # type: ignore[call-overload]  # the port has checked its type
    return float(value) + 0.0  # type: ignore[arg-type]  # likewise


def _index(collection: Collection[Any], field: str) -> Index:
    return next(index for index in collection.indexes if index.field == field)
