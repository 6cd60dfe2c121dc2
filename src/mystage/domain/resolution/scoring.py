"""One scoring interface over three strategies: exact identifiers, fuzzy name and place, place and time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from mystage.domain.errors import Unavailable
from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.artists.engine import ArtistEngine
from mystage.domain.resolution.evidence import Evidence, Model, Scored
from mystage.domain.resolution.judgements import Verdict
from mystage.domain.resolution.performances.engine import PerformanceEngine
from mystage.domain.resolution.records import Side
from mystage.domain.resolution.rules import exact
from mystage.domain.resolution.shared import contradiction
from mystage.domain.resolution.venues.comparing import VenueEngine
from mystage.domain.sources import is_derived
from mystage.domain.values import Kind

__all__ = ["DefaultScorer", "Evidence", "Model", "Scored", "Scorer", "exact", "explain"]


class Scorer(Protocol):
    """Says how likely two records of one kind are one thing. Symmetric and pure."""

    @property
    @abstractmethod
    def model(self) -> Model:
        """The thresholds, and the version that judgements name."""

    @abstractmethod
    def score(self, a: Side, b: Side) -> Scored:
        """The two records compared."""


class DefaultScorer:
    """Identifiers first; then what the kind has to say."""

    def __init__(self, model: Model | None = None, models: Mapping[Kind, AdditiveModel] | None = None) -> None:
        """A scorer.

        Args:
            model: the thresholds of decisions.
            models: the pair model of each kind that has one; without one, its kind can't be scored.
        """
        self._model = model or Model()
        models = models or {}
        venues, artists, performances = (models.get(kind) for kind in (Kind.VENUE, Kind.ARTIST, Kind.PERFORMANCE))
        self._venues = VenueEngine(venues) if venues else None
        self._artists = ArtistEngine(artists) if artists else None
        self._performances = PerformanceEngine(performances) if performances else None

    @property
    def model(self) -> Model:
        return self._model

    def score(self, a: Side, b: Side) -> Scored:
        if _order(b) < _order(a):  # one order, so that score(a, b) is score(b, a)
            a, b = b, a
        if found := exact(a, b):
            return found
        if a.venue and b.venue and self._venues:
            one_list = is_derived(a.key) == is_derived(b.key)
            return self._venues.scored(a.venue, b.venue, tuple(contradiction(a, b)), one_list=one_list)
        if a.act and b.act and self._artists:
            return self._artists.explain(a.act, b.act)
        if a.show and b.show and self._performances:
            return self._performances.explain(a.show, b.show)
        raise Unavailable(
            f"no model to compare two records of kind {a.kind.value}", where=a.id, hint="pass one to the scorer"
        )


def _order(side: Side) -> tuple[str, str, str]:
    return side.id, side.source, side.key


_VERDICT_WORDS = {
    Verdict.MATCH: "The same",
    Verdict.POSSIBLE: "Possibly the same",
    Verdict.NEW: "Not the same",
}


def explain(scored: Scored) -> str:
    """One plain sentence: the verdict, the probability, what speaks for it and what against."""
    ranked = sorted(scored.evidence, key=lambda piece: -abs(piece.weight))
    pro = [piece.text for piece in ranked if piece.weight > 0]
    con = [piece.text for piece in ranked if piece.weight < 0]
    first, second = (pro, con) if scored.verdict is not Verdict.NEW else (con, pro)
    because = f": {'; '.join(first[:4])}" if first else ""
    although = f", although {'; '.join(second[:3])}" if second else ""
    return f"{_VERDICT_WORDS[scored.verdict]} ({scored.score:.0%}){because}{although}."
