"""Real `mystage` processes for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def environment(**settings: str) -> dict[str, str]:
    """The environment of a child: this interpreter's path, and settings as `MYSTAGE_...`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MYSTAGE_")}
    return kept | {"PYTHONPATH": str(ROOT / "src")} | {f"MYSTAGE_{k.upper()}": v for k, v in settings.items()}


def start(*args: str, cwd: Path, **settings: str) -> subprocess.Popen[str]:
    """Start `mystage ARGS`."""
    command = [sys.executable, "-m", "mystage", *args]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=cwd, env=environment(**settings), stdout=pipe, stderr=pipe, text=True)


def call(*args: str, cwd: Path, expect: int = 0, **settings: str) -> Any:
    """Run `mystage ARGS --json` to its end and answer the last line of its output as JSON."""
    process = start(*args, "--json", cwd=cwd, **settings)
    out, err = process.communicate(timeout=120)
    assert process.returncode == expect, f"exit {process.returncode}\n{out}\n{err}"
    return json.loads(out.splitlines()[-1]) if out.strip() else None
