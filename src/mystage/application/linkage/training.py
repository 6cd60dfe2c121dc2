"""`resolution train`: a model from labelled pairs, or from the clusters of records.

Records: those of a sample of the clusters are labelled, each pair that holds one of them is known to be one or not;
the rest of the file is used without its labels, as a survey of words and as strangers. So few labels go far.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mystage.application.linkage.engines import Engines
from mystage.application.linkage.matching import CANDIDATES
from mystage.application.linkage.reading import Progress
from mystage.application.linkage.resolving import ResolveTable
from mystage.application.linkage.scoring import ScorePairs
from mystage.application.ports.tables import Models, Tables
from mystage.application.ports.training import Trainer
from mystage.domain.errors import Invalid
from mystage.domain.resolution.additive import AdditiveModel, Feature
from mystage.domain.resolution.engine import Engine
from mystage.domain.resolution.generic.engine import GenericEngine
from mystage.domain.resolution.generic.training import Lesson
from mystage.domain.resolution.index import MemoryIndex

YES = frozenset(("1", "1.0", "true", "yes", "y", "match", "same"))
NO = frozenset(("0", "0.0", "false", "no", "n", "nonmatch", "non-match", "different"))


@dataclass(slots=True)
class Trained:
    """What was learned from."""

    model: AdditiveModel
    pairs: int = 0
    positive: int = 0
    clusters: int = 0
    """Labelled clusters (training from records)."""
    right: float = 0.0
    """Share of the labelled pairs that the model decides as they are labelled."""
    fields: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Labelled:
    engine: Engine
    pairs: list[tuple[Any, Any]]
    labels: list[bool]
    groups: list[str]
    done: Trained


class TrainModel:
    """The use case."""

    def __init__(self, tables: Tables, engines: Engines, models: Models, trainer: Trainer) -> None:
        self._tables = tables
        self._engines = engines
        self._models = models
        self._trainer = trainer

    async def from_pairs(
        self, path: Path, out: Path, *, kind: str, progress: Progress, maps: tuple[str, ...] = (), split: str = ""
    ) -> Trained:
        """Learn from a file of labelled pairs; with `split` (`column=value,value`) from these rows only.

        Raises:
            Invalid: no column holds labels, a label is neither yes nor no, or too few of either.
        """
        pairs = ScorePairs(self._tables, self._engines).read(path, kind=kind, maps=maps, model=None)
        label = _label_column(pairs.left.ignored, pairs.table.columns)
        column, _, wanted = split.partition("=")
        if split and column not in pairs.table.columns:
            raise Invalid(f'there is no column "{column}"', where="--split", hint=", ".join(pairs.table.columns))
        values = frozenset(wanted.split(","))
        found = _Labelled(pairs.engine, [], [], [], _empty(pairs.engine))
        for line, a, b in ScorePairs(self._tables, self._engines).sides(pairs, progress):
            if a is None or b is None or (split and line.values[column] not in values):
                continue
            text = line.values[label].strip().casefold()
            if text not in YES | NO:
                raise Invalid(f'"{text}" is no label', where=pairs.table.place(line, label), hint="1 or 0")
            found.pairs.append((a, b))
            found.labels.append(text in YES)
            found.groups.append(str(line.number))
        found.done.fields = pairs.left.fields | pairs.left.compared
        return self._fit(found, kind, out, f"{len(found.labels)} pairs of {path.name}", progress)

    async def from_clusters(
        self,
        path: Path,
        out: Path,
        *,
        kind: str,
        truth: str,
        progress: Progress,
        sample: float = 1.0,
        seed: int = 0,
        maps: tuple[str, ...] = (),
    ) -> Trained:
        """Learn from records whose column `truth` names their cluster; `sample` of the clusters are labelled.

        The sample: clusters whose digest of `seed:cluster`, as a share of all digests, is below `sample`.

        Raises:
            Invalid: there is no such column, or the sample holds too few pairs.
        """
        steps = ResolveTable(self._tables, self._engines)
        maps = tuple(entry for entry in maps if entry.partition("=")[2] != truth)
        gathered, resolved = steps.gather(path, kind=kind, maps=maps, model=None, progress=progress, truth=truth)
        clusters = gathered.truths
        chosen = {cluster for cluster in clusters if cluster and _share(f"{seed}:{cluster}") < sample}
        found = _Labelled(gathered.engine, [], [], [], _empty(gathered.engine))
        for a, b in _around(gathered.engine, gathered.sides, [cluster in chosen for cluster in clusters], clusters):
            found.pairs.append((gathered.sides[a], gathered.sides[b]))
            found.labels.append(clusters[a] == clusters[b])
            found.groups.append(clusters[a] if clusters[a] in chosen else clusters[b])
        found.done.clusters = len(chosen)
        found.done.fields, found.done.notes = resolved.fields, resolved.notes
        return self._fit(found, kind, out, f"{len(chosen)} clusters of {path.name}", progress)

    def _fit(self, found: _Labelled, kind: str, out: Path, words: str, progress: Progress) -> Trained:
        engine = found.engine
        progress("learning", len(found.labels))
        lesson = Lesson(engine) if isinstance(engine, GenericEngine) else None
        features: Sequence[Feature] = lesson.features if lesson else getattr(engine, "features", ())
        if not features:
            raise Invalid(f"the kind {kind} cannot be trained yet", where="--kind", hint="generic can")
        rows = [lesson.levels(a, b) if lesson else engine.levels(a, b) for a, b in found.pairs]
        digest = hashlib.sha256(repr((features, rows, found.labels)).encode()).hexdigest()[:8]
        model = self._trainer.fit(
            kind, features, rows, found.labels, version=f"{kind}-{digest}", groups=found.groups
        )  # fmt: skip
        model = lesson.finished(model, words) if lesson else model
        done = found.done
        done.model, done.pairs, done.positive = model, len(found.labels), sum(found.labels)
        chances = [model.probability(row) for row in rows]
        done.right = sum((p >= model.match) == y for p, y in zip(chances, found.labels, strict=True)) / max(
            1, done.pairs
        )
        self._models.save(out, model)
        return done


def _around(
    engine: Engine, sides: Sequence[Any], labelled: Sequence[bool], clusters: Sequence[str]
) -> list[tuple[int, int]]:
    """The candidate pairs that hold a labelled record, and all pairs within labelled clusters."""
    index = MemoryIndex()
    for n, side in enumerate(sides):
        if side is not None:
            index.add(n, engine.keys(side))
    found: dict[tuple[int, int], None] = {}
    members: dict[str, list[int]] = {}
    for n, side in enumerate(sides):
        if side is None or not labelled[n]:
            continue
        for other in index.candidates(engine.query_keys(side), CANDIDATES + 1):
            if other != n:
                found[min(n, other), max(n, other)] = None
        for other in members.setdefault(clusters[n], []):
            found[other, n] = None
        members[clusters[n]].append(n)
    return list(found)


def _share(text: str) -> float:
    """A number from 0 to 1 that the text decides."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) / 16**12


def _label_column(answers: Sequence[str], columns: Sequence[str]) -> str:
    for name in ("label", "gold", "match", "is_match", "truth", "labels"):
        for column in answers:
            if column.casefold() == name:
                return column
    raise Invalid("no column holds the labels", where="pairs", hint=f"call it label; the file has {', '.join(columns)}")


def _empty(engine: Engine) -> Trained:
    return Trained(AdditiveModel(kind=engine.kind, version="", prior=0.0, terms=()))


__all__ = ["TrainModel", "Trained"]
