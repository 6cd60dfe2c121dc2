"""What merges, un-merges, judgements and undo share: writing judgements, finding records, separating and regrouping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mystage.application.catalogue.entities import entities, founded_id, members, merge_task, publish_task
from mystage.application.catalogue.joining import again_task, join, move, settle_questions
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.errors import Invalid
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
    split_id,
)
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, evolve

_SCORES = {Polarity.POSITIVE: 1.0, Polarity.NEGATIVE: 0.0, Polarity.UNSURE: 0.5}


@dataclass(frozen=True, slots=True)
class Person:
    """Who decides, when and why."""

    actor: str
    reason: str
    now: datetime


def representative(sources: Sequence[EntitySource]) -> EntitySource:
    """The source that stands for its group in a judgement between groups: the best ranked, then the lowest id."""
    if not sources:
        raise Invalid("the entity has no sources left")
    return min(sources, key=lambda s: (s.rank, s.id))


def across(judgement: Judgement, ids: Container[str]) -> bool:
    """Whether the judgement is on a record of `ids` and one that is not."""
    return (judgement.left in ids) is not (judgement.right in ids)


async def judgements_on(unit: UnitOfWork, ids: Sequence[str]) -> list[Judgement]:
    """All judgements in which any of these records takes part."""
    repository = unit.of(JUDGEMENTS)
    found = {j.id: j for side in ("left", "right") for j in await repository.find_by(side, ids)}
    return [found[id] for id in sorted(found)]


async def judge(
    unit: UnitOfWork,
    kind: Kind,
    pair: tuple[str, str],
    polarity: Polarity,
    person: Person,
    why: str = "",
    *,
    implied: bool = False,
) -> Judgement:
    """Write a person's judgement on two records; it takes the place of an earlier one."""
    left, right = ordered(*pair)
    judgement = Judgement(
        id=judgement_id(left, right, JudgedBy.PERSON),
        kind=kind,
        left=left,
        right=right,
        polarity=polarity,
        by=JudgedBy.PERSON,
        actor=person.actor,
        score=_SCORES[polarity],
        why=why or person.reason or f"{person.actor} decided so",
        created_at=person.now,
        implied=implied,
    )
    await unit.of(JUDGEMENTS).get(judgement.id)  # what it replaces, for undo
    unit.of(JUDGEMENTS).put(judgement)
    return judgement


async def lift_negatives(
    unit: UnitOfWork, left: Iterable[EntitySource], right: Iterable[EntitySource], now: datetime
) -> None:
    """Retire what kept two groups of records apart: a decision by hand takes back earlier ones."""
    a, b = {s.id for s in left}, {s.id for s in right}
    for judgement in await judgements_on(unit, sorted(a | b)):
        between = (judgement.left in a and judgement.right in b) or (judgement.left in b and judgement.right in a)
        if between and judgement.polarity is Polarity.NEGATIVE and judgement.retired_at is None:
            unit.of(JUDGEMENTS).put(evolve(judgement, retired_at=now))


async def close_question(unit: UnitOfWork, kind: Kind, id: str, status: DuplicateStatus) -> None:
    """Mark a question of the review queue as answered, if it was asked."""
    repository = unit.of(DUPLICATES[kind])
    pair = await repository.get(id)
    if pair is not None:
        repository.put(evolve(pair, status=status))


async def close_pair(unit: UnitOfWork, kind: Kind, one: str, other: str, status: DuplicateStatus) -> None:
    """Mark the question whether two entities are one as answered, if it was asked."""
    await close_question(unit, kind, pair_id(one, other), status)


async def separate(
    unit: UnitOfWork,
    here: Sequence[EntitySource],
    theirs: set[str],
    person: Person,
    *,
    pair: tuple[str, str] | None = None,
) -> list[EntitySource]:
    """Forbid `theirs` and the rest to be one, retire what joined them, and answer all that leaves.

    A record that joined since leaves with `theirs` where a machine matched it to them; what persons joined to them
    stays, since that is what is being undone. `pair` names the two records to judge, one of `theirs` first.
    """
    rest, kind = {s.id for s in here} - theirs, here[0].kind
    if not rest:
        raise Invalid("nothing would be left behind", where=", ".join(sorted(theirs)))
    mine, other = pair or tuple(representative([s for s in here if s.id in ids]).id for ids in (theirs, rest))
    negative = await judge(unit, kind, (mine, other), Polarity.NEGATIVE, person)
    await close_question(unit, kind, split_id(mine, other), DuplicateStatus.REJECTED)
    judged = [j for j in await judgements_on(unit, [s.id for s in here]) if j.retired_at is None]
    loose = [j for j in judged if not (j.by is JudgedBy.PERSON and across(j, theirs))]
    group = next(group for group in components([s.id for s in here], [negative, *loose]) if mine in group)
    leaving = theirs | group
    for judgement in [j for j in judged if j.polarity is Polarity.POSITIVE and across(j, leaving)]:
        unit.of(JUDGEMENTS).put(evolve(judgement, retired_at=person.now))
    for part in (leaving, rest - leaving):
        await _keep_together(unit, [s for s in here if s.id in part], judged, person)
    return [s for s in here if s.id in leaving]


async def _keep_together(
    unit: UnitOfWork, part: Sequence[EntitySource], judged: Sequence[Judgement], person: Person
) -> None:
    """Records that were held together by one on the other side alone are held by a judgement of their own."""
    groups = [[s for s in part if s.id in group] for group in components([s.id for s in part], judged)]
    first, *more = sorted((representative(group) for group in groups), key=lambda s: s.id)
    for other in more:
        pair = (first.id, other.id)
        await judge(
            unit, part[0].kind, pair, Polarity.POSITIVE, person, "they stay together after an un-merge", implied=True
        )


async def settle(unit: UnitOfWork, kind: Kind, holder: str, other: str, leaving: Sequence[EntitySource]) -> None:
    """Move what leaves `holder` to `other`, close the question between the two, and have everything recomputed."""
    await move(unit, leaving, other)
    await close_pair(unit, kind, holder, other, DuplicateStatus.REJECTED)
    await settle_questions(unit, kind, holder)
    for entity_id in (holder, other):
        unit.queue(merge_task(kind, entity_id))
        unit.queue(publish_task(kind, entity_id))
    for source in leaving:
        unit.queue(again_task(source.id))


async def vacant_id(unit: UnitOfWork, source: EntitySource, taken: Container[str] = ()) -> str:
    """An entity id for a record that leaves: the one that it founds, unless others live there."""
    id, number = founded_id(source.id, source.kind), 0
    while id in taken or (await members(unit, (id,)))[id]:
        number += 1
        id = founded_id(f"{source.id}#split{number}", source.kind)
    return id


async def revive(unit: UnitOfWork, kind: Kind, id: str, now: datetime) -> None:
    """An entity that was merged away, or emptied, is to live again; its fields follow from its records."""
    gone = await entities(unit, kind).get(id)
    if gone is not None:
        entities(unit, kind).put(evolve(gone, merged_into=None, deleted_at=None, updated_at=now, fingerprint=""))


async def regroup(
    unit: UnitOfWork, kind: Kind, entity_ids: Iterable[str], wanted: Mapping[str, str], now: datetime
) -> None:
    """Give every record of these entities the entity that the judgements, as they now stand, put it in.

    `wanted` names, for records that have moved, the entity to go (back) to; a group takes the id that most of its
    records want, others get one of their own.
    """
    here = await _whole(unit, entity_ids)
    groups = components(here, await judgements_on(unit, sorted(here)))
    homes: dict[str, str] = {}
    for group in sorted(groups, key=lambda g: (-len(g), min(g))):
        votes = Counter(wanted.get(id, here[id].entity_id) for id in group)
        best = sorted(votes, key=lambda id: (-votes[id], id))
        taken = set(homes.values())
        free = [id for id in best if id not in taken and await _open(unit, id, here)]
        home = free[0] if free else await vacant_id(unit, representative([here[id] for id in group]), taken)
        homes |= dict.fromkeys(group, home)
    targets = {
        source.entity_id: {homes[s.id] for s in here.values() if s.entity_id == source.entity_id}
        for source in here.values()
    }
    for home in sorted(set(homes.values())):
        await revive(unit, kind, home, now)
    for origin, to in sorted(targets.items()):
        if to == {origin}:
            continue
        if len(to) == 1 and origin not in homes.values():
            await join(unit, kind, origin, next(iter(to)), now=now)
            continue
        for target in sorted(to - {origin}):
            await settle(
                unit,
                kind,
                origin,
                target,
                [s for s in here.values() if s.entity_id == origin and homes[s.id] == target],
            )
    for home in sorted({*homes.values(), *targets}):
        unit.queue(merge_task(kind, home))
        unit.queue(publish_task(kind, home))


async def _open(unit: UnitOfWork, id: str, here: Mapping[str, EntitySource]) -> bool:
    """Whether nobody but these records lives in the entity."""
    return all(source.id in here for source in (await members(unit, (id,)))[id])


async def _whole(unit: UnitOfWork, entity_ids: Iterable[str]) -> dict[str, EntitySource]:
    """The records of these entities, and of those that a positive judgement links to them, by id."""
    known: dict[str, EntitySource] = {}
    waiting = set(entity_ids)
    while waiting:
        found = [s for some in (await members(unit, sorted(waiting))).values() for s in some]
        known |= {s.id: s for s in found}
        judged = await judgements_on(unit, [s.id for s in found])
        linked = {
            id for j in judged if j.polarity is Polarity.POSITIVE and j.retired_at is None for id in (j.left, j.right)
        }
        others = await unit.of(ENTITY_SOURCES).get_many(sorted(linked - known.keys()))
        waiting = {s.entity_id for s in others.values()}
    return dict(sorted(known.items()))
