"""What only the folder promises."""

from __future__ import annotations

import asyncio

import pytest

from mystage.adapters.blobs import FolderBlobs
from mystage.adapters.blobs.recent import Recent
from mystage.domain.errors import Malformed, Unavailable


def file_of(root, digest):
    return root / digest[:2] / digest[2:4] / f"{digest}.zst"


async def test_blob_is_compressed_under_its_digest(tmp_path):
    """The layout is `ab/cd/<digest>.zst`, and nothing else is left behind."""
    digest = await FolderBlobs(tmp_path).put(b"la " * 10_000)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [file_of(tmp_path, digest)]
    assert files[0].stat().st_size < 1_000


async def test_kept_blob_is_not_written_again(tmp_path):
    """The file of a known digest stays the very same file."""
    blobs = FolderBlobs(tmp_path)
    digest = await blobs.put(b"page")
    before = file_of(tmp_path, digest).stat()
    await blobs.put(b"page")
    after = file_of(tmp_path, digest).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("damage", [lambda data: data[:-3], lambda data: b"not zstd at all", lambda data: b""])
async def test_damaged_blob_is_malformed(tmp_path, damage):
    """What is cut, foreign or empty is never returned; the error names the file."""
    digest = await FolderBlobs(tmp_path).put(b"page " * 100)
    path = file_of(tmp_path, digest)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(Malformed, match=digest):
        await FolderBlobs(tmp_path).get(digest)


async def test_content_of_another_blob_is_malformed(tmp_path):
    """A valid file under the wrong name is found out."""
    blobs = FolderBlobs(tmp_path)
    one, two = await blobs.put_many([b"one", b"two"])
    file_of(tmp_path, one).write_bytes(file_of(tmp_path, two).read_bytes())
    with pytest.raises(Malformed, match="hash"):
        await FolderBlobs(tmp_path).get(one)


async def test_empty_file_after_a_power_cut_is_written_again(tmp_path):
    """An empty file is no blob: it is not there, and the next put repairs it."""
    blobs = FolderBlobs(tmp_path, recent_bytes=0)
    digest = await blobs.put(b"page")
    file_of(tmp_path, digest).write_bytes(b"")
    assert not await blobs.has(digest)
    await blobs.put(b"page")
    assert await blobs.get(digest) == b"page"


async def test_unfinished_files_are_not_blobs(tmp_path):
    """What a killed process left behind is not listed."""
    blobs = FolderBlobs(tmp_path)
    digest = await blobs.put(b"page")
    file_of(tmp_path, digest).with_suffix(".zst.1-ab.tmp").write_bytes(b"half")
    (tmp_path / "README").write_text("not a blob")
    assert [name async for name in blobs.digests()] == [digest]


async def test_folder_that_cannot_be_written_to_is_unavailable(tmp_path):
    """The error names the place."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="file"):
        await FolderBlobs(tmp_path / "file").put(b"page")


async def test_many_writers_of_one_blob(tmp_path):
    """Stores that share a folder and write the same bytes at once agree, and leave one file."""
    stores = [FolderBlobs(tmp_path, recent_bytes=0) for _ in range(8)]
    digests = await asyncio.gather(*(store.put(b"page " * 1_000) for store in stores))
    assert len(set(digests)) == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_memory_of_recent_blobs_is_bounded():
    """The least recently used go first; one that is too large is not kept at all."""
    recent = Recent(100)
    for name in "abcde":
        recent.add(name, bytes(20))
    recent.get("a")
    recent.add("f", bytes(20))
    assert recent.get("a") is not None
    assert recent.get("b") is None
    recent.add("big", bytes(26))
    assert recent.get("big") is None
    recent.drop("a")
    recent.drop("a")
    assert recent.get("a") is None
