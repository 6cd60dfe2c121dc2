"""What every command shares: settings, logging, an open container, and printing."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from mystage.backends import store_file
from mystage.containers import Container, running
from mystage.domain.errors import Invalid, NotFound
from mystage.entrypoints.logs import configure_logging
from mystage.settings import Settings, load

R = TypeVar("R")


def settings_of(data: Path | None) -> Settings:
    """The settings, with the folder that the command line names."""
    return load(data=data)


def with_container(data: Path | None, work: Callable[[Container], Awaitable[R]], *, makes: bool = False) -> R:
    """Run `work` with an open container and close it afterwards.

    `makes`: whether this command may begin a catalogue. One that only reads or corrects must not: a mistyped folder
    would look like an empty catalogue, and leave one behind.

    Raises:
        NotFound: there is no catalogue where the settings look for one, and the command does not make it.
    """
    settings = settings_of(data)
    if not makes:
        require_catalogue(settings)
    configure_logging(settings)

    async def session() -> R:
        async with running(settings) as container:
            return await work(container)

    return asyncio.run(session())


def require_catalogue(settings: Settings) -> None:
    """Raises NotFound where the catalogue would be a SQLite file and there is none; other stores say so themselves."""
    file = store_file(settings)
    if file is None or file.exists():
        return
    if file.parent.exists() and not file.parent.is_dir():
        hint = "name a folder with --data or MYSTAGE_DATA"
        raise Invalid("the data folder is a file", where=str(file.parent), hint=hint)
    hint = "name the folder of one with --data or MYSTAGE_DATA, or begin one here: mystage run FILE-OR-ADDRESS"
    raise NotFound("there is no catalogue here", where=str(file.parent), hint=hint)


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
