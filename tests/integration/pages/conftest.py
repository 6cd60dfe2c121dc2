"""A web server on loopback whose every byte a test decides."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from mystage.adapters.pages.http import HttpPageFetcher
from mystage.adapters.pages.settings import FetchSettings
from mystage.application.ports.pages import PageRequest, Politeness

FAST = Politeness(requests_per_second=1e6, concurrency=8, obey_robots=False)


def answer(status: int = 200, body: bytes = b"", *, length: int | None = None, **headers: str) -> bytes:
    """A whole HTTP answer; `length` is what it claims to hold, underscores in header names stand for dashes."""
    lines = [f"HTTP/1.1 {status} Said So", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Visit:
    path: str
    headers: dict[str, str]
    at: float


Route = bytes | Callable[[Visit, asyncio.StreamWriter], Awaitable[bytes | None]]


@dataclass
class Site:
    """Routes by path; a route is the answer's bytes, or a function that gives them (None: it closes the connection)."""

    port: int = 0
    scheme: str = "http"
    routes: dict[str, Route] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    connections: int = 0
    active: int = 0
    most_active: int = 0

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [visit.path for visit in self.visits]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self.converse(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
            raise
        else:
            writer.close()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                pairs = (line.split(": ", 1) for line in head[1:] if line)
                visit = Visit(head[0].split()[1], {k.lower(): v for k, v in pairs}, time.monotonic())
                self.visits.append(visit)
                self.active += 1
                self.most_active = max(self.most_active, self.active)
                try:
                    route = self.routes.get(visit.path, answer(404, b"none"))
                    data = route if isinstance(route, bytes) else await route(visit, writer)
                finally:
                    self.active -= 1
                if data is None:
                    break
                writer.write(data)
                await writer.drain()


@pytest.fixture
async def start_site() -> AsyncIterator[Callable[..., Awaitable[Site]]]:
    """Starts a site on a free port of 127.0.0.1."""
    servers: list[asyncio.Server] = []
    tasks: set[asyncio.Task[None]] = set()

    async def start(tls: ssl.SSLContext | None = None) -> Site:
        site = Site(scheme="https" if tls else "http")

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(site.handle(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
        servers.append(server)
        site.port = server.sockets[0].getsockname()[1]
        return site

    yield start
    for server in servers:
        server.close()
    for task in tuple(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)  # aborted connections are closed by the loop's next turn


@pytest.fixture
async def site(start_site) -> Site:
    return await start_site()


@pytest.fixture
async def make_fetcher() -> AsyncIterator[Callable[..., HttpPageFetcher]]:
    """Makes fetchers that are closed after the test; keyword arguments are those of `FetchSettings`."""
    made: list[HttpPageFetcher] = []

    def make(resolver=None, tls=None, **settings) -> HttpPageFetcher:
        made.append(HttpPageFetcher(FetchSettings(**settings), resolver, tls))
        return made[-1]

    yield make
    for fetcher in made:
        await fetcher.close()


@pytest.fixture
def fetcher(make_fetcher) -> HttpPageFetcher:
    return make_fetcher()


@pytest.fixture
def reply() -> Callable[..., bytes]:
    return answer


@pytest.fixture
def ask() -> Callable[..., PageRequest]:
    """A request that nothing slows down, unless the test says so."""

    def make(url: str, **changes) -> PageRequest:
        return PageRequest(url, **{"politeness": FAST, **changes})

    return make
