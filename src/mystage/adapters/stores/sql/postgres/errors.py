"""What PostgreSQL's and its drivers' errors mean. Both drivers carry the server's SQLSTATE."""

from __future__ import annotations

import asyncpg

from mystage.adapters.stores.sql.postgres.address import Address
from mystage.domain.errors import Conflict, Forbidden, Invalid, MystageError, TooLarge, Unavailable

RETRIED = ("40001", "40P01")
"""Serialisation failure and deadlock: nothing was written, the same commit may be tried again."""
TAKEN = "23505"
"""A unique index has this value already."""

_RIGHTS = "check the rights of the database user"
_START = "check that the server runs and can be reached"
_MEANINGS: dict[str, tuple[type[MystageError], str, str]] = {
    "28P01": (Forbidden, "the server refuses the password", "check user and password of the URL"),
    "28000": (Forbidden, "the server refuses the user", "check the user of the URL, and pg_hba.conf"),
    "3D000": (Invalid, "there is no such database", "create it (`createdb NAME`), or name another"),
    "42501": (Forbidden, "the database user may not do this", _RIGHTS),
    "25006": (Forbidden, "the server is read-only", "name the primary server, not a replica"),
    "23505": (Conflict, "somebody else wrote the same row", "read again and decide again"),
    "40001": (Conflict, "another transaction was faster", "read again and decide again"),
    "40P01": (Conflict, "two transactions waited for each other", "read again and decide again"),
    "42P01": (Invalid, "a table is missing", "run `mystage store migrate`"),
    "42703": (Invalid, "a column is missing", "run `mystage store migrate`"),
    "54000": (TooLarge, "an index value is above PostgreSQL's limit (about 2,700 bytes)", "index a shorter text"),
    "22P02": (Invalid, "the document is no valid JSON", "write JSON"),
    "22P05": (Invalid, "a text holds half a character (a lone surrogate)", "mend the text"),
    "57014": (Unavailable, "the server did not answer in time", "try again"),
    "57P03": (Unavailable, "the server is starting up or shutting down", "try again"),
    "53300": (Unavailable, "the server has no connection left", "use fewer workers, or raise max_connections"),
    "53100": (Unavailable, "the server has no disk space left", "free some disk space, then go on"),
}
_CLASSES: dict[str, tuple[type[MystageError], str, str]] = {
    "08": (Unavailable, "the connection to the server broke", _START),
    "53": (Unavailable, "the server is out of resources", "try again later"),
    "57": (Unavailable, "the server closed the connection", _START),
    "58": (Unavailable, "the server's system failed", "see the server's log"),
}


def is_outage(error: BaseException) -> bool:
    """Whether the connection is gone (the statement itself may be fine)."""
    if isinstance(error, asyncpg.PostgresError):
        return str(getattr(error, "sqlstate", ""))[:2] in ("08", "57") and not isinstance(
            error, asyncpg.QueryCanceledError
        )
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, asyncpg.DataError) and not isinstance(error, ValueError)
    return isinstance(error, OSError)  # TimeoutError is one


def translated(error: BaseException, address: Address) -> MystageError:
    """Our error for a driver's, naming the server and database."""
    if isinstance(error, UnicodeEncodeError) or "surrogates not allowed" in str(error):  # asyncpg keeps the words alone
        return Invalid("a text holds half a character (a lone surrogate)", where=address.shown)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str) and state:
        kind, message, hint = _MEANINGS.get(state) or _CLASSES.get(state[:2]) or _unknown(error, address)
        return kind(message, where=address.shown, hint=hint)
    if isinstance(error, TimeoutError):
        return Unavailable("the server did not answer in time", where=address.shown, hint=_START)
    if is_outage(error):
        return Unavailable(f"the server is out of reach ({type(error).__name__})", where=address.shown, hint=_START)
    kind, message, hint = _unknown(error, address)
    return kind(message, where=address.shown, hint=hint)


def _unknown(error: BaseException, address: Address) -> tuple[type[MystageError], str, str]:
    text = address.clean(f"PostgreSQL refused: {type(error).__name__}: {error}")
    return Invalid, text[:1_000], "this is a defect of MyStage; please report it"
