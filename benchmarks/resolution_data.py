"""The labelled sets of venues and places in one form, and the rule that parts training from test halves.

Sets are read in place below `../shared`; generated venues are made by its tool in a temporary folder. Halves: the
clusters (of pairs: the rows) in sorted order, shuffled with seed 7; the first half trains, the second tests.
"""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

SHARED = Path(__file__).resolve().parents[2] / "shared"
DATASETS = SHARED / "datasets"
_SEED = 7


class Records(NamedTuple):
    """Records and the true cluster of each."""

    name: str
    rows: list[dict[str, str]]
    truth: list[str]


class Pairs(NamedTuple):
    """Pairs and whether each is one."""

    name: str
    left: list[dict[str, str]]
    right: list[dict[str, str]]
    truth: list[bool]


_GENERATED = {
    "rid": "id", "name": "name", "street": "street", "city": "locality", "state": "region", "zip": "postal_code",
    "lat": "lat", "lon": "lon", "phone": "phone", "website": "website", "source": "source",
}  # fmt: skip
_GUIDES = {"rid": "id", "name": "name", "address": "street", "city": "locality", "phone": "phone", "source": "source"}
_SETTLEMENTS = {"id": "id", "label": "name", "lat": "lat", "lon": "lon", "srcId": "source"}
_OVERTURE = {
    "id": "id", "name": "name", "addr_freeform": "street", "addr_locality": "locality", "addr_region": "region",
    "addr_postcode": "postal_code", "addr_country": "country", "phone": "phone", "website": "website",
}  # fmt: skip
_MORE = {"category": "category", "social": "social"}
_DIRECTORIES = {
    "ID": "id", "name": "name", "address": "street", "city": "locality", "zipcode": "postal_code",
    "latitude": "lat", "longitude": "lon",
}  # fmt: skip


def generated(count: int, seed: int, folder: Path) -> Records:
    """Generated venues."""
    file = folder / f"venues_{count}_{seed}.csv"
    if not file.exists():
        tool = SHARED / "tools" / "gen_venues.py"
        subprocess.run(
            [sys.executable, str(tool), str(count), str(seed), str(file)], check=True, stdout=subprocess.DEVNULL
        )
    return _records(f"generated {count}", file, _GENERATED, "cluster")


def guides() -> Records:
    """Fodors-Zagat."""
    return _records("Fodors-Zagat", DATASETS / "fodors_zagat.csv", _GUIDES, "cluster")


def settlements() -> Records:
    """Geographic settlements of four sources."""
    return _records("settlements", DATASETS / "geo_settlements.csv", _SETTLEMENTS, "recId")


def overture(*, more: bool = False) -> Pairs:
    """Overture's conflation study; `more`: with categories and social profiles."""
    columns = _OVERTURE | _MORE if more else _OVERTURE
    return _pairs("Overture" + (" (with categories)" if more else ""), DATASETS / "overture_pairs.csv", columns)


def directories() -> Pairs:
    """Yelp-Zomato."""
    return _pairs("Yelp-Zomato", DATASETS / "yelp_zomato_pairs.csv", _DIRECTORIES)


def training_clusters(truth: Sequence[str]) -> set[str]:
    """The clusters of the training half."""
    names = sorted(set(truth))
    random.Random(_SEED).shuffle(names)
    return set(names[: len(names) // 2])


def halves(pairs: Pairs) -> tuple[Pairs, Pairs]:
    """The training and the test half of pairs."""
    order = list(range(len(pairs.truth)))
    random.Random(_SEED).shuffle(order)
    train = set(order[: len(order) // 2])
    return _picked(pairs, train), _picked(pairs, set(order) - train)


def _picked(pairs: Pairs, which: set[int]) -> Pairs:
    kept = sorted(which)
    return Pairs(
        pairs.name,
        [pairs.left[n] for n in kept],
        [pairs.right[n] for n in kept],
        [pairs.truth[n] for n in kept],
    )


def _records(name: str, file: Path, columns: dict[str, str], truth: str) -> Records:
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    return Records(name, [{to: row[at] for at, to in columns.items()} for row in rows], [row[truth] for row in rows])


def _pairs(name: str, file: Path, columns: dict[str, str]) -> Pairs:
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    left, right = (
        [{to: row[side + at] for at, to in columns.items()} | {"id": side + row[side + _id(columns)]} for row in rows]
        for side in ("l_", "r_")
    )
    return Pairs(name, left, right, [row["label"] == "1" for row in rows])


def _id(columns: dict[str, str]) -> str:
    return next(at for at, to in columns.items() if to == "id")
