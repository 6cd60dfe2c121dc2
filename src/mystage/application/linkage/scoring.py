"""`resolve score`: two records a row in, how likely they are one out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mystage.application.linkage.engines import Engines, prepare
from mystage.application.linkage.reading import Progress, Troubles, prepared, sampled, told
from mystage.application.ports.tables import Line, Table, Tables
from mystage.domain.errors import Invalid
from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.engine import Engine
from mystage.domain.resolution.fields import Layout, answers_of, laid_out, sides_of
from mystage.domain.resolution.generic.records import Record


@dataclass(slots=True)
class ScoredTable:
    """What was done."""

    pairs: int = 0
    matches: int = 0
    fields: dict[str, str] = field(default_factory=dict)
    """Field -> column of the left record."""
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PairsRead:
    """A file of pairs, ready to be gone through."""

    engine: Engine
    left: Layout
    right: Layout
    table: Table
    troubles: Troubles


class ScorePairs:
    """The use case. For the generic kind, memory holds one prepared record for each different side."""

    def __init__(self, tables: Tables, engines: Engines) -> None:
        self._tables = tables
        self._engines = engines

    async def run(
        self,
        path: Path,
        out: Path,
        *,
        kind: str,
        progress: Progress,
        maps: tuple[str, ...] = (),
        model: AdditiveModel | None = None,
    ) -> ScoredTable:
        """Write `score,match,why` for each row to `out`, in order.

        Raises:
            Invalid: columns that are not in pairs or missing, or a model of another kind.
            Malformed: a file or a row that cannot be read.
        """
        pairs = self.read(path, kind=kind, maps=maps, model=model)
        done = ScoredTable(fields=pairs.left.fields | pairs.left.compared, ignored=pairs.left.ignored)
        engine = pairs.engine
        with self._tables.writing(out, ("score", "match", "why")) as writer:
            for _, a, b in self.sides(pairs, progress):
                done.pairs += 1
                if a is None or b is None:
                    writer.write(("0.0000", 0, "one of the two says nothing that can be compared"))
                    continue
                scored = engine.explain(a, b)
                match = scored.score >= engine.match and not scored.apart
                done.matches += match
                why = "; ".join(reason.text for reason in scored.reasons[:5])
                writer.write((f"{scored.score:.4f}", int(match), why))
        done.notes += [*pairs.table.notes, *pairs.troubles.notes()]
        return done

    def read(self, path: Path, *, kind: str, maps: tuple[str, ...], model: AdditiveModel | None) -> PairsRead:
        """The layouts of both sides and the engine."""
        if model is not None and model.kind != kind:
            raise Invalid(f"the model is of kind {model.kind}", where=model.version, hint=f"train one of kind {kind}")
        table = self._tables.open(path)
        samples = sampled(self._tables, table)
        answers = answers_of(samples)
        left, right = _layouts(kind, table.columns, maps, answers)
        left.ignored = [*answers, *sorted({n for n in left.ignored if n not in table.columns})]
        if kind != "generic":
            return PairsRead(self._engines.of(kind, model), left, right, table, Troubles())
        by_name = [{name: samples[column] for name, column in side.compared.items()} for side in (left, right)]
        columns = self._engines.columns(left, by_name, model)
        different: dict[Any, Record] = {}
        for line in self._tables.rows(table):
            for side in (left, right):
                record = prepare(side.row(line.values), columns)
                different.setdefault((record.texts, record.numbers, record.days, record.codes), record)
        return PairsRead(self._engines.generic(columns, different.values(), model), left, right, table, Troubles())

    def sides(self, pairs: PairsRead, progress: Progress) -> Iterator[tuple[Line, Any, Any]]:
        """Both records of each row, prepared; None for a side that says nothing."""
        for line in told(progress, "scoring", self._tables.rows(pairs.table)):
            found = []
            for name, layout in (("left", pairs.left), ("right", pairs.right)):
                row = layout.row(line.values)
                # without ids and sources, the two are records of two sources
                row["id"] = f"{name} {row.get('id') or line.number}"
                row["source"] = row.get("source") or name
                found.append(prepared(pairs.engine, row, pairs.table, line, pairs.troubles))
            yield line, found[0], found[1]


def _layouts(kind: str, columns: tuple[str, ...], maps: tuple[str, ...], answers: list[str]) -> tuple[Layout, Layout]:
    """The layouts of both sides. `--map left.F=C` and `right.F=C` name one side's column, `F=NAME` both by their name."""
    explicit: dict[str, list[str]] = {"left": [], "right": []}
    common: list[str] = []
    for entry in maps:
        side, dot, rest = entry.partition(".")
        if dot and side in explicit:
            explicit[side].append(rest)
        else:
            common.append(entry)
    named = {entry.partition("=")[2] for side in explicit.values() for entry in side}
    rest_ = [name for name in columns if name not in answers and name not in named]
    try:
        pair = sides_of(rest_)
    except Invalid:
        if not named or common:
            raise
        pair = ({}, {})
    both = pair[0].keys() & pair[1].keys()
    found = []
    for side, mine in zip(("left", "right"), pair, strict=True):
        by_name = {name: column for name, column in mine.items() if name in both}
        layout = laid_out(
            kind, [*by_name, *columns], [*explicit[side], *common], [*answers, *(set(columns) - named - by_name.keys())]
        )
        layout.fields = {name: by_name.get(column, column) for name, column in layout.fields.items()}
        layout.compared = {name: by_name.get(column, column) for name, column in layout.compared.items()}
        found.append(layout)
    if found[0].compared.keys() != found[1].compared.keys():
        odd = sorted(found[0].compared.keys() ^ found[1].compared.keys())
        raise Invalid(f'only one side has "{odd[0]}"', where="--map", hint="name the column of both sides")
    return found[0], found[1]
