"""The evidence on two performances in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.evidence import Evidence
from mystage.domain.resolution.performances import features
from mystage.domain.resolution.performances.features import FEATURES
from mystage.domain.resolution.performances.record import Show
from mystage.domain.resolution.performances.times import (
    ACROSS_MIDNIGHT,
    DAY_IN_UTC,
    IN_SPAN,
    SAME_DAY,
    SPANS_MEET,
    ZONE,
    gap,
    start_level,
)

_LEAST = 0.05
"""Nats below which a weight is not worth a word."""
_INDEX = {feature.name: n for n, feature in enumerate(FEATURES)}
_GROUPS = {
    "venue": ("venue", "town"),
    "time": ("day", "start"),
    "artists": ("artists", "bill"),
    "title": ("title letters", "title words", "both titles differ", "title number"),
    "set": ("set",),
    "festival": ("festival",),
    "pass": ("pass",),
    "identifier": ("identifier",),
    "source": ("source",),
}
"""What is told as one: its name, and its features, the telling one first."""


def evidence(a: Show, b: Show, found: Sequence[int], model: AdditiveModel) -> list[Evidence]:
    """What speaks for and against two shows being one, with the model's weights (the prior left out)."""
    weights = model.weights(found)
    pieces = []
    silent = 0.0
    for group, names in _GROUPS.items():
        at = [_INDEX[name] for name in names]
        weight = sum([weights[n] for n in at])
        if all(found[n] < 0 for n in at):  # nothing is told of it: the weight of silence
            silent += weight
        elif abs(weight) >= _LEAST:
            pieces.append(Evidence(group, weight, _text(group, a, b, found)))
    if abs(silent) >= _LEAST:
        pieces.append(Evidence("silence", silent, "what at least one of them does not say"))
    return pieces


def _text(group: str, a: Show, b: Show, found: Sequence[int]) -> str:
    level = found[_INDEX[_GROUPS[group][0]]]
    if group == "venue":
        return _venue(a, b, level, found[_INDEX["town"]])
    if group == "time":
        return _time(a, b, level)
    if group == "artists":
        return _artists(a, level)
    if group == "title":
        return _title(a, b, level)
    if group == "set":
        return (
            "the same set of a day"
            if level == 100
            else "one tells which set of a day, the other does not"
            if level
            else "two sets of a day"
        )
    if group == "identifier":
        return "different ids in one namespace"
    if group == "source":
        return _source(a, level)
    return f"both are a {group}" if level else f"one is a {group}, the other a single show"


def _source(a: Show, level: int) -> str:
    if not level:
        return "told by two sources"
    if level == 50:
        return f"{a.source} keeps them as two records, one of them called off"
    return f"{a.source} keeps them as two records"


_VENUES = {
    features.SAME_VENUE: "same venue",
    features.SAME_NAME: "venues of one name",
    features.ALIKE: "venues named alike",
    features.WITHIN: "the name of one venue holds the other's",
    features.SHARED: "the names of the venues share a word",
    features.TWIN: 'two venues named "{a}"',
    features.ROOMS: "two rooms of one house",
    features.OTHER_NAME: 'other venue: "{a}" and "{b}"',
    features.OTHER_VENUE: "different venues",
}


def _venue(a: Show, b: Show, level: int, town: int) -> str:
    if level >= 0:
        return _VENUES[level].format(a=a.venue.text, b=b.venue.text)
    where = [" ".join(sorted(show.town or show.venue.words)) for show in (a, b)]
    return f'both at "{where[0]}"' if town >= 50 else f'"{where[0]}" against "{where[1]}"'


def _time(a: Show, b: Show, level: int) -> str:
    if level < 0 or a.when.day is None or b.when.day is None:
        return "the day of one is not known"
    minutes = gap(a.when, b.when)
    if level in (IN_SPAN, SPANS_MEET):
        return "the days of one are among those of the other"
    if level == ACROSS_MIDNIGHT and minutes is None:
        return "one is after midnight, the other told by its evening"
    if level in (SAME_DAY, ACROSS_MIDNIGHT) and minutes is not None:
        return _gap(minutes, zone=start_level(a.when, b.when, minutes) == ZONE)
    if level == DAY_IN_UTC:
        return "one day apart, as a day in UTC and one at the place may be"
    if level == SAME_DAY:
        return f"same day {date.fromordinal(a.when.day).isoformat()}"
    return f"{abs(a.when.day - b.when.day)} days apart"


def _gap(minutes: int, *, zone: bool) -> str:
    if zone:
        return f"starts {minutes / 60:g} hours apart, as a time in UTC and one at the place are"
    if minutes <= 15:
        return "same start"
    if minutes <= 90:
        return f"starts {minutes} minutes apart, as doors and start are"
    return f"starts {minutes / 60:.1f} hours apart"


def _artists(a: Show, level: int) -> str:
    if level == features.FIRST:
        return f'same first artist "{a.artists[0].key}"'
    if level == features.ANY:
        return "they share an artist"
    if level == features.TWINS:
        return "two artists of one name"
    if level == features.LIKE:
        return "an artist of each is named alike"
    return "the title of one names an artist of the other" if level == features.NAMED else "no artist in common"


def _title(a: Show, b: Show, level: int) -> str:
    one, other = " ".join(a.title), " ".join(b.title)
    if level == 100:
        return f'same title "{one}"'
    if set(a.title) <= set(b.title) or set(b.title) <= set(a.title):
        return f'one title holds the other: "{one}" and "{other}"'
    return f'titles are {level}% alike: "{one}" and "{other}"' if level >= 60 else f'other title: "{one}" and "{other}"'
