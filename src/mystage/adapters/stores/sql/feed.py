"""The change feed: which documents were written, in order, one row per commit, kept for a while."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from mystage.adapters.stores.sql.database import Database
from mystage.adapters.stores.sql.encoding import json_text
from mystage.domain.errors import NotFound

CHANGES_KEPT = 100_000
"""How many changes a `watch` may look back on."""
_PRUNED_EVERY = 1_000
_LAST = "SELECT coalesce(max(last), 0) FROM changes"
_OLDEST = "SELECT first FROM changes ORDER BY last LIMIT 1"
_AFTER = "SELECT first, body FROM changes WHERE last > ? ORDER BY last LIMIT 1000"
_INSERT = "INSERT INTO changes (last, first, body) VALUES (?, ?, ?)"
_PRUNE = "DELETE FROM changes WHERE last <= ?"


class ChangeRow(NamedTuple):
    """One change of a document. `created`: it did not exist before."""

    sequence: int
    id: str
    created: bool


def note_changes(connection: sqlite3.Connection, changed: Sequence[tuple[str, str, bool]]) -> None:
    """Write one commit's changes (collection, id, created); forget those of long ago now and then."""
    if not changed:
        return
    (before,) = connection.execute(_LAST).fetchone()
    last = before + len(changed)
    connection.execute(_INSERT, (last, before + 1, json_text(changed).encode()))
    if last // _PRUNED_EVERY != before // _PRUNED_EVERY:
        connection.execute(_PRUNE, (last - CHANGES_KEPT,))


class Feed:
    """The changes of one collection."""

    def __init__(self, database: Database, collection: str) -> None:
        self._database = database
        self._collection = collection

    def last_now(self) -> int:
        """The sequence of the newest change of any collection; opens the file if nothing has done so yet."""
        last: int = self._database.read_now(lambda connection: connection.execute(_LAST).fetchone()[0])
        return last

    async def after(self, position: int) -> tuple[list[ChangeRow], int]:
        """Changes above `position`, of each document the last, and how far that is. Raises NotFound if they are gone."""
        oldest, rows = await self._database.read(
            lambda connection: (
                connection.execute(_OLDEST).fetchone(),
                connection.execute(_AFTER, (position,)).fetchall(),
            )
        )
        if oldest is not None and position < oldest[0] - 1:
            raise NotFound(
                f"changes after {position} are no longer kept",
                where=self._collection,
                hint="find the documents again, then watch from now",
            )
        latest: dict[str, ChangeRow] = {}
        end = position
        for first, body in rows:
            for end, (collection, id, created) in enumerate(json.loads(body), first):
                if collection == self._collection and end > position:
                    latest.pop(id, None)  # so that the order is that of the last change
                    latest[id] = ChangeRow(end, id, created)
        return list(latest.values()), end
