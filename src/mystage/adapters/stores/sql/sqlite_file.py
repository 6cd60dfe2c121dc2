"""SQLite itself: how its file is opened, and what its errors mean."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from mystage.domain.errors import Forbidden, Invalid, Malformed, MystageError, TooLarge, Unavailable

_OLDEST = (3, 35, 0)  # RETURNING and DROP COLUMN
_CACHE_KIB = 16_384
_CHECKPOINT_PAGES = 1_000
"""SQLite's own choice. Whoever commits the last of these pages copies all of them into the file: at 4,000 that took 8 ms of
one commit in sixty (`benchmarks/durable.py`, one by one), and saved nothing that could be measured."""

_MEANINGS: dict[int, tuple[type[MystageError], str, str]] = {
    sqlite3.SQLITE_BUSY: (Unavailable, "another process kept the database busy for too long", "try again"),
    sqlite3.SQLITE_LOCKED: (Unavailable, "the database is locked", "try again"),
    sqlite3.SQLITE_FULL: (Unavailable, "no space is left for the database", "free some disk space, then go on"),
    sqlite3.SQLITE_IOERR: (Unavailable, "the disk failed under the database", "check the disk and the file system"),
    sqlite3.SQLITE_CANTOPEN: (
        Unavailable,
        "the database cannot be opened",
        "check that its folder exists and is yours",
    ),
    sqlite3.SQLITE_CORRUPT: (Malformed, "the database is damaged", "restore a backup, or try `sqlite3 FILE .recover`"),
    sqlite3.SQLITE_NOTADB: (Malformed, "the file is no SQLite database", "name another file, or move this one away"),
    sqlite3.SQLITE_READONLY: (
        Forbidden,
        "the database may not be written",
        "check the rights of the file and its folder",
    ),
    sqlite3.SQLITE_PERM: (Forbidden, "the database may not be accessed", "check the rights of the file and its folder"),
    sqlite3.SQLITE_TOOBIG: (TooLarge, "a value is above SQLite's limit", "keep large bodies in the blob store"),
}


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without the extension; -1 for an error of the Python driver itself."""
    code: int = getattr(error, "sqlite_errorcode", -1)
    return code & 0xFF if code >= 0 else -1


def translated(error: sqlite3.Error, path: Path) -> MystageError:
    """Our error for SQLite's, naming the file."""
    kind, message, hint = _MEANINGS.get(
        primary_code(error), (Invalid, f"SQLite refused: {error}", "this is a defect of MyStage; please report it")
    )
    return kind(message, where=str(path), hint=hint)


def connect(path: Path, *, wait_seconds: float) -> sqlite3.Connection:
    """A connection in autocommit mode; transactions are begun by statement. Any thread may use it, one at a time."""
    if sqlite3.sqlite_version_info < _OLDEST:
        raise Unavailable(
            f"SQLite {sqlite3.sqlite_version} is too old", where=str(path), hint="3.35 or newer is needed"
        )
    connection = sqlite3.connect(
        path, timeout=wait_seconds, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    try:
        _to_wal(connection, wait_seconds)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


def _to_wal(connection: sqlite3.Connection, wait_seconds: float) -> None:
    """Switch to write-ahead logging. SQLite does not wait for its lock here, so we do."""
    give_up = time.monotonic() + max(wait_seconds, 1.0)
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return
