"""Clocks and id sources."""

from mystage.adapters.system.clocks import ManualClock, SystemClock
from mystage.adapters.system.ids import SeededIds, SystemIds

__all__ = ["ManualClock", "SeededIds", "SystemClock", "SystemIds"]
