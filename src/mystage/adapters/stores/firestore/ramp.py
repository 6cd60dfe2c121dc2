"""The 500/50/5 rule for loads: 500 writes a second to begin with, half as many again after every five minutes.

Firestore splits a collection as its traffic grows; what grows faster is answered late or not at all. See "Ramping up
traffic", https://cloud.google.com/firestore/docs/best-practices.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

FIRST_RATE = 500.0
"""Writes a second."""
STEP_SECONDS = 300.0
GROWTH = 1.5
LOAD = 50
"""Writes of a commit that counts as part of a load, if it ends no lease: the pipeline's own commits follow its work."""
_TOP_STEP = 30  # some 10^8 writes a second: no server's business any more


@dataclass(frozen=True, slots=True)
class Ramp:
    """How far a load has come. Times are seconds of any steady clock.

    `spare`: writes that may be made at once at time `at`; negative after a commit that was larger than that.
    """

    begun: float
    at: float
    spare: float = FIRST_RATE

    def rate(self, now: float) -> float:
        """Writes a second that are allowed at `now`."""
        return FIRST_RATE * GROWTH ** min(int((now - self.begun) / STEP_SECONDS), _TOP_STEP)

    def pause(self, now: float) -> float:
        """Seconds to wait at `now` before the next commit."""
        return max(0.0, -self._spare(now) / self.rate(self.at))

    def after(self, writes: int, now: float) -> Ramp:
        """The ramp once a commit was sent at `now`. What has rested for a whole step begins anew."""
        if now - self.at > STEP_SECONDS + self.pause(self.at):
            return Ramp(now, now, FIRST_RATE - writes)
        return Ramp(self.begun, now, self._spare(now) - writes)

    def _spare(self, now: float) -> float:
        """Grows with time, up to one second's worth; the rate of the past is never more than that of today."""
        rate = self.rate(self.at)
        return min(rate, self.spare + rate * (now - self.at))


class Pace:
    """Holds up the commits of a load. `now` and `sleep` are a steady clock's."""

    def __init__(
        self, now: Callable[[], float] | None = None, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._now = now or (lambda: asyncio.get_running_loop().time())
        self._sleep = sleep
        self._ramp: Ramp | None = None

    async def take(self, writes: int) -> None:
        """Wait until so many writes may be sent. They are counted at once: who comes meanwhile waits behind them."""
        now = self._now()
        ramp = self._ramp or Ramp(now, now)
        pause = ramp.pause(now)
        self._ramp = ramp.after(writes, now + pause)
        if pause > 0:
            await self._sleep(pause)
