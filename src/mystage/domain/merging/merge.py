"""`merge`: the canonical fields of one entity as a pure function of its sources.

Deterministic, independent of the order of its sources, idempotent; a source that is withdrawn counts as never had;
a person's value wins over all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from mystage.domain.catalog import Artist, Entity, Performance, Provenance, Venue
from mystage.domain.decisions import Curated
from mystage.domain.errors import Invalid
from mystage.domain.merging.choosing import (
    Choice,
    as_is,
    by_priority,
    fold_cached,
    link_key,
    longest,
    majority,
    robust_centre,
    union,
)
from mystage.domain.merging.gathering import (
    Chosen,
    by_rank,
    choose_address,
    choose_prices,
    choose_status,
    choose_times,
    value_of,
)
from mystage.domain.merging.policies import FieldPolicy, Policies, Rule
from mystage.domain.sources import EntitySource, SourceRank
from mystage.domain.values import Kind

_NO_REFS: Mapping[str, str] = MappingProxyType({})
_LINKS = frozenset({"links", "images", "urls"})
_DEFAULT = Policies()
_Origin: TypeAlias = tuple[str, Rule, tuple[str, ...]]
MODELS: Mapping[Kind, type[Venue | Artist | Performance]] = MappingProxyType(
    {Kind.VENUE: Venue, Kind.ARTIST: Artist, Kind.PERFORMANCE: Performance}
)
FIELDS: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {
        kind: (frozenset(model.model_fields) - frozenset(Entity.model_fields))
        | {"description", "images", "links", "urls", "identifiers"}
        for kind, model in MODELS.items()
    }
)
"""The canonical fields of each kind: what sources and people may fill."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The canonical fields of an entity (those that are empty are left out), and where each comes from."""

    fields: dict[str, Any]
    provenance: dict[str, Provenance]
    sources: tuple[str, ...] = ()
    """Ids of the live sources that it is merged from, sorted."""
    curated: tuple[Curated, ...] = ()


def merge(
    kind: Kind,
    sources: Iterable[EntitySource],
    refs: Mapping[str, str] = _NO_REFS,
    curated: Sequence[Curated] = (),
    policies: Policies = _DEFAULT,
    *,
    zone: str | None = None,
) -> Merged:
    """The canonical fields of an entity.

    Args:
        kind: what it is.
        sources: its entity sources, in any order.
        refs: for a performance, entity source id -> entity id of the venues and artists it names.
        curated: values of people; of several for one field, the newest wins.
        policies: the table of field policies.
        zone: for a performance, its venue's IANA zone, used where no source names one.
    """
    live = sorted({s.id: s for s in sources if s.withdrawn_at is None}.values(), key=lambda record: record.id)
    chosen: Chosen = {}
    if live:
        decided = any(record.preferred for record in live)  # then each field has an order of its own
        orders: dict[tuple[int, ...], list[EntitySource]] = {}
        for policy in policies.table[kind]:
            if len(live) == 1:  # most things are told by one source
                _choose(chosen, policy, live, refs)
                continue
            ranks = tuple([policies.rank(record, policy) for record in live])
            if ranks not in orders or decided:
                orders[ranks] = by_rank(live, policy, policies)
            _choose(chosen, policy, orders[ranks], refs)
        _settle(chosen, zone)
    given: dict[_Origin, Provenance] = {}
    provenance = {field: _provenance(choice, given) for field, choice in chosen.items()}
    fields = {field: choice.value for field, choice in chosen.items()}
    kept = _curate(kind, fields, provenance, curated)
    _set_instant(fields, provenance)
    return Merged(fields, provenance, tuple([record.id for record in live]), kept)


def _choose(chosen: Chosen, policy: FieldPolicy, records: Sequence[EntitySource], refs: Mapping[str, str]) -> None:
    field = policy.fields[0]
    if field == "street":
        chosen.update(choose_address(records, policy.fields))
    elif field == "start_local":
        chosen.update(choose_times(records))
    elif field == "price_min":
        chosen.update(choose_prices(records, policy.fields))
    elif field == "status":
        chosen[field] = choose_status(records)
    elif field == "lat":
        _choose_position(chosen, records)
    elif field == "identifiers":
        _choose_identifiers(chosen, records)
    elif field not in chosen:
        said = [(record, value) for record in records if (value := value_of(record, field, refs))]
        if said:
            chosen[field] = _by_rule(policy, said)


def _by_rule(policy: FieldPolicy, said: list[tuple[EntitySource, Any]]) -> Choice:
    if policy.rule is Rule.UNION:
        if policy.fields[0] in _LINKS:
            return union(said, link_key)
        return union(said, as_is if policy.exact else fold_cached)
    if policy.rule is Rule.LONGEST:
        return longest(said)
    if policy.rule is Rule.MAJORITY:
        return majority(said)
    return by_priority(said)


def _choose_position(chosen: Chosen, records: Sequence[EntitySource]) -> None:
    said = []
    for record in records:
        lat, lon = getattr(record.claim, "lat", None), getattr(record.claim, "lon", None)
        if lat is not None and lon is not None:
            said.append((record, (lat, lon)))
    if said:
        centre = robust_centre(said)
        for field, value in zip(("lat", "lon"), centre.value, strict=True):
            chosen[field] = Choice(value, centre.record, centre.rule, centre.also)


def _choose_identifiers(chosen: Chosen, records: Sequence[EntitySource]) -> None:
    said = [(record, tuple(sorted(record.claim.identifiers.items()))) for record in records if record.claim.identifiers]
    if said:
        choice = union(said, lambda pair: pair[0])
        chosen["identifiers"] = Choice(dict(sorted(choice.value)), choice.record, choice.rule, choice.also)


def _settle(chosen: Chosen, zone: str | None) -> None:
    """What depends on other fields: other names without the chosen one, a place beside its zone."""
    name = chosen.get("name")
    others = chosen.get("alt_names")
    if name is not None:
        _other_names(chosen, name, others)
    if zone and "timezone" not in chosen and "venue_id" in chosen:
        venue = chosen["venue_id"]
        chosen["timezone"] = Choice(zone, venue.record, venue.rule, venue.also)


def _other_names(chosen: Chosen, name: Choice, others: Choice | None) -> None:
    main = fold_cached(name.value)
    if others is not None:
        values = tuple([value for value in others.value if fold_cached(value) != main])
        if values:
            chosen["alt_names"] = Choice(values, others.record, others.rule, others.also)
        else:
            del chosen["alt_names"]


def _provenance(choice: Choice, given: dict[_Origin, Provenance]) -> Provenance:
    """The provenance of a choice; fields with the same origin share one object."""
    record = choice.record
    key = (record.id, choice.rule, choice.also)
    if key not in given:
        given[key] = Provenance(
            entity_source=record.id,
            source=record.source,
            rank=record.rank,
            rule=choice.rule.value,
            url=record.url,
            scrape_id=record.scrape_id,
            extraction_id=record.extraction_id,
            reader=record.reader,
            also=choice.also,
        )
    return given[key]


def _curate(
    kind: Kind, fields: dict[str, Any], provenance: dict[str, Provenance], curated: Sequence[Curated]
) -> tuple[Curated, ...]:
    """Put people's values over the sources'; returns those that count, one a field, by name."""
    newest: dict[str, Curated] = {}
    for entry in sorted(curated, key=lambda c: (c.field, c.at, c.by, repr(c.value), c.reason)):
        if entry.field not in FIELDS[kind] or entry.field in {"identifiers", "start_utc"}:
            raise Invalid(f"a {kind.value} has no field {entry.field!r} to curate", where="curated")
        newest[entry.field] = entry
    for field, entry in newest.items():
        fields.pop(field, None)
        if entry.value is not None:
            fields[field] = entry.value
        provenance[field] = Provenance(
            entity_source=f"curated:{entry.by}", source="curated", rank=SourceRank.CURATED, rule=Rule.CURATED.value
        )
    return tuple(newest.values())


def _set_instant(fields: dict[str, Any], provenance: dict[str, Provenance]) -> None:
    start, zone = fields.get("start_local"), fields.get("timezone")
    if start and zone and len(start) > len("2026-01-31"):
        try:
            local = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
            fields["start_utc"] = local.astimezone(UTC)
        except (KeyError, ValueError, OverflowError):  # no such zone, or the edge of the calendar: no instant
            return
        provenance["start_utc"] = provenance["start_local"]
