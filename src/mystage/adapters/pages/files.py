"""Pages that are files on this machine."""

from __future__ import annotations

import asyncio
import os
import stat
from contextlib import suppress
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from mystage.adapters.pages.content import undo
from mystage.application.ports.pages import PageFetcher, PageRequest, PageResult
from mystage.domain.errors import Malformed, TooLarge
from mystage.domain.pipeline.scrapes import FetchOutcome


class FilePageFetcher(PageFetcher):
    """Reads `file:///path`. A file's modification time and size are its ETag: an unchanged file is NOT_MODIFIED.

    Refused (BLOCKED, `address_refused`) where the address came from outside.

    Args:
        max_bytes: the largest body, after a gzipped file is unpacked.
    """

    def __init__(self, max_bytes: int = 32 * 1024 * 1024) -> None:
        self._max_bytes = max_bytes

    async def fetch(self, request: PageRequest) -> PageResult:
        if request.public:
            reason = f"{request.url}: input from outside may not read files"
            return _failed(request, "address_refused", reason, FetchOutcome.BLOCKED)
        return await asyncio.to_thread(self._read, request)

    async def close(self) -> None:
        """Nothing is open."""

    def _read(self, request: PageRequest) -> PageResult:
        parts = urlsplit(request.url)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            return _failed(request, "bad_address", f"{request.url}: not the address of a file on this machine")
        path = Path(os.fsdecode(unquote_to_bytes(parts.path)))
        try:
            return self._read_path(request, path)
        except (FileNotFoundError, NotADirectoryError):
            return _failed(request, "missing", f"{path}: there is no such file", FetchOutcome.GONE)
        except (OSError, ValueError) as error:
            return _failed(request, "unreadable", f"{path}: {getattr(error, 'strerror', None) or error}")
        except (TooLarge, Malformed) as error:
            return _failed(request, "too_large" if isinstance(error, TooLarge) else "bad_encoding", str(error))

    def _read_path(self, request: PageRequest, path: Path) -> PageResult:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            kind = "a folder" if stat.S_ISDIR(info.st_mode) else "not a regular file"
            return _failed(request, "not_a_file", f"{path}: {kind}")
        etag = f'"{info.st_mtime_ns:x}-{info.st_size:x}"'
        if request.etag == etag:
            return PageResult(request.url, FetchOutcome.NOT_MODIFIED, final_url=request.url, etag=etag)
        if info.st_size > self._max_bytes:
            raise TooLarge(f"{info.st_size:,} bytes, more than {self._max_bytes:,}", where=str(path))
        with open(path, "rb", opener=_without_waiting) as file:
            raw = file.read(self._max_bytes + 1) or b""
        body = undo(raw, "", self._max_bytes, where=str(path))
        if not body or body.isspace():
            return _failed(request, "empty", f"{path}: the file is empty", FetchOutcome.EMPTY)
        media_type = ""
        with suppress(ValueError):  # guess_type refuses some odd names; then there is nothing to guess from
            media_type = guess_type(path.name)[0] or ""
        return PageResult(
            url=request.url,
            outcome=FetchOutcome.OK,
            body=body,
            media_type=media_type,
            final_url=request.url,
            etag=etag,
        )


def _without_waiting(path: str, flags: int) -> int:
    """Some files of the kernel (and a FIFO put in a file's place meanwhile) would keep a reader waiting for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _failed(request: PageRequest, code: str, reason: str, outcome: FetchOutcome = FetchOutcome.FAILED) -> PageResult:
    return PageResult(url=request.url, outcome=outcome, reason=reason, code=code)
