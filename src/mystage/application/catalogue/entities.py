"""The canonical entities by kind: their collections, and reads that follow merges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from mystage.application.unit_of_work import Repository, UnitOfWork
from mystage.domain.catalog import ARTISTS, PERFORMANCES, VENUES, AnyEntity
from mystage.domain.delivery import Task
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.schema import Collection
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, digest_id

COLLECTIONS: Mapping[Kind, Collection[Any]] = {
    Kind.VENUE: VENUES,
    Kind.ARTIST: ARTISTS,
    Kind.PERFORMANCE: PERFORMANCES,
}
PREFIX: Mapping[Kind, str] = {Kind.VENUE: "ven_", Kind.ARTIST: "art_", Kind.PERFORMANCE: "prf_"}


def entities(unit: UnitOfWork, kind: Kind) -> Repository[AnyEntity]:
    """The canonical entities of a kind."""
    return cast("Repository[AnyEntity]", unit.of(COLLECTIONS[kind]))


def kind_of(entity_id: str) -> Kind:
    """The kind that an entity id belongs to. Raises Invalid for a text that is no entity id."""
    for kind, prefix in PREFIX.items():
        if entity_id.startswith(prefix):
            return kind
    raise Invalid(
        "not an entity id",
        where=entity_id[:200],
        hint="ids look like ven_..., art_... or prf_...; `mystage search` finds them",
    )


def founded_id(entity_source_id: str, kind: Kind) -> str:
    """The id of the entity that a record founds: deterministic, so that a repeated run founds the same."""
    return digest_id(entity_source_id, prefix=PREFIX[kind])


async def following(unit: UnitOfWork, entity_id: str) -> AnyEntity:
    """The entity of this id, or the one that it was merged into. Raises NotFound."""
    kind, seen = kind_of(entity_id), set[str]()
    found = await entities(unit, kind).get(entity_id)
    while found is not None and found.merged_into is not None and found.id not in seen:
        seen.add(found.id)
        found = await entities(unit, kind).get(found.merged_into)
    if found is None:
        raise NotFound("no such entity", where=entity_id, hint="`mystage search` finds ids by name")
    return found


async def members(unit: UnitOfWork, entity_ids: Iterable[str]) -> dict[str, list[EntitySource]]:
    """The entity sources of each of these entities, by id, withdrawn ones included."""
    wanted = list(dict.fromkeys(entity_ids))
    found: dict[str, list[EntitySource]] = {id: [] for id in wanted}
    for source in await unit.of(ENTITY_SOURCES).find_by("entity_id", wanted):
        found[source.entity_id].append(source)
    return found


def merge_task(kind: Kind, entity_id: str, trace: str = "") -> Task:
    """The task that recomputes an entity from its sources."""
    return Task(id=f"merge:{entity_id}", queue="merge", payload={"kind": kind, "entity_id": entity_id}, trace=trace)


def image_task(entity_id: str, trace: str = "") -> Task:
    """The task that looks at an entity's images."""
    return Task(id=f"image:{entity_id}", queue="image", payload={"entity_id": entity_id}, trace=trace)


def publish_task(kind: Kind, entity_id: str, trace: str = "") -> Task:
    """The task that brings an entity's state to the search index."""
    return Task(id=f"publish:{entity_id}", queue="publish", payload={"kind": kind, "entity_id": entity_id}, trace=trace)
