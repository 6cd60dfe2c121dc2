"""Exports of the declared collections for those who read them in other languages, and their comparison."""

from mystage.adapters.schema.diff import Difference, compare
from mystage.adapters.schema.exports import export

__all__ = ["Difference", "compare", "export"]
