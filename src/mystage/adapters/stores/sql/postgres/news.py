"""News by LISTEN/NOTIFY: who waits is woken; what a broken connection swallows is found by looking again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Literal, TypeAlias

import asyncpg

from mystage.adapters.stores.sql.postgres.connections import Connection, Connections
from mystage.domain.errors import MystageError

Topic: TypeAlias = Literal["documents", "tasks", "journal"]
CHANNEL = "'mystage_' || md5(current_schema())"
"""One channel for each schema, as SQL; the payload is the topic."""
LOOK_SECONDS = 2.0
"""Whoever waits looks again after so long, whatever was heard: a stalled connection tells nobody that it is dead."""
_PAUSE_SECONDS = 0.5


class News:
    """One listening connection, made when somebody first waits, and made again when it breaks."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._events: dict[str, asyncio.Event] = {}
        self._listening: asyncio.Task[None] | None = None
        self._heard = asyncio.Event()

    async def next(self, topic: Topic) -> asyncio.Event:
        """What the next news of `topic` will set. Take it before looking, wait for it after: nothing is missed."""
        if self._listening is None or self._listening.done():
            self._heard.clear()
            self._listening = asyncio.create_task(self._listen(), name="mystage-listen")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._heard.wait(), LOOK_SECONDS)
        return self._events.setdefault(topic, asyncio.Event())

    async def wait(self, event: asyncio.Event, seconds: float = LOOK_SECONDS) -> None:
        """Wait for `event`, at most `seconds`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), min(seconds, LOOK_SECONDS))

    async def _listen(self) -> None:
        while not self._connections.closed:
            try:
                await self._hear()
            except (MystageError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                self._wake_all()  # those who wait will meet the error themselves
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _hear(self) -> None:
        """Listen until the connection breaks."""
        connection = await self._connections.connect()
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            channel = await connection.fetchval(f"SELECT {CHANNEL}")
            await connection.add_listener(channel, self._notified)
            self._heard.set()
            self._wake_all()  # something may have happened while nobody listened
            await lost.wait()
        finally:
            connection.terminate()

    def _notified(self, connection: Connection, pid: int, channel: str, payload: object) -> None:
        event = self._events.pop(str(payload), None)
        if event is not None:
            event.set()

    def _wake_all(self) -> None:
        for topic in list(self._events):
            self._events.pop(topic).set()

    async def close(self) -> None:
        """Stop listening; whoever waits is woken."""
        self._wake_all()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
