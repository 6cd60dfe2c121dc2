"""A container whose live sources are simulators, without waiting for the limits of the real ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from dependency_injector import providers
from tests.support.simulators.server import KEY, Simulator, serving

from mystage.adapters.live import ManifestLive
from mystage.application.ports.documents import Query
from mystage.containers import Container, running
from mystage.domain.collections import ALL
from mystage.domain.pipeline.discovery import Ask
from mystage.domain.pipeline.quotas import Limit
from mystage.settings import Settings

AMPLE = (Limit(calls=100_000, seconds=1),)
KEYS = (
    "BANDSINTOWN_APP_ID", "TICKETMASTER_KEY", "EVENTBRITE_TOKEN", "SONGKICK_KEY", "SEATGEEK_CLIENT_ID", "YELP_KEY",
    "APIFY_TOKEN", "GOOGLE_MAPS_KEY", "LASTFM_KEY", "SETLISTFM_KEY",
)  # fmt: skip


@asynccontextmanager
async def simulated(simulators: Mapping[str, Simulator], **settings: Any) -> AsyncIterator[Container]:
    """A container on the memory profile (unless told otherwise) in which these live sources are the simulators."""
    async with AsyncExitStack() as stack:
        addresses = {name: stack.enter_context(serving(simulator)) for name, simulator in simulators.items()}
        keys = {f"MYSTAGE_{name}": KEY for name in KEYS}
        if "facebook" in addresses:
            keys["MYSTAGE_FACEBOOK_SCRAPER"] = addresses["facebook"]
        live = ManifestLive(keys, addresses, dict.fromkeys(simulators, AMPLE))
        given = {"profile": "memory", "retry_base": 0.01, "retry_cap": 0.02} | settings
        container = await stack.enter_async_context(running(Settings(**given)))
        container.live.override(providers.Object(live))
        yield container


async def discover(container: Container, name: str, ask: Ask) -> None:
    """Ask, and work until nothing is left to do."""
    done = await container.discover().ask([name], ask)
    assert done.refused == []
    await container.worker().run(until_idle=True, patience=30.0)


async def everything_stored(container: Container) -> bytes:
    """Every document, counter name and blob, as bytes in which a key would be found."""
    store, parts = container.store(), list[bytes]()
    for collection in ALL:
        parts += [record.body for record in (await store.find(Query(collection.name))).records]
    parts += [name.encode() for name in await store.counters("")]
    parts += list(container.blobs()._kept.values())
    return b"\n".join(parts)
