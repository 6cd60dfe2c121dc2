"""Two names compared: what they share, what each says alone, how alike they are as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import partial_ratio, ratio

from mystage.domain.resolution.additive import MISSING
from mystage.domain.resolution.venues.names import Name
from mystage.domain.resolution.venues.rarity import weigh
from mystage.domain.resolution.vocabulary import KIND_WORDS

EQUAL, SPELLING, GENERIC, PART, SOME, NONE = 5, 4, 3, 2, 1, 0
"""Classes of a comparison: equal; spelt otherwise; one adds words of kind; one is part of the other; some telling word
is shared, but each has another; no telling word is shared."""


class Compared(NamedTuple):
    """Levels 0 to 100 (or MISSING) of two names, and the class of the comparison."""

    kind: int
    alike: int
    """Of the whole texts, letter by letter."""
    core: int
    """Of the words that tell which place it is."""
    words: int
    """Weight of the shared words among all words."""
    within: int
    """Weight of the shared words among those of the name that says less."""
    both: int
    """The rarity of what either says beyond the other: high where each has a rare word of its own."""
    one: int
    """The rarity of what one of the two adds."""
    rarity: int
    """The rarity of what they share."""
    numbers: int
    kinds: int
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()


def compare(a: Name, b: Name, known: frozenset[str]) -> Compared | None:
    """The names compared, or None where one has no letters; words in `known` (towns, states) tell nothing apart."""
    if not a.text or not b.text:
        return None
    if a.native and b.native and (is_unspaced(a.native) or is_unspaced(b.native)):
        return _unspaced(a, b)
    if bool(a.native) != bool(b.native):
        return _transcribed(a, b)
    if a.text == b.text:
        mass = _sum(a.words)
        return Compared(EQUAL, 100, 100 if a.core else MISSING, 100, 100, 0, 0, _cap(mass), _numbers(a, b), MISSING)
    only_a, only_b, common = _align(a.words, b.words)
    if known:
        only_a = [word for word in only_a if word not in known]
        only_b = [word for word in only_b if word not in known]
    solid_a, solid_b = a.text.replace(" ", ""), b.text.replace(" ", "")
    if solid_a == solid_b:
        only_a, only_b, common = [], [], list(a.words)
    mass_a, mass_b, shared = _sum(only_a), _sum(only_b), _sum(common)
    alike = ratio(a.text, b.text)
    if alike < 90.0 and len(a.words) > 1 and len(b.words) > 1:
        alike = max(alike, ratio(" ".join(sorted(a.words)), " ".join(sorted(b.words))))
    if a.native and b.native:
        alike = max(alike, ratio(a.native, b.native))
    less = shared + min(mass_a, mass_b)
    return Compared(
        kind=_kind(only_a, only_b, common),
        alike=100 if solid_a == solid_b else round(alike),
        core=_core(a, b),
        words=_percent(shared, shared + mass_a + mass_b),
        within=_percent(shared, less),
        both=_cap(min(mass_a, mass_b)),
        one=_cap(max(mass_a, mass_b)),
        rarity=_cap(shared),
        numbers=_numbers(a, b),
        kinds=_kinds(a, b),
        only_a=tuple(only_a),
        only_b=tuple(only_b),
    )


_TRANSCRIBED = 80.0


def _transcribed(a: Name, b: Name) -> Compared | None:
    """Names in two scripts: alike where one transcribes the other; else it may translate it, and nothing can be said."""
    alike = round(ratio(a.text.replace(" ", ""), b.text.replace(" ", "")))
    if alike < _TRANSCRIBED:
        return None
    return Compared(SPELLING, alike, alike, alike, alike, 0, 0, 40, MISSING, MISSING)


def is_unspaced(name: str) -> bool:
    """Whether a name holds letters of a script without spaces (Thai to Tibetan, Khmer, kana, Han)."""
    return any(
        "\u0e00" <= c <= "\u109f" or "\u1780" <= c <= "\u17ff" or "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff"
        for c in name
    )


def _unspaced(a: Name, b: Name) -> Compared:
    """Names written without spaces between words: compared as a whole."""
    solid_a, solid_b = a.native.replace(" ", ""), b.native.replace(" ", "")
    alike = round(ratio(solid_a, solid_b))
    short, long = sorted((solid_a, solid_b), key=len)
    within = 100 if short in long else alike
    kind = (
        EQUAL if alike == 100 else SPELLING if alike >= 85 else PART if within == 100 else SOME if alike >= 60 else NONE
    )
    differ = 0 if kind >= PART else 60 - alike // 2
    return Compared(kind, alike, alike, alike, within, differ, 100 - alike, 40, MISSING, MISSING)


def _sum(words: Sequence[str]) -> int:
    return sum([weigh[word] for word in words])


def _cap(mass: int) -> int:
    """A weight of 250 and more (about three rare words) is the top level."""
    return min(100, mass * 2 // 5)


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _align(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    """Words of each without a like in the other, and those that have one; equal words first, then misspelt ones."""
    common = [word for word in a if word in b]
    only_a = [word for word in a if word not in b]
    only_b = [word for word in b if word not in a]
    if only_a and only_b:
        for word in tuple(only_a):
            for other in only_b:
                if alike(word, other):
                    only_a.remove(word)
                    only_b.remove(other)
                    common.append(word)
                    break
    return only_a, only_b, common


def alike(a: str, b: str) -> bool:
    """Whether two words may be one: misspelt (an edit in four letters, never in a number), cut short, an initial."""
    size_a, size_b = len(a), len(b)
    if size_a > size_b:
        a, b, size_a, size_b = b, a, size_b, size_a
    if size_a < 3:
        return False
    if b.startswith(a) and size_a >= 4:
        return True
    if size_b - size_a > 2 or a.isdigit() or b.isdigit():
        return False
    limit = 1 if size_b <= 7 else 2
    return OSA.distance(a, b, score_cutoff=limit) <= limit


def _kind(only_a: list[str], only_b: list[str], common: list[str]) -> int:
    if not only_a and not only_b:
        return SPELLING
    told_a, told_b = telling(only_a), telling(only_b)
    if not telling(common):
        return NONE
    if told_a and told_b:
        return SOME
    if told_a or told_b:
        return PART
    return GENERIC


def telling(words: Sequence[str]) -> bool:
    """Whether a word among them says which place it is."""
    return not KIND_WORDS.issuperset(words)


def _core(a: Name, b: Name) -> int:
    if not a.core or not b.core:
        return MISSING
    if a.core == b.core:
        return 100
    core_a, core_b = " ".join(a.core), " ".join(b.core)
    whole = ratio(core_a, core_b)
    if min(len(core_a), len(core_b)) >= 4:
        whole = max(whole, 0.9 * partial_ratio(core_a, core_b))
    return round(whole)


def _numbers(a: Name, b: Name) -> int:
    """100 the same numbers, 50 one side has some, 0 others; MISSING without any."""
    told_a = [word for word in a.words if word.isdigit()]
    told_b = [word for word in b.words if word.isdigit()]
    if not told_a and not told_b:
        return MISSING
    if not told_a or not told_b:
        return 50
    return 100 if sorted(told_a) == sorted(told_b) else 0


def _kinds(a: Name, b: Name) -> int:
    """Words of kind: 100 the same, 50 some, 0 others; MISSING where one has none."""
    if len(a.core) == len(a.words) or len(b.core) == len(b.words):
        return MISSING
    told_a = {word for word in a.words if word in KIND_WORDS}
    told_b = {word for word in b.words if word in KIND_WORDS}
    if told_a == told_b:
        return 100
    return 50 if told_a & told_b else 0
