"""Budgets of model calls: what a call may cost is reserved before it is made, and settled after it.

spent + held never passes the limit, whoever reserves at the same time: the documents are written optimistically.
Money in millionths of a US dollar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mystage.domain.access import DATA_ROLES
from mystage.domain.pipeline.reading.answers import KeptAnswer
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Instant, Model, evolve

EXPIRES: Final = timedelta(hours=1)
"""A hold that nobody settled by then counts as spent: the worker died, and its call may have been answered."""


class Hold(Model):
    """What one call may cost at most."""

    micro_usd: int
    at: Instant


class Budget(Model):
    """What one scope has spent on one day (UTC), and what calls under way may still cost."""

    id: str
    """`day@2026-11-21`, `tenant:NAME@...`, `source:NAME@...`."""
    scope: str
    day: str
    spent: int = 0
    holds: dict[str, Hold] = {}  # noqa: RUF012  pydantic copies defaults

    @property
    def held(self) -> int:
        """What calls under way may cost."""
        return sum(hold.micro_usd for hold in self.holds.values())


@dataclass(frozen=True, slots=True)
class Limits:
    """US dollars a day: of the whole deployment, of one tenant, of one source. None: no limit of its own."""

    day: float | None = 1.0
    tenant: float | None = None
    source: float | None = None
    tenant_name: str = "default"

    def of(self, source: str) -> dict[str, int]:
        """Scope -> limit, for a call on a page of `source`."""
        limits = {"day": self.day, f"tenant:{self.tenant_name}": self.tenant, f"source:{source}": self.source}
        return {scope: round(usd * 1_000_000) for scope, usd in limits.items() if usd is not None}


def budget_id(scope: str, day: str) -> str:
    """The document of a scope's day."""
    return f"{scope}@{day}"


def day_of(now: datetime) -> str:
    """The day (UTC) that a moment's spending belongs to."""
    return now.date().isoformat()


def next_day(now: datetime) -> datetime:
    """When the budgets of the day after `now` begin."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def reserved(budget: Budget, call: str, micro_usd: int, limit: int, now: datetime) -> Budget | None:
    """The budget with a hold for a call; None where the limit could then be passed.

    A hold of the same call from an earlier try counts as spent, as do holds that have expired.
    """
    lost = {id: h for id, h in budget.holds.items() if id == call or now - h.at > EXPIRES}
    spent = budget.spent + sum(hold.micro_usd for hold in lost.values())
    kept = {id: hold for id, hold in budget.holds.items() if id not in lost}
    if spent + sum(hold.micro_usd for hold in kept.values()) + micro_usd > limit:
        return None
    return evolve(budget, spent=spent, holds={**kept, call: Hold(micro_usd=micro_usd, at=now)})


def settled(budget: Budget, call: str, micro_usd: int) -> Budget:
    """The budget after a call: its hold is gone, what it cost is spent. Without a hold (expired) it was counted already."""
    if call not in budget.holds:
        return budget
    kept = {id: hold for id, hold in budget.holds.items() if id != call}
    return evolve(budget, spent=budget.spent + micro_usd, holds=kept)


def refused(scope: str, limits: Mapping[str, int]) -> str:
    """Why a call was not made, and which setting would allow it."""
    kind = scope.partition(":")[0]
    setting = {"day": "MYSTAGE_MODEL_BUDGET", "tenant": "MYSTAGE_MODEL_BUDGET_TENANT"}.get(
        kind, "MYSTAGE_MODEL_BUDGET_SOURCE"
    )
    usd = limits[scope] / 1_000_000
    return f"the day's model budget of ${usd:g} ({scope}) has no room for another call; it is read tomorrow, or raise {setting}"


ANSWERS = Collection(
    "model_answers",
    KeptAnswer,
    indexes=(Index("prompt"), Index("model"), Index("at")),
    composites=(),
    readers=DATA_ROLES,
)
BUDGETS = Collection(
    "model_budgets",
    Budget,
    indexes=(Index("day"), Index("scope")),
    composites=(),
    readers=DATA_ROLES,
    retention_days=90,
)
