"""A TCP proxy on loopback that can cut, delay and stall what passes through it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress


class Proxy:
    """Passes bytes between its own port and a server's. Start it within an event loop, and close it there."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self.delay = 0.0
        """Seconds that every piece is held up."""
        self.refusing = False
        """Whether new connections are closed at once."""
        self.passed = 0
        """Pieces that passed, both ways."""
        self.cut_after: int | None = None
        """Cut everything after so many more pieces."""
        self.accepted = 0
        """Connections that were passed on."""
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def host(self) -> str:
        """Where it listens, as `host:port`."""
        return f"127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Break every connection."""
        for writer in list(self._writers):
            writer.transport.abort()

    def stall(self) -> None:
        """Let nothing pass, and break nothing."""
        self._flowing.clear()

    def flow(self) -> None:
        """End a stall."""
        self._flowing.set()

    async def close(self) -> None:
        self.flow()
        self.cut()
        if self._server is not None:
            self._server.close()
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self.accepted += 1
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        finally:
            self._writers -= {writer, back}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(65_536):
                if self.delay:
                    await asyncio.sleep(self.delay)
                await self._flowing.wait()
                if self.cut_after is not None:
                    if self.cut_after <= 0:
                        self.cut()
                        break
                    self.cut_after -= 1
                self.passed += 1
                writer.write(piece)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def proxy_to(port: int):
    """A proxy that serves while the block runs."""
    proxy = Proxy(port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.close()
