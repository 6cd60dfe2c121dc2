"""BlobStore: bytes under the digest of their content."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from typing import Protocol


class BlobStore(Protocol):
    """Content-addressed bytes: raw pages, images, large readings. Writing the same bytes twice keeps them once."""

    @abstractmethod
    async def put(self, data: bytes) -> str:
        """Store bytes; the answer is their SHA-256 in hex."""

    @abstractmethod
    async def put_many(self, items: Sequence[bytes]) -> list[str]:
        """Store several; the digests in the same order."""

    @abstractmethod
    async def get(self, digest: str) -> bytes:
        """The bytes. Raises NotFound; Malformed where what is kept does not hash to its name."""

    @abstractmethod
    async def has(self, digest: str) -> bool:
        """Whether it is kept."""

    @abstractmethod
    async def delete(self, digest: str) -> None:
        """Remove it; gone already is fine."""

    @abstractmethod
    def digests(self) -> AsyncIterator[str]:
        """All digests, in no order."""
