"""The governor that all workers of a deployment share: what a source may be asked is kept in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.live import Governor
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.errors import Conflict, Throttled
from mystage.domain.pipeline.governing import (
    MANY,
    QUOTAS,
    BreakerPolicy,
    Permits,
    Quota,
    Refusal,
    answered,
    give_back,
    left,
    pause_of,
    reserve,
)
from mystage.domain.pipeline.quotas import Limit, said
from mystage.domain.values import digest_id

PATIENCE: Final = 10.0
"""Seconds that a worker stands and waits for its turn; for a longer wait the task is put off."""
_TRIES: Final = 40
_AFTER: Final = 0.0002
"""Seconds; clocks are rounded, and a worker that wakes up a microsecond early would lose its place."""
_BELIEVED: Final = 5.0
"""Seconds for which a refusal is repeated without another look."""


@dataclass(slots=True)
class _Gate:
    """One source under one key, in this process."""

    id: str
    source: str
    limits: tuple[Limit, ...] = ()
    known: Quota | None = None
    """As the store had it when it was last asked."""
    permits: Permits | None = None
    used: int = 0
    last_use: float = 0.0
    want: int = 1
    waiting: int = 0
    refused_until: float = 0.0
    refusal: Refusal | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def take(self, now: float) -> bool:
        """Use a permit, if one is good now."""
        held = self.permits
        if held is None or self.used >= held.count or not held.start <= now <= held.until:
            return False
        self.used += 1
        self.last_use = now
        return True


class KeptGovernor(Governor):
    """Permits are taken from the store some at a time: one round trip for several calls, and none beyond the limit.

    Args:
        store: keeps the state of each source (collection `quotas`).
        clock: UTC; sleeps while a worker waits for its turn.
        ids: chance, for the pauses after a conflict.
        policy: when a source that fails is left alone.
        patience: see `PATIENCE`.
    """

    def __init__(
        self,
        store: DocumentStore,
        clock: Clock,
        ids: IdSource,
        policy: BreakerPolicy | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._policy = policy or BreakerPolicy()
        self._patience = patience
        self._gates: dict[tuple[str, str], _Gate] = {}
        self.round_trips = 0
        """Decisions made in the store so far."""

    async def enter(self, source: str, limits: tuple[Limit, ...], key: str = "") -> None:
        gate = self._gate(source, key)
        if gate.limits != limits:
            gate.limits, gate.permits, gate.want = limits, None, 1
        deadline = self._now() + self._patience
        gate.waiting += 1
        try:
            async with gate.turn:  # one after the other: who waits, waits for all behind it
                while not gate.take(self._now()):
                    await self._refill(gate, deadline)
        finally:
            gate.waiting -= 1

    async def learn(self, source: str, status: int, headers: Mapping[str, str], key: str = "") -> None:
        gate = self._gate(source, key)
        heard, now = said(headers, self._clock.now()), self._now()

        def told(quota: Quota) -> Quota:
            return answered(quota, gate.limits, self._policy, status=status, heard=heard, now=now)

        known = gate.known or self._fresh(gate)
        if told(known) == known:
            return  # all is as it was known to be: nothing to write
        if known.opened or not 0 < status < 400:
            await self._return_permits(gate)
        gate.known = await self._change(gate, told)

    async def paused(self, source: str) -> float:
        found = await UnitOfWork(self._store).of(QUOTAS).find(source=source)
        now = self._now()
        return max((pause_of(quota, now) for quota in found), default=0.0)

    async def all(self) -> list[Quota]:
        """How each source stands that was asked so far."""
        return sorted(await UnitOfWork(self._store).of(QUOTAS).find(), key=lambda quota: (quota.source, quota.id))

    async def _refill(self, gate: _Gate, deadline: float) -> None:
        """Take permits and wait until they are good. Raises Throttled."""
        now = self._now()
        if gate.refusal is not None and now < gate.refused_until:
            raise _throttled(gate, gate.refusal)
        held = gate.permits
        if held is not None:
            gate.want = min(MANY, 2 * gate.want) if gate.used >= held.count else max(1, gate.used)
        found: list[Permits | Refusal] = []

        def take(quota: Quota) -> Quota:
            moment = self._now()
            returned = give_back(quota, held, gate.used, gate.last_use) if held is not None else quota
            got = reserve(
                returned,
                gate.limits,
                self._policy,
                now=moment,
                want=gate.waiting,
                ahead=gate.want,
                patience=max(0.0, deadline - moment),
            )
            found[:] = [got] if isinstance(got, Refusal) else [got[1]]
            return returned if isinstance(got, Refusal) else got[0]

        gate.known = await self._change(gate, take)
        gate.permits, gate.used, gate.last_use = None, 0, 0.0
        got = found[0]
        if isinstance(got, Refusal):
            gate.refusal = got
            gate.refused_until = self._now() + min(_BELIEVED, max(0.0, got.wait - self._patience))
            raise _throttled(gate, got)
        gate.permits, gate.refusal = got, None
        if got.start > self._now():
            await self._clock.sleep(got.start - self._now() + _AFTER)

    async def _return_permits(self, gate: _Gate) -> None:
        """The source is not well: what it was to be asked for is asked about anew."""
        held, used, last_use = gate.permits, gate.used, gate.last_use
        gate.permits = None
        if held is not None:
            await self._change(gate, lambda quota: give_back(quota, held, used, last_use))

    async def _change(self, gate: _Gate, change: Callable[[Quota], Quota]) -> Quota:
        """Decide on the source's state; where another worker was faster, again, with growing pauses."""
        for attempt in range(_TRIES):
            unit = UnitOfWork(self._store)
            before = await unit.of(QUOTAS).get(gate.id) or self._fresh(gate)
            after = change(before)
            self.round_trips += 1
            if after == before:
                return before
            unit.of(QUOTAS).put(after)
            try:
                await unit.commit()
            except Conflict:
                await self._clock.sleep(self._ids.chance() * min(0.5, 0.005 * 2**attempt))
            else:
                return after
        raise Throttled("too many workers ask for the same source at once", where=gate.source, retry_after=1.0)

    def _fresh(self, gate: _Gate) -> Quota:
        return Quota(id=gate.id, source=gate.source)

    def _gate(self, source: str, key: str) -> _Gate:
        if (source, key) not in self._gates:
            self._gates[source, key] = _Gate(digest_id(source, key, prefix="quota_"), source)
        return self._gates[source, key]

    def _now(self) -> float:
        return self._clock.now().timestamp()

    async def remaining(self, source: str, limits: tuple[Limit, ...], key: str = "") -> dict[float, int]:
        """Calls left in each limit, by its seconds."""
        quota = await UnitOfWork(self._store).of(QUOTAS).get(self._gate(source, key).id)
        now = self._now()
        return {limit.seconds: left(quota, limit, now) if quota else limit.calls for limit in limits}


def _throttled(gate: _Gate, refusal: Refusal) -> Throttled:
    return Throttled(refusal.why, where=gate.source, hint="it goes on later", retry_after=max(0.05, refusal.wait))
