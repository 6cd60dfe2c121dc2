"""Tables by the ending of their names; results as CSV."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from mystage.adapters.tables.delimited import CsvFile
from mystage.adapters.tables.lines import JsonLines
from mystage.adapters.tables.parquet import ParquetFile
from mystage.application.ports.tables import Line, RowWriter, Table, Tables
from mystage.domain.errors import Invalid, NotFound, Unavailable


class _File(Protocol):
    def table(self) -> Table: ...

    def rows(self, table: Table) -> Iterator[Line]: ...


_BY_ENDING: dict[str, Callable[[Path], _File]] = {
    ".csv": CsvFile,
    ".tsv": CsvFile,
    ".txt": CsvFile,
    ".jsonl": JsonLines,
    ".ndjson": JsonLines,
    ".parquet": ParquetFile,
}


class TableFiles(Tables):
    """See the port."""

    def __init__(self) -> None:
        self._open: dict[Path, _File] = {}

    def open(self, path: Path) -> Table:
        reader = _BY_ENDING.get(path.suffix.casefold())
        if reader is None:
            endings = ", ".join(_BY_ENDING)
            raise Invalid("a file of no kind that is known", where=str(path), hint=f"known endings: {endings}")
        try:
            if path.is_dir():
                raise Invalid("a folder, not a file", where=str(path))
            file = reader(path)
            table = file.table()
        except FileNotFoundError:
            raise NotFound("there is no such file", where=str(path)) from None
        except OSError as error:
            raise Unavailable(error.strerror or str(error), where=str(path)) from error
        self._open[path] = file
        return table

    def rows(self, table: Table) -> Iterator[Line]:
        return self._open[table.path].rows(table)

    @contextmanager
    def writing(self, path: Path, columns: Sequence[str]) -> Iterator[RowWriter]:
        part = path.with_name(path.name + ".part")
        try:
            with part.open("w", encoding="utf-8", newline="") as file:
                writer = _Csv(file)
                writer.write(columns)
                yield writer
            os.replace(part, path)  # noqa: PTH105  the standard way to let a file take another's place
        except OSError as error:
            part.unlink(missing_ok=True)
            raise Unavailable(error.strerror or str(error), where=str(path), hint="choose another place") from error
        except BaseException:
            part.unlink(missing_ok=True)
            raise


class _Csv(RowWriter):
    def __init__(self, file: Any) -> None:
        self._writer = csv.writer(file, lineterminator="\n")

    def write(self, row: Sequence[object]) -> None:
        self._writer.writerow(row)
