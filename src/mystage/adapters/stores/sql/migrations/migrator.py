"""What the tables are, what the declarations say they must be, and the steps between.

There are no scripts to write: Alembic compares the database with the declared collections and the difference is the
migration. Each one notes the declaration that it led to, so that a database can go back to an earlier one. Columns of
indexes are filled from the documents' bodies; documents are never dropped, going down neither.

Alembic is synchronous, so this runs on psycopg, in a thread; nothing of it is loaded when the schema is up to date.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata, produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import Operations, ops
from sqlalchemy.pool import NullPool

from mystage.adapters.stores.sql.declared import declared, index_values, note
from mystage.adapters.stores.sql.migrations.explaining import explained
from mystage.adapters.stores.sql.postgres.address import Address
from mystage.adapters.stores.sql.postgres.errors import translated
from mystage.adapters.stores.sql.postgres.text import from_stored, json_from_stored, to_stored
from mystage.adapters.stores.sql.schema import (
    SCHEMA_TABLE,
    SCHEMA_VERSION,
    CollectionTables,
    collection_tables,
    column_name,
    heads,
    system_tables,
)
from mystage.domain.errors import Invalid, MystageError, NotFound, Unavailable
from mystage.domain.schema import Collection, Index

_BATCH = 500
_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('mystage ' || current_schema()))")
_NOTES = sa.table(SCHEMA_TABLE, sa.column("name", sa.Text), sa.column("value", sa.Text))
_STEP = "migration:"


class Step(NamedTuple):
    """One migration that was done: its number (from 1) and the indexes of each collection that it led to."""

    number: int
    indexes: Mapping[str, tuple[Index, ...]]


class Migrator:
    """Brings the database at `address` to the declaration of `collections`, and back to earlier ones. Synchronous."""

    def __init__(self, address: Address, collections: Iterable[Collection[Any]]) -> None:
        self._address = address
        self._collections = {collection.name: collection for collection in collections}

    def upgrade(self) -> bool:
        """Do what is needed, in one transaction. Answers whether something was; Invalid for a database that is not ours."""
        with self._transaction() as connection:
            return self._migrate(connection, self._collections.values())

    def downgrade(self, number: int) -> None:
        """Go back to the declaration that migration `number` led to. Raises NotFound for one that was never done."""
        with self._transaction() as connection:
            step = next((step for step in _steps(connection) if step.number == number), None)
            if step is None:
                raise NotFound(f"there is no migration {number}", where=self._address.shown)
            known = [
                replace(self._collections[name], indexes=indexes)
                for name, indexes in step.indexes.items()
                if name in self._collections
            ]
            self._migrate(connection, known)

    def history(self) -> list[Step]:
        """The migrations that were done, oldest first."""
        with self._transaction() as connection:
            return _steps(connection) if _is_ours(connection) else []

    def drift(self) -> list[str]:
        """Where the tables are not what is declared, in words; nothing where all is as it must be."""
        metadata, _ = _declaration(self._collections.values())
        with self._transaction() as connection:
            return [explained(difference) for difference in compare_metadata(_context(connection, metadata), metadata)]

    def _migrate(self, connection: sa.Connection, collections: Iterable[Collection[Any]]) -> bool:
        metadata, tables = _declaration(collections)
        noted = self._noted(connection, metadata)
        if is_current(noted, tables):
            return False
        context = _context(connection, metadata)
        operations = Operations(context)
        for each in tables.values():
            _drop_changed(operations, each, noted.get(note(each)))
        script = produce_migrations(context, metadata)
        added = _apply(operations, script.upgrade_ops)
        for name, columns in added.items():
            if name in tables:
                _fill(connection, tables[name], columns)
        _write_notes(connection, tables)
        return True

    def _noted(self, connection: sa.Connection, metadata: sa.MetaData) -> dict[str, str]:
        """The notes on the schema. Raises Invalid where our names are taken, or a newer MyStage was here."""
        if not _is_ours(connection):
            taken = sorted(set(sa.inspect(connection).get_table_names()) & set(metadata.tables))
            if taken:
                raise Invalid(
                    f"another program has tables of these names here: {', '.join(taken)}"[:500],
                    where=self._address.shown,
                    hint="name another database, or a schema by `?options=-csearch_path%3DNAME`",
                )
            return {}
        noted = _notes(connection)
        check_version(noted, self._address)
        return noted

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        """One transaction that no other migration is in."""
        engine = sa.create_engine("postgresql+psycopg://", creator=self._connect, poolclass=NullPool)
        try:
            with engine.begin() as connection:
                connection.execute(_LOCK)
                yield connection
        except sa.exc.DBAPIError as error:
            if isinstance(error.orig, psycopg.OperationalError) and not error.orig.sqlstate:
                raise _away(self._address) from None  # the message holds the connection's parameters
            raise translated(error.orig or error, self._address) from error
        except psycopg.OperationalError:
            raise _away(self._address) from None
        finally:
            engine.dispose()

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._address.url, connect_timeout=10, application_name="mystage migrate")


def check_version(noted: Mapping[str, str], address: Address) -> None:
    """Raise Invalid for tables that a newer MyStage made."""
    if int(noted.get("schema_version", 0)) > SCHEMA_VERSION:
        raise Invalid(
            f"written by a newer MyStage (schema {noted['schema_version']}, this one knows {SCHEMA_VERSION})",
            where=address.shown,
            hint="update MyStage, or name another database",
        )


def is_current(noted: Mapping[str, str], tables: Mapping[str, CollectionTables]) -> bool:
    """Whether the notes say what is declared."""
    return noted.get("schema_version") == str(SCHEMA_VERSION) and all(
        noted.get(note(each)) == declared(each) for each in tables.values()
    )


def _away(address: Address) -> MystageError:
    return Unavailable(
        "the server is out of reach", where=address.shown, hint="check that the server runs and can be reached"
    )


def _declaration(collections: Iterable[Collection[Any]]) -> tuple[sa.MetaData, dict[str, CollectionTables]]:
    metadata = sa.MetaData()
    system_tables(metadata)
    heads(metadata)
    return metadata, collection_tables(collections, metadata, arrays=True)


def _context(connection: sa.Connection, metadata: sa.MetaData) -> MigrationContext:
    """Alembic's context, blind for tables that are not declared (other programs may share the schema)."""

    def ours(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or name in metadata.tables

    options = {"target_metadata": metadata, "compare_type": True, "include_name": ours}
    return MigrationContext.configure(connection, opts=options)


def _apply(operations: Operations, script: ops.UpgradeOps | None) -> dict[str, set[str]]:
    """Run the generated steps. Answers the columns that were added to tables, by table."""
    added: dict[str, set[str]] = {}
    for operation in _flat(script.ops if script is not None else ()):
        operations.invoke(operation)
        if isinstance(operation, ops.AddColumnOp):
            added.setdefault(operation.table_name, set()).add(operation.column.name)
    return added


def _flat(operations: Iterable[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    for operation in operations:
        if isinstance(operation, ops.OpContainer):
            yield from _flat(operation.ops)
        else:
            yield operation


def _drop_changed(operations: Operations, tables: CollectionTables, before: str | None) -> None:
    """Drop columns of indexes whose type changed; they are added anew, and filled."""
    if before is None:
        return
    was = {index.field: index for index in _indexes(before)}
    for index in tables.collection.indexes:
        if index.field in was and was[index.field] != index:
            operations.drop_column(tables.main.name, column_name(index.field))


def _fill(connection: sa.Connection, tables: CollectionTables, columns: set[str]) -> None:
    """Fill new columns from the bodies."""
    fields = [index.field for index in tables.collection.indexes if column_name(index.field) in columns]
    main = tables.main
    change = (
        main.update()
        .where(main.c.id == sa.bindparam("this"))
        .values({column_name(f): sa.bindparam(f"p_{column_name(f)}") for f in fields})
    )
    for rows in _batches(connection, main):
        found = [(id, index_values(tables, from_stored(id), json_from_stored(body.encode()))) for id, body in rows]
        connection.execute(
            change,
            [{"this": id} | {f"p_{column_name(f)}": _bound(values[f]) for f in fields} for id, values in found],
        )


def _bound(value: Any) -> Any:
    if isinstance(value, tuple):
        return [to_stored(item) for item in value]
    return to_stored(value) if isinstance(value, str) else value


def _batches(connection: sa.Connection, main: sa.Table) -> Iterator[list[tuple[str, str]]]:
    last = ""
    body = sa.cast(main.c.body, sa.Text)
    while rows := connection.execute(
        sa.select(main.c.id, body).where(main.c.id > last).order_by(main.c.id).limit(_BATCH)
    ).all():
        yield [(row[0], row[1]) for row in rows]
        last = rows[-1][0]


def _is_ours(connection: sa.Connection) -> bool:
    return sa.inspect(connection).has_table(SCHEMA_TABLE)


def _notes(connection: sa.Connection) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(sa.select(_NOTES.c.name, _NOTES.c.value))}


def _steps(connection: sa.Connection) -> list[Step]:
    parse: Callable[[str], Any] = json.loads
    return [
        Step(int(name.removeprefix(_STEP)), {c: _indexes(text) for c, text in parse(value).items()})
        for name, value in sorted(_notes(connection).items())
        if name.startswith(_STEP)
    ]


def _indexes(text: str) -> tuple[Index, ...]:
    return tuple(Index(*entry) for entry in json.loads(text))


def _write_notes(connection: sa.Connection, tables: Mapping[str, CollectionTables]) -> None:
    number = 1 + max((step.number for step in _steps(connection)), default=0)
    notes = {note(each): declared(each) for each in tables.values()}
    notes["schema_version"] = str(SCHEMA_VERSION)
    notes[f"{_STEP}{number:06}"] = json.dumps({name: declared(each) for name, each in tables.items()})
    connection.execute(_NOTES.delete().where(_NOTES.c.name.in_(list(notes))))
    connection.execute(_NOTES.insert(), [{"name": name, "value": value} for name, value in notes.items()])
