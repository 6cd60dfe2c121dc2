"""How often Python looks for reference cycles: seldom, since our documents are trees that go by reference counting."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = (50_000, 20, 50)
"""New objects before a look at the young, such looks before one at the middle-aged, and those before one at all.

Measured by `benchmarks/durable.py`: a quarter more records a second than with Python's own (700, 10, 10), and half the
99th percentile, since a look at all that a process holds stops it for some milliseconds."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Inside, cycles are looked for seldom; afterwards as before."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
