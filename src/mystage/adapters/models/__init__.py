"""Pair models: as files, and as they ship in the package."""

from mystage.adapters.models.files import ModelFiles

__all__ = ["ModelFiles"]
