"""`store copy`, `verify`, `dump`, `load` and `migrate`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Self

import typer
from rich.console import Console

from mystage.application.moving.copying import Copied, CopyStore, compare
from mystage.application.moving.dumping import load as load_rows
from mystage.application.moving.dumping import rows_of
from mystage.backends import canonical_json, dump_at, moved_collections, store_at, store_of, system_clock
from mystage.entrypoints.cli.errors import PARTLY
from mystage.entrypoints.cli.session import print_json, settings_of
from mystage.entrypoints.logs import configure_logging


def copy(source: str, target: str, *, leave_tasks: bool, json: bool) -> None:
    """The command."""

    async def work() -> Copied:
        async with AsyncExitStack() as stack:
            left, right = (
                await stack.enter_async_context(opened(source)),
                await stack.enter_async_context(opened(target)),
            )
            with _Progress(quiet=json) as progress:
                moving = CopyStore(left, right, moved_collections(), canonical=canonical_json())
                return await moving.run(progress, leave_tasks=leave_tasks)

    done = asyncio.run(_session(work()))
    _tell(
        list(done.differences), f"{done.documents:,} documents and {done.entries:,} journal entries copied", json=json
    )


def verify(left: str, right: str, *, json: bool) -> None:
    """The command."""

    async def work() -> list[str]:
        async with opened(left) as one, opened(right) as other:
            return await compare(one, other, moved_collections(), canonical_json())

    _tell(asyncio.run(_session(work())), "both stores were read whole", json=json)


def _tell(differences: list[str], done: str, *, json: bool) -> None:
    if json:
        print_json({"done": done, "equal": not differences, "differences": differences})
    else:
        console = Console(soft_wrap=True)
        for line in differences:
            console.print(f"[red]differs[/red] {line}", highlight=False)
        verdict = "they hold the same." if not differences else f"{len(differences)} differences."
        console.print(f"{done}; {verdict}", highlight=False)
    if differences:
        raise typer.Exit(PARTLY)


def dump(file: Path, source: str, *, data: Path | None, json: bool) -> None:
    """The command."""

    async def work() -> int:
        async with opened(source, data) as store:
            with _Progress(quiet=json) as progress:
                return await dump_at(file).write(rows_of(store, moved_collections(), progress))

    count = asyncio.run(_session(work()))
    _count(count, f"{count:,} rows written to {file}", json=json)


def load(file: Path, target: str, *, data: Path | None, json: bool) -> None:
    """The command."""

    async def work() -> int:
        async with opened(target, data) as store:
            with _Progress(quiet=json) as progress:
                return await load_rows(store, moved_collections(), dump_at(file).read(), progress)

    count = asyncio.run(_session(work()))
    _count(
        count, f"{count:,} rows loaded from {file}. The search index is not part of a dump: mystage rebuild", json=json
    )


def _count(count: int, text: str, *, json: bool) -> None:
    print_json({"rows": count}) if json else Console(soft_wrap=True).print(text, highlight=False)


def migrate(target: str, *, data: Path | None, json: bool) -> None:
    """The command: opening a store brings its tables up to date."""

    async def work() -> None:
        async with opened(target, data):
            return

    asyncio.run(_session(work()))
    print_json({"migrated": True}) if json else Console().print("The store is up to date.")


async def _session(work: Any) -> Any:
    configure_logging(settings_of(None))
    return await work


@asynccontextmanager
async def opened(url: str, data: Path | None = None) -> AsyncIterator[Any]:
    """The store at a URL (of the settings, where none is given), open."""
    store = store_at(url, system_clock()) if url else store_of(settings_of(data), system_clock())
    await store.open()
    try:
        yield store
    finally:
        await store.close()


class _Progress:
    """One line on standard error that says how far it has come; silent where nobody watches."""

    def __init__(self, *, quiet: bool) -> None:
        console = Console(stderr=True)
        self._status = console.status("starting") if console.is_terminal and not quiet else None

    def __enter__(self) -> Self:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._status:
            self._status.stop()

    def __call__(self, name: str, count: int) -> None:
        if self._status:
            self._status.update(f"{name} {count:,}")
