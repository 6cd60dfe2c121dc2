"""The features of two artists: which, and their levels."""

from __future__ import annotations

from mystage.domain.resolution.additive import MISSING, Feature
from mystage.domain.resolution.artists.comparing import (
    ADDED,
    ORDER,
    OTHER,
    SAME,
    SCRIPT,
    SOUND,
    STYLED,
    TYPING_CLASSES,
    Compared,
    compare,
)
from mystage.domain.resolution.artists.names import NO_NAME
from mystage.domain.resolution.artists.record import Act
from mystage.domain.sources import is_derived

FEATURES = (
    Feature(name="name", knots=(OTHER, ADDED, SCRIPT, SOUND, STYLED, ORDER, SAME)),
    Feature(name="name letters", rising=True, knots=(0, 50, 70, 80, 85, 90, 94, 97, 100)),
    Feature(name="name in other script", rising=True, knots=(0, 40, 55, 65, 75, 85, 95, 100)),
    Feature(name="typing error", knots=TYPING_CLASSES),
    Feature(name="name words", rising=True, knots=(0, 25, 50, 70, 85, 95, 100)),
    Feature(name="one name adds", rising=False, knots=(0, 5, 12, 25, 37, 50, 100)),
    Feature(name="both names differ", rising=False, knots=(0, 5, 12, 25, 37, 50, 100)),
    Feature(name="rarity of the name", rising=True, knots=(0, 12, 25, 35, 45, 60, 80, 100)),
    Feature(name="rarity of shared words", rising=True, knots=(0, 12, 25, 35, 45, 60, 80, 100)),
    Feature(name="number", rising=True, knots=(0, 50, 100)),
    Feature(name="ensemble", knots=(0, 25, 50, 75, 100)),
    Feature(name="other name", knots=(0, 50, 100)),
    Feature(name="country", rising=True, knots=(0, 100)),
    Feature(name="genre", rising=True, knots=(0, 50, 100)),
    Feature(name="site", rising=True, knots=(0, 100)),
    Feature(name="profile", rising=True, knots=(0, 100)),
    Feature(name="identifier", rising=True, knots=(0, 100)),
    Feature(name="source", rising=False, knots=(0, 100)),
)
"""In the order of the levels."""


def levels(a: Act, b: Act) -> list[int]:
    """The level of each feature."""
    compared, other = best(a, b)
    return [*compared, other, *_beside(a, b)]


def best(a: Act, b: Act) -> tuple[Compared, int]:
    """The most similar of the names of two acts, and whether they are both main names (0), one (50) or none (100)."""
    if not a.names or not b.names:
        return compare(NO_NAME, NO_NAME)._replace(form=OTHER, letters=MISSING, words=MISSING), MISSING
    first = compare(a.names[0], b.names[0])
    if first.form == SAME or (len(a.names) == 1 and len(b.names) == 1):
        return first, 0
    found = first, 0
    rank = _rank(first)
    for n, name in enumerate(a.names):
        for m, other in enumerate(b.names):
            if (n or m) and _may_be(name.solid, other.solid):
                compared = compare(name, other)
                if _rank(compared) > rank:
                    rank, found = _rank(compared), (compared, 100 if n and m else 50)
    return found


def _may_be(a: str, b: str) -> bool:
    """Whether it is worth to compare two further names."""
    return a[:1] == b[:1] or abs(len(a) - len(b)) <= 3


def _rank(compared: Compared) -> tuple[int, int, int]:
    return compared.form, max(compared.letters, compared.script), compared.words


def _beside(a: Act, b: Act) -> tuple[int, int, int, int, int, int]:
    """Levels of country, genre, site, profile, identifier and source."""
    country = MISSING if not a.country or not b.country else 100 if a.country == b.country else 0
    site = MISSING if not a.sites or not b.sites else 0 if a.sites.isdisjoint(b.sites) else 100
    same = a.source == b.source and a.source and is_derived(a.key) == is_derived(b.key)
    return country, _genre(a, b), site, _profile(a, b), _identifier(a, b), 100 if same else 0


def _genre(a: Act, b: Act) -> int:
    if not a.genres or not b.genres:
        return MISSING
    if not a.genres.isdisjoint(b.genres):
        return 100
    return 0 if a.genre_words.isdisjoint(b.genre_words) else 50


def _profile(a: Act, b: Act) -> int:
    if not a.profiles or not b.profiles:
        return MISSING
    shared = a.profiles.keys() & b.profiles.keys()
    if not shared:
        return MISSING
    return 100 if any(a.profiles[host] == b.profiles[host] for host in shared) else 0


def _identifier(a: Act, b: Act) -> int:
    """0 where a namespace that both use has two ids; the same id joins by rule and needs no level."""
    if not a.identifiers or not b.identifiers:
        return MISSING
    differ = any(b.identifiers.get(space, id) != id for space, id in a.identifiers.items())
    return 0 if differ else MISSING
