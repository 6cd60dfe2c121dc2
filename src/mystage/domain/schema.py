"""Collections are declared once, beside the model that they hold; stores and docs are generated from that.

An `Index` names a field that queries may filter or order by. A store keeps it as a typed column (or native
field); nothing else of a document can be queried.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Generic, Literal, TypeAlias, TypeVar

from mystage.domain.access import Public, Role
from mystage.domain.values import Model

D = TypeVar("D", bound=Model)
Scalar: TypeAlias = str | int | float | bool | None
"""What an index may hold: instants as ISO 8601 UTC text of fixed width, enums by value."""
IndexValue: TypeAlias = Scalar | tuple[str, ...]
Database: TypeAlias = Literal["pipeline", "main", "admin"]
MAX_INDEXED_BYTES = 1_499
"""Of one indexed text, in UTF-8: Firestore's limit of 1,500, which counts one byte more than a text has
(https://cloud.google.com/firestore/quotas), so everybody's. PostgreSQL's B-tree takes 2,700 for the value and the document's id."""
_KEPT_BYTES = 1_400


@dataclass(frozen=True, slots=True)
class Index:
    """A field that queries may use. `array`: a tuple of texts, queried by contains-any."""

    field: str
    array: bool = False
    type: Literal["text", "integer", "real"] = "text"


@dataclass(frozen=True, slots=True)
class Composite:
    """An index over several fields, for queries that a single-field index cannot answer (see `Collection.composites`)."""

    fields: tuple[str, ...]
    descending: bool = False
    """The order of the last field."""


@dataclass(frozen=True, slots=True)
class Collection(Generic[D]):
    """One kind of document: its name, its model, what can be queried, and the logical database it lives in.

    Every model of a collection has an `id: str`, which is unique.
    """

    name: str
    model: type[D]
    indexes: tuple[Index, ...] = field(default=())
    database: Database = "pipeline"
    composites: tuple[Composite, ...] | None = None
    """Indexes over several fields. Stores refuse a query that needs one which is not declared, also where the backend
    would not need it: a query that works on one backend works on all. None: not checked (collections of tests)."""
    readers: tuple[Role | Public, ...] = ()
    """Who may read documents directly, past our doors (security rules of Firestore are generated from this).
    Nobody may write past them: every write goes through a use case."""
    retention_days: int | None = None
    """Documents older than this may be removed; None: kept for ever."""

    def index_values(self, document: D) -> dict[str, IndexValue]:
        """The indexed fields of `document`, in the form that stores keep and compare."""
        return {index.field: index_value(getattr(document, index.field)) for index in self.indexes}


def index_value(value: object) -> IndexValue:
    """`value` in the form that stores keep: enums by value, instants as text that sorts by time, long texts shortened."""
    if type(value) is str:  # the common case, kept fast
        return value if len(value) * 4 <= MAX_INDEXED_BYTES else indexed_text(value)
    if isinstance(value, Enum):
        value = value._value_  # `value` itself goes through a descriptor, at three times the cost
    if isinstance(value, str):
        return indexed_text(value)
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, (tuple, list, set, frozenset)):
        return tuple(str(index_value(item)) for item in value)
    return indexed_text(str(value))


def indexed_text(text: str) -> str:
    """`text` as an index keeps it: above the limit, its beginning and a digest of the whole.

    So equality stays exact, and order is that of the beginnings.
    """
    if len(text) * 4 <= MAX_INDEXED_BYTES:
        return text
    whole = text.encode("utf-8", "surrogatepass")
    if len(whole) <= MAX_INDEXED_BYTES:
        return text
    return f"{whole[:_KEPT_BYTES].decode('utf-8', 'ignore')}\u2026{sha256(whole).hexdigest()}"


def instant_text(value: datetime) -> str:
    """An instant as fixed-width UTC text (microseconds), so that text order is time order."""
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
