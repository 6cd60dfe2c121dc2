"""Place and time: the evidence on two performances, and the rules on two shows at one place."""

from __future__ import annotations

from datetime import date

from mystage.domain.resolution.blocking import NIGHT_ENDS
from mystage.domain.resolution.evidence import Evidence, Model, Scored, parted, weighed
from mystage.domain.resolution.naming import compare
from mystage.domain.resolution.records import Side
from mystage.domain.resolution.shared import same_source
from mystage.domain.resolution.vocabulary import TITLE_WORDS

TOLERANCE = 90
"""Minutes between two times of one show: doors against start, a support act against the main one."""
_DAY = 24 * 60
_MARKS = {"tribute": "a tribute show is not the act's", "dj set": "a DJ set is not the band's show"}


def score_performances(a: Side, b: Side, model: Model) -> Scored:
    """Two performances compared."""
    evidence = same_source(a, b, model)
    where, same_place = _where(a, b)
    acts, acts_say = _acts(a, b)
    title, titles_say = _title(a, b)
    minutes = gap_minutes(a, b)
    evidence += [*where, _when(a, b, minutes), *acts, *title]
    if set(a.artist_ids).isdisjoint(b.artist_ids):
        for mark, text in _MARKS.items():
            if (mark in a.marks) != (mark in b.marks):
                return parted(mark, text, evidence)
    if same_place and acts_say < 0 and titles_say <= 0:
        return parted("acts", "one place and day, but other artists under another title", evidence)
    if minutes is not None and minutes > TOLERANCE and (a.source == b.source or titles_say > 0):
        return parted("sets", f"two timed shows {minutes} minutes apart, such as a matinee and an evening", evidence)
    if ("festival" in a.marks) != ("festival" in b.marks):
        evidence.append(Evidence("festival", -2.5, "one is a festival, the other a single show"))
    return weighed(model.performance_prior, evidence, model)


def gap_minutes(a: Side, b: Side) -> int | None:
    """Minutes between the starts of two timed shows, taking doors for a start where that is nearer."""
    if a.minutes is None or b.minutes is None:
        return None
    between = 0 if a.day == b.day else (date.fromisoformat(b.day) - date.fromisoformat(a.day)).days * _DAY
    times_a = [a.minutes] if a.doors is None else [a.minutes, a.doors]
    times_b = [b.minutes] if b.doors is None else [b.minutes, b.doors]
    return min(abs(y + between - x) for x in times_a for y in times_b)


def _when(a: Side, b: Side, minutes: int | None) -> Evidence:
    if not a.day or not b.day:
        return Evidence("time", -1.0, "the day of one is not known")
    if minutes is None:
        return _when_dated(a, b)
    if minutes <= 15:
        return Evidence("time", 2.3, "same start")
    if minutes <= TOLERANCE:
        return Evidence("time", 2.0, f"starts {minutes} minutes apart, as doors and start are")
    return Evidence("time", -3.0 if minutes <= 5 * 60 else -8.0, f"starts {minutes / 60:.1f} hours apart")


def _when_dated(a: Side, b: Side) -> Evidence:
    """The weight of two days, of which at most one has a time."""
    if a.day == b.day:
        return Evidence("time", 1.5, f"same day {a.day}")
    days = (date.fromisoformat(a.day) - date.fromisoformat(b.day)).days
    later = a if days > 0 else b
    if abs(days) == 1 and later.minutes is not None and later.minutes < NIGHT_ENDS:
        return Evidence("time", 0.5, "one is after midnight, the other told by its evening")
    return Evidence("time", -8.0, f"{abs(days)} days apart")


def _where(a: Side, b: Side) -> tuple[list[Evidence], bool]:
    """The weight of the places, and whether they are one venue."""
    if a.venue_id and b.venue_id:
        if a.venue_id == b.venue_id:
            return [Evidence("venue", 3.0, "same venue")], True
        if a.venue_name and a.venue_name == b.venue_name:
            return [Evidence("venue", -0.5, f'two venues named "{a.venue_name}"')], False
        return [Evidence("venue", -5.0, "different venues")], False
    words_a = frozenset(f"{a.place} {a.venue_name}".split())
    words_b = frozenset(f"{b.place} {b.venue_name}".split())
    if not words_a or not words_b:
        return [], False
    shared = words_a & words_b
    if shared:
        return [Evidence("place", 1.5, f'both at "{" ".join(sorted(shared))}"')], False
    if a.venue_id or b.venue_id:
        return [], False  # a town is not contradicted by a venue's name
    return [Evidence("place", -3.0, f'"{a.place}" against "{b.place}"')], False


def _acts(a: Side, b: Side) -> tuple[list[Evidence], int]:
    """The weight of the artists, and whether they speak for (1), against (-1) or not at all (0)."""
    if not a.artist_ids or not b.artist_ids:
        return _act_in_title(a, b)
    if a.artist_ids[0] == b.artist_ids[0]:
        return [Evidence("artists", 4.0, f'same first artist "{a.artist_names[0]}"')], 1
    if not set(a.artist_ids).isdisjoint(b.artist_ids):
        return [Evidence("artists", 3.0, "they share an artist")], 1
    alike = max(compare(x, y).similarity for x in a.artist_names for y in b.artist_names)
    if alike >= 0.9:
        return [Evidence("artists", 2.5, "an artist of each is named alike")], 1
    found, says = _act_in_title(a, b)
    return (found, says) if says else ([Evidence("artists", -4.0, "no artist in common")], -1)


def _act_in_title(a: Side, b: Side) -> tuple[list[Evidence], int]:
    for side, other in ((a, b), (b, a)):
        for artist in side.artist_names:
            if len(artist) > 2 and f" {artist} " in f" {other.name} ":
                return [Evidence("artists", 2.5, f'the title names "{artist}"')], 1
    return [], 0


def _title(a: Side, b: Side) -> tuple[list[Evidence], int]:
    """The weight of the titles, and whether they speak for (1), against (-1) or not at all (0)."""
    title_a, title_b = _telling(a), _telling(b)
    if not title_a or not title_b:
        return [], 0
    compared = compare(title_a, title_b)
    if compared.similarity >= 0.9:
        return [Evidence("title", 2.5, f'same title "{title_a}"')], 1
    if compared.unlike_scripts:
        return [], 0
    if compared.common and not (compared.only_a and compared.only_b):
        return [Evidence("title", 1.5, "one title holds the other")], 1
    if compared.similarity >= 0.7:
        return [Evidence("title", 1.0, f"titles are {compared.similarity:.0%} alike")], 1
    return [Evidence("title", -1.5, f'other title: "{title_a}" and "{title_b}"')], -1


def _telling(side: Side) -> str:
    """The title without the venue's name and without words that any show's title may have ("Live at Blue Lion")."""
    if not side.name:
        return ""
    venue = side.venue_name.split()
    words = [word for word in side.name.split() if word not in venue and word not in TITLE_WORDS and not _year(word)]
    return " ".join(words)


def _year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and word[:2] in {"19", "20"}
