"""An act of a person: decided in one unit of work, told as one event, shown beforehand by doing it without a commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import Field, JsonValue

from mystage.application.catalogue.entities import COLLECTIONS
from mystage.application.curation.deciding import Person
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.system import Clock, IdSource
from mystage.application.runtime.stages import Handler
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.audit import AUDIT_LOGS, AuditEntry
from mystage.domain.catalog import AnyEntity, Entity
from mystage.domain.resolution.judgements import DUPLICATES, JUDGEMENTS, JudgedBy, Judgement
from mystage.domain.resolution.story import (
    EVENTS,
    EditChange,
    EntityEvent,
    Happening,
    JudgementChange,
    Move,
    PreferenceChange,
)
from mystage.domain.sources import ENTITY_SOURCES
from mystage.domain.values import Kind, Model, evolve

_ROUNDS = 25
"""Of resolve and merge within a preview; each round does what the one before has caused."""


class FieldChange(Model):
    """One canonical field before and after."""

    entity: str
    field: str
    before: JsonValue = None
    after: JsonValue = None


class Effects(Model):
    """All that an act touches once the pipeline has come to rest."""

    fields: tuple[FieldChange, ...] = ()
    """Fields of venues, artists and performances that change."""
    references: tuple[FieldChange, ...] = ()
    """Performances that will point to another venue or other artists."""
    states: dict[str, str] = Field(default_factory=dict)
    """Entities that are created, deleted, merged into another, or live again."""
    records: tuple[Move, ...] = ()
    """Entity sources that change their entity."""
    judgements: tuple[JudgementChange, ...] = ()
    questions: dict[str, str] = Field(default_factory=dict)
    """Questions of the review queue and what becomes of them."""
    search: dict[str, str] = Field(default_factory=dict)
    """Search records that are put (added or replaced) or removed."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an act did: the entity that stays, the other one, and the sources that moved."""

    kind: Kind
    kept: str
    other: str
    moved: tuple[str, ...]
    act: str = field(default="", compare=False)
    """The event's id, by which it can be undone; empty for a preview."""
    effects: Effects | None = field(default=None, compare=False)
    """What it would touch (previews)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an act decided, for its event and its audit entry."""

    done: Done
    what: Happening
    action: str
    subjects: tuple[str, ...]
    undoes: str | None = None


Action = Callable[[UnitOfWork, Person], Awaitable[Plan]]


class Acts:
    """Carries out acts of persons, or shows what they would do."""

    def __init__(self, store: DocumentStore, clock: Clock, ids: IdSource, handlers: Mapping[str, Handler]) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._handlers = handlers

    async def do(self, action: Action, *, actor: str, reason: str, preview: bool) -> Done:
        """Decide and commit; with `preview`, decide, do all that follows from it, commit nothing, and tell."""
        if preview:
            return await self._preview(action, actor, reason)

        async def decision(unit: UnitOfWork) -> Done:
            person = Person(actor, reason, self._clock.now())
            plan = await action(unit, person)
            act = self._tell(unit, plan, person)
            return replace(plan.done, act=act)

        return await decide(self._store, self._clock, self._ids, decision)

    async def _preview(self, action: Action, actor: str, reason: str) -> Done:
        unit = UnitOfWork(self._store)
        plan = await action(unit, Person(actor, reason, self._clock.now()))
        for _ in range(_ROUNDS):
            tasks = {stage: unit.take(stage) for stage in ("resolve", "merge")}
            if not any(tasks.values()):
                break
            for stage, waiting in tasks.items():
                handler = self._handlers[stage]
                ready = await handler.prepare(waiting)
                await handler.load(unit, waiting, ready)
                for task, work in zip(waiting, ready, strict=True):
                    await handler.apply(unit, task, work)
        effects = effects_of(unit)
        stored = await UnitOfWork(self._store).of(JUDGEMENTS).get_many(change.after.id for change in effects.judgements)
        fresh = [
            JudgementChange(before=stored.get(c.after.id), after=c.after)
            for c in effects.judgements
            if c.after.id not in stored or _stand(stored[c.after.id]) != _stand(c.after)
        ]  # what a machine finds again, with the same answer, is no change
        return replace(plan.done, effects=evolve(effects, judgements=tuple(fresh)))

    def _tell(self, unit: UnitOfWork, plan: Plan, person: Person) -> str:
        """Write the event, with what is needed to undo it, and the audit entry; the answer is their id."""
        id = self._ids.new("act_")
        unit.of(EVENTS).put(event_of(unit, plan, person, id))
        entry = AuditEntry(
            id=id, action=plan.action, actor=person.actor, subjects=plan.subjects, reason=person.reason, at=person.now
        )
        unit.of(AUDIT_LOGS).put(entry)
        return id


def event_of(unit: UnitOfWork, plan: Plan, person: Person, id: str) -> EntityEvent:
    """The event of an act, from what its unit has staged."""
    moved = moves(unit)
    named = (plan.done.kept, plan.done.other, *(id for m in moved for id in (m.origin, m.target)))
    return EntityEvent(
        id=id,
        what=plan.what,
        kind=plan.done.kind,
        entities=tuple(dict.fromkeys(id for id in named if id)),
        by=JudgedBy.PERSON,
        actor=person.actor,
        why=person.reason,
        at=person.now,
        moves=moved,
        judgements=judged(unit),
        questions=tuple(b for spec in DUPLICATES.values() for b, _ in unit.staged(spec) if b is not None),
        edits=tuple(
            EditChange(record=after.id, before=before.edits if before else (), after=after.edits)
            for before, after in unit.staged(ENTITY_SOURCES)
            if after is not None and after.edits != (before.edits if before else ())
        ),
        preferences=tuple(
            PreferenceChange(record=after.id, before=before.preferred if before else (), after=after.preferred)
            for before, after in unit.staged(ENTITY_SOURCES)
            if after is not None and after.preferred != (before.preferred if before else ())
        ),
        undoes=plan.undoes,
    )


def moves(unit: UnitOfWork) -> tuple[Move, ...]:
    """Records that change their entity in this unit, by id."""
    found = [
        Move(record=after.id, origin=before.entity_id, target=after.entity_id)
        for before, after in unit.staged(ENTITY_SOURCES)
        if before is not None and after is not None and before.entity_id != after.entity_id
    ]
    return tuple(sorted(found, key=lambda m: m.record))


def judged(unit: UnitOfWork) -> tuple[JudgementChange, ...]:
    """Judgements that are made, replaced or retired in this unit, by id."""
    found = [JudgementChange(before=b, after=a) for b, a in unit.staged(JUDGEMENTS) if a is not None]
    return tuple(sorted(found, key=lambda change: change.after.id))


def _stand(judgement: Judgement) -> tuple[object, ...]:
    return judgement.polarity, judgement.by, judgement.retired_at


_PLUMBING = frozenset(Entity.model_fields) - {"description", "images", "links", "urls", "identifiers"}
_POINTERS = frozenset({"venue_id", "artist_ids"})


def effects_of(unit: UnitOfWork) -> Effects:
    """What this unit changes, field by field."""
    changes: list[FieldChange] = []
    states: dict[str, str] = {}
    for spec in COLLECTIONS.values():
        for before, after in unit.staged(spec):
            states |= _state(before, after)
            changes += _fields(before, after)
    changes.sort(key=lambda c: (c.entity, c.field))
    search = {task.payload["entity_id"]: task.payload["kind"] for task in unit.queued("publish")}
    return Effects(
        fields=tuple(changes),
        references=tuple(c for c in changes if c.field in _POINTERS),
        states=dict(sorted(states.items())),
        records=moves(unit),
        judgements=judged(unit),
        questions={
            after.id: after.status.value
            for spec in DUPLICATES.values()
            for _, after in unit.staged(spec)
            if after is not None
        },
        search={id: _search(unit, Kind(kind), id) for id, kind in sorted(search.items())},
    )


def _state(before: AnyEntity | None, after: AnyEntity | None) -> dict[str, str]:
    if after is None:
        return {}
    was = "absent" if before is None else _life(before)
    now = _life(after)
    return {} if was == now else {after.id: "created" if was == "absent" else now}


def _life(entity: AnyEntity) -> str:
    if entity.merged_into is not None:
        return f"merged into {entity.merged_into}"
    return "deleted" if entity.deleted_at is not None else "live"


def _fields(before: AnyEntity | None, after: AnyEntity | None) -> list[FieldChange]:
    old, new = ({} if e is None or not e.live else _shown(e) for e in (before, after))
    id = next(e.id for e in (after, before) if e is not None)
    return [
        FieldChange(entity=id, field=name, before=old.get(name), after=new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _shown(entity: AnyEntity) -> dict[str, Any]:
    values = entity.model_dump(mode="json", exclude_defaults=True)
    return {name: value for name, value in values.items() if name not in _PLUMBING}


def _search(unit: UnitOfWork, kind: Kind, id: str) -> str:
    for before, after in unit.staged(COLLECTIONS[kind]):
        if after is not None and after.id == id:
            live: AnyEntity = after
            return "put" if live.live else "removed" if before is not None else "none"
    return "put"
