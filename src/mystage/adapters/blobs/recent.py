"""What was just written is read next: a bounded memory of recent blobs."""

from __future__ import annotations

from collections import OrderedDict


class Recent:
    """Recently used blobs, the least recently used given up first. Used from the event loop's thread alone.

    Args:
        limit: bytes kept in all. A blob larger than a quarter of it is not kept: it would push out all others.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def get(self, digest: str) -> bytes | None:
        """The bytes, where they are still remembered."""
        data = self._kept.get(digest)
        if data is not None:
            self._kept.move_to_end(digest)
        return data

    def add(self, digest: str, data: bytes) -> None:
        """Remember a blob."""
        if len(data) > self._limit // 4:
            return
        self.drop(digest)
        self._kept[digest] = data
        self._size += len(data)
        while self._size > self._limit:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest)

    def drop(self, digest: str) -> None:
        """Forget a blob."""
        data = self._kept.pop(digest, None)
        if data is not None:
            self._size -= len(data)
