"""Reading with a model, in a few lines of `mystage status`."""

from __future__ import annotations

from collections.abc import Iterator

from mystage.application.reading.model_status import ModelStatus
from mystage.entrypoints.cli.tables import counted


def model_lines(found: ModelStatus) -> Iterator[str]:
    """What it cost and what came of it; nothing where no page ever needed a model."""
    if found.pages or found.learned or found.calls:
        tokens = f"{found.input_tokens:,} + {found.output_tokens:,} tokens, ${found.usd:.4f}"
        saved = f"{counted(found.cache_hits, 'kept answer')}, {found.learned:,} by learned selectors"
        yield f"{counted(found.pages + found.learned, 'page')} read in {counted(found.calls, 'call')} ({tokens}); {saved}"
    if found.dropped:
        yield "dropped: " + ", ".join(f"{count:,} {cause}" for cause, count in found.dropped.items())
    for row in found.budgets:
        limit = "no limit" if row.limit is None else f"of ${row.limit:g}"
        yield f"budget today, {row.scope}: ${row.spent + row.held:.4f} {limit}"
    if found.waiting:
        wait = "waits" if found.waiting == 1 else "wait"
        yield f"{counted(found.waiting, 'page')} {wait} for a model, or for its budget: mystage extract --pending"
