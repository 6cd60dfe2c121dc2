"""The pair models that ship in the package: JSON below `models/resolution`."""

from __future__ import annotations

from importlib import resources

from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.values import Kind

SHIPPED = (Kind.VENUE,)


def shipped_models() -> dict[Kind, AdditiveModel]:
    """The shipped model of each kind that has one."""
    return {kind: shipped(kind.value) for kind in SHIPPED}


def shipped(kind: str) -> AdditiveModel:
    """The shipped model of a kind."""
    file = resources.files("mystage").joinpath("models", "resolution", f"{kind}.json")
    return AdditiveModel.model_validate_json(file.read_text("utf-8"))
