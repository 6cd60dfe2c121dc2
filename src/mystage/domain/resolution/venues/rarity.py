"""How much a word of a name tells: words of kind little, all others much, in tenths of a nat.

A stated assumption instead of a count: counting the names of the stream itself was tried and
gained less than 0.001 F1, at the price of scores that depend on what else was read.
"""

from __future__ import annotations

import math

from mystage.domain.resolution.vocabulary import KIND_WORDS

_KIND_SHARE = 0.02
"""The share of names that have a given word of kind, roughly."""
_WORD_SHARE = 0.00005
"""The share of names that have any other given word, roughly."""
_KIND, _WORD = (round(-10.0 * math.log(share)) for share in (_KIND_SHARE, _WORD_SHARE))


class _Weights(dict[str, int]):
    def __missing__(self, word: str) -> int:
        return _KIND if len(word) == 1 else _WORD


weigh: dict[str, int] = _Weights(dict.fromkeys(KIND_WORDS, _KIND))
"""The weight of a word."""
