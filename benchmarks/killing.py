"""10,000 tasks over four worker processes, of which one after another is killed (signal 9): each effect exactly once.

Run: ./run bench killing, or python benchmarks/killing.py [TASKS] [KILLS]. It starts a PostgreSQL server of its own.
"""

from __future__ import annotations

import asyncio
import sys
import time

from tests.support.drain import LEASE_SECONDS
from tests.support.killing import WORKERS, killed_and_drained
from tests.support.postgres import running_server, why_missing


def main() -> None:
    """Drain, and tell; the exit code says whether each task took effect once."""
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    if reason := why_missing():
        print(reason)
        return
    with running_server() as server:
        begun = time.perf_counter()
        told = asyncio.run(killed_and_drained(server.schema(), tasks, kills=kills))
        took = time.perf_counter() - begun
    print(
        f"{tasks:,} tasks, {WORKERS} processes, {told.killed} kills, {told.orphans} leases orphaned "
        f"(lease {LEASE_SECONDS:g} s), {took:.0f} s; effects: {dict(told.effects)}, left in the queue: {told.left}"
    )
    sys.exit(0 if told.effects == {1: tasks} and not told.left else 1)


if __name__ == "__main__":
    main()
