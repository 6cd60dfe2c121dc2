"""Image: bring home the images that an entity's sources name, and choose the one that stands for it.

A task is about one entity. What becomes of each address is kept in `url_images`, so that an address is visited once
for all entities that name it, and a file is processed once for all addresses that give it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mystage.application.catalogue.entities import entities, image_task, kind_of, members, publish_task
from mystage.application.pipeline.picture_visits import Visit, Visits
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.system import Clock
from mystage.application.runtime.stages import Handler, Outcome
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.catalog import AnyEntity
from mystage.domain.delivery import Task
from mystage.domain.pipeline.images import (
    ENTITY_IMAGES,
    IMAGE_CAUSE,
    PICTURES,
    URL_IMAGES,
    EntityImage,
    PassedOver,
    UrlImage,
    image_address,
    image_finding,
    image_id,
    is_due,
    mark_of,
)
from mystage.domain.pipeline.portraits import MOST, SHARED, Candidate, Chosen, choose
from mystage.domain.pipeline.quality import FINDINGS, FindingStatus, finding_id
from mystage.domain.sources import EntitySource, SourceRank
from mystage.domain.values import Kind, evolve


@dataclass(frozen=True, slots=True)
class Named:
    """An image that an entity has, by the normal form of its address, and the best ranked source that names it."""

    url: str
    source: EntitySource | None
    """None: a person set it."""

    @property
    def rank(self) -> SourceRank:
        """Whose word it is."""
        return self.source.rank if self.source is not None else SourceRank.CURATED


@dataclass(frozen=True, slots=True)
class Looked:
    """What was brought home for one entity."""

    named: tuple[Named, ...]
    visits: Mapping[str, Visit]
    """By address; those that were visited now."""


class Illustrate(Handler):
    """Looks at the images of entities."""

    def __init__(self, store: DocumentStore, visits: Visits, clock: Clock) -> None:
        self._store = store
        self._visits = visits
        self._clock = clock

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[Looked | Exception | None]:
        unit = UnitOfWork(self._store)
        ids = [task.payload["entity_id"] for task in tasks]
        found: dict[str, AnyEntity] = {}
        for kind in Kind:
            found |= await entities(unit, kind).get_many(id for id in ids if kind_of(id) is kind)
        sources = await members(unit, found)
        named = {id: named_images(found[id], sources[id]) for id in found}
        known = await unit.of(URL_IMAGES).get_many(image_id(n.url) for some in named.values() for n in some)
        looks = [self._look(named.get(id), known) for id in ids]
        results = await asyncio.gather(*looks, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, Exception):
                raise result
        return [r for r in results if not isinstance(r, BaseException) or isinstance(r, Exception)]

    async def _look(self, named: tuple[Named, ...] | None, known: Mapping[str, UrlImage]) -> Looked | None:
        if named is None:
            return None
        now, visits = self._clock.now(), {}
        for each in named:
            before = known.get(image_id(each.url))
            if is_due(before, now):
                source = each.source.source if each.source is not None else "curated"
                visits[each.url] = await self._visits.visit(each.url, source, before)
        return Looked(named, visits)

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        looked = [look for look in ready if look is not None]
        urls = [named.url for look in looked for named in look.named]
        images = await unit.of(URL_IMAGES).get_many(map(image_id, urls))
        await unit.of(PICTURES).get_many(image.picture for image in images.values() if image.picture)
        await unit.of(FINDINGS).get_many(finding_id(url, IMAGE_CAUSE) for url in urls)
        await unit.of(ENTITY_IMAGES).get_many(task.payload["entity_id"] for task in tasks)

    async def apply(self, unit: UnitOfWork, task: Task, ready: Looked | None) -> Outcome:
        if ready is None:
            return Outcome.NOTHING
        for visit in ready.visits.values():
            await self._keep(unit, visit)
        id = task.payload["entity_id"]
        images = await unit.of(URL_IMAGES).get_many(image_id(named.url) for named in ready.named)
        self._later(unit, task, images.values())
        pictures = await unit.of(PICTURES).get_many(i.picture for i in images.values() if i.picture)
        candidates = [
            Candidate(named.url, pictures[image.picture], named.rank, order, named.source.id if named.source else "")
            for order, named in enumerate(ready.named)
            if (image := images.get(image_id(named.url))) is not None and image.picture in pictures
        ]
        return await self._decide(unit, task, id, candidates, {named.url: named for named in ready.named})

    async def _keep(self, unit: UnitOfWork, visit: Visit) -> None:
        """What a visit found; only the last one counts, so nobody's earlier word stands in its way."""
        now = self._clock.now()
        unit.of(URL_IMAGES).overwrite(visit.image)
        unit.count(f"image/{visit.image.state.value}")
        if visit.picture is not None:
            unit.of(PICTURES).overwrite(visit.picture)
        finding = image_finding(visit.image, now=now)
        before = await unit.of(FINDINGS).get(finding_id(visit.image.url, IMAGE_CAUSE))
        if finding is not None and (before is None or before.cause != finding.cause):
            unit.of(FINDINGS).put(finding)
        elif finding is None and visit.image.next_try_at is None and before is not None:
            unit.of(FINDINGS).put(evolve(before, status=FindingStatus.RESOLVED))

    def _later(self, unit: UnitOfWork, task: Task, images: Iterable[UrlImage]) -> None:
        """Look again when the first of the failed visits may be tried again. A task of its own: this one would run at once."""
        due = min((image.next_try_at for image in images if image.next_try_at is not None), default=None)
        if due is not None:
            again = image_task(task.payload["entity_id"], task.trace)
            unit.queue(evolve(again, id=f"{again.id}:{int(due.timestamp())}", not_before=due))

    async def _decide(
        self, unit: UnitOfWork, task: Task, id: str, candidates: Sequence[Candidate], named: Mapping[str, Named]
    ) -> Outcome:
        kind, before = kind_of(id), await unit.of(ENTITY_IMAGES).get(id)
        marks = tuple(sorted({mark_of(kind, candidate.picture.hash) for candidate in candidates}))
        shared = await self._shared(unit, id, kind, {c.picture.hash for c in candidates}, before, task.trace)
        chosen = choose(candidates, shared)
        decided = before.decided_at if before is not None else self._clock.now()
        after = _entity_image(id, kind, chosen, named, marks, decided)
        if after == before or (before is None and not marks):
            return Outcome.UNCHANGED if before is not None else Outcome.NOTHING
        unit.of(ENTITY_IMAGES).put(evolve(after, decided_at=self._clock.now()))
        if after.picture != (before.picture if before is not None else None):
            unit.queue(publish_task(kind, id, task.trace))
        return Outcome.CHANGED

    async def _shared(
        self, unit: UnitOfWork, id: str, kind: Kind, hashes: Iterable[str], before: EntityImage | None, trace: str
    ) -> dict[str, int]:
        """How many others have a picture of that look, as far as it matters. The shows of a tour may well share one."""
        if kind is Kind.PERFORMANCE:
            return {}
        counts = {}
        for hash in sorted(hashes):
            mark = mark_of(kind, hash)
            holders = await unit.of(ENTITY_IMAGES).find(marks__any=(mark,), limit=SHARED + 2)
            others = [holder for holder in holders if holder.id != id]
            counts[hash] = len(others)
            if len(others) == SHARED and (before is None or mark not in before.marks):
                for other in others:  # they chose it before it was known to be nobody's own
                    unit.queue(image_task(other.id, trace))
        return counts


def named_images(entity: AnyEntity, sources: Sequence[EntitySource]) -> tuple[Named, ...]:
    """The images of an entity that can be visited, at most `MOST`, in the order of the entity's own field."""
    givers: dict[str, EntitySource] = {}
    for source in sorted(sources, key=lambda s: (s.rank, s.id), reverse=True):
        if source.withdrawn_at is None:
            givers |= dict.fromkeys(source.claim.images, source)
    if any(curated.field == "images" for curated in entity.curated):
        givers.clear()  # a person chose them, whoever else names them
    found: dict[str, Named] = {}
    if entity.live:
        for link in entity.images:
            url = image_address(link)
            if url is not None:
                found.setdefault(url, Named(url, givers.get(link)))
    return tuple(found.values())[:MOST]


def _entity_image(
    id: str, kind: Kind, chosen: Chosen, named: Mapping[str, Named], marks: tuple[str, ...], decided_at: datetime
) -> EntityImage:
    passed = tuple(PassedOver(url=url, why=why) for url, why in sorted(chosen.passed_over.items()))
    whole: dict[str, Any] = {"id": id, "kind": kind, "marks": marks, "passed_over": passed, "decided_at": decided_at}
    best = chosen.best
    if best is not None:
        origin = named[best.url].source
        whole |= {
            "picture": best.picture.id,
            "width": best.picture.width,
            "height": best.picture.height,
            "url": best.url,
            "rank": named[best.url].rank,
            "source": origin.source if origin else "curated",
            "entity_source": origin.id if origin else "",
            "page": origin.url if origin else "",
        }
    return EntityImage.model_validate(whole)
