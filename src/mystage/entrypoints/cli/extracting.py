"""`extract`: read files and print what they say."""

from __future__ import annotations

import asyncio
import json as json_
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from mystage.application.reading.model_status import ModelStatus
from mystage.application.reading.status import FunnelRow
from mystage.containers import Container
from mystage.domain.errors import Invalid
from mystage.entrypoints.cli.errors import PARTLY
from mystage.entrypoints.cli.running import difference, working
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import counted, output
from mystage.settings import load


def pending(files: Sequence[Path], *, data: Path | None, json: bool) -> None:
    """`--pending`: queue what waits for a model, and work until it is read."""
    if files:
        raise Invalid("--pending reads what the catalogue holds: it takes no files", where=str(files[0]))

    async def work(container: Container) -> tuple[int, list[FunnelRow], ModelStatus]:
        before = await container.status().funnel()
        queued = await container.pending().queue()
        await working(container.worker(), container, until_idle=True, patience=20.0, quiet=json)
        rows = difference(before, await container.status().funnel())
        return queued, rows, await container.model_status().read()

    queued, rows, model = with_container(data, work, makes=True)
    read = next(row for row in rows if row.stage == "read")
    if json:
        print_json({"queued": queued, "read": read, "model": model})
    else:
        console = output()
        console.print(f"{counted(queued, 'page')} queued: {read.changed} gave something new, {read.unchanged} the same, "
                      f"{read.nothing} nothing, {read.parked} still wait, {read.failed} failed.")  # fmt: skip
        console.print(f"${model.usd:.4f} in {counted(model.calls, 'call')} so far: mystage status")
    if read.failed:
        raise typer.Exit(PARTLY)


def extract(files: Sequence[Path], *, json: bool) -> None:
    """The command. Nothing is opened but the files."""
    if not files:
        raise Invalid("name a file or folder to read", where="extract", hint="mystage extract FILE..., or --pending")
    if asyncio.run(_extract(files, json=json)):
        raise typer.Exit(PARTLY)


async def _extract(files: Sequence[Path], *, json: bool) -> int:
    container = Container(settings=load(profile="memory"))
    reader, console, errors = container.read_files(), output(), 0
    try:
        for file in files:
            async for row in reader.rows(str(file)):
                errors += row["outcome"] == "error"
                if json:
                    sys.stdout.write(json_.dumps(row, ensure_ascii=False) + "\n")
                else:
                    _print(console, row)
    finally:
        await container.fetcher().close()
    return errors


def _print(console: Console, row: dict[str, Any]) -> None:
    counts = ", ".join(
        counted(len(row[f"{kind}s"]), kind) for kind in ("venue", "artist", "performance") if row[f"{kind}s"]
    )
    said = counts or (row["error"]["message"] if row["error"] else row["reason"])
    colour = {"records": "green", "error": "red", "parked": "yellow"}.get(row["outcome"], "dim")
    console.print(
        f"[{colour}]{row['outcome']:8}[/{colour}] {escape(row['file'])}  [dim]{row['source']}[/dim]  {escape(said)}"
    )
    for show in row["performances"][:5]:
        what = show.get("title") or ", ".join(show["artists"])
        console.print(
            f"         {show.get('start_local', '(no date)'):16}  {escape(what)}  @ {escape(show.get('venue') or show.get('place', '?'))}"
        )
    if len(row["performances"]) > 5:
        console.print(f"         ... {len(row['performances']) - 5} more")
