"""How things look on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.table import Table

from mystage.application.reading.status import FunnelRow

_PIPE_WIDTH = 500


def output() -> Console:
    """Standard output. Lines are never broken, so that ids stay whole; in a pipe, tables are as wide as they need."""
    console = Console(soft_wrap=True, highlight=False, emoji=False)
    return console if console.is_terminal else Console(soft_wrap=True, highlight=False, emoji=False, width=_PIPE_WIDTH)


def counted(count: int, word: str) -> str:
    """`1 venue`, `2 venues`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


_COLUMNS = ("changed", "unchanged", "nothing", "parked", "failed", "retried")


_BY_SETTING = ("read", "image")


def funnel_table(rows: Iterable[FunnelRow], *, title: str) -> Table:
    """The funnel: a row a stage, those that only run by setting where they ran; zeros are shown as a dot."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("stage")
    for name in ("in", *_COLUMNS):
        table.add_column(name, justify="right")
    for row in rows:
        if row.stage in _BY_SETTING and not row.arrived:
            continue
        numbers = [row.arrived, *(getattr(row, name) for name in _COLUMNS)]
        table.add_row(row.stage, *(f"{n:,}" if n else "[dim]·[/dim]" for n in numbers))
    return table


def progress_line(done: Mapping[str, int], waiting: Mapping[str, int]) -> str:
    """Each stage with what it has done, and what waits for it."""
    parts = []
    for stage, count in done.items():
        left = waiting.get(stage, 0)
        parts.append(f"{stage} {count:,}" + (f" [dim]+{left:,}[/dim]" if left else ""))
    return "  ".join(parts)
