"""The engine of the generic kind: a model over the fixed features, and over single columns where it was trained on them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from mystage.domain.errors import Invalid
from mystage.domain.resolution.additive import MISSING, AdditiveModel, Feature, base_level, probability
from mystage.domain.resolution.engine import Engine, Row
from mystage.domain.resolution.evidence import RULE_PARTS, Evidence, Scored, parted
from mystage.domain.resolution.generic.columns import Column, ColumnKind
from mystage.domain.resolution.generic.explaining import in_words
from mystage.domain.resolution.generic.features import FEATURES, column_features, column_levels, levels
from mystage.domain.resolution.generic.keys import keys
from mystage.domain.resolution.generic.records import Record, Survey, prepare
from mystage.domain.resolution.judgements import JudgedBy, Verdict

BASE = Feature(name="shipped model", rising=True, knots=(0, 20, 35, 45, 50, 55, 65, 80, 100))
"""What the shipped model says, in a model that was trained upon it."""
_STRONG = 3.0
"""Log-odds of a pair that counts in the estimate of what a shared source says."""
_WORST = -6.0
_WORTH_TELLING = 0.05
_PARTED = -8.0
"""Log-odds of a pair that a rule keeps apart."""
_IMITATIONS = ("karaoke", "tribute")


class GenericEngine(Engine):
    """Compares the records of one file.

    Args:
        model: over `FEATURES`, or over a base model of these and the features of single columns.
        columns: the file's columns.
        survey: what the file's records tell of each other.
    """

    kind = "generic"

    def __init__(self, model: AdditiveModel, columns: tuple[Column, ...], survey: Survey) -> None:
        self.columns = columns
        self.survey = survey
        self._base = model.base.checked(FEATURES) if model.base else None
        self.single = trained_columns(model, columns)
        self.features = (BASE, *FEATURES, *column_features(self.single)) if self._base else FEATURES
        self.model = model.checked(self.features)
        self.match = model.match
        self._places = {column.name: n for n, column in enumerate(columns)}

    def prepare(self, row: Row) -> Record:
        return prepare(row, self.columns)

    def keys(self, side: Record) -> Sequence[str]:
        return keys(side, self.survey)

    def query_keys(self, side: Record) -> Sequence[str]:
        return keys(side, self.survey, query=True)

    def levels(self, a: Record, b: Record) -> list[int]:
        if self._base is None:
            return levels(a, b, self.survey, self.columns)
        return self.based_levels(a, b, self.single)

    def based_levels(self, a: Record, b: Record, single: Sequence[Column]) -> list[int]:
        """The levels of a model that was trained upon a base: the base's log-odds, `FEATURES`, those of single columns."""
        fixed = levels(a, b, self.survey, self.columns)
        odds = (self._base or self.model).log_odds(fixed)
        return [base_level(odds), *fixed, *column_levels(a, b, self.survey, self.columns, single)]

    def rule(self, a: Record, b: Record) -> Scored | None:
        """A karaoke or tribute version is not the original."""
        return self.explain(a, b) if imitation(a, b) else None

    def log_odds(self, a: Record, b: Record) -> float:
        """The log-odds that the two are one, leaving aside their sources."""
        if imitation(a, b):
            return _PARTED
        return self.model.log_odds(self.levels(a, b))

    def probability(self, a: Record, b: Record) -> float:
        if imitation(a, b):
            return RULE_PARTS
        return probability(self.log_odds(a, b) + self._source(a, b))

    def explain(self, a: Record, b: Record) -> Scored:
        found = self.levels(a, b)
        pieces = [
            Evidence(feature.name, weight, in_words(feature.name, level, a, b, self.survey))
            for feature, term, level, total in zip(
                self.features, self.model.terms, found, self.model.weights(found), strict=True
            )
            # told against what is not said, which is no evidence
            if level != MISSING and abs(weight := total - term.missing) >= _WORTH_TELLING
        ]
        if word := imitation(a, b):
            return parted("imitation", f'only one of them is a "{word}"', lambda: pieces)
        source = self._source(a, b)
        if source:
            pieces.append(Evidence("source", source, f"{a.source} keeps them as two records"))
        score = probability(self.model.log_odds(found) + source)
        unsure = Verdict.POSSIBLE if score >= min(self.model.possible, self.match) else Verdict.NEW
        verdict = Verdict.MATCH if score >= self.match else unsure
        return Scored(score, verdict, JudgedBy.MODEL, tuple(pieces))

    def _source(self, a: Record, b: Record) -> float:
        return self.survey.same_source if a.source and a.source == b.source else 0.0


def imitation(a: Record, b: Record) -> str:
    """The word that makes one of the two an imitation of what the other may be; empty where there is none."""
    return next((word for word in _IMITATIONS if (word in a.versions) != (word in b.versions)), "")


def trained_columns(model: AdditiveModel, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns whose own levels a model asks for, in its order; none for the shipped model.

    Raises:
        Invalid: the file does not have one of them.
    """
    present = {column.name: column for column in columns}
    missing = [name for name in model.columns if name not in present]
    if missing:
        raise Invalid(
            f'the model was trained with a column "{missing[0]}" that is not there',
            where=f"model {model.version}",
            hint=f"name it with --map {missing[0]}=COLUMN; the file has {', '.join(present)}",
        )
    return tuple(present[name] for name in model.columns)


def source_weight(pairs: Iterable[tuple[float, bool]], sizes: Counter[str]) -> float:
    """What being of one source says, in nats, at most 0: learned from the file's own strong pairs.

    Where sources hold each thing once, nearly no strong pair is of one source, although by chance many would be.

    Args:
        pairs: log-odds of each pair that names its sources, and whether they are the same.
        sizes: records of each source.
    """
    strong = [same for odds, same in pairs if odds > _STRONG]
    total = sum(sizes.values())
    if len(sizes) < 2 or not strong or not total:
        return 0.0
    expected = sum((size / total) ** 2 for size in sizes.values())
    observed = (sum(strong) + 0.5) / (len(strong) + 1)
    if not 0 < expected < 1:
        return 0.0
    weight = math.log(observed / (1 - observed)) - math.log(expected / (1 - expected))
    return round(max(_WORST, min(0.0, weight)), 3)


def kinds_of(model: AdditiveModel) -> dict[str, ColumnKind]:
    """The kinds of the columns that a model was trained on, so that another file's values are read alike."""
    return {name: ColumnKind(kind) for name, kind in model.columns.items()}
