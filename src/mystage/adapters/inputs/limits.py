"""How much an archive may hold."""

from __future__ import annotations

from dataclasses import dataclass

from mystage.domain.errors import TooLarge


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Limits against archives that unpack without end. Sizes are bytes after unpacking."""

    member_bytes: int = 32 * 1024 * 1024
    total_bytes: int = 4 * 1024 * 1024 * 1024
    ratio: int = 200
    """Unpacked to packed; text hardly goes above 20. Counts from `ratio_from` on: little zeros are harmless."""
    ratio_from: int = 8 * 1024 * 1024
    members: int = 200_000


class Budget:
    """What one archive has used of its limits.

    Args:
        limits: the limits.
        where: the archive, for messages.
    """

    def __init__(self, limits: ArchiveLimits, where: str) -> None:
        self.limits = limits
        self._where = where
        self._members = 0
        self._bytes = 0

    def count_member(self) -> None:
        """Count one more member. Raises TooLarge above the limit."""
        self._members += 1
        if self._members > self.limits.members:
            raise TooLarge(f"more than {self.limits.members:,} members", where=self._where)

    def count_bytes(self, size: int) -> None:
        """Count unpacked bytes. Raises TooLarge above the limit."""
        self._bytes += size
        if self._bytes > self.limits.total_bytes:
            raise TooLarge(f"unpacks to more than {self.limits.total_bytes:,} bytes", where=self._where)

    def check_ratio(self, packed: int, unpacked: int) -> None:
        """Check that it does not unpack to suspiciously much. Raises TooLarge."""
        if unpacked > self.limits.ratio_from and unpacked > packed * self.limits.ratio:
            raise TooLarge(f"unpacks to more than {self.limits.ratio} times its size", where=self._where)
