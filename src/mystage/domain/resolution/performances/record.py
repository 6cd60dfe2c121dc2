"""One performance, prepared once for blocking and scoring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

from mystage.domain.resolution.artists.names import ActName, act_name
from mystage.domain.resolution.marks import NO_MARKS, marks_of
from mystage.domain.resolution.normalise import fold, name_key, place_key
from mystage.domain.resolution.performances.times import UNKNOWN, When, when
from mystage.domain.resolution.vocabulary import KIND_WORDS, TITLE_WORDS
from mystage.domain.sources import PerformanceClaim, PerformanceKind, PerformanceStatus
from mystage.domain.values import Kind

NOTHING: frozenset[str] = frozenset()
_MOST_ARTISTS = 12
_OFF = frozenset((PerformanceStatus.CANCELLED, PerformanceStatus.POSTPONED))
_STATUS = re.compile(
    r"\b(?:cancell?ed|abgesagt|annule|cancelado|postponed|verlegt|verschoben|rescheduled|moved|sold ?out|ausverkauft|complet|agotado"
    r"|new date|ersatztermin|nachholtermin|doors?|einlass|tickets?)\b"
)
_YEAR = re.compile(r"^(?:19|20)\d\d$")


class Place(NamedTuple):
    """The name of a venue."""

    text: str
    words: tuple[str, ...]
    telling: frozenset[str]
    """The words that say which venue it is rather than what kind."""


NO_PLACE = Place("", (), NOTHING)


@dataclass(frozen=True, slots=True)
class Show:
    """What is compared of a performance; empty where the record does not say."""

    id: str
    source: str
    key: str
    identifiers: Mapping[str, str]
    when: When = UNKNOWN
    title: tuple[str, ...] = ()
    """Its telling words, in Latin letters: not the venue's, not those that any title may have."""
    title_text: str = ""
    """The whole title, folded, in Latin letters."""
    title_key: str = ""
    marks: frozenset[str] = NO_MARKS
    festival: bool = False
    off: bool = False
    """Cancelled or postponed."""
    venue_id: str = ""
    venue: Place = NO_PLACE
    town: frozenset[str] = NOTHING
    artist_ids: tuple[str, ...] = ()
    artists: tuple[ActName, ...] = ()
    """In billing order."""


def show_of(
    source_id: str,
    source: str,
    claim: PerformanceClaim,
    venue_id: str,
    venue_name: str,
    artists: Sequence[tuple[str, str]],
) -> Show:
    """The prepared form of a performance's claim; `artists` are id and name of each canonical artist."""
    return make_show(
        source_id,
        source,
        claim.key,
        identifiers=claim.identifiers,
        title=claim.title or "",
        time=when(claim.start_local or "", claim.doors_local or "", claim.end_local or ""),
        venue_id=venue_id,
        venue=venue_name,
        town=claim.place or "",
        artist_ids=tuple(id for id, _ in artists),
        artists=[name for _, name in artists],
        festival=claim.kind is PerformanceKind.FESTIVAL,
        off=claim.status in _OFF,
    )


def make_show(
    id: str,
    source: str,
    key: str,
    *,
    identifiers: Mapping[str, str],
    title: str = "",
    time: When = UNKNOWN,
    venue_id: str = "",
    venue: str = "",
    town: str = "",
    artist_ids: tuple[str, ...] = (),
    artists: Iterable[str] = (),
    festival: bool = False,
    off: bool = False,
) -> Show:
    """The prepared form of a performance's fields. `artist_ids` are empty, or one for each of `artists`."""
    names = tuple([name for text in artists if (name := act_name(text)).key][:_MOST_ARTISTS])
    marks = marks_of(title, Kind.PERFORMANCE) if title else NO_MARKS
    if festival:
        marks |= {"festival"}
    if names:
        marks |= names[0].marks - {"festival"}
    place, latin = place_of(venue), latin_words(title)
    if not off and title:
        off = any(word in _OFF_WORDS for word in latin)
    words_of_town = frozenset(latin_words(place_key(town))) if town else NOTHING
    return Show(
        id=id,
        source=source,
        key=key,
        identifiers=identifiers,
        when=time,
        title=_telling(latin, place, words_of_town),
        title_text=" ".join(latin),
        title_key=name_key(title) if title else "",
        marks=marks,
        festival="festival" in marks,
        off=off,
        venue_id=venue_id,
        venue=place,
        town=words_of_town,
        artist_ids=artist_ids,
        artists=names,
    )


_OFF_WORDS = frozenset("cancelled canceled abgesagt annule cancelado postponed verschoben".split())


@lru_cache(maxsize=1 << 14)
def latin_words(text: str) -> tuple[str, ...]:
    """The words of a text in Latin letters, folded; also those of brackets."""
    key = name_key(_STATUS_BRACKETS.sub(" ", text)) if text else ""
    return tuple((key if key.isascii() else fold(anyascii(key)).replace("'", "")).split())


_STATUS_BRACKETS = re.compile(r"[(\[](?:sold ?out|ausverkauft|live|new date|ersatztermin)[)\]]", re.IGNORECASE)


@lru_cache(maxsize=1 << 14)
def place_of(name: str) -> Place:
    """The prepared name of a venue."""
    words = latin_words(name)
    if not words:
        return NO_PLACE
    return Place(" ".join(words), words, frozenset([w for w in words if w not in KIND_WORDS and len(w) > 1]))


def _telling(words: tuple[str, ...], venue: Place, town: frozenset[str]) -> tuple[str, ...]:
    kept = [
        word
        for word in words
        if word not in TITLE_WORDS and word not in venue.words and not _YEAR.match(word) and not _STATUS.fullmatch(word)
    ]
    return tuple([word for word in kept if word not in town] or kept)
