"""Trains the generic model that ships.

usage: `python benchmarks/generic_model.py [OUT.json] [--without SET]...`

Only training parts are seen: of pair sets the rows of `split` train and valid (Overture has none: a half of the rows by
a digest), of clustered sets a half of the clusters by a digest, and generated venues of a seed of their own. Each set
counts alike. `--without` leaves a set out, to see how the model does on data it has never met.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mystage.adapters.models import ModelFiles
from mystage.adapters.training import MonotoneTrainer
from mystage.domain.resolution.fields import answers_of, laid_out, sides_of
from mystage.domain.resolution.generic.columns import columns_of
from mystage.domain.resolution.generic.features import FEATURES, levels
from mystage.domain.resolution.generic.keys import keys
from mystage.domain.resolution.generic.records import prepare, surveyed
from mystage.domain.resolution.generic.training import MATCH, POSSIBLE
from mystage.domain.resolution.index import MemoryIndex
from mystage.domain.values import evolve

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared"
SHIPPED = Path(__file__).resolve().parents[1] / "src/mystage/models/resolution/generic.json"
PAIRS = ("itunes_amazon", "itunes_amazon_dirty", "overture_pairs", "yelp_zomato_pairs")
CLUSTERS = {
    "fodors_zagat": ("rid", "cluster", "source"),
    "geo_settlements": ("id", "recId", "srcId"),
    "musicbrainz20k": ("rid", "cluster", "source"),
    "venues": ("rid", "cluster", "source"),
}
EACH = 2_000.0
"""What each set weighs, in rows."""
STRANGERS = 12_000
"""Pairs that are not one, kept of a clustered set (their weight makes up for the rest)."""
VENUES = ("6000", "771")
"""Records and seed of the generated venues; benchmarks of venues use other seeds."""

Rows = tuple[list[list[int]], list[bool], list[str], list[float]]


def share(text: str) -> float:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 16**8


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def from_pairs(name: str) -> Rows:
    rows = read(SHARED / "datasets" / f"{name}.csv")
    answers = answers_of({column: [row[column] for row in rows] for column in rows[0]})
    left, right = sides_of([column for column in rows[0] if column not in answers])
    layout = laid_out("generic", [column for column in left if column in right], [])
    names = list(layout.compared)
    sides = [[{n: row[side[n]] for n in names} for side in (left, right)] for row in rows]
    columns = columns_of({n: [side[n] for pair in sides for side in pair] for n in names})
    records = [[prepare(side, columns) for side in pair] for pair in sides]
    different = {(r.texts, r.numbers, r.days, r.codes): r for pair in records for r in pair}
    survey = surveyed(different.values(), columns)
    chosen = [
        n for n, row in enumerate(rows)
        if (row["split"] != "test" if "split" in row else share(f"{name}:{n}") < 0.5)
    ]  # fmt: skip
    found = [levels(*records[n], survey, columns) for n in chosen]
    return found, [rows[n]["label"] == "1" for n in chosen], [f"{name}:{n}" for n in chosen], [1.0] * len(chosen)


def from_clusters(name: str, file: Path) -> Rows:
    id_, truth, source = CLUSTERS[name]
    rows = read(file)
    layout = laid_out("generic", list(rows[0]), [f"id={id_}", f"source={source}"], [truth])
    columns = columns_of({n: [row[n] for row in rows[:4_000]] for n in layout.compared})
    records = [prepare(layout.row(row), columns) for row in rows]
    survey = surveyed(records, columns)
    index, pairs = MemoryIndex(), []
    half = [share(f"half:{row[truth]}") < 0.5 for row in rows]
    for n, record in enumerate(records):
        if half[n]:
            pairs += [(m, n) for m in index.candidates(keys(record, survey, query=True), 25) if half[m]]
        index.add(n, keys(record, survey))
    one = [pair for pair in pairs if rows[pair[0]][truth] == rows[pair[1]][truth]]
    other = sorted(set(pairs) - set(one), key=lambda pair: share(f"{pair}"))
    kept = other[:STRANGERS]
    found = [levels(records[a], records[b], survey, columns) for a, b in one + kept]
    groups = [f"{name}:{rows[a][truth]}" for a, _ in one + kept]
    return (
        found,
        [True] * len(one) + [False] * len(kept),
        groups,
        [1.0] * len(one) + [len(other) / len(kept)] * len(kept),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", type=Path, default=SHIPPED)
    parser.add_argument("--without", action="append", default=[], choices=[*PAIRS, *CLUSTERS])
    args = parser.parse_args(arguments)
    all_: list[list[Any]] = [[], [], [], []]
    with tempfile.TemporaryDirectory() as folder:
        venues = Path(folder) / "venues.csv"
        subprocess.run(
            [sys.executable, SHARED / "tools/gen_venues.py", *VENUES, venues], check=True, capture_output=True
        )
        for name in (*PAIRS, *CLUSTERS):
            if name in args.without:
                continue
            file = venues if name == "venues" else SHARED / "datasets" / f"{name}.csv"
            found = from_pairs(name) if name in PAIRS else from_clusters(name, file)
            factor = EACH / sum(found[3])
            print(f"{name}: {len(found[1])} pairs, {sum(found[1])} of them one")
            for part, values in zip(all_, (*found[:3], [factor * w for w in found[3]]), strict=True):
                part.extend(values)
    rows, labels, groups, weights = all_
    digest = hashlib.sha256(repr((FEATURES, rows, labels)).encode()).hexdigest()[:8]
    model = MonotoneTrainer().fit(
        "generic", FEATURES, rows, labels, version=f"generic-{digest}", weights=weights, groups=groups
    )
    told = (
        f"training parts of {', '.join(n for n in (*PAIRS, *CLUSTERS) if n not in args.without)}: {len(labels)} pairs"
    )
    ModelFiles().save(args.out, evolve(model, match=MATCH, possible=POSSIBLE, trained_on=told))
    print(f"{args.out}: {told}")


if __name__ == "__main__":
    main()
