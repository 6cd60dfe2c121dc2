"""The scorer with the models that ship."""

from __future__ import annotations

from mystage.adapters.models import shipped_models
from mystage.domain.resolution.scoring import DefaultScorer, Model

MODELS = shipped_models()


def scorer(model: Model | None = None) -> DefaultScorer:
    """As the pipeline has it."""
    return DefaultScorer(model, MODELS)
