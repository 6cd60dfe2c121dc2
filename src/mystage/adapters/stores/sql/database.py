"""One SQLite file: a thread that writes, a thread for long reads, and short reads where the caller is.

Handing a point read to a thread costs ten times what SQLite needs for it. A reader of a WAL file waits for
nobody, so short reads run on the event loop's own thread, within a time budget that SQLite's progress handler keeps:
what takes longer is broken off and done again by the reading thread.
"""

from __future__ import annotations

import asyncio
import math
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias, TypeVar

from mystage.adapters.stores.sql.sqlite_file import connect, primary_code, translated
from mystage.domain.errors import Invalid, Unavailable

T = TypeVar("T")
Work: TypeAlias = Callable[[sqlite3.Connection], T]

WAIT_SECONDS = 30.0
"""How long a writer waits for those of other processes."""
SHORT_SECONDS = 0.002
"""How long a read may hold the event loop."""
_STEPS = 1_000  # of SQLite's virtual machine between two looks at the time: some 20 us
_POLL_SECONDS = 0.1  # between two looks for the commits of other processes
_PAUSE_SECONDS = (0.0005, 0.003)  # between two tries to take the write lock
_PASSED_ON = (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY)


class Database:
    """The connections to one file. Opened by its first use; `prepare` then brings the schema up to date."""

    def __init__(self, path: Path, prepare: Work[None], *, wait_seconds: float = WAIT_SECONDS) -> None:
        self.path = path
        self._prepare = prepare
        self._wait_seconds = wait_seconds
        self._opening = threading.Lock()
        self._connections: list[sqlite3.Connection] = []
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="mystage-write")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="mystage-read")
        self._deadline = 0.0
        self._written = asyncio.Event()
        self.closed = False

    async def open(self) -> None:
        """Open the file, create or upgrade its tables. Raises our errors for a file that cannot be used."""
        if not self._connections:
            await self._in_thread(self._writing, self._open)

    def _open(self) -> None:
        with self._opening:
            if self._connections:
                return
            if self.closed:
                raise Unavailable("the store is closed", where=str(self.path))
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Unavailable(f"the folder cannot be made: {error}", where=str(self.path.parent)) from error
            opened: list[sqlite3.Connection] = []
            try:
                opened.extend(connect(self.path, wait_seconds=self._wait_seconds) for _ in range(3))
                self._prepare(opened[0])
            except BaseException:
                for connection in opened:
                    connection.close()
                raise
            opened[0].execute("PRAGMA busy_timeout = 0")  # `_begin` waits
            opened[2].execute("PRAGMA busy_timeout = 0")  # the thread waits
            opened[2].set_progress_handler(self._too_long, _STEPS)
            self._connections = opened

    def _too_long(self) -> bool:
        return time.perf_counter() > self._deadline

    async def read(self, work: Work[T]) -> T:
        """What `work` reads, if that is short; else see `read_long`."""
        if not self._connections:
            await self.open()
        self._deadline = time.perf_counter() + SHORT_SECONDS
        try:
            return work(self._connections[2])
        except sqlite3.Error as error:
            if primary_code(error) not in _PASSED_ON:
                raise translated(error, self.path) from error
        except UnicodeEncodeError as error:
            raise _not_text(error) from error
        return await self.read_long(work)

    def read_now(self, work: Work[T]) -> T:
        """What `work` reads, for a caller that cannot wait. Only for reads that are sure to be short."""
        try:
            self._open()
            self._deadline = math.inf
            return work(self._connections[2])
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    async def read_long(self, work: Work[T]) -> T:
        """What `work` reads in a thread of its own."""
        await self.open()
        return await self._in_thread(self._reading, lambda: work(self._connections[1]))

    async def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction that no other writer is in; it commits unless `work` raises."""
        await self.open()
        result = await self._in_thread(self._writing, lambda: self._transaction(work))
        self._written.set()
        self._written = asyncio.Event()
        return result

    def _transaction(self, work: Work[T]) -> T:
        return transaction(self._connections[0], work, wait_seconds=self._wait_seconds)

    async def _in_thread(self, executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if self.closed:
            raise Unavailable("the store is closed", where=str(self.path))
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, work)
        except sqlite3.Error as error:
            raise translated(error, self.path) from error
        except UnicodeEncodeError as error:
            raise _not_text(error) from error

    async def state(self) -> tuple[asyncio.Event, int]:
        """What `news` needs to tell whether something was committed since now."""
        written = self._written
        return written, await self.read(_data_version)

    async def news(self, since: tuple[asyncio.Event, int]) -> None:
        """Wait until somebody (any process) has committed since `state` was taken, or the store is closed."""
        written, version = since
        while not self.closed and await self.read(_data_version) == version:
            try:
                await asyncio.wait_for(written.wait(), _POLL_SECONDS)
            except TimeoutError:
                continue
            return

    async def close(self) -> None:
        """Close the file. Whoever follows or watches it ends; later calls raise Unavailable."""
        if self.closed:
            return
        self.closed = True
        self._written.set()
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        for executor in (self._writing, self._reading):
            executor.shutdown(wait=True)
        connections, self._connections = self._connections, []
        for connection in connections:
            connection.close()


def transaction(connection: sqlite3.Connection, work: Work[T], *, wait_seconds: float = WAIT_SECONDS) -> T:
    """Run `work` in a transaction that holds the write lock from its start."""
    _begin(connection, time.monotonic() + wait_seconds)
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def _begin(connection: sqlite3.Connection, give_up: float) -> None:
    """Take the write lock. SQLite's own waiting sleeps up to 0.1 s at a time; a commit takes a few milliseconds."""
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(random.uniform(*_PAUSE_SECONDS))
        else:
            return


def _data_version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return version


def _not_text(error: UnicodeEncodeError) -> Invalid:
    return Invalid("a text holds half a character (a lone surrogate)", where=ascii(error.object)[:200])
