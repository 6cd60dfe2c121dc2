"""What politeness, guards and repair cost: our fetcher against a bare `httpx.AsyncClient.get`, in one run.

A server in a process of its own (loopback, raw asyncio, 30 KB pages with an ETag) is visited in turns by both; the
figures are medians of the CPU time of this process for each page. Run: `python benchmarks/fetch.py [pages] [rounds] [workers]`.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import httpx

from mystage.adapters.pages.http import HttpPageFetcher
from mystage.application.ports.pages import PageRequest, Politeness
from mystage.domain.pipeline.scrapes import FetchOutcome

BODY = b"<!doctype html>" + b"<p>An evening of live music in a small hall.</p>" * 625
ETAG = b'"one"'


class Server(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
            self.transport.write(self.answer(head))

    def answer(self, head: bytes) -> bytes:
        if b"/robots.txt" in head:
            text = b"User-agent: *\nDisallow: /private/\n"
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text) + text
        if ETAG in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + ETAG + b"\r\n\r\n"
        return (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: %s\r\nContent-Length: %d\r\n\r\n"
            % (ETAG, len(BODY))
        ) + BODY


def serve(pipe: Connection) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def cost(visit: Callable[[str], Awaitable[None]], urls: list[str], workers: int) -> float:
    """CPU microseconds a page, with so many `workers` at once."""
    left = iter(urls)

    async def worker() -> None:
        for url in left:
            await visit(url)

    started = time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(worker())
    return (time.process_time() - started) / len(urls) * 1e6


async def compare(port: int, pages: int, rounds: int, workers: int) -> None:
    urls = [f"http://127.0.0.1:{port}/shows/{n}" for n in range(pages)]
    fetcher = HttpPageFetcher()
    polite = Politeness(requests_per_second=1e6, concurrency=workers)
    etag = ETAG.decode()
    async with httpx.AsyncClient() as client:

        async def bare(url: str) -> None:
            assert len((await client.get(url)).content) == len(BODY)

        async def bare_conditional(url: str) -> None:
            assert (await client.get(url, headers={"If-None-Match": etag})).status_code == 304

        async def ours(url: str) -> None:
            assert len((await fetcher.fetch(PageRequest(url, politeness=polite))).body) == len(BODY)

        async def ours_conditional(url: str) -> None:
            result = await fetcher.fetch(PageRequest(url, etag=etag, politeness=polite))
            assert result.outcome is FetchOutcome.NOT_MODIFIED

        visits = {"get": (bare, ours), "conditional get": (bare_conditional, ours_conditional)}
        for name, (theirs, mine) in visits.items():
            await cost(theirs, urls[:200], workers)
            await cost(mine, urls[:200], workers)
            pairs = [(await cost(theirs, urls, workers), await cost(mine, urls, workers)) for _ in range(rounds)]
            floor, used = (median(column) for column in zip(*pairs, strict=True))
            ratio = median(mine / theirs for theirs, mine in pairs)
            print(f"{name:16} bare {floor:6.0f} us  ours {used:6.0f} us  ratio {ratio:.2f}")
    await fetcher.close()


def main() -> None:
    given = [int(value) for value in sys.argv[1:]]
    pages, rounds, workers = (*given, *(2_000, 5, 16)[len(given) :])
    parent, child = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(child,), daemon=True)
    process.start()
    try:
        asyncio.run(compare(parent.recv(), pages, rounds, workers))
    finally:
        process.terminate()


if __name__ == "__main__":
    main()
