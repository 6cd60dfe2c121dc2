"""What every command shares: settings, logging, an open container, and printing."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from mystage.containers import Container, running
from mystage.entrypoints.logs import configure_logging
from mystage.settings import Settings, load

R = TypeVar("R")


def settings_of(data: Path | None) -> Settings:
    """The settings, with the folder that the command line names."""
    return load(data=data)


def with_container(data: Path | None, work: Callable[[Container], Awaitable[R]]) -> R:
    """Run `work` with an open container and close it afterwards."""
    settings = settings_of(data)
    configure_logging(settings)

    async def session() -> R:
        async with running(settings) as container:
            return await work(container)

    return asyncio.run(session())


def print_json(value: Any) -> None:
    """One JSON value on standard output."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, default=str) + "\n")


def plain(value: Any) -> Any:
    """Models as JSON-ready values."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value
