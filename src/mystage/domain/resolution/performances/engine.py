"""Performances as the resolution tool and the pipeline compare them."""

from __future__ import annotations

from collections.abc import Sequence

from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.engine import Row
from mystage.domain.resolution.evidence import RULE_PARTS, Evidence, Scored, parted
from mystage.domain.resolution.evidence import joined as joined_by
from mystage.domain.resolution.performances.explaining import evidence
from mystage.domain.resolution.performances.features import FEATURES, levels
from mystage.domain.resolution.performances.keys import keys
from mystage.domain.resolution.performances.reading import show_of_row
from mystage.domain.resolution.performances.record import Show
from mystage.domain.resolution.performances.rules import doubt, joining, parting
from mystage.domain.resolution.rules import exact
from mystage.domain.resolution.verdicts import judged

_ONE_SHOW = joined_by("show", "one act begins at one place at one minute")


class PerformanceEngine:
    """An `Engine`. Fields of a row: see `reading.show_of_row`."""

    kind = "performance"

    def __init__(self, model: AdditiveModel) -> None:
        self.model = model.checked(FEATURES)
        self.match = model.match

    def prepare(self, row: Row) -> Show:
        """See `reading.show_of_row`."""
        return show_of_row(row)

    def keys(self, side: Show) -> Sequence[str]:
        """See `keys`."""
        return list(dict.fromkeys(keys(side)))

    def query_keys(self, side: Show) -> Sequence[str]:
        """The same as those under which a performance is kept."""
        return self.keys(side)

    def levels(self, a: Show, b: Show) -> list[int]:
        """See `features`."""
        return levels(*_ordered(a, b))

    def rule(self, a: Show, b: Show) -> Scored | None:
        """Exact identifiers; tributes, DJ sets, other acts at one place, sets of a day."""
        joined = exact(a, b)
        if joined is not None:
            return joined
        found = self.levels(a, b)
        if rule := parting(a, b, found):
            return parted(*rule)
        return _ONE_SHOW if joining(a, b, found) else None

    def probability(self, a: Show, b: Show) -> float:
        """How likely the two are one."""
        joined = exact(a, b)
        if joined is not None:
            return joined.score
        found = self.levels(a, b)
        if parting(a, b, found):
            return RULE_PARTS
        if joining(a, b, found):
            return _ONE_SHOW.score
        return min(self.model.probability(found), doubt(a, b, found, self.model)[0])

    def explain(self, a: Show, b: Show) -> Scored:
        """The score, the verdict and the evidence in words."""
        a, b = _ordered(a, b)
        joined = exact(a, b)
        if joined is not None:
            return joined
        found = levels(a, b)
        if rule := parting(a, b, found):
            return parted(*rule, lambda: evidence(a, b, found, self.model))
        if joining(a, b, found):
            return _ONE_SHOW
        score = self.model.probability(found)
        most, why = doubt(a, b, found, self.model)
        doubts = [Evidence("doubt", most - score, why)] if most < score else []
        return judged(min(score, most), lambda: (*evidence(a, b, found, self.model), *doubts), self.model)


def _ordered(a: Show, b: Show) -> tuple[Show, Show]:
    """The two in one order, so that (b, a) gives what (a, b) gives."""
    return (b, a) if (b.id, b.source) < (a.id, a.source) else (a, b)
