"""Tasks on PostgreSQL against procrastinate, a queue library on the same server; and queueing by the thousand and singly.

Run: ./run bench queues, or python benchmarks/queues.py [JOBS]. It starts a server of its own.
Both sides run empty jobs in one process: ours claims 100 and completes them, procrastinate's worker runs ten at a time.
"""

from __future__ import annotations

import asyncio
import sys
import time

from procrastinate import App, PsycopgConnector
from tests.support.postgres import Server, running_server, why_missing

from mystage.adapters.stores.sql.postgres_store import PostgresStore
from mystage.adapters.system import SystemClock
from mystage.domain.delivery import Task

CLAIM, CONCURRENCY, WANTED, SINGLY = 100, 10, 10, 300


async def ours(server: Server, jobs: int) -> tuple[float, float, float]:
    """Jobs a second done; tasks a second queued by 1,000; and singly."""
    store = PostgresStore(server.schema(), (), SystemClock())
    await store.open()
    tasks = [Task(id=f"j{number}", queue="q", payload={"n": str(number)}) for number in range(10 * jobs)]
    begun = time.perf_counter()
    for start in range(0, len(tasks), 1_000):
        await store.add(tasks[start : start + 1_000])
    queued = len(tasks) / (time.perf_counter() - begun)
    begun = time.perf_counter()
    while leases := await store.claim(("q",), CLAIM, 30, "w"):
        await store.complete(leases)
    done = len(tasks) / (time.perf_counter() - begun)
    begun = time.perf_counter()
    for number in range(SINGLY):
        await store.add([Task(id=f"s{number}", queue="later")])
    singly = SINGLY / (time.perf_counter() - begun)
    await store.close()
    return done, queued, singly


async def theirs(server: Server, jobs: int) -> tuple[float, float]:
    """Jobs a second done, and queued in one batch."""
    app = App(connector=PsycopgConnector(conninfo=server.schema(), max_size=CONCURRENCY + 2))

    @app.task(queue="q", name="nothing")
    async def nothing(n: str) -> None:
        """Do nothing."""

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        begun = time.perf_counter()
        await nothing.batch_defer_async(*({"n": str(number)} for number in range(jobs)))
        queued = jobs / (time.perf_counter() - begun)
        begun = time.perf_counter()
        await app.run_worker_async(
            queues=["q"], concurrency=CONCURRENCY, wait=False, delete_jobs="always", install_signal_handlers=False
        )
        return jobs / (time.perf_counter() - begun), queued


async def measure(server: Server, jobs: int) -> bool:
    """Both, one after the other."""
    done, queued, singly = await ours(server, jobs)
    peer, peer_queued = await theirs(server, jobs)
    met, batched = done / peer >= WANTED, queued / singly >= WANTED
    print(f"{'tasks done':22} {done:9,.0f}/s  procrastinate {peer:7,.0f}/s  ratio {done / peer:5.1f}  "
          f"(wanted {WANTED}) {'' if met else 'MISSED'}")  # fmt: skip
    print(
        f"{'queued by the batch':22} {queued:9,.0f}/s  procrastinate {peer_queued:7,.0f}/s  ratio {queued / peer_queued:5.1f}"
    )
    print(f"{'  (bare: singly)':22} {queued:9,.0f}/s  singly {singly:14,.0f}/s  ratio {queued / singly:5.1f}  "
          f"(wanted {WANTED}) {'' if batched else 'MISSED'}")  # fmt: skip
    return met and batched


def main() -> None:
    """Measure; the exit code says whether the figures were met."""
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    if reason := why_missing():
        print(reason)
        return
    with running_server() as server:
        sys.exit(0 if asyncio.run(measure(server, jobs)) else 1)


if __name__ == "__main__":
    main()
