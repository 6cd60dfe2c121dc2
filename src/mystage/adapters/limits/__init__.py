"""Governors: who may ask a source now."""

from mystage.adapters.limits.process import ProcessGovernor

__all__ = ["ProcessGovernor"]
