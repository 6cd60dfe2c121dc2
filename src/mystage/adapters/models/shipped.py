"""The pair models that ship in the package, by kind of entity."""

from __future__ import annotations

from mystage.adapters.models.files import ModelFiles
from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.values import Kind


def shipped_models() -> dict[Kind, AdditiveModel]:
    """The shipped model of each kind."""
    return {kind: ModelFiles().shipped(kind.value) for kind in Kind}
