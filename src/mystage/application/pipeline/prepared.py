"""Prepared forms of records: a candidate that was met once is met again, and its names are folded once."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from mystage.domain.resolution.records import Side, prepare_claim
from mystage.domain.sources import ArtistClaim, VenueClaim

_MOST: Final = 2_048
"""Sides take two to three kilobytes each."""


class Prepared:
    """The sides of the venues and artists that were met last.

    A side is given out again for the very claim that it was made from (the same object, which a worker's `Validated`
    documents see to), so it can't be stale. A performance's side hangs on other records and is made anew each time.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[VenueClaim | ArtistClaim, Side]] = OrderedDict()

    def side(self, id: str, source: str, claim: VenueClaim | ArtistClaim) -> Side:
        """The prepared form of the claim of an entity source.

        Args:
            id: the entity source.
            source: its source's name.
            claim: what it says.
        """
        kept = self._kept.get(id)
        if kept is not None and kept[0] is claim and kept[1].source == source:
            self._kept.move_to_end(id)
            return kept[1]
        side = prepare_claim(id, source, claim)
        self._kept[id] = (claim, side)
        self._kept.move_to_end(id)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return side
