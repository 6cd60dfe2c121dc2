"""The peers of `benchmarks/resolution.py --peers`, set up as a competent user would who has no labels.

Splink: its own comparisons for names, phones and positions, four blocking rules, parameters by its own estimation,
clusters at a probability of 0.95. dedupe: trained on 200 labelled pairs, clusters at its default threshold of 0.5.
"""

# ruff: noqa: PLC0415  peers are of the group `bench`: without them the rest of the benchmark runs
from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable
from itertools import combinations
from typing import Any, NamedTuple

from benchmarks.resolution_data import Records

LABELS = 200
_NOT_WORD = re.compile(r"[^a-z0-9]+")


class Peer(NamedTuple):
    """A name, and what gives the cluster of each record."""

    name: str
    run: Callable[[Records], list[int]]


def splink(records: Records) -> list[int]:
    """Splink on DuckDB; the estimation's random draws have a seed."""
    import pyarrow as pa
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink import comparison_library as compare

    logging.getLogger("splink").setLevel(logging.ERROR)
    frame = pa.Table.from_pylist([_plain(row, n) for n, row in enumerate(records.rows)])
    rules = [block_on("phone"), block_on("website"), block_on("name", "town"), block_on("street", "town")]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            compare.JaroWinklerAtThresholds("name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            compare.JaroWinklerAtThresholds("street", [0.92, 0.8]),
            compare.ExactMatch("town").configure(term_frequency_adjustments=True),
            compare.ExactMatch("phone"),
            compare.ExactMatch("website"),
            compare.DistanceInKMAtThresholds("lat", "lon", [0.2, 1, 20]),
        ],
    )
    linker = Linker(DuckDBAPI().register(frame), settings, log_level=logging.ERROR)
    training = linker.training
    training.estimate_probability_two_random_records_match(rules[:1] + rules[2:3], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("phone"), block_on("name", "town")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.95)
    of = {row["id"]: row["cluster_id"] for row in found.as_record_list()}
    return [int(of[n]) for n in range(len(records.rows))]


def dedupe(records: Records) -> list[int]:
    """The library dedupe with 200 labelled pairs of the set's own clusters, half of them one."""
    import dedupe as library
    from dedupe import variables

    rows = {n: _plain(row, n) for n, row in enumerate(records.rows)}
    data = {n: {name: row[name] for name in ("name", "street", "town", "phone")} for n, row in rows.items()}
    settings = [variables.String("name"), variables.String("street", has_missing=True)]
    settings += [variables.String("town", has_missing=True), variables.Exact("phone", has_missing=True)]
    linker = library.Dedupe(settings, num_cores=1, in_memory=True)
    linker.prepare_training(data, sample_size=min(len(data), 1500))
    linker.mark_pairs(_labelled(records, data))
    linker.train(recall=1.0)
    found = [0] * len(data)
    for number, (members, _) in enumerate(linker.partition(data, 0.5)):
        for n in members:
            found[n] = number
    return found


def _labelled(records: Records, data: dict[int, Any]) -> Any:
    rng = random.Random(1)
    groups: dict[str, list[int]] = {}
    for n, cluster in enumerate(records.truth):
        groups.setdefault(cluster, []).append(n)
    same = [pair for group in groups.values() for pair in combinations(group, 2)]
    other: list[tuple[int, int]] = []
    while len(other) < LABELS // 2:
        a, b = rng.sample(range(len(data)), 2)
        if records.truth[a] != records.truth[b]:
            other.append((a, b))
    one = rng.sample(same, min(len(same), LABELS // 2))
    return {"match": [(data[a], data[b]) for a, b in one], "distinct": [(data[a], data[b]) for a, b in other]}


def timed(peer: Peer, records: Records) -> tuple[list[int], float]:
    """Its clusters and the processor seconds of this process (all its threads)."""
    start = time.process_time()
    return peer.run(records), time.process_time() - start


def _plain(row: dict[str, str], n: int) -> dict[str, Any]:
    """What a careful user would do to the columns first: lower case, punctuation off, digits of phones."""
    text = {key: _NOT_WORD.sub(" ", row.get(key, "").lower()).strip() or None for key in ("name", "street")}
    site = re.sub(r"^https?://(www\.)?", "", row.get("website", "").lower()).rstrip("/")
    return {
        "id": n,
        **text,
        "town": row.get("locality", "").lower().strip() or None,
        "phone": re.sub(r"\D", "", row.get("phone", ""))[-10:] or None,
        "website": site or None,
        "lat": float(row["lat"]) if row.get("lat") else None,
        "lon": float(row["lon"]) if row.get("lon") else None,
    }


PEERS = (Peer("Splink", splink), Peer("dedupe (200 labels)", dedupe))
