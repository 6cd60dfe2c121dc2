"""Reading rows for an engine: the layout of a file, its sample, and what is done with values that cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from mystage.application.ports.tables import Line, Table, Tables
from mystage.domain.errors import Invalid
from mystage.domain.resolution.engine import Engine

SAMPLE = 4_000
"""Rows from which the kinds of columns are told."""
EVERY = 5_000
"""Rows between two words on progress."""

Progress = Callable[[str, int], None]
"""Called with what is done and how far it has come."""


@dataclass(slots=True)
class Troubles:
    """Values that could not be used: counted by field, the first of each told with its place."""

    first: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, field_: str, place: str, message: str) -> None:
        """One value."""
        self.counts[field_] = self.counts.get(field_, 0) + 1
        self.first.setdefault(field_, f"{place}: {message}")

    def notes(self) -> list[str]:
        """A sentence for each field."""
        return [f"{count} unusable values of {name}, such as {self.first[name]}" for name, count in self.counts.items()]


def sampled(tables: Tables, table: Table) -> dict[str, list[str]]:
    """Column -> values of the first rows."""
    samples: dict[str, list[str]] = {name: [] for name in table.columns}
    for line in islice(tables.rows(table), SAMPLE):
        for name, value in line.values.items():
            samples[name].append(value)
    return samples


def prepared(engine: Engine, row: Mapping[str, str], table: Table, line: Line, troubles: Troubles) -> Any | None:
    """The record of a row; a value that cannot be used is left out and noted. None where nothing usable is left."""
    row = dict(row)
    for _ in range(len(row) + 1):
        try:
            return engine.prepare(row)
        except Invalid as error:
            troubles.add(error.where or "the row", table.place(line, error.where), error.message)
            if not row.get(error.where):
                return None
            row[error.where] = ""
    return None


def told(progress: Progress, what: str, lines: Iterable[Line]) -> Iterable[Line]:
    """The lines as they are, with a word on progress now and then."""
    number = 0
    for number, line in enumerate(lines, 1):
        if number % EVERY == 0:
            progress(what, number)
        yield line
    progress(what, number)
