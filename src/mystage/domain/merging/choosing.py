"""The rules by which one value, or one group of values, is chosen among sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

from mystage.domain.merging.policies import Rule
from mystage.domain.resolution.shared import distance_m
from mystage.domain.sources import EntitySource, fold_text

_MOST = 100
_SPREAD_M = 150.0
"""Pins of one place that are this near agree: entrance, middle of the building, address on the street."""
_WIDE_M = 1_000.0
"""No venue is wider: pins that are spread farther say nothing of each other."""
fold_cached = lru_cache(maxsize=1 << 14)(fold_text)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value, the record that it is from, the rule, and the records that agree or took part."""

    value: Any
    record: EntitySource
    rule: Rule
    also: tuple[str, ...] = ()


Said = Sequence[tuple[EntitySource, Any]]
"""What each source says, the best ranked first; sources that say nothing are left out."""


def by_priority(said: Said) -> Choice:
    """The word of the first."""
    record, value = said[0]
    if len(said) == 1:
        return Choice(value, record, Rule.PRIORITY)
    return Choice(value, record, Rule.PRIORITY, _others(record, (r for r, v in said if v == value)))


def longest(said: Said) -> Choice:
    """The longest text; of equals, the first."""
    if len(said) == 1:
        return Choice(said[0][1], said[0][0], Rule.LONGEST)
    record, value = max(said, key=lambda entry: len(entry[1]))
    return Choice(value, record, Rule.LONGEST, _others(record, (r for r, v in said if v == value)))


def majority(said: Said) -> Choice:
    """What most say; of equals, what the best ranked says."""
    if len(said) == 1:
        return Choice(said[0][1], said[0][0], Rule.MAJORITY)
    counts: dict[Any, int] = {}
    for _, value in said:
        counts[value] = counts.get(value, 0) + 1
    most = max(counts.values())
    record, value = next((r, v) for r, v in said if counts[v] == most)
    return Choice(value, record, Rule.MAJORITY, _others(record, (r for r, v in said if v == value)))


def union(said: Sequence[tuple[EntitySource, tuple[Any, ...]]], key: Callable[[Any], Hashable]) -> Choice:
    """What all say, each value once, in order of rank; at most 100 values, since a document is bounded."""
    values: dict[Hashable, Any] = {}
    for _, some in said:
        for value in some:
            values.setdefault(key(value), value)
    record = said[0][0]
    if len(said) == 1:
        return Choice(tuple(values.values())[:_MOST], record, Rule.UNION)
    return Choice(tuple(values.values())[:_MOST], record, Rule.UNION, _others(record, (r for r, _ in said)))


_TRACKING = re.compile(r"[?&](?:utm_[a-z]+|fbclid|gclid|igshid|mc_[ce]id)=[^&#]*")


@lru_cache(maxsize=1 << 14)
def link_key(link: str) -> Hashable:
    """What two spellings of one address share: no scheme, `www.`, fragment, closing slash, or parameter that only tracks."""
    bare = _TRACKING.sub("", link.partition("#")[0])
    if "?" not in bare:
        bare = bare.replace("&", "?", 1)  # what stood behind a parameter that is gone
    scheme, _, rest = bare.rpartition("://")
    host, slash, path = rest.partition("/")
    return (host.casefold().removeprefix("www."), (slash + path).rstrip("/")) if scheme in ("http", "https") else bare


def as_is(value: Any) -> Hashable:
    """Values that are one only if they are equal."""
    return value  # type: ignore[no-any-return]  # texts and enums only


def robust_centre(said: Sequence[tuple[EntitySource, tuple[float, float]]]) -> Choice:
    """The position of the best ranked source that is not an outlier.

    The middle is the medoid: the given position with the smallest sum of distances to all others, each counted up to
    2 km. Whoever is farther from it than 3 median absolute deviations (in the normal-consistent scale, 1.4826; Leys et
    al., 2013), and than 150 m in any case, is an outlier and takes no part. Of two that disagree the better ranked counts.
    Positions told to less than three decimals (about 100 m), such as the middle of a town, count only where there are no
    others. The answer is always a position that somebody gave, never a point between two.
    """
    if len(said) == 1:
        return Choice(said[0][1], said[0][0], Rule.ROBUST_CENTRE)
    fine = [entry for entry in said if _fine(entry[1])] or list(said)
    near = fine if len(fine) < 3 else _without_outliers(fine)
    record, value = near[0]
    agreeing = near if len(near) > 2 else [e for e in near if distance_m(e[1], value) <= _SPREAD_M]
    return Choice(value, record, Rule.ROBUST_CENTRE, _others(record, (r for r, _ in agreeing)))


def _without_outliers(fine: Sequence[tuple[EntitySource, tuple[float, float]]]) -> list[Any]:
    costs = [sum(min(distance_m(point, other), 2_000.0) for _, other in fine) for _, point in fine]
    middle = fine[min(range(len(fine)), key=lambda i: (round(costs[i], 1), i))][1]
    away = [distance_m(point, middle) for _, point in fine]
    spread = 1.4826 * median(away)  # distances from the middle are deviations already
    limit = max(_SPREAD_M, 3.0 * spread) if spread < _WIDE_M else _WIDE_M
    return [entry for entry, far in zip(fine, away, strict=True) if far <= limit]


def _fine(point: tuple[float, float]) -> bool:
    return any(round(part, 2) != part for part in point)


def _others(record: EntitySource, records: Iterable[EntitySource]) -> tuple[str, ...]:
    return tuple(sorted({r.id for r in records if r.id != record.id}))
