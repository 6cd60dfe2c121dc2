"""What the live sources say for a field, in order of rank; and the groups of fields that are decided together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import JsonValue

from mystage.domain.decisions import Preferred
from mystage.domain.merging.choosing import Choice, fold_cached
from mystage.domain.merging.policies import FieldPolicy, Policies, Rule
from mystage.domain.sources import EntitySource, PerformanceClaim, PerformanceStatus

Chosen = dict[str, Choice]


def by_rank(records: Iterable[EntitySource], policy: FieldPolicy, policies: Policies) -> list[EntitySource]:
    """The records in the order in which their word counts: rank, then the day they were last seen, the latest first, then id.

    Days, not seconds: which of two pages of one crawl came home first says nothing about which of them is right.
    `records` are ordered by id; sorting is stable, so that the order of arrival never matters.
    """
    latest_first = sorted(records, key=day_seen, reverse=True)
    return sorted(latest_first, key=lambda record: (policies.rank(record, policy), -_preferred(record, policy)))


def _preferred(record: EntitySource, policy: FieldPolicy) -> float:
    """When a conflict was decided in the record's favour, in seconds; 0 where none was, or it says something else now."""
    return max((p.at.timestamp() for p in record.preferred if stands(p, record, policy)), default=0.0)


def stands(preferred: Preferred, record: EntitySource, policy: FieldPolicy) -> bool:
    """Whether a preference is for this policy and the record still says what it was preferred for."""
    if preferred.value is None or preferred.field != policy.fields[0]:
        return False
    return same_value(held(record, policy)) == same_value(preferred.value)


def held(record: EntitySource, policy: FieldPolicy) -> JsonValue:
    """What a record says, in a form that no merge of other entities changes: a venue by the record that is named."""
    return record.venue_source if policy.fields == ("venue_id",) else told(record, policy, {})


def told(record: EntitySource, policy: FieldPolicy, refs: Mapping[str, str]) -> JsonValue:
    """What a record says for the fields of a policy, as JSON; None where it says nothing."""
    values = {field: _plain(value_of(record, field, refs)) for field in policy.fields}
    if len(values) == 1:
        return values[policy.fields[0]]
    return values if any(value is not None for value in values.values()) else None


def _plain(value: Any) -> JsonValue:
    if value in (None, "", (), False):
        return None
    return list(value) if isinstance(value, tuple) else value


def same_value(value: JsonValue) -> str:
    """A form in which values that differ only in case and punctuation are equal."""
    return fold_cached(value) if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str).casefold()


def day_seen(record: EntitySource) -> date:
    """The day (UTC) on which the record last said something new."""
    return record.last_seen.date()


def value_of(record: EntitySource, field: str, refs: Mapping[str, str]) -> Any:
    """What a record says for a canonical field, or None."""
    claim = record.claim
    if field == "urls":
        page = claim.url or record.url
        return (page,) if page.startswith(("http://", "https://")) else None
    if isinstance(claim, PerformanceClaim):
        if field == "venue_id":
            return refs.get(record.venue_source) if record.venue_source else None
        if field == "artist_ids":
            return tuple([refs[artist] for artist in record.artist_sources if artist in refs])
        if field == "performance_kind":
            return claim.kind
    return getattr(claim, field)


def choose_address(records: Sequence[EntitySource], fields: tuple[str, ...]) -> Chosen:
    """The address of one source (of those with a street, the best ranked), its gaps filled by sources in that town."""
    said = [(record, {f: getattr(record.claim, f) for f in fields}) for record in records]
    said = [(record, values) for record, values in said if any(values.values())]
    if not said:
        return {}
    base = next((entry for entry in said if entry[1]["street"]), None)
    base = base or next((entry for entry in said if entry[1]["locality"]), said[0])
    chosen: Chosen = {}
    coherent = [base, *(entry for entry in said if entry is not base and _one_town(entry[1], base[1]))]
    for field in fields:
        giver = next((entry for entry in coherent if entry[1][field] is not None), None)
        if giver is not None:
            record, value = giver[0], giver[1][field]
            also = tuple(sorted(r.id for r, values in said if r is not record and values[field] == value))
            chosen[field] = Choice(value, record, Rule.PRIORITY, also)
    return chosen


def _one_town(a: Mapping[str, str | None], b: Mapping[str, str | None]) -> bool:
    """Whether two addresses may be of one town: the same locality, or none in one, and no other country."""
    if a["country"] and b["country"] and a["country"] != b["country"]:
        return False
    return not a["locality"] or not b["locality"] or fold_cached(a["locality"]) == fold_cached(b["locality"])


def choose_times(records: Sequence[EntitySource]) -> Chosen:
    """The day of the best ranked source; of the sources that name that day, the best ranked one with a time.

    Doors and end are taken from that source, else from the best ranked that agrees on the start.
    """
    said = [(record, record.claim) for record in records if isinstance(record.claim, PerformanceClaim)]
    starts = [(record, claim.start_local) for record, claim in said if claim.start_local]
    chosen: Chosen = {}
    start: str | None = None
    if starts:
        day = starts[0][1][:10]
        record, start = next(((r, s) for r, s in starts if s[:10] == day and len(s) > len(day)), starts[0])
        also = tuple(sorted(r.id for r, s in starts if r is not record and s == start))
        chosen["start_local"] = Choice(start, record, Rule.PRIORITY, also)
    agreeing = [(record, claim) for record, claim in said if claim.start_local == start]
    for field in ("end_local", "doors_local", "timezone"):
        pool = said if field == "timezone" else agreeing
        pool = [*agreeing, *pool]
        giver = next(((r, getattr(claim, field)) for r, claim in pool if getattr(claim, field)), None)
        if giver is not None:
            same = {r.id for r, claim in pool if r is not giver[0] and getattr(claim, field) == giver[1]}
            chosen[field] = Choice(giver[1], giver[0], Rule.PRIORITY, tuple(sorted(same)))
    return chosen


def choose_prices(records: Sequence[EntitySource], fields: tuple[str, ...]) -> Chosen:
    """Prices and their currency, all of the best ranked source that names a price."""
    for record in records:
        values = {field: getattr(record.claim, field) for field in fields}
        if values["price_min"] is not None or values["price_max"] is not None:
            return {f: Choice(v, record, Rule.PRIORITY) for f, v in values.items() if v is not None}
    return {}


def choose_status(records: Sequence[EntitySource]) -> Choice:
    """See `policies`: the best ranked word, unless a change was seen elsewhere, on the same day or later."""
    said = [(record, getattr(record.claim, "status", PerformanceStatus.SCHEDULED)) for record in records]
    first, status = said[0]
    later = [
        (r, s) for r, s in said[1:]
        if s is not PerformanceStatus.SCHEDULED and s is not status and day_seen(r) >= day_seen(first)
    ]  # fmt: skip
    record, rule = first, Rule.PRIORITY
    if later:
        record, status = max(later, key=lambda entry: day_seen(entry[0]))  # of equals, the best ranked
        rule = Rule.NEWEST
    return Choice(status, record, rule, tuple(sorted(r.id for r, s in said if r is not record and s == status)))
