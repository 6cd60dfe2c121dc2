"""The pair models that ship in the package, by kind of entity."""

from __future__ import annotations

from typing import Final

from mystage.adapters.models.files import ModelFiles
from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.values import Kind, evolve

CATALOGUE_MATCH: Final = 0.9
"""What the catalogue asks before it joins two records by itself. A list of one's own is best parted at a model's own
threshold, where misses and false joins weigh the same; in a catalogue a false join weighs more, and a person is there to ask."""


def shipped_models() -> dict[Kind, AdditiveModel]:
    """The shipped model of each kind, as the catalogue uses it."""
    models = {kind: ModelFiles().shipped(kind.value) for kind in Kind}
    return {kind: evolve(model, match=max(model.match, CATALOGUE_MATCH)) for kind, model in models.items()}
