"""Which source's word counts for which field: a table of field policies, and ranks that settings may override.

Status. A source that says nothing of a show's status says `scheduled`, so that word is weak. The best ranked
source's word stands, unless another source takes the show back or changes it (cancelled, postponed, rescheduled,
sold out) and was seen on the same day as the best ranked one or later: the newest such word then wins.

Closed. Likewise `closed=False` is what a silent source says; the best ranked source that says closed decides, maps and
directories first, since they track it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from mystage.domain.sources import EntitySource, SourceRank
from mystage.domain.values import Kind


class Rule(StrEnum):
    """How one field is chosen; the name that provenance gives."""

    PRIORITY = "priority"
    """The best ranked source that says anything."""
    UNION = "union"
    """What all say, in the order of their ranks, each value once."""
    LONGEST = "longest"
    """The longest text."""
    NEWEST = "newest"
    """What was seen last."""
    MAJORITY = "majority"
    """What most say; of equals, the best ranked."""
    ROBUST_CENTRE = "robust_centre"
    """Latitude and longitude of the best ranked source that is no outlier among the others."""
    CURATED = "curated"
    """A person's value."""


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """The rule of a group of fields that are decided together, from one source."""

    fields: tuple[str, ...]
    rule: Rule
    first: tuple[SourceRank, ...] = ()
    """Ranks that come before all others but the owner for this field."""
    exact: bool = True
    """Of a union: values are one only if they are equal to the letter (else folded)."""


_MAPS_FIRST = (SourceRank.MAPS,)
_TICKETING_FIRST = (SourceRank.TICKETING,)
_SHARED = (
    FieldPolicy(("description",), Rule.LONGEST),
    FieldPolicy(("images",), Rule.UNION),
    FieldPolicy(("links",), Rule.UNION),
    FieldPolicy(("urls",), Rule.UNION),
    FieldPolicy(("identifiers",), Rule.UNION),
)
VENUE_POLICIES = (
    FieldPolicy(("name",), Rule.PRIORITY),
    FieldPolicy(("alt_names",), Rule.UNION, exact=False),
    FieldPolicy(("street", "locality", "region", "postal_code", "country"), Rule.PRIORITY, _MAPS_FIRST),
    FieldPolicy(("lat", "lon"), Rule.ROBUST_CENTRE, _MAPS_FIRST),
    FieldPolicy(("timezone",), Rule.MAJORITY, _MAPS_FIRST),
    FieldPolicy(("phone",), Rule.PRIORITY),
    FieldPolicy(("website",), Rule.PRIORITY),
    FieldPolicy(("categories",), Rule.UNION, exact=False),
    FieldPolicy(("opening_hours",), Rule.PRIORITY, _MAPS_FIRST),
    FieldPolicy(("capacity",), Rule.MAJORITY),
    FieldPolicy(("closed",), Rule.PRIORITY, _MAPS_FIRST),
    *_SHARED,
)
ARTIST_POLICIES = (
    FieldPolicy(("name",), Rule.PRIORITY),
    FieldPolicy(("alt_names",), Rule.UNION, exact=False),
    FieldPolicy(("website",), Rule.PRIORITY),
    FieldPolicy(("genres",), Rule.UNION, exact=False),
    FieldPolicy(("country",), Rule.MAJORITY),
    *_SHARED,
)
PERFORMANCE_POLICIES = (
    FieldPolicy(("title",), Rule.PRIORITY),
    FieldPolicy(("venue_id",), Rule.PRIORITY),
    FieldPolicy(("artist_ids",), Rule.UNION),
    FieldPolicy(("place",), Rule.PRIORITY),
    FieldPolicy(("start_local", "end_local", "doors_local"), Rule.PRIORITY),
    FieldPolicy(("timezone",), Rule.PRIORITY),
    FieldPolicy(("status",), Rule.NEWEST),
    FieldPolicy(("performance_kind",), Rule.MAJORITY),
    FieldPolicy(("ticket_url",), Rule.PRIORITY, _TICKETING_FIRST),
    FieldPolicy(("price_min", "price_max", "currency"), Rule.PRIORITY, _TICKETING_FIRST),
    FieldPolicy(("genres",), Rule.UNION, exact=False),
    *_SHARED,
)
DEFAULT_POLICIES: Mapping[Kind, tuple[FieldPolicy, ...]] = MappingProxyType(
    {Kind.VENUE: VENUE_POLICIES, Kind.ARTIST: ARTIST_POLICIES, Kind.PERFORMANCE: PERFORMANCE_POLICIES}
)
_NO_RANKS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Policies:
    """The table of field policies, and the ranks that settings override.

    `source_ranks` maps `source` or `source.field` to a rank (lower wins); `field` is the first field of a group.
    """

    table: Mapping[Kind, tuple[FieldPolicy, ...]] = field(default_factory=lambda: DEFAULT_POLICIES)
    source_ranks: Mapping[str, int] = field(default_factory=lambda: _NO_RANKS)

    def rank(self, record: EntitySource, policy: FieldPolicy) -> int:
        """The record's rank for the fields of `policy`; the lower wins."""
        if self.source_ranks:
            for key in (f"{record.source}.{policy.fields[0]}", record.source):
                if key in self.source_ranks:
                    return self.source_ranks[key]
        rank = record.rank
        return SourceRank.OWNER + 1 if rank in policy.first else rank
