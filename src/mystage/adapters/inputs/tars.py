"""Members of tar archives, plain or gzipped, read in one pass."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from mystage.adapters.inputs.limits import Budget
from mystage.adapters.inputs.members import Members
from mystage.adapters.inputs.names import is_nested_archive
from mystage.application.ports.readers import InputItem

_BROKEN = (tarfile.TarError, EOFError, OSError, zlib.error, ValueError, OverflowError)
"""All that `tarfile` and `gzip` raise for what is wrong with an archive."""
_BLOCK = 512
_PIECE = 64 * 1024
_HEADER_LIMIT = 1024 * 1024
"""Bytes asked for at once. Bodies are read in pieces, so more can only be a header that claims to be huge."""


class _Forward(io.RawIOBase):
    """A stream that tar reads forwards, on which each byte and the ratio are counted.

    Args:
        inner: the unpacked stream.
        packed: size of the archive's file in bytes.
        budget: the limits.
    """

    def __init__(self, inner: BinaryIO | gzip.GzipFile, packed: int, budget: Budget) -> None:
        self._inner = inner
        self._packed = packed
        self._budget = budget
        self._position = 0
        self.last = b""
        """The last piece that was read."""

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence or offset < self._position:
            raise tarfile.ReadError("its headers point backwards")
        while self._position < offset and self.read(min(_PIECE, offset - self._position)):
            pass
        return self._position

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > _HEADER_LIMIT:
            raise tarfile.ReadError("a header claims to be larger than any header is")
        data = self._inner.read(size)
        self._position += len(data)
        self._budget.count_bytes(len(data))
        self._budget.check_ratio(self._packed, self._position)
        self.last = data
        return data


def tar_items(file: BinaryIO, packed: int, members: Members, budget: Budget, *, gzipped: bool) -> Iterator[InputItem]:
    """The members of an open tar archive of `packed` bytes, in its order. Raises TooLarge where a limit ends it."""
    inner: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=file, mode="rb") if gzipped else file
    stream = _Forward(inner, packed, budget)
    try:
        with tarfile.open(fileobj=stream, mode="r:", errorlevel=2) as archive:
            for info in archive:
                archive.members = []  # type: ignore[attr-defined] # tarfile remembers all members; one pass needs none
                yield from _member(archive, info, members, budget)
            if stream.last != bytes(_BLOCK):  # tarfile ends quietly at a broken header
                yield members.failed("", "a truncated or broken tar archive: it ends without its end mark")
    except _BROKEN as error:
        yield members.failed("", f"a truncated or broken tar archive ({error}); its later members are missing")


def _member(archive: tarfile.TarFile, info: tarfile.TarInfo, members: Members, budget: Budget) -> Iterator[InputItem]:
    name = "" if info.isdir() else members.name(info.name)
    if not name:
        return
    budget.count_member()
    limit = budget.limits.member_bytes
    if not info.isreg():
        yield members.failed(name, "a link or special file is not followed")
    elif is_nested_archive(name):
        yield members.item(name, b"")
    elif info.size > limit:
        yield members.failed(name, f"{info.size:,} bytes, more than {limit:,}")
    else:
        yield members.item(name, _body(archive, info))


def _body(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    opened = archive.extractfile(info)
    if opened is None:
        raise tarfile.ReadError(f"{info.name} has no data")
    with opened:
        parts = list(iter(lambda: opened.read(_PIECE), b""))
    body = b"".join(parts)
    if len(body) < info.size:
        raise tarfile.ReadError(f"{info.name} ends early")
    return body
