"""`resolve` and `resolution train`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from rich.console import Console

from mystage.containers.linkage import Linkage, undisturbed
from mystage.domain.errors import Invalid
from mystage.domain.resolution.additive import AdditiveModel
from mystage.entrypoints.cli.session import print_json


def table(
    file: Path,
    out: Path,
    *,
    kind: str,
    pairs: Path | None,
    maps: tuple[str, ...],
    model: Path | None,
    truth: str,
    json: bool,
) -> None:
    """The command."""
    tools = Linkage()
    with undisturbed(), _Progress(quiet=json) as progress:
        done = asyncio.run(
            tools.resolve().run(
                file, out, kind=kind, maps=maps, pairs=pairs, model=_model(tools, model), truth=truth, progress=progress
            )
        )
    _tell_columns(done.fields, done.ignored, done.notes, quiet=json)
    if json:
        print_json(
            {
                "records": done.records, "clusters": done.clusters, "duplicates": done.duplicates,
                "compared": done.compared, "pairs": done.pairs, "review": done.review, "refined_keys": done.refined_keys,
                "source_weight": done.source_weight,
                "measured": done.measured, "fields": done.fields, "ignored": done.ignored,
                "notes": done.notes, "out": str(out),
            }
        )  # fmt: skip
        return
    written = f"{out}" + (f" and {pairs}" if pairs else "")
    _say(
        f"{done.records:,} records are {done.clusters:,} things ({done.duplicates:,} duplicates); written to {written}"
    )
    for name, value in done.measured.items():
        _say(f"{name.replace('_', ' ')}: {value:.2%}")
    if pairs and done.review:
        _say(f"{done.review:,} pairs are likely, but were not joined: look for match 0 in {pairs}")


def score(file: Path, out: Path, *, kind: str, maps: tuple[str, ...], model: Path | None, json: bool) -> None:
    """The command."""
    tools = Linkage()
    with undisturbed(), _Progress(quiet=json) as progress:
        done = asyncio.run(
            tools.score().run(file, out, kind=kind, maps=maps, model=_model(tools, model), progress=progress)
        )
    _tell_columns(done.fields, done.ignored, done.notes, quiet=json)
    if json:
        print_json(
            {
                "pairs": done.pairs, "matches": done.matches, "fields": done.fields, "ignored": done.ignored,
                "notes": done.notes, "out": str(out),
            }
        )  # fmt: skip
        return
    _say(f"{done.pairs:,} pairs, {done.matches:,} of them one; written to {out}")


def train(
    labels: Path | None,
    out: Path,
    *,
    kind: str,
    clusters: Path | None,
    truth: str,
    sample: float,
    seed: int,
    split: str,
    maps: tuple[str, ...],
    json: bool,
) -> None:
    """The command."""
    trainer = Linkage().train()
    with undisturbed(), _Progress(quiet=json) as progress:
        if clusters is not None and labels is None:
            learning = trainer.from_clusters(
                clusters, out, kind=kind, truth=truth, sample=sample, seed=seed, maps=maps, progress=progress
            )
        elif labels is not None and clusters is None:
            learning = trainer.from_pairs(labels, out, kind=kind, maps=maps, split=split, progress=progress)
        else:
            raise Invalid("give labelled pairs, or records with --clusters", where="resolution train")
        done = asyncio.run(learning)
    if json:
        print_json(
            {
                "version": done.model.version, "pairs": done.pairs, "positive": done.positive, "clusters": done.clusters,
                "right": round(done.right, 4), "match": done.model.match, "fields": done.fields, "notes": done.notes,
                "out": str(out),
            }
        )  # fmt: skip
        return
    _say(
        f"Learned from {done.pairs:,} pairs ({done.positive:,} are one), of which {done.right:.1%} are decided as labelled; "
        f"written to {out}. Use it: mystage resolve FILE --kind {kind} --model {out}"
    )


def _model(tools: Linkage, path: Path | None) -> AdditiveModel | None:
    return tools.models().load(path) if path else None


def _tell_columns(fields: dict[str, str], ignored: Iterable[str], notes: Iterable[str], *, quiet: bool) -> None:
    """What was read as what, on standard error."""
    if quiet:
        return
    read = ", ".join(name if name == column else f"{name}={column}" for name, column in fields.items())
    sys.stderr.write(f"columns: {read}\n")
    if left := ", ".join(ignored):
        sys.stderr.write(f"not used as evidence: {left}\n")
    for note in notes:
        sys.stderr.write(f"note: {note}\n")


def _say(text: str) -> None:
    Console(soft_wrap=True).print(text, highlight=False, markup=False)


class _Progress:
    """One line on standard error that says how far it has come; silent where nobody watches."""

    def __init__(self, *, quiet: bool) -> None:
        console = Console(stderr=True)
        self._status = console.status("starting") if console.is_terminal and not quiet else None

    def __enter__(self) -> Self:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._status:
            self._status.stop()

    def __call__(self, what: str, count: int) -> None:
        if self._status:
            self._status.update(f"{what} {count:,}")
