"""Artists as the resolution tool and the pipeline compare them."""

from __future__ import annotations

from collections.abc import Sequence

from mystage.domain.errors import Invalid
from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.artists.explaining import evidence
from mystage.domain.resolution.artists.features import FEATURES, levels
from mystage.domain.resolution.artists.keys import keys
from mystage.domain.resolution.artists.record import Act, make_act
from mystage.domain.resolution.artists.rules import doubt, parting
from mystage.domain.resolution.engine import Row
from mystage.domain.resolution.evidence import RULE_PARTS, Evidence, Scored, parted
from mystage.domain.resolution.rows import identifiers, listed
from mystage.domain.resolution.rules import exact
from mystage.domain.resolution.verdicts import judged


class ArtistEngine:
    """An `Engine`. Fields of a row: id, name, alt_names, country, genres, website, links, identifiers, source."""

    kind = "artist"

    def __init__(self, model: AdditiveModel) -> None:
        self.model = model.checked(FEATURES)
        self.match = model.match

    def prepare(self, row: Row) -> Act:
        """The artist of a row.

        Raises:
            Invalid: it has no name.
        """
        name = row.get("name", "").strip()
        if not name:
            raise Invalid("an artist needs a name", where="name")
        country = row.get("country", "").strip().upper()
        return make_act(
            row.get("id", ""),
            row.get("source", "").strip(),
            row.get("id", ""),
            names=(name, *listed(row.get("alt_names", ""))),
            identifiers=identifiers(row.get("identifiers", "")),
            country={"UK": "GB"}.get(country, country),
            links=[*listed(row.get("website", "")), *listed(row.get("links", ""), commas=True)],
            genres=listed(row.get("genres", ""), commas=True),
        )

    def keys(self, side: Act) -> Sequence[str]:
        """See `keys`."""
        return list(dict.fromkeys(keys(side)))

    def query_keys(self, side: Act) -> Sequence[str]:
        """The same as those under which an artist is kept."""
        return self.keys(side)

    def levels(self, a: Act, b: Act) -> list[int]:
        """See `features`."""
        return levels(*_ordered(a, b))

    def rule(self, a: Act, b: Act) -> Scored | None:
        """Exact identifiers; tribute acts and DJ sets."""
        found = exact(a, b)
        if found is None and (rule := parting(a, b)):
            found = parted(*rule)
        return found

    def probability(self, a: Act, b: Act) -> float:
        """How likely the two are one."""
        joined = exact(a, b)
        if joined is not None:
            return joined.score
        if parting(a, b):
            return RULE_PARTS
        found = self.levels(a, b)
        return min(self.model.probability(found), doubt(found, self.model)[0])

    def explain(self, a: Act, b: Act) -> Scored:
        """The score, the verdict and the evidence in words."""
        a, b = _ordered(a, b)
        joined = exact(a, b)
        if joined is not None:
            return joined
        found = levels(a, b)
        if rule := parting(a, b):
            return parted(*rule, lambda: evidence(a, b, found, self.model))
        score = self.model.probability(found)
        most, why = doubt(found, self.model)
        doubts = [Evidence("doubt", most - score, why)] if most < score else []
        return judged(min(score, most), lambda: (*evidence(a, b, found, self.model), *doubts), self.model)


def _ordered(a: Act, b: Act) -> tuple[Act, Act]:
    """The two in one order, so that (b, a) gives what (a, b) gives."""
    return (b, a) if (b.id, b.source) < (a.id, a.source) else (a, b)
