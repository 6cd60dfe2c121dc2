"""Asking a model within the budget, and never twice for the same text."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakValueDictionary

from mystage.application.ports.agents import PageAgent
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.errors import Forbidden, Invalid, Malformed, MystageError, Throttled, Unanswered
from mystage.domain.pipeline.reading.answers import Answered, KeptAnswer, Usage
from mystage.domain.pipeline.reading.page import Chunk
from mystage.domain.pipeline.reading.spending import (
    ANSWERS,
    BUDGETS,
    Budget,
    Limits,
    budget_id,
    day_of,
    refused,
    reserved,
    settled,
)
from mystage.domain.values import digest_id

_FREE = (Throttled, Forbidden)
"""Errors of providers that turn a call away before they work on it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that was not made, and why; the page waits. `tomorrow`: the next day's budget allows it."""

    reason: str
    tomorrow: bool = False


class Asking:
    """Answers of a model to parts of pages: kept ones first, else a call that its budgets allow."""

    def __init__(self, store: DocumentStore, clock: Clock, ids: IdSource, agent: PageAgent, limits: Limits) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._agent = agent
        self._limits = limits
        self._asked: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Locks of the texts that are being asked about; one that nobody holds or waits for is gone."""

    async def answer(self, chunk: Chunk, source: str) -> tuple[Answered | Refusal, bool]:
        """The answer for a part of a page of `source`, and whether it was kept from before.

        Raises Throttled or Unavailable where another try may help, Malformed where the model does not do as asked.
        """
        id = digest_id(self._agent.prompt, self._agent.model, chunk.digest, prefix="ans_")
        lock = self._asked.get(id) or asyncio.Lock()
        self._asked[id] = lock
        async with lock:  # two pages of one text, read at once: one call
            kept = await UnitOfWork(self._store).of(ANSWERS).get(id)
            if kept is not None:
                return kept.answered, True
            return await self._call(id, chunk, source), False

    async def _call(self, id: str, chunk: Chunk, source: str) -> Answered | Refusal:
        try:
            most = self._agent.ceiling(chunk.text)
        except Invalid as error:  # no price: nothing about this page is wrong
            return Refusal(str(error))
        day, limits = day_of(self._clock.now()), self._limits.of(source)
        full = await self._reserve(id, most.micro_usd, day, limits)
        if full:
            return Refusal(refused(full, limits), tomorrow=True)
        try:
            answered = await self._agent.read(chunk.text)
        except MystageError as error:
            billed = isinstance(error, (Malformed, Unanswered))  # what it cost nobody told: the most that it can be
            cost = Usage(calls=1, micro_usd=most.micro_usd) if billed else Usage(calls=1)
            await self._settle(id, cost, day, limits, None)
            if isinstance(error, _FREE[1:]) or (isinstance(error, Invalid) and not isinstance(error, Malformed)):
                return Refusal(str(error))
            raise
        kept = KeptAnswer(
            id=id, prompt=self._agent.prompt, model=self._agent.model, answered=answered, at=self._clock.now()
        )
        await self._settle(id, answered.usage, day, limits, kept)
        return answered

    async def _reserve(self, call: str, micro_usd: int, day: str, limits: Mapping[str, int]) -> str:
        """Hold the money in all scopes, or none; the answer is the scope that has no room, or ""."""

        async def decision(unit: UnitOfWork) -> str:
            repository, now = unit.of(BUDGETS), self._clock.now()
            found = await repository.get_many(budget_id(scope, day) for scope in limits)
            staged = []
            for scope, limit in limits.items():
                id = budget_id(scope, day)
                after = reserved(found.get(id) or Budget(id=id, scope=scope, day=day), call, micro_usd, limit, now)
                if after is None:
                    return scope
                staged.append(after)
            for budget in staged:
                repository.put(budget)
            return ""

        return await decide(self._store, self._clock, self._ids, decision)

    async def _settle(
        self, call: str, usage: Usage, day: str, limits: Mapping[str, int], kept: KeptAnswer | None
    ) -> None:
        """Release the money, keep the answer and count what it cost, in one commit."""

        async def decision(unit: UnitOfWork) -> None:
            repository = unit.of(BUDGETS)
            for budget in (await repository.get_many(budget_id(scope, day) for scope in limits)).values():
                repository.put(settled(budget, call, usage.micro_usd))
            if kept is not None:
                unit.of(ANSWERS).overwrite(kept)
            unit.count("model/calls", usage.calls)
            unit.count("model/failed_calls", 0 if kept else 1)
            unit.count("model/input_tokens", usage.input_tokens)
            unit.count("model/output_tokens", usage.output_tokens)
            unit.count("model/micro_usd", usage.micro_usd)

        await decide(self._store, self._clock, self._ids, decision)
