"""Undo: what an act changed is put back as it was, and the entities follow from the judgements as they then stand."""

from __future__ import annotations

from mystage.application.catalogue.entities import merge_task
from mystage.application.catalogue.joining import again_task, read_guards, settle_questions
from mystage.application.curation.acting import Acts, Done, Plan
from mystage.application.curation.deciding import Person, regroup
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.resolution.judgements import DUPLICATES, JUDGEMENTS, DuplicateStatus, JudgedBy, Judgement
from mystage.domain.resolution.story import EVENTS, EntityEvent, Happening
from mystage.domain.sources import ENTITY_SOURCES
from mystage.domain.values import evolve


class Undo:
    """Takes acts of persons back. An undo is an act itself, and can be undone."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts

    async def undo(self, act: str, *, actor: str, reason: str = "", preview: bool = False) -> Done:
        """Take an act back by its id. Later acts on other records stay; records that have come since go where they match.

        Raises NotFound; Invalid where it was undone already, where a machine did it, or where somebody has decided on
        the same records again since (that is to be undone first).
        """

        async def action(unit: UnitOfWork, person: Person) -> Plan:
            await read_guards(unit)
            event = await unit.of(EVENTS).get(act)
            if event is None:
                raise NotFound("no such act", where=act, hint="`mystage history ID` lists what was done to an entity")
            if event.undone_by is not None:
                raise Invalid(f"it was undone already, by {event.undone_by}", where=act)
            if event.by is not JudgedBy.PERSON:
                raise Invalid(
                    "a machine did this", where=act, hint="say what is right: mystage unmerge, or mystage judge"
                )
            await self._put_back(unit, event, person)
            unit.of(EVENTS).put(evolve(event, undone_by=f"{person.actor}, {person.now:%Y-%m-%d %H:%M} UTC"))
            kept, other = event.entities[0], event.entities[1] if len(event.entities) > 1 else ""
            done = Done(event.kind, kept, other, tuple(m.record for m in event.moves))
            return Plan(done, Happening.UNDONE, "entity.undo", (*event.entities, act), undoes=act)

        return await self._acts.do(action, actor=actor, reason=reason, preview=preview)

    async def _fields_back(self, unit: UnitOfWork, event: EntityEvent) -> None:
        """Put edits and preferences back as they were."""
        for edit in event.edits:
            record = await unit.of(ENTITY_SOURCES).need(edit.record)
            if record.edits != edit.after:
                raise Invalid("its fields were edited again since", where=edit.record, hint="undo the later edit first")
            unit.of(ENTITY_SOURCES).put(evolve(record, edits=edit.before))
            unit.queue(merge_task(event.kind, record.entity_id))
        for preference in event.preferences:
            record = await unit.of(ENTITY_SOURCES).need(preference.record)
            if record.preferred != preference.after:
                raise Invalid("another conflict was decided since", where=preference.record, hint="undo that first")
            unit.of(ENTITY_SOURCES).put(evolve(record, preferred=preference.before))
            unit.queue(merge_task(event.kind, record.entity_id))

    async def _put_back(self, unit: UnitOfWork, event: EntityEvent, person: Person) -> None:
        for change in event.judgements:
            await _restore(unit, change.before, change.after, person, event.id)
        await self._fields_back(unit, event)
        if event.judgements:
            ids = sorted({id for change in event.judgements for id in (change.after.left, change.after.right)})
            found = await unit.of(ENTITY_SOURCES).get_many([*ids, *(m.record for m in event.moves)])
            homes = {s.entity_id for s in found.values()}
            await regroup(unit, event.kind, homes, {m.record: m.origin for m in event.moves}, person.now)
            for id in ids:
                unit.queue(again_task(id))
        repository = unit.of(DUPLICATES[event.kind])
        for question in event.questions:
            now = await repository.get(question.id)
            if now is not None and question.status is DuplicateStatus.OPEN:
                repository.put(evolve(now, status=DuplicateStatus.OPEN))
                for entity_id in dict.fromkeys((question.left, question.right)):
                    await settle_questions(unit, event.kind, entity_id)


async def _restore(unit: UnitOfWork, before: Judgement | None, after: Judgement, person: Person, act: str) -> None:
    """Put a judgement back as it was; one that was not there is retired."""
    repository = unit.of(JUDGEMENTS)
    stands = await repository.get(after.id)
    if stands is None or (stands.polarity, stands.created_at, stands.retired_at) != (
        after.polarity,
        after.created_at,
        after.retired_at,
    ):
        raise Invalid(
            "somebody has decided on the same records since",
            where=act,
            hint="undo the later act first: see `mystage history`",
        )
    repository.put(before if before is not None else evolve(stands, retired_at=person.now))
