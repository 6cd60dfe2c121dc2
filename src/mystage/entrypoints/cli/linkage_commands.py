"""The groups `resolve` and `resolution`: what each command takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from mystage.entrypoints.cli.options import Json

_FILE = "table"


class _DefaultGroup(TyperGroup):
    """A group whose first command is meant where none is named: `resolve FILE` is `resolve table FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [_FILE, *args]
        return super().parse_args(ctx, args)


resolve = typer.Typer(
    cls=_DefaultGroup,
    help="Find which records of a file are one: `mystage resolve FILE --kind venue`. No catalogue is needed.\n\n"
    "FILE is CSV (.csv, .tsv, .txt), JSON lines (.jsonl, .ndjson) or Parquet. `resolve FILE` is short for `resolve table FILE`.",
    no_args_is_help=True,
)
resolution = typer.Typer(help="The models behind `resolve`: train them on your own labels.", no_args_is_help=True)

Kind = Annotated[str, typer.Option("--kind", metavar="venue|artist|performance|generic", help="What the records are.")]
Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FIELD=COLUMN",
        help="Which column holds a field (id, name, street, ...); may be repeated. Columns with common names are found "
        "without it. Generic: NAME=COLUMN, with a kind as NAME:KIND=COLUMN or COLUMN:KIND "
        "(text, category, number, duration, date, code, lat, lon). Pairs: left.FIELD=COLUMN and right.FIELD=COLUMN.",
    ),
]
ModelFile = Annotated[
    Path | None, typer.Option("--model", metavar="FILE", help="A model of `mystage resolution train`; nothing: ours.")
]


@resolve.command(_FILE, short_help="Cluster the records of a file.")
def resolve_table(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The records, one a row.")],
    kind: Kind,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write id,cluster_id.")] = Path(
        "clusters.csv"
    ),
    pairs: Annotated[
        Path | None,
        typer.Option("--pairs", metavar="FILE", help="Where to write left,right,score,match,why of likely pairs."),
    ] = None,
    map_: Maps = None,
    model: ModelFile = None,
    truth: Annotated[
        str,
        typer.Option("--truth", metavar="COLUMN", help="Measure the result against this column of true clusters."),
    ] = "",
    json: Json = False,
) -> None:
    """Find which records of a file are one, and write the cluster of each. The file stays as it is.

    Columns that hold an answer (cluster, gold, split, a label of 0 and 1) are never used as evidence.
    """
    from mystage.entrypoints.cli import linkage

    linkage.table(file, out, kind=kind, pairs=pairs, maps=tuple(map_ or ()), model=model, truth=truth, json=json)


@resolve.command("score", short_help="Score pairs of records, one pair a row.")
def resolve_score(
    file: Annotated[Path, typer.Argument(metavar="PAIRS", help="Two records a row: l_name, r_name, ...")],
    kind: Kind,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write score,match,why.")] = Path(
        "scored.csv"
    ),
    map_: Maps = None,
    model: ModelFile = None,
    json: Json = False,
) -> None:
    """Say of each pair how likely its two records are one, and why; rows stay in order.

    Sides are told by prefixes or suffixes: l_/r_, left_/right_, ltable_/rtable_, a_/b_, _1/_2, _a/_b, _x/_y.
    """
    from mystage.entrypoints.cli import linkage

    linkage.score(file, out, kind=kind, maps=tuple(map_ or ()), model=model, json=json)


@resolution.command("train", short_help="Learn a model from your own labels.")
def resolution_train(
    labels: Annotated[
        Path | None,
        typer.Argument(metavar="[LABELS]", help="Labelled pairs: two records a row and a column label (1, 0)."),
    ] = None,
    kind: Kind = "generic",
    clusters: Annotated[
        Path | None,
        typer.Option("--clusters", metavar="FILE", help="Instead of pairs: records with a column of their cluster."),
    ] = None,
    truth: Annotated[str, typer.Option("--truth", metavar="COLUMN", help="The column of the cluster.")] = "cluster",
    sample: Annotated[
        float, typer.Option("--sample", min=0.0001, max=1.0, help="Share of the clusters whose labels are used.")
    ] = 1.0,
    seed: Annotated[int, typer.Option("--seed", help="Another sample.")] = 0,
    split: Annotated[
        str,
        typer.Option(
            "--split", metavar="COLUMN=VALUE,...", help="Use only these rows of the pairs (split=train,valid)."
        ),
    ] = "",
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The model file to write.")] = Path("model.json"),
    map_: Maps = None,
    json: Json = False,
) -> None:
    """Learn a model from labelled pairs, or from records whose clusters are known; use it with `resolve --model`."""
    from mystage.entrypoints.cli import linkage

    linkage.train(
        labels, out, kind=kind, clusters=clusters, truth=truth, sample=sample, seed=seed, split=split,
        maps=tuple(map_ or ()), json=json,
    )  # fmt: skip
