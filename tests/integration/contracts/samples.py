"""A collection with an index of every type, for the contract suites."""

from __future__ import annotations

from typing import Any

from mystage.application.ports.documents import Page, Put, Query, Where
from mystage.domain.delivery import Task
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Model


class Thing(Model):
    id: str
    kind: str | None = None
    name: str | None = None
    rank: int | None = None
    flag: bool | None = None
    weight: float | None = None
    keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    version: str | None = None
    note: str = ""


INDEXES = (
    Index("kind"),
    Index("name"),
    Index("rank", type="integer"),
    Index("flag", type="integer"),
    Index("weight", type="real"),
    Index("keys", array=True),
    Index("tags", array=True),
    Index("version"),  # the name of a column that every table has
)
THINGS = Collection("things", Thing, indexes=INDEXES)
OTHERS = Collection("others", Thing, indexes=(Index("kind"),))
COLLECTIONS = (THINGS, OTHERS)


def put(id: str, collection: Collection[Thing] = THINGS, *, read: int | None = 0, **fields: Any) -> Put:
    """A put of a Thing; `read` is the version that was read."""
    thing = Thing(id=id, **fields)
    return Put(collection.name, id, thing.model_dump_json().encode(), collection.index_values(thing), read)


def query(*where: tuple[str, str, Any], **more: Any) -> Query:
    return Query("things", tuple(Where(*condition) for condition in where), **more)


def ids(page: Page) -> list[str]:
    return [record.id for record in page.records]


def task(id: str, queue: str = "work", **more: Any) -> Task:
    return Task(id=id, queue=queue, **more)
