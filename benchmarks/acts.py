"""Artists and performances: precision, recall and calibration by class, on generated records of words not trained on.

`python benchmarks/acts.py` prints the table; `--train` first fits the models that ship (minutes) and writes them.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.acts.artists import Told, make_artists, tell_artists
from tests.support.acts.pairs import Pairs, pairs_of
from tests.support.acts.shows import make_shows, tell_shows
from tests.support.acts.words import Vocabulary

from mystage.adapters.models import ModelFiles
from mystage.adapters.training import MonotoneTrainer
from mystage.domain.resolution.additive import AdditiveModel, Feature, Term
from mystage.domain.resolution.artists.engine import ArtistEngine
from mystage.domain.resolution.artists.features import FEATURES as ARTIST
from mystage.domain.resolution.performances.engine import PerformanceEngine
from mystage.domain.resolution.performances.features import FEATURES as PERFORMANCE

MODELS = Path(__file__).resolve().parent.parent / "src" / "mystage" / "models" / "resolution"
TRAIN_SEED, TEST_SEED = 11, 12
PRECISION = {"artist": 0.995, "performance": 0.9915}
"""What the automatic threshold must reach on the training pairs; the bar is 0.99."""
VERSION = "1"


@dataclass(frozen=True)
class Sample:
    """Records, their pairs, and the class of each record's truth."""

    name: str
    told: Told
    pairs: Pairs
    classes: dict[str, tuple[str, str]]
    """Truth -> its class, and the truth that it is easily taken for."""


def artists(seed: int, half: int, count: int, engine: Any) -> list[Sample]:
    """Generated artists."""
    rng = random.Random(seed)
    made = make_artists(count, rng, Vocabulary(half))
    told = tell_artists(made, rng)
    return [Sample("artist", told, pairs_of(engine, told), {a.id: (a.of or "plain", a.near) for a in made})]


def performances(seed: int, half: int, count: int, engine: Any) -> list[Sample]:
    """Generated performances, told in words alone and with resolved venues and artists."""
    rng = random.Random(seed)
    made = make_shows(count, rng, Vocabulary(half))
    classes = {show.id: (show.kind, "") for show in made}
    samples = []
    for name, resolved in (("performance in words", False), ("performance resolved", True)):
        told = tell_shows(made, rng, resolved=resolved)
        samples.append(Sample(name, told, pairs_of(engine, told), classes))
    return samples


Make = Callable[[int, int, int, Any], list[Sample]]
KINDS: dict[str, tuple[type, Sequence[Feature], Make]] = {
    "artist": (ArtistEngine, ARTIST, artists),
    "performance": (PerformanceEngine, PERFORMANCE, performances),
}


def train(kind: str, count: int) -> AdditiveModel:
    """The model of a kind, from the training seed and vocabulary, with its threshold."""
    make_engine, features, make = KINDS[kind]
    blank = AdditiveModel(
        kind=kind, version="0", prior=0, terms=tuple(Term(feature=f.name, points=((0, 0),)) for f in features)
    )
    engine = make_engine(blank)
    rows, labels, groups = [], [], []
    for sample in make(TRAIN_SEED, 0, count, engine):
        for (a, b), label in zip(sample.pairs.pairs, sample.pairs.labels, strict=True):
            if engine.rule(sample.pairs.sides[a], sample.pairs.sides[b]) is None:
                rows.append(engine.levels(sample.pairs.sides[a], sample.pairs.sides[b]))
                labels.append(label)
                groups.append(sample.told.truth[a])
        for a, b in strangers(sample) if kind == "performance" else ():
            if engine.rule(sample.pairs.sides[a], sample.pairs.sides[b]) is None:
                rows.append(engine.levels(sample.pairs.sides[a], sample.pairs.sides[b]))
                labels.append(False)
                groups.append(sample.told.truth[a])
    model = (
        MonotoneTrainer()
        .fit(kind, features, rows, labels, version=f"{kind}-{VERSION}", groups=groups, seed=1)
        .grounded()
    )
    match = threshold([model.probability(row) for row in rows], labels, PRECISION[kind])
    about = f"{len(rows)} generated pairs (tests/support/acts, seed {TRAIN_SEED}, first half of the words), {sum(labels)} of them one"
    return AdditiveModel.model_validate(model.model_dump() | {"match": match, "trained_on": about})


def strangers(sample: Sample) -> list[tuple[int, int]]:
    """Pairs that share no key though they are told side by side: what tells nights of a stand or stops of a tour apart.

    Pairs of files may hold such, and without them the model would never see two days.
    """
    known = set(sample.pairs.pairs)
    truth = sample.told.truth
    return [
        (a, b)
        for a in range(len(truth))
        for b in range(a + 1, min(a + 4, len(truth)))
        if truth[a] != truth[b] and (a, b) not in known
    ]


def threshold(scores: Sequence[float], labels: Sequence[bool], precision: float) -> float:
    """The lowest score, rounded up to a hundredth, from which on the share of true pairs is at least `precision`."""
    for step in range(80, 100):
        taken = [label for score, label in zip(scores, labels, strict=True) if score >= step / 100]
        if taken and sum(taken) / len(taken) >= precision:
            return step / 100
    return 0.99


def report(sample: Sample, engine: Any) -> None:
    """Print one sample's lines."""
    start = time.process_time()
    scores = [engine.probability(sample.pairs.sides[a], sample.pairs.sides[b]) for a, b in sample.pairs.pairs]
    spent = 1e6 * (time.process_time() - start) / len(scores)
    labels, match = sample.pairs.labels, engine.match
    missed = len(sample.pairs.missed)
    precision, recall = measures(scores, labels, match, missed)
    low, high = bootstrap(sample, scores, match)
    print(
        f"{sample.name}: {len(sample.pairs.sides)} records, {len(scores)} pairs, {sum(labels) + missed} of them one; threshold {match:.2f}"
    )
    print(
        f"  pairs completeness {sample.pairs.completeness:.4f}, largest block {sample.pairs.largest}, {spent:.1f} us CPU a pair"
    )
    print(
        f"  precision {precision:.4f} [{low[0]:.4f}, {high[0]:.4f}]  recall {recall:.4f} [{low[1]:.4f}, {high[1]:.4f}]"
    )
    asked = [label for score, label in zip(scores, labels, strict=True) if engine.model.possible <= score < match]
    print(
        f"  to review {len(asked)} ({sum(asked)} of them one); calibration error {calibration_error(scores, labels):.4f}"
    )
    for name, (wrong, apart) in by_class(sample, scores, match).items():
        print(f"    not the same, {name}: {wrong} of {apart} joined")
    for name, (found, total) in by_way(sample, scores, match).items():
        print(f"    the same, {name}: {found} of {total} joined ({found / total:.3f})")


def measures(scores: Sequence[float], labels: Sequence[bool], match: float, missed: int) -> tuple[float, float]:
    """Precision and recall of the pairs joined."""
    taken = [label for score, label in zip(scores, labels, strict=True) if score >= match]
    return sum(taken) / max(1, len(taken)), sum(taken) / max(1, sum(labels) + missed)


def bootstrap(
    sample: Sample, scores: Sequence[float], match: float, rounds: int = 200
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The 95 % intervals of precision and recall, things drawn with replacement."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for (a, _), score, label in zip(sample.pairs.pairs, scores, sample.pairs.labels, strict=True):
        count = counts[sample.told.truth[a]]
        count[0] += score >= match and label
        count[1] += score >= match
        count[2] += label
    for a, _ in sample.pairs.missed:
        counts[sample.told.truth[a]][2] += 1
    rng = random.Random(3)
    things = list(counts.values())
    drawn = []
    for _ in range(rounds):
        right, taken, true = map(sum, zip(*rng.choices(things, k=len(things)), strict=True))
        drawn.append((right / max(1, taken), right / max(1, true)))
    first, second = sorted(d[0] for d in drawn), sorted(d[1] for d in drawn)
    cut = rounds // 40
    return (first[cut], second[cut]), (first[-cut - 1], second[-cut - 1])


def calibration_error(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The expected calibration error over ten bins of equal width."""
    bins: defaultdict[int, float] = defaultdict(float)
    for score, label in zip(scores, labels, strict=True):
        bins[min(9, int(10 * score))] += score - label
    return sum(map(abs, bins.values())) / len(scores)


def by_class(sample: Sample, scores: Sequence[float], match: float) -> dict[str, tuple[int, int]]:
    """Of pairs that are not one, by the hard case they are: how many are joined, and how many there are."""
    wrong: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for (a, b), score, label in zip(sample.pairs.pairs, scores, sample.pairs.labels, strict=True):
        if not label:
            name = _class(sample, sample.told.truth[a], sample.told.truth[b])
            total[name] += 1
            wrong[name] += score >= match
    return {name: (wrong[name], total[name]) for name in sorted(total)}


def _class(sample: Sample, a: str, b: str) -> str:
    (class_a, near_a), (class_b, near_b) = sample.classes[a], sample.classes[b]
    if sample.name == "artist":
        return class_a if near_a == b else class_b if near_b == a else "others"
    return class_b if class_a == "plain" else class_a


def by_way(sample: Sample, scores: Sequence[float], match: float) -> dict[str, tuple[int, int]]:
    """Of pairs that are one, by what was done to one of them: how many are joined, and how many there are."""
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    told = sample.told
    for (a, b), score, label in zip(sample.pairs.pairs, scores, sample.pairs.labels, strict=True):
        if label:
            name = _way(told, a, b)
            total[name] += 1
            found[name] += score >= match
    for a, b in sample.pairs.missed:
        total[_way(told, a, b)] += 1
    return {name: (found[name], total[name]) for name in sorted(total)}


def _way(told: Told, a: int, b: int) -> str:
    ways = {told.ways[a], told.ways[b]} - {"plain"}
    return "plain" if not ways else ways.pop() if len(ways) == 1 else "two changes"


def main() -> None:
    """Train where asked, then print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", action="store_true", help="fit and write the models that ship")
    parser.add_argument("--count", type=int, default=4000, help="artists, or performances")
    parser.add_argument("--kind", choices=sorted(KINDS), action="append")
    options = parser.parse_args()
    for kind in options.kind or sorted(KINDS):
        make_engine, _, make = KINDS[kind]
        if options.train:
            model = train(kind, options.count)
            (MODELS / f"{kind}.json").write_text(model.model_dump_json(indent=1) + "\n", "utf-8")
        engine = make_engine(ModelFiles().shipped(kind))
        for sample in make(TEST_SEED, 1, options.count, engine):
            report(sample, engine)


if __name__ == "__main__":
    main()
