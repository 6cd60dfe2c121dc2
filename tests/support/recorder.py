"""Writes `evaluations/recorded.jsonl` anew from the answers written by hand: `python -m tests.support.recorder`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from tests.support.models import Parrot

from mystage.adapters.agents.gold import GoldFolder
from mystage.adapters.agents.recorded import FileExchanges
from mystage.adapters.sources.reducing import RelevantText
from mystage.application.ports.readers import RawDocument
from mystage.domain.pipeline.reading.page import chunks

HOME = Path(__file__).resolve().parents[2] / "evaluations"


async def record(file: Path) -> None:
    """Add one exchange for each page to a file."""
    for page in GoldFolder().pages(HOME / "pages"):
        answer = json.loads((HOME / "pages" / f"{page.name}.answer.json").read_text("utf-8"))
        parrot = Parrot(lambda _, answer=answer: answer)
        (part,) = chunks(RelevantText().reduce(RawDocument(page.body, f"https://gold.invalid/{page.name}")))
        await FileExchanges().recording(parrot.agent(), file).read(part.text)


if __name__ == "__main__":
    (HOME / "recorded.jsonl").unlink(missing_ok=True)
    asyncio.run(record(HOME / "recorded.jsonl"))
