"""`eval`: how well a model and a prompt read labelled pages."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from mystage.application.reading.evaluating import EvalResult
from mystage.containers import Container
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import counted, output


def evaluate(
    folder: Path | None,
    *,
    recorded: Path | None,
    record: Path | None,
    corrections: bool,
    most_usd: float,
    data: Path | None,
    json: bool,
) -> None:
    """The command."""

    async def work(container: Container) -> list[EvalResult]:
        found: list[EvalResult] = await container.evaluate().run(
            folder, recorded=recorded, record=record, corrections=corrections, most_usd=most_usd
        )
        return found

    found = with_container(data, work, makes=True)
    if json:
        print_json(found)
        return
    for result in found:
        _print(result)


def _print(result: EvalResult) -> None:
    console = output()
    console.print(f"[bold]{result.prompt}[/bold] with {escape(result.model)}: {counted(result.pages, 'page')}")
    if result.pages:
        table = Table(box=None, pad_edge=False)
        for name in ("", "precision", "recall", "fields", "required"):
            table.add_column(name, justify="right" if name else "left")
        for kind, row in result.kinds.items():
            table.add_row(
                kind, f"{row.precision:.3f}", f"{row.recall:.3f}", f"{row.field_accuracy:.3f}", f"{row.required:,}"
            )
        console.print(table, soft_wrap=False)
    usage = result.usage
    tokens = f"{usage.input_tokens:,} + {usage.output_tokens:,} tokens in {counted(usage.calls, 'call')}"
    console.print(f"${result.usd_per_page:.5f} a page ({tokens})")
    if result.dropped:
        console.print("dropped: " + ", ".join(f"{count:,} {cause}" for cause, count in sorted(result.dropped.items())))
    if result.corrections:
        console.print(f"corrected values now right: {result.corrections_right} of {result.corrections}")
    for name, why in list(result.failed.items())[:10]:
        console.print(f"[red]not read[/red] {escape(name)}: {escape(why)}")
