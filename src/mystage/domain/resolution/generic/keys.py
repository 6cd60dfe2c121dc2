"""Match keys of records of any columns: rare words, pairs of frequent ones, codes, places, starts of names.

A word that stands in more records than a block may hold is never a key by itself; it is refined by a second word, a
number or a date of the same record. So a block stays small however large the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from mystage.domain.resolution.generic.records import Record, Survey

BLOCK = 60
"""Records that a word may stand in and still be a key alone."""
_RARE = 6
_FREQUENT = 5
_MOST = 40
_CELLS_PER_DEGREE = 50
"""Cells of about 2.2 km from south to north."""


def keys(record: Record, survey: Survey, *, query: bool = False) -> list[str]:
    """The keys of a record, deterministic, at most 40; a query adds the cells around its position."""
    return list(dict.fromkeys(_all(record, survey, query=query)))[:_MOST]


def _all(record: Record, survey: Survey, *, query: bool) -> Iterator[str]:
    yield from (f"c{n}:{code}" for n, code in enumerate(record.codes) if len(code) > 5)
    ranked = sorted(
        (word for word in record.whole if survey.in_records.get(word, 2) > 1),
        key=lambda word: (survey.in_records.get(word, 2), word),
    )
    rare = [word for word in ranked if survey.in_records.get(word, 2) <= BLOCK]
    yield from (f"w:{word}" for word in rare[:_RARE])
    texts = [record.texts[n] for n in survey.order[:3] if record.texts[n]]
    for text in texts:
        solid = text.replace(" ", "").lstrip("0123456789") or text
        yield f"p:{solid[:9]}"
        yield f"e:{solid[-9:]}"
    frequent = [word for word in ranked if survey.in_records.get(word, 2) > BLOCK][:_FREQUENT]
    if frequent:
        near = (rare[:2] + frequent)[:_FREQUENT]
        yield from (f"b:{min(x, y)} {max(x, y)}" for x, y in combinations(near, 2))
        yield from (f"n:{frequent[0]}:{value:g}" for value in record.numbers if value is not None)
    yield from _places(record, query=query)
    for n in survey.order[:2]:
        yield from (f"a:{x} {y}" for x, y in pairwise(record.tokens[n][:6]))


def _places(record: Record, *, query: bool) -> Iterator[str]:
    """The cell of the position with the start of each of its first names; a query looks in the neighbours too."""
    if record.point is None:
        return
    row, column = (int(degrees * _CELLS_PER_DEGREE // 1) for degrees in record.point)
    around = (-1, 0, 1) if query else (0,)
    stems = sorted({word[:3] for word in record.whole if not word.isdigit()})[:4] or [""]
    for stem in stems[:2] if query else stems:
        yield from (f"g:{row + r}.{column + c}:{stem}" for r in around for c in around)
