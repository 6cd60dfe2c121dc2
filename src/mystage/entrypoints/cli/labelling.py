"""`resolution label` and `resolution export-labels`: answers by single keys, and the file that models learn from."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from mystage.application.curation.reviewing import Review
from mystage.containers import Container
from mystage.domain.errors import Invalid, Unavailable
from mystage.domain.resolution.labels import columns
from mystage.entrypoints.cli.reviewing import kind_of, print_line, print_sides
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import counted, output

_KEYS = {"s": "same", "d": "different", "u": "unsure"}
_HELP = "s same  d different  u unsure  n next  b back  q stop"


def label(*, kind: str, limit: int, by: str, data: Path | None, json: bool) -> None:
    """The command."""
    wanted = kind_of(kind)

    async def work(container: Container) -> int:
        found: list[Review] = await container.reviews().waiting(kind=wanted, limit=limit, order="uncertain")
        console = Console(stderr=True) if json else output()
        answers = asked(found, keys(), console)
        said = 0
        for id, word in answers.items():
            try:
                await container.reviews().answer(id, word, actor=by, reason="labelled")
                said += 1
            except Invalid as error:  # an earlier answer of this round has answered it too
                console.print(f"[yellow]left[/yellow] {id}: {error.message}")
        await container.worker().run(until_idle=True, patience=1.0)
        return said

    said = with_container(data, work)
    if json:
        print_json({"answers": said})
        return
    output().print(f"{counted(said, 'answer')} kept. mystage resolution export-labels --kind KIND --out labels.csv")


def asked(found: Sequence[Review], key: Callable[[], str], console: Console) -> dict[str, str]:
    """Ask one question after the other; the answers by question, in the order they were given last."""
    answers, place = dict[str, str](), 0
    while place < len(found):
        review = found[place]
        console.print(f"\n[dim]{place + 1} of {len(found)}[/dim]")
        print_line(console, review)
        print_sides(console, review)
        console.print(f"[dim]{_HELP}[/dim]")
        pressed = key()
        if pressed == "q":
            break
        if pressed == "b":
            place = max(0, place - 1)
            answers.pop(found[place].pair.id, None)
        elif pressed in _KEYS or pressed == "n":
            if pressed != "n":
                answers[review.pair.id] = _KEYS[pressed]
                console.print(_KEYS[pressed])
            place += 1
    return answers


def keys() -> Callable[[], str]:
    """One key a call: from the keyboard, or (no terminal) one character after the other of standard input, then `q`."""
    if sys.stdin.isatty():
        return lambda: typer.getchar().lower()
    waiting = iter([c for c in sys.stdin.read().lower() if not c.isspace()])
    return lambda: next(waiting, "q")


def export(*, kind: str, out: Path, data: Path | None, json: bool) -> None:
    """The command."""
    wanted = kind_of(kind)
    if wanted is None:
        raise Invalid("say which kind", hint="--kind venue, artist or performance")

    async def work(container: Container) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = await container.reviews().labels(wanted)
        return rows

    rows = with_container(data, work)
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns(wanted))
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise Unavailable(f"the file cannot be written: {error.strerror}", where=str(out)) from error
    same = sum(row["label"] for row in rows)
    if json:
        print_json({"file": str(out), "pairs": len(rows), "same": same, "different": len(rows) - same})
    else:
        output().print(f"{counted(len(rows), 'pair')}: {same} the same, {len(rows) - same} different.")
