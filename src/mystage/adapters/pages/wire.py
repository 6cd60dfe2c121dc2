"""Connections that are kept open between the pages of a host."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpcore
import httpx

from mystage.adapters.pages.network import GuardedBackend

_KEPT_FOR = 15.0
"""Seconds that an idle connection is kept; many servers close theirs soon after."""
_LOST = (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError)
"""How a kept connection shows that the server closed it meanwhile."""

_Origin = tuple[bytes, bytes, int]


class Wire:
    """Connections behind one backend: each serves one request at a time, and is kept for the next one of its host.

    Guarded and trusted visits never share a wire: a connection that was opened to a private address for the operator
    must not carry a stranger's request. httpcore's own pool looks at all of its connections on every request, several
    times; with the hosts' turns already ordered outside, a stack for each host does for half the time.

    Args:
        backend: opens the connections.
        tls: whose certificates are trusted.
        connections: the most at once, over all hosts; half as many are kept while idle.
    """

    def __init__(self, backend: GuardedBackend, tls: ssl.SSLContext, connections: int) -> None:
        self._backend = backend
        self._tls = tls
        self._places = asyncio.Semaphore(connections)
        self._kept_most = max(1, connections // 2)
        self._kept: dict[_Origin, deque[httpcore.AsyncHTTPConnection]] = {}
        self._kept_count = 0
        self._swept = time.monotonic()

    @asynccontextmanager
    async def get(
        self,
        url: httpx.URL,
        headers: list[tuple[bytes, bytes]],
        timeouts: dict[str, float],
        *,
        method: str = "GET",
        body: bytes = b"",
    ) -> AsyncIterator[httpcore.Response]:
        """Send a request; the answer's body is read inside. A connection that went stale while kept is replaced, once.

        What is no GET goes out on a fresh connection: it may not be sent twice.

        Raises what httpcore and the backend raise.
        """
        port = url.port or (443 if url.scheme == "https" else 80)
        request = httpcore.Request(
            method.encode("ascii"),
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port, target=url.raw_path),
            headers=[(b"Host", url.netloc), *headers],
            content=body,
            extensions={"timeout": timeouts},
        )
        origin = (url.raw_scheme, url.raw_host, port)
        async with self._places:
            connection, response = await self._send(origin, request, kept=method == "GET")
            try:
                yield response
            finally:
                await response.aclose()
                await self._give_back(origin, connection)

    async def close(self) -> None:
        """Close all idle connections."""
        kept, self._kept, self._kept_count = self._kept, {}, 0
        for connections in kept.values():
            for connection in connections:
                await connection.aclose()

    async def _send(
        self, origin: _Origin, request: httpcore.Request, *, kept: bool
    ) -> tuple[httpcore.AsyncHTTPConnection, httpcore.Response]:
        used = await self._take(origin) if kept else None
        if used is not None:
            try:
                return used, await used.handle_async_request(request)
            except BaseException as error:
                await used.aclose()
                if not isinstance(error, _LOST):
                    raise
        fresh = httpcore.AsyncHTTPConnection(
            httpcore.Origin(*origin),
            ssl_context=self._tls,
            keepalive_expiry=_KEPT_FOR,
            network_backend=self._backend,
        )
        try:
            return fresh, await fresh.handle_async_request(request)
        except BaseException:
            await fresh.aclose()
            raise

    async def _take(self, origin: _Origin) -> httpcore.AsyncHTTPConnection | None:
        """The connection of a host that was used last, if it is still good."""
        connections = self._kept.get(origin)
        while connections:
            connection = connections.pop()
            self._kept_count -= 1
            if not connections:
                self._kept.pop(origin, None)
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    async def _give_back(self, origin: _Origin, connection: httpcore.AsyncHTTPConnection) -> None:
        if time.monotonic() - self._swept > _KEPT_FOR:
            await self._sweep()
        if connection.is_idle() and self._kept_count < self._kept_most:
            self._kept.setdefault(origin, deque()).append(connection)
            self._kept_count += 1
        elif not connection.is_closed():
            await connection.aclose()

    async def _sweep(self) -> None:
        """Close what was kept for too long, of hosts that are not visited any more."""
        self._swept = time.monotonic()
        kept, self._kept, self._kept_count = self._kept, {}, 0
        expired: list[httpcore.AsyncHTTPConnection] = []
        for origin, connections in kept.items():
            good = deque(connection for connection in connections if not connection.has_expired())
            expired += [connection for connection in connections if connection not in good]
            if good:
                self._kept[origin] = good
                self._kept_count += len(good)
        for connection in expired:
            await connection.aclose()
