"""Joining two entities, splitting one, and telling those that depend on them. Nothing is removed on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from mystage.application.catalogue.entities import entities, members, merge_task, publish_task
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.delivery import Task
from mystage.domain.resolution.guards import GUARDS, Guard
from mystage.domain.resolution.judgements import (
    DUPLICATES,
    JUDGEMENTS,
    DuplicatePair,
    DuplicateStatus,
    JudgedBy,
    Polarity,
    Question,
    pair_id,
)
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, evolve


async def read_guards(unit: UnitOfWork) -> None:
    """Read the guards before deciding, so that a commit by somebody else meanwhile is noticed."""
    await unit.of(GUARDS).get_many(Kind)


async def turn(unit: UnitOfWork, kind: Kind) -> None:
    """This commit adds or moves records of a kind, or their keys: make others decide again who did not see them."""
    guard = await unit.of(GUARDS).get(kind) or Guard(id=kind)
    unit.of(GUARDS).put(evolve(guard, turns=guard.turns + 1))


async def join(unit: UnitOfWork, kind: Kind, loser: str, survivor: str, *, now: datetime, trace: str = "") -> None:
    """All sources of `loser` move to `survivor`; the loser stays, with `merged_into`, and leaves the search index."""
    moved = (await members(unit, (loser,)))[loser]
    await move(unit, moved, survivor, trace=trace)
    gone = await entities(unit, kind).get(loser)
    if gone is not None:
        # what it holds now, merged or not yet: an un-merge gives it that back
        held = tuple(sorted(source.id for source in moved if source.withdrawn_at is None))
        entities(unit, kind).put(evolve(gone, merged_into=survivor, sources=held, updated_at=now))
        unit.queue(publish_task(kind, loser, trace))
    else:  # it may be being written for the first time, from the sources that now leave it
        unit.queue(merge_task(kind, loser, trace))
    for entity_id in (loser, survivor):  # the survivor may now hold a record that a person keeps apart from another's
        await settle_questions(unit, kind, entity_id)
    unit.queue(merge_task(kind, survivor, trace))


async def move(unit: UnitOfWork, sources: Iterable[EntitySource], entity_id: str, *, trace: str = "") -> None:
    """Give entity sources to another entity, and have what depends on them looked at again.

    Who adds a record to the entity that they leave, or a performance that refers to them, must see it: hence the guards.
    """
    moved = list(sources)
    for kind in sorted({source.kind for source in moved} | {Kind.PERFORMANCE}):
        await turn(unit, kind)
    for source in moved:
        unit.of(ENTITY_SOURCES).put(evolve(source, entity_id=entity_id))
    await look_again_at_dependents(unit, moved, trace=trace)


_REFERRING: Mapping[Kind, str] = {Kind.VENUE: "venue_source", Kind.ARTIST: "artist_sources"}
"""The field by which performances refer to sources of a kind."""


async def look_again_at_dependents(unit: UnitOfWork, sources: Iterable[EntitySource], *, trace: str = "") -> None:
    """Queue the performances that refer to these venue or artist sources: their keys and references have changed."""
    referred = list(sources)
    found: dict[str, EntitySource] = {}
    for kind, field in _REFERRING.items():
        ids = sorted({source.id for source in referred if source.kind is kind})
        found |= {s.id: s for s in await unit.of(ENTITY_SOURCES).find_by(field, ids)}
    for source in found.values():
        unit.queue(again_task(source.id, trace))
        unit.queue(merge_task(source.kind, source.entity_id, trace))


def again_task(entity_source_id: str, trace: str = "") -> Task:
    """The task that resolves one record again, because something that it refers to has changed."""
    payload = {"entity_source_id": entity_source_id}
    return Task(id=f"resolve:{entity_source_id}", queue="resolve", payload=payload, trace=trace)


async def settle_questions(unit: UnitOfWork, kind: Kind, entity_id: str) -> None:
    """Open questions about an entity that records have left: each follows the two records that it is about.

    Where these are one entity now, or a person keeps theirs apart, it is answered.
    """
    repository = unit.of(DUPLICATES[kind])
    found = {pair.id: pair for side in ("left", "right") for pair in await repository.find_by(side, [entity_id])}
    for pair in [p for p in found.values() if p.status is DuplicateStatus.OPEN]:
        if pair.question is Question.SPLIT:
            await _settle_split(unit, pair)
            continue
        heir = await _where_it_belongs(unit, pair)
        if heir is None or heir.id != pair.id:
            repository.put(evolve(pair, status=DuplicateStatus.MERGED))
        if heir is not None and await repository.get(heir.id) is None:
            repository.put(heir)


async def close_questions(unit: UnitOfWork, kind: Kind, entity_id: str) -> None:
    """Nobody need be asked about an entity that has no records left; asked again where they come back."""
    repository = unit.of(DUPLICATES[kind])
    for side in ("left", "right"):
        for pair in await repository.find_by(side, [entity_id]):
            if pair.status is DuplicateStatus.OPEN:
                repository.put(evolve(pair, status=DuplicateStatus.MERGED))


async def _settle_split(unit: UnitOfWork, pair: DuplicatePair) -> None:
    """Whether an entity is two: it is, where its two records have parted; else the question goes where they are."""
    sources = await unit.of(ENTITY_SOURCES).get_many((pair.left_source, pair.right_source))
    homes = sorted({source.entity_id for source in sources.values()})
    if len(homes) == 1:
        unit.of(DUPLICATES[pair.kind]).put(evolve(pair, left=homes[0], right=homes[0]))
    else:
        unit.of(DUPLICATES[pair.kind]).put(evolve(pair, status=DuplicateStatus.REJECTED))


async def _where_it_belongs(unit: UnitOfWork, pair: DuplicatePair) -> DuplicatePair | None:
    """The question between the entities that hold its two records now; None where it is answered."""
    sources = await unit.of(ENTITY_SOURCES).get_many((pair.left_source, pair.right_source))
    (left, left_source), (right, right_source) = sorted((s.entity_id, s.id) for s in sources.values())
    if left == right or await kept_apart(unit, left, right):
        return None
    return evolve(
        pair, id=pair_id(left, right), left=left, right=right, left_source=left_source, right_source=right_source
    )


async def kept_apart(unit: UnitOfWork, one: str, other: str) -> bool:
    """Whether a person keeps a record of one entity apart from a record of the other."""
    found = await members(unit, (one, other))
    home = {source.id: id for id in (one, other) for source in found[id]}
    for side in ("left", "right"):
        for judgement in await unit.of(JUDGEMENTS).find_by(side, sorted(home)):
            stands = judgement.by is JudgedBy.PERSON and judgement.retired_at is None
            apart = stands and judgement.polarity is Polarity.NEGATIVE
            if apart and {home.get(judgement.left), home.get(judgement.right)} == {one, other}:
                return True
    return False
