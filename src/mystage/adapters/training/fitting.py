"""Fits additive models: ridge logistic regression on the curves' knots, monotone where a direction is declared.

Each feature becomes hat functions at its knots plus one column for "missing". A rising feature is written as the sum of
steps that must not be negative, so the solver (L-BFGS-B) has bounds alone. Calibration: sums that each fold's model
gives to the pairs it has not seen, corrected by isotonic regression blended with Platt's line (few pairs: the line).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from mystage.application.ports.training import Trainer
from mystage.domain.errors import Invalid, Unavailable
from mystage.domain.resolution.additive import SATURATED, AdditiveModel, Feature, Levels, Term

_RIDGE = 1.0
_FOLDS = 5
_FEWEST = 10
_MANY = 3_000
"""Pairs of the rarer label from which the isotonic curve is trusted alone."""


class MonotoneTrainer(Trainer):
    """See the module."""

    def __init__(self, *, ridge: float = _RIDGE) -> None:
        self._ridge = ridge

    def fit(  # the port's words
        self,
        kind: str,
        features: Sequence[Feature],
        rows: Sequence[Levels],
        labels: Sequence[bool],
        *,
        version: str,
        weights: Sequence[float] | None = None,
        groups: Sequence[str] | None = None,
        seed: int = 0,
    ) -> AdditiveModel:
        np = _numpy()
        _check(features, rows, labels)
        levels = np.asarray(rows, dtype=np.int16)
        truth = np.asarray(labels, dtype=float)
        count = np.ones(len(truth)) if weights is None else np.asarray(weights, dtype=float)
        design = _Design(features)
        matrix = design.matrix(levels)
        solution = self._solve(design, levels, truth, count)
        folds = _folds(groups or [str(n) for n in range(len(truth))], seed)
        seen = np.empty(len(truth))
        for fold in range(_FOLDS):
            out = folds == fold
            if out.any():
                seen[out] = matrix[out] @ self._solve(design, levels[~out], truth[~out], count[~out])
        prior, terms = design.terms(solution)
        return AdditiveModel(
            kind=kind, version=version, prior=prior, terms=terms, calibration=calibrate(seen, truth, count)
        )  # fmt: skip

    def _solve(self, design: _Design, levels: Any, truth: Any, count: Any) -> Any:
        np = _numpy()
        from scipy.optimize import minimize  # noqa: PLC0415  heavy, and only training needs it

        # pairs of the same levels count as one row with two weights: several times fewer rows, the same sum
        rows, row = np.unique(levels, axis=0, return_inverse=True)
        matrix = design.matrix(rows)
        same, apart = (np.bincount(row.ravel(), weights=count * w, minlength=len(rows)) for w in (truth, 1.0 - truth))
        both = same + apart

        ridge = np.full(matrix.shape[1], self._ridge)
        ridge[0] = 0.0

        def loss(beta: Any) -> tuple[float, Any]:
            z = matrix @ beta
            value = (both * np.logaddexp(0.0, z) - same * z).sum() + 0.5 * (ridge * beta * beta).sum()
            slope = matrix.T @ (both / (1.0 + np.exp(-np.clip(z, -500, 500))) - same) + ridge * beta
            return float(value), slope

        start = np.zeros(matrix.shape[1])
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=design.bounds, options={"maxiter": 500})
        return found.x


class _Design:
    """The columns of each feature: what a coefficient means, and its bounds."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.features = features
        self.bounds: list[tuple[float | None, float | None]] = [(None, None)]
        for feature in features:
            sign = {True: (0.0, None), False: (None, 0.0), None: (None, None)}[feature.rising]
            # the first knot is the base of the curve and free; each further knot is a step from the one before
            self.bounds += [(None, None), *([sign] * (len(feature.knots) - 1)), (None, None)]

    def matrix(self, levels: Any) -> Any:
        """Shape (pairs, columns): 1, then a feature's base, its steps and its `missing`."""
        np = _numpy()
        columns = [np.ones(len(levels))]
        for n, feature in enumerate(self.features):
            level = levels[:, n].astype(float)
            said = (level >= 0).astype(float)
            columns.append(said)
            for low, high in zip(feature.knots, feature.knots[1:], strict=False):
                columns.append(said * np.clip((level - low) / (high - low), 0.0, 1.0))
            columns.append(1.0 - said)
        return np.stack(columns, axis=1)

    def terms(self, beta: Any) -> tuple[float, tuple[Term, ...]]:
        """Prior and curves of a solution."""
        at, terms = 1, []
        for feature in self.features:
            weight, points = float(beta[at]), []
            points.append((float(feature.knots[0]), round(weight, 4)))
            for step, knot in enumerate(feature.knots[1:], start=1):
                weight += float(beta[at + step])
                points.append((float(knot), round(weight, 4)))
            at += len(feature.knots) + 1
            terms.append(Term(feature=feature.name, points=tuple(points), missing=round(float(beta[at - 1]), 4)))
        return round(float(beta[0]), 4), tuple(terms)


def calibrate(sums: Any, truth: Any, count: Any) -> tuple[tuple[float, float], ...]:
    """Points of a rising curve from sums of weights to calibrated log-odds."""
    np = _numpy()
    from scipy.optimize import isotonic_regression, minimize  # noqa: PLC0415  heavy, and only training needs it

    positive, negative = float(count[truth > 0].sum()), float(count[truth == 0].sum())
    # Platt's targets keep the line finite where the labels are parted cleanly
    target = np.where(truth > 0, (positive + 1) / (positive + 2), 1 / (negative + 2))

    def loss(line: Any) -> float:
        z = line[0] * sums + line[1]
        return float((count * (np.logaddexp(0.0, z) - target * z)).sum())

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.05, 5.0), (None, None)]).x
    order = np.argsort(sums, kind="stable")
    steps = isotonic_regression(target[order], weights=count[order], increasing=True).x
    grid = np.linspace(max(-SATURATED, float(sums.min())), min(SATURATED, float(sums.max())), 41)
    share = np.clip(np.interp(grid, sums[order], steps), 1e-5, 1 - 1e-5)
    trust = min(1.0, min(positive, negative) / _MANY)
    odds = trust * np.log(share / (1 - share)) + (1 - trust) * (slope * grid + offset)
    odds = np.maximum.accumulate(np.clip(odds, -SATURATED, SATURATED))
    odds += np.linspace(0.0, 1e-3, len(odds))  # ranks of unlike sums stay apart on the steps of the curve
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in zip(grid, odds, strict=True))


def _folds(groups: Sequence[str], seed: int) -> Any:
    np = _numpy()
    names = sorted(set(groups))
    random.Random(seed).shuffle(names)
    fold = {name: n % _FOLDS for n, name in enumerate(names)}
    return np.array([fold[name] for name in groups])


def _check(features: Sequence[Feature], rows: Sequence[Levels], labels: Sequence[bool]) -> None:
    if len(rows) != len(labels) or any(len(row) != len(features) for row in rows):
        raise Invalid("rows, labels and features do not fit together", where="training pairs")
    positive = sum(map(bool, labels))
    if min(positive, len(labels) - positive) < _FEWEST:
        raise Invalid(
            f"{positive} pairs are one and {len(labels) - positive} are not",
            where="training pairs",
            hint=f"label at least {_FEWEST} of each",
        )


def _numpy() -> Any:
    try:
        import numpy as np  # noqa: PLC0415  heavy, and only training needs it
        import scipy.optimize  # noqa: F401, PLC0415  likewise: both or neither
    except ImportError as error:
        raise Unavailable("training needs SciPy", hint="pip install 'mystage[train]'") from error
    return np
