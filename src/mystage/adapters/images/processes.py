"""Pictures in child processes: a decoder that hangs, breaks down or swells takes nothing else along."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from mystage.application.ports.images import ImageProcessor, Rendered, Variant
from mystage.domain.errors import Invalid, Malformed, TooLarge, Unavailable

_ROOT: Final = Path(__file__).resolve().parents[3]
_PROGRAM: Final = "import sys; sys.path.append(sys.argv[1]); from mystage.adapters.images.child import serve; serve()"
_LONGEST: Final = 64 * 1024 * 1024
"""Bytes of one frame of an answer that are believed."""
_ERRORS: Final = {error.code: error for error in (Malformed, TooLarge)}


class ImageProcesses(ImageProcessor):
    """Children that are started when the first picture comes.

    Args:
        processes: at once; each may take up to 80 MB.
        seconds: for one picture; then its child is ended.
        renewed: pictures after which a child makes room for a fresh one, since freed memory is not always given back.
    """

    def __init__(self, processes: int = 1, *, seconds: float = 120.0, renewed: int = 200) -> None:
        self._turns = asyncio.Semaphore(processes)
        self._seconds = seconds
        self._renewed = renewed
        self._idle: list[_Child] = []

    async def render(self, data: bytes) -> Rendered:
        async with self._turns:
            child = self._idle.pop() if self._idle else await _start()
            try:
                async with asyncio.timeout(self._seconds):
                    made = await child.ask(data)
            except TimeoutError as error:
                raise Unavailable(f"not decoded within {self._seconds:g} s", where="slow") from error
            except (asyncio.IncompleteReadError, OSError, ValueError) as error:
                raise Unavailable("the process that decoded it broke down", where="crash") from error
            finally:
                # whatever ended it half way, also a cancellation: its next answer would be that of this picture
                if child.between and child.answered < self._renewed:
                    self._idle.append(child)
                else:
                    await child.end()
            return made

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().end()


class _Child:
    """One process, one picture at a time."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.answered = 0
        self.between = True
        """Whether no picture is half way."""

    async def ask(self, data: bytes) -> Rendered:
        """One picture. Raises what the child says, or whatever shows that it is gone."""
        inbound = self._process.stdin
        if inbound is None:
            raise OSError("no pipe")
        self.between = False
        inbound.write(len(data).to_bytes(4, "big"))
        inbound.write(data)
        await inbound.drain()
        header = json.loads(await self._frame())
        variants = [Variant(w, h, await self._frame()) for w, h in header.pop("variants", ())]
        self.between, self.answered = True, self.answered + 1
        if "error" in header:
            raise _ERRORS.get(header["error"], Malformed)(header["message"], where=header["where"])
        return Rendered(**header, variants=tuple(variants))

    async def _frame(self) -> bytes:
        outbound = self._process.stdout
        if outbound is None:
            raise OSError("no pipe")
        length = int.from_bytes(await outbound.readexactly(4), "big")
        if length > _LONGEST:
            raise ValueError(f"a frame of {length} bytes")
        return await outbound.readexactly(length)

    async def end(self) -> None:
        """End the process and wait for it."""
        with suppress(ProcessLookupError):  # gone already
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        # reads what is left: the pipes are closed when it is done
        with suppress(OSError, ValueError):
            await self._process.communicate()
        await self._process.wait()


async def _start() -> _Child:
    if find_spec("PIL") is None:
        raise Invalid(
            "Pillow is not installed", where="images", hint="install the extra: pip install 'mystage[images]'"
        )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-c", _PROGRAM, str(_ROOT), stdin=PIPE, stdout=PIPE, start_new_session=True
    )
    return _Child(process)
