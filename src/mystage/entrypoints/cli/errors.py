"""The one table from kinds of errors to exit codes, and how errors are told on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, Final

from mystage.domain.errors import ErrorKind, MystageError

EXIT_CODES: Final = {
    ErrorKind.INVALID: 2,
    ErrorKind.NOT_FOUND: 4,
    ErrorKind.CONFLICT: 5,
    ErrorKind.FORBIDDEN: 6,
    ErrorKind.THROTTLED: 7,
    ErrorKind.UNAVAILABLE: 8,
}
PARTLY: Final = 3
STOPPED: Final = 130
MEANINGS: Final = {
    0: "done",
    1: "an unexpected error: a defect of MyStage; the traceback is on standard error",
    2: "wrong usage or wrong input; the same call will always fail",
    PARTLY: "done, but not all of it: an input could not be taken or read, or `rebuild` found differences",
    4: "not found: no such entity, file, reader or task",
    5: "conflict: somebody else changed the same thing; try again",
    6: "forbidden",
    7: "throttled: asked too often; wait",
    8: "unavailable: a file, server or database is out of reach just now",
    STOPPED: "stopped by Ctrl-C or SIGTERM; `mystage run` goes on",
}
"""What each exit code says; the reference page is made from it."""


def exit_code_of(app: Callable[..., Any]) -> int:
    """Run a Typer app as a program."""
    try:
        result = app(standalone_mode=False, prog_name="mystage")
    except MystageError as error:
        tell(error)
        return EXIT_CODES[error.kind]
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        return STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001  usage errors of Typer (vendored classes) are told apart by shape
        return _usage_error(error)
    return result if isinstance(result, int) else 0


def tell(error: MystageError) -> None:
    """One error on standard error: JSON where the caller asked for it, else one line and a hint."""
    if "--json" in sys.argv:
        row = {"error": {"code": error.code, "message": error.message, "where": error.where, "hint": error.hint}}
        sys.stderr.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    where = f"{error.where}: " if error.where else ""
    sys.stderr.write(f"error: {where}{error.message}\n")
    if error.hint:
        sys.stderr.write(f"  hint: {error.hint}\n")


def _usage_error(error: Exception) -> int:
    """Typer's own errors carry how they show themselves; anything else is a defect and is raised."""
    show = getattr(error, "show", None)
    if show is None:
        raise error
    show()
    return int(getattr(error, "exit_code", 2))
