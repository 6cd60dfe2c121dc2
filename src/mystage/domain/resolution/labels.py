"""Labelled pairs: what persons have judged, as rows from which a model can learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mystage.domain.resolution.judgements import Judgement, Polarity
from mystage.domain.sources import AnyClaim, ArtistClaim, EntitySource, PerformanceClaim, VenueClaim
from mystage.domain.values import Kind

FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.VENUE: (
        "id", "name", "street", "locality", "region", "postal_code", "country", "lat", "lon", "phone", "website", "source",
    ),
    Kind.ARTIST: ("id", "name", "alt_names", "genres", "country", "website", "source"),
    Kind.PERFORMANCE: ("id", "title", "venue", "artists", "start_local", "place", "source"),
}  # fmt: skip
"""The columns of one side, by kind: the field names of `mystage resolve`."""


def columns(kind: Kind) -> tuple[str, ...]:
    """The columns of a file of labelled pairs: `left_*`, `right_*`, `label` (1: the same), and who said so."""
    sides = [f"{side}_{field}" for side in ("left", "right") for field in FIELDS[kind]]
    return (*sides, "label", "actor", "judged_at", "why")


def row(judgement: Judgement, sources: Mapping[str, EntitySource]) -> dict[str, Any] | None:
    """The row of a judgement; None where it says neither yes nor no, or a record of it is gone."""
    left, right = sources.get(judgement.left), sources.get(judgement.right)
    if judgement.polarity is Polarity.UNSURE or left is None or right is None:
        return None
    sides = {f"{name}_{k}": v for name, s in (("left", left), ("right", right)) for k, v in side(s, sources).items()}
    return {
        **sides,
        "label": int(judgement.polarity is Polarity.POSITIVE),
        "actor": judgement.actor,
        "judged_at": judgement.created_at.isoformat(),
        "why": judgement.why,
    }


def side(source: EntitySource, sources: Mapping[str, EntitySource]) -> dict[str, Any]:
    """One record as columns; `sources` resolves the venue and artists of a performance."""
    claim = source.claim
    values: dict[str, Any] = {"id": source.id, "source": source.source}
    if isinstance(claim, PerformanceClaim):
        venue = sources.get(source.venue_source or "")
        values["venue"] = _name(venue.claim) if venue else ""
        values["artists"] = "; ".join(_name(sources[id].claim) for id in source.artist_sources if id in sources)
    for field in FIELDS[source.kind]:
        if field not in values:
            value = getattr(claim, field)
            values[field] = "; ".join(value) if isinstance(value, tuple) else "" if value is None else value
    return {field: values[field] for field in FIELDS[source.kind]}


def _name(claim: AnyClaim) -> str:
    return claim.name if isinstance(claim, (VenueClaim, ArtistClaim)) else claim.title or ""
