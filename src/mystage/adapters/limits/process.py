"""Limits kept in this process: right for one worker process; several share a source's limits only by its headers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mystage.application.ports.live import Governor
from mystage.domain.errors import Throttled
from mystage.domain.pipeline.quotas import Allowance, Limit, said

PATIENCE = 10.0
"""Seconds that a worker stands and waits for its turn; for a longer wait the task is put off."""


@dataclass(slots=True)
class _Gate:
    """One source. Seconds are of the governor's clock."""

    allowances: tuple[Allowance, ...] = ()
    closed_until: float = float("-inf")
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class ProcessGovernor(Governor):
    """Counts calls by source, closes a source for as long as its answers ask.

    Args:
        patience: see `PATIENCE`.
        monotonic: seconds, of a clock that never goes back.
        sleep: waits; a test's may let the time pass at once.
    """

    def __init__(
        self,
        patience: float = PATIENCE,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = asyncio.sleep,
    ) -> None:
        self._patience = patience
        self._monotonic = monotonic
        self._sleep = sleep
        self._gates: dict[str, _Gate] = {}

    async def enter(self, source: str, limits: tuple[Limit, ...]) -> None:
        gate = self._gate(source)
        if tuple(a.limit for a in gate.allowances) != limits:
            gate.allowances = tuple(Allowance(limit) for limit in limits)
        async with gate.turn:  # one after the other: who waits, waits for all behind it
            while (wait := self._wait(gate)) > 0:
                if wait > self._patience:
                    raise Throttled(
                        "the limit of calls is reached", where=source, hint="it goes on later", retry_after=wait
                    )
                await self._sleep(wait)  # type: ignore[misc]  # any awaitable will do
            for allowance in gate.allowances:
                allowance.take(self._monotonic())

    def learn(self, source: str, status: int, headers: Mapping[str, str]) -> None:
        heard = said(headers, datetime.now(UTC))
        gate, now = self._gate(source), self._monotonic()
        pause = heard.pause
        if status == 429 and not pause:
            pause = 1.0
        if pause and (heard.remaining == 0 or status in (403, 429, 503)):
            gate.closed_until = max(gate.closed_until, now + pause)
        if heard.remaining is not None and heard.reset:
            self._correct(gate, heard.remaining, heard.reset, now)

    def _correct(self, gate: _Gate, remaining: int, reset: float, now: float) -> None:
        """The server counts better than we do: the limit whose window is next in length takes over its count."""
        fitting = [a for a in gate.allowances if a.limit.seconds >= reset - 1]
        if fitting:
            allowance = min(fitting, key=lambda a: a.limit.seconds)
            allowance.begun = now + reset - allowance.limit.seconds
            allowance.used = max(0, allowance.limit.calls - remaining)

    def paused(self, source: str) -> float:
        return self._wait(self._gate(source))

    def _wait(self, gate: _Gate) -> float:
        now = self._monotonic()
        return max([gate.closed_until - now, 0.0, *(allowance.wait(now) for allowance in gate.allowances)])

    def _gate(self, source: str) -> _Gate:
        return self._gates.setdefault(source, _Gate())
