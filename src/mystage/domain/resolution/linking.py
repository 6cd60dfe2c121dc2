"""Average-link clustering of small groups of records, from the log-odds of their pairs."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

LOWEST = -9.0
"""The log-odds of a pair that a rule keeps apart; one pair never weighs more, for or against."""
STRANGERS = -6.0
"""The log-odds of a pair that shares too little to have been compared, in a group too large to compare all."""
_ALL = 14
"""In groups of up to so many records, all pairs are compared."""
Edges = dict[tuple[int, int], float]
"""Log-odds of pairs, the smaller number first."""


def groups(size: int, edges: Iterable[tuple[int, int, float]], least: float) -> list[tuple[list[int], Edges]]:
    """The connected components of pairs at or above `least` that have more than one such pair, with all their pairs."""
    parent = array("i", range(size))

    def find(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    kept = list(edges)
    for a, b, odds in kept:
        if odds >= least:
            x, y = find(a), find(b)
            if x != y:
                parent[max(x, y)] = min(x, y)
    found: dict[int, Edges] = {}
    for a, b, odds in kept:
        root = find(a)
        if root == find(b):
            found.setdefault(root, {})[min(a, b), max(a, b)] = odds
    return [
        (sorted({n for pair in known for n in pair}), known) for _, known in sorted(found.items()) if len(known) > 1
    ]


def average_link(
    members: Sequence[int], known: Edges, compare: Callable[[int, int], float], least: float
) -> list[list[int]]:
    """Clusters of `members` (rising): the two whose pairs have the highest mean log-odds join first, down to `least`."""
    clusters = {n: [n] for n in members}
    links: Edges = {}
    for at, a in enumerate(members):
        for b in members[at + 1 :]:
            odds = known.get((a, b))
            if odds is None:
                odds = compare(a, b) if len(members) <= _ALL else STRANGERS
            links[a, b] = odds
    while links:
        mean, a, b = max((total / (len(clusters[a]) * len(clusters[b])), -a, -b) for (a, b), total in links.items())
        if mean < least:
            break
        a, b = -a, -b
        del links[a, b]
        for c in clusters:
            if c not in {a, b}:
                links[min(a, c), max(a, c)] += links.pop((min(b, c), max(b, c)))
        clusters[a] += clusters.pop(b)
    return list(clusters.values())
