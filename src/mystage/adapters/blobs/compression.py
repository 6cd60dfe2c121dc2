"""Zstandard: of the standard library from Python 3.14 on, of the `zstandard` package before."""

from __future__ import annotations

import sys
import threading

from mystage.domain.errors import Malformed

LEVEL = 3

if sys.version_info >= (3, 14):
    from compression import zstd

    def compress(data: bytes) -> bytes:
        """One zstd frame at level 3."""
        return zstd.compress(data, level=LEVEL)

    def decompress(data: bytes) -> bytes:
        """The bytes of one frame. Raises Malformed where it is broken or cut off."""
        try:
            return zstd.decompress(data)
        except (zstd.ZstdError, EOFError) as error:
            raise Malformed(f"the zstd data is broken ({error})") from error
else:
    import zstandard

    class _Tools(threading.local):
        """A compressor serves one thread at a time, and is dear to build."""

        def __init__(self) -> None:
            self.compressor = zstandard.ZstdCompressor(level=LEVEL)
            self.decompressor = zstandard.ZstdDecompressor()

    _tools = _Tools()

    def compress(data: bytes) -> bytes:
        """One zstd frame at level 3."""
        return _tools.compressor.compress(data)

    def decompress(data: bytes) -> bytes:
        """The bytes of one frame. Raises Malformed where it is broken or cut off."""
        try:
            return _tools.decompressor.decompress(data)
        except zstandard.ZstdError as error:
            raise Malformed(f"the zstd data is broken ({error})") from error
