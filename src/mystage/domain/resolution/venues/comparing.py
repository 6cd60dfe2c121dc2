"""Two places compared by the shipped model: rules first, then the sum of the evidence; explained on demand."""

from __future__ import annotations

import math

from mystage.domain.errors import Invalid
from mystage.domain.resolution.additive import TOP, AdditiveModel, probability
from mystage.domain.resolution.engine import Engine, Row
from mystage.domain.resolution.evidence import RULE_PARTS, Evidence, Scored, parted
from mystage.domain.resolution.judgements import JudgedBy, Verdict
from mystage.domain.resolution.venues.features import FEATURES, best, distance_level, levels_of
from mystage.domain.resolution.venues.keys import keys
from mystage.domain.resolution.venues.naming import Compared
from mystage.domain.resolution.venues.place import Place, place, pointed
from mystage.domain.resolution.venues.rules import Rule, apart, doubt
from mystage.domain.resolution.venues.wording import told

_AT = {feature.name: n for n, feature in enumerate(FEATURES)}
_DISTANCE, _DISTANCE_BARE = _AT["distance"], _AT["distance of places"]
_STREET, _HOUSE, _PHONE, _SITE, _SOURCE = (_AT[n] for n in ("street", "house", "phone", "site", "source"))
_SPOT = distance_level(60.0)
_NEAR = distance_level(200.0)


class VenueEngine(Engine):
    """Compares venues and settlements. Pure: what it says of two records depends on these two alone."""

    kind = "venue"

    def __init__(self, model: AdditiveModel) -> None:
        self.model = model.checked(FEATURES)
        self.match = model.match

    def prepare(self, row: Row) -> Place:
        side = place(row)
        if side.lat is None:
            _check_degrees(row)
        return side

    def keys(self, side: Place) -> list[str]:
        return keys(side, query=False)

    def query_keys(self, side: Place) -> list[str]:
        return keys(side, query=True)

    def levels(self, a: Place, b: Place) -> list[int]:
        a, b = _ordered(a, b)
        return levels_of(a, b, best(a, b))

    def rule(self, a: Place, b: Place) -> Scored | None:
        levels, _, rule = self._look(a, b)
        return self._parted(a, b, levels, rule) if rule else None

    def probability(self, a: Place, b: Place) -> float:
        levels, compared, rule = self._look(a, b)
        return RULE_PARTS if rule else self._capped(a, b, levels, compared)[0]

    def explain(self, a: Place, b: Place) -> Scored:
        return self.scored(a, b)

    def scored(self, a: Place, b: Place, more: tuple[Evidence, ...] = (), *, one_list: bool = True) -> Scored:
        """The comparison with its evidence.

        Args:
            a: a place.
            b: another.
            more: evidence from outside of the model (identifiers), added to its sum.
            one_list: whether two records of one source are of one list, in which each thing should stand once.
        """
        levels, compared, rule = self._look(a, b)
        if not one_list:
            levels[_SOURCE] = 0
        if rule:
            return self._parted(a, b, levels, rule)
        score, doubts = self._capped(a, b, levels, compared, sum(piece.weight for piece in more))
        unsure = Verdict.POSSIBLE if score >= self.model.possible else Verdict.NEW
        verdict = Verdict.MATCH if score >= self.model.match else unsure
        return Scored(score, verdict, JudgedBy.MODEL, lambda: (*more, *doubts, *self._evidence(a, b, levels)))

    def _look(self, a: Place, b: Place) -> tuple[list[int], Compared | None, Rule | None]:
        a, b = _ordered(a, b)
        compared = best(a, b)
        levels = levels_of(a, b, compared)
        rule = apart(a, b, compared, building=_building(levels)) if compared is not None else None
        return levels, compared, rule

    def _capped(
        self, a: Place, b: Place, levels: list[int], compared: Compared | None, more: float = 0.0
    ) -> tuple[float, tuple[Evidence, ...]]:
        """The probability, lowered to what a person is asked about where there is a reason for doubt."""
        odds = self.model.log_odds(levels) + more
        score = probability(odds)
        if score <= _VAGUE or compared is None:
            return score, ()
        rule = doubt(a, b, compared, levels, building=_building(levels))
        if rule is None:
            return score, ()
        least = _ASK if compared.core == TOP or rule.name != "name alone" else _VAGUE
        if score <= least:
            return score, ()
        return least, (Evidence(rule.name, round(_logit(least) - odds, 3), rule.text),)

    def _evidence(self, a: Place, b: Place, levels: list[int]) -> list[Evidence]:
        a, b = _ordered(a, b)
        return told(a, b, levels, self.model.weights(levels))

    def _parted(self, a: Place, b: Place, levels: list[int], rule: Rule) -> Scored:
        return parted(rule.name, rule.text, lambda: self._evidence(a, b, levels))


_ASK, _VAGUE = 0.3, 0.05
"""What a doubt leaves of a probability; the second where the names say only what kind of place it is."""


def _logit(chance: float) -> float:
    return math.log(chance / (1.0 - chance))


def _check_degrees(row: Row) -> None:
    """Complain of a position that is told but is no number."""
    for field in ("lat", "lon"):
        text = (row.get(field) or "").strip()
        try:
            float(pointed(text) or "0")
        except ValueError:
            raise Invalid(f'"{text}" is no number of degrees', where=field) from None


def _building(levels: list[int]) -> bool:
    """Whether two places share a house, its phone, or one spot."""
    away = max(levels[_DISTANCE], levels[_DISTANCE_BARE])
    if 0 <= away <= _SPOT or levels[_PHONE] == 100:
        return True
    if levels[_HOUSE] >= 100 and levels[_STREET] >= 85:
        return True
    return levels[_SITE] >= 80 and 0 <= away <= _NEAR


def _ordered(a: Place, b: Place) -> tuple[Place, Place]:
    """One order, so that (a, b) is (b, a) to the last digit."""
    x, y = (a.name.text, a.id), (b.name.text, b.id)
    if x == y:  # rare enough for a slow comparison of all that is told
        x, y = (repr(a), ""), (repr(b), "")
    return (b, a) if y < x else (a, b)
