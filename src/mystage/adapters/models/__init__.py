"""Pair models: as files, and as they ship in the package."""

from mystage.adapters.models.files import ModelFiles
from mystage.adapters.models.shipped import shipped_models

__all__ = ["ModelFiles", "shipped_models"]
