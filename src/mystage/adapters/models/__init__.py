"""Pair models as they ship in the package."""
