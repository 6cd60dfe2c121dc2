"""How a visit ended: from statuses, headers and exceptions to the outcomes of the port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ssl import SSLError

import httpcore
import httpx

from mystage.domain.errors import AddressRefused, Invalid, MystageError, TooLarge
from mystage.domain.pipeline.scrapes import FetchOutcome

_BLOCKED = frozenset({401, 402, 403, 407, 451})
_GONE = frozenset({404, 410})
_RETRYABLE = frozenset({408, 421, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 527, 529, 530})
"""Statuses that another try may change (52x: Cloudflare speaking of the server behind it)."""

_CHALLENGE_MARKS = (
    b"cf-chl-",
    b"_cf_chl_opt",
    b"captcha-delivery.com",
    b"_incapsula_resource",
    b"px-captcha",
    b"/_sec/cp_challenge/",
    b"awswafcookiedomainlist",
    b"ak-challenge",
)
"""Scripts that only a challenge page loads (Cloudflare, DataDome, Imperva, HUMAN, Akamai, AWS WAF)."""
_CHALLENGE_SIZE = 16 * 1024
"""A challenge page is small; a real page above this size may carry such a script beside its content."""


TRANSPORT_ERRORS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    OSError,
)
"""All that the wire raises for what the other side does (OSError: what anyio lets through of TLS and sockets)."""


class VisitEnded(Exception):
    """A visit that came to its end before there was a body; never leaves this room."""

    def __init__(
        self,
        code: str,
        reason: str,
        *,
        outcome: FetchOutcome = FetchOutcome.FAILED,
        retryable: bool = False,
        retry_after: float | None = None,
        status: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.outcome = outcome
        self.retryable = retryable
        self.retry_after = retry_after
        """Seconds."""
        self.status = status
        self.headers = headers or {}
        """Those that speak of limits."""

    def again(self) -> VisitEnded:
        """The same end for another visit: raising one exception many times would gather their tracebacks."""
        return VisitEnded(
            self.code,
            self.reason,
            outcome=self.outcome,
            retryable=self.retryable,
            retry_after=self.retry_after,
            status=self.status,
            headers=self.headers,
        )


def judge_status(status: int) -> tuple[FetchOutcome, bool]:
    """What a final status means (2xx is judged by its body), and whether another try may help."""
    if 200 <= status < 300:
        return FetchOutcome.OK, False
    if status in _BLOCKED:
        return FetchOutcome.BLOCKED, False
    if status in _GONE:
        return FetchOutcome.GONE, False
    return FetchOutcome.FAILED, status in _RETRYABLE


def is_challenge(status: int, headers: httpx.Headers, body: bytes) -> bool:
    """Whether the answer asks the visitor to prove that it is a person, instead of being the page.

    Headers that say so count at any status; marks in the body only where the body is as small as such pages are.
    """
    if "cf-mitigated" in headers or headers.get("x-amzn-waf-action", "").lower() in ("challenge", "captcha"):
        return True
    if len(body) > _CHALLENGE_SIZE:
        return False
    text = body.lower()
    if any(mark in text for mark in _CHALLENGE_MARKS):
        return True
    return status in (429, 503) and b"captcha" in text


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or an HTTP date); None if there is none."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def of_error(error: MystageError) -> VisitEnded:
    """The end of a visit that one of our own checks stopped."""
    if isinstance(error, AddressRefused):
        return VisitEnded(error.code, str(error), outcome=FetchOutcome.BLOCKED)
    if isinstance(error, TooLarge):
        return VisitEnded(error.code, str(error))
    code = "bad_address" if type(error) is Invalid else "bad_encoding"
    return VisitEnded(code, str(error))


def of_transport_error(error: Exception, where: str) -> VisitEnded:
    """The end of a visit that the network stopped; `where` is the address as it may be shown."""
    if isinstance(error, httpcore.TimeoutException):
        return VisitEnded("timeout", f"{where}: no answer in time ({type(error).__name__})", retryable=True)
    chain = tuple(_causes(error))
    if any(isinstance(cause, SSLError) for cause in chain):
        return VisitEnded("tls", f"{where}: {_first_line(error, 'TLS failed')}")
    if isinstance(error, httpcore.ConnectError):
        if any(isinstance(cause, ConnectionRefusedError) for cause in chain):
            return VisitEnded("refused", f"{where}: the connection was refused", retryable=True)
        return VisitEnded("unreachable", f"{where}: {_first_line(error, 'could not connect')}", retryable=True)
    if isinstance(error, httpcore.RemoteProtocolError) and "disconnected" not in str(error):
        if "complete message body" in str(error):
            return VisitEnded("truncated", f"{where}: the body ended early", retryable=True)
        return VisitEnded("protocol", f"{where}: {_first_line(error, 'not HTTP')}")
    if isinstance(error, httpcore.UnsupportedProtocol | httpcore.LocalProtocolError):
        return VisitEnded("bad_address", f"{where}: {_first_line(error, 'cannot be asked for')}")
    return VisitEnded("disconnected", f"{where}: the connection was lost", retryable=True)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception, those it came from, and those in groups among them."""
    seen: set[int] = set()
    stack = [error]
    while stack:
        current = stack.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        stack += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            stack += current.exceptions


def _first_line(error: Exception, otherwise: str) -> str:
    return (str(error).strip().splitlines() or [otherwise])[0][:200]
