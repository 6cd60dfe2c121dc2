"""`resolve`: the rows of a file in, the cluster of each out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mystage.application.linkage.engines import Engines, prepare
from mystage.application.linkage.matching import Matches, streamed, surveyed
from mystage.application.linkage.measuring import measured
from mystage.application.linkage.reading import Progress, Troubles, prepared, sampled, told
from mystage.application.ports.tables import Table, Tables
from mystage.domain.errors import Invalid
from mystage.domain.resolution.additive import AdditiveModel, probability
from mystage.domain.resolution.engine import Engine
from mystage.domain.resolution.fields import Layout, answers_of, laid_out
from mystage.domain.resolution.generic.columns import Column
from mystage.domain.resolution.generic.engine import GenericEngine


@dataclass(slots=True)
class Resolved:
    """What was done."""

    records: int = 0
    clusters: int = 0
    duplicates: int = 0
    """Records that joined another's cluster."""
    compared: int = 0
    pairs: int = 0
    """Compared pairs that are likely enough to be written."""
    review: int = 0
    """Written pairs whose two records were not joined."""
    refined_keys: int = 0
    """Keys that too many records share: these were looked for under pairs of such keys."""
    fields: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    source_weight: float = 0.0
    measured: dict[str, float] = field(default_factory=dict)
    """Against a column of the true clusters: see `measuring`."""
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Gathered:
    """All records of a file, prepared."""

    engine: Engine
    layout: Layout
    ids: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    sides: list[Any] = field(default_factory=list)
    """None for a row that says nothing that can be compared: it is a cluster of its own."""
    truths: list[str] = field(default_factory=list)
    """The true cluster of each record, where the caller names their column."""


class ResolveTable:
    """The use case. Memory holds one prepared record a row."""

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
        pairs: Path | None = None,
        model: AdditiveModel | None = None,
        truth: str = "",
    ) -> Resolved:
        """Write `id,cluster_id` for each row to `out`, and the likely pairs with their reasons to `pairs`.

        `truth` names a column of the true clusters: it is no evidence, the result is measured against it.

        Raises:
            Invalid: columns that are missing, ids that stand twice, or a model of another kind.
            Malformed: a file or a row that cannot be read.
        """
        gathered, done = self.gather(path, kind=kind, maps=maps, model=model, progress=progress, truth=truth)
        engine, sides = gathered.engine, gathered.sides
        met = 0

        def meet(a: int, b: int) -> None:
            nonlocal met
            met += bool(gathered.truths[a]) and gathered.truths[a] == gathered.truths[b]

        watch = meet if truth else None
        if isinstance(engine, GenericEngine):
            matches = surveyed(engine, sides, gathered.sources, progress, watch)
        else:
            matches = streamed(engine, sides, progress, watch)
        clusters = matches.clusters
        done.compared, done.refined_keys, done.source_weight = matches.compared, matches.refined, matches.source_weight
        self._write(out, gathered, clusters, progress)
        done.records = len(sides)
        done.clusters = len(set(clusters))
        done.duplicates = done.records - done.clusters
        if truth:
            done.measured = measured(gathered.truths, clusters, met)
        if pairs is not None:
            self._write_pairs(pairs, gathered, matches, done)
        return done

    def gather(
        self,
        path: Path,
        *,
        kind: str,
        maps: tuple[str, ...],
        model: AdditiveModel | None,
        progress: Progress,
        truth: str = "",
    ) -> tuple[Gathered, Resolved]:
        """Read and prepare all rows; the column `truth` is left aside and kept beside."""
        if model is not None and model.kind != kind:
            raise Invalid(f"the model is of kind {model.kind}", where=model.version, hint=f"train one of kind {kind}")
        table = self._tables.open(path)
        if truth and truth not in table.columns:
            raise Invalid(f'there is no column "{truth}"', where="--truth", hint=", ".join(table.columns))
        samples = sampled(self._tables, table)
        layout = laid_out(kind, table.columns, maps, [*answers_of(samples), truth])
        fields, troubles = layout.fields | layout.compared, Troubles()
        done = Resolved(fields=fields, ignored=[name for name in table.columns if name not in fields.values()])
        gathered = self._gathered(table, layout, samples, model, troubles, progress)
        if truth:
            gathered.truths = [line.values[truth].strip() for line in self._tables.rows(table)]
        if not gathered.ids:
            done.notes.append("the file has no rows")
        done.notes += [*table.notes, *troubles.notes()]
        return gathered, done

    def _gathered(
        self,
        table: Table,
        layout: Layout,
        samples: dict[str, list[str]],
        model: AdditiveModel | None,
        troubles: Troubles,
        progress: Progress,
    ) -> Gathered:
        generic = layout.kind == "generic"
        columns: tuple[Column, ...] = ()
        if generic:
            by_name = {name: samples[column] for name, column in layout.compared.items()}
            columns = self._engines.columns(layout, [by_name], model)
        engine = None if generic else self._engines.of(layout.kind, model)
        ids: list[str] = []
        sources: list[str] = []
        sides: list[Any] = []
        seen: dict[str, int] = {}
        for line in told(progress, "reading", self._tables.rows(table)):
            row = layout.row(line.values)
            id_ = row["id"] = row.get("id", "").strip() or (
                f"row {line.number}" if "id" in layout.fields else str(len(ids) + 1)
            )
            if id_ in seen:
                raise Invalid(
                    f'the id "{id_}" stands in line {seen[id_]} already',
                    where=table.place(line, layout.fields.get("id", "")),
                    hint="name another column with --map id=COLUMN, or make the ids unique",
                )
            seen[id_] = line.number
            ids.append(id_)
            sources.append(row.get("source", "").strip())
            sides.append(prepare(row, columns) if engine is None else prepared(engine, row, table, line, troubles))
        made = engine if engine is not None else self._engines.generic(columns, sides, model)
        return Gathered(made, layout, ids, sources, sides)

    def _write(self, out: Path, gathered: Gathered, clusters: Sequence[int], progress: Progress) -> None:
        with self._tables.writing(out, ("id", "cluster_id")) as writer:
            for n, cluster in enumerate(clusters):
                writer.write((gathered.ids[n], gathered.ids[cluster]))
        progress("writing", len(clusters))

    def _write_pairs(self, out: Path, gathered: Gathered, matches: Matches, done: Resolved) -> None:
        engine, ids, sides = gathered.engine, gathered.ids, gathered.sides
        weight, clusters = matches.source_weight, matches.clusters
        with self._tables.writing(out, ("left", "right", "score", "match", "why")) as writer:
            for a, b, value in matches.pairs:
                same = bool(weight and gathered.sources[a] and gathered.sources[a] == gathered.sources[b])
                score, one = probability(value + (weight if same else 0.0)), clusters[a] == clusters[b]
                if score < 0.1 and not one:
                    continue
                done.pairs += 1
                done.review += not one
                why = "; ".join(reason.text for reason in engine.explain(sides[a], sides[b]).reasons[:5])
                writer.write((ids[a], ids[b], f"{score:.4f}", int(one), why))
