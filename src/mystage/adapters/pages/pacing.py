"""Politeness towards a host: so many at once, so many a second, and none at all while it asks for a pause."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

_MANY_HOSTS = 4_096
"""Hosts that are remembered before the idle ones are forgotten."""
_UNNOTICED = 0.001
"""Seconds; a shorter wait is not worth a timer, and the next one makes up for it."""


class HostPaused(Exception):
    """The host asked for a pause that is longer than a worker should stand and wait; `seconds` are left of it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"paused for {seconds:.0f} s more")
        self.seconds = seconds


@dataclass(slots=True)
class HostGate:
    """The turns at one host. All times are seconds of `time.monotonic`."""

    active: int = 0
    next_slot: float = 0.0
    paused_until: float = 0.0
    waiting: deque[tuple[asyncio.Future[None], int]] = field(default_factory=deque)

    async def enter(self, interval: float, limit: int, patience: float) -> None:
        """Wait for a turn; `leave` must follow.

        Args:
            interval: seconds between the starts of two requests.
            limit: requests at once.
            patience: the longest pause to wait for, in seconds.

        Raises:
            HostPaused: the host asked for a longer pause.
        """
        await self._take_place(limit)
        try:
            await self._wait_out_pause(patience)
            now = time.monotonic()
            slot = max(now, self.next_slot)
            self.next_slot = slot + interval
            if slot - now > _UNNOTICED:
                await asyncio.sleep(slot - now)
                await self._wait_out_pause(patience)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """End a turn; the one who waited longest comes next."""
        self.active -= 1
        while self.waiting and self.active < self.waiting[0][1]:
            place, _ = self.waiting.popleft()
            if not place.done():
                self.active += 1
                place.set_result(None)

    def pause(self, seconds: float) -> None:
        """Let nobody in for so long."""
        self.paused_until = max(self.paused_until, time.monotonic() + seconds)

    @property
    def idle(self) -> bool:
        """Whether nothing would be lost by forgetting this host."""
        return not self.active and not self.waiting and max(self.next_slot, self.paused_until) < time.monotonic()

    async def _take_place(self, limit: int) -> None:
        if self.active < limit and not self.waiting:
            self.active += 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((place, limit))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave()  # the place was given in the same moment: pass it on
            raise

    async def _wait_out_pause(self, patience: float) -> None:
        while (left := self.paused_until - time.monotonic()) > 0:
            if left > patience:
                raise HostPaused(left)
            await asyncio.sleep(left)


class Hosts:
    """A gate for each host."""

    def __init__(self) -> None:
        self._gates: dict[str, HostGate] = {}

    def gate(self, host: str) -> HostGate:
        """The gate of a host (name and port)."""
        gate = self._gates.get(host)
        if gate is None:
            if len(self._gates) >= _MANY_HOSTS:
                self._gates = {name: kept for name, kept in self._gates.items() if not kept.idle}
            gate = self._gates[host] = HostGate()
        return gate
