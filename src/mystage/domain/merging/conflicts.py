"""Conflicts: fields for which an entity's sources name different values, what won, and whether rank alone decided it.

Between sources of equal rank, a decision that stands on a record (`EntitySource.preferred`) comes first; without one,
what was seen on the latest day, then the lowest id: a rule that is deterministic and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from mystage.domain.merging.gathering import by_rank, same_value, stands, told
from mystage.domain.merging.policies import FieldPolicy, Policies, Rule
from mystage.domain.sources import EntitySource
from mystage.domain.values import Kind, Model

DAY_RULE = "equal ranks: what was seen on the latest day, then the lowest id"
_UNDECIDED = frozenset({Rule.UNION, Rule.LONGEST})


class Option(Model):
    """One value and who says it, the best ranked first."""

    value: JsonValue
    sources: tuple[str, ...]
    rank: int
    """The rank of the best of them for this field; the lower wins."""


class Conflict(Model):
    """Sources disagree on a field (or a group of fields that is decided together)."""

    field: str
    fields: tuple[str, ...]
    options: tuple[Option, ...]
    """All values, in the order in which their word counts; for single values the first one won."""
    tied: bool
    """Whether several share the best rank: rank did not decide."""
    decided_by: str
    """The rule, or who decided the tie and why."""

    @property
    def ties(self) -> tuple[Option, ...]:
        """The options of the best rank."""
        return tuple(option for option in self.options if option.rank == self.options[0].rank)


class Resolved(Model):
    """A resolver's answer: which of the tied options (by its place among `Conflict.ties`), and why."""

    choice: int
    reason: str


def conflicts(
    kind: Kind, sources: Iterable[EntitySource], refs: Mapping[str, str], policies: Policies
) -> tuple[Conflict, ...]:
    """The conflicts between the live sources of an entity, by the order of the policies; unions are none."""
    live = sorted((s for s in sources if s.withdrawn_at is None), key=lambda s: s.id)
    found = [
        _conflict(policy, live, refs, policies) for policy in policies.table[kind] if policy.rule not in _UNDECIDED
    ]
    return tuple(conflict for conflict in found if conflict is not None)


def _conflict(
    policy: FieldPolicy, live: list[EntitySource], refs: Mapping[str, str], policies: Policies
) -> Conflict | None:
    options: dict[str, tuple[JsonValue, list[EntitySource]]] = {}
    for record in by_rank(live, policy, policies):
        value = told(record, policy, refs)
        if value is not None:
            options.setdefault(same_value(value), (value, []))[1].append(record)
    if len(options) < 2:
        return None
    listed = tuple(
        Option(value=value, sources=tuple(r.id for r in said), rank=min(policies.rank(r, policy) for r in said))
        for value, said in options.values()
    )
    tied = policy.rule is Rule.PRIORITY and listed[1].rank == listed[0].rank
    return Conflict(
        field=policy.fields[0],
        fields=policy.fields,
        options=listed,
        tied=tied,
        decided_by=_decided(policy, live, tied=tied),
    )


def _decided(policy: FieldPolicy, live: list[EntitySource], *, tied: bool) -> str:
    preferred = [(r, p) for r in live for p in r.preferred if stands(p, r, policy)]
    if tied and preferred:
        _, newest = max(preferred, key=lambda entry: (entry[1].at, entry[0].id))
        return f"{newest.by}: {newest.reason}"
    return DAY_RULE if tied else policy.rule.value
