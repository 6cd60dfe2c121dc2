"""Clusters that grow record by record, and a last pass that puts right what the order of arrival did."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mystage.domain.resolution.engine import Engine, Index
from mystage.domain.resolution.index import MemoryIndex
from mystage.domain.resolution.linking import LOWEST, Edges, average_link, groups


@dataclass(frozen=True, slots=True)
class Limits:
    """When records join; chances are probabilities of the kind's model."""

    join: float = 0.5
    """The average chance with the members of a cluster (of log-odds) at which a record joins it."""
    bridge: float = 0.9
    """The average chance that a record must have with both of two clusters before it may join them."""
    keep: float = 0.02
    """Pairs at or above this are remembered for the last pass."""
    candidates: int = 25
    """A record is compared with at most so many others that share keys with it."""
    members: int = 8
    """A record is compared with at most so many members of a cluster."""
    group: int = 120
    """The last pass leaves groups of more records as they are."""


class Clusterer:
    """Clusters of records that are added one by one: each is compared with the likes of it and joins, founds or bridges.

    Records are numbered in the order in which they come; a cluster has the number of its first record.
    """

    def __init__(self, engine: Engine, limits: Limits | None = None, index: Index | None = None) -> None:
        self._engine = engine
        self._limits = limits or Limits(join=engine.match, bridge=max(0.9, engine.match))
        self._index = index or MemoryIndex()
        self._join_odds, self._bridge_odds = logit(self._limits.join), logit(self._limits.bridge)
        self._sides: list[Any] = []
        self._members: dict[int, list[int]] = {}
        self._left, self._right, self._odds = array("i"), array("i"), array("f")
        self.cluster_of = array("i")
        """The cluster of each record so far."""

    def add(self, side: Any) -> int:
        """The cluster of a prepared record."""
        n = len(self._sides)
        near: dict[int, dict[int, float]] = {}
        keep = self._limits.keep
        for other in self._index.candidates(self._engine.query_keys(side), self._limits.candidates):
            chance = self._engine.probability(side, self._sides[other])
            if chance >= keep:
                near.setdefault(self.cluster_of[other], {})[other] = odds = logit(chance)
                self._left.append(n)
                self._right.append(other)
                self._odds.append(odds)
        self._sides.append(side)
        self.cluster_of.append(n)
        self._index.add(n, self._engine.keys(side))
        return self._place(n, near) if near else n

    def alone(self) -> int:
        """A record that says nothing that can be compared: a cluster of its own."""
        self._sides.append(None)
        self.cluster_of.append(n := len(self.cluster_of))
        return n

    def links(self) -> Iterator[tuple[int, int, float]]:
        """The pairs that were worth remembering: two records, the earlier one first, and their log-odds."""
        return ((b, a, odds) for a, b, odds in zip(self._left, self._right, self._odds, strict=True))

    def sides(self, a: int, b: int) -> tuple[Any, Any]:
        """Two records, to explain them."""
        return self._sides[a], self._sides[b]

    def _place(self, n: int, near: dict[int, dict[int, float]]) -> int:
        """The cluster that a new record joins, the nearest first; further ones only over a bridge."""
        mine = n
        for cluster in sorted(near, key=lambda c: (-max(near[c].values()), c)):
            if max(near[cluster].values()) < self._join_odds:
                break
            mean = self._mean(n, cluster, near[cluster])
            if mine == n and mean >= self._join_odds:
                self._members.setdefault(cluster, [cluster]).append(n)
                self.cluster_of[n] = mine = cluster
            elif mine != n and mean >= self._bridge_odds and self._agree(mine, cluster, n):
                mine = self._unite(mine, cluster)
        return mine

    def _members_of(self, cluster: int) -> list[int]:
        return self._members.get(cluster) or [cluster]

    def _between(self, a: int, b: int) -> float:
        return logit(self._engine.probability(self._sides[a], self._sides[b]))

    def _mean(self, n: int, cluster: int, known: dict[int, float]) -> float:
        """The average log-odds of a record with the members of a cluster."""
        odds = [
            known[member] if member in known else self._between(n, member)
            for member in self._members_of(cluster)[: self._limits.members]
        ]
        return sum(odds) / len(odds)

    def _agree(self, ours: int, theirs: int, n: int) -> bool:
        """Whether the members of two clusters are one on average, leaving aside the record that bridges them."""
        most = self._limits.members
        pairs = [(a, b) for a in self._members_of(ours)[:most] for b in self._members_of(theirs)[:most] if a != n]
        return not pairs or sum(self._between(a, b) for a, b in pairs) / len(pairs) >= self._join_odds

    def _unite(self, ours: int, theirs: int) -> int:
        first, second = min(ours, theirs), max(ours, theirs)
        moved = self._members.pop(second, [second])
        self._members.setdefault(first, [first]).extend(moved)
        for member in moved:
            self.cluster_of[member] = first
        return first

    def repair(self) -> int:
        """Cluster anew, by average link, each group of records that remembered pairs connect; how many records moved.

        Afterwards the clusters depend on the order of arrival only through the candidates that were compared.
        """
        moved = 0
        edges = zip(self._left, self._right, self._odds, strict=True)
        for members, known in groups(len(self._sides), edges, self._join_odds):
            if len(members) > self._limits.group:
                continue
            for cluster in average_link(members, known, self._between, self._join_odds):
                first = min(cluster)
                self._members[first] = sorted(cluster)
                for n in cluster:
                    moved += self.cluster_of[n] != first
                    self.cluster_of[n] = first
        return moved


def logit(chance: float) -> float:
    """The log-odds of a probability, within plus and minus 9."""
    if chance <= 1.3e-4:
        return LOWEST
    return min(-LOWEST, math.log(chance / (1.0 - chance))) if chance < 1.0 else -LOWEST


__all__ = ["Clusterer", "Edges", "Limits", "logit"]
