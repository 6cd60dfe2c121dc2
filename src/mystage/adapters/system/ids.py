"""Fresh ids and chance: real ones, and ones that repeat from run to run."""

from __future__ import annotations

import random
import secrets
import time

from mystage.application.ports.system import IdSource

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, whose order is ASCII order
_RANDOM_BITS = 80


class SystemIds(IdSource):
    """Ids of 26 characters that sort by creation: 48 bits of milliseconds, then 80 random bits (a ULID's layout)."""

    def new(self, prefix: str = "") -> str:
        number = (time.time_ns() // 1_000_000 << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        return prefix + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))

    def chance(self) -> float:
        return random.random()


class SeededIds(IdSource):
    """Ids that count from 1, and the same chances for the same seed. For tests and replays."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._count = 0

    def new(self, prefix: str = "") -> str:
        self._count += 1
        return f"{prefix}{self._count:08d}"

    def chance(self) -> float:
        return self._random.random()
