"""A memory container whose clock stands still from the start (one that is set later leaves the store on the machine's)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from dependency_injector import providers
from tests.support.world import World

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.adapters.system.clocks import ManualClock
from mystage.containers import Container
from mystage.settings import Settings


@asynccontextmanager
async def clocked(clock: ManualClock, web: MemoryPageFetcher, **settings: Any) -> AsyncIterator[Container]:
    """An open container on the memory profile; pages are looked up in `web`."""
    container = Container(settings=Settings(**{"profile": "memory"} | settings))
    container.clock.override(providers.Object(clock))
    container.fetcher.override(providers.Object(web))
    await container.store().open()
    try:
        yield container
    finally:
        await container.store().close()


async def settle(container: Container) -> None:
    """Do all that waits, later retries included: the clock is moved to them."""
    await World(container, container.clock()).work()
