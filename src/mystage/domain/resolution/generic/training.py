"""What a trained generic model learns from: the fixed features, those of each column, and what the shipped model says."""

from __future__ import annotations

from collections.abc import Sequence

from mystage.domain.resolution.additive import TOP, AdditiveModel, Feature
from mystage.domain.resolution.generic.engine import GenericEngine
from mystage.domain.resolution.generic.features import FEATURES, column_features, column_levels
from mystage.domain.resolution.generic.records import Record
from mystage.domain.values import evolve


class Lesson:
    """The features and levels of a training, over the engine of the shipped model."""

    def __init__(self, engine: GenericEngine) -> None:
        self._engine = engine
        self.features: Sequence[Feature] = FEATURES + column_features(engine.columns)

    def levels(self, a: Record, b: Record) -> list[int]:
        """One row."""
        engine = self._engine
        return engine.levels(a, b) + column_levels(a, b, engine.survey, engine.columns, engine.columns)

    def finished(self, model: AdditiveModel, words: str) -> AdditiveModel:
        """The model with its columns, its threshold and what it was trained on."""
        columns = {column.name: column.kind.value for column in self._engine.columns}
        return evolve(model, columns=columns, trained_on=words, match=0.5, possible=0.2)


__all__ = ["TOP", "Lesson"]
