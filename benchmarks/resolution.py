"""How well and how fast venues and places are resolved: `python benchmarks/resolution.py [--full] [--peers]`.

Prints, for each set: precision, recall and F1 at the shipped model's own threshold with a 95 % interval (bootstrap over
true clusters or pairs, 200 draws), and for streams the time of a record (CPU of this process). Rows "test half" leave
out everything that the shipped model was trained on. `--full`: 100,000 and 1,000,000 generated venues in place of 20,000.
`--peers`: Splink and dedupe (group `bench`) on the same records, with their processor time as a multiple of ours.
"""

from __future__ import annotations

import gc
import random
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks import resolution_data as data
from benchmarks.resolution_peers import PEERS, Peer, timed

from mystage.adapters.models import ModelFiles
from mystage.domain.resolution.incremental import Clusterer
from mystage.domain.resolution.venues.comparing import VenueEngine

DRAWS = 200
Counts = tuple[int, int, int]
"""True pairs found, pairs found, true pairs."""


def main() -> int:
    """Print the table."""
    engine = VenueEngine(ModelFiles().shipped("venue"))
    full = "--full" in sys.argv
    print(f"model {engine.model.version}, match at {engine.match}")
    with tempfile.TemporaryDirectory() as folder:
        for count, seed in ((100_000, 1), (1_000_000, 2)) if full else ((20_000, 1),):
            stream(engine, data.generated(count, seed, Path(folder)))
        if "--peers" in sys.argv:
            compared(engine, data.generated(100_000 if full else 5_000, 1, Path(folder)), PEERS[:1])
            compared(engine, data.guides(), PEERS)
            compared(engine, data.settlements(), PEERS[:1])
        perturbed(engine, data.generated(20_000, 5, Path(folder)))
    for records in (data.guides(), data.settlements()):
        found = stream(engine, records)
        test = set(records.truth) - data.training_clusters(records.truth)
        keep = [n for n, cluster in enumerate(records.truth) if cluster in test]
        report("  test half", counts([found[n] for n in keep], [records.truth[n] for n in keep]))
    for pairs in (data.overture(), data.overture(more=True), data.directories()):
        for what, half in (("all", pairs), ("test half", data.halves(pairs)[1])):
            score_pairs(engine, half, what)
    return 0


def compared(engine: VenueEngine, records: data.Records, peers: Sequence[Peer]) -> None:
    """Ours and peers on the same records: F1 with its interval, processor seconds."""
    ours = Peer("ours", lambda rows: clusters_of(engine, rows))
    found, seconds = timed(ours, records)
    report(f"{records.name}: ours, {seconds:.1f} s (CPU)", counts(found, records.truth))
    for peer in peers:
        found, took = timed(peer, records)
        name = f"{records.name}: {peer.name}, {took:.1f} s (CPU, {took / seconds:.1f} x ours)"
        report(name, counts(found, records.truth))


def clusters_of(engine: VenueEngine, records: data.Records) -> list[int]:
    """The cluster of each record after the last pass."""
    clusterer = Clusterer(engine)
    for row in records.rows:
        clusterer.add(engine.prepare(row))
    clusterer.repair()
    return list(clusterer.cluster_of)


def stream(engine: VenueEngine, records: data.Records) -> list[int]:
    """Resolve records one by one, then the last pass; print both results; the clusters."""
    clusterer = Clusterer(engine)
    took = []
    gc.collect()
    gc.freeze()
    gc.disable()  # as the tool does: nothing here is cyclic, and a full collection would pause every record behind it
    start = time.process_time()
    for row in records.rows:
        before = time.process_time()
        clusterer.add(engine.prepare(row))
        took.append(time.process_time() - before)
    streamed = time.process_time() - start
    online = list(clusterer.cluster_of)
    clusterer.repair()
    total = time.process_time() - start
    gc.enable()
    last = sorted(took[-100_000:])
    ms = [1e3 * last[int(len(last) * share)] for share in (0.5, 0.99)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{records.name}: {len(took)} records in {streamed:.1f} s and the last pass in {total - streamed:.1f} s (CPU); "
        f"p50 {ms[0]:.3f} ms, p99 {ms[1]:.3f} ms, max {1e3 * max(took):.1f} ms; peak of the process {memory:.0f} MB"
    )
    report("  as they came", counts(online, records.truth))
    report("  after the last pass", counts(list(clusterer.cluster_of), records.truth))
    return list(clusterer.cluster_of)


def perturbed(engine: VenueEngine, records: data.Records) -> None:
    """The same venues with whole columns missing: what another file may not have."""
    for gone in (("lat", "lon"), ("phone", "website"), ("region", "postal_code", "source"), ("street",)):
        rows = [row | dict.fromkeys(gone, "") for row in records.rows]
        stream(engine, data.Records(f"{records.name} without {', '.join(gone)}", rows, records.truth))


def counts(found: Sequence[int], truth: Sequence[str]) -> list[Counts]:
    """For each true cluster: its pairs found, the pairs found of its records (shared ones halved up), its pairs."""
    sizes = Counter(found)
    of: dict[str, Counter[int]] = defaultdict(Counter)
    for cluster, true in zip(found, truth, strict=True):
        of[true][cluster] += 1
    result = []
    for parts in of.values():
        size = parts.total()
        hit = sum(n * (n - 1) // 2 for n in parts.values())
        wrong = sum(n * (sizes[cluster] - n) for cluster, n in parts.items())
        result.append((2 * hit, 2 * hit + wrong, size * (size - 1)))
    return result


def report(what: str, each: list[Counts]) -> None:
    """Print precision, recall, F1 and the interval of F1."""
    rng = random.Random(1)
    draws = 40 if len(each) > 50_000 else DRAWS
    low, high = interval([f1(*_sum(rng.choices(each, k=len(each)))) for _ in range(draws)])
    hit, said, true = _sum(each)
    print(
        f"{what}: P {hit / max(1, said):.4f} R {hit / max(1, true):.4f} F1 {f1(hit, said, true):.4f} [{low:.4f}, {high:.4f}]"
    )


def _sum(each: Sequence[Counts]) -> Counts:
    a, b, c = (sum(column) for column in zip(*each, strict=True))
    return a, b, c


def f1(hit: int, said: int, true: int) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * hit / (said + true) if said + true else 0.0


def interval(values: list[float]) -> tuple[float, float]:
    """The middle 95 %."""
    ranked = sorted(values)
    return ranked[int(0.025 * len(ranked))], ranked[int(0.975 * len(ranked))]


def score_pairs(engine: VenueEngine, pairs: data.Pairs, what: str) -> None:
    """F1 at the threshold, calibration error over ten bins, F1 when a perfect judge answers the least certain 25 %."""
    sides = zip(map(engine.prepare, pairs.left), map(engine.prepare, pairs.right), strict=True)
    scores = [engine.probability(a, b) for a, b in sides]
    said = [score >= engine.match for score in scores]
    doubt = [abs(score - engine.match) for score in scores]
    asked = set(sorted(range(len(scores)), key=doubt.__getitem__)[: len(scores) // 4])
    judged = [truth if n in asked else said[n] for n, truth in enumerate(pairs.truth)]
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for score, truth in zip(scores, pairs.truth, strict=True):
        bins[min(9, int(score * 10))].append((score, truth))
    error = sum(abs(sum(s for s, _ in b) - sum(t for _, t in b)) for b in bins.values()) / len(scores)
    unsure = sum(engine.model.possible <= score < engine.match for score in scores) / len(scores)
    print(f"{pairs.name}, {what}: {len(scores)} pairs, calibration error {error:.4f}, to review {unsure:.1%}")
    for name, calls in (("  alone", said), ("  least certain quarter judged", judged)):
        report(name, [(int(c and t), int(c), int(t)) for c, t in zip(calls, pairs.truth, strict=True)])


if __name__ == "__main__":
    raise SystemExit(main())
