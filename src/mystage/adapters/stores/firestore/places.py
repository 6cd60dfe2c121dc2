"""Where things are in Firestore: the names of collections and documents, and which database holds what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mystage.adapters.stores.firestore.connection import Connection
from mystage.adapters.stores.firestore.names import encode_id
from mystage.application.ports.querying import known_collection
from mystage.domain.errors import Invalid
from mystage.domain.schema import Collection

TASKS, COUNTERS, JOURNAL, OUTBOX, CHANGES = "tasks", "counters", "journal", "outbox", "changes"
OWN = (TASKS, COUNTERS, JOURNAL, OUTBOX, CHANGES)
"""Collections of the store itself."""


class Places:
    """The collections of a store over its databases; `prefix` stands before the name of each collection."""

    def __init__(
        self, collections: Iterable[Collection[Any]], databases: Mapping[str, Connection], prefix: str = ""
    ) -> None:
        self.collections = {collection.name: collection for collection in collections}
        self._databases = databases
        self._prefix = prefix
        if taken := sorted(self.collections.keys() & set(OWN)):
            raise Invalid("the Firestore store keeps its own things under this name", where=", ".join(taken))

    @property
    def pipeline(self) -> Connection:
        """Where tasks, counters and streams are."""
        return self._databases["pipeline"]

    @property
    def connections(self) -> list[Connection]:
        """Each database once; that of the pipeline last."""
        others = [connection for connection in self._databases.values() if connection is not self.pipeline]
        return [*dict.fromkeys(others), self.pipeline]

    def collection(self, name: str) -> Collection[Any]:
        """The declared collection, or Invalid."""
        return known_collection(name, self.collections)

    def home(self, name: str) -> Connection:
        """The database of a declared collection."""
        return self._databases[self.collection(name).database]

    def kept(self, name: str) -> str:
        """A collection's name in the database."""
        return self._prefix + name

    def path(self, collection: str) -> str:
        """A declared collection's full name."""
        return f"{self.home(collection).documents}/{self.kept(collection)}"

    def document(self, collection: str, id: str) -> str:
        """A document's full name. Raises Invalid for an id that Firestore cannot hold."""
        return f"{self.path(collection)}/{encode_id(id, collection)}"

    def own(self, connection: Connection, collection: str, id: str) -> str:
        """The full name of a document of the store itself."""
        return f"{connection.documents}/{self.kept(collection)}/{encode_id(id, collection)}"

    def task(self, id: str) -> str:
        """The full name of a task's document."""
        return self.own(self.pipeline, TASKS, id)
