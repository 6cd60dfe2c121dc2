"""Parquet through DuckDB, in batches (extra `tables`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mystage.adapters.tables.lines import text_of
from mystage.application.ports.tables import Line, Table
from mystage.domain.errors import Malformed, Unavailable

_BATCH = 10_000


class ParquetFile:
    """One Parquet file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def table(self) -> Table:
        """The columns of its schema."""
        with self._connection() as connection:
            return Table(self.path, tuple(column[0] for column in self._select(connection, "LIMIT 0").description))

    def rows(self, table: Table) -> Iterator[Line]:
        """All rows; numbers as they are written in Python, dates as ISO 8601."""
        with self._connection() as connection:
            found, number = self._select(connection), 0
            while batch := found.fetchmany(_BATCH):
                for row in batch:
                    number += 1
                    yield Line(number, dict(zip(table.columns, map(text_of, row), strict=True)))

    def _connection(self) -> Any:
        try:
            import duckdb  # noqa: PLC0415  heavy, and only Parquet needs it
        except ImportError as error:
            raise Unavailable(
                "Parquet needs DuckDB", where=str(self.path), hint="pip install 'mystage[tables]'"
            ) from error
        return duckdb.connect(":memory:")

    def _select(self, connection: Any, limit: str = "") -> Any:
        import duckdb  # noqa: PLC0415  loaded above

        try:
            return connection.execute(f"SELECT * FROM read_parquet(?) {limit}", [str(self.path)])  # noqa: S608  no value of a user is in the text
        except duckdb.Error as error:
            raise Malformed(f"no Parquet file: {str(error).splitlines()[0]}", where=str(self.path)) from None
