"""Connections to one database: a few that are shared, made anew after an outage.

Why not `asyncpg.Pool`: it costs 70 us a point read (140 us bare, 210 us with its reset left out, 360 us as it comes).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeVar

import asyncpg

from mystage.adapters.stores.sql.postgres.address import Address
from mystage.adapters.stores.sql.postgres.errors import is_outage, translated
from mystage.adapters.stores.sql.postgres.text import from_stored, json_from_stored, json_to_stored, to_stored
from mystage.domain.errors import MystageError, Unavailable

T = TypeVar("T")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Work: TypeAlias = Callable[[Connection], Awaitable[T]]

SIZE = 8
ANSWER_SECONDS = 30.0
"""How long one statement may take."""
OUTAGE_SECONDS = 5.0
"""How long a server that refuses connections (it may be restarting) is asked again."""
_PAUSE_SECONDS = 0.1
_BEGINS = SIZE + 2
"""After an outage every idle connection may be dead; then a new one is made."""
_STATEMENTS = 500


class Connections:
    """Up to `size` connections. Everything raises our errors; none of them tells the password."""

    def __init__(self, address: Address, *, size: int = SIZE, answer_seconds: float, outage_seconds: float) -> None:
        self.address = address
        self.answer_seconds = answer_seconds
        self.closed = False
        self._outage_seconds = outage_seconds
        self._free = asyncio.Semaphore(size)
        self._idle: list[Connection] = []

    async def row(self, sql: str, *values: object) -> Any:
        """The first row of the answer, or None. The way of point reads: no more layers than it needs."""
        if self._idle and not self._free.locked():
            async with self._free:
                connection = self._idle.pop()
                try:
                    row = await connection.fetchrow(sql, *values)
                except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                    connection.terminate()  # and once more, the long way
                    if not is_outage(error) or isinstance(error, TimeoutError):
                        raise translated(error, self.address) from error
                except BaseException:
                    connection.terminate()
                    raise
                else:
                    self._idle.append(connection)
                    return row
        return await self.read(lambda connection: connection.fetchrow(sql, *values))

    async def rows(self, sql: str, *values: object) -> list[Any]:
        """All rows of the answer."""
        return await self.read(lambda connection: connection.fetch(sql, *values))

    async def read(self, work: Work[T]) -> T:
        """What `work` reads; done again, once, where the connection turned out to be dead."""
        try:
            return await self._once(work)
        except _Broken:
            pass
        try:
            return await self._once(work)
        except _Broken as error:
            raise translated(error.cause, self.address) from error.cause

    async def write(self, work: Work[T]) -> T:
        """What one statement that writes answers; never done twice, since it may have been done."""
        try:
            return await self._once(work)
        except _Broken as error:
            raise translated(error.cause, self.address) from error.cause

    async def _once(self, work: Work[T]) -> T:
        async with self._free:
            connection = await self._taken()
            try:
                result = await work(connection)
            except BaseException as error:
                self._give_back(connection, error)
                if is_outage(error):
                    raise _Broken(error) from error
                if isinstance(error, Exception) and not isinstance(error, MystageError):
                    raise translated(error, self.address) from error
                raise
            self._idle.append(connection)
            return result

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction that commits unless its body raises. A dead connection is noticed before anything is written."""
        async with self._free:
            connection = await self._begun()
            try:
                yield connection
                await connection.execute("COMMIT")
            except BaseException as error:
                await self._undo(connection, error)
                if isinstance(error, Exception) and not isinstance(error, MystageError):
                    raise translated(error, self.address) from error
                raise
            self._idle.append(connection)

    async def _begun(self) -> Connection:
        for tried in range(_BEGINS):
            connection = await self._taken()
            try:
                await connection.execute("BEGIN")
            except Exception as error:
                connection.terminate()
                if not is_outage(error) or isinstance(error, TimeoutError) or tried + 1 == _BEGINS:
                    raise translated(error, self.address) from error
            except BaseException:
                connection.terminate()
                raise
            else:
                return connection
        raise AssertionError  # pragma: no cover -- the last try returns or raises

    async def _undo(self, connection: Connection, error: BaseException) -> None:
        if isinstance(error, (MystageError, asyncpg.PostgresError)) and not connection.is_closed():
            try:
                await connection.execute("ROLLBACK")
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                connection.terminate()
            else:
                self._idle.append(connection)
        else:
            connection.terminate()  # the server undoes what it has

    def _give_back(self, connection: Connection, error: BaseException) -> None:
        if isinstance(error, (MystageError, asyncpg.PostgresError)) and not connection.is_closed():
            self._idle.append(connection)
        else:
            connection.terminate()

    async def _taken(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return await self.connect()

    async def connect(self) -> Connection:
        """A new connection of the caller's own. Raises Unavailable when the server stays away."""
        give_up = time.monotonic() + self._outage_seconds
        while True:
            if self.closed:
                raise Unavailable("the store is closed", where=self.address.shown)
            try:
                return await self._connect()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
                meant = translated(error, self.address)
                if not isinstance(meant, Unavailable) or time.monotonic() > give_up:
                    raise meant from error
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _connect(self) -> Connection:
        connection = await asyncpg.connect(
            self.address.url,
            timeout=min(self.answer_seconds, 10.0),
            command_timeout=self.answer_seconds,
            statement_cache_size=_STATEMENTS,
            max_cached_statement_lifetime=0,
            server_settings={"application_name": "mystage", "jit": "off"},
        )
        try:
            await connection.set_type_codec(
                "jsonb", schema="pg_catalog", format="binary", encoder=_jsonb, decoder=_from_jsonb
            )
            for name in ("text", "varchar"):
                await connection.set_type_codec(
                    name, schema="pg_catalog", format="text", encoder=to_stored, decoder=from_stored
                )
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def close(self) -> None:
        """Close all. Later calls raise Unavailable."""
        self.closed = True
        await self.drop()

    async def drop(self) -> None:
        """Close the connections that nobody uses; the next call makes new ones."""
        idle, self._idle = self._idle, []
        for connection in idle:
            try:
                await connection.close(timeout=2)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                connection.terminate()


class _Broken(Exception):
    """The connection was lost; `cause` says how."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _jsonb(body: bytes) -> bytes:
    return b"\x01" + json_to_stored(body)  # the version of the binary form


def _from_jsonb(stored: bytes) -> bytes:
    return json_from_stored(stored[1:])
