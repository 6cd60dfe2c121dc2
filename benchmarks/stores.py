"""The SQLite store against bare `sqlite3` on the same tables, in one run: ratios of medians (1.0 = as fast as bare).

Run: python benchmarks/stores.py [rounds]
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from mystage.adapters.stores.sql import SqliteStore
from mystage.adapters.system import SystemClock
from mystage.application.ports.documents import ChangeSet, Put, Query, Where
from mystage.domain.delivery import Task
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Instant, Model

GETS, BATCH, TASKS, DOCUMENTS = 2_000, 500, 500, 20_000


class Doc(Model):
    id: str
    kind: str
    source: str
    name: str
    text: str
    tags: tuple[str, ...]
    numbers: dict[str, float]
    updated_at: Instant
    match_keys: tuple[str, ...]


DOCS = Collection("docs", Doc, indexes=(Index("kind"), Index("source"), Index("match_keys", array=True)))
PLAIN = Collection("plain", Doc)


def doc(number: int) -> Doc:
    """A document of about 1.2 KB."""
    return Doc(
        id=f"doc_{number * 7919 % 1_000_003:07d}",
        kind=("venue", "artist", "performance")[number % 3],
        source=f"source{number % 40}",
        name=f"Document {number}",
        text="words and more words " * 40,
        tags=tuple(f"tag{number % (7 + i)}" for i in range(5)),
        numbers={f"n{i}": number / (i + 1) for i in range(8)},
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
        match_keys=(f"key{number // 4}", f"other{number // 10}"),
    )


def put(collection: Collection[Doc], document: Doc) -> Put:
    return Put(collection.name, document.id, document.model_dump_json().encode(), collection.index_values(document))


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Bench:
    """One store file filled with documents, a bare connection to another file with the same tables."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self.rounds = rounds
        self.runner = asyncio.Runner()
        self.store = SqliteStore(folder / "store.db", (DOCS, PLAIN), SystemClock())
        self.puts = {c.name: [put(c, doc(number)) for number in range(DOCUMENTS)] for c in (DOCS, PLAIN)}
        for name, puts in self.puts.items():
            for start in range(0, DOCUMENTS, BATCH):
                self.run(self.store.commit(ChangeSet(puts=tuple(puts[start : start + BATCH]))))
            print(f"filled {name}")
        self.run(self.store.close())
        for suffix in ("", "-wal"):
            source = folder / f"store.db{suffix}"
            if source.exists():
                (folder / f"bare.db{suffix}").write_bytes(source.read_bytes())
        self.store = SqliteStore(folder / "store.db", (DOCS, PLAIN), SystemClock())
        self.bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
        self.bare.execute("PRAGMA journal_mode = WAL")
        self.bare.execute("PRAGMA synchronous = NORMAL")
        self.bare.execute("PRAGMA cache_size = -16384")
        self.bare.execute("PRAGMA wal_autocheckpoint = 4000")
        self.number = DOCUMENTS

    def run(self, work):
        return self.runner.run(work)

    def compare(
        self, name: str, count: int, bare: Callable[[], object], ours: Callable[[], object], *, warm: bool = True
    ) -> None:
        """Both by turns, so that a noisy moment hits both; reads once before, so that both caches are warm."""
        if warm:
            bare()
            ours()
        pairs = [(timed(bare), timed(ours)) for _ in range(self.rounds)]
        floor, time_taken = (statistics.median(side) for side in zip(*pairs, strict=True))
        each = [f"{side / count * 1e6:8.1f} us" for side in (floor, time_taken)]
        print(f"{name:46} bare {each[0]}  store {each[1]}  ratio {floor / time_taken:.2f}", flush=True)

    def gets(self) -> None:
        ids = [p.id for p in self.puts["docs"][: GETS * 7 : 7]]
        validate = Doc.model_validate_json

        def bare() -> None:
            for id in ids:
                validate(self.bare.execute("SELECT version, body FROM docs WHERE id = ?", (id,)).fetchone()[1])

        async def ours() -> None:
            for id in ids:
                validate((await self.store.get("docs", id)).body)

        self.compare("point get + validate", len(ids), bare, lambda: self.run(ours()))

    def many(self) -> None:
        ids = [p.id for p in self.puts["docs"][: BATCH * 11 : 11]]
        marks = ", ".join("?" * len(ids))

        def bare() -> None:
            dict(self.bare.execute(f"SELECT id, body FROM docs WHERE id IN ({marks})", ids).fetchall())  # noqa: S608  names of our own

        self.compare("get_many of 500", 500, bare, lambda: self.run(self.store.get_many("docs", ids)))

    def fresh(self, collection: Collection[Doc]) -> list[Put]:
        self.number += BATCH
        return [put(collection, doc(number)) for number in range(self.number - BATCH, self.number)]

    def batches(self, collection: Collection[Doc]) -> None:
        rounds = [self.fresh(collection) for _ in range(self.rounds)]
        bare_rounds, our_rounds = iter(rounds), iter(rounds)
        columns = [index.field for index in collection.indexes]
        sql = f"INSERT INTO {collection.name} (id, version, body{''.join(', ' + c for c in columns)}) VALUES (?, ?, ?{', ?' * len(columns)})"  # noqa: S608  names of our own

        def bare() -> None:
            puts = next(bare_rounds)
            self.bare.execute("BEGIN IMMEDIATE")
            self.bare.executemany(
                sql,
                [
                    (p.id, 1, p.body, *(json.dumps(v) if isinstance(v, tuple) else v for v in p.index.values()))
                    for p in puts
                ],
            )
            if columns:
                rows = [(key, p.id) for p in puts for key in p.index["match_keys"]]
                self.bare.executemany("INSERT INTO docs__match_keys (value, id) VALUES (?, ?)", rows)
            self.bare.execute("COMMIT")

        def ours() -> None:
            self.run(self.store.commit(ChangeSet(puts=tuple(next(our_rounds)))))

        self.compare(f"batch of 500 puts ({len(columns)} indexes)", BATCH, bare, ours, warm=False)

    def finds(self) -> None:
        keys = [[f"key{number}", f"key{number + 3}", f"other{number}"] for number in range(0, 2_000, 10)]

        def bare() -> None:
            for some in keys:
                self.bare.execute(
                    "SELECT id, version, body FROM docs WHERE kind = 'venue' AND id IN "
                    "(SELECT id FROM docs__match_keys WHERE value IN (?, ?, ?)) ORDER BY id LIMIT 50",
                    some,
                ).fetchall()

        async def ours() -> None:
            for some in keys:
                where = (Where("kind", "eq", "venue"), Where("match_keys", "any", tuple(some)))
                await self.store.find(Query("docs", where, limit=50))

        self.compare("find: eq kind + any of 3 keys", len(keys), bare, lambda: self.run(ours()))

    def tasks(self) -> None:
        self.bare.execute("CREATE TABLE queue (id TEXT PRIMARY KEY, queue TEXT, payload TEXT, token TEXT)")
        self.bare.execute("CREATE INDEX queue_free ON queue (queue) WHERE token IS NULL")
        tasks = [Task(id=f"task{number}", queue="work", payload={"id": str(number)}) for number in range(TASKS)]

        def bare() -> None:
            rows = [(task.id, task.queue, json.dumps(task.payload)) for task in tasks]
            self.transaction("INSERT INTO queue (id, queue, payload) VALUES (?, ?, ?)", rows)
            free = "SELECT id, payload FROM queue WHERE queue = 'work' AND token IS NULL LIMIT 50"
            while claimed := self.bare.execute(free).fetchall():
                self.transaction("UPDATE queue SET token = 'x' WHERE id = ?", [(row[0],) for row in claimed])
                self.transaction("DELETE FROM queue WHERE id = ?", [(row[0],) for row in claimed])

        async def ours() -> None:
            await self.store.add(tasks)
            while leases := await self.store.claim(["work"], 50, 60, "w"):
                await self.store.complete(leases)

        self.compare("tasks: add, claim 50, complete 50", TASKS, bare, lambda: self.run(ours()))

    def transaction(self, sql: str, rows: list[tuple[str, ...]]) -> None:
        self.bare.execute("BEGIN IMMEDIATE")
        self.bare.executemany(sql, rows)
        self.bare.execute("COMMIT")

    def commits(self) -> None:
        """What a stage writes: 200 documents, 200 next tasks, 200 leases ended, in one commit."""
        times = []
        for turn in range(self.rounds):
            self.run(self.store.add([Task(id=f"in{turn}-{number}", queue="in") for number in range(200)]))
            leases = tuple(self.run(self.store.claim(["in"], 200, 60, "w")))
            tasks = tuple(Task(id=f"out{turn}-{number}", queue="out") for number in range(200))
            changes = ChangeSet(puts=tuple(self.fresh(DOCS)[:200]), tasks=tasks, completes=leases)
            times.append(timed(lambda changes=changes: self.run(self.store.commit(changes))))
        print(f"{'commit of 200 puts + 200 tasks + 200 completes':46} {statistics.median(times) * 1e3:.1f} ms")

    def close(self) -> None:
        self.run(self.store.close())
        self.runner.close()
        self.bare.close()


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), rounds)
        bench.gets()
        bench.many()
        bench.finds()
        bench.batches(PLAIN)
        bench.batches(DOCS)
        bench.tasks()
        bench.commits()
        bench.close()


if __name__ == "__main__":
    main()
