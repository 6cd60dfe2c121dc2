"""Pure ASGI around the application: who may call it by which name, how large a body may be, headers, defects."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mystage.domain.errors import TooLarge
from mystage.entrypoints.http.problems import Problem, problem, problem_of, problem_response

log = structlog.get_logger("mystage.http")
MAX_BODY: Final = 256 * 1024
"""Bytes of a request's body: some hundred addresses."""
HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
)


class Guard:
    """The outermost layer. `hosts`: names by which the server may be called; None: any.

    A server on loopback must not answer to other names: a page of the open web could otherwise reach it by a name of
    its own that leads to 127.0.0.1 (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None = None) -> None:
        self._app = app
        self._hosts = None if hosts is None else frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is not None:
            await problem_response(refused)(scope, receive, _with_headers(send))
            return
        await self._serve(scope, receive, _with_headers(send))

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, _limited(receive), noting)
        except Exception as error:
            if not isinstance(error, TooLarge):
                log.exception("a request failed unexpectedly", method=scope["method"], path=scope["path"])
            if started:  # the answer is half sent: only cutting the connection tells the client
                raise
            found, headers = problem_of(error)
            await problem_response(found, headers)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Problem | None:
        headers = dict(scope["headers"])
        host = _host(headers.get(b"host", b"").decode("latin-1"))
        if self._hosts is not None and host not in self._hosts:
            hint = "add it to MYSTAGE_SERVE_HOSTS where that is meant"
            return problem(421, "misdirected", "this server is not called by that name", where=host[:200], hint=hint)
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > MAX_BODY:
            return problem_of(_too_large())[0]
        return None


def _too_large() -> TooLarge:
    return TooLarge(f"the body is above {MAX_BODY:,} bytes", hint="send it in several requests")


def _host(header: str) -> str:
    """The host name of a Host header, lower case, without its port; an IPv6 address without its brackets."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()


def _limited(receive: Receive) -> Receive:
    """Receive, but raise TooLarge when a body (of whatever announced length) is too large."""
    total = 0

    async def counting() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > MAX_BODY:
            raise _too_large()
        return message

    return counting


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message.get("headers", ())}
            more = [header for header in HEADERS if header[0] not in own]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return sending
