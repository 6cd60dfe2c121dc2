"""Two names of acts compared."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from mystage.domain.resolution.additive import MISSING
from mystage.domain.resolution.artists.names import ActName
from mystage.domain.resolution.commonness import COMMON, VERY_COMMON, weight

SAME, ORDER, STYLED, SOUND, SCRIPT, ADDED = 100, 95, 90, 85, 80, 70
"""Forms in which two names are one: the same; other order or spacing; stylised; of one sound; another script; a word more."""
OTHER = 0
_FEWEST_SOUND = 5
_NATS = 5.0
"""Levels for each nat of rarity."""


class Compared(NamedTuple):
    """Levels of the features of two names, in the order of the features."""

    form: int
    letters: int
    script: int
    typing: int
    words: int
    only_one: int
    both: int
    rarity: int
    shared: int
    numbers: int
    ensemble: int


def compare(a: ActName, b: ActName) -> Compared:
    """The levels of two names."""
    ensemble = _ensemble(a, b)
    form = _form(a, b)
    if form:
        rarity = min(100, round(_NATS * min(a.rarity, b.rarity)))
        return Compared(form, 100, MISSING, MISSING, 100, 0, 0, rarity, MISSING, MISSING, ensemble)
    unlike_scripts = a.foreign != b.foreign or a.unspaced != b.unspaced
    if unlike_scripts or not a.solid or not b.solid:
        alike = round(max(ratio(a.solid, b.solid), ratio(a.sound, b.sound))) if unlike_scripts else 0
        return _UNKNOWN._replace(script=alike, ensemble=ensemble)
    if b.key < a.key:  # one order, since which words are taken for like ones may depend on it
        a, b = b, a
    return _unlike(a, b, ensemble)


_UNKNOWN = Compared(OTHER, *[MISSING] * 10)


def _form(a: ActName, b: ActName) -> int:
    if a.key == b.key:
        return SAME
    if not a.solid or not b.solid:
        return OTHER
    if a.solid == b.solid and a.foreign == b.foreign:
        return ADDED if a.ensemble != b.ensemble else ORDER
    if len(a.words) == len(b.words) > 1 and sorted(a.words) == sorted(b.words):
        return ORDER
    if a.foreign != b.foreign:
        return SCRIPT if a.sound == b.sound else OTHER
    if a.read == b.read:
        return STYLED
    if not a.foreign and a.sound == b.sound and len(a.sound) >= _FEWEST_SOUND:
        return SOUND
    return OTHER


def _ensemble(a: ActName, b: ActName) -> int:
    """100 the same, 75 one adds DJ or MC, 50 one adds "band", 25 one adds how many, 0 two that differ."""
    if not a.ensemble and not b.ensemble:
        return MISSING
    if a.ensemble == b.ensemble:
        return 100
    if a.ensemble and b.ensemble:
        return 0
    words = a.ensemble or b.ensemble
    if words <= {"dj", "mc"}:
        return 75
    return 50 if words == {"band"} else 25


def _unlike(a: ActName, b: ActName, ensemble: int) -> Compared:
    letters = ratio(a.latin, b.latin)
    if a.unspaced:
        return Compared(
            OTHER,
            round(letters),
            MISSING,
            MISSING,
            MISSING,
            MISSING,
            MISSING,
            MISSING,
            MISSING,
            _numbers(a, b),
            ensemble,
        )
    many = len(a.words) > 1 and len(b.words) > 1
    if many:
        letters = max(letters, ratio(" ".join(sorted(a.words)), " ".join(sorted(b.words))))
    common, only_a, only_b, known = _aligned(a.words, b.words)
    total = common + only_a + only_b
    return Compared(
        OTHER,
        round(letters),
        MISSING,
        _typing(a.solid, b.solid) if not known else 100,
        round(100 * common / total) if total else 0,
        min(100, round(_NATS * max(only_a, only_b))),
        min(100, round(_NATS * min(only_a, only_b))),
        MISSING,
        min(100, round(_NATS * common)),
        _numbers(a, b),
        ensemble,
    )


def _numbers(a: ActName, b: ActName) -> int:
    if not a.numbers and not b.numbers:
        return MISSING
    if a.numbers == b.numbers:
        return 100
    return 0 if a.numbers and b.numbers else 50


def _typing(a: str, b: str) -> int:
    """A class: letters changed (1, 2, or 3 and more), how long the name is, and whether its first letter changes."""
    changed = OSA.distance(a, b, score_cutoff=2)
    if changed > 2:
        return 90
    shorter = min(len(a), len(b))
    length = 0 if shorter <= 4 else 1 if shorter <= 6 else 2 if shorter <= 9 else 3 if shorter <= 13 else 4
    return (changed - 1) * 40 + (20 if a[0] != b[0] else 0) + 4 * length


TYPING_CLASSES = tuple(sorted({c * 40 + f * 20 + 4 * n for c in (0, 1) for f in (0, 1) for n in range(5)} | {90, 100}))


def _aligned(words_a: tuple[str, ...], words_b: tuple[str, ...]) -> tuple[float, float, float, bool]:
    """Weights of the words that both have, that only one has, and whether two known words stand against each other."""
    rest_b = list(words_b)
    rest_a: list[str] = []
    common = 0.0
    for word in words_a:
        if word in rest_b:
            rest_b.remove(word)
            common += weight(word)
        else:
            rest_a.append(word)
    only_a = 0.0
    known = False
    for word in rest_a:
        like = max(((_alike(word, other), other) for other in rest_b), default=(0.0, ""))
        if like[0] > 0.0:
            other = like[1]
            rest_b.remove(other)
            known = known or (_known(word) and _known(other))
            both = like[0] * min(weight(word), weight(other))
            common += both
            only_a += 0.5 * (weight(word) - both)
        else:
            only_a += weight(word)
    return common, only_a, sum(map(weight, rest_b)), known


def _known(word: str) -> bool:
    return word in COMMON or word in VERY_COMMON


def _alike(a: str, b: str) -> float:
    """How far two words may be one: misspelt, cut short or an initial; 0 where they may not."""
    if a.isdigit() or b.isdigit():
        return 0.0
    if len(a) == 1 or len(b) == 1:
        return 0.5 if a[0] == b[0] else 0.0
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) >= 3 and long.startswith(short):
        return 0.7
    alike = ratio(a, b)
    return alike / 100.0 if alike >= 74.0 else 0.0
