"""Dump: a file of documents, counters and journal entries, for backup and for moving."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

CanonicalJson: TypeAlias = Callable[[Sequence[tuple[str, bytes]]], bytes]
"""Documents (id, JSON) as bytes that are the same for all JSON texts of one value, whatever the order of their names and
their spaces, and others for other values; what is joined of two calls is that of one over both. Texts that write one
number in two ways may differ. Raises Malformed for what is no JSON."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a store holds. `place`: `document`, `counter` or `entry`.

    document: `name` is the collection, `key` the id, `body` its JSON. counter: `name`, `body` the number as JSON.
    entry: `name` is the stream, `key` its sequence, `body` its JSON.
    """

    place: str
    name: str
    key: str
    body: bytes


class Dump(Protocol):
    """One file. Written whole or not at all."""

    @abstractmethod
    async def write(self, rows: AsyncIterable[Row]) -> int:
        """Write rows as they come; the answer is their number."""

    @abstractmethod
    def read(self) -> Iterator[Row]:
        """Rows in the order of writing. Raises Malformed for a file that is damaged, cut off, or no dump."""
