"""The application: routes, problems, the guard around them, and a lifespan that opens the container."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException

from mystage import __version__
from mystage.application.runtime.worker import Worker
from mystage.containers import Container, running, scheduling
from mystage.domain.errors import MystageError
from mystage.entrypoints.http import pages
from mystage.entrypoints.http.guard import Guard
from mystage.entrypoints.http.problems import Problem
from mystage.entrypoints.http.routes import ROUTERS
from mystage.settings import Settings

log = structlog.get_logger("mystage.http")
_DESCRIPTION: Final = """Venues, artists and performances of live music, each field with the source it comes from.

All errors are RFC 9457 problems (`application/problem+json`) with a stable `code`. Lists are read by cursor: give
`next` of one page as `after` of the following. Times of performances are wall clock at the venue."""
_PATIENCE: Final = 10.0
"""Seconds that batches under way get to end when the server stops; their leases bring them back otherwise."""
_PAUSE: Final = 5.0
"""Seconds before a worker that broke down is started again."""


def create_app(settings: Settings, *, hosts: Collection[str] | None = None) -> FastAPI:
    """The application. `hosts`: names by which it may be called; None: any."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _opened(app, settings) as container, _working(container, wanted=settings.serve_worker):
            yield

    app = FastAPI(
        title="MyStage",
        version=__version__,
        description=_DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from elsewhere; ours at /docs does not
        redoc_url=None,
        redirect_slashes=False,
    )
    for kind in (MystageError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, pages.answer_error)
    for router in (*ROUTERS, pages.router):
        app.include_router(router)
    app.add_middleware(Guard, hosts=hosts)
    _describe_problems(app)
    return app


@asynccontextmanager
async def _opened(app: FastAPI, settings: Settings) -> AsyncIterator[Container]:
    """The open container; an error that keeps it shut is left in `app.state.failure`, for uvicorn only says that it is."""
    app.state.failure = None
    opening = running(settings)
    try:
        app.state.container = await opening.__aenter__()
    except Exception as error:
        app.state.failure = error
        raise
    try:
        yield app.state.container
    finally:
        await opening.__aexit__(None, None, None)


@asynccontextmanager
async def _working(container: Container, *, wanted: bool) -> AsyncIterator[None]:
    """With a worker in the background, so that what is submitted is also processed."""
    if not wanted:
        yield
        return
    crew = _Crew(container)
    task = asyncio.create_task(crew.work())
    try:
        async with scheduling(container):
            yield
    finally:
        crew.stop()
        with suppress(asyncio.CancelledError, TimeoutError):  # cut short: the leases of its tasks run out
            await asyncio.wait_for(task, _PATIENCE)


class _Crew:
    """One worker at a time; one that breaks down is replaced after a pause."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._stopping = asyncio.Event()
        self._worker: Worker | None = None

    def stop(self) -> None:
        """Let the batches under way end, then be done."""
        self._stopping.set()
        if self._worker is not None:
            self._worker.stop()

    async def work(self) -> None:
        """Work until stopped."""
        while not self._stopping.is_set():
            worker: Worker = self._container.worker()
            self._worker = worker
            try:
                await worker.run()
            except Exception:
                log.exception("the worker broke down; a new one starts soon", seconds=_PAUSE)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), _PAUSE)


def _describe_problems(app: FastAPI) -> None:
    """Add the schema of problems to the OpenAPI document, which refers to it."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            _, schemas = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
            document.setdefault("components", {}).setdefault("schemas", {}).update(schemas["$defs"])
        return plain()

    app.openapi = openapi  # type: ignore[method-assign]  # the way FastAPI documents for extending it
