"""Engines of the kinds whose scorer the pipeline uses: rows become claims, claims become sides."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from mystage.domain.errors import Invalid
from mystage.domain.resolution.blocking import match_keys, query_keys
from mystage.domain.resolution.engine import Engine, Row
from mystage.domain.resolution.evidence import Scored
from mystage.domain.resolution.judgements import JudgedBy
from mystage.domain.resolution.normalise import name_key
from mystage.domain.resolution.records import Side, prepare_claim, prepare_performance
from mystage.domain.resolution.scoring import Scorer
from mystage.domain.sources import ArtistClaim, PerformanceClaim, VenueClaim
from mystage.domain.values import Kind


class SideEngine(Engine):
    """One of the kinds of the catalogue, compared as the pipeline compares it."""

    def __init__(self, kind: Kind, scorer: Scorer) -> None:
        self.kind = kind.value
        self._of = kind
        self._scorer = scorer
        self.match = scorer.model.match

    def prepare(self, row: Row) -> Side:
        key, source = row.get("id") or "?", row.get("source") or ""
        try:
            if self._of is Kind.VENUE:
                return prepare_claim(key, source or key, _venue(key, row))
            if self._of is Kind.ARTIST:
                artist = ArtistClaim(key=key, name=row.get("name", ""), website=row.get("website") or None)
                return prepare_claim(key, source or key, artist)
            claim = PerformanceClaim(
                key=key, title=row.get("title") or None, place=row.get("locality") or None,
                start_local=(row.get("start_local") or "").replace(" ", "T")[:16] or None,
            )  # fmt: skip
        except ValidationError as error:
            first = error.errors()[0]
            raise Invalid(first["msg"], where=str(first["loc"][0])) from None
        venue = row.get("venue") or ""
        artists = [part.strip() for part in (row.get("artists") or "").replace(";", ",").split(",") if part.strip()]
        return prepare_performance(
            key, source or key, claim, name_key(venue) if venue else "", venue, [(name_key(a), a) for a in artists]
        )

    def keys(self, side: Side) -> Sequence[str]:
        return match_keys(side)

    def query_keys(self, side: Side) -> Sequence[str]:
        return query_keys(side)

    def levels(self, a: Side, b: Side) -> list[int]:
        """No levels: the scorer weighs by itself."""
        return []

    def rule(self, a: Side, b: Side) -> Scored | None:
        found = self._scorer.score(a, b)
        return found if found.by is JudgedBy.RULE else None

    def probability(self, a: Side, b: Side) -> float:
        return self._scorer.score(a, b).score

    def explain(self, a: Side, b: Side) -> Scored:
        return self._scorer.score(a, b)


def _venue(key: str, row: Row) -> VenueClaim:
    country = (row.get("country") or "").strip().upper()
    return VenueClaim(
        key=key,
        name=row.get("name", ""),
        street=row.get("street") or None,
        locality=row.get("locality") or None,
        region=row.get("region") or None,
        postal_code=row.get("postal_code") or None,
        country=country if len(country) == 2 else None,
        lat=_degrees(row, "lat"),
        lon=_degrees(row, "lon"),
        phone=row.get("phone") or None,
        website=row.get("website") or None,
    )


def _degrees(row: Row, field: str) -> float | None:
    text = (row.get(field) or "").strip()
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise Invalid(f'"{text}" is no number of degrees', where=field) from None
