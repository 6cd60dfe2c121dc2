"""The work of `images`."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.markup import escape

from mystage.application.pipeline.planning import Submitted
from mystage.containers import Container
from mystage.domain.errors import Invalid
from mystage.domain.pipeline.images import ImageState
from mystage.entrypoints.cli.running import run_submitted
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import counted, output


def fetch(*, limit: int, again: bool, wait: float, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> int:
        planned = await container.plan_images().run(limit=limit, again=again)
        if not json:
            output().print(f"{planned:,} entit{'y' if planned == 1 else 'ies'} to be looked at.")
        return await run_submitted(container, Submitted(), wait=wait, json=json)

    code = with_container(data, work)
    if code:
        raise typer.Exit(code)


def addresses(*, state: str, limit: int, data: Path | None, json: bool) -> None:
    """The command."""
    if state and state not in set(ImageState):
        raise Invalid("no such state", where=f"--state {state}", hint=f"one of: {', '.join(ImageState)}")
    wanted = ImageState(state) if state else None
    found = with_container(data, lambda c: c.pictures().addresses(state=wanted, limit=limit))
    if json:
        print_json(found)
        return
    console = output()
    for image in found:
        what = image.picture[:12] if image.state is ImageState.KEPT and image.picture else image.cause
        later = f"  again {image.next_try_at:%Y-%m-%d %H:%M} UTC" if image.next_try_at else ""
        console.print(f"[bold]{image.state.value:8}[/bold] {what:12}  {escape(image.url)}{later}")
        if image.reason:
            console.print(f"    {escape(image.reason)}")
    console.print(f"[dim]{counted(len(found), 'image')}[/dim]")
