"""The features of two records of any columns: a fixed set, whatever the columns are called and however many there are.

Text columns are taken in the order of how much they tell (`Survey.order`): the first is the key, the others are
summed up. `told` features ask whether what one record says is found anywhere in the other, so that values that moved
into another column still count. A trained model may add the levels of single columns (`column_features`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mystage.domain.resolution.additive import MISSING, TOP, Feature
from mystage.domain.resolution.generic.columns import Column, ColumnKind
from mystage.domain.resolution.generic.comparing import (
    SCALES,
    Shared,
    alike,
    closeness,
    day_closeness,
    position,
    told,
)
from mystage.domain.resolution.generic.records import Record, Survey

_FINE = (0, 20, 40, 55, 70, 80, 90, 97, 100)
_STEPS = (0, 40, 60, 80, 90, 95, 100)
_COUNT = (0, 25, 50, 75, 100)
FEATURES: tuple[Feature, ...] = (
    Feature(name="key alike", rising=True, knots=_FINE),
    Feature(name="key told", rising=True, knots=_FINE),
    Feature(name="key told once", rising=True, knots=_FINE),
    Feature(name="start told", rising=True, knots=_FINE),
    Feature(name="second told", rising=True, knots=_FINE),
    Feature(name="others told", rising=True, knots=_FINE),
    Feature(name="worst told", rising=True, knots=_FINE),
    Feature(name="whole told", rising=True, knots=_FINE),
    Feature(name="whole told once", rising=True, knots=_FINE),
    Feature(name="rarest shared", rising=True, knots=_FINE),
    Feature(name="information shared", rising=True, knots=_FINE),
    Feature(name="best number", rising=True, knots=_STEPS),
    Feature(name="other numbers", rising=True, knots=_STEPS),
    Feature(name="date", rising=True, knots=_STEPS),
    Feature(name="code", rising=True, knots=(0, 50, 100)),
    Feature(name="category", rising=True, knots=(0, 50, 100)),
    Feature(name="position", rising=True, knots=(0, 20, 40, 50, 60, 70, 80, 90, 100)),
    Feature(name="numbers differ", rising=False, knots=_COUNT),
    Feature(name="versions differ", rising=False, knots=_COUNT),
    Feature(name="editions differ", rising=False, knots=_COUNT),
    Feature(name="key differs", rising=False, knots=_FINE),
)
_MISSPELT = 0.7
_FULL = 6.0
"""Words met once that two records share when `information shared` is at its top."""


def levels(a: Record, b: Record, survey: Survey, columns: Sequence[Column]) -> list[int]:
    """The levels of FEATURES."""
    shared = Shared(a, b)
    tells = [_told(n, a, b, shared, survey) for n in survey.order]
    key = survey.order[0] if survey.order else -1
    others = [t for t in tells[2:] if t != (MISSING, MISSING)]
    rest = [low for low, _ in others]
    whole_a, whole_b = (
        _level(told(a.whole, b.whole, shared.credit_a, survey)),
        _level(told(b.whole, a.whole, shared.credit_b, survey)),
    )
    rarest, information = _shared(a, b, shared, survey)
    numbers = _numbers(a, b, columns)
    said = [low for low, _ in tells[1:] if low != MISSING]
    return [
        alike(a.texts[key], b.texts[key]) if key >= 0 else MISSING,
        tells[0][0] if tells else MISSING,
        tells[0][1] if tells else MISSING,
        _start(key, a, b, shared, survey),
        tells[1][0] if len(tells) > 1 else MISSING,
        sum(rest) // len(rest) if rest else MISSING,
        min(said) if said else MISSING,
        min(whole_a, whole_b),
        max(whole_a, whole_b),
        rarest,
        information,
        numbers[0] if numbers else MISSING,
        sum(numbers[1:]) // (len(numbers) - 1) if len(numbers) > 1 else MISSING,
        _days(a, b),
        _equal(a, b, columns, ColumnKind.CODE),
        _equal(a, b, columns, ColumnKind.CATEGORY),
        position(a.point, b.point),
        _digits(a, b),
        _words_differ(a.versions, b.versions, a, b),
        _words_differ(a.editions, b.editions, a, b),
        _differs(key, a, b, shared, survey),
    ]


def _shared(a: Record, b: Record, shared: Shared, survey: Survey) -> tuple[int, int]:
    """How telling the rarest shared word is, and all of them together; a misspelt word counts less than an equal one."""
    equal = sorted([survey.weight(word) for word in a.whole & b.whole])  # one order, so that sums are the same
    like_a = [_MISSPELT * survey.weight(word) for word, credit in shared.credit_a.items() if credit >= 0.8]
    like_b = [_MISSPELT * survey.weight(word) for word, credit in shared.credit_b.items() if credit >= 0.8]
    rarest = max((*equal[-1:], *like_a, *like_b), default=0.0)
    together = sum(equal) + max(sum(sorted(like_a)), sum(sorted(like_b)))
    return int(TOP * rarest + 1e-9), min(TOP, int(TOP * together / _FULL + 1e-9))


def _level(share: float) -> int:
    return MISSING if share < 0 else int(TOP * share + 1e-9)


def _told(n: int, a: Record, b: Record, shared: Shared, survey: Survey) -> tuple[int, int]:
    """Of one column: the lesser and the greater share that the other record holds; of one side where one is silent."""
    found = [
        _level(share)
        for share in (
            told(a.tokens[n], b.whole, shared.credit_a, survey),
            told(b.tokens[n], a.whole, shared.credit_b, survey),
        )
        if share >= 0
    ]
    return (min(found), max(found)) if found else (MISSING, MISSING)


_START = 4
"""Words at the start of the key that are looked for by themselves: what is appended to a name comes later."""
_LONG_START = 12


def _start(key: int, a: Record, b: Record, shared: Shared, survey: Survey) -> int:
    if key < 0 or not a.tokens[key] or not b.tokens[key]:
        return MISSING
    left = told(_head(a.tokens[key]), b.whole, shared.credit_a, survey)
    return _level(min(left, told(_head(b.tokens[key]), a.whole, shared.credit_b, survey)))


def _head(tokens: tuple[str, ...]) -> tuple[str, ...]:
    skip = 1 if len(tokens) > 1 and tokens[0].isdigit() else 0  # a track number before the title
    return tokens[skip : skip + _START]


def _numbers(a: Record, b: Record, columns: Sequence[Column]) -> list[int]:
    """Closeness of each number column, durations first (they tell most), with what texts hold in its place."""
    first, rest = [], []
    for n, column in enumerate(columns):
        if column.kind is ColumnKind.DURATION:
            if (level := number_level(n, a, b, column)) != MISSING:
                first.append(level)
        elif column.kind is ColumnKind.NUMBER and (level := number_level(n, a, b, column)) != MISSING:
            rest.append(level)
    return first + rest


def number_level(n: int, a: Record, b: Record, column: Column) -> int:
    """Closeness of one number column; a side that is silent may say it within its texts."""
    x, y = a.numbers[n], b.numbers[n]
    if column.kind is not ColumnKind.DURATION:
        return closeness(x, y) if x is not None and y is not None else MISSING
    left = (x,) if x is not None else a.found_numbers
    right = (y,) if y is not None else b.found_numbers
    return max((closeness(p, q, SCALES) for p in left for q in right if p and q), default=MISSING)


def _days(a: Record, b: Record) -> int:
    left = [day for day in a.days if day] or a.found_days
    right = [day for day in b.days if day] or b.found_days
    return max((day_closeness(p, q) for p in left for q in right), default=MISSING)


def _equal(a: Record, b: Record, columns: Sequence[Column], kind: ColumnKind) -> int:
    """The share of columns of a kind, said by both, on which they agree."""
    same = both = 0
    for n, column in enumerate(columns):
        if column.kind is kind and a.codes[n] and b.codes[n]:
            both += 1
            same += codes_agree(a.codes[n], b.codes[n])
    return TOP * same // both if both else MISSING


def codes_agree(a: str, b: str) -> bool:
    """Equal, or one the end or the start of the other (a phone without area code, a postcode without its last part)."""
    return a == b or (
        min(len(a), len(b)) >= 5 and (a.endswith(b) or b.endswith(a) or a.startswith(b) or b.startswith(a))
    )


def _digits(a: Record, b: Record) -> int:
    """How many numbers of the one's words the other does not know, where both have such."""
    if not a.digits or not b.digits:
        return MISSING if not (a.digits or b.digits) else 0
    return min(TOP, 50 * min(len(a.digits - b.digits), len(b.digits - a.digits)))


def _words_differ(mine: frozenset[str], theirs: frozenset[str], a: Record, b: Record) -> int:
    """25 for each word of a kind that stands in one of the two only."""
    if mine == theirs:
        return 0
    odd = [word for word in mine - theirs if word not in b.solid] + [
        word for word in theirs - mine if word not in a.solid
    ]
    return min(TOP, 25 * len(odd))


def _differs(key: int, a: Record, b: Record, shared: Shared, survey: Survey) -> int:
    """How telling the most telling word is that each says at the start of its key and the other nowhere; the lesser."""
    if key < 0 or not a.tokens[key] or not b.tokens[key]:
        return MISSING
    return int(
        TOP
        * min(
            _unmet(a.tokens[key][:_LONG_START], b.whole, shared.credit_a, survey),
            _unmet(b.tokens[key][:_LONG_START], a.whole, shared.credit_b, survey),
        )
    )


def _unmet(tokens: Sequence[str], whole: frozenset[str], credit: Mapping[str, float], survey: Survey) -> float:
    return max(
        (
            survey.weight(word) * (1.0 - credit.get(word, 0.0))
            for word in tokens
            if word not in whole and not word.isdigit()
        ),
        default=0.0,
    )


def column_features(columns: Sequence[Column]) -> tuple[Feature, ...]:
    """What a trained model adds for each column: its own level, and for texts how much the other record holds of it."""
    found: list[Feature] = []
    for column in columns:
        if column.kind in (ColumnKind.LATITUDE, ColumnKind.LONGITUDE):
            continue
        found.append(Feature(name=f"{column.name}: alike", rising=True, knots=_STEPS))
        if column.kind is ColumnKind.TEXT:
            found.append(Feature(name=f"{column.name}: told", rising=True, knots=_STEPS))
    return tuple(found)


def column_levels(
    a: Record, b: Record, survey: Survey, columns: Sequence[Column], single: Sequence[Column]
) -> list[int]:
    """The levels of `column_features(single)`; `columns` are all columns of the file."""
    shared = Shared(a, b)
    place = {column.name: n for n, column in enumerate(columns)}
    found: list[int] = []
    for column in single:
        n = place[column.name]
        if column.kind is ColumnKind.TEXT:
            found.append(alike(a.texts[n], b.texts[n]))
            found.append(_told(n, a, b, shared, survey)[0])
        elif column.kind in (ColumnKind.CODE, ColumnKind.CATEGORY):
            x, y = a.codes[n], b.codes[n]
            found.append((TOP if codes_agree(x, y) else 0) if x and y else MISSING)
        elif column.kind is ColumnKind.DATE:
            p, q = a.days[n], b.days[n]
            found.append(day_closeness(p, q) if p and q else MISSING)
        elif column.kind in (ColumnKind.NUMBER, ColumnKind.DURATION):
            found.append(number_level(n, a, b, column))
    return found
