"""Clock, chance and fresh ids: the impure things that use cases need, as ports."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time."""

    @abstractmethod
    def now(self) -> datetime:
        """This moment, timezone-aware UTC."""

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Wait. A test's clock may let the time pass at once."""


class IdSource(Protocol):
    """Fresh ids and chance."""

    @abstractmethod
    def new(self, prefix: str = "") -> str:
        """An id that was never given before."""

    @abstractmethod
    def chance(self) -> float:
        """A random number in [0, 1)."""
