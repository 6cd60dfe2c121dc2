"""The gcp profile's store: Firestore for documents, tasks and journal. See docs/decisions/0005."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakValueDictionary

from mystage.adapters.stores.firestore.connection import Connection
from mystage.adapters.stores.firestore.documents import FirestoreDocuments
from mystage.adapters.stores.firestore.errors import CAUGHT, translated
from mystage.adapters.stores.firestore.feed import Feed
from mystage.adapters.stores.firestore.journal import FirestoreJournal
from mystage.adapters.stores.firestore.places import Places
from mystage.adapters.stores.firestore.ramp import Pace
from mystage.adapters.stores.firestore.tasks import FirestoreTasks
from mystage.adapters.stores.firestore.writing import Memory, Writer
from mystage.application.ports.system import Clock
from mystage.domain.errors import Invalid
from mystage.domain.schema import Collection, Database

PATIENCE_SECONDS = 30.0
DEFAULT_DATABASE = "(default)"
_LOGICAL: tuple[Database, ...] = ("pipeline", "main", "admin")


class FirestoreStore(FirestoreDocuments, FirestoreTasks, FirestoreJournal):
    """Documents, tasks and journal in the Firestore of a project.

    Where credentials and the emulator's address come from is the library's business (`GOOGLE_APPLICATION_CREDENTIALS`,
    `FIRESTORE_EMULATOR_HOST`).

    Args:
        project: the id of the Google Cloud project.
        collections: what may be kept.
        clock: gives the times of tasks and entries.
        databases: logical database (pipeline, main, admin) -> id of the Firestore database. Those left out share the
            default one. A change set is atomic within one database only; see decision 5.
        prefix: stands before the name of each collection, for several stores in one database.
        patience: seconds for which a call is tried while the server does not answer.
        ramp: whether loads keep to the 500/50/5 rule; None: unless it is the emulator, which needs none.
    """

    def __init__(
        self,
        project: str,
        collections: Iterable[Collection[Any]],
        clock: Clock,
        *,
        databases: Mapping[Database, str] | None = None,
        prefix: str = "",
        patience: float = PATIENCE_SECONDS,
        ramp: bool | None = None,
    ) -> None:
        ids = {logical: (databases or {}).get(logical, DEFAULT_DATABASE) for logical in _LOGICAL}
        try:
            connections = {id: Connection(project, id, patience=patience) for id in dict.fromkeys(ids.values())}
        except CAUGHT as error:
            raise translated(error, f"projects/{project}") from error
        self._places = Places(collections, {name: connections[id] for name, id in ids.items()}, prefix)
        self._clock = clock
        self._memory = Memory()
        self._feeds = {connection: Feed(connection, self._places) for connection in connections.values()}
        paced = [c for c in connections.values() if ramp or (ramp is None and not c.emulated)]
        self._writer = Writer(self._places, self._memory, self._feeds, clock, {c: Pace() for c in paced})
        self._starting = set()
        self._appending = WeakValueDictionary()

    async def open(self) -> None:
        """Ask each database something. Raises Unavailable, Forbidden or Invalid if it cannot be used."""
        for connection in self._places.connections:
            await connection.get([self._places.own(connection, "counters", "nothing")])

    async def close(self) -> None:
        """Close the connections; whoever follows or watches ends. Later calls raise Unavailable."""
        if self._starting:
            await asyncio.wait(self._starting)
        for connection in self._places.connections:
            await connection.close()


def store_at(url: str, collections: Iterable[Collection[Any]], clock: Clock) -> FirestoreStore:
    """The store at `firestore://PROJECT[/DATABASE]`. Raises Invalid for another URL."""
    scheme, _, rest = url.partition("://")
    project, _, database = rest.partition("/")
    if scheme != "firestore" or not project or "/" in database:
        raise Invalid(
            "no address of a Firestore", where=url, hint="firestore://PROJECT or firestore://PROJECT/DATABASE"
        )
    databases = dict.fromkeys(_LOGICAL, database or DEFAULT_DATABASE)
    return FirestoreStore(project, collections, clock, databases=databases)


__all__ = ["FirestoreStore", "store_at"]
