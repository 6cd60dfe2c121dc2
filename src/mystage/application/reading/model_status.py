"""What reading with a model has cost, and what came of it."""

from __future__ import annotations

from mystage.application.ports.documents import DocumentStore, Query
from mystage.application.ports.system import Clock
from mystage.application.unit_of_work import UnitOfWork, where
from mystage.domain.pipeline.reading.learned import LEARNED
from mystage.domain.pipeline.reading.spending import BUDGETS, Limits, day_of
from mystage.domain.pipeline.scrapes import EXTRACTIONS
from mystage.domain.sources import ReadingOutcome
from mystage.domain.values import Model


class BudgetRow(Model):
    """One scope's budget of today (UTC), in US dollars. `held`: what calls under way may still cost."""

    scope: str
    spent: float
    held: float
    limit: float | None = None


class ModelStatus(Model):
    """Reading with a model, since the catalogue began; money in US dollars."""

    pages: int = 0
    """Pages read with answers of a model, kept ones included."""
    learned: int = 0
    """Pages read by selectors learned from earlier answers, without any call."""
    selectors: int = 0
    """Selectors in use."""
    calls: int = 0
    failed_calls: int = 0
    cache_hits: int = 0
    """Parts of pages whose text was known: no call."""
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    dropped: dict[str, int] = {}  # noqa: RUF012  pydantic copies defaults
    """Values and records that were left out, by cause."""
    suspect_lines: int = 0
    """Lines that speak to a machine, left out before the model saw the page."""
    waiting: int = 0
    """Pages that wait for a model or for the next day's budget."""
    budgets: tuple[BudgetRow, ...] = ()


class ReadModelStatus:
    """Reads the figures from counters and today's budgets."""

    def __init__(self, store: DocumentStore, clock: Clock, limits: Limits) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits

    async def read(self) -> ModelStatus:
        """All of it."""
        counters = {n.removeprefix("model/"): c for n, c in (await self._store.counters("model/")).items()}
        parked = where(outcome=ReadingOutcome.PARKED.value)
        plain = {n: counters.get(n, 0) for n in ModelStatus.model_fields if n in counters}
        return ModelStatus(
            **{
                **plain,
                "usd": counters.get("micro_usd", 0) / 1_000_000,
                "dropped": {
                    n.removeprefix("dropped/"): c for n, c in sorted(counters.items()) if n.startswith("dropped/")
                },
                "selectors": await self._store.count(Query(LEARNED.name, where(dropped_at=None))),
                "waiting": await self._store.count(Query(EXTRACTIONS.name, parked)),
                "budgets": await self._budgets(),
            }
        )

    async def _budgets(self) -> tuple[BudgetRow, ...]:
        found = await UnitOfWork(self._store).of(BUDGETS).find(day=day_of(self._clock.now()))
        rows = []
        for budget in sorted(found, key=lambda b: b.scope):
            limit = self._limits.of(budget.scope.partition(":")[2]).get(budget.scope)
            usd = None if limit is None else limit / 1_000_000
            rows.append(BudgetRow(scope=budget.scope, spent=budget.spent / 1e6, held=budget.held / 1e6, limit=usd))
        return tuple(rows)
