"""`run` and `worker`: submit what the user named, work, show progress, stop cleanly."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from mystage.application.pipeline.planning import Submitted
from mystage.application.reading.accounting import Files
from mystage.application.reading.status import FunnelRow
from mystage.application.runtime.worker import Worker
from mystage.containers import Container, scheduling
from mystage.domain.errors import ErrorKind, MystageError
from mystage.entrypoints.cli.errors import EXIT_CODES, PARTLY, STOPPED
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import counted, funnel_table, output, progress_line


def run(inputs: Sequence[str], *, source: str, due: bool = False, wait: float, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> int:
        submitted = await submit(container, inputs, source)
        if due:
            submitted.add(await container.discover().due())
        return await run_submitted(container, submitted, wait=wait, json=json)

    code = with_container(data, work, makes=True)
    if code:
        raise typer.Exit(code)


async def run_submitted(container: Container, submitted: Submitted, *, wait: float, json: bool) -> int:
    """Work until nothing is left to do, tell what became of what was submitted, and answer the exit code."""
    before = await container.status().funnel()
    worker: Worker = container.worker()
    stopped = await working(worker, container, until_idle=True, patience=wait, quiet=json)
    after = await container.status().funnel()
    rows = difference(before, after)
    summary = await _summary(container, submitted, rows, stopped=stopped)
    print_json(summary) if json else _print(summary, rows)
    return _exit_code(summary["files"], gave_up=any(row.failed for row in rows), stopped=stopped)


def _exit_code(files: Files, *, gave_up: bool, stopped: bool) -> int:
    """Stopped; wrong input where nothing at all was taken in; partly done where something failed on the way."""
    if stopped:
        return STOPPED
    if files.listed and files.refused == files.listed:
        return EXIT_CODES[ErrorKind.INVALID]
    return PARTLY if files.troubled or gave_up else 0


def work(*, data: Path | None, json: bool) -> None:
    """The `worker` command."""

    async def forever(container: Container) -> None:
        worker: Worker = container.worker()
        async with scheduling(container):
            await working(worker, container, until_idle=False, patience=0.0, quiet=json)

    with_container(data, forever, makes=True)


async def submit(container: Container, inputs: Sequence[str], source: str) -> Submitted:
    """Plan what the user named; each input may be an address, a manifest, or a path."""
    submit_, total, trace = container.submit(), Submitted(), container.ids().new("run_")
    for text in inputs:
        try:
            part = await _submit_one(container, submit_, text, source, trace)
        except MystageError as error:
            total.refuse(text, str(error))
            continue
        total.add(part)
    return total


async def _submit_one(container: Container, submit_: Any, text: str, source: str, trace: str) -> Submitted:
    if "://" in text and not text.lower().startswith("file:"):
        found: Submitted = await submit_.urls([text], source=source or "web", trace=trace)
    elif text.endswith(".toml"):
        found = await submit_.sources(container.manifest()(text), trace=trace)
    else:
        found = await submit_.paths([text], source=source or "file", trace=trace)
    return found


async def working(worker: Worker, container: Container, *, until_idle: bool, patience: float, quiet: bool) -> bool:
    """Run the worker with live progress; True where the user stopped it."""
    stopped = asyncio.Event()

    def stop() -> None:
        stopped.set()
        worker.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, ValueError):  # not on Windows, not off the main thread
            loop.add_signal_handler(number, stop)
    console = Console(stderr=True)
    shown = asyncio.create_task(_progress(console, worker, container)) if console.is_terminal and not quiet else None
    try:
        await worker.run(until_idle=until_idle, patience=patience)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):  # from here on Ctrl-C is Python's again
            with suppress(NotImplementedError, ValueError):
                loop.remove_signal_handler(number)
        if shown is not None:
            shown.cancel()
            with suppress(asyncio.CancelledError):
                await shown
    return stopped.is_set()


async def _progress(console: Console, worker: Worker, container: Container) -> None:
    """A line that says what each stage has done and what waits, four times a second."""
    queue = container.store()
    with console.status("starting") as line:
        while True:
            waiting = {row.queue: row.ready + row.leased for row in await queue.stats()}
            line.update(progress_line(worker.progress.done, waiting))
            await asyncio.sleep(0.25)


def difference(before: Sequence[FunnelRow], after: Sequence[FunnelRow]) -> list[FunnelRow]:
    """What this run added to the funnel."""
    rows = []
    for old, new in zip(before, after, strict=True):
        values = {n: getattr(new, n) - getattr(old, n) for n in FunnelRow.model_fields if n != "stage"}
        rows.append(FunnelRow(stage=new.stage, **values))
    return rows


async def _summary(
    container: Container, submitted: Submitted, rows: Sequence[FunnelRow], *, stopped: bool
) -> dict[str, Any]:
    status = await container.status().read()
    refused = submitted.refused
    files = await container.account().of(submitted.url_ids, planned=submitted.planned, refused=len(refused))
    return {
        "planned": submitted.planned,
        "refused": [{"input": label, "reason": reason} for label, reason in refused],
        "files": files,
        "stopped": stopped,
        "funnel": rows,
        "readings": status.readings,
        "entities": status.entities,
        "open_duplicates": status.open_duplicates,
        "failed_tasks": status.failed_tasks,
        "findings": status.findings,
        "search_problem": status.search_problem,
        "waiting": list(status.queues),
    }


def _print(summary: dict[str, Any], rows: Sequence[FunnelRow]) -> None:
    console = output()
    for refused in summary["refused"][:20]:
        reason = refused["reason"].removeprefix(f"{refused['input']}: ")
        console.print(f"[red]not taken[/red] {escape(refused['input'])}: {escape(reason)}")
    if len(summary["refused"]) > 20:
        console.print(f"... and {len(summary['refused']) - 20} more (see --json)")
    _print_files(console, summary["files"])
    if any(row.arrived for row in rows):
        console.print(funnel_table(rows, title="This run"), soft_wrap=False)
    entities = ", ".join(counted(count, kind) for kind, count in summary["entities"].items())
    console.print(f"The catalogue holds {entities}.")
    if any(row.failed for row in rows):
        console.print("[yellow]Something failed[/yellow]; what, and why: mystage status")
    doubts = sum(summary["open_duplicates"].values())
    if doubts:
        console.print(f"{counted(doubts, 'pair')} may be the same: mystage duplicates")
    if summary["failed_tasks"]:
        console.print(f"[yellow]{counted(summary['failed_tasks'], 'failed task')}[/yellow]: mystage tasks failed")
    if summary["search_problem"]:
        console.print(f"[red]search[/red] {escape(summary['search_problem'])}")
    if summary["waiting"]:
        count = sum(row.ready + row.leased + row.delayed for row in summary["waiting"])
        console.print(
            f"{counted(count, 'task')} still to do, to be tried again later (mystage status says why): mystage run goes on, or mystage worker."
        )
    if summary["stopped"]:
        console.print("Stopped cleanly. `mystage run` goes on from here.")


def _print_files(console: Console, files: Files) -> None:
    """One line that accounts for every input."""
    if not files.listed:
        return
    parts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in files.outcomes.items() if count)
    console.print(f"{counted(files.listed, 'input')}: {parts}")
    if not files.adds_up:
        console.print("[red]These do not add up: please report it.[/red]")
