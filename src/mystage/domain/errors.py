"""Every error of MyStage.

    MystageError
     ├── NotFound       the thing asked for does not exist (any more)
     ├── Conflict       somebody else was faster: read again and decide again   (retryable)
     │    └── LeaseLost a task's lease ended or was taken over by another worker (retryable)
     ├── Forbidden      the caller, or the target's owner, does not allow it
     │    └── AddressRefused  an address that user input may not reach
     ├── Invalid        the input is wrong; the same input will always be wrong
     │    ├── Malformed       bytes that are not what they say they are
     │    └── TooLarge        input above a stated limit
     ├── Throttled      asked too often: wait `retry_after` seconds             (retryable)
     └── Unavailable    a server, file or network that is out of reach just now (retryable)
          └── Unanswered   no answer came in time to a call that may have cost something (retryable)

Adapters translate vendor errors into these at the edge. One table maps kinds to HTTP statuses
(`entrypoints.http.errors`), one to exit codes (`entrypoints.cli.errors`); workers read `retryable`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class ErrorKind(StrEnum):
    """What sort of answer an error is; entrypoints translate it, nothing else does."""

    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    FORBIDDEN = "forbidden"
    INVALID = "invalid"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"


class MystageError(Exception):
    """The base of all errors that MyStage raises on purpose.

    `message` says what was wrong, `where` names the file, URL, field or id, `hint` says what to do.
    `code` is stable and may be matched by programs; `retryable` tells a worker to try again.
    """

    kind: ClassVar[ErrorKind] = ErrorKind.INVALID
    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, where: str = "", hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        self.retry_after = retry_after
        """Seconds to wait before another try, where the other side named them."""

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text} ({self.hint})" if self.hint else text

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message, self.where, self.hint, self.retry_after)


def _rebuild(cls: type[MystageError], message: str, where: str, hint: str, retry_after: float | None) -> MystageError:
    return cls(message, where=where, hint=hint, retry_after=retry_after)


class NotFound(MystageError):
    """The thing asked for does not exist."""

    kind = ErrorKind.NOT_FOUND
    code = "not_found"


class Conflict(MystageError):
    """A document changed between reading and writing; read again and decide again."""

    kind = ErrorKind.CONFLICT
    code = "conflict"
    retryable = True


class LeaseLost(Conflict):
    """The lease of a task ended or passed to another worker; its effects must not be written."""

    code = "lease_lost"


class Forbidden(MystageError):
    """The caller may not do this, or the owner of the target does not allow it."""

    kind = ErrorKind.FORBIDDEN
    code = "forbidden"


class AddressRefused(Forbidden):
    """An address that user-supplied input may not reach (private, link-local, loopback, odd scheme)."""

    code = "address_refused"


class Invalid(MystageError):
    """The input is wrong and will be wrong on every try."""

    kind = ErrorKind.INVALID
    code = "invalid"


class Malformed(Invalid):
    """Bytes that are not what they claim to be: broken JSON, a truncated archive, an endless calendar."""

    code = "malformed"


class TooLarge(Invalid):
    """Input above a stated limit of size, depth or count."""

    code = "too_large"


class Throttled(MystageError):
    """Asked too often; `retry_after` says how many seconds to wait, where it is known."""

    kind = ErrorKind.THROTTLED
    code = "throttled"
    retryable = True


class Unavailable(MystageError):
    """A server, file or network is out of reach just now."""

    kind = ErrorKind.UNAVAILABLE
    code = "unavailable"
    retryable = True


class Unanswered(Unavailable):
    """No answer came in time: the call may have had its effect, and its cost, on the other side."""

    code = "unanswered"
