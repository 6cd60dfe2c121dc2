"""From a calibrated probability to a verdict, by the thresholds of the model that gave it."""

from __future__ import annotations

from collections.abc import Iterable

from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.evidence import Evidence, Scored
from mystage.domain.resolution.judgements import JudgedBy, Verdict


def judged(score: float, pieces: Iterable[Evidence], model: AdditiveModel) -> Scored:
    """What the model says of two records, with its evidence."""
    unsure = Verdict.POSSIBLE if score >= model.possible else Verdict.NEW
    return Scored(score, Verdict.MATCH if score >= model.match else unsure, JudgedBy.MODEL, tuple(pieces))
