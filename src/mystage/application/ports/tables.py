"""Tables: files of rows that come and go, read and written one row at a time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mystage.domain.resolution.additive import AdditiveModel


@dataclass(frozen=True, slots=True)
class Line:
    """One row: where it stands (a line of the text, or the number of a row, from 1) and its values as text."""

    number: int
    values: dict[str, str]


@dataclass(slots=True)
class Table:
    """What a file is: its columns, in order, and what had to be assumed to read it."""

    path: Path
    columns: tuple[str, ...]
    notes: list[str] = field(default_factory=list)
    """Sentences for the user: an encoding or a delimiter that was guessed, rows that were short."""

    def place(self, line: Line, column: str = "") -> str:
        """Where a value stands, as `file:line` or `file:line, column "name"`."""
        return f'{self.path}:{line.number}, column "{column}"' if column else f"{self.path}:{line.number}"


class RowWriter(Protocol):
    """Takes rows, one after the other."""

    @abstractmethod
    def write(self, row: Sequence[object]) -> None:
        """One row, in the order of the columns."""


class Tables(Protocol):
    """Files of rows, by what their names end in."""

    @abstractmethod
    def open(self, path: Path) -> Table:
        """The file's columns.

        Raises:
            NotFound: there is no such file.
            Malformed: it is empty, or not what its name says; the message names line and column.
            Unavailable: it cannot be read, or a library for it is not installed.
        """

    @abstractmethod
    def rows(self, table: Table) -> Iterator[Line]:
        """All rows, as they come; may be asked for again.

        Raises:
            Malformed: a row that cannot be read; `where` names file and line.
        """

    @abstractmethod
    def writing(self, path: Path, columns: Sequence[str]) -> AbstractContextManager[RowWriter]:
        """A CSV file that takes its place when all is written; nothing is left of it after an error."""


class Models(Protocol):
    """Pair models: those that ship with MyStage, and files."""

    @abstractmethod
    def shipped(self, kind: str) -> AdditiveModel:
        """The model of a kind. Raises NotFound where none ships."""

    @abstractmethod
    def load(self, path: Path) -> AdditiveModel:
        """A model file. Raises NotFound, or Malformed for a file that is none."""

    @abstractmethod
    def save(self, path: Path, model: AdditiveModel) -> None:
        """Write a model file whole. Raises Unavailable."""
