"""How alike two values are, as levels 0 to 100."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date

from rapidfuzz import fuzz

from mystage.domain.resolution.additive import MISSING, TOP
from mystage.domain.resolution.generic.records import Record, Survey
from mystage.domain.resolution.generic.values import Day
from mystage.domain.resolution.shared import distance_m

SCALES = (1.0, 60.0, 1_000.0, 60_000.0, 1 / 60, 1 / 1_000, 1 / 60_000)
"""A duration in seconds, minutes or milliseconds is one duration."""
_ALIKE = 78.0
"""Two words at or above this ratio may be one, misspelt (one letter in four)."""
_MOST_WORDS = 24
"""Unmatched words of a side that are compared with the other's; a longer text has enough others."""


class Shared:
    """Which words of two records are one: equal, misspelt, or run together. Word -> 0 to 1, for each side."""

    __slots__ = ("credit_a", "credit_b")

    def __init__(self, a: Record, b: Record) -> None:
        only_a, only_b = a.whole - b.whole, b.whole - a.whole
        self.credit_a: dict[str, float] = {}
        self.credit_b: dict[str, float] = {}
        if only_a and only_b:
            self._misspelt(sorted(only_a)[:_MOST_WORDS], sorted(only_b)[:_MOST_WORDS])
        self._joined(only_a, b, self.credit_a)
        self._joined(only_b, a, self.credit_b)

    def _misspelt(self, only_a: list[str], only_b: list[str]) -> None:
        for x in only_a:
            size = len(x)
            if size < 3 or x.isdigit():
                continue
            for y in only_b:
                if abs(len(y) - size) > 3 or len(y) < 3 or y.isdigit():
                    continue
                ratio = fuzz.ratio(x, y, score_cutoff=_ALIKE if min(size, len(y)) > 4 else 74.0)
                if ratio:
                    credit = ratio / 100
                    self.credit_a[x] = max(credit, self.credit_a.get(x, 0.0))
                    self.credit_b[y] = max(credit, self.credit_b.get(y, 0.0))

    @staticmethod
    def _joined(only: Iterable[str], other: Record, credit: dict[str, float]) -> None:
        """A word that stands within the other's text once its spaces are gone ("fall" in "falloutboy")."""
        for word in only:
            if len(word) > 3 and not word.isdigit() and word in other.solid:
                credit[word] = 1.0


def told(tokens: Iterable[str], whole: frozenset[str], credit: Mapping[str, float], survey: Survey) -> float:
    """The share of a text's information that the other record holds too, 0 to 1; -1 for a text without words."""
    total = met = 0.0
    for word in tokens:  # sets are told apart by their order of summing in the last bit alone; levels round it away
        weight = survey.weights.get(word) or survey.weight(word)
        total += weight
        met += weight if word in whole else weight * credit.get(word, 0.0)
    return met / total if total else -1.0


def alike(a: str, b: str) -> int:
    """How alike two texts are, letter by letter, in any order of their words."""
    if not a or not b:
        return MISSING
    if a == b:
        return TOP
    best = fuzz.ratio(a, b)
    if " " in a or " " in b:
        best = max(best, fuzz.token_sort_ratio(a, b), fuzz.ratio(a.replace(" ", ""), b.replace(" ", "")))
    return min(99, int(best))


def closeness(a: float, b: float, scales: tuple[float, ...] = (1.0,)) -> int:
    """How close two numbers are: 100 equal, 95 within 0.5 %, 85 within 1.5 %, then falling to 0 at a factor of two."""
    if a == b:
        return TOP
    if a == 0 or b == 0 or (a < 0) != (b < 0):
        return 0
    between = math.log(abs(a)) - math.log(abs(b))  # a quotient may overflow
    off = min(abs(between - math.log(scale)) for scale in scales)
    if off <= 0.005:
        return 95
    if off <= 0.015:
        return 85
    return max(0, int(80 * (1 - off / 0.7)))


def day_closeness(a: Day, b: Day) -> int:
    """100 the same day, 95 the same as far as told, 80 a few days apart, 60 one year apart or one digit wrong, 0."""
    short = not (a.century and b.century)
    year_a, year_b = (a.year % 100, b.year % 100) if short else (a.year, b.year)
    if year_a == year_b:
        if not (a.month and b.month):
            return 95
        if a.month == b.month:
            return (TOP if a.day == b.day else 75) if a.day and b.day else 97
        return _near(a, b) if a.day and b.day else 40
    if a.month and b.month and a.day and b.day and not short and (near := _near(a, b)) > 40:
        return near
    if abs(year_a - year_b) == 1:
        return 60
    same_digits = sum(x == y for x, y in zip(f"{year_a:04}", f"{year_b:04}", strict=False))
    return 50 if same_digits == 3 and (a.year > 2100 or b.year > 2100) else 0


def _near(a: Day, b: Day) -> int:
    try:
        days = abs((date(a.year, a.month, a.day) - date(b.year, b.month, b.day)).days)
    except ValueError:  # 30 February is near nothing
        return 20
    return 80 if days <= 3 else 45 if days <= 31 else 20


def position(a: tuple[float, float] | None, b: tuple[float, float] | None) -> int:
    """100 at one spot; 80 at 100 m, 60 at 1 km, 40 at 10 km, 20 at 100 km, 0 beyond 1,000 km."""
    if a is None or b is None:
        return MISSING
    metres = distance_m(a, b)
    return TOP if metres <= 10 else max(0, min(TOP, int(100 - 20 * (math.log10(metres) - 1))))


def best(values: Iterable[int]) -> int:
    """The highest level, or MISSING."""
    return max(values, default=MISSING)
