"""The change feed of one database.

A commit writes what it changed into `outbox`, under a random id: commits never meet there. Whoever watches moves
these rows into `changes` and numbers them there; a number is taken by creating its document, so that any number of
watchers agree on one order without a gap. Firestore's own times cannot serve: a server timestamp is that of the
request, and a later one may become visible before an earlier one.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, NamedTuple

from mystage.adapters.stores.firestore.connection import Connection, News
from mystage.adapters.stores.firestore.errors import PreconditionFailed
from mystage.adapters.stores.firestore.places import CHANGES, OUTBOX, Places
from mystage.adapters.stores.firestore.queries import Search
from mystage.adapters.stores.firestore.values import DOCUMENT, fill_map, plain
from mystage.adapters.stores.firestore.writes import removed, stamped, written
from mystage.domain.errors import NotFound

CHANGES_KEPT: Final = 100_000
"""How many changes a `watch` may look back on."""
SEQUENCED_EVERY: Final = 64
"""After so many commits a store numbers the rows of the outbox itself, should nobody be watching."""
_PRUNED_EVERY = 1_000
_ROWS = 100
_BYTES = 4_000_000
_PAUSE_SECONDS = 0.05


class Changed(NamedTuple):
    """One change of a document. `created`: it did not exist before."""

    collection: str
    id: str
    created: bool


class Numbered(NamedTuple):
    """A change with its number."""

    sequence: int
    id: str
    created: bool


class Feed:
    """The feed of one database."""

    def __init__(self, connection: Connection, places: Places) -> None:
        self.connection = connection
        self._places = places
        self._commits = 0

    def row(self, changed: Sequence[Changed]) -> Any:
        """The write that notes what a commit changed."""
        document = DOCUMENT(name=self._places.own(self.connection, OUTBOX, secrets.token_hex(12)))
        fill_map(document.fields, {"changes": json.dumps(changed, separators=(",", ":")).encode()})
        return stamped(document, "at")

    async def keep_short(self) -> None:
        """Called before each commit: number what lies in the outbox now and then."""
        self._commits += 1
        if self._commits % SEQUENCED_EVERY == 0:
            await self.sequence()

    def news(self) -> AbstractAsyncContextManager[News]:
        """Wakes when there is something to read."""
        outbox = self._search(OUTBOX).order("at", descending=True).limit(1)
        return self.connection.news(outbox.message, self._newest().message)

    async def now(self) -> int:
        """The number of the last change so far."""
        await self.sequence()
        return await self._last()

    async def sequence(self) -> None:
        """Number all that lies in the outbox."""
        while rows := await self.connection.query(self._search(OUTBOX).order("at").limit(_ROWS).message):
            last = await self._last()
            try:
                await self._move(rows, last)
            except PreconditionFailed:  # somebody else was faster
                await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS))

    async def _move(self, rows: Sequence[Any], last: int) -> None:
        before, size = last, 0
        writes: list[Any] = []
        for row in rows:
            size += row.ByteSize()
            if writes and size > _BYTES:
                break
            body = row.fields["changes"].bytes_value
            first, last = last + 1, last + len(json.loads(body))
            document = DOCUMENT(name=self._places.own(self.connection, CHANGES, f"{first:015d}"))
            fill_map(document.fields, {"first": first, "last": last, "changes": body})
            writes += [written(document, None), removed(row.name, row.update_time)]
        await self.connection.commit(writes)
        if last // _PRUNED_EVERY != before // _PRUNED_EVERY:
            await self._prune(last - CHANGES_KEPT)

    async def _prune(self, until: int) -> None:
        old = self._search(CHANGES).where("last", "le", until).order("last").limit(_ROWS).select("last")
        while rows := await self.connection.query(old.message):
            await self.connection.commit([removed(row.name) for row in rows])

    async def after(self, position: int, collection: str) -> tuple[list[Numbered], int]:
        """Changes of a collection above `position`, of each document the last, and how far that is.

        Raises NotFound if they are no longer kept.
        """
        await self.sequence()
        search = self._search(CHANGES).where("last", "gt", position).order("last").limit(_ROWS)
        rows = await self.connection.query(search.message)
        if rows and rows[0].fields["first"].integer_value > position + 1:
            raise NotFound(
                f"changes after {position} are no longer kept",
                where=collection,
                hint="find the documents again, then watch from now",
            )
        latest: dict[str, Numbered] = {}
        end = position
        for row in rows:
            first = row.fields["first"].integer_value
            for end, (name, id, created) in enumerate(json.loads(row.fields["changes"].bytes_value), first):
                if name == collection and end > position:
                    latest.pop(id, None)  # so that the order is that of the last change
                    latest[id] = Numbered(end, id, created)
        return list(latest.values()), end

    async def _last(self) -> int:
        rows = await self.connection.query(self._newest().message)
        last: int = plain(rows[0].fields["last"]) if rows else 0
        return last

    def _newest(self) -> Search:
        return self._search(CHANGES).order("last", descending=True).limit(1)

    def _search(self, name: str) -> Search:
        return Search(self._places.kept(name))
