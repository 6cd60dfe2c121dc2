"""`./run bench [NAME ...]`: runs the benchmarks, each in a process of its own, and prints what they print."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = (
    "acts",
    "startup",
    "validation",
    "reading",
    "extraction",
    "stores",
    "fetch",
    "search",
    "pipeline",
    "postgres",
    "moving",
    "queues",
    "killing",
    "cadence",
    "images",
    "durable",
    "rebuild",
    "resolution",
)


def main() -> int:
    """Run all, or those that are named."""
    names = sys.argv[1:] or list(NAMES)
    unknown = [name for name in names if not (HERE / f"{name}.py").is_file()]
    if unknown or "--help" in names or "-h" in names:
        print(f"usage: ./run bench [{' | '.join(NAMES)}] ...")
        return 2 if unknown else 0
    failed = []
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join((str(HERE.parent / "src"), str(HERE.parent))))
    for name in names:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, str(HERE / f"{name}.py")], env=environment, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
