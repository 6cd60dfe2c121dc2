"""How the records of a file are compared and clustered.

Kinds of the catalogue: record by record, as the pipeline does it. The generic kind, which learns what sources mean from
the strong pairs of the whole file, in two steps: all candidates first, then average link.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mystage.application.linkage.reading import EVERY, Progress
from mystage.domain.resolution.agglomerative import Agglomeration, log_odds_of
from mystage.domain.resolution.engine import Engine, Index
from mystage.domain.resolution.generic.engine import GenericEngine, source_weight
from mystage.domain.resolution.incremental import Clusterer
from mystage.domain.resolution.index import MemoryIndex

CANDIDATES = 25
"""Records with which a record is compared at most."""
KEPT = -3.0
"""Log-odds from which a compared pair is kept."""

Meet = Callable[[int, int], None]
"""Called with the numbers of two records that are compared since they share keys."""


@dataclass(slots=True)
class Matches:
    """What comparing found."""

    pairs: Iterable[tuple[int, int, float]]
    """Two records and their log-odds, for pairs likely enough to be kept; to be gone through once."""
    clusters: Sequence[int]
    """For each record, the number of its cluster's first record."""
    compared: int
    refined: int
    """Keys that so many records share that they are looked for under pairs of such keys."""
    source_weight: float = 0.0
    """What a shared source says, in nats, where it is learned from the file."""


class _Watched(Index):
    """An index that counts what it is asked for."""

    def __init__(self, meet: Meet | None) -> None:
        self.inner = MemoryIndex()
        self.compared = 0
        self.at = 0
        """The record that is looked for."""
        self._meet = meet

    def add(self, n: int, keys: Sequence[str]) -> None:
        self.inner.add(n, keys)

    def candidates(self, keys: Sequence[str], limit: int) -> list[int]:
        found = self.inner.candidates(keys, limit)
        self.compared += len(found)
        if self._meet is not None:
            for other in found:
                self._meet(other, self.at)
        return found


def streamed(engine: Engine, sides: Sequence[Any], progress: Progress, meet: Meet | None) -> Matches:
    """Record by record; None is a record that is a cluster of its own."""
    index = _Watched(meet)
    clusterer = Clusterer(engine, index=index)
    for n, side in enumerate(sides):
        index.at = n
        if side is None:
            clusterer.alone()
        else:
            clusterer.add(side)
        if n % EVERY == 0:
            progress("comparing", n)
    progress("looking again", len(sides))
    clusterer.repair()
    return Matches(clusterer.links(), clusterer.cluster_of, index.compared, index.inner.refined)


def surveyed(
    engine: GenericEngine, sides: Sequence[Any], sources: Sequence[str], progress: Progress, meet: Meet | None
) -> Matches:
    """All candidates first, then what a shared source says, then clusters by average link."""
    index = _Watched(meet)
    found: list[tuple[int, int, float]] = []
    for n, side in enumerate(sides):
        if side is None:
            continue
        index.at = n
        for other in index.candidates(engine.query_keys(side), CANDIDATES):
            odds = engine.log_odds(sides[other], side)
            if odds >= KEPT:
                found.append((other, n, odds))
        index.add(n, engine.keys(side))
        if n % EVERY == 0:
            progress("comparing", n)
    conflict = engine.survey.same_source = learned(found, sources)
    agglomeration = Agglomeration(
        len(sides), lambda a, b: engine.log_odds(sides[a], sides[b]), sources if conflict else [], conflict
    )
    for a, b, odds in found:
        agglomeration.add(a, b, odds)
    clusters = agglomeration.clusters(log_odds_of(engine.match))
    return Matches(found, clusters, index.compared, index.inner.refined, conflict)


def learned(scored: Iterable[tuple[int, int, float]], sources: Sequence[str]) -> float:
    """What a shared source says in this file."""
    sizes = Counter(source for source in sources if source)
    return source_weight(((v, sources[a] == sources[b]) for a, b, v in scored if sources[a] and sources[b]), sizes)
