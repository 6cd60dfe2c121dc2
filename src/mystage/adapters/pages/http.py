"""Pages over HTTP: politely, within limits, and never where the input may not reach."""

from __future__ import annotations

import asyncio
import base64
import ssl
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes

import httpcore
import httpx

from mystage.adapters.pages.addresses import check_public, is_closed_literal, parse_url, shown
from mystage.adapters.pages.content import ACCEPTED, undo
from mystage.adapters.pages.network import CachedResolver, GuardedBackend, Resolver, system_resolver
from mystage.adapters.pages.outcomes import (
    TRANSPORT_ERRORS,
    VisitEnded,
    is_challenge,
    judge_status,
    of_error,
    of_transport_error,
    retry_after_seconds,
)
from mystage.adapters.pages.pacing import HostPaused, Hosts
from mystage.adapters.pages.robots import MAX_ROBOTS, Robots
from mystage.adapters.pages.settings import FetchSettings, user_agent
from mystage.adapters.pages.wire import Wire
from mystage.application.ports.pages import PageFetcher, PageRequest, PageResult
from mystage.domain.errors import Invalid, MystageError, TooLarge
from mystage.domain.pipeline.quotas import LIMIT_HEADERS
from mystage.domain.pipeline.scrapes import FetchOutcome

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LARGE = 2 * 1024 * 1024
_LARGE_AT_ONCE = 3
"""Bodies above `_LARGE` bytes that are read at once: hundreds of endless ones must not fill the memory."""
_ERROR_PAGE = 64 * 1024
"""Bytes of an error page that are read, to tell a challenge from a refusal."""


@dataclass(slots=True)
class _Visit:
    """One fetch on its way: where it is, and how much of its time is left."""

    request: PageRequest
    url: httpx.URL
    public: bool
    seconds: float
    headers: list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class _Answer:
    """One response, with its body as sent."""

    status: int
    headers: httpx.Headers
    raw: bytes


class HttpPageFetcher(PageFetcher):
    """Fetches http and https addresses.

    A visit passes, on each hop of its redirects: the guard (scheme, port, user name; the IP address when connecting),
    the host's robots.txt, the host's turn. The operator vouches for the host that he named, not for where it sends us:
    a redirect to another host is guarded even in a trusted visit, unless it came from a private address itself.

    Args:
        settings: limits and manners.
        resolver: finds the addresses of a host; default: the operating system, remembered for a minute.
        tls: whose certificates are trusted; default: those of certifi.
    """

    def __init__(
        self,
        settings: FetchSettings | None = None,
        resolver: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings = settings or FetchSettings()
        find = resolver or CachedResolver(system_resolver)
        self._hosts = Hosts()
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)
        self._robots = Robots(self._read_robots, settings)
        tls = tls or httpx.create_ssl_context()
        self._trusted = Wire(GuardedBackend(find, guarded=False), tls, settings.connections)
        self._guarded = Wire(GuardedBackend(find, guarded=not settings.allow_private), tls, settings.connections)
        self._headers = [
            (b"User-Agent", user_agent(settings.contact).encode("ascii", "replace")),
            (
                b"Accept",
                b"text/html,application/xhtml+xml,application/json,text/calendar,application/xml;q=0.9,*/*;q=0.8",
            ),
            (b"Accept-Encoding", ACCEPTED.encode()),
        ]
        self._timeouts = {
            "connect": settings.connect_timeout,
            "read": settings.read_timeout,
            "write": settings.read_timeout,
        }

    async def fetch(self, request: PageRequest) -> PageResult:
        try:
            url = parse_url(request.signed.url if request.signed else request.url)
            visit = _Visit(
                request, url, request.public, self._settings.total_timeout, self._request_headers(request, url)
            )
            return await self._visit(visit)
        except VisitEnded as ended:
            return _ended(request, ended)
        except MystageError as error:
            return _ended(request, of_error(error))

    async def close(self) -> None:
        await self._trusted.close()
        await self._guarded.close()

    def _request_headers(self, request: PageRequest, url: httpx.URL) -> list[tuple[bytes, bytes]]:
        headers = self._headers
        if request.etag:
            headers = [*headers, (b"If-None-Match", _header_value(request.etag))]
        if request.last_modified:
            headers = [*headers, (b"If-Modified-Since", _header_value(request.last_modified))]
        if request.signed:
            own = [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in request.signed.headers]
            named = {name.lower() for name, _ in own}
            headers = [pair for pair in headers if pair[0].lower() not in named] + own
            if request.signed.body:
                headers = [*headers, (b"Content-Length", str(len(request.signed.body)).encode())]
        if url.userinfo and not request.public:
            login = base64.b64encode(unquote_to_bytes(url.userinfo))
            headers = [*headers, (b"Authorization", b"Basic " + login)]
        return headers

    async def _visit(self, visit: _Visit) -> PageResult:
        """Follow the redirects to the answer."""
        seen = {str(visit.url)}
        for _ in range(self._settings.max_redirects + 1):
            answer = await self._hop(visit)
            location = answer.headers.get("location") if answer.status in _REDIRECTS else None
            if location is None:
                return self._result(visit, answer)
            self._follow(visit, location)
            if str(visit.url) in seen:
                break
            seen.add(str(visit.url))
        raise VisitEnded("redirect_loop", f"{visit.request.url}: redirected without end ({len(seen)} addresses)")

    async def _hop(self, visit: _Visit) -> _Answer:
        """One request, when robots.txt and the host's turn allow it."""
        url, politeness = visit.url, visit.request.politeness
        if visit.public:
            check_public(url, self._settings.public_ports)
        rate = politeness.requests_per_second
        interval = 1.0 / rate if rate > 0 else 0.0
        if politeness.obey_robots:
            interval = max(interval, await self._robots.delay_for(url, public=visit.public))
        gate = self._hosts.gate(url.netloc.decode("ascii"))
        try:
            await gate.enter(interval, max(1, politeness.concurrency), self._settings.patience)
        except HostPaused as paused:
            reason = f"{shown(url)}: the host asked for a pause"
            raise VisitEnded("host_paused", reason, retryable=True, retry_after=paused.seconds) from paused
        try:
            answer = await self._exchange(visit, self._settings.max_bytes)
        finally:
            gate.leave()
        pause = retry_after_seconds(answer.headers.get("retry-after"), datetime.now(UTC))
        if pause and answer.status in (429, 503):
            gate.pause(min(pause, self._settings.max_pause))
        return answer

    async def _exchange(self, visit: _Visit, limit: int, *, cut: bool = False) -> _Answer:
        """Send the request and read the answer, within what is left of the visit's time."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        wire = self._guarded if visit.public else self._trusted
        try:
            async with asyncio.timeout(visit.seconds), self._send(wire, visit) as response:
                return await _read(response, limit, shown(visit.url), self._large, cut=cut)
        except TimeoutError as error:
            reason = f"{shown(visit.url)}: not done within {self._settings.total_timeout:g} s"
            raise VisitEnded("timeout", reason, retryable=True) from error
        except TRANSPORT_ERRORS as error:
            raise of_transport_error(error, shown(visit.url)) from error
        finally:
            visit.seconds = max(0.0, visit.seconds - (loop.time() - started))

    def _send(self, wire: Wire, visit: _Visit) -> AbstractAsyncContextManager[httpcore.Response]:
        signed = visit.request.signed
        if signed is None:
            return wire.get(visit.url, visit.headers, self._timeouts)
        return wire.get(visit.url, visit.headers, self._timeouts, method=signed.method, body=signed.body)

    def _follow(self, visit: _Visit, location: str) -> None:
        """Turn to where the answer points. A signed request goes nowhere else: its key is for one address."""
        if visit.request.signed:
            raise VisitEnded("bad_redirect", f"{visit.request.url}: an API's request was redirected")
        before = visit.url
        try:
            visit.url = parse_url(str(before.join(location)))
        except (httpx.InvalidURL, ValueError, Invalid) as error:
            reason = f"{shown(before)}: redirects to what is no http(s) address: {location[:200]}"
            raise VisitEnded("bad_redirect", reason) from error
        if visit.url.host == before.host:
            return
        visit.headers = [pair for pair in visit.headers if pair[0] != b"Authorization"]
        visit.public = visit.public or not is_closed_literal(before.host)

    def _result(self, visit: _Visit, answer: _Answer) -> PageResult:
        """The port's answer."""
        request, status, headers = visit.request, answer.status, answer.headers
        where = shown(visit.url)
        if status == 304 and (request.etag or request.last_modified):
            return PageResult(
                url=request.url,
                outcome=FetchOutcome.NOT_MODIFIED,
                status=status,
                final_url=where,
                etag=headers.get("etag") or request.etag,
                last_modified=headers.get("last-modified") or request.last_modified,
            )
        outcome, retryable = judge_status(status)
        body = self._body(answer, outcome, where)
        if is_challenge(status, headers, body):
            reason = f"{where}: answered {status} with a challenge for visitors"
            raise VisitEnded("challenge", reason, outcome=FetchOutcome.BLOCKED, status=status)
        if outcome is not FetchOutcome.OK:
            pause = retry_after_seconds(headers.get("retry-after"), datetime.now(UTC))
            raise VisitEnded(
                f"http_{status}",
                f"{where}: answered {status}",
                outcome=outcome,
                retryable=retryable,
                retry_after=pause,
                status=status,
                headers=_limits(headers),
            )
        if not body or body.isspace():
            raise VisitEnded(
                "empty", f"{where}: answered {status} without a body", outcome=FetchOutcome.EMPTY, status=status
            )
        return PageResult(
            url=request.url,
            outcome=FetchOutcome.OK,
            status=status,
            body=body,
            media_type=headers.get("content-type", ""),
            final_url=where,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            headers=_limits(headers),
        )

    def _body(self, answer: _Answer, outcome: FetchOutcome, where: str) -> bytes:
        """The body as it was meant. That of an error page, which may be cut, is what can be had of it."""
        encoding = answer.headers.get("content-encoding", "")
        try:
            return undo(answer.raw, encoding, self._settings.max_bytes, where=where)
        except Invalid:
            if outcome is FetchOutcome.OK:
                raise
            return answer.raw

    async def _read_robots(self, url: httpx.URL, public: bool) -> tuple[int, bytes]:  # noqa: FBT001 - RobotsReader
        """Fetch a robots.txt. It is not held to the host's turn: it is one request an hour."""
        visit = _Visit(PageRequest(str(url)), url, public, self._settings.total_timeout, self._headers)
        seen: set[str] = set()
        while str(visit.url) not in seen and len(seen) <= self._settings.max_redirects:
            seen.add(str(visit.url))
            if visit.public:
                check_public(visit.url, self._settings.public_ports)
            answer = await self._exchange(visit, MAX_ROBOTS, cut=True)
            location = answer.headers.get("location") if answer.status in _REDIRECTS else None
            if location is None:
                encoding = answer.headers.get("content-encoding", "")
                try:
                    return answer.status, undo(answer.raw, encoding, 8 * MAX_ROBOTS, where=str(visit.url))
                except Invalid as error:
                    raise of_error(error) from error
            self._follow(visit, location)
        raise VisitEnded("redirect_loop", f"{url}: redirected without end")


async def _read(response: httpcore.Response, limit: int, where: str, large: asyncio.Semaphore, *, cut: bool) -> _Answer:
    """Read a body up to a limit, a large one in its turn.

    Error pages, and with `cut` all bodies, are cut there; others are too large.
    """
    headers = httpx.Headers(response.headers)
    status = response.status
    if status >= 300:
        limit, cut = min(limit, _ERROR_PAGE), True
    length = headers.get("content-length", "")
    if not cut and length.isascii() and length.isdigit() and int(length[:20]) > limit:
        raise TooLarge(f"{int(length[:20]):,} bytes announced, more than {limit:,}", where=where)
    parts: list[bytes] = []
    size = 0
    async with AsyncExitStack() as turn:
        async for part in response.aiter_stream():
            if size <= _LARGE < size + len(part):
                await turn.enter_async_context(large)
            parts.append(part)
            size += len(part)
            if size > limit:
                if not cut:
                    raise TooLarge(f"more than {limit:,} bytes", where=where)
                break
        raw = parts[0] if len(parts) == 1 else b"".join(parts)
        return _Answer(status, headers, raw[:limit])


def _header_value(text: str) -> bytes:
    """A validator as it goes into a header; a line break would begin a header of its own."""
    return text.replace("\r", "").replace("\n", "").encode("latin-1", "replace")


def _limits(headers: httpx.Headers) -> dict[str, str]:
    """The headers that speak of limits."""
    return {name: value for name, value in headers.items() if LIMIT_HEADERS.match(name)}


def _ended(request: PageRequest, ended: VisitEnded) -> PageResult:
    return PageResult(
        url=request.url,
        outcome=ended.outcome,
        status=ended.status,
        reason=ended.reason,
        code=ended.code,
        retryable=ended.retryable,
        retry_after=ended.retry_after,
        headers=ended.headers,
    )
