"""Merge: the canonical entity as a pure function of its sources; equal fields end the flow here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mystage.application.catalogue.entities import entities, image_task, members, publish_task
from mystage.application.catalogue.joining import close_questions
from mystage.application.ports.system import Clock
from mystage.application.runtime.stages import Handler, Outcome
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.catalog import PERFORMANCES, AnyEntity, Artist, Venue
from mystage.domain.delivery import Task
from mystage.domain.merging.building import build_entity
from mystage.domain.merging.merge import merge
from mystage.domain.merging.policies import Policies
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, evolve

_REFERENCES = {"venue_id": Kind.VENUE, "artist_ids": Kind.ARTIST}
_SHOWN = ("name", "alt_names", "locality", "region", "country", "lat", "lon", "genres")
"""Fields of venues and artists that stand in the search documents of their performances."""


def live(sources: Iterable[EntitySource]) -> list[EntitySource]:
    """Those that the source has not taken back."""
    return [source for source in sources if source.withdrawn_at is None]


async def references(unit: UnitOfWork, sources: Iterable[EntitySource]) -> dict[str, str]:
    """For the venues and artists that performances refer to: entity source id -> entity id."""
    ids = [ref for s in sources for ref in (s.venue_source, *s.artist_sources) if ref]
    return {id: source.entity_id for id, source in (await unit.of(ENTITY_SOURCES).get_many(ids)).items()}


class Merge(Handler):
    """Recomputes entities from their entity sources and curated values."""

    def __init__(self, clock: Clock, policies: Policies, images: bool = False) -> None:  # noqa: FBT001, FBT002  given by the container
        self._clock = clock
        self._policies = policies
        self._images = images
        """Whether images are fetched without being asked for."""

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Kind]:
        return [Kind(task.payload["kind"]) for task in tasks]

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        found = await members(unit, (task.payload["entity_id"] for task in tasks))
        for kind in Kind:
            ids = [t.payload["entity_id"] for t, k in zip(tasks, ready, strict=True) if k is kind]
            there = await entities(unit, kind).get_many(ids)
            for field, referred in _REFERENCES.items():  # what is new may be named already (see `apply`)
                if referred is kind:
                    await unit.of(PERFORMANCES).prefetch_by(field, [id for id in ids if id not in there])
        await references(unit, (s for sources in found.values() for s in sources))

    async def apply(self, unit: UnitOfWork, task: Task, ready: Kind) -> Outcome:
        id = task.payload["entity_id"]
        found = (await members(unit, (id,)))[id]
        before = await entities(unit, ready).get(id)
        after = await self.computed(unit, ready, id, found, before)
        if after is None or (before is not None and _same(before, after)):
            return Outcome.UNCHANGED
        entities(unit, ready).put(after)
        if before is not None and before.live and not after.live:
            await close_questions(unit, ready, id)
        unit.queue(publish_task(ready, id, task.trace))
        if self._images and after.images != (before.images if before is not None else ()):
            unit.queue(image_task(id, task.trace))
        if ready is not Kind.PERFORMANCE and (before is None or _shows_differently(before, after)):
            # a performance may have been published before the venue or artist that it names was there
            for performance in await performances_of(unit, ready, id):
                unit.queue(publish_task(Kind.PERFORMANCE, performance, task.trace))
        return Outcome.CHANGED

    async def computed(
        self, unit: UnitOfWork, kind: Kind, id: str, sources: Sequence[EntitySource], before: AnyEntity | None
    ) -> AnyEntity | None:
        """The entity as its sources have it; None where there never was one. Without live sources it is deleted."""
        if before is not None and before.merged_into is not None:
            return None
        kept = live(sources)
        if not kept:
            return evolve(before, deleted_at=before.deleted_at or self._clock.now(), sources=()) if before else None
        refs: Mapping[str, str] = await references(unit, kept) if kind is Kind.PERFORMANCE else {}
        curated = [edit for source in sources for edit in source.edits]
        merged = merge(kind, kept, refs=refs, curated=curated, policies=self._policies)
        return build_entity(kind, id, merged, previous=before, now=self._clock.now())


def _same(before: AnyEntity, after: AnyEntity) -> bool:
    """Whether nothing is to be written: equal fields, sources and life (the provenance follows from those)."""
    return (before.fingerprint, before.sources, before.deleted_at, before.provenance) == (
        after.fingerprint,
        after.sources,
        after.deleted_at,
        after.provenance,
    )


def _shows_differently(before: AnyEntity, after: AnyEntity) -> bool:
    if isinstance(before, (Venue, Artist)):
        return any(getattr(before, name, None) != getattr(after, name, None) for name in _SHOWN)
    return False


async def performances_of(unit: UnitOfWork, kind: Kind, id: str) -> list[str]:
    """Ids of the live performances at a venue or of an artist."""
    field = next(field for field, referred in _REFERENCES.items() if referred is kind)
    found = await unit.of(PERFORMANCES).find_by(field, [id])
    return sorted(performance.id for performance in found if performance.merged_into is None)
