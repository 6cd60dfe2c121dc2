"""Columns and their kinds: named by the caller, else told from name and values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

from mystage.domain.resolution.generic.values import day_of, duration, number, said
from mystage.domain.values import Model


class ColumnKind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    CATEGORY = "category"
    """Few values, each in many records."""
    NUMBER = "number"
    DURATION = "duration"
    """A length of time in any mix of notations (04:04, 244, 244000, 4.067, 4m 4sec)."""
    DATE = "date"
    """A date or a year, however short."""
    CODE = "code"
    """A phone number, a barcode: equal or not."""
    LATITUDE = "lat"
    LONGITUDE = "lon"


class Column(Model):
    """A column that is compared."""

    name: str
    kind: ColumnKind


TRUTH_NAMES = frozenset(
    "label labels split fold cluster cluster_id clusterid gold gold_id gold_cluster truth ground_truth true_cluster entity_id "
    "match is_match ismatch matching".split()
)
"""Columns that hold an answer: never evidence."""
_LAT = re.compile(r"^(?:geo_?)?lat(?:itude)?$")
_LON = re.compile(r"^(?:geo_?)?(?:lon|lng|long)(?:gitude)?$|^longitude$")
_CODE = re.compile(
    r"phone|^tel|^isbn|^issn|^ean|^upc|^gtin|^isrc|^asin|^sku|barcode|^zip|postal|postcode|^url$|website"
)
_TITLE = re.compile(r"name|title|label|track|song|artist|author|album|street|address|city|town")
_MOST = 0.8
_SAMPLE = 4_000


def inferred(name: str, values: Iterable[str]) -> ColumnKind | None:
    """The kind of a column by its name and a sample of its values; None where it never says anything."""
    sample = [text for text in map(said, values) if text][:_SAMPLE]
    if not sample:
        return None
    low = name.casefold().strip()
    share = _Shares(sample)
    if _LAT.match(low) and share.of(lambda t: _within(t, 90)) >= _MOST:
        return ColumnKind.LATITUDE
    if _LON.match(low) and share.of(lambda t: _within(t, 180)) >= _MOST:
        return ColumnKind.LONGITUDE
    if _CODE.search(low) and share.of(lambda t: any(c.isdigit() for c in t)) >= 0.5:
        return ColumnKind.CODE
    clocks = share.of(lambda t: duration(t) is not None)
    if clocks >= 0.02 and share.of(lambda t: duration(t) is not None or number(t) is not None) >= _MOST:
        return ColumnKind.DURATION
    if share.of(_is_day) >= _MOST and (share.of(_is_full_day) >= 0.4 or "year" in low or "date" in low):
        return ColumnKind.DATE
    if share.of(lambda t: number(t) is not None) >= _MOST:
        return ColumnKind.CODE if share.of(lambda t: sum(c.isdigit() for c in t) >= 8) >= _MOST else ColumnKind.NUMBER
    if share.of(lambda t: sum(c.isdigit() for c in t) >= 7 and len(t.split()) <= 4) >= _MOST:
        return ColumnKind.CODE
    different = len({text.casefold() for text in sample})
    short = sum(map(len, sample)) / len(sample) < 30
    few = different <= max(12, len(sample) // 50)
    return ColumnKind.CATEGORY if few and short and len(sample) > 40 and not _TITLE.search(low) else ColumnKind.TEXT


class _Shares:
    def __init__(self, sample: Sequence[str]) -> None:
        self.sample = sample

    def of(self, test: Callable[[str], bool]) -> float:
        return sum(1 for text in self.sample if test(text)) / len(self.sample)


def _within(text: str, bound: float) -> bool:
    value = number(text)
    return value is not None and abs(value) <= bound


def _is_day(text: str) -> bool:
    day = day_of(text)
    return day is not None and (day.month > 0 or not day.century or 1000 <= day.year <= 2999)


def _is_full_day(text: str) -> bool:
    day = day_of(text)
    return day is not None and (day.month > 0 or 1800 <= day.year <= 2100)


def columns_of(
    samples: Mapping[str, Sequence[str]], named: Mapping[str, ColumnKind] | None = None
) -> tuple[Column, ...]:
    """The columns to compare, in the order of the file; `named` kinds come before what the values suggest."""
    found = []
    for name, values in samples.items():
        wish, look = (named or {}).get(name), inferred(name, values)
        # who calls a column a number may mean a length of time or a year: its values say so
        kind = look if wish is ColumnKind.NUMBER and look in (ColumnKind.DURATION, ColumnKind.DATE) else wish or look
        if kind is not None:
            found.append(Column(name=name, kind=kind))
    return tuple(found)
