"""An inverted index in memory: records by number, found by the keys they share. No store, no round trip, no pauses.

Postings are chains in flat arrays (16 bytes a posting, so 12 keys of a million records take 190 MB), spread over
tables of doubling size: nothing is ever rehashed, so that adding a record never waits for the others. Blocks are
bounded: a key that reaches `limit` records is refined, that is, later records are kept under pairs of it with each other
refined key of theirs, and a query looks there too (a record that shares a key which is not refined is found by that).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from mystage.domain.resolution.engine import Index

_FIRST_BITS = 16
_LOAD = 2
"""Postings a bucket, on average, at which a table is full and the next is begun."""
_END = -1
_REFINED = 8
"""At most so many frequent keys of a record are paired."""


class _Table:
    """One hash table with chains: `heads` of the buckets; `after`, `who` and `tag` of the postings."""

    __slots__ = ("after", "heads", "mask", "room", "tag", "who")

    def __init__(self, bits: int) -> None:
        self.mask = (1 << bits) - 1
        self.room = _LOAD << bits
        self.heads = array("i", [_END]) * (1 << bits)
        self.after = array("i")
        self.who = array("i")
        self.tag = array("i")


def _pairs(codes: list[int]) -> list[int]:
    """The refined keys: every two of the first few frequent ones, in one order."""
    if len(codes) < 2:
        return []
    codes = sorted(codes[:_REFINED])
    return [hash((a, b)) for n, a in enumerate(codes) for b in codes[n + 1 :]]


class MemoryIndex(Index):
    """Records by number (ever rising), under keys; candidates are those that share most, of equals the newest."""

    def __init__(self, *, limit: int = 60) -> None:
        self._limit = limit
        self._tables = [_Table(_FIRST_BITS)]
        self._frequent: set[int] = set()
        self._postings = 0

    def __len__(self) -> int:
        return self._postings

    @property
    def refined(self) -> int:
        """How many keys were refined because too many records have them."""
        return len(self._frequent)

    def add(self, n: int, keys: Sequence[str]) -> None:
        frequent = self._frequent
        full: list[int] = []
        for key in keys:
            code = hash(key)
            if code in frequent:
                full.append(code)
            else:
                self._put(code, n)
        for pair in _pairs(full):
            self._put(pair, n)

    def _put(self, code: int, n: int) -> None:
        table = self._tables[-1]
        if len(table.who) >= table.room:
            table = _Table(min(22, table.mask.bit_length() + 1))
            self._tables.append(table)
        bucket = code & table.mask
        table.after.append(table.heads[bucket])
        table.heads[bucket] = len(table.who)
        table.who.append(n)
        table.tag.append((code >> 30) & 0x7FFFFFFF)
        self._postings += 1

    def candidates(self, keys: Sequence[str], limit: int) -> list[int]:
        counts: dict[int, int] = {}
        get = counts.get
        full: list[int] = []
        for key in keys:
            code = hash(key)
            found = self._block(code)
            if len(found) >= self._limit:
                self._frequent.add(code)
                full.append(code)
            for n in found:
                counts[n] = get(n, 0) + 1
        for pair in _pairs(full):
            for n in self._block(pair):
                counts[n] = get(n, 0) + 1
        if len(counts) <= limit:
            return list(counts)
        return sorted(counts, key=lambda n: (-counts[n], -n))[:limit]

    def _block(self, code: int) -> list[int]:
        """The newest records under a key, at most the limit of a block."""
        tag = (code >> 30) & 0x7FFFFFFF
        found: list[int] = []
        for table in reversed(self._tables):
            at = table.heads[code & table.mask]
            if at >= 0:
                after, who, tags = table.after, table.who, table.tag
                while at >= 0:
                    if tags[at] == tag:
                        found.append(who[at])
                        if len(found) >= self._limit:
                            return found
                    at = after[at]
        return found
