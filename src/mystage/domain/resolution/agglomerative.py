"""Average-link agglomeration: the two clusters whose records are most alike on average join first.

In batch, over scored candidate pairs. Pairs that were no candidates are compared when a join would need them (up to a
bound; beyond it they count as strangers). Two clusters that would meet with two records of one source pay what that is
worth as evidence, once. The result does not depend on the order of the pairs.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Sequence

ASKED = 64
"""Cross pairs of two clusters that are compared at most for one join."""
STRANGERS = -6.0
"""Log-odds of a pair that was neither a candidate nor asked for."""
_FLOOR, _CEILING = -8.0, 8.0
"""One pair alone decides nothing beyond these."""


class Agglomeration:
    """Clusters of records 0 to `count` - 1.

    Args:
        count: how many records.
        compare: log-odds that two records are one, leaving aside their sources; asked for at most once a pair.
        sources: the source of each record; empty where unknown.
        conflict: nats that meeting two records of one source costs (zero or less).
    """

    def __init__(
        self, count: int, compare: Callable[[int, int], float], sources: Sequence[str] = (), conflict: float = 0.0
    ) -> None:
        self._compare = compare
        self._conflict = conflict
        self._sources = sources
        self._members: dict[int, list[int]] = {}
        self._links: dict[int, dict[int, tuple[float, int]]] = {}
        """Cluster -> other cluster -> sum of log-odds and number of pairs compared."""
        self._known: dict[tuple[int, int], float] = {}
        self._count = count

    def add(self, a: int, b: int, log_odds: float) -> None:
        """A pair that was compared."""
        a, b = min(a, b), max(a, b)
        if a == b or (a, b) in self._known:
            return
        odds = max(_FLOOR, min(_CEILING, log_odds))
        self._known[a, b] = odds
        for x, y in ((a, b), (b, a)):
            self._members.setdefault(x, [x])
            self._links.setdefault(x, {})[y] = (odds, 1)

    def clusters(self, threshold: float) -> list[int]:
        """The cluster of each record (the number of its first member), joined while the mean is at or above `threshold`."""
        heap = [(-self._value(a, b), a, b) for a, links in self._links.items() for b in links if a < b]
        heap = [entry for entry in heap if -entry[0] >= threshold]
        heapq.heapify(heap)
        while heap:
            value, a, b = heapq.heappop(heap)
            if a not in self._members or b not in self._members or b not in self._links[a]:
                continue
            if self._complete(a, b):
                now = -self._value(a, b)
                if now != value:
                    if -now >= threshold:
                        heapq.heappush(heap, (now, a, b))
                    continue
                for other in self._join(a, b):
                    low, high = min(a, other), max(a, other)
                    if (again := self._value(low, high)) >= threshold:
                        heapq.heappush(heap, (-again, low, high))
        found = list(range(self._count))
        for members in self._members.values():
            first = min(members)
            for member in members:
                found[member] = first
        return found

    def _value(self, a: int, b: int) -> float:
        total, compared = self._links[a][b]
        pairs = len(self._members[a]) * len(self._members[b])
        # what has not been compared is thought to be like the rest until it is asked for
        mean = total / compared if pairs <= ASKED else (total + STRANGERS * (pairs - compared)) / pairs
        return mean + (self._conflict if self._conflict and self._meets(a, b) else 0.0)

    def _meets(self, a: int, b: int) -> bool:
        if not self._sources:
            return False
        seen = {self._sources[m] for m in self._members[a]} - {""}
        return any(self._sources[m] in seen for m in self._members[b])

    def _complete(self, a: int, b: int) -> bool:
        """Compare what is missing between two clusters; always True, so that a join is decided on all pairs."""
        total, compared = self._links[a][b]
        pairs = len(self._members[a]) * len(self._members[b])
        if compared < pairs <= ASKED:
            for x in self._members[a]:
                for y in self._members[b]:
                    pair = (min(x, y), max(x, y))
                    if pair not in self._known:
                        odds = max(_FLOOR, min(_CEILING, self._compare(*pair)))
                        self._known[pair] = odds
                        total += odds
                        compared += 1
            self._links[a][b] = self._links[b][a] = (total, compared)
        return True

    def _join(self, a: int, b: int) -> Iterable[int]:
        self._members[a] += self._members.pop(b)
        mine, theirs = self._links[a], self._links.pop(b)
        mine.pop(b)
        theirs.pop(a)
        for other, (total, compared) in theirs.items():
            before = mine.get(other, (0.0, 0))
            now = (before[0] + total, before[1] + compared)
            mine[other] = self._links[other][a] = now
            del self._links[other][b]
        return sorted(mine)


def log_odds_of(chance: float) -> float:
    """The log-odds of a probability, within -12 and 12."""
    return math.log(chance / (1 - chance)) if 6e-6 < chance < 1 - 6e-6 else math.copysign(12.0, chance - 0.5)
