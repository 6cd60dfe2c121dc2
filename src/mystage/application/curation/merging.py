"""Merge, un-merge, judge, edit and undo by hand. All are judgements (or edits) of records: the catalogue follows from them.

A person's decision is never overruled by a machine: a merge leaves a positive judgement, an un-merge a negative one.
Every act tells its id, by which it can be undone; every act can be shown first (`preview`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from mystage.application.catalogue.entities import entities, following, kind_of, members, merge_task
from mystage.application.catalogue.joining import again_task, join, read_guards, turn
from mystage.application.curation.acting import Acts, Done, Plan
from mystage.application.curation.deciding import (
    Person,
    close_pair,
    close_question,
    judge,
    lift_negatives,
    regroup,
    representative,
    revive,
    separate,
    settle,
    vacant_id,
)
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.catalog import AnyEntity
from mystage.domain.decisions import Curated, with_edit
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.merging.merge import FIELDS, MODELS
from mystage.domain.resolution.judgements import DuplicateStatus, Polarity, pair_id, split_id
from mystage.domain.resolution.story import Happening
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, evolve

_ANSWERS = {"same": Polarity.POSITIVE, "different": Polarity.NEGATIVE, "unsure": Polarity.UNSURE}


Beside = Callable[[UnitOfWork, AnyEntity], Awaitable[None]]
"""What is decided and staged together with an act on an entity."""


class Curate:
    """Merges, un-merges, judges and edits, on behalf of a person. `preview` shows what would happen and changes nothing."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts

    async def merge(
        self, one: str, other: str, *, actor: str, reason: str = "", survivor: str | None = None, preview: bool = False
    ) -> Done:
        """Merge two entities (ids of merged ones are followed); `survivor` names the one whose id stays, else the first.

        Raises NotFound, Invalid.
        """

        async def action(unit: UnitOfWork, person: Person) -> Plan:
            await read_guards(unit)
            kept, gone = await following(unit, one), await following(unit, other)
            if survivor is not None:
                chosen = await following(unit, survivor)
                if chosen.id not in (kept.id, gone.id):
                    raise Invalid("the survivor is neither of the two", where=survivor, hint="name one of them")
                kept, gone = (kept, gone) if chosen.id == kept.id else (gone, kept)
            _check(kept, gone)
            return await self._join(unit, person, kept, gone)

        return await self._acts.do(action, actor=actor, reason=reason, preview=preview)

    async def _join(
        self,
        unit: UnitOfWork,
        person: Person,
        kept: AnyEntity,
        gone: AnyEntity,
        pair: tuple[str, str] | None = None,
    ) -> Plan:
        found = await members(unit, (kept.id, gone.id))
        left, right = pair or (representative(found[kept.id]).id, representative(found[gone.id]).id)
        await lift_negatives(unit, found[kept.id], found[gone.id], person.now)
        await judge(unit, kept.kind, (left, right), Polarity.POSITIVE, person)
        await close_pair(unit, kept.kind, kept.id, gone.id, DuplicateStatus.MERGED)
        await join(unit, kept.kind, gone.id, kept.id, now=person.now)
        done = Done(kept.kind, kept.id, gone.id, tuple(s.id for s in found[gone.id]))
        return Plan(done, Happening.MERGED, "entity.merge", (kept.id, gone.id))

    async def unmerge(
        self,
        id: str,
        *,
        actor: str,
        reason: str = "",
        source: str | None = None,
        which: str | None = None,
        preview: bool = False,
    ) -> Done:
        """Undo a merge: `id` is an entity that was merged into another, or an entity source in the wrong company.

        With `source`, that entity source is taken out of the entity `id`; with `which`, the merge of that id into `id` is
        undone. What came with the entity (or the one
        source) leaves; records that joined since stay with those they matched.
        Raises NotFound; Invalid where there is nothing to undo.
        """

        async def action(unit: UnitOfWork, person: Person) -> Plan:
            await read_guards(unit)
            if source is not None and which is not None:
                raise Invalid("name a source or a merge, not both", where=id)
            if which is not None:
                if (await following(unit, which)).id != (await following(unit, id)).id:
                    raise Invalid(f"that id was not merged into {id}", where=which, hint="see `mystage history`")
                return await self._revive(unit, person, which)
            if source is not None:
                holder = await following(unit, id)
                record = await _record(unit, source)
                if record.entity_id != holder.id:
                    raise Invalid(
                        f"that source is not part of {holder.id}", where=source, hint=f"it is in {record.entity_id}"
                    )
                return await self._take_out(unit, person, record)
            return await (
                self._take_out(unit, person, await _record(unit, id)) if ":" in id else self._revive(unit, person, id)
            )

        return await self._acts.do(action, actor=actor, reason=reason, preview=preview)

    async def _revive(self, unit: UnitOfWork, person: Person, id: str) -> Plan:
        kind = kind_of(id)
        gone = await entities(unit, kind).need(id)
        if gone.merged_into is None:
            absorbed = [e.id for e in await entities(unit, kind).find(merged_into=id)]
            which = f"it has absorbed {', '.join(sorted(absorbed))}: un-merge one of these"
            raise Invalid(
                "this entity was not merged into another", where=id, hint=which if absorbed else "it was never merged"
            )
        holder = await following(unit, id)
        here = (await members(unit, (holder.id,)))[holder.id]
        theirs = {s.id for s in here} & set(gone.sources)
        if not theirs:
            raise Invalid("none of its sources is left where it was merged", where=id, hint=f"look at {holder.id}")
        return await self._part(unit, person, here, theirs, id)

    async def _take_out(
        self, unit: UnitOfWork, person: Person, source: EntitySource, pair: tuple[str, str] | None = None
    ) -> Plan:
        here = (await members(unit, (source.entity_id,)))[source.entity_id]
        if len(here) == 1:
            raise Invalid("it is the only source of its entity", where=source.id)
        return await self._part(unit, person, here, {source.id}, None, pair)

    async def _part(
        self,
        unit: UnitOfWork,
        person: Person,
        here: Sequence[EntitySource],
        theirs: set[str],
        back_to: str | None,
        pair: tuple[str, str] | None = None,
    ) -> Plan:
        holder, kind = here[0].entity_id, here[0].kind
        leaving = await separate(unit, here, theirs, person, pair=pair)
        first = next(s for s in here if s.id in theirs)
        other = back_to or await vacant_id(unit, first)
        await revive(unit, kind, other, person.now)
        await settle(unit, kind, holder, other, leaving)
        done = Done(kind, holder, other, tuple(sorted(s.id for s in leaving)))
        named = (holder, other) if back_to else (holder, other, first.id)
        return Plan(done, Happening.SPLIT, "entity.unmerge", named)

    async def judge(
        self,
        one: str,
        other: str,
        answer: str,
        *,
        actor: str,
        reason: str = "",
        preview: bool = False,
        only_if: Callable[[UnitOfWork], Awaitable[None]] | None = None,
    ) -> Done:
        """Say that two things (entities or entity sources) are the `same`, `different`, or that one is `unsure`.

        The same: they are merged. Different: they are kept apart, and parted where they are one. Unsure: an earlier
        judgement of a person on the two is taken back, and what follows from the others is restored.
        `only_if` raises where the decision is not to be made as things stand when it is. Raises NotFound, Invalid.
        """
        if answer not in _ANSWERS:
            raise Invalid("not an answer", where=answer, hint=f"say {', '.join(_ANSWERS)}")

        async def action(unit: UnitOfWork, person: Person) -> Plan:
            await read_guards(unit)
            if only_if is not None:
                await only_if(unit)
            left, right = await _two_of(unit, one, other)
            if left.id == right.id:
                raise Invalid("both are one record", where=left.id, hint="name two")
            if left.kind is not right.kind:
                raise Invalid(f"a {left.kind.value} and a {right.kind.value} cannot be one", where=right.id)
            return await self._judged(unit, person, left, right, _ANSWERS[answer])

        return await self._acts.do(action, actor=actor, reason=reason, preview=preview)

    async def _judged(
        self, unit: UnitOfWork, person: Person, left: EntitySource, right: EntitySource, polarity: Polarity
    ) -> Plan:
        kind, together = left.kind, left.entity_id == right.entity_id
        if polarity is Polarity.POSITIVE and not together:
            homes = [await entities(unit, kind).need(s.entity_id) for s in (left, right)]
            return await self._join(unit, person, homes[0], homes[1], (left.id, right.id))
        if polarity is Polarity.NEGATIVE and together:
            return await self._take_out(unit, person, right, (right.id, left.id))
        await turn(unit, kind)  # whoever is about to join the two decides again
        written = await judge(unit, kind, (left.id, right.id), polarity, person)
        status = {
            Polarity.POSITIVE: DuplicateStatus.MERGED,
            Polarity.NEGATIVE: DuplicateStatus.REJECTED,
            Polarity.UNSURE: DuplicateStatus.UNSURE,
        }[polarity]
        question = split_id(left.id, right.id) if together else pair_id(left.entity_id, right.entity_id)
        await close_question(unit, kind, question, status)
        if polarity is Polarity.UNSURE:
            await regroup(unit, kind, (left.entity_id, right.entity_id), {}, person.now)
            for source in (left, right):
                unit.queue(again_task(source.id))
        done = Done(kind, left.entity_id, right.entity_id, ())
        return Plan(done, Happening.JUDGED, "entity.judge", (left.entity_id, right.entity_id, written.id))

    async def edit(
        self,
        id: str,
        field: str,
        value: Any,
        *,
        actor: str,
        reason: str = "",
        source: str | None = None,
        preview: bool = False,
        beside: Beside | None = None,
    ) -> Done:
        """Set a canonical field by hand; `None` empties it. It stands on one record and goes where that goes.

        That record is `source`, else the one that gave the present value, else the best ranked. `beside` is done in the
        same commit. Raises NotFound (also for a venue or artist that the value names), Invalid for a field that the kind
        does not have, or a value that the field cannot hold.
        """

        async def action(unit: UnitOfWork, person: Person) -> Plan:
            await read_guards(unit)
            entity = await following(unit, id)
            checked = _checked(entity, field, value)
            await _check_references(unit, field, checked)
            if beside is not None:
                await beside(unit, entity)
            here = {s.id: s for s in (await members(unit, (entity.id,)))[entity.id]}
            origin = entity.provenance.get(field)
            about = source or (origin.entity_source if origin is not None else "")
            if source is not None and source not in here:
                raise Invalid(
                    f"that source is not part of {entity.id}", where=source, hint="see `mystage show ID --lineage`"
                )
            edited = next((s for s in here.values() if any(e.field == field for e in s.edits)), None)
            record = here.get(about) or edited or representative(list(here.values()))
            entry = Curated(field=field, value=checked, by=person.actor, at=person.now, reason=person.reason)
            unit.of(ENTITY_SOURCES).put(evolve(record, edits=with_edit(record.edits, entry)))
            unit.queue(merge_task(entity.kind, entity.id))
            done = Done(entity.kind, entity.id, "", (record.id,))
            return Plan(done, Happening.EDITED, "entity.edit", (entity.id, record.id))

        return await self._acts.do(action, actor=actor, reason=reason, preview=preview)


def _checked(entity: AnyEntity, field: str, value: Any) -> Any:
    """The value in the form that the field keeps. Raises Invalid."""
    if field not in FIELDS[entity.kind] or field in {"identifiers", "start_utc"}:
        known = ", ".join(sorted(FIELDS[entity.kind] - {"identifiers", "start_utc"}))
        raise Invalid(f"a {entity.kind.value} has no field {field!r} to edit", where=entity.id, hint=f"one of {known}")
    if value is None:
        return None
    model = MODELS[entity.kind]
    try:
        return getattr(model.model_validate({**_bare(entity), field: value}), field)
    except ValueError as error:
        raise Invalid(f"{field} cannot hold this: {error}", where=entity.id) from error


async def _check_references(unit: UnitOfWork, field: str, value: Any) -> None:
    kind = {"venue_id": Kind.VENUE, "artist_ids": Kind.ARTIST}.get(field)
    if kind is None or value is None:
        return
    for id in [value] if isinstance(value, str) else value:
        if kind_of(id) is not kind or await entities(unit, kind).get(id) is None:
            raise NotFound(f"no such {kind.value}", where=id, hint="`mystage search` finds ids by name")


def _bare(entity: AnyEntity) -> dict[str, Any]:
    return {"id": entity.id, "kind": entity.kind, "created_at": entity.created_at, "updated_at": entity.updated_at}


def _check(survivor: AnyEntity, loser: AnyEntity) -> None:
    if survivor.id == loser.id:
        raise Invalid("both ids are one entity already", where=survivor.id)
    if survivor.kind is not loser.kind:
        kinds = f"{survivor.kind.value} and {loser.kind.value}"
        raise Invalid(f"only entities of one kind can be merged: these are {kinds}", where=loser.id)


async def _record(unit: UnitOfWork, id: str) -> EntitySource:
    source = await unit.of(ENTITY_SOURCES).get(id)
    if source is None:
        raise NotFound("no such entity source", where=id, hint="`mystage show ID --lineage` lists them")
    return source


async def _two_of(unit: UnitOfWork, one: str, other: str) -> tuple[EntitySource, EntitySource]:
    """The records that two ids stand for (entity source, entity, or an entity that was merged away: what came with it)."""
    first, second = await _behind(unit, one), await _behind(unit, other)
    if first != second:  # of an entity and one that it has absorbed: what is its own, and what came
        whole = {s.id for s in second}
        first = [s for s in first if s.id not in whole] or first
        whole = {s.id for s in first}
        second = [s for s in second if s.id not in whole] or second
    return representative(first), representative(second)


async def _behind(unit: UnitOfWork, id: str) -> list[EntitySource]:
    if ":" in id:
        return [await _record(unit, id)]
    asked = await entities(unit, kind_of(id)).get(id)
    holder = await following(unit, id)
    here = (await members(unit, (holder.id,)))[holder.id]
    came = [s for s in here if asked is not None and asked.merged_into is not None and s.id in asked.sources]
    return came or here
