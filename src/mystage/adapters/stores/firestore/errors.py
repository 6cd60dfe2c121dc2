"""Errors of Google's libraries as ours."""

from __future__ import annotations

from google.api_core import exceptions as google
from google.auth import exceptions as auth

from mystage.domain.errors import Forbidden, Invalid, MystageError, Throttled, Unavailable

CAUGHT = (google.GoogleAPIError, auth.GoogleAuthError)
"""What a call of the client may raise."""
_AWAY = (
    google.ServiceUnavailable,
    google.GatewayTimeout,  # DeadlineExceeded is one
    google.InternalServerError,
    google.BadGateway,
    google.Cancelled,
    google.Unknown,
    google.RetryError,
)
_OTHER_VERSION = "base version"
"""The emulator answers INVALID_ARGUMENT where a document is older than the precondition's `update_time`."""


class PreconditionFailed(Exception):
    """A commit met another state than its preconditions name, or lost against another commit: nothing was written.

    `doubtful`: an earlier try of the same commit ended without an answer, so it may be the one that was written.
    """

    def __init__(self, message: str, *, doubtful: bool = False) -> None:
        super().__init__(message)
        self.doubtful = doubtful


def is_passing(error: Exception) -> bool:
    """Whether the same call may succeed in a moment."""
    return isinstance(error, (*_AWAY, google.TooManyRequests, google.Aborted, auth.TransportError))


def is_unmet(error: Exception) -> bool:
    """Whether a commit's preconditions did not hold, or it lost against another."""
    if isinstance(error, google.InvalidArgument):
        return _OTHER_VERSION in str(error)
    return isinstance(error, (google.FailedPrecondition, google.Conflict, google.NotFound))


def translated(error: Exception, host: str) -> MystageError:
    """Our error for one of the client's; `host` is where it came from."""
    message = str(getattr(error, "message", "") or error)[:1_000]
    if isinstance(error, google.TooManyRequests):
        return Throttled(f"Firestore is asked too much: {message}", where=host)
    if isinstance(error, (*_AWAY, auth.TransportError)):
        return Unavailable(f"Firestore does not answer: {message}", where=host, hint="is the server up and reachable?")
    if isinstance(error, (google.Forbidden, google.Unauthorized, auth.GoogleAuthError)):
        hint = "sign in (`gcloud auth application-default login`), or give the service account the role datastore.user"
        return Forbidden(f"Firestore refuses: {message}", where=host, hint=hint)
    if isinstance(error, google.FailedPrecondition) and "index" in message:
        return Invalid(f"Firestore lacks an index: {message}", where=host, hint="deploy firestore.indexes.json")
    if isinstance(error, google.ClientError):
        return Invalid(f"Firestore refuses: {message}", where=host)
    return Unavailable(f"Firestore failed: {message}", where=host)
