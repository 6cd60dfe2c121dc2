"""An index of records by key, in the process: small blocks, the candidates that share the rarest keys first."""

from __future__ import annotations

from collections.abc import Sequence

from mystage.domain.resolution.engine import Index


class Blocks(Index):
    """Blocks of at most `size` records; `overflowing` counts keys that met more (their later records are not kept there)."""

    def __init__(self, size: int = 60) -> None:
        self._size = size
        self._blocks: dict[str, list[int]] = {}
        self._full: set[str] = set()

    @property
    def overflowing(self) -> int:
        """Keys whose block is full."""
        return len(self._full)

    def add(self, n: int, keys: Sequence[str]) -> None:
        for key in keys:
            block = self._blocks.get(key)
            if block is None:
                self._blocks[key] = [n]
            elif len(block) < self._size:
                block.append(n)
            else:
                self._full.add(key)

    def candidates(self, keys: Sequence[str], limit: int) -> list[int]:
        votes: dict[int, float] = {}
        for key in keys:
            block = self._blocks.get(key)
            if block:
                vote = 1.0 / (2 + len(block))
                for n in block:
                    votes[n] = votes.get(n, 0.0) + 1.0 + vote
        if len(votes) <= limit:
            return sorted(votes)
        return sorted(sorted(votes, key=lambda n: (-votes[n], n))[:limit])
