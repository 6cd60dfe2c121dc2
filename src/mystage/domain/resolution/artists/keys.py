"""Match keys of artists: few, selective, and one left by any single misspelling."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from mystage.domain.resolution.artists.names import ActName, bones
from mystage.domain.resolution.artists.record import Act

_NAMES = 4
_ENOUGH = 5
"""Letters from which the ends of a name are selective enough to be keys of their own."""
_EITHER = (8, 9)
"""Letters at which an added one changes how long those ends are, so that both lengths are kept."""


def keys(act: Act) -> Iterator[str]:
    """The keys under which an artist is kept and looked for, the most selective first."""
    for namespace, value in sorted(act.identifiers.items())[:2]:
        yield f"id:{namespace}:{value}"
    if act.names:
        yield _words(act.names[0])
        yield f"k:{bones(act.names[0])}"
        yield from _ends(act.names[0])
        yield from _initial(act.names[0])
    for site in sorted(act.sites)[:1]:
        yield f"st:{site}"
    for profile in sorted(act.profiles.values())[:3]:
        yield f"pr:{profile}"
    for name in act.names[1:_NAMES]:
        yield _words(name)
    for name in act.names[1:_NAMES]:
        yield f"k:{bones(name)}"


def _words(name: ActName) -> str:
    """The words in any order (a script without spaces has none)."""
    return f"n:{name.key if name.unspaced else ' '.join(sorted(name.words))}"


def _ends(name: ActName) -> Iterator[str]:
    """Start and end of the letters: an error near one leaves the other, whatever it does to the consonants.

    The letter at the far end keeps the blocks small, where it is not itself what differs.
    """
    solid = _without_article(name)
    count = len(solid)
    if count >= _ENOUGH:
        for size in (3, 5) if count in _EITHER else (3,) if count < _EITHER[0] else (5,):
            yield f"a:{solid[:size]}:{solid[-1]}"
            yield f"z:{solid[0]}:{solid[-size:]}"


def _without_article(name: ActName) -> str:
    """The letters without a first word that may be a misspelt "the"."""
    first = name.words[0]
    if len(name.words) > 1 and 2 <= len(first) <= 4 and OSA.distance(first, "the", score_cutoff=1) <= 1:
        return "".join(name.words[1:])
    return name.solid


def _initial(name: ActName) -> Iterator[str]:
    """First letter and last word of a person's name: "N. Cave"."""
    if len(name.words) > 1 and len(name.words[-1]) > 3 and not name.foreign:
        yield f"i:{name.words[0][0]}:{name.words[-1]}"
