"""The whole story of an id: who founded it, what came, merged, split, was re-keyed, judged and edited, and where it is now."""

from __future__ import annotations

from collections.abc import Iterable

from mystage.application.catalogue.entities import entities, following, kind_of, members
from mystage.application.ports.documents import DocumentStore
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.catalog import AnyEntity
from mystage.domain.errors import NotFound
from mystage.domain.resolution.judgements import JudgedBy
from mystage.domain.resolution.story import EVENTS, EntityEvent
from mystage.domain.sources import EntitySource
from mystage.domain.values import Instant, Model


class Chapter(Model):
    """One line of a story. `act` names the event, by which an act of a person can be undone."""

    at: Instant
    what: str
    """`founded`, `record`, `withdrawn`, `deleted`, or what an event says: `merged`, `split`, `rekeyed`, ..."""
    text: str
    by: str = ""
    act: str = ""
    undone_by: str = ""


class Story(Model):
    """What is known of an id, by time."""

    id: str
    now: str
    """The id under which it lives (or was deleted): itself, or the one that it was merged into."""
    state: str
    """`live`, `merged` or `deleted`."""
    absorbed: tuple[str, ...]
    """Ids that were merged into it, and into those."""
    chapters: tuple[Chapter, ...]


class History:
    """Reads stories."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def of(self, id: str) -> Story:
        """The story of an entity id, alive or merged away. Raises NotFound, Invalid for a text that is no id."""
        unit = UnitOfWork(self._store)
        entity = await entities(unit, kind_of(id)).get(id)
        if entity is None:
            raise NotFound("no such entity", where=id, hint="`mystage search` finds ids by name")
        holder = await following(unit, id)
        absorbed = await _absorbed(unit, entity)
        events = await unit.of(EVENTS).find_by("entities", [id, *absorbed])
        here = (await members(unit, (holder.id,)))[holder.id]
        mine = [s for s in here if entity.merged_into is None or s.id in entity.sources]
        lines = [*_founding(entity), *_records(mine), *(_chapter(event, id) for event in events)]
        state = "merged" if entity.merged_into else "deleted" if entity.deleted_at else "live"
        if entity.deleted_at and not entity.merged_into:
            lines.append(Chapter(at=entity.deleted_at, what="deleted", text="none of its records is left"))
        chapters = tuple(sorted(lines, key=lambda c: (c.at, c.what != "founded", c.text)))
        return Story(id=id, now=holder.id, state=state, absorbed=absorbed, chapters=chapters)


async def _absorbed(unit: UnitOfWork, entity: AnyEntity) -> tuple[str, ...]:
    """Ids of entities that were merged into this one, at any remove."""
    found: dict[str, None] = {}
    waiting = [entity.id]
    while waiting:
        gone = await entities(unit, entity.kind).find_by("merged_into", waiting)
        waiting = [e.id for e in gone if e.id not in found and e.id != entity.id]
        found |= dict.fromkeys(waiting)
    return tuple(sorted(found))


def _founding(entity: AnyEntity) -> list[Chapter]:
    return [Chapter(at=entity.created_at, what="founded", text=f"{entity.kind.value} {entity.id}")]


def _records(sources: Iterable[EntitySource]) -> list[Chapter]:
    """When each record that it holds came, and when its source took it back."""
    lines = [Chapter(at=s.first_seen, what="record", text=f"{s.id} from {s.url}", by=s.reader) for s in sources]
    return lines + [
        Chapter(at=s.withdrawn_at, what="withdrawn", text=f"{s.id} was taken back", by=s.source)
        for s in sources
        if s.withdrawn_at is not None
    ]


def _chapter(event: EntityEvent, id: str) -> Chapter:
    others = [other for other in event.entities if other != id]
    parts = [f"with {', '.join(others)}" if others else "", _moved(event, id), event.why]
    return Chapter(
        at=event.at,
        what=event.what.value,
        text="; ".join(part for part in parts if part),
        by=event.actor or event.by.value,
        act=event.id if event.by is JudgedBy.PERSON else "",
        undone_by=event.undone_by or "",
    )


def _moved(event: EntityEvent, id: str) -> str:
    came = [m.record for m in event.moves if m.target == id and m.origin != id]
    left = [m.record for m in event.moves if m.origin == id and m.target != id]
    edited = [f"{e.field} of {c.record}" for c in event.edits for e in c.after if e not in c.before]
    words = (("came: ", came), ("left: ", left), ("edited: ", edited))
    return "; ".join(word + ", ".join(some) for word, some in words if some)
