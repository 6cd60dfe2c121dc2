"""The tables: generated from the collections' declarations, plus those of tasks, counters, journal and change feed.

A collection is one table: `id`, `version`, `body` (the document's JSON), and one typed column per index. In SQLite an
array index keeps its values as a JSON text in that column and, for contains-any, one row per value in a side table.
In PostgreSQL it is a `text[]` under a GIN index, the body is JSONB, and text is ordered by code point (collation "C").
Instants of tasks and journal are integers: microseconds since 1970 UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from mystage.domain.errors import Invalid
from mystage.domain.schema import Collection, Index

SCHEMA_VERSION = 1
"""Of the layout itself; the declarations' columns come and go without it."""
SCHEMA_TABLE = "mystage_schema"
_OWN = ("tasks", "counters", "journal", "changes", "feed", "streams", SCHEMA_TABLE)
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_ARRAY = sa.Text().with_variant(postgresql.ARRAY(sa.Text(collation="C")), "postgresql")
_BODY = sa.LargeBinary().with_variant(postgresql.JSONB(), "postgresql")
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {"text": TEXT, "integer": sa.BigInteger(), "real": sa.Double()}


@dataclass(frozen=True)
class CollectionTables:
    """The tables of one collection: the main one, and (SQLite) the side tables of its array indexes by field."""

    collection: Collection[Any]
    main: sa.Table
    sides: dict[str, sa.Table]

    def column(self, field: str) -> sa.Column[Any]:
        """The column of an index."""
        return self.main.c[column_name(field)]


def column_name(field: str) -> str:
    """The column of an indexed field: its own name, but for the three that every table has."""
    return f"{field}_" if field in ("id", "version", "body") else field


def collection_tables(
    collections: Iterable[Collection[Any]], metadata: sa.MetaData | None = None, *, arrays: bool = False
) -> dict[str, CollectionTables]:
    """The tables of `collections` by name. Raises Invalid for a name that the store needs itself.

    `arrays`: the database has arrays of its own, so that they need no side tables.
    """
    metadata = sa.MetaData() if metadata is None else metadata
    return {collection.name: _tables(collection, metadata, arrays=arrays) for collection in collections}


def _tables(collection: Collection[Any], metadata: sa.MetaData, *, arrays: bool) -> CollectionTables:
    name = collection.name
    if name in _OWN:
        raise Invalid("a collection cannot have this name", where=name, hint="the store keeps a table of its own there")
    main = sa.Table(
        name,
        metadata,
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        *(_column(index) for index in collection.indexes),
        sa.Column("body", _BODY, nullable=False),  # last: SQLite reads a row up to the column that it needs
    )
    for index in collection.indexes:
        if not index.array:
            sa.Index(f"{name}__by_{index.field}", main.c[column_name(index.field)], main.c.id)
        elif arrays:
            sa.Index(f"{name}__by_{index.field}", main.c[column_name(index.field)], postgresql_using="gin")
    sides = {} if arrays else {i.field: _side(name, i, metadata) for i in collection.indexes if i.array}
    return CollectionTables(collection, main, sides)


def _column(index: Index) -> sa.Column[Any]:
    return sa.Column(column_name(index.field), _ARRAY if index.array else _TYPES[index.type])


def _side(name: str, index: Index, metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        f"{name}__{index.field}",
        metadata,
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )


def system_tables(metadata: sa.MetaData | None = None) -> tuple[sa.Table, ...]:
    """Tables of the store itself."""
    metadata = sa.MetaData() if metadata is None else metadata
    return _tasks(metadata), *_others(metadata)


def heads(metadata: sa.MetaData) -> tuple[sa.Table, ...]:
    """Where PostgreSQL counts: the change feed's last sequence (one row) and every stream's. SQLite has one writer."""
    feed = sa.Table(
        "feed",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    streams = sa.Table(
        "streams",
        metadata,
        sa.Column("stream", TEXT, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    return feed, streams


def _tasks(metadata: sa.MetaData) -> sa.Table:
    """`ready` is 1 once a claim may take the task, as noticed by the last one that looked; `visible_at` says when it may.

    Two partial indexes keep a claim's cost apart from how many tasks wait, are delayed or leased.
    """
    tasks = sa.Table(
        "tasks",
        metadata,
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("id", TEXT, nullable=False, unique=True),
        sa.Column("queue", TEXT, nullable=False),
        sa.Column("payload", TEXT, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("not_before", sa.BigInteger),
        sa.Column("ready_at", sa.BigInteger, nullable=False),
        sa.Column("visible_at", sa.BigInteger, nullable=False),
        sa.Column("ready", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
        sa.Column("token", TEXT),
        sa.Column("worker", TEXT, nullable=False, server_default=""),
        sa.Column("trace", TEXT, nullable=False),
        sa.Column("first_failed_at", sa.BigInteger),
        sa.Column("error", TEXT, nullable=False, server_default=""),
    )
    ready, waiting = sa.text("ready = 1"), sa.text("ready = 0")
    sa.Index(
        "tasks__ready", tasks.c.queue, tasks.c.priority, tasks.c.ready_at, sqlite_where=ready, postgresql_where=ready
    )
    sa.Index("tasks__waiting", tasks.c.queue, tasks.c.visible_at, sqlite_where=waiting, postgresql_where=waiting)
    return tasks


def _others(metadata: sa.MetaData) -> tuple[sa.Table, ...]:
    counters = sa.Table(
        "counters",
        metadata,
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    journal = sa.Table(
        "journal",
        metadata,
        sa.Column("stream", TEXT, primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    changes = sa.Table(  # one row per commit: `body` is a JSON list of [collection, id, created]
        "changes",
        metadata,
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    schema = sa.Table(
        SCHEMA_TABLE,
        metadata,
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("value", TEXT, nullable=False),
    )
    return counters, journal, changes, schema
