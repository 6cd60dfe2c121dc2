"""A folder in which a page's blocks run, with `mystage` and `./run` as the page's reader has them. No network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc")
_MYSTAGE = """#!/bin/sh
exec {python} -m mystage "$@"
"""
_RUN = """#!/bin/sh
command=$1
shift
case "$command" in
  mystage) exec {python} -m mystage "$@" ;;
  test) exec {python} -m pytest -q -p no:cacheprovider "$@" ;;
  *) echo "./run $command is not for the documentation's tests" >&2; exit 64 ;;
esac
"""


class Playground:
    """Runs scripts and programs in one folder, one after the other.

    Args:
        folder: an empty folder.
        bytecode: where compiled modules are kept between the pages, so that each command starts quickly.
        copy: whether the folder shall hold a copy of the repository's code (for pages that change it).
    """

    def __init__(self, folder: Path, bytecode: Path, *, copy: bool) -> None:
        self.folder = folder
        self._last = 0
        programs = folder.parent / f"{folder.name}-bin"
        programs.mkdir()
        self._where = programs / "where"  # `cd` outlives its block, as in a terminal
        self._where.write_text(str(folder))
        source = REPO / "src"
        if copy:
            source = folder / "src"
            shutil.copytree(REPO / "src", source, ignore=_IGNORED)
            shutil.copy(REPO / "pyproject.toml", folder)
        for path, text in ((programs / "mystage", _MYSTAGE), (folder / "run", _RUN)):
            path.write_text(text.format(python=sys.executable))
            path.chmod(0o755)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("MYSTAGE_", "PYTHON", "COV"))}
        self._environment = inherited | {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(source),
            "PYTHONPYCACHEPREFIX": str(bytecode),
            "HOME": str(programs),
            "USER": "reader",
            "NO_COLOR": "1",
            "TZ": "UTC",
        }

    def shell(self, script: str, *, stop: bool) -> tuple[int, str]:
        """Exit code and all output of a script; `stop`: end at the first command that fails."""
        after = f"trap 'code=$?; pwd > {self._where}; exit $code' EXIT"
        done = self._call(["bash", "-c", f"{after}\n(exit {self._last})\n{'set -eu' if stop else ''}\n{script}"])
        self._last = done.returncode
        return done.returncode, done.stdout

    def python(self, program: str) -> tuple[int, str]:
        """Exit code and all output of a program."""
        done = self._call([sys.executable, "-W", "error", "-c", program])
        return done.returncode, done.stdout

    def _call(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self._where.read_text().strip(),
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
