"""Conflicts between sources of equal rank: list them, and have them decided once, with a reason that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mystage.application.catalogue.entities import COLLECTIONS, following, members, merge_task
from mystage.application.catalogue.joining import turn
from mystage.application.curation.acting import Acts, Done, Plan
from mystage.application.curation.deciding import Person
from mystage.application.ports.documents import DocumentStore, Query
from mystage.application.ports.opinions import ConflictResolver
from mystage.application.unit_of_work import UnitOfWork, where
from mystage.domain.catalog import AnyEntity, Entity
from mystage.domain.decisions import Preferred, with_preference
from mystage.domain.errors import Invalid
from mystage.domain.merging.conflicts import DAY_RULE, Conflict, Option, conflicts
from mystage.domain.merging.gathering import held
from mystage.domain.merging.policies import Policies
from mystage.domain.resolution.story import Happening
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, Model, evolve

_PAGE = 200


class Disputed(Model):
    """An entity with the conflicts that rank does not decide."""

    entity: str
    name: str
    conflicts: tuple[Conflict, ...]


class Conflicts:
    """Reads conflicts, and settles ties."""

    def __init__(self, store: DocumentStore, policies: Policies, resolver: ConflictResolver, acts: Acts) -> None:
        self._store = store
        self._policies = policies
        self._resolver = resolver
        self._acts = acts

    async def of(self, id: str) -> tuple[Conflict, ...]:
        """All conflicts of one entity. Raises NotFound."""
        unit = UnitOfWork(self._store)
        entity = await following(unit, id)
        return await self._of(unit, entity)

    async def undecided(self, *, limit: int) -> list[Disputed]:
        """Entities with ties that only the default rule decides, by id; at most `limit` of them."""
        found: list[Disputed] = []
        for kind in Kind:
            after: str | None = None
            while len(found) < limit:
                query = Query(
                    COLLECTIONS[kind].name, where(merged_into=None, deleted_at=None), limit=_PAGE, after=after
                )
                page = await self._store.find(query)
                unit = UnitOfWork(self._store)
                alive = await unit.of(COLLECTIONS[kind]).get_many(record.id for record in page.records)
                several = [e for e in alive.values() if len(e.sources) > 1]
                await members(unit, [e.id for e in several])
                for entity in several:
                    ties = tuple(c for c in await self._of(unit, entity) if c.tied and c.decided_by == DAY_RULE)
                    if ties:
                        found.append(Disputed(entity=entity.id, name=_name(entity), conflicts=ties))
                after = page.next
                if after is None:
                    break
        return found[:limit]

    async def settle(self, *, budget: int, actor: str) -> list[Done]:
        """Have the resolver decide up to `budget` ties (one question each). Raises Invalid where none is configured."""
        if not self._resolver.name:
            raise Invalid(
                f"no model is configured; ties are decided by the rule ({DAY_RULE})", where="judge_model",
                hint="set MYSTAGE_JUDGE_MODEL, or decide by hand: mystage conflicts choose",
            )  # fmt: skip
        done: list[Done] = []
        for disputed in await self.undecided(limit=budget):
            for conflict in disputed.conflicts[: budget - len(done)]:
                entity = await following(UnitOfWork(self._store), disputed.entity)
                answer = await self._resolver.resolve(_subject(entity), conflict)
                if not 0 <= answer.choice < len(conflict.ties):
                    raise Invalid(
                        f"the resolver chose option {answer.choice} of {len(conflict.ties)}", where=disputed.entity
                    )
                chosen = conflict.ties[answer.choice]
                who = f"{self._resolver.name} ({actor})"
                with suppress(_DecidedMeanwhile):  # what a person said while the model thought stands
                    done.append(
                        await self._prefer(
                            disputed.entity, conflict.field, chosen.sources[0], who, answer.reason, over=chosen
                        )
                    )
        return done

    async def choose(
        self, id: str, field: str, source: str, *, actor: str, reason: str = "", preview: bool = False
    ) -> Done:
        """A person decides a tie: `source` (an entity source id) counts first for the field. Raises NotFound, Invalid."""
        return await self._prefer(id, field, source, actor, reason or f"{actor} decided so", preview=preview)

    async def _prefer(
        self,
        id: str,
        field: str,
        source: str,
        who: str,
        reason: str,
        *,
        over: Option | None = None,
        preview: bool = False,
    ) -> Done:
        """Decide a tie as it stands now. With `over` (the option that a resolver saw), only where nobody has by now."""

        async def action(unit: UnitOfWork, person: Person) -> Plan:
            entity = await following(unit, id)
            await turn(unit, entity.kind)  # two decisions on one tie stand on two records: one after the other
            ties = {conflict.field: conflict for conflict in await self._of(unit, entity) if conflict.tied}
            if over is not None and not _still_open(ties.get(field), over):
                raise _DecidedMeanwhile("the tie was decided meanwhile", where=id)
            _check(ties, id, field, source)
            record = await unit.of(ENTITY_SOURCES).need(source)
            policy = next(p for p in self._policies.table[record.kind] if p.fields[0] == field)
            entry = Preferred(field=field, value=held(record, policy), by=who, reason=reason, at=person.now)
            unit.of(ENTITY_SOURCES).put(evolve(record, preferred=with_preference(record.preferred, entry)))
            unit.queue(merge_task(record.kind, entity.id))
            done = Done(record.kind, entity.id, "", (record.id,))
            return Plan(done, Happening.PREFERRED, "entity.prefer", (entity.id, record.id))

        return await self._acts.do(action, actor=who, reason=reason, preview=preview)

    async def _of(self, unit: UnitOfWork, entity: AnyEntity) -> tuple[Conflict, ...]:
        here = (await members(unit, (entity.id,)))[entity.id]
        return conflicts(entity.kind, here, await _references(unit, here), self._policies)


class _DecidedMeanwhile(Invalid):
    """A resolver's answer came too late."""


def _still_open(conflict: Conflict | None, seen: Option) -> bool:
    """Whether only the default rule decides the tie, and the option is one as it was seen."""
    return conflict is not None and conflict.decided_by == DAY_RULE and seen in conflict.ties


def _check(ties: Mapping[str, Conflict], id: str, field: str, source: str) -> None:
    """Raises Invalid where there is no such tie, or the source is not part of it."""
    if field not in ties:
        raise Invalid(
            f"no tie on {field!r}",
            where=id,
            hint=f"fields with a tie: {', '.join(ties) or 'none'}; use `mystage edit` to overrule a rank",
        )
    if not any(source in option.sources for option in ties[field].ties):
        raise Invalid("that source is not part of the tie", where=source, hint="see `mystage show ID`")


async def _references(unit: UnitOfWork, sources: list[EntitySource]) -> dict[str, str]:
    ids = [ref for s in sources for ref in (s.venue_source, *s.artist_sources) if ref]
    return {id: source.entity_id for id, source in (await unit.of(ENTITY_SOURCES).get_many(ids)).items()}


def _name(entity: AnyEntity) -> str:
    return getattr(entity, "name", "") or getattr(entity, "title", "")


def _subject(entity: AnyEntity) -> dict[str, Any]:
    """The canonical fields, without the plumbing."""
    values = entity.model_dump(mode="json", exclude_defaults=True)
    return {name: value for name, value in values.items() if name not in Entity.model_fields}
