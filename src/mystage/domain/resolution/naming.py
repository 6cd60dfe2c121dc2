"""How alike two names are, and what each says that the other does not."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from mystage.domain.resolution.vocabulary import KIND_WORDS


class NamesCompared(NamedTuple):
    """Two name keys compared."""

    similarity: float
    """0 to 1."""
    only_a: tuple[str, ...]
    """Words of the first that have no like in the second."""
    only_b: tuple[str, ...]
    common: tuple[str, ...]
    """Words of the first that have a like in the second."""
    unlike_scripts: bool = False
    """One is in Latin letters, the other not: they can't be compared."""
    unspaced: bool = False
    """Written without spaces between words (Thai, Chinese, Japanese): only the similarity counts."""

    def without(self, words: frozenset[str]) -> NamesCompared:
        """The comparison where `words` (those of the town: "Blue Lion Ashford") do not tell two names apart."""
        if words.isdisjoint(self.only_a) and words.isdisjoint(self.only_b):
            return self
        return self._replace(
            only_a=tuple(word for word in self.only_a if word not in words),
            only_b=tuple(word for word in self.only_b if word not in words),
        )


@lru_cache(maxsize=1 << 15)
def compare(a: str, b: str) -> NamesCompared:
    """Two name keys compared."""
    if a == b:
        return NamesCompared(1.0, (), (), tuple(a.split()))
    solid_a, solid_b = a.replace(" ", ""), b.replace(" ", "")
    words_a, words_b = a.split(), b.split()
    if solid_a == solid_b:
        return NamesCompared(0.98, (), (), tuple(words_a))
    if is_unspaced(a) and is_unspaced(b):
        return NamesCompared(fuzz.ratio(solid_a, solid_b) / 100, (), (), (), unspaced=True)
    only_a, only_b, common = _align(words_a, words_b)
    similarity = fuzz.ratio(a, b)
    if len(words_a) > 1 and len(words_b) > 1:
        similarity = max(similarity, fuzz.ratio(" ".join(sorted(words_a)), " ".join(sorted(words_b))))
    unlike = a.isascii() != b.isascii()
    return NamesCompared(similarity / 100, tuple(only_a), tuple(only_b), tuple(common), unlike_scripts=unlike)


def is_unspaced(name: str) -> bool:
    """Whether a name holds letters of a script without spaces (Thai to Tibetan, Khmer, kana, Han)."""
    if name.isascii():
        return False
    return any(
        "\u0e00" <= c <= "\u109f" or "\u1780" <= c <= "\u17ff" or "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff"
        for c in name
    )


def _align(words_a: list[str], words_b: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Words without a like in the other name, and the words that have one; equal words first, then misspelt ones."""
    rest_b = list(words_b)
    rest_a: list[str] = []
    common: list[str] = []
    for word in words_a:
        if word in rest_b:
            rest_b.remove(word)
            common.append(word)
        else:
            rest_a.append(word)
    only_a: list[str] = []
    for word in rest_a:
        like = next((other for other in rest_b if alike(word, other)), None)
        if like is None:
            only_a.append(word)
        else:
            rest_b.remove(like)
            common.append(word)
    return only_a, rest_b, common


def alike(a: str, b: str) -> bool:
    """Whether two words may be one, misspelt (one edit in four letters, never in a number) or cut short ("deli")."""
    if len(a) < 3 or len(b) < 3 or a.isdigit() or b.isdigit():
        return False
    short, long = sorted((a, b), key=len)
    return (len(short) >= 4 and long.startswith(short)) or fuzz.ratio(a, b) >= 75.0


def distinctive(words: tuple[str, ...]) -> bool:
    """Whether a word among them says which venue it is."""
    return any(word not in KIND_WORDS and (len(word) > 1 or word.isdigit()) for word in words)


def best_names(names_a: tuple[str, ...], names_b: tuple[str, ...]) -> tuple[NamesCompared, str, str] | None:
    """The most similar pair of names of two records, or None where one has no name."""
    best: tuple[NamesCompared, str, str] | None = None
    for a in names_a[:4]:
        for b in names_b[:4]:
            compared = compare(a, b)
            if best is None or compared.similarity > best[0].similarity:
                best = (compared, a, b)
    return best
