"""Training of pair models (SciPy)."""

from mystage.adapters.training.fitting import MonotoneTrainer

__all__ = ["MonotoneTrainer"]
