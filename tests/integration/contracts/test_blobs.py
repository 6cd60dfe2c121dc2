"""What every blob store promises; each backend inherits it."""

from __future__ import annotations

import hashlib
import random
from abc import ABC, abstractmethod

import pytest

from mystage.adapters.blobs import FolderBlobs, MemoryBlobs
from mystage.application.ports.blobs import BlobStore
from mystage.domain.errors import NotFound

ABSENT = "0" * 64


class BlobStoreContract(ABC):
    @pytest.fixture
    @abstractmethod
    def blobs(self, tmp_path) -> BlobStore:
        """An empty store."""

    async def test_bytes_come_back_under_their_sha256(self, blobs):
        """The name is the digest of the content."""
        digest = await blobs.put(b"page")
        assert digest == hashlib.sha256(b"page").hexdigest()
        assert await blobs.get(digest) == b"page"
        assert await blobs.has(digest)

    async def test_same_bytes_are_kept_once(self, blobs):
        """Writing twice, or twice in one call, is one blob."""
        await blobs.put(b"page")
        assert len(set(await blobs.put_many([b"page", b"other", b"page"]))) == 2
        assert len([digest async for digest in blobs.digests()]) == 2

    async def test_put_many_keeps_the_order(self, blobs):
        """The digests stand in the order of the items; nothing gives nothing."""
        items = [f"page {n}".encode() for n in range(50)]
        assert await blobs.put_many(items) == [hashlib.sha256(item).hexdigest() for item in items]
        assert await blobs.put_many([]) == []

    async def test_deleted_blob_is_gone(self, blobs):
        """Deleting is final, and fine where nothing is; the same bytes may come again."""
        digest = await blobs.put(b"page")
        await blobs.delete(digest)
        await blobs.delete(digest)
        assert not await blobs.has(digest)
        with pytest.raises(NotFound):
            await blobs.get(digest)
        assert await blobs.put(b"page") == digest
        assert await blobs.get(digest) == b"page"

    @pytest.mark.parametrize(
        "name", [ABSENT, "", "../../etc/passwd", "/etc/passwd", "A" * 64, "0" * 63 + "\n", "é" * 64]
    )
    async def test_what_is_not_kept_is_not_found(self, blobs, name):
        """Absent digests and names that are no digests are treated alike."""
        assert not await blobs.has(name)
        await blobs.delete(name)
        with pytest.raises(NotFound):
            await blobs.get(name)

    @pytest.mark.parametrize("data", [b"", b"\x00", bytes(70_000), random.Random(5).randbytes(70_000), b"\xff\xfe" * 9])
    async def test_any_bytes_survive(self, blobs, data):
        """Empty, random, repetitive: all come back."""
        assert await blobs.get(await blobs.put(data)) == data

    async def test_large_blob_survives(self, blobs):
        """Images are larger than pages."""
        data = bytes(range(256)) * 40_000
        assert await blobs.get(await blobs.put(data)) == data


class TestMemory(BlobStoreContract):
    @pytest.fixture
    def blobs(self, tmp_path):
        return MemoryBlobs()


class TestFolder(BlobStoreContract):
    @pytest.fixture
    def blobs(self, tmp_path):
        return FolderBlobs(tmp_path / "blobs")


class TestFolderFromDisk(BlobStoreContract):
    """Without the memory of recent blobs, and with fsync: every read is of the file."""

    @pytest.fixture
    def blobs(self, tmp_path):
        return FolderBlobs(tmp_path / "blobs", fsync=True, recent_bytes=0)
