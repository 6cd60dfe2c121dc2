"""Which of an entity's images stands for it. Pure.

Passed over: what is empty, what its address calls a logo or a placeholder, and what several other entities share. Of the
pictures that look alike the largest speaks for all, with the best rank among them. Then come, in this order: pictures
large enough to fill a screen, in the shape of a photograph; the rank of the source; the size; the order of the sources.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote, urlsplit

from mystage.domain.pipeline.images import Picture
from mystage.domain.sources import SourceRank

ALIKE: Final = 6
"""Bits of 64 in which the hashes of two pictures may differ that look alike (of two others, about half differ)."""
BLANK: Final = 2.0
"""Detail below which a picture shows nothing."""
FLAT: Final = 1.05
"""Ratio of shapes within which two pictures are cut alike."""
LARGE: Final = 400
"""Pixels of the shorter side from which a picture can fill a phone's screen."""
WIDEST: Final = 2.4
"""Times as long as wide, or the other way round, up to which a picture has the shape of a photograph."""
SHARED: Final = 4
"""Other venues (or artists) with a picture of the same look from which it is nobody's own."""
MOST: Final = 8
"""Images of an entity that are looked at, the best ranked first."""

_ALWAYS: Final = frozenset("logo logos logotype placeholder favicon sprite noimage nophoto nopicture noposter".split())
"""Words of a file's name that say so wherever they stand."""
_ALONE: Final = frozenset(
    "default dummy blank spacer missing fallback generic pixel icon icons avatar unknown empty none no not found "
    "available yet coming soon".split()
)
"""Words that say so where nothing else is said: a band may be called Missing Persons."""
_FILLERS: Final = frozenset(
    "image images img photo picture pic poster thumb thumbnail cover banner og share social event venue artist user "
    "profile site page apple touch small medium large square dark light white black transparent".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An image of an entity, and the source that names it. `order`: its place among the entity's images, from 0."""

    url: str
    picture: Picture
    rank: SourceRank
    order: int
    entity_source: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The image that stands for an entity (None: there is none), and why not the others: address -> words."""

    best: Candidate | None
    passed_over: Mapping[str, str]


def choose(candidates: Sequence[Candidate], shared: Mapping[str, int]) -> Chosen:
    """The best image; independent of the order of `candidates`.

    Args:
        candidates: the images of one entity that are kept.
        shared: for each hash, how many other entities of its kind have a picture of that look (0 where left out).
    """
    passed: dict[str, str] = {}
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.order, c.url)):
        why = _unfit(candidate, shared)
        if why and candidate.rank is not SourceRank.CURATED:
            passed[candidate.url] = why
        else:
            kept.append(candidate)
    groups = _groups(kept)
    best = min((_speaker(group) for group in groups), key=_order, default=None)
    for group in groups:
        speaker = _speaker(group)
        for other in group:
            if best is not None and other.url != best.url:
                alike = f"looks like {speaker.url}" if other.url != speaker.url else _worse(other, best)
                passed[other.url] = alike
    return Chosen(best, passed)


def _unfit(candidate: Candidate, shared: Mapping[str, int]) -> str:
    picture = candidate.picture
    if picture.detail < BLANK:
        return "it is empty"
    word = _stand_in(candidate.url)
    if word:
        return f"its name says {word!r}"
    others = shared.get(picture.hash, 0)
    return f"{others} or more others have the same picture" if others >= SHARED else ""


def _stand_in(url: str) -> str:
    """The word in the name of an image's file that says it is a logo or a placeholder; "" for none."""
    stem = unquote(urlsplit(url).path).lower().rpartition("/")[2].rpartition(".")
    words = re.findall(r"[^\W\d_]{2,}", stem[0] or stem[2])
    always = next((word for word in words if word in _ALWAYS), "")
    if always or not words or any(word not in _ALONE | _FILLERS for word in words):
        return always
    return next((word for word in words if word in _ALONE), "")


def _groups(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Those that look alike, each with the first of its group."""
    groups: list[list[Candidate]] = []
    for candidate in candidates:
        home = next((group for group in groups if alike(group[0].picture, candidate.picture)), None)
        if home is None:
            groups.append([candidate])
        else:
            home.append(candidate)
    return groups


def _speaker(group: Sequence[Candidate]) -> Candidate:
    """The largest of a group, with the best rank and place of all."""
    largest = max(group, key=lambda c: (c.picture.width * c.picture.height, -c.order))
    return replace(largest, rank=min(c.rank for c in group), order=min(c.order for c in group))


def _order(candidate: Candidate) -> tuple[bool, int, int, int, str]:
    picture = candidate.picture
    # doubling the sides outweighs the sources' order, a few pixels more do not
    size = -round(math.log2(max(1, picture.width * picture.height)) / 2)
    return not _fills(picture), int(candidate.rank), size, candidate.order, candidate.url


def _fills(picture: Picture) -> bool:
    short, long = sorted((picture.width, picture.height))
    return short >= LARGE and long <= WIDEST * short


def _worse(other: Candidate, best: Candidate) -> str:
    if _fills(best.picture) and not _fills(other.picture):
        return f"{other.picture.width} x {other.picture.height} pixels: small, or of an odd shape"
    return "a better ranked source has one" if other.rank > best.rank else "another one is larger, or stands before it"


def alike(one: Picture, other: Picture) -> bool:
    """Whether two pictures show the same: equal up to size and compression."""
    shapes = (one.width * other.height) / (other.width * one.height)
    if not 1 / FLAT <= shapes <= FLAT:
        return False
    return (int(one.hash, 16) ^ int(other.hash, 16)).bit_count() <= ALIKE
