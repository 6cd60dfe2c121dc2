"""Evaluate: how well prompts and models read labelled pages, and pages that people have corrected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import add
from pathlib import Path
from typing import Final

from mystage.application.ports.agents import PageAgent, PageClocks, PageReducer
from mystage.application.ports.blobs import BlobStore
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.evaluation import EvalRunner, Exchanges, GoldPage, GoldPages, PageScore
from mystage.application.ports.readers import RawDocument
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.errors import Invalid, MystageError
from mystage.domain.pipeline.reading.answers import Answered, Usage
from mystage.domain.pipeline.reading.claiming import Found, claims_of
from mystage.domain.pipeline.reading.days import PageClock
from mystage.domain.pipeline.reading.examples import EXAMPLES, Example
from mystage.domain.pipeline.reading.page import Line, RelevantPage, chunks
from mystage.domain.pipeline.reading.scoring import Score, flat, score
from mystage.domain.pipeline.scrapes import EXTRACTIONS, SCRAPES
from mystage.domain.sources import fold_text
from mystage.domain.values import Model

KINDS: Final = ("venues", "artists", "performances")
_NO_CLOCK: Final = PageClock(date.min)


class KindResult(Model):
    """One kind of record, over all pages."""

    precision: float
    recall: float
    field_accuracy: float
    required: int


class EvalResult(Model):
    """One prompt version with one model. Money in US dollars."""

    prompt: str
    model: str
    pages: int
    failed: dict[str, str]
    """Pages that could not be read, and why: they count as pages on which nothing was found."""
    kinds: dict[str, KindResult]
    usage: Usage
    usd_per_page: float
    dropped: dict[str, int]
    corrections: int = 0
    """Examples of corrections that were tried."""
    corrections_right: int = 0


class Evaluate:
    """Runs labelled pages through an agent, exactly as the pipeline reads them, keeping nothing."""

    def __init__(
        self,
        store: DocumentStore,
        blobs: BlobStore,
        agent: PageAgent,
        reducer: PageReducer,
        clocks: PageClocks,
        gold: GoldPages,
        exchanges: Exchanges,
        runner: EvalRunner,
        most_chunks: int,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._agent = agent
        self._reducer = reducer
        self._clocks = clocks
        self._gold = gold
        self._exchanges = exchanges
        self._runner = runner
        self._most_chunks = most_chunks

    async def run(
        self, folder: Path | None, *, recorded: Path | None = None, record: Path | None = None, corrections: bool = False,
        most_usd: float = 1.0,
    ) -> list[EvalResult]:  # fmt: skip
        """One result for each prompt version and model.

        Args:
            folder: labelled pages; None: corrections alone.
            recorded: answer from this record instead of a model.
            record: add the exchanges with the model to this file.
            corrections: also try the examples that people's corrections left in the catalogue.
            most_usd: what calls may cost in all; the page that could pass it is not asked for.

        Raises Invalid without a model and a record, and where there is nothing to evaluate.
        """
        if recorded is not None:
            agents = self._exchanges.replayed(recorded)
        elif self._agent.model:
            agents = [self._exchanges.recording(self._agent, record) if record else self._agent]
        else:
            raise Invalid("no model is configured", where="model", hint="set MYSTAGE_MODEL, or give --recorded FILE")
        pages = list(self._gold.pages(folder)) if folder else []
        examples = await UnitOfWork(self._store).of(EXAMPLES).find() if corrections else []
        if not pages and not examples:
            raise Invalid("nothing to evaluate", where=str(folder or ""), hint="a folder with X beside X.gold.json")
        return [await self._one(_Purse(agent, most_usd), pages, examples) for agent in agents]

    async def _one(self, purse: _Purse, pages: Sequence[GoldPage], examples: Sequence[Example]) -> EvalResult:
        agent = purse.agent

        async def task(case: GoldPage) -> PageScore:
            document = RawDocument(case.body, f"https://gold.invalid/{case.name}", fetched_at=case.fetched_at)
            page = self._reducer.reduce(document)
            found, usage = await self._read(purse, page, self._clocks.clock(page, case.fetched_at))
            return PageScore(case.name, score(found.claims, case.gold), usage, found.dropped)

        scores = await self._runner.run(f"{agent.prompt}@{agent.model}", pages, task) if pages else []
        done = {s.name: s for s in scores}
        empty = claims_of([], RelevantPage("", ()), _NO_CLOCK).claims
        totals = {
            kind: reduce(add, ((done[p.name].scores or score(empty, p.gold))[kind] for p in pages), Score())
            for kind in KINDS
        }
        usage = reduce(add, (s.usage for s in scores), Usage())
        right, tried = await self._corrections(purse, examples)
        return EvalResult(
            prompt=agent.prompt,
            model=agent.model,
            pages=len(pages),
            failed={s.name: s.error for s in scores if s.error},
            kinds={k: KindResult(precision=t.precision, recall=t.recall, field_accuracy=t.field_accuracy, required=t.required)
                   for k, t in totals.items()},
            usage=usage,
            usd_per_page=usage.micro_usd / 1e6 / max(1, len(pages)),
            dropped=dict(sum((Counter(s.dropped) for s in scores), Counter[str]())),
            corrections=tried,
            corrections_right=right,
        )  # fmt: skip

    async def _read(self, purse: _Purse, page: RelevantPage, clock: PageClock) -> tuple[Found, Usage]:
        answers, usage = [], Usage()
        for part in chunks(page)[: self._most_chunks]:
            got = await purse.ask(part.text)
            usage += got.usage
            answers.append((got.answer, part.links))
        return claims_of(answers, page, clock), usage

    async def _corrections(self, purse: _Purse, examples: Sequence[Example]) -> tuple[int, int]:
        """How many corrected values the agent now reads right, and how many could be tried."""
        unit, right, tried = UnitOfWork(self._store), 0, 0
        for example in examples:
            extraction = await unit.of(EXTRACTIONS).get(example.extraction_id)
            scrape = await unit.of(SCRAPES).get(extraction.scrape_id) if extraction else None
            if scrape is None or not example.page_text:
                continue
            text = (await self._blobs.get(example.page_text)).decode("utf-8", "surrogatepass")
            page = RelevantPage(scrape.url, tuple(Line(line) for line in text.split("\n")))
            try:
                found, _ = await self._read(purse, page, self._clocks.clock(page, scrape.fetched_at))
            except MystageError:  # a page that cannot be read has no right value
                found = claims_of([], page, _NO_CLOCK)
            tried += 1
            right += _given(found, example)
        return right, tried


class _Purse:
    """An agent whose calls may cost so much in all."""

    def __init__(self, agent: PageAgent, most_usd: float) -> None:
        self.agent = agent
        self._left = round(most_usd * 1_000_000)

    async def ask(self, text: str) -> Answered:
        """Ask, if the worst case is still within what is left."""
        most = self.agent.ceiling(text).micro_usd
        if most > self._left:
            raise Invalid("the next call could pass what the evaluation may cost", where="eval", hint="raise --max-usd")
        self._left -= most
        got = await self.agent.read(text)
        self._left += most - got.usage.micro_usd
        return got


def _given(found: Found, example: Example) -> bool:
    """Whether any record has the right value in the corrected field."""
    kind = {"venue": "venues", "artist": "artists", "performance": "performances"}[example.kind.value]
    name = {"venue_id": "venue", "artist_ids": "artists", "performance_kind": "kind"}.get(example.field, example.field)
    values = [row.get(name) for row in flat(found.claims)[kind]]
    texts = [", ".join(map(str, v)) if isinstance(v, list) else str(v) for v in values if v not in (None, "", [])]
    if not example.right:
        return all(fold_text(text) != fold_text(example.wrong) for text in texts)
    return any(fold_text(text) == fold_text(example.right) for text in texts)
