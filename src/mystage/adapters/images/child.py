"""The child process: pictures come in on standard input, variants go out on standard output, until the input ends.

Frames: 4 bytes of length (big endian), then as many bytes. A request is one frame, the picture. An answer is a frame of
JSON, and a frame for each variant that it names.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from ctypes import CDLL
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Final

from mystage.adapters.images.rendering import render
from mystage.domain.errors import MystageError

_ROOM: Final = 256 * 1024 * 1024
"""Address space beyond what the process has at its start: the last guard, should an estimate be wrong."""

_MMAP_THRESHOLD: Final = -3
"""glibc's M_MMAP_THRESHOLD: set, it no longer grows with each large block that is freed."""


def serve() -> None:
    """Answer until the parent closes the input."""
    _bound()
    inbound, outbound = sys.stdin.buffer, sys.stdout.buffer
    while _answered(inbound, outbound):
        outbound.flush()


def _answered(inbound: BinaryIO, outbound: BinaryIO) -> bool:
    """Answer one request, and hold nothing of it afterwards; False at the end of the input."""
    data = _read(inbound)
    if data is None:
        return False
    for frame in answer(data):
        outbound.write(len(frame).to_bytes(4, "big"))
        outbound.write(frame)
    return True


def answer(data: bytes) -> list[bytes]:
    """The frames that answer a request."""
    try:
        made = render(data)
    except MystageError as error:
        return [json.dumps({"error": error.code, "message": error.message, "where": error.where}).encode()]
    header = asdict(made) | {"variants": [(v.width, v.height) for v in made.variants]}
    return [json.dumps(header).encode(), *(variant.data for variant in made.variants)]


def _read(inbound: BinaryIO) -> bytes | None:
    head = inbound.read(4)
    if len(head) < 4:
        return None
    return inbound.read(int.from_bytes(head, "big"))


def _bound() -> None:
    """Limit the address space, and have what is freed given back at once, where the system can (Linux, glibc)."""
    with suppress(OSError, AttributeError):  # another C library: a fresh child comes now and then anyway
        CDLL(None).mallopt(_MMAP_THRESHOLD, 128 * 1024)
    pages = Path("/proc/self/statm")
    if not pages.exists():
        return
    import resource  # noqa: PLC0415  not there on every system

    limit = int(pages.read_text("ascii").split()[0]) * resource.getpagesize() + _ROOM
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
