"""CSV in the wild: encodings and delimiters are told apart, broken rows are named."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from mystage.application.ports.tables import Line, Table
from mystage.domain.errors import Malformed

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_CHUNK = 1 << 20
_LONGEST = 1 << 26
"""Characters of one value (the csv module's own limit is 128 KiB)."""


def encoding_of(path: Path) -> tuple[str, list[str]]:
    """UTF-8 (with or without mark) or UTF-16 where the bytes are such, else Windows-1252, which is said."""
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", []
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        try:
            decoder.decode(head)
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252", [f"{path} is not UTF-8: read as Windows-1252 (Latin-1)"]
    return "utf-8-sig", []


class CsvFile:
    """One CSV file. The first row names the columns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding, self.notes = encoding_of(path)
        self.delimiter = ","
        csv.field_size_limit(_LONGEST)

    def table(self) -> Table:
        """Columns and delimiter, from the first row that holds anything."""
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            head = next((line for line in file if line.strip()), "")
        if not head:
            raise Malformed("the file is empty", where=str(self.path), hint="its first row must name the columns")
        self.delimiter = max(_DELIMITERS, key=lambda mark: (_outside(head, mark), mark == ","))
        if self.delimiter != ",":
            self.notes.append(f"columns are parted by {_DELIMITERS[self.delimiter]}s")
        return Table(self.path, self._columns(), self.notes)

    def _columns(self) -> tuple[str, ...]:
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            head = next(self._numbered(file), (1, []))[1]
        names = tuple(cell.strip() or f"column {n}" for n, cell in enumerate(head, 1))
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise Malformed(f'two columns are called "{twice[0]}"', where=f"{self.path}:1", hint="rename one of them")
        return names

    def rows(self, table: Table) -> Iterator[Line]:
        """All rows below the first; blank lines are passed over, short rows are filled and said."""
        short = 0
        width = len(table.columns)
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            found = self._numbered(file)
            next(found, None)
            for start, row in found:
                if len(row) > width:
                    self._check(row[width:], start, width)
                short += len(row) < width
                yield Line(start, dict(zip(table.columns, [*row, *[""] * (width - len(row))], strict=False)))
        if short:
            note = f"{short} rows had fewer values than columns; the rest counts as empty"
            if note not in table.notes:
                table.notes.append(note)

    def _numbered(self, file: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        """The line on which each row begins, and its values."""
        reader = csv.reader(file, delimiter=self.delimiter, strict=True)
        while True:
            start = reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                hint = "a quote that is opened must be closed, and a quote within quotes is written twice"
                raise Malformed(f"the row cannot be read: {error}", where=f"{self.path}:{start}", hint=hint) from None
            if row is None:
                return
            if any(cell.strip() for cell in row):
                yield start, row

    def _check(self, beyond: list[str], start: int, width: int) -> None:
        """Values beyond the last column are lost data, unless they are empty."""
        extra = next((cell for cell in beyond if cell.strip()), None)
        if extra is not None:
            raise Malformed(
                f'the row has {width + len(beyond)} values for {width} columns (too many: "{extra[:40]}")',
                where=f"{self.path}:{start}, column {width + 1}",
                hint="put quotes around a value that holds a delimiter",
            )


def _outside(line: str, mark: str) -> int:
    """How often a mark stands outside of quotes."""
    return sum(part.count(mark) for part in line.split('"')[::2])
