"""Pairs of records that share a key, labelled by the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from tests.support.acts.artists import Told

from mystage.domain.resolution.engine import Engine

BLOCK = 60
"""Records beyond which a key is not used (counted in `lost`)."""


@dataclass
class Pairs:
    """Prepared records, and their pairs by place with the truth."""

    sides: list[Any]
    pairs: list[tuple[int, int]]
    labels: list[bool]
    missed: list[tuple[int, int]]
    """Pairs that are one and share no key."""
    largest: int
    """Records of the largest block."""

    @property
    def completeness(self) -> float:
        """The share of true pairs that share a key."""
        found = sum(self.labels)
        return found / max(1, found + len(self.missed))


def pairs_of(engine: Engine, told: Told) -> Pairs:
    """All pairs of the records that share a key."""
    sides = [engine.prepare(row) for row in told.rows]
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for n, side in enumerate(sides):
        for key in engine.keys(side):
            blocks[key].append(n)
    found = sorted({pair for block in blocks.values() if len(block) <= BLOCK for pair in combinations(block, 2)})
    labels = [told.truth[a] == told.truth[b] for a, b in found]
    true = _true_pairs(told.truth)
    return Pairs(sides, found, labels, sorted(true - set(found)), max(map(len, blocks.values())))


def _true_pairs(truth: Sequence[str]) -> set[tuple[int, int]]:
    members: defaultdict[str, list[int]] = defaultdict(list)
    for n, id in enumerate(truth):
        members[id].append(n)
    return {pair for ids in members.values() for pair in combinations(ids, 2)}
