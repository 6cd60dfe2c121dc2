"""Clusters: the connected components of positive judgements that respect the negative ones.

Greedy by authority, then strength: a person's positives, the newest first; then the machine's, the strongest first.
A join that would bring the two sides of a negative into one component is left out, so what is dropped is always the
weakest edge that could be. A person's negative stops every join; a machine's negative stops machines only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mystage.domain.resolution.evidence import Scored
from mystage.domain.resolution.judgements import JudgedBy, Judgement, Polarity, Verdict


class _Forest:
    """Union-find that keeps, for each root, its members and those whom they must not meet."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._parent = {id_: id_ for id_ in ids}
        self.members = {id_: {id_} for id_ in self._parent}
        self._foes: dict[str, set[str]] = {}

    def __contains__(self, id_: str) -> bool:
        return id_ in self._parent

    def find(self, id_: str) -> str:
        while self._parent[id_] != id_:
            self._parent[id_] = self._parent[self._parent[id_]]
            id_ = self._parent[id_]
        return id_

    def separate(self, a: str, b: str) -> None:
        """From now on, the components of `a` and `b` must not be joined (nothing, if they are one already)."""
        root_a, root_b = self.find(a), self.find(b)
        if root_a != root_b:
            self._foes.setdefault(root_a, set()).add(b)
            self._foes.setdefault(root_b, set()).add(a)

    def join(self, a: str, b: str) -> bool:
        """Join two components; False where a negative stands between them."""
        root_a, root_b = self.find(a), self.find(b)
        if root_a == root_b:
            return True
        if any(self.find(foe) == root_b for foe in self._foes.get(root_a, ())):
            return False
        if len(self.members[root_a]) < len(self.members[root_b]):
            root_a, root_b = root_b, root_a
        self._parent[root_b] = root_a
        self.members[root_a] |= self.members.pop(root_b)
        foes = self._foes.pop(root_b, None)
        if foes:
            self._foes.setdefault(root_a, set()).update(foes)
        return True


def components(ids: Iterable[str], judgements: Iterable[Judgement]) -> list[frozenset[str]]:
    """The clusters of `ids`, ordered by their smallest member; independent of the order of both arguments.

    Retired and unsure judgements, and those that name an id outside of `ids`, count for nothing.
    """
    forest = _Forest(ids)
    live = [j for j in judgements if j.retired_at is None and j.left in forest and j.right in forest]
    for by_person in (True, False):
        mine = [j for j in live if (j.by is JudgedBy.PERSON) is by_person]
        for judgement in mine:
            if judgement.polarity is Polarity.NEGATIVE:
                forest.separate(judgement.left, judgement.right)
        positives = [j for j in mine if j.polarity is Polarity.POSITIVE]
        for judgement in sorted(positives, key=_newest if by_person else _strongest):
            forest.join(judgement.left, judgement.right)
    return sorted((frozenset(group) for group in forest.members.values()), key=min)


def _newest(judgement: Judgement) -> tuple[float, str, str, str]:
    return -judgement.created_at.timestamp(), judgement.left, judgement.right, judgement.id


def _strongest(judgement: Judgement) -> tuple[float, str, str, str]:
    return -judgement.score, judgement.left, judgement.right, judgement.id


@dataclass(frozen=True, slots=True)
class Split:
    """A cluster that may be two: its two sides, the pair that speaks for it most, and how likely the sides are one."""

    parts: tuple[frozenset[str], frozenset[str]]
    pair: tuple[str, str]
    """The two records, one of each side, that look least alike."""
    score: float
    """The mean of the scores of all pairs across."""


def weakest_split(
    ids: Iterable[str],
    judgements: Iterable[Judgement],
    score: Callable[[str, str], Scored],
    *,
    below: float,
) -> Split | None:
    """Where a cluster would come apart most easily, or None where it holds together.

    The strongest judgements that hold it form a tree (Kruskal). Each edge of a machine in it is taken away in turn, and
    all pairs across the gap are scored again: the gap with the lowest mean counts, if that is under `below`. A gap
    that a person or an exact identifier spans is none.
    """
    members = sorted(ids)
    inside = set(members)
    live = [
        j for j in judgements
        if j.retired_at is None and j.polarity is Polarity.POSITIVE and j.left in inside and j.right in inside
    ]  # fmt: skip
    tree, forest = [], _Forest(members)
    for judgement in sorted(live, key=lambda j: (j.by is not JudgedBy.PERSON, *_strongest(j))):
        if forest.find(judgement.left) != forest.find(judgement.right):
            forest.join(judgement.left, judgement.right)
            tree.append(judgement)
    persons = [(j.left, j.right) for j in live if j.by is JudgedBy.PERSON]
    splits = [
        split
        for edge in tree
        if edge.by is not JudgedBy.PERSON and (split := _split(members, tree, edge, persons, score)) is not None
    ]
    weak = [split for split in splits if split.score < below]
    return min(weak, key=lambda split: (split.score, split.pair)) if weak else None


def _split(
    members: list[str],
    tree: list[Judgement],
    edge: Judgement,
    persons: list[tuple[str, str]],
    score: Callable[[str, str], Scored],
) -> Split | None:
    forest = _Forest(members)
    for other in tree:
        if other is not edge:
            forest.join(other.left, other.right)
    one = frozenset(forest.members[forest.find(edge.left)])
    rest = frozenset(members) - one
    if any((left in one) is not (right in one) for left, right in persons):
        return None
    scored = [((a, b), score(a, b)) for a in sorted(one) for b in sorted(rest)]
    if any(found.by is JudgedBy.RULE and found.verdict is Verdict.MATCH for _, found in scored):
        return None
    pair, _ = min(scored, key=lambda entry: (entry[1].score, entry[0]))
    return Split((one, rest), pair, sum(found.score for _, found in scored) / len(scored))
