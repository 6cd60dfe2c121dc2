"""The pair model of every kind: log-odds that add up, one term a feature, each a curve that can be read and drawn.

A comparison yields one level for each feature of its kind: a whole number from 0 to 100, or `MISSING` where a side does
not say. The model adds its prior and each term's weight at its level, in the manner of Fellegi and Sunter (1969) with
levels in place of agree/disagree; weights are learned together (so that features that depend on each other do not count
twice) and a term whose direction is known never turns. A last monotone curve corrects the sum, so that a score of 0.9
is right nine times in ten: the calibration.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from pydantic import Field

from mystage.domain.errors import Invalid
from mystage.domain.values import Model

MISSING = -1
"""The level of a feature of which at least one side says nothing."""
TOP = 100
SATURATED = 12.0
"""Log-odds beyond which scores no longer differ (a chance of about 1 in 160,000)."""

Levels = Sequence[int]
"""One level (0 to 100, or MISSING) for each feature of a kind, in the order of its features."""


class Feature(Model):
    """What is compared: declared by a kind, in the order of its levels."""

    name: str
    rising: bool | None = None
    """Whether a higher level may only speak more for a match (True), only less (False), or either (None)."""
    knots: tuple[int, ...] = (0, 25, 50, 75, 90, 100)
    """Levels at which the curve may bend; a feature of classes names each class."""


class Term(Model):
    """What a feature weighs: a curve over its levels, and a weight where it is missing, in nats of log-odds."""

    feature: str
    points: tuple[tuple[float, float], ...] = Field(min_length=1)
    """Level and weight, levels rising; straight between two points, constant beyond the ends."""
    missing: float = 0.0

    def table(self) -> list[float]:
        """The weight of each level 0 to 100, and that of MISSING last (where index -1 finds it)."""
        return [curve(self.points, level) for level in range(TOP + 1)] + [self.missing]


class AdditiveModel(Model):
    """Prior, terms, calibration and thresholds of one kind; what `mystage resolution train` writes."""

    kind: str
    version: str
    """Kept with each judgement that the model makes."""
    prior: float
    terms: tuple[Term, ...]
    """In the order of the kind's features."""
    calibration: tuple[tuple[float, float], ...] = ()
    """Sum of weights -> calibrated log-odds, rising; the sum itself where empty."""
    match: float = 0.9
    """At or above this probability two records are joined without asking."""
    possible: float = 0.5
    """At or above this, a person is asked."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Generic kind: column -> kind, of the columns whose own levels are among the terms."""
    base: AdditiveModel | None = None
    """Generic kind: a model whose log-odds are this one's first level (see `base_level`); few labels then go far."""
    trained_on: str = ""
    """Which pairs, how many, when."""

    @cached_property
    def tables(self) -> list[list[float]]:
        """One table a term, looked up by level."""
        return [term.table() for term in self.terms]

    def weights(self, levels: Levels) -> list[float]:
        """What each feature weighs in this comparison (they add up, with the prior, to the sum)."""
        return [table[level] for table, level in zip(self.tables, levels, strict=True)]

    def log_odds(self, levels: Levels) -> float:
        """The calibrated log-odds that the two are one."""
        total = self.prior
        for table, level in zip(self.tables, levels, strict=True):
            total += table[level]
        return curve(self.calibration, total) if self.calibration else total

    def probability(self, levels: Levels) -> float:
        """The calibrated probability that the two are one."""
        return probability(self.log_odds(levels))

    def grounded(self) -> AdditiveModel:
        """The same model, each term moved so that what is missing weighs nothing; the prior takes up the difference."""
        terms = [
            Term(feature=t.feature, points=tuple((level, round(w - t.missing, 4)) for level, w in t.points))
            for t in self.terms
        ]
        prior = round(self.prior + sum(t.missing for t in self.terms), 4)
        return AdditiveModel.model_validate(self.model_dump() | {"terms": terms, "prior": prior})

    def checked(self, features: Sequence[Feature]) -> AdditiveModel:
        """The model itself, if its terms are these features in this order.

        Raises:
            Invalid: it was trained for another set of features.
        """
        ours, theirs = [term.feature for term in self.terms], [feature.name for feature in features]
        if ours != theirs:
            strange = sorted(set(ours) ^ set(theirs))
            raise Invalid(
                f"the model has other features: {', '.join(strange) or 'another order'}",
                where=f"{self.kind} model {self.version}",
                hint="train it again with this version of MyStage",
            )
        return self


def base_level(log_odds: float) -> int:
    """Log-odds of a base model as a level: 50 is even, one nat is five."""
    return max(0, min(TOP, round(50 + 5 * log_odds)))


def probability(log_odds: float) -> float:
    """The logistic function; saturated at plus and minus 12."""
    return 1.0 / (1.0 + math.exp(-max(-SATURATED, min(SATURATED, log_odds))))


def curve(points: Sequence[tuple[float, float]], x: float) -> float:
    """The value at `x` of the line through points of rising x; constant beyond both ends."""
    at = bisect_right(points, x, key=lambda point: point[0])
    if at == 0:
        return points[0][1]
    if at == len(points):
        return points[-1][1]
    (x0, y0), (x1, y1) = points[at - 1], points[at]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def rises(points: Sequence[tuple[float, float]]) -> bool:
    """Whether the curve never falls."""
    return all(a[1] <= b[1] for a, b in pairwise(points))
