"""`rebuild`, and the commands for failed tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape

from mystage.application.curation.tasks import Cause, Preview
from mystage.application.reading.rebuild import Rebuilt
from mystage.containers import Container
from mystage.domain.delivery import FailedTask, failure_class
from mystage.domain.errors import Invalid
from mystage.entrypoints.cli.errors import PARTLY
from mystage.entrypoints.cli.progress import counting
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import counted, output


def rebuild(*, check: bool, data: Path | None, json: bool) -> None:
    """The command: compare, and (without --check) have what differs computed again."""

    async def work(container: Container) -> Rebuilt:
        with counting("records checked", quiet=json) as count:
            found: Rebuilt = await container.rebuild().check(count)
        if check or not found.differences:
            return found
        await container.rebuild().repair(found)
        await container.worker().run(until_idle=True, patience=1.0)
        again: Rebuilt = await container.rebuild().check()
        return again

    found = with_container(data, work)
    if json:
        print_json(found)
    else:
        _print_rebuilt(found)
    if found.differences:
        raise typer.Exit(PARTLY)


def _print_rebuilt(found: Rebuilt) -> None:
    console = output()
    for difference in found.differences[:50]:
        console.print(f"[red]differs[/red] {difference.entity}: {escape(difference.what)}")
    verdict = counted(found.wrong, "difference") if found.differences else "equal to a rebuild"
    console.print(f"{found.entities:,} entities of {found.entity_sources:,} entity sources: {verdict}.")
    console.print(f"content {found.digest}")


def failed(*, data: Path | None, json: bool) -> None:
    """The command: failures by cause."""

    async def work(container: Container) -> tuple[list[Cause], list[FailedTask]]:
        return await container.failed_tasks().causes(), await container.failed_tasks().failed()

    causes, failures = with_container(data, work)
    if json:
        print_json({"causes": [_cause(c) for c in causes], "tasks": failures})
        return
    console = output()
    if not causes:
        console.print("No failed tasks.")
    for cause in causes:
        console.print(
            f"[bold]{cause.count:5}[/bold]  {cause.cause}  [dim]last {cause.last:%Y-%m-%d %H:%M:%S} UTC[/dim]"
        )
        for failure in [f for f in failures if f.cause == cause.cause][:3]:
            console.print(f"       {failure.id}  {escape(failure.where)}  {escape(failure.message)}")
    if causes:
        console.print("Run again: mystage tasks retry --cause CAUSE; set aside: mystage tasks resolve --cause CAUSE")


def _cause(cause: Cause) -> dict[str, Any]:
    return {"cause": cause.cause, "stage": cause.queue, "error": cause.error_kind, "class": failure_class(cause.error_kind, cause.example.message), "count": cause.count, "last": cause.last,
            "message": cause.example.message}  # fmt: skip


def retry(
    ids: Sequence[str], *, cause: str, everything: bool, dry_run: bool, by: str, data: Path | None, json: bool
) -> None:
    """The command."""
    if not (ids or cause or everything):
        raise Invalid("say which failed tasks", hint="give ids, --cause CAUSE or --all")
    if dry_run:
        _preview(with_container(data, lambda c: c.failed_tasks().preview(ids, cause=cause or None)), json=json)
        return
    done = with_container(data, lambda c: c.failed_tasks().retry(ids, cause=cause or None, actor=by))
    if json:
        print_json({"queued": [f.id for f in done]})
    else:
        output().print(f"{counted(len(done), 'task')} queued again; `mystage run` works on them.")


def _preview(found: list[Preview], *, json: bool) -> None:
    if json:
        print_json([asdict(preview) for preview in found])
        return
    console = output()
    for preview in found:
        console.print(f"{preview.id}  {escape(preview.problem) or counted(len(preview.documents), 'document')}")
        for document in preview.documents:
            console.print(f"    {escape(document)}")
    console.print(f"[dim]{counted(len(found), 'task')} would be queued again; nothing was changed[/dim]")


def review(ids: Sequence[str], *, cause: str, by: str, reason: str, data: Path | None, json: bool) -> None:
    """The command."""
    if not (ids or cause):
        raise Invalid("say which failed tasks", hint="give ids or --cause CAUSE")
    done = with_container(data, lambda c: c.failed_tasks().review(ids, cause=cause or None, actor=by, reason=reason))
    if json:
        print_json({"review": [f.id for f in done]})
    else:
        output().print(f"{counted(len(done), 'task')} for a person to look into.")


def resolve(ids: Sequence[str], *, cause: str, by: str, reason: str, data: Path | None, json: bool) -> None:
    """The command."""
    if not (ids or cause):
        raise Invalid("say which failed tasks", hint="give ids or --cause CAUSE")
    done = with_container(data, lambda c: c.failed_tasks().resolve(ids, cause=cause or None, actor=by, reason=reason))
    if json:
        print_json({"resolved": [f.id for f in done]})
    else:
        output().print(f"{counted(len(done), 'task')} set aside.")
