"""Many new documents at once by COPY: the server takes them in half the time of an INSERT (measured: 12 us and 19 us each).

COPY knows no ON CONFLICT: where an id is taken it fails as a whole, and the caller writes the same by INSERT, which
can tell which one it was.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from mystage.adapters.stores.sql.postgres.connections import Connection
from mystage.adapters.stores.sql.postgres.statements import PostgresStatements
from mystage.adapters.stores.sql.postgres.text import array_literal, json_to_stored, to_stored
from mystage.application.ports.documents import Put
from mystage.application.ports.querying import stored_values
from mystage.domain.schema import IndexValue

BULK = 100
"""From so many new documents of one collection on, COPY is the quicker way."""
_PIECE = 100  # documents of one message: the server reads them while the next are made
_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_SPACES = bytes.maketrans(b"\n\r\t", b"   ")


async def copy_in(connection: Connection, statements: PostgresStatements, puts: Sequence[Put]) -> None:
    """Write documents that must not exist yet. Raises asyncpg's UniqueViolationError where one does."""
    await connection.copy_to_table(
        statements.tables.main.name, source=_pieces(statements, puts), columns=statements.stored_columns
    )


async def _pieces(statements: PostgresStatements, puts: Sequence[Put]) -> AsyncIterator[bytes]:
    collection = statements.tables.collection
    for start in range(0, len(puts), _PIECE):
        yield b"".join([line(put, stored_values(put, collection)) for put in puts[start : start + _PIECE]])


def line(put: Put, values: Mapping[str, IndexValue]) -> bytes:
    """A document in COPY's text format: id, version 1, the index values, the body."""
    columns = [
        value if type(value) is str and value.isprintable() and "\\" not in value else _column(value)
        for value in (put.id, *values.values())
    ]
    columns[0] += "\t1"
    return "\t".join(columns).encode() + _json(put.body)


def _column(value: IndexValue) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return to_stored(value).translate(_ESCAPED)
    return array_literal(tuple(map(to_stored, value))).translate(_ESCAPED) if isinstance(value, tuple) else repr(value)


def _json(body: bytes) -> bytes:
    """A body between its tab and the end of its line. Between JSON's tokens a tab or line break is a space."""
    stored = json_to_stored(body)
    if b"\\" in stored:
        stored = stored.replace(b"\\", b"\\\\")
    if b"\n" in stored or b"\r" in stored or b"\t" in stored:
        stored = stored.translate(_SPACES)
    return b"\t%b\n" % stored
