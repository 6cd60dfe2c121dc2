"""How well a document answers a text, and whether it passes the filters: shared by both indexes.

A word matches when it is equal, when it begins the document's word (the last word asked for may be unfinished), or
within a few edits (insertion, deletion, substitution, swap of neighbours).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from rapidfuzz.distance import OSA

from mystage.adapters.search.words import index_words, query_words, squeeze
from mystage.application.ports.search import SearchDocument, SearchQuery
from mystage.domain.errors import Invalid
from mystage.domain.values import distance_m

_FACETS: dict[str, Callable[[SearchDocument], Iterable[str]]] = {
    "kind": lambda d: (d.kind.value,),
    "locality": lambda d: (d.locality,) if d.locality else (),
    "country": lambda d: (d.country,) if d.country else (),
    "genres": lambda d: dict.fromkeys(d.genres),
}
FACETS = tuple(_FACETS)
FACET_VALUES = 100
"""Values counted per facet, the most frequent ones."""


class Tolerance(NamedTuple):
    """How much is forgiven in one attempt."""

    loose: bool = False
    """Forgive more edits per word."""
    some: bool = False
    """Two thirds of the words suffice, at least one."""

    def least(self, words: int) -> int:
        """How many of the words must match."""
        return max(1, words * 2 // 3) if self.some else words


ATTEMPTS = (Tolerance(), Tolerance(loose=True), Tolerance(loose=True, some=True))
"""Each is tried only when the one before found nothing."""


def reach(word: str, *, loose: bool = False) -> int:
    """Edits forgiven in a word: none below 4 letters, 1 below 8, else 2; loosely 1 from 3 letters, 2 from 5."""
    if loose:
        return 0 if len(word) < 3 else 1 if len(word) < 5 else 2
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def texts(document: SearchDocument) -> tuple[tuple[float, tuple[str, ...]], ...]:
    """The texts that find a document, and how much a word found there counts."""
    named = tuple(text for text in (document.venue,) if text)
    placed = tuple(text for text in (document.locality,) if text)
    return (
        (1.0, (document.name,)),
        (0.95, document.also),
        (0.9, document.artists),
        (0.8, named),
        (0.6, placed),
    )


class Asked:
    """A query's text, ready to be compared with documents. One object serves one search: it remembers words."""

    def __init__(self, text: str) -> None:
        self.words = query_words(text)
        self.whole = squeeze(text)
        self._known: dict[tuple[str, str], float] = {}

    def __bool__(self) -> bool:
        return bool(self.words)

    def relevance(self, document: SearchDocument) -> float:
        """Between 0 and 1 for the text, plus at most 0.05 for the document's weight."""
        return 0.55 * self._coverage(document) + 0.45 * self._likeness(document) + popularity(document)

    def matches(self, document: SearchDocument, tolerance: Tolerance) -> bool:
        """Whether enough words, or the name as a whole, are found within the edits forgiven."""
        found = {word for _, several in texts(document) for text in several for word in index_words(text)}
        hits = sum(any(self._within(word, other, loose=tolerance.loose) for other in found) for word in self.words)
        return hits >= tolerance.least(len(self.words)) or self._same_name(document)

    def _within(self, word: str, other: str, *, loose: bool) -> bool:
        allowed = reach(word, loose=loose)
        return _edits(word, other, allowed, unfinished=word == self.words[-1]) <= allowed

    def _same_name(self, document: SearchDocument) -> bool:
        allowed = reach(self.whole)
        names = (document.name, *document.also)
        return any(_edits(self.whole, squeeze(name), allowed, unfinished=True) <= allowed for name in names)

    def _coverage(self, document: SearchDocument) -> float:
        fields = [(share, [w for text in several for w in index_words(text)]) for share, several in texts(document)]
        return sum(self._best(word, fields) for word in self.words) / len(self.words)

    def _best(self, word: str, fields: Sequence[tuple[float, list[str]]]) -> float:
        return max((share * self._closeness(word, other) for share, others in fields for other in others), default=0.0)

    def _closeness(self, word: str, other: str) -> float:
        known = self._known.get((word, other))
        if known is None:
            known = self._known[word, other] = _closeness(word, other, unfinished=word == self.words[-1])
        return known

    def _likeness(self, document: SearchDocument) -> float:
        """How much the whole text resembles one whole name of the document."""
        return max(
            share * float(OSA.normalized_similarity(self.whole, squeeze(name)))
            for share, several in texts(document)
            for name in several
        )


def _edits(word: str, other: str, allowed: int, *, unfinished: bool) -> int:
    """Edits between two words, or between `word` and the beginning of `other`; above `allowed` it is `allowed` + 1."""
    if word == other or (unfinished and other.startswith(word)):
        return 0
    if not allowed or len(other) < len(word) - allowed or (len(other) > len(word) + allowed and not unfinished):
        return allowed + 1
    edits = int(OSA.distance(word, other, score_cutoff=allowed))
    if not unfinished or edits <= 1:
        return edits
    ends = range(max(1, len(word) - allowed), min(len(other), len(word) + allowed + 1))
    return min(edits, *(int(OSA.distance(word, other[:end], score_cutoff=allowed)) for end in ends), allowed + 1)


def _closeness(word: str, other: str, *, unfinished: bool) -> float:
    if word == other:
        return 1.0
    allowed = reach(word, loose=True)
    edits = _edits(word, other, allowed, unfinished=unfinished)
    if edits > allowed:
        return 0.0
    begun = abs(len(other) - len(word)) / (len(other) + len(word))  # a nearly finished word comes before a long one
    return 0.95 * (1 - edits / (len(word) + 1)) - 0.1 * begun


def popularity(document: SearchDocument) -> float:
    """At most 0.05, growing with the logarithm of the weight."""
    return 0.01 * min(5.0, math.log1p(max(0.0, document.weight)))


def ordinal(day: str, where: str) -> int:
    """The number of a calendar day. Raises `Invalid` for anything but a day."""
    try:
        return date.fromisoformat(day[:10]).toordinal()
    except ValueError as error:
        raise Invalid(f"{day!r} is no calendar day", where=where, hint="write YYYY-MM-DD") from error


def days(document: SearchDocument) -> tuple[int, int] | None:
    """First and last day of a document, as ordinals."""
    if not document.day:
        return None
    first = ordinal(document.day, document.id)
    return first, max(first, ordinal(document.until, document.id) if document.until else first)


def by_day(query: SearchQuery) -> bool:
    """Whether the query names days: then, without a text, the earlier comes first instead of the weightier."""
    return query.day_from is not None or query.day_to is not None


def distance_km(query: SearchQuery, document: SearchDocument) -> float | None:
    """Kilometres from the query's place, where both have one."""
    return distance_m(query.near, document.point) / 1_000 if query.near and document.point else None


def facet_counts(documents: Iterable[SearchDocument]) -> dict[str, dict[str, int]]:
    """How many documents have each value, per facet."""
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for document in documents:
        for name, values in _FACETS.items():
            for value in values(document):
                counts[name][value] = counts[name].get(value, 0) + 1
    return {name: most(values) for name, values in counts.items()}


def most(values: dict[str, int]) -> dict[str, int]:
    """The most frequent values first, equal counts by name, at most `FACET_VALUES`."""
    return dict(sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))[:FACET_VALUES])
