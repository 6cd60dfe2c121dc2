"""Blobs in a folder: `ab/cd/<sha256>.zst`, written whole or not at all."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import TypeVar

from mystage.adapters.blobs.compression import compress, decompress
from mystage.adapters.blobs.digests import digest_of, is_digest, missing
from mystage.adapters.blobs.recent import Recent
from mystage.application.ports.blobs import BlobStore
from mystage.domain.errors import Malformed, Unavailable

_SUFFIX = ".zst"
_T = TypeVar("_T")


class FolderBlobs(BlobStore):
    """Zstandard-compressed files under their digests; many processes may share the folder.

    A file appears by renaming a finished one, so a reader or a crash never meets half a blob. What is kept is never
    written again; only an empty file, which a power cut can leave behind without `fsync`, is replaced.

    Args:
        root: the folder; made when it is first written to.
        fsync: wait for the disk on each write. Off: after a power cut the last seconds may be missing, and the pages
            are fetched again.
        recent_bytes: how much of what was last written and read is held in memory.
    """

    def __init__(self, root: Path, *, fsync: bool = False, recent_bytes: int = 64 * 1024 * 1024) -> None:
        self._root = root
        self._fsync = fsync
        self._recent = Recent(recent_bytes)

    async def put(self, data: bytes) -> str:
        return (await self.put_many((data,)))[0]

    async def put_many(self, items: Sequence[bytes]) -> list[str]:
        if not items:
            return []
        digests = await self._in_thread(lambda: [self._write(data) for data in items])
        for digest, data in zip(digests, items, strict=True):
            self._recent.add(digest, data)
        return digests

    async def get(self, digest: str) -> bytes:
        data = self._recent.get(digest)
        if data is None:
            if not is_digest(digest):
                raise missing(digest)
            data = await self._in_thread(lambda: self._read(digest))
            self._recent.add(digest, data)
        return data

    async def has(self, digest: str) -> bool:
        return is_digest(digest) and await self._in_thread(lambda: _is_kept(self._path(digest)))

    async def delete(self, digest: str) -> None:
        self._recent.drop(digest)
        if is_digest(digest):
            await self._in_thread(lambda: Path(self._path(digest)).unlink(missing_ok=True))

    async def digests(self) -> AsyncIterator[str]:
        for folder in await self._in_thread(lambda: _folders(self._root)):
            for digest in await self._in_thread(lambda folder=folder: list(_names(folder))):  # type: ignore[misc] # mypy cannot infer a lambda with a default
                yield digest

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            hint = "check that the data folder can be written to and has space left"
            raise Unavailable(
                error.strerror or str(error), where=str(error.filename or self._root), hint=hint
            ) from error

    def _path(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest[2:4]}/{digest}{_SUFFIX}"

    def _write(self, data: bytes) -> str:
        digest = digest_of(data)
        path = self._path(digest)
        if _is_kept(path):
            return digest
        unfinished = f"{path}.{os.getpid()}-{token_hex(4)}.tmp"
        packed = compress(data)
        try:
            try:
                self._write_file(unfinished, packed)
            except FileNotFoundError:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                self._write_file(unfinished, packed)
            os.replace(unfinished, path)  # noqa: PTH105 - this runs once a page: no Path objects
        except OSError:
            with suppress(OSError):  # the first error is the one to tell
                Path(unfinished).unlink(missing_ok=True)
            raise
        if self._fsync:
            _sync_folder(Path(path).parent)
        return digest

    def _write_file(self, path: str, data: bytes) -> None:
        with open(path, "xb", buffering=0) as file:  # noqa: PTH123 - this runs once a page: no Path objects
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]
            if self._fsync:
                os.fsync(file.fileno())

    def _read(self, digest: str) -> bytes:
        path = self._path(digest)
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - this runs once a page: no Path objects
                packed = file.read()
        except FileNotFoundError:
            raise missing(digest) from None
        try:
            data = decompress(packed)
        except Malformed as error:
            raise _broken(path, error.message) from error
        if digest_of(data) != digest:
            raise _broken(path, "its content does not hash to its name")
        return data


def _broken(path: str, why: str) -> Malformed:
    return Malformed(f"the blob is damaged: {why}", where=path, hint="delete the file and fetch the page again")


def _is_kept(path: str) -> bool:
    try:
        return os.stat(path).st_size > 0  # noqa: PTH116 - this runs once a page: no Path objects
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    """Make a rename last: the name is in the folder, not in the file."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _folders(root: Path) -> list[Path]:
    """The folders `ab/cd` that there are."""
    return [inner for outer in _subfolders(root) for inner in _subfolders(outer)]


def _subfolders(folder: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):  # nothing was written yet, or it was just removed
        for entry in folder.iterdir():
            if len(entry.name) == 2 and entry.is_dir():
                yield entry


def _names(folder: Path) -> Iterator[str]:
    with suppress(FileNotFoundError):  # just removed
        for entry in folder.iterdir():
            if entry.suffix == _SUFFIX and is_digest(entry.stem):
                yield entry.stem
