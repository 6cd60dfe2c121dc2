"""The HTTP application with a real container and a small catalogue, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.support.pages import folder_of_pages

from mystage.application.catalogue.entities import publish_task
from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import Container
from mystage.domain.catalog import VENUES, Venue
from mystage.domain.values import Kind
from mystage.entrypoints.http.api import create_app
from mystage.settings import Settings

HOSTILE = '<script>alert("x")</script>'


@dataclass
class Served:
    """An open application: a client that calls it, and its container to look behind it."""

    client: httpx.AsyncClient
    container: Container
    app: Any


@asynccontextmanager
async def served(**settings: Any) -> AsyncIterator[Served]:
    """The application on the memory profile, without a worker of its own unless asked for."""
    app = create_app(Settings(**{"profile": "memory", "serve_worker": False} | settings))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Served(client, app.state.container, app)


async def work_off(container: Container) -> None:
    """Do all that is queued."""
    await container.worker().run(until_idle=True, patience=0.0)


async def fill(container: Container, folder: Path) -> None:
    """A few pages through the real pipeline, and a venue whose every text is hostile."""
    await container.submit().paths([str(folder_of_pages(folder / "pages", 12))])
    await work_off(container)
    unit, now = UnitOfWork(container.store()), container.clock().now()
    unit.of(VENUES).put(
        Venue(
            id="ven_hostile",
            kind=Kind.VENUE,
            name=HOSTILE,
            street='" onmouseover="alert(1)',
            description="</td><img src=x onerror=alert(1)>",
            website="javascript:alert(1)",
            links=("https://good.example/?a=1&b=<2>",),
            locality="Oststrand",
            country="DK",
            lat=55.67,
            lon=12.57,
            fingerprint="f",
            created_at=now,
            updated_at=now,
        )
    )
    unit.queue(publish_task(Kind.VENUE, "ven_hostile"))
    await unit.commit()
    await work_off(container)


def ids(answer: httpx.Response) -> list[str]:
    """The ids of a list's page."""
    return [item["id"] for item in answer.json()["items"]]
