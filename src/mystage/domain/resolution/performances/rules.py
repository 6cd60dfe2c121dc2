"""What no score overrides for two shows, and what is left to a person however well it scores."""

from __future__ import annotations

from collections.abc import Sequence

from mystage.domain.resolution.additive import MISSING, AdditiveModel
from mystage.domain.resolution.performances.features import ANY, FEATURES, FIRST, NONE, SAME_NAME, SAME_VENUE
from mystage.domain.resolution.performances.record import Show
from mystage.domain.resolution.performances.times import DAY as MINUTES
from mystage.domain.resolution.performances.times import NIGHT_ENDS, TOLERANCE, ZONE, gap

SURE_GAP = 150
"""Minutes beyond which two starts told by two sources are two shows (below, one may be the doors, untold)."""
_MARKS = {"tribute": "a tribute show is not the act's", "dj set": "a DJ set is not the band's show"}
_INDEX = {feature.name: n for n, feature in enumerate(FEATURES)}
VENUE, START, ARTISTS, LETTERS, WORDS, NUMBER = (
    _INDEX[name] for name in ("venue", "start", "artists", "title letters", "title words", "title number")
)


def titles_agree(found: Sequence[int]) -> bool | None:
    """Whether the titles are one, or one holds the other; None where at least one says nothing of its own."""
    if found[LETTERS] < 0:
        return None
    return found[LETTERS] >= 70 or found[WORDS] >= 99


def parting(a: Show, b: Show, found: Sequence[int]) -> tuple[str, str] | None:
    """The rule that keeps two shows apart, by its name and in words; None where none does. `found`: their levels."""
    acts = found[ARTISTS]
    if a.marks != b.marks and acts < ANY:
        for mark, text in _MARKS.items():
            if (mark in a.marks) != (mark in b.marks):
                return mark, text
    titles = titles_agree(found)
    if acts == NONE and not titles and found[VENUE] in (SAME_VENUE, SAME_NAME):
        return "acts", "one place and day, but other artists under another title"
    if found[START] < 0 or found[START] == ZONE:
        return None
    minutes = gap(a.when, b.when) or 0
    if (minutes > TOLERANCE and a.source == b.source and a.source) or (minutes > SURE_GAP and titles):
        return "sets", f"two timed shows {minutes} minutes apart, such as a matinee and an evening"
    return None


_PLURAL = frozenset(("festival", "pass", "early", "late", "after"))


def joining(a: Show, b: Show, found: Sequence[int]) -> bool:
    """Whether one first act begins at one place at one minute: one show, even where one source keeps two records.

    (Aggregators list a show once for each act of its bill.) Festivals, passes and sets of a day are left to the model.
    """
    return (
        found[VENUE] == SAME_VENUE
        and found[ARTISTS] == FIRST
        and a.when.start is not None
        and a.when.start == b.when.start
        and a.when.shifted == b.when.shifted
        and titles_agree(found) is not False
        and found[NUMBER] in (MISSING, 100)
        and _PLURAL.isdisjoint(a.marks | b.marks)
    )


_STEP = 0.01
EVENING = 17 * 60
"""Minutes after midnight; a set before this may be a matinee that an evening follows."""


def doubt(a: Show, b: Show, found: Sequence[int], model: AdditiveModel) -> tuple[float, str]:
    """The most that two shows may score, and why, where another show of the day may be meant; 1 where none is likely."""
    if found[START] == ZONE:
        return model.match - _STEP, "hours apart that a zone may explain, or a second set: for a person to judge"
    if found[START] < 0 and not (a.festival or b.festival) and (_afternoon(a) or _afternoon(b)):
        return model.match - _STEP, "an afternoon set against a day without a time: for a person to judge"
    return 1.0, ""


def _afternoon(show: Show) -> bool:
    return show.when.start is not None and NIGHT_ENDS <= show.when.start % MINUTES < EVENING
