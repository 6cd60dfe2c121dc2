"""Trainer: learns a pair model from labelled comparisons."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from mystage.domain.resolution.additive import AdditiveModel, Feature, Levels


class Trainer(Protocol):
    """Fits the weights of an additive model."""

    @abstractmethod
    def fit(
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
        """The calibrated model of these comparisons. The same input gives the same model.

        Args:
            kind: what is compared, for the model's name.
            features: the declared features, in the order of the levels.
            rows: one comparison each: a level for each feature.
            labels: whether each pair is one.
            version: the model's name for itself.
            weights: how much each row counts; 1 where left out.
            groups: rows of one group stay in one fold of the cross-validation behind the calibration.
            seed: of the folds.

        Raises:
            Invalid: fewer than ten pairs of either label, or rows of another length than the features.
            Unavailable: the libraries for training are not installed.
        """
