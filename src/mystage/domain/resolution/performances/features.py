"""The features of two performances: which, and their levels."""

from __future__ import annotations

from rapidfuzz.fuzz import ratio

from mystage.domain.resolution.additive import MISSING, Feature
from mystage.domain.resolution.artists.comparing import compare
from mystage.domain.resolution.artists.names import ActName
from mystage.domain.resolution.commonness import title_weight
from mystage.domain.resolution.performances.record import Place, Show
from mystage.domain.resolution.performances.times import (
    DAY_LEVELS,
    START_LEVELS,
    day_level,
    gap,
    start_level,
)
from mystage.domain.resolution.vocabulary import KIND_WORDS, ROOM_WORDS
from mystage.domain.sources import is_derived

SAME_VENUE, SAME_NAME, ALIKE, WITHIN, SHARED, TWIN, ROOMS, OTHER_NAME, OTHER_VENUE = 100, 90, 80, 65, 45, 35, 25, 10, 0
VENUE_LEVELS = tuple(sorted({SAME_VENUE, SAME_NAME, ALIKE, WITHIN, SHARED, TWIN, ROOMS, OTHER_NAME, OTHER_VENUE}))
FIRST, ANY, TWINS, NAMED, LIKE, NONE = 100, 85, 75, 60, 40, 0
ACT_LEVELS = (NONE, LIKE, NAMED, TWINS, ANY, FIRST)

FEATURES = (
    Feature(name="venue", knots=VENUE_LEVELS),
    Feature(name="town", rising=True, knots=(0, 50, 100)),
    Feature(name="day", knots=DAY_LEVELS),
    Feature(name="start", knots=START_LEVELS),
    Feature(name="artists", knots=ACT_LEVELS),
    Feature(name="bill", rising=True, knots=(0, 25, 50, 75, 100)),
    Feature(name="title letters", rising=True, knots=(0, 30, 45, 60, 75, 90, 100)),
    Feature(name="title words", rising=True, knots=(0, 25, 50, 75, 100)),
    Feature(name="both titles differ", rising=False, knots=(0, 15, 30, 50, 75, 100)),
    Feature(name="title number", rising=True, knots=(0, 50, 100)),
    Feature(name="set", rising=True, knots=(0, 50, 100)),
    Feature(name="festival", rising=True, knots=(0, 100)),
    Feature(name="pass", rising=True, knots=(0, 100)),
    Feature(name="identifier", rising=True, knots=(0, 100)),
    Feature(name="source", rising=False, knots=(0, 50, 100)),
)
"""In the order of the levels."""
_AT_ARTISTS = 4


def levels(a: Show, b: Show) -> list[int]:
    """The level of each feature."""
    minutes = gap(a.when, b.when)
    acts, bill = _acts(a, b)
    return [
        _venue(a, b),
        _town(a, b),
        day_level(a.when, b.when, minutes),
        start_level(a.when, b.when, minutes),
        acts,
        bill,
        *_titles(a, b),
        _set(a, b),
        MISSING if not (a.festival or b.festival) else 100 * (a.festival and b.festival),
        _both(a, b, "pass"),
        _identifier(a, b),
        _source(a, b),
    ]


def _venue(a: Show, b: Show) -> int:
    if a.venue_id and b.venue_id:
        if a.venue_id == b.venue_id:
            return SAME_VENUE
        named = _places(a.venue, b.venue)
        return TWIN if named >= ALIKE else SHARED if named == WITHIN else OTHER_VENUE
    if not a.venue.words or not b.venue.words:
        return MISSING
    return _places(a.venue, b.venue)


def _places(a: Place, b: Place) -> int:
    """How far two names of venues are one."""
    if not a.words or not b.words:
        return OTHER_NAME
    if a.text == b.text or a.text.replace(" ", "") == b.text.replace(" ", ""):
        return SAME_NAME
    only_a, only_b = set(a.words) - set(b.words), set(b.words) - set(a.words)
    shared = a.telling & b.telling
    if not only_a or not only_b:
        return WITHIN if shared else SHARED
    if only_a <= ROOM_WORDS and only_b <= ROOM_WORDS and shared:
        return ROOMS
    if only_a <= KIND_WORDS and only_b <= KIND_WORDS and shared:
        return WITHIN
    alike = ratio(a.text, b.text)
    if alike >= 85.0 and not (only_a & ROOM_WORDS and only_b & ROOM_WORDS):
        return ALIKE
    if a.telling and b.telling and (a.telling <= b.telling or b.telling <= a.telling):
        return WITHIN
    return SHARED if shared or alike >= 75.0 else OTHER_NAME


def _town(a: Show, b: Show) -> int:
    """Towns where both tell one; else a town against the words of the other's venue, which may hold it."""
    if a.town and b.town:
        return _overlap(a.town, b.town)
    if bool(a.town) == bool(b.town):
        return MISSING
    town, place = (a.town, b.venue.telling) if a.town else (b.town, a.venue.telling)
    return 50 if not town.isdisjoint(place) else MISSING


def _overlap(a: frozenset[str], b: frozenset[str]) -> int:
    shared = len(a & b)
    if not shared:
        near = any(len(x) > 3 and len(y) > 3 and ratio(x, y) >= 80.0 for x in a for y in b)
        return 50 if near else 0
    return 100 if shared == min(len(a), len(b)) else 50


def _acts(a: Show, b: Show) -> tuple[int, int]:
    """The best agreement of two artists, and how much of the shorter bill is in the longer one."""
    if not a.artists or not b.artists:
        return _in_title(a, b, MISSING), MISSING
    shared, first, twins, like = 0, False, False, False
    known = bool(a.artist_ids and b.artist_ids)
    for n, name in enumerate(a.artists):
        for m, other in enumerate(b.artists):
            if known and a.artist_ids[n] == b.artist_ids[m]:
                same = True
            elif name.sound[:2] == other.sound[:2] or name.foreign != other.foreign or len(name.words) > 1:
                alike = _alike(name, other)
                same = alike == FIRST and not known
                twins = twins or (alike == FIRST and known)
                like = like or alike == LIKE
            else:
                same = False
            if same:
                shared += 1
                first = first or n == m == 0
                break
    short = min(len(a.artists), len(b.artists))
    bill = MISSING if len(a.artists) == len(b.artists) == 1 else min(100, round(100 * shared / short))
    if shared:
        return FIRST if first else ANY, bill
    if twins:
        return TWINS, bill
    return _in_title(a, b, LIKE if like else NONE), bill


def _alike(a: ActName, b: ActName) -> int:
    if a.key == b.key:
        return FIRST
    compared = compare(a, b)
    if compared.form:
        return FIRST
    near = compared.letters >= 88 and compared.numbers not in (0, 50) and compared.both < 25
    return LIKE if near else NONE


def _in_title(a: Show, b: Show, otherwise: int) -> int:
    """Whether the title of one names an artist of the other."""
    for show, other in ((a, b), (b, a)):
        if other.title_text:
            title = f" {other.title_text} "
            if any(len(name.latin) > 2 and f" {name.latin} " in title for name in show.artists):
                return NAMED
    return otherwise


_NATS = 4.0


def _titles(a: Show, b: Show) -> tuple[int, int, int, int]:
    """Letters, words, what both add, and numbers."""
    if not a.title or not b.title:
        return MISSING, MISSING, MISSING, MISSING
    numbers_a, numbers_b = {w for w in a.title if w.isdigit()}, {w for w in b.title if w.isdigit()}
    number = MISSING
    if numbers_a or numbers_b:
        number = 100 if numbers_a == numbers_b else 0 if numbers_a and numbers_b else 50
    if a.title == b.title:
        return 100, 100, 0, number
    text_a, text_b = " ".join(a.title), " ".join(b.title)
    shared = set(a.title) & set(b.title)
    only_a, only_b = _rest(a.title, shared, b.title), _rest(b.title, shared, a.title)
    common = sum(map(title_weight, shared))
    total = min(common + only_a, common + only_b)
    return (
        round(ratio(text_a, text_b)),
        round(100 * common / total) if total else 0,
        min(100, round(_NATS * min(only_a, only_b))),
        number,
    )


def _rest(words: tuple[str, ...], shared: set[str], others: tuple[str, ...]) -> float:
    """What the words that are not shared weigh; a misspelt one less, the more it is like one of the others."""
    rest = 0.0
    for word in set(words) - shared:
        like = max((ratio(word, other) for other in others), default=0.0) if len(word) > 3 else 0.0
        rest += title_weight(word) * (1.0 if like < 75.0 else (100.0 - like) / 100.0)
    return rest


def _both(a: Show, b: Show, mark: str) -> int:
    in_a, in_b = mark in a.marks, mark in b.marks
    return MISSING if not (in_a or in_b) else 100 * (in_a and in_b)


_SETS = frozenset(("early", "late", "after"))


def _set(a: Show, b: Show) -> int:
    """100 the same set of a day, 50 one does not say, 0 two sets."""
    sets_a, sets_b = a.marks & _SETS, b.marks & _SETS
    if not sets_a and not sets_b:
        return MISSING
    if not sets_a or not sets_b:
        return 0 if "after" in sets_a | sets_b else 50
    return 100 if sets_a & sets_b else 0


def _identifier(a: Show, b: Show) -> int:
    if not a.identifiers or not b.identifiers:
        return MISSING
    return 0 if any(b.identifiers.get(space, id) != id for space, id in a.identifiers.items()) else MISSING


def _source(a: Show, b: Show) -> int:
    """100 two records of one source, 50 where one of them is called off (listed anew), 0 two sources."""
    if not a.source or a.source != b.source or is_derived(a.key) != is_derived(b.key):
        return 0
    return 50 if a.off != b.off else 100
