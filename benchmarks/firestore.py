"""The Firestore store against the bare client on the emulator, in one run: ratios of medians (1.0 = as fast as bare).

Run: python benchmarks/firestore.py [rounds]   (starts the emulator of the Google Cloud SDK on a free port)

Both sides turn the same models into documents (validation and dumping included) and commit 500 of them.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from stores import DOCS, Doc, doc, put  # noqa: E402  the path is set above
from tests.support.firestore import VARIABLE, Emulator, emulator_jar  # noqa: E402  the path is set above

from mystage.adapters.stores.firestore import FirestoreStore  # noqa: E402  the path is set above
from mystage.adapters.system import SystemClock  # noqa: E402  the path is set above
from mystage.application.ports.documents import ChangeSet  # noqa: E402  the path is set above

BATCH = 500


class Bench:
    """One emulator, a store in one project, the bare client in another."""

    def __init__(self, rounds: int) -> None:
        from google.cloud.firestore import AsyncClient  # noqa: PLC0415  after the emulator's address is set

        self.rounds = rounds
        self.store = FirestoreStore("bench-store", (DOCS,), SystemClock())
        self.bare: Any = AsyncClient(project="bench-bare")
        self.number = 0

    async def compare(
        self, name: str, ours: Callable[[list[Doc]], Awaitable[object]], bare: Callable[[list[Doc]], Awaitable[object]]
    ) -> None:
        """Both by turns, so that a noisy moment hits both; two rounds first, for the emulator to warm up."""
        times: list[tuple[float, float]] = []
        for turn in range(self.rounds + 2):
            docs = [doc(number) for number in range(self.number, self.number + BATCH)]
            self.number += BATCH
            pair = (await timed(bare(docs)), await timed(ours(docs)))
            times += [pair] if turn > 1 else []
        floor, taken = (statistics.median(side) for side in zip(*times, strict=True))
        each = [f"{side / BATCH * 1e6:8.1f} us" for side in (floor, taken)]
        print(f"{name:32} bare {each[0]}  store {each[1]}  ratio {floor / taken:.2f}", flush=True)

    async def write_bare(self, docs: list[Doc]) -> None:
        batch = self.bare.batch()
        for document in docs:
            batch.create(self.bare.collection("docs").document(document.id), document.model_dump(mode="json"))
        await batch.commit()

    async def write_store(self, docs: list[Doc]) -> None:
        await self.store.commit(ChangeSet(puts=tuple(put(DOCS, document) for document in docs)))

    async def read_bare(self, docs: list[Doc]) -> None:
        names = [self.bare.collection("docs").document(document.id) for document in docs]
        assert len([Doc.model_validate(found.to_dict()) async for found in self.bare.get_all(names)]) == BATCH

    async def read_store(self, docs: list[Doc]) -> None:
        found = await self.store.get_many("docs", [document.id for document in docs])
        assert len([Doc.model_validate_json(record.body) for record in found.values()]) == BATCH

    async def run(self) -> None:
        await self.compare("batch of 500 puts", self.write_store, self.write_bare)
        self.number = 0
        await self.compare("get_many of 500 + validate", self.read_store, self.read_bare)
        await self.store.close()
        await self.bare._firestore_api.transport.close()  # noqa: SLF001  the client has no way to close its channel


async def timed(work: Awaitable[object]) -> float:
    start = time.perf_counter()
    await work
    return time.perf_counter() - start


def main() -> None:
    jar = emulator_jar()
    if jar is None:
        sys.exit("the Firestore emulator is missing")
    emulator = Emulator(jar)
    emulator.start()
    os.environ[VARIABLE] = emulator.host
    try:
        asyncio.run(Bench(int(sys.argv[1]) if len(sys.argv) > 1 else 7).run())
    finally:
        emulator.stop()


if __name__ == "__main__":
    main()
