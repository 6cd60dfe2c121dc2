"""A worker process for the crash tests: `python -m tests.support.drain URL NAME`. Ends when nothing is queued.

Each task's effect is a counter that its commit adds 1 to, together with the end of the task's lease.
"""

from __future__ import annotations

import asyncio
import sys

from tests.integration.contracts.samples import COLLECTIONS, put

from mystage.adapters.stores.sql.postgres_store import PostgresStore
from mystage.adapters.system import SystemClock
from mystage.application.ports.documents import ChangeSet, Increment
from mystage.domain.errors import Conflict

LEASE_SECONDS = 2.0


async def drain(url: str, name: str) -> None:
    store = PostgresStore(url, COLLECTIONS, SystemClock(), size=2)
    await store.open()
    while True:
        leases = await store.claim(["work"], 20, LEASE_SECONDS, name)
        if not leases:
            if await store.next_ready(["work"]) is None:
                break
            await store.wait(["work"], 0.1)
            continue
        await asyncio.sleep(0.005)  # the work
        try:
            await store.commit(
                ChangeSet(
                    puts=tuple(put(f"done-{lease.task.id}") for lease in leases),
                    increments=tuple(Increment(lease.task.id, 1) for lease in leases),
                    completes=tuple(leases),
                )
            )
        except Conflict:  # a lease was lost: somebody else has the task
            continue
    await store.close()


if __name__ == "__main__":
    asyncio.run(drain(*sys.argv[1:]))
