"""An event loop whose time is virtual: where all wait, the clock jumps to the next timer. No test waits for real."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from mystage.application.ports.system import Clock

T = TypeVar("T")
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


class VirtualLoop(asyncio.SelectorEventLoop):
    """`select` does not wait: it moves the time on by what it would have waited."""

    def __init__(self) -> None:
        super().__init__()
        self._moment = 0.0
        select = self._selector.select  # type: ignore[attr-defined]  # of every loop over a selector

        def jump(timeout: float | None) -> Any:
            if timeout:
                self._moment += timeout
            return select(0 if timeout is not None else 1)

        self._selector.select = jump  # type: ignore[attr-defined]  # likewise

    def time(self) -> float:
        return self._moment


class LoopClock(Clock):
    """The loop's time as the time of day; `offset` seconds can be changed, as somebody does who sets a clock."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=asyncio.get_running_loop().time() + self.offset)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def virtually(main: Coroutine[Any, Any, T]) -> T:
    """Run in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
