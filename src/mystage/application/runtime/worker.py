"""A worker: claims tasks of all stages, keeps their leases alive, and stops cleanly.

While not stopped: claim a batch, run it, commit; with nothing to claim, wait for a commit, a due task, or the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog

from mystage.application.ports.system import Clock
from mystage.application.ports.tasks import Lease, TaskQueue
from mystage.application.runtime.runner import StageRunner
from mystage.domain.errors import LeaseLost, MystageError, Unavailable

log = structlog.get_logger("mystage.worker")
_POLL: Final = 0.25
"""Seconds between looks at the queue when nothing wakes the worker (another process may have queued work)."""
_OUTAGES: Final = 8
"""Failed claims in a row after which the worker gives the error to its caller."""


@dataclass
class Progress:
    """Tasks that this worker has ended, by stage; read by progress displays."""

    done: dict[str, int] = field(default_factory=dict)
    waiting: int = 0


class Worker:
    """Runs stages until told to stop, or until nothing is left to do."""

    def __init__(
        self, name: str, runners: Sequence[StageRunner], queue: TaskQueue, clock: Clock, *, lease_seconds: float = 15.0
    ) -> None:
        self._name = name
        self._runners = runners
        self._queue = queue
        self._clock = clock
        self._lease_seconds = lease_seconds
        self._held: dict[str, Lease] = {}
        self._stop = asyncio.Event()
        self._woken = asyncio.Event()
        self._busy = 0
        self.progress = Progress({runner.stage.name: 0 for runner in runners})

    def stop(self) -> None:
        """Finish the batches under way, then return from `run`."""
        self._stop.set()
        self._woken.set()

    async def run(self, *, until_idle: bool = False, patience: float = 20.0) -> None:
        """Work. With `until_idle`, return when no task is ready and none becomes ready within `patience` seconds.

        Raises Unavailable where the store stays out of reach, and whatever else the store says that waiting cannot mend.
        """
        try:
            await self._run_slots(until_idle=until_idle, patience=patience)
        except BaseExceptionGroup as group:
            ours, others = group.split(MystageError)
            if ours is None or others is not None:
                raise
            # every slot met the same trouble: one of them tells it
            raise _first(ours) from group

    async def _run_slots(self, *, until_idle: bool, patience: float) -> None:
        slots = [self._serve(runner) for runner in self._runners for _ in range(runner.stage.parallel)]
        async with asyncio.TaskGroup() as group:
            side = [group.create_task(self._keep_leases())]
            if until_idle:
                side.append(group.create_task(self._stop_when_idle(patience)))
            await asyncio.gather(*(group.create_task(slot) for slot in slots))
            for task in side:
                task.cancel()

    async def _serve(self, runner: StageRunner) -> None:
        """One slot of a stage."""
        outages, unworked = 0, False
        while not self._stop.is_set():
            leases: list[Lease] = []
            try:
                leases = await self._claim(runner)
                if not leases:
                    # a claim that finds nothing ends an outage, unless work is what the store does not take
                    outages = outages if unworked else 0
                    await self._idle()
                    continue
                await self._work(runner, leases)
                outages, unworked = 0, False
            except Unavailable as error:
                outages += 1
                unworked = unworked or bool(leases)
                log.warning("store out of reach", stage=runner.stage.name, error=str(error), time=outages)
                if outages >= _OUTAGES:
                    self.stop()
                    raise
                await self._clock.sleep(min(0.1 * 2**outages, 5.0))
            except BaseException:
                self.stop()
                raise

    async def _claim(self, runner: StageRunner) -> list[Lease]:
        stage = runner.stage
        if stage.linger and self._busy:
            await self._pause(stage.linger)
        # counted as busy from before the claim, so that no other slot takes the gap for the end of all work
        self._busy += 1
        try:
            leases = await self._queue.claim((stage.name,), stage.batch, self._lease_seconds, self._name)
        finally:
            self._busy -= 1
        if leases:
            self._busy += 1
        return leases

    async def _work(self, runner: StageRunner, leases: list[Lease]) -> None:
        tokens = {lease.token: lease for lease in leases}
        self._held.update(tokens)
        try:
            await runner.run(leases)
            self.progress.done[runner.stage.name] += len(leases)
        finally:
            for token in tokens:
                self._held.pop(token, None)
            self._busy -= 1
            self._woken.set()

    async def _idle(self) -> None:
        """Wait for a commit of this worker, for news of the queue, or for the next look."""
        self._woken.clear()
        ours = asyncio.ensure_future(self._woken.wait())
        others = asyncio.ensure_future(self._queue.wait([runner.stage.name for runner in self._runners], _POLL))
        try:
            await asyncio.wait((ours, others), return_when=asyncio.FIRST_COMPLETED)
            if others.done():
                others.result()
        finally:
            ours.cancel()
            others.cancel()

    async def _pause(self, seconds: float) -> None:
        """Wait for `seconds`, for a commit of this worker (which may have queued work), or for the end."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    async def _stop_when_idle(self, patience: float) -> None:
        while not self._stop.is_set():
            await asyncio.sleep(0.05)
            if not self._busy and await self._nothing_due(patience) and not self._busy:
                self.stop()

    async def _nothing_due(self, patience: float) -> bool:
        """Whether no task of our stages is ready or becomes ready (other workers' leases included) in time."""
        due = await self._queue.next_ready([runner.stage.name for runner in self._runners])
        return due is None or (due - self._clock.now()).total_seconds() > patience

    async def _keep_leases(self) -> None:
        """Extend what is held, well before it ends."""
        while True:
            await asyncio.sleep(self._lease_seconds / 3)
            held = list(self._held.values())
            if not held:
                continue
            try:
                await self._queue.extend(held, self._lease_seconds)
            except LeaseLost as error:
                # a task that ended while its lease was being extended is no loss
                if any(lease.token in self._held for lease in held):
                    log.debug("a lease may be lost; its commit would be refused", error=str(error))
            except MystageError as error:
                log.warning("leases could not be extended", error=str(error))


def _first(group: BaseExceptionGroup[MystageError]) -> MystageError:
    """The first error in a group of groups."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
