"""From a calibrated probability to a verdict, by the thresholds of the model that gave it."""

from __future__ import annotations

from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.evidence import Scored, Telling
from mystage.domain.resolution.judgements import JudgedBy, Verdict


def judged(score: float, telling: Telling, model: AdditiveModel) -> Scored:
    """What the model says of two records, with its evidence (`telling` finds the words, should somebody ask)."""
    unsure = Verdict.POSSIBLE if score >= model.possible else Verdict.NEW
    return Scored(score, Verdict.MATCH if score >= model.match else unsure, JudgedBy.MODEL, telling)
