"""The trainer finds weights that made the labels, keeps declared directions, and its scores are calibrated."""

from __future__ import annotations

import random

import pytest

from mystage.adapters.training import MonotoneTrainer
from mystage.domain.errors import Invalid
from mystage.domain.resolution.additive import MISSING, AdditiveModel, Feature, probability, rises

FEATURES = (
    Feature(name="name", rising=True),
    Feature(name="distance", rising=False, knots=(0, 50, 100)),
    Feature(name="noise"),
)


def _world(count: int, seed: int) -> tuple[list[list[int]], list[bool]]:
    chance = random.Random(seed)
    rows, labels = [], []
    for _ in range(count):
        name, far = chance.randint(0, 100), MISSING if chance.random() < 0.3 else chance.randint(0, 100)
        odds = 0.08 * (name - 50) - (0.05 * (far - 50) if far >= 0 else 0.0)
        rows.append([name, far, chance.randint(0, 100)])
        labels.append(chance.random() < probability(odds))
    return rows, labels


def _fit(count: int = 4_000, seed: int = 1) -> AdditiveModel:
    return MonotoneTrainer().fit("venue", FEATURES, *_world(count, seed), version="t")


def test_scores_are_calibrated_on_pairs_it_has_not_seen() -> None:
    model = _fit()
    rows, labels = _world(6_000, seed=2)
    scores = [model.probability(row) for row in rows]
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = [(s, y) for s, y in zip(scores, labels, strict=True) if low <= s < low + 0.2]
        assert abs(sum(s for s, _ in inside) - sum(y for _, y in inside)) / len(inside) < 0.05


def test_a_declared_direction_never_turns() -> None:
    name, distance, _ = _fit(300, seed=3).terms
    assert rises(name.points)
    assert rises(tuple((-x, y) for x, y in reversed(distance.points)))


def test_the_same_pairs_give_the_same_model() -> None:
    assert _fit(400) == _fit(400)


def test_a_model_survives_json_and_knows_its_features() -> None:
    model = AdditiveModel.model_validate_json(_fit(200).model_dump_json())
    assert model.checked(FEATURES) is model
    with pytest.raises(Invalid, match="noise"):
        model.checked(FEATURES[:2])


def test_too_few_labels_are_refused_with_their_numbers() -> None:
    with pytest.raises(Invalid, match="3 pairs are one and 40 are not"):
        MonotoneTrainer().fit("venue", FEATURES, [[0, 0, 0]] * 43, [True] * 3 + [False] * 40, version="t")
