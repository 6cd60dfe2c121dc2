"""`mystage --help` against `python -c "import typer"`, both with compiled bytecode (bar: <= 1.5x).

python benchmarks/startup.py [--runs 15]
"""

from __future__ import annotations

import argparse
import compileall
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

SRC = Path(__file__).resolve().parents[1] / "src"


def seconds(*command: str) -> float:
    """Wall time of one process."""
    environment = dict(os.environ, PYTHONPATH=str(SRC))
    start = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    """Run in pairs and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    args = parser.parse_args()
    compileall.compile_dir(str(SRC), quiet=2)
    floor_command = (sys.executable, "-c", "import typer")
    our_command = (sys.executable, "-m", "mystage", "--help")
    seconds(*floor_command), seconds(*our_command)
    pairs = [(seconds(*floor_command), seconds(*our_command)) for _ in range(args.runs)]
    floor, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(b / a for a, b in pairs)
    print(f"import typer {floor * 1000:.0f} ms, mystage --help {ours * 1000:.0f} ms: {ratio:.2f}x (bar 1.5x)")


if __name__ == "__main__":
    main()
