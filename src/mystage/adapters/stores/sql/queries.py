"""Queries, built with SQLAlchemy and compiled once for a dialect; they run on the bare driver.

Why not through SQLAlchemy's connections: for a point read its execution costs several times what SQLite does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement

from mystage.adapters.stores.sql.schema import CollectionTables
from mystage.application.ports.documents import Page, Query, Record, Where
from mystage.application.ports.querying import RANGES, SortKey, encode_cursor

Shape: TypeAlias = tuple[tuple[tuple[str, str, int], ...], str | None, bool, bool, bool, bool, bool]
"""What a compiled query depends on: conditions (field, op, values), and how it is ordered and cut."""

SIZES = (1, 2, 4, 8, 16, 32, 64, 125, 250, 500)
"""Lists of values are filled up to one of these lengths, so that few statements are compiled and cached."""
CHUNK = SIZES[-1]


@dataclass(frozen=True, slots=True)
class Statement:
    """Compiled SQL and the names of its parameters by position."""

    sql: str
    names: tuple[str, ...]

    def bind(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The parameters in the order in which the driver wants them."""
        return tuple(map(values.__getitem__, self.names))


def compiled(statement: sa.ClauseElement, dialect: Dialect) -> Statement:
    """`statement` as text for the driver of `dialect`."""
    result = statement.compile(dialect=dialect)
    if not isinstance(result, SQLCompiler):
        msg = f"not a statement with parameters: {statement}"
        raise TypeError(msg)
    return Statement(str(result), tuple(result.positiontup or ()))


def filled(values: Sequence[Any]) -> list[Any]:
    """`values` (1 to 500) filled up to the next of `SIZES` by repeating the last one, which changes no `IN`."""
    size = next(size for size in SIZES if size >= len(values))
    return [*values, *[values[-1]] * (size - len(values))]


def chunks(values: Iterable[Any]) -> list[list[Any]]:
    """`values` without doubles, in filled lists for `IN`."""
    unique = list(dict.fromkeys(values))
    return [filled(unique[start : start + CHUNK]) for start in range(0, len(unique), CHUNK)]


class Queries(ABC):
    """What reads one collection, whatever the dialect. Subclasses say how an array is searched (`_contains_any`)."""

    def __init__(self, tables: CollectionTables, dialect: Dialect) -> None:
        self.tables = tables
        self.columns = tuple(index.field for index in tables.collection.indexes)
        self._dialect = dialect
        self._main = tables.main
        self._found = lru_cache(maxsize=512)(self._find)
        self._exported = lru_cache(maxsize=2)(self._export)

    @cached_property
    def get(self) -> str:
        """Parameters: id. Row: version, body."""
        main = self._main
        return self._sql(sa.select(main.c.version, main.c.body).where(main.c.id == sa.bindparam("id")), ["id"])

    def find(self, query: Query, cursor: SortKey | None) -> tuple[str, tuple[Any, ...]]:
        """SQL and parameters. Rows: id, version, body, value of the order field (or None); one more than the limit."""
        statement = self._found(_shape(query, cursor, counting=False))
        return statement.sql, statement.bind(_values(query, cursor))

    def count(self, query: Query) -> tuple[str, tuple[Any, ...]]:
        """SQL and parameters. Row: the number of documents."""
        statement = self._found(_shape(query, None, counting=True))
        return statement.sql, statement.bind(_values(query, None))

    def export(self, after: str | None, limit: int) -> tuple[str, tuple[Any, ...]]:
        """SQL and parameters. Rows by id: id, body, then the columns."""
        statement = self._exported(after is None)
        return statement.sql, statement.bind({"after": after, "limit": limit})

    def _export(self, first: bool) -> Statement:  # noqa: FBT001  the key of a cache
        main = self._main
        columns = [self._exported_column(field) for field in self.columns]
        asked = sa.select(main.c.id, main.c.body, *columns).order_by(main.c.id)
        if not first:
            asked = asked.where(main.c.id > sa.bindparam("after", type_=main.c.id.type))
        return compiled(
            asked.limit(sa.bindparam("limit", type_=sa.Integer)).offset(sa.literal_column("0")), self._dialect
        )

    def _exported_column(self, field: str) -> ColumnElement[Any]:
        return self.tables.column(field)

    def _find(self, shape: Shape) -> Statement:
        conditions, order_field, ordered, descending, after, limited, counting = shape
        main = self._main
        order = None if order_field is None else self.tables.column(order_field)
        where = [self._condition(number, *condition) for number, condition in enumerate(conditions)]
        if ordered and order is not None:
            where.append(order.is_not(None))
        if counting:
            return compiled(sa.select(sa.func.count()).select_from(main).where(*where), self._dialect)
        keys: list[ColumnElement[Any]] = [main.c.id] if order is None else [order, main.c.id]
        if after:
            names = ["after_id"] if order is None else ["after_value", "after_id"]
            key, cursor = sa.tuple_(*keys), sa.tuple_(*map(sa.bindparam, names))
            where.append(key < cursor if descending else key > cursor)
        value = sa.null() if order is None else order
        statement = sa.select(main.c.id, main.c.version, main.c.body, value.label("order_value")).where(*where)
        statement = statement.order_by(*(key.desc() if descending else key for key in keys))
        if limited:
            statement = statement.limit(sa.bindparam("limit", type_=sa.Integer)).offset(sa.literal_column("0"))
        return compiled(statement, self._dialect)

    def _condition(self, number: int, field: str, op: str, count: int) -> ColumnElement[bool]:
        column = self.tables.column(field)
        if op == "any":
            return self._contains_any(field, value_names(f"w{number}", count))
        if op == "in":
            return one_of(column, value_names(f"w{number}", count))
        if op == "eq":
            return column.is_(None) if count == 0 else column == sa.bindparam(f"w{number}_0", type_=column.type)
        compare: Any = RANGES[op]
        compared: ColumnElement[bool] = compare(column, sa.bindparam(f"w{number}_0", type_=column.type))
        return compared

    @abstractmethod
    def _contains_any(self, field: str, names: Sequence[str]) -> ColumnElement[bool]:
        """Whether the array `field` holds one of the values bound to `names`."""

    def _sql(self, statement: sa.ClauseElement, names: Sequence[str]) -> str:
        result = compiled(statement, self._dialect)
        if result.names != tuple(names):
            msg = f"parameters {result.names} instead of {names}: {result.sql}"
            raise TypeError(msg)
        return result.sql


def value_names(stem: str, count: int) -> list[str]:
    """Names of the parameters of a list."""
    return [f"{stem}_{number}" for number in range(count)]


def one_of(column: ColumnElement[Any], names: Sequence[str]) -> ColumnElement[bool]:
    """`column IN (...)` over the values bound to `names`."""
    return column.in_([sa.bindparam(name, type_=column.type) for name in names])


def _shape(query: Query, cursor: SortKey | None, *, counting: bool) -> Shape:
    conditions = tuple((where.field, where.op, len(_listed(where))) for where in query.where)
    limited = query.limit is not None
    return (
        conditions,
        query.order_field,
        query.order is not None,
        query.descending,
        cursor is not None,
        limited,
        counting,
    )


def _listed(where: Where) -> list[Any]:
    """The values that a condition binds: none for `eq None`."""
    if isinstance(where.value, tuple):
        return filled(where.value)
    return [] if where.value is None else [where.value]


def _values(query: Query, cursor: SortKey | None) -> dict[str, Any]:
    values = {
        f"w{number}_{place}": value
        for number, where in enumerate(query.where)
        for place, value in enumerate(_listed(where))
    }
    if cursor is not None:
        values["after_value"], values["after_id"] = cursor
    if query.limit is not None:
        values["limit"] = query.limit + 1
    return values


def page_of(query: Query, rows: Sequence[Sequence[Any]]) -> Page:
    """The page that rows of (id, version, body, value of the order field) make; one row above the limit tells of a next."""
    records = tuple(Record(query.collection, row[0], row[1], row[2]) for row in rows[: query.limit])
    if query.limit is None or len(rows) <= query.limit:
        return Page(records)
    last = rows[query.limit - 1]
    return Page(records, encode_cursor(query, (last[3], last[0])))
