"""A count that grows on standard error while long work is under way; silent where that is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status


@contextmanager
def counting(what: str, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Inside, call the answer with the number of things that are done."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    with Status(f"0 {what}", console=console) as status:
        yield lambda number: status.update(f"{number:,} {what}")
