"""The twin for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from mystage.adapters.blobs.digests import digest_of, missing
from mystage.application.ports.blobs import BlobStore


class MemoryBlobs(BlobStore):
    """Blobs in a dict; gone with the process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    async def put(self, data: bytes) -> str:
        digest = digest_of(data)
        self._kept.setdefault(digest, bytes(data))
        return digest

    async def put_many(self, items: Sequence[bytes]) -> list[str]:
        return [await self.put(item) for item in items]

    async def get(self, digest: str) -> bytes:
        try:
            return self._kept[digest]
        except KeyError:
            raise missing(digest) from None

    async def has(self, digest: str) -> bool:
        return digest in self._kept

    async def delete(self, digest: str) -> None:
        self._kept.pop(digest, None)

    async def digests(self) -> AsyncIterator[str]:
        for digest in tuple(self._kept):
            yield digest
