"""Journal: append-only streams, gap-free and ordered, for audit, ledgers, chat and live updates."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a stream; `sequence` counts from 1 without gaps."""

    stream: str
    sequence: int
    body: bytes
    at: datetime


class Journal(Protocol):
    """Append-only streams of records."""

    @abstractmethod
    async def append(self, stream: str, records: Sequence[bytes], expected: int | None = None) -> int:
        """Append records and return the last sequence. With `expected`, raise Conflict unless it is the last one now."""

    @abstractmethod
    async def read(self, stream: str, after: int = 0, limit: int | None = None) -> list[Entry]:
        """Entries with a sequence above `after`, in order."""

    @abstractmethod
    async def streams(self) -> list[str]:
        """All streams that hold entries, by name."""

    @abstractmethod
    def follow(self, stream: str, after: int = 0) -> AsyncIterator[Entry]:
        """Entries above `after`, then new ones as they come; ends when closed."""
