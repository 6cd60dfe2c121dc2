"""Merge two entities by hand, and undo a merge. Both are judgements: the catalogue follows from them.

A person's decision is never overruled by a machine: a merge leaves a positive judgement, an un-merge a negative one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mystage.application.catalogue.entities import (
    entities,
    following,
    founded_id,
    kind_of,
    members,
    merge_task,
    publish_task,
)
from mystage.application.catalogue.joining import again_task, join, move, read_guards, settle_questions
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.audit import AUDIT_LOGS, AuditEntry
from mystage.domain.catalog import AnyEntity
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.resolution.clusters import components
from mystage.domain.resolution.judgements import (
    DUPLICATES,
    JUDGEMENTS,
    DuplicateStatus,
    JudgedBy,
    Judgement,
    Polarity,
    judgement_id,
    ordered,
    pair_id,
)
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, evolve


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What a merge or un-merge did: the entity that stays, the other one, and the sources that moved."""

    kind: Kind
    kept: str
    other: str
    moved: tuple[str, ...]


class Curate:
    """Merges and un-merges, on behalf of a person."""

    def __init__(self, store: DocumentStore, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def merge(self, keep: str, other: str, *, actor: str, reason: str = "") -> MergeResult:
        """Merge `other` into `keep` (ids of merged entities are followed). Raises NotFound, Invalid."""

        async def action(unit: UnitOfWork) -> MergeResult:
            await read_guards(unit)
            survivor, loser = await following(unit, keep), await following(unit, other)
            _check(survivor, loser)
            found = await members(unit, (survivor.id, loser.id))
            left, right = _representative(found[survivor.id]), _representative(found[loser.id])
            now = self._clock.now()
            await self._lift_negatives(unit, found[survivor.id], found[loser.id], now)
            self._judge(unit, survivor.kind, left.id, right.id, Polarity.POSITIVE, actor, reason)
            await _close_pair(unit, survivor.kind, survivor.id, loser.id, DuplicateStatus.MERGED)
            await join(unit, survivor.kind, loser.id, survivor.id, now=now)
            self._audit(unit, "entity.merge", actor, (survivor.id, loser.id), reason)
            return MergeResult(survivor.kind, survivor.id, loser.id, tuple(s.id for s in found[loser.id]))

        return await decide(self._store, self._clock, self._ids, action)

    async def unmerge(self, id: str, *, actor: str, reason: str = "") -> MergeResult:
        """Undo: `id` is an entity that was merged into another, or an entity source that is in the wrong company.

        What came with the entity (or the one source) leaves; records that joined since stay with those they matched.
        Raises NotFound; Invalid where there is nothing to undo.
        """

        async def action(unit: UnitOfWork) -> MergeResult:
            await read_guards(unit)
            if ":" in id:
                return await self._split_source(unit, id, actor, reason)
            return await self._revive(unit, id, actor, reason)

        return await decide(self._store, self._clock, self._ids, action)

    async def _revive(self, unit: UnitOfWork, id: str, actor: str, reason: str) -> MergeResult:
        kind = kind_of(id)
        gone = await entities(unit, kind).need(id)
        if gone.merged_into is None:
            absorbed = [e.id for e in await entities(unit, kind).find(merged_into=id)]
            hint = (
                f"it has absorbed {', '.join(sorted(absorbed))}: un-merge one of these"
                if absorbed
                else "it was never merged"
            )
            raise Invalid("this entity was not merged into another", where=id, hint=hint)
        holder = await following(unit, id)
        here = (await members(unit, (holder.id,)))[holder.id]
        theirs = {s.id for s in here} & set(gone.sources)
        if not theirs:
            raise Invalid("none of its sources is left where it was merged", where=id, hint=f"look at {holder.id}")
        leaving = await self._separate(unit, kind, here, theirs, actor, reason)
        now = self._clock.now()
        entities(unit, kind).put(evolve(gone, merged_into=None, deleted_at=None, updated_at=now, fingerprint=""))
        await self._settle(unit, kind, holder.id, id, leaving)
        self._audit(unit, "entity.unmerge", actor, (holder.id, id), reason)
        return MergeResult(kind, holder.id, id, tuple(sorted(s.id for s in leaving)))

    async def _split_source(self, unit: UnitOfWork, id: str, actor: str, reason: str) -> MergeResult:
        source = await unit.of(ENTITY_SOURCES).get(id)
        if source is None:
            raise NotFound("no such entity source", where=id, hint="`mystage show ID --lineage` lists them")
        here = (await members(unit, (source.entity_id,)))[source.entity_id]
        if len(here) == 1:
            raise Invalid("it is the only source of its entity", where=id)
        leaving = await self._separate(unit, source.kind, here, {id}, actor, reason)
        fresh = await _vacant_id(unit, source)
        gone = await entities(unit, source.kind).get(fresh)
        if gone is not None:
            entities(unit, source.kind).put(evolve(gone, merged_into=None, deleted_at=None, fingerprint=""))
        await self._settle(unit, source.kind, source.entity_id, fresh, leaving)
        self._audit(unit, "entity.unmerge", actor, (source.entity_id, fresh, id), reason)
        return MergeResult(source.kind, source.entity_id, fresh, tuple(sorted(s.id for s in leaving)))

    async def _separate(
        self, unit: UnitOfWork, kind: Kind, here: Sequence[EntitySource], theirs: set[str], actor: str, reason: str
    ) -> list[EntitySource]:
        """Forbid `theirs` and the rest to be one, retire what joined them, and answer all that leaves.

        A record that joined since leaves with `theirs` where a machine matched it to them; what persons joined to them
        stays, since that is what is being undone.
        """
        rest = {s.id for s in here} - theirs
        if not rest:
            raise Invalid("nothing would be left behind", where=", ".join(sorted(theirs)))
        mine, others = (_representative([s for s in here if s.id in ids]) for ids in (theirs, rest))
        negative = self._judge(unit, kind, mine.id, others.id, Polarity.NEGATIVE, actor, reason)
        judged = [j for j in await _judgements(unit, [s.id for s in here]) if j.retired_at is None]
        loose = [j for j in judged if not (j.by is JudgedBy.PERSON and _across(j, theirs))]
        group = next(group for group in components([s.id for s in here], [negative, *loose]) if mine.id in group)
        leaving = theirs | group
        now = self._clock.now()
        for judgement in [j for j in judged if j.polarity is Polarity.POSITIVE and _across(j, leaving)]:
            unit.of(JUDGEMENTS).put(evolve(judgement, retired_at=now))
        for part in (leaving, rest - leaving):
            self._keep_together(unit, [s for s in here if s.id in part], judged, actor)
        return [s for s in here if s.id in leaving]

    def _keep_together(
        self, unit: UnitOfWork, part: Sequence[EntitySource], judged: Sequence[Judgement], actor: str
    ) -> None:
        """Records that were held together by one on the other side alone are held by a judgement of their own."""
        groups = [[s for s in part if s.id in group] for group in components([s.id for s in part], judged)]
        first, *more = sorted((_representative(group) for group in groups), key=lambda s: s.id)
        for other in more:
            why = "they stay together after an un-merge"
            self._judge(unit, part[0].kind, first.id, other.id, Polarity.POSITIVE, actor, why)

    async def _settle(
        self, unit: UnitOfWork, kind: Kind, holder: str, other: str, leaving: Sequence[EntitySource]
    ) -> None:
        """Move what leaves, close the pair, and have everything recomputed."""
        await move(unit, leaving, other)
        await _close_pair(unit, kind, holder, other, DuplicateStatus.REJECTED)
        await settle_questions(unit, kind, holder)
        for entity_id in (holder, other):
            unit.queue(merge_task(kind, entity_id))
            unit.queue(publish_task(kind, entity_id))
        for source in leaving:
            unit.queue(again_task(source.id))

    async def _lift_negatives(
        self, unit: UnitOfWork, left: Iterable[EntitySource], right: Iterable[EntitySource], now: datetime
    ) -> None:
        """A merge by hand takes back earlier decisions that kept the two apart."""
        a, b = {s.id for s in left}, {s.id for s in right}
        for judgement in await _judgements(unit, sorted(a | b)):
            between = (judgement.left in a and judgement.right in b) or (judgement.left in b and judgement.right in a)
            if between and judgement.polarity is Polarity.NEGATIVE and judgement.retired_at is None:
                unit.of(JUDGEMENTS).put(evolve(judgement, retired_at=now))

    def _judge(
        self, unit: UnitOfWork, kind: Kind, one: str, other: str, polarity: Polarity, actor: str, reason: str
    ) -> Judgement:
        """Write a person's judgement on two records; it takes the place of an earlier one."""
        left, right = ordered(one, other)
        judgement = Judgement(
            id=judgement_id(left, right, JudgedBy.PERSON),
            kind=kind,
            left=left,
            right=right,
            polarity=polarity,
            by=JudgedBy.PERSON,
            actor=actor,
            score=1.0 if polarity is Polarity.POSITIVE else 0.0,
            why=reason or f"{actor} decided so",
            created_at=self._clock.now(),
        )
        unit.of(JUDGEMENTS).overwrite(judgement)
        return judgement

    def _audit(self, unit: UnitOfWork, action: str, actor: str, subjects: tuple[str, ...], reason: str) -> None:
        entry = AuditEntry(
            id=self._ids.new("aud_"), action=action, actor=actor, subjects=subjects, reason=reason, at=self._clock.now()
        )
        unit.of(AUDIT_LOGS).put(entry)


def _check(survivor: AnyEntity, loser: AnyEntity) -> None:
    if survivor.id == loser.id:
        raise Invalid("both ids are one entity already", where=survivor.id)
    if survivor.kind is not loser.kind:
        kinds = f"{survivor.kind.value} and {loser.kind.value}"
        raise Invalid(f"only entities of one kind can be merged: these are {kinds}", where=loser.id)


async def _vacant_id(unit: UnitOfWork, source: EntitySource) -> str:
    """An entity id for a record that leaves: the one that it founds, unless others live there."""
    id, number = founded_id(source.id, source.kind), 0
    while (await members(unit, (id,)))[id]:
        number += 1
        id = founded_id(f"{source.id}#split{number}", source.kind)
    return id


def _representative(sources: Sequence[EntitySource]) -> EntitySource:
    """The source that stands for its group in a judgement between groups: the best ranked, then the lowest id."""
    if not sources:
        raise Invalid("the entity has no sources left")
    return min(sources, key=lambda s: (s.rank, s.id))


def _across(judgement: Judgement, ids: Container[str]) -> bool:
    """Whether the judgement is on a record of `ids` and one that is not."""
    return (judgement.left in ids) is not (judgement.right in ids)


async def _judgements(unit: UnitOfWork, ids: Sequence[str]) -> list[Judgement]:
    """All judgements in which any of these records takes part."""
    repository = unit.of(JUDGEMENTS)
    found = {j.id: j for side in ("left", "right") for j in await repository.find_by(side, ids)}
    return [found[id] for id in sorted(found)]


async def _close_pair(unit: UnitOfWork, kind: Kind, one: str, other: str, status: DuplicateStatus) -> None:
    repository = unit.of(DUPLICATES[kind])
    pair = await repository.get(pair_id(one, other))
    if pair is not None:
        repository.put(evolve(pair, status=status))
