"""The API: one module for each resource."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from mystage.entrypoints.http.routes import entities, health, images, lists, operations, search, urls

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    entities.router,
    lists.router,
    search.router,
    urls.router,
    operations.router,
    images.router,
)
