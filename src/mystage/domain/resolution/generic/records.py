"""One record of any columns, prepared once; and what a file as a whole says of its words and columns."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mystage.domain.resolution.generic.columns import Column, ColumnKind
from mystage.domain.resolution.generic.values import (
    Day,
    day_of,
    days_in,
    duration,
    durations_in,
    number,
    prices_in,
    said,
    words,
)
from mystage.domain.resolution.normalise import fold

_VERSION_WORDS = (
    "remix remixed mix live acoustic instrumental karaoke tribute cover demo dub reprise medley extended edit unplugged "
    "rehearsal interlude mashup bootleg abridged unabridged audiobook paperback hardcover refurbished refill case"
)
VERSIONS = {word: word for word in _VERSION_WORDS.split()} | {
    "remixes": "remix", "mixes": "mix", "mixed": "mix", "demos": "demo", "covers": "cover", "covered": "cover", "lives": "live",
    "mixdown": "mix", "dubbed": "dub", "remixs": "remix",
}  # fmt: skip
"""Words that make another thing of the same name, in one form: a remix, a live recording, a paperback."""
EDITIONS = frozenset(
    "explicit clean deluxe edition version remaster remastered bonus single ep radio mono stereo expanded anniversary "
    "special limited collectors standard complete vol volume part pt disc disk episode season chapter".split()
)
"""Words that often go unsaid, and rarely make another thing by themselves."""
_CODE_TAIL = 9
"""Digits of a phone number that count, so that it is one with and without its country code."""


@dataclass(slots=True, eq=False)
class Record:
    """A prepared record; one entry a column in the order of the columns, empty or None where it says nothing."""

    id: str
    source: str
    texts: tuple[str, ...]
    """The words of each text column, joined; other kinds: empty."""
    tokens: tuple[tuple[str, ...], ...]
    whole: frozenset[str]
    """All words of all text columns."""
    solid: str
    """The text columns without any space, parted by one: finds words that were run together."""
    numbers: tuple[float | None, ...]
    """Numbers and seconds."""
    days: tuple[Day | None, ...]
    codes: tuple[str, ...]
    """Codes and categories."""
    point: tuple[float, float] | None
    found_numbers: frozenset[float] = frozenset()
    """Durations and prices written within texts."""
    found_days: frozenset[Day] = frozenset()
    versions: frozenset[str] = frozenset()
    editions: frozenset[str] = frozenset()
    digits: frozenset[str] = frozenset()
    """Numbers among the words."""


@dataclass(slots=True)
class Survey:
    """What the records of one file tell of each other: how rare words are, how telling columns are."""

    columns: tuple[Column, ...]
    records: int = 0
    in_records: Counter[str] = field(default_factory=Counter)
    """Word -> in how many records."""
    values: dict[str, Counter[str]] = field(default_factory=dict)
    """Column -> folded value -> count."""
    order: tuple[int, ...] = ()
    """Text columns by how much they tell, the most telling first."""
    weights: dict[str, float] = field(default_factory=dict)
    """Word -> its weight, 0.05 to 1: the information in meeting it, relative to a word met once."""
    same_source: float = 0.0
    """Nats of log-odds that two records of one source earn by being so; see `estimates`."""

    def weight(self, word: str) -> float:
        """0.05 (in every record) to 1 (met at most once)."""
        found = self.weights.get(word)
        if found is None:
            seen = max(1, self.in_records.get(word, 1))
            found = max(0.05, 1.0 - math.log(seen) / math.log(max(3, self.records)))
            self.weights[word] = found
        return found


def prepare(row: Mapping[str, str], columns: tuple[Column, ...]) -> Record:
    """The record of a row."""
    texts, tokens, numbers, days, codes = [], [], [], [], []
    whole: set[str] = set()
    found_numbers: set[float] = set()
    found_days: set[Day] = set()
    lat = lon = None
    for column in columns:
        raw = said(row.get(column.name) or "")
        kind = column.kind
        mine: tuple[str, ...] = ()
        value: float | None = None
        day: Day | None = None
        code = ""
        if raw:
            if kind is ColumnKind.TEXT:
                mine = words(raw)
                whole.update(mine)
                if any(c.isdigit() for c in raw):
                    found_numbers.update(durations_in(raw), prices_in(raw))
                    found_days.update(days_in(fold(raw)))
            elif kind is ColumnKind.CATEGORY:
                code = " ".join(words(raw))
            elif kind is ColumnKind.CODE:
                code = code_of(raw)
            elif kind is ColumnKind.DATE:
                day = day_of(raw)
            else:
                seconds = duration(raw) if kind is ColumnKind.DURATION else None
                value = seconds if seconds is not None else number(raw)
                if kind is ColumnKind.LATITUDE:
                    lat, value = value, None
                elif kind is ColumnKind.LONGITUDE:
                    lon, value = value, None
        tokens.append(mine)
        texts.append(" ".join(mine))
        numbers.append(value)
        days.append(day)
        codes.append(code)
    return Record(
        id=row.get("id", ""),
        source=row.get("source", ""),
        texts=tuple(texts),
        tokens=tuple(tokens),
        whole=frozenset(whole),
        solid=" ".join(text.replace(" ", "") for text in texts if text),
        numbers=tuple(numbers),
        days=tuple(days),
        codes=tuple(codes),
        point=(lat, lon) if lat is not None and lon is not None and (lat, lon) != (0.0, 0.0) else None,
        found_numbers=frozenset(found_numbers),
        found_days=frozenset(found_days),
        versions=frozenset([VERSIONS[word] for word in whole if word in VERSIONS]),
        editions=EDITIONS & whole,
        digits=frozenset([word for word in whole if word.isdigit()]),
    )


def code_of(raw: str) -> str:
    """A code as it is compared: letters and digits; of a phone number the last nine digits."""
    plain = "".join(c for c in fold(raw) if c.isalnum())
    digits = "".join(c for c in plain if c.isdigit())
    letters = len(plain) - len(digits)
    return digits[-_CODE_TAIL:] if letters <= 2 and 9 <= len(digits) <= 13 else plain


def surveyed(records: Iterable[Record], columns: tuple[Column, ...]) -> Survey:
    """The survey of all records (in one pass; equal records count once per column value)."""
    survey = Survey(columns, values={column.name: Counter() for column in columns})
    texts = [n for n, column in enumerate(columns) if column.kind is ColumnKind.TEXT]
    for record in records:
        survey.records += 1
        survey.in_records.update(record.whole)
        for n in texts:
            if record.texts[n]:
                survey.values[columns[n].name][record.texts[n]] += 1
    telling = {n: _telling(survey, columns[n], n) for n in texts}
    survey.order = tuple(sorted(texts, key=lambda n: (-telling[n], n)))
    survey.values = {}
    return survey


_NAMED = ("title", "name", "label", "song", "track", "product", "headline", "subject")


def _telling(survey: Survey, column: Column, place: int) -> float:
    """How much a column says of which thing it is: how full, how varied; a column that is called a name says more."""
    counts = survey.values[column.name]
    filled = sum(counts.values())
    if filled < 2:
        return 0.0
    entropy = -sum(n / filled * math.log(n / filled) for n in counts.values()) / math.log(filled)
    low = column.name.casefold()
    named = 1.6 if any(word in low for word in _NAMED) else 1.0
    return entropy * named * (0.3 + 0.7 * filled / survey.records) * (1.0 - 0.02 * min(place, 10))
