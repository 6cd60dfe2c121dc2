"""`correct`, and the commands of `quality`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from mystage.application.curation.correcting import Corrected
from mystage.application.curation.examples import CorrectionRate
from mystage.containers import Container
from mystage.domain.errors import Invalid
from mystage.domain.pipeline.reading.examples import Example
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import counted, output


def correct(
    id: str, field: str, value: str | None, *, clear: bool, by: str, reason: str, data: Path | None, json: bool
) -> None:
    """The command: correct, then work until the catalogue and the index show it."""
    if (value is None) is not clear:
        raise Invalid("give a value, or --clear to leave the field empty", where=field)

    async def work(container: Container) -> Corrected:
        done: Corrected = await container.correct().correct(id, field, value, actor=by, reason=reason)
        await container.worker().run(until_idle=True, patience=1.0)
        return done

    done = with_container(data, work)
    if json:
        print_json(done)
        return
    console = output()
    console.print(
        f"{done.entity} {done.field}: {escape(_text(done.before))} -> [bold]{escape(_text(done.after))}[/bold]"
    )
    if done.example:
        console.print(f"[dim]kept as example {done.example} (a model had read it): mystage quality examples[/dim]")


def _text(value: object) -> str:
    if value in (None, "", ()):
        return "(empty)"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def rates(*, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> list[CorrectionRate]:
        found: list[CorrectionRate] = await container.examples().rates()
        return found

    found = with_container(data, work)
    if json:
        print_json(found)
        return
    console = output()
    if not found:
        console.print("No page was read by a model yet.")
        return
    table = Table(title="Corrections by hand", title_justify="left", box=None, pad_edge=False)
    for name in ("source", "prompt", "values", "corrected", "rate"):
        table.add_column(name, justify="left" if name in ("source", "prompt") else "right")
    for row in found:
        table.add_row(escape(row.source), row.prompt, f"{row.values:,}", f"{row.corrected:,}", f"{row.rate:.1%}")
    console.print(table, soft_wrap=False)


def examples(*, source: str, prompt: str, chosen: bool, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> list[Example]:
        kept = container.examples()
        found: list[Example] = await kept.all(source=source, prompt=prompt, chosen=True if chosen else None)
        return found

    found = with_container(data, work)
    if json:
        print_json(found)
        return
    console = output()
    for example in found:
        mark = " [green]in the prompt[/green]" if example.chosen else ""
        console.print(
            f"[bold]{example.id}[/bold]{mark}  {escape(example.source)}  {example.prompt}  by {escape(example.by)}"
        )
        said = f'"{example.quote}"' if example.quote else "(nothing quoted)"
        console.print(
            f"     {example.field}: {escape(said)} gave {escape(example.wrong or '(empty)')}, right is {escape(example.right or '(empty)')}"
        )
    console.print(f"[dim]{counted(len(found), 'example')}[/dim]")


def choose(ids: Sequence[str], *, drop: bool, by: str, reason: str, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> list[Example]:
        done: list[Example] = await container.examples().choose(ids, chosen=not drop, actor=by, reason=reason)
        return done

    done = with_container(data, work)
    if json:
        print_json({"chosen" if not drop else "dropped": [e.id for e in done]})
    else:
        where = "out of the prompt" if drop else "part of the prompt"
        output().print(
            f"{counted(len(done), 'example')} now {where}; mystage extract --pending reads again what that changes."
        )
