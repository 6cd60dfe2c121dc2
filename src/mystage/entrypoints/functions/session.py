"""One open container for the life of a function's process, on an event loop of its own.

functions-framework calls targets from threads; the container's adapters belong to one loop.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TypeVar

from mystage.containers import Container, running
from mystage.entrypoints.logs import configure_logging
from mystage.settings import Settings, load

R = TypeVar("R")


class Session:
    """Opens the container at the first call. Calls may come from any thread."""

    def __init__(self, settings: Callable[[], Settings] = load) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stack = AsyncExitStack()
        self._container: Container | None = None

    def call(self, work: Callable[[Container], Awaitable[R]]) -> R:
        """Run `work` with the open container and wait for its result."""
        with self._lock:
            loop, container = self._open()

        async def session() -> R:
            return await work(container)

        return asyncio.run_coroutine_threadsafe(session(), loop).result()

    def close(self) -> None:
        """Close the container; a later call opens a new one."""
        with self._lock:
            loop, thread = self._loop, self._thread
            if loop is None or thread is None:
                return
            asyncio.run_coroutine_threadsafe(self._stack.aclose(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()
            self._loop = self._thread = self._container = None

    def _open(self) -> tuple[asyncio.AbstractEventLoop, Container]:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="mystage", daemon=True)
            self._thread.start()
            atexit.register(self.close)
        if self._container is None:  # also after an opening that failed: the next call tries again
            settings = self._settings()
            configure_logging(settings)
            opening = self._stack.enter_async_context(running(settings))
            self._container = asyncio.run_coroutine_threadsafe(opening, self._loop).result()
        return self._loop, self._container
