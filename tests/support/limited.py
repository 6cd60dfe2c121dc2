"""Real `mystage` processes with a time limit, whose peak of memory is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.programs import environment

QUICK = {"retry_base": "0.05", "retry_cap": "0.1", "lease_seconds": "2"}
"""Settings under which trying again takes no time."""


@dataclass(frozen=True)
class Finished:
    """How a process ended. `megabytes`: the most memory it held."""

    code: int
    out: str
    err: str
    seconds: float
    megabytes: float

    @property
    def json(self) -> Any:
        """The last line of its output."""
        return json.loads(self.out.splitlines()[-1])

    def proper(self, *codes: int) -> Finished:
        """Assert that it ended by itself, with one of these exit codes, and without a traceback."""
        assert self.code in codes, f"exit {self.code}\n{self.out[-3000:]}\n{self.err[-3000:]}"
        assert "Traceback" not in self.err, self.err[-3000:]
        return self


def mystage(*args: str | os.PathLike[str], cwd: Path, limit: float = 60.0, **settings: str) -> Finished:
    """Run `mystage ARGS` to its end; killed (exit code -9) after `limit` seconds."""
    return program([sys.executable, "-m", "mystage", *map(os.fspath, args)], cwd=cwd, limit=limit, **settings)


def program(command: list[str], *, cwd: Path, limit: float = 60.0, **settings: str) -> Finished:
    """Run a program as `mystage` is run."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.monotonic()
        child = subprocess.Popen(command, cwd=cwd, env=environment(**(QUICK | settings)), stdout=out, stderr=err)
        watchdog = threading.Timer(limit, child.kill)
        watchdog.start()
        peak = 0.0
        try:
            while child.poll() is None:
                peak = max(peak, _peak(child.pid))
                time.sleep(0.01)
        finally:
            watchdog.cancel()
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
        seconds = time.monotonic() - begun
        return Finished(child.returncode, texts[0], texts[1], seconds, peak)


def _peak(pid: int) -> float:
    """The high-water mark of a process's memory in MB, 0 once it has ended.

    Not `ru_maxrss`: that of a child begins with what its parent held when it was started.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0.0)
