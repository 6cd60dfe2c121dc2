"""What a query and a change set mean: pure functions that every store, and the unit of work, share.

Order is by Unicode code point (Python's, and that of UTF-8 bytes). A boolean counts as the integer 0 or 1.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Any, TypeAlias

from mystage.application.ports.documents import (
    MAX_DOCUMENT_BYTES,
    MAX_ID_BYTES,
    ChangeSet,
    Delete,
    Put,
    Query,
    Where,
)
from mystage.domain.errors import Invalid, Malformed, TooLarge
from mystage.domain.schema import MAX_INDEXED_BYTES, Collection, Composite, Index, IndexValue, Scalar

SortKey: TypeAlias = tuple[Scalar, str]
"""The value of the order field (None where the order is by id alone), and the id."""

RANGES: Mapping[str, Callable[[Any, Any], bool]] = {"ge": ge, "gt": gt, "le": le, "lt": lt}
_MAX_INTEGER = 2**63
_SURELY_SHORT = MAX_INDEXED_BYTES // 4
"""Characters of a text whose bytes need no counting."""


def matches(query: Query, values: Mapping[str, IndexValue]) -> bool:
    """Whether a document with these index values is in the answer to `query` (limit and cursor aside)."""
    if query.order is not None and values.get(query.order) is None:
        return False
    return all(_holds(where, values.get(where.field)) for where in query.where)


def _holds(where: Where, value: IndexValue) -> bool:
    if where.op == "eq":
        return value == where.value
    if where.op == "in":
        return value in _several(where)
    if where.op == "any":
        return isinstance(value, tuple) and not set(value).isdisjoint(_several(where))
    return value is not None and RANGES[where.op](value, where.value)


def _several(where: Where) -> tuple[Scalar, ...]:
    return where.value if isinstance(where.value, tuple) else ()


def sort_key(query: Query, id: str, values: Mapping[str, IndexValue]) -> SortKey:
    """What documents of one answer are sorted by; reversed where the query is descending."""
    value = values.get(query.order_field) if query.order_field is not None else None
    return (None if isinstance(value, tuple) else value, id)


def is_after(query: Query, key: SortKey, cursor: SortKey) -> bool:
    """Whether a document comes behind `cursor` in the order of `query`. Neither key's value may be empty for an order."""
    this: tuple[Any, str] = key
    return this < cursor if query.descending else this > cursor


def encode_cursor(query: Query, key: SortKey) -> str:
    """The cursor behind the document with this key: opaque text that is safe in URLs."""
    raw = json.dumps([query.order_field, *key], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode_cursor(query: Query, collection: Collection[Any]) -> SortKey | None:
    """The key behind which the page asked for begins. Raises Malformed for text that is no cursor of this order."""
    if query.after is None:
        return None
    try:
        field, value, id = json.loads(base64.urlsafe_b64decode(query.after + "=" * (-len(query.after) % 4)))
    except (binascii.Error, ValueError, TypeError) as error:
        raise Malformed("the cursor is not one that a query gave", where=query.collection) from error
    if field != query.order_field or not isinstance(id, str):
        raise Malformed("the cursor belongs to a query of another order", where=query.collection)
    if field is None:
        return (None, id)
    return (_scalar(value, _index(collection, field), f"{query.collection}.{field}"), id)


def check_query(query: Query, collection: Collection[Any]) -> Query:
    """`query`, if `collection` can answer it. Raises Invalid that names the field, condition or value that it cannot."""
    for where in query.where:
        _check_condition(where, _index(collection, where.field), f"{query.collection}.{where.field}")
    if query.order is not None and _index(collection, query.order).array:
        raise Invalid("an array cannot be ordered by", where=f"{query.collection}.{query.order}")
    if query.limit is not None and query.limit < 1:
        raise Invalid(f"a limit of {query.limit} asks for nothing", where=query.collection, hint="use 1 or more")
    needed = needed_composite(query)
    if (
        needed is not None
        and collection.composites is not None
        and not any(map(needed.answered_by, collection.composites))
    ):
        raise Invalid(
            f"this query needs a composite index over {', '.join(sorted(needed.fields))}",
            where=query.collection,
            hint="declare it beside the model (Collection.composites)",
        )
    return query


@dataclass(frozen=True, slots=True)
class NeededComposite:
    """What an index must offer for one query: the fields that it filters by, and the one that it orders by."""

    fields: frozenset[str]
    order: str | None
    descending: bool

    def answered_by(self, composite: Composite) -> bool:
        """Whether this index answers the query."""
        if frozenset(composite.fields) != self.fields:
            return False
        return self.order is None or (composite.fields[-1], composite.descending) == (self.order, self.descending)


def needed_composite(query: Query) -> NeededComposite | None:
    """The composite index that a query needs on Firestore, which asks for the most; None: single fields suffice.

    Equalities (and `in`, a choice of equalities) are answered by merging the indexes of single fields. An order, a range
    or a contains-any together with other fields needs an index of its own.
    See "Index types in Cloud Firestore", Google Cloud documentation.
    """
    fields = {where.field for where in query.where} | ({query.order_field} if query.order_field else set())
    plain = all(where.op in ("eq", "in") for where in query.where) and query.order_field is None
    if len(fields) <= 1 or plain:
        return None
    return NeededComposite(frozenset(fields), query.order_field, query.descending)


def _index(collection: Collection[Any], field: str) -> Index:
    found = next((index for index in collection.indexes if index.field == field), None)
    if found is None:
        known = ", ".join(index.field for index in collection.indexes) or "none"
        raise Invalid("the field is no declared index", where=f"{collection.name}.{field}", hint=f"declared: {known}")
    return found


def _check_condition(where: Where, index: Index, place: str) -> None:
    if where.op not in ("eq", "in", "any", *RANGES):
        raise Invalid(f"there is no condition `{where.op}`", where=place)
    if (where.op == "any") != index.array:
        raise Invalid(f"`{where.op}` does not go with {'an array' if index.array else 'a single value'}", where=place)
    if where.op == "eq" and where.value is None:
        return
    for value in _several(where) if where.op in ("in", "any") else (where.value,):
        if value is None:
            raise Invalid(f"`{where.op}` cannot ask for an empty value", where=place, hint="only `eq` can")
        _scalar(value, index, place)


def check_changes(changes: ChangeSet, collections: Mapping[str, Collection[Any]]) -> None:
    """Raise Invalid (TooLarge) for what no store may write; each error names the collection and id."""
    for put in changes.puts:
        if len(put.body) > MAX_DOCUMENT_BYTES:
            raise TooLarge(
                f"a document of {len(put.body):,} bytes is above {MAX_DOCUMENT_BYTES:,}",
                where=f"{put.collection}/{put.id}",
                hint="keep large bodies in the blob store",
            )
        if len(put.id) * 4 > MAX_ID_BYTES and (size := _bytes(put.id)) > MAX_ID_BYTES:
            where = f"{put.collection}/{put.id[:100]}"
            raise TooLarge(f"an id of {size:,} bytes is above {MAX_ID_BYTES:,}", where=where, hint="use a digest of it")
    touched: list[Put | Delete] = [*changes.puts, *changes.deletes]
    for change in touched:
        known_collection(change.collection, collections)
    if len({(change.collection, change.id) for change in touched}) < len(touched):
        raise Invalid("one change set may write a document only once", where=_doubled(touched))


def _doubled(touched: Sequence[Put | Delete]) -> str:
    counts = Counter(f"{change.collection}/{change.id}" for change in touched)
    return ", ".join(sorted(name for name, count in counts.items() if count > 1))[:1_000]


def known_collection(name: str, collections: Mapping[str, Collection[Any]]) -> Collection[Any]:
    """The collection of that name, or Invalid."""
    found = collections.get(name)
    if found is None:
        raise Invalid("there is no such collection", where=name, hint=f"known: {', '.join(sorted(collections))}")
    return found


def stored_values(put: Put, collection: Collection[Any]) -> dict[str, IndexValue]:
    """The index values of `put` as stores keep them, one per declared index. Raises Invalid for one of a wrong type."""
    values: dict[str, IndexValue] = {}
    for index in collection.indexes:
        value = put.index.get(index.field)
        if type(value) is str and index.type == "text" and not index.array and len(value) <= _SURELY_SHORT:
            values[index.field] = value  # the common case, kept fast
        else:
            values[index.field] = _stored(value, index, f"{put.collection}/{put.id}.{index.field}")
    return values


def _stored(value: IndexValue, index: Index, place: str) -> IndexValue:
    if index.array:
        items = value if isinstance(value, tuple) else () if value is None else (value,)
        return tuple(str(_short(_scalar(item, index, place), place)) for item in dict.fromkeys(items))
    return None if value is None else _short(_scalar(value, index, place), place)


def _short(value: Scalar, place: str) -> Scalar:
    """`value`, if every backend can index it."""
    if isinstance(value, str) and len(value) > _SURELY_SHORT and (size := _bytes(value)) > MAX_INDEXED_BYTES:
        raise TooLarge(
            f"an index value of {size:,} bytes is above {MAX_INDEXED_BYTES:,}",
            where=place,
            hint="`Collection.index_values` shortens such texts",
        )
    return value


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _scalar(value: object, index: Index, place: str) -> Scalar:
    """`value` as the index keeps it; Invalid where it is of another type, or beyond what every backend holds."""
    if index.type == "text" and isinstance(value, str):
        return value
    if index.type == "integer" and isinstance(value, int) and -_MAX_INTEGER <= value < _MAX_INTEGER:
        return int(value)
    if index.type == "real" and isinstance(value, (int, float)) and not math.isnan(value):
        return float(value)
    raise Invalid(f"{value!r:.100} is no {index.type} value", where=place, hint="see the collection's declaration")
