"""The memory store is the model: whatever is done, the other stores do the same."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.integration.contracts.samples import COLLECTIONS, put, query
from tests.support.firestore import firestore_emulator, need
from tests.support.postgres import Server, emptied

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.stores.sql import SqliteStore
from mystage.adapters.stores.sql.postgres_store import PostgresStore
from mystage.adapters.system import ManualClock
from mystage.application.ports.documents import ChangeSet, Delete, Increment, Page, Put, Query, Record, Release
from mystage.application.ports.tasks import Lease
from mystage.domain.delivery import Task
from mystage.domain.errors import Conflict, MystageError

__all__ = ["firestore_emulator"]
IDS = st.sampled_from(["a", "b", "c", "é", "\U0001f3b8"])
TEXTS = st.sampled_from(["", "a", "B", "é", "\uff5a", "\U0001f3b8"])
NUMBERS = st.sampled_from([-1, 0, 1, 2**40])
REALS = st.sampled_from([-0.5, 0.0, 0.1, 1.0, float("inf")])
KEYS = st.lists(st.sampled_from(["k1", "k2", "K1", ""]), max_size=3).map(tuple)
FIELDS = st.fixed_dictionaries(
    {},
    optional={"kind": TEXTS, "name": TEXTS, "rank": NUMBERS, "flag": st.booleans(), "weight": REALS, "keys": KEYS},
)
VALUES = {"kind": TEXTS, "name": TEXTS, "rank": NUMBERS, "weight": REALS}


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Any query that the port allows, over any of the fields."""
    equal = draw(st.lists(st.sampled_from([*VALUES, "flag"]), max_size=2, unique=True))
    where: list[tuple[str, str, Any]] = [(f, "eq", draw(st.none() | VALUES.get(f, st.booleans()))) for f in equal]
    several = draw(st.sampled_from(["", "in", "any"]))
    if several == "any":
        where.append(("keys", "any", draw(KEYS.filter(bool))))
    elif several == "in":
        field = draw(st.sampled_from([*VALUES]))
        where.append((field, "in", draw(st.lists(VALUES[field], min_size=1, max_size=3).map(tuple))))
    order = draw(st.none() | st.sampled_from([*VALUES]))
    for op in draw(st.sampled_from([(), ("ge",), ("gt", "le"), ("lt",)])):
        field = order or "rank"
        where.append((field, op, draw(VALUES[field])))
    return query(*where, order=order, descending=draw(st.booleans()))


def by_value(answer: Any) -> Any:
    """An answer whose documents compare by value: a store may write JSON in its own way."""
    if isinstance(answer, Record):
        return replace(answer, body=json.dumps(json.loads(answer.body), sort_keys=True).encode())
    if isinstance(answer, Page):
        return replace(answer, records=tuple(map(by_value, answer.records)))
    if isinstance(answer, dict):
        return {key: by_value(value) for key, value in answer.items()}
    return answer


@st.composite
def puts(draw: st.DrawFn) -> Put:
    return put(draw(IDS), read=draw(st.sampled_from([None, 0, 0, 1, 2])), **draw(FIELDS))


QUEUES = ("q1", "q2")
TASKS = st.builds(
    lambda name, queue, priority, delay, payload: (
        Task(id=name, queue=queue, priority=priority, payload=payload),
        delay,
    ),
    st.sampled_from(["t1", "t2", "t3", "t4"]),
    st.sampled_from(QUEUES),
    st.integers(1, 3),
    st.none() | st.sampled_from([-5, 0, 5, 20]),
    st.dictionaries(st.just("n"), TEXTS),
)


class StoreModel(RuleBasedStateMachine):
    """Every rule does one thing to both stores and compares what they answer."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = ManualClock()
        self.model = MemoryStore(COLLECTIONS, self.clock)
        self.real: Any = self.runner.run(self.opened())
        self.leases: list[tuple[Lease, Lease]] = []
        """Every lease ever given, by the model and by the real store: their tokens differ."""

    async def opened(self) -> Any:
        """The store that is held against the model, empty."""
        raise NotImplementedError

    def teardown(self) -> None:
        self.runner.run(self.real.close())
        self.runner.close()

    def both(self, call: Callable[[Any, int], Coroutine[Any, Any, Any]]) -> tuple[Any, Any]:
        """What `call(store, side)` answers or raises with the model (side 0) and with the real store (side 1)."""
        return self._outcome(call(self.model, 0)), self._outcome(call(self.real, 1))

    def _outcome(self, call: Coroutine[Any, Any, Any]) -> Any:
        try:
            return by_value(self.runner.run(call))
        except Conflict as error:
            return type(error)  # which of several conflicts is named may differ
        except MystageError as error:
            return type(error), error.where, error.message

    def same(self, call: Callable[[Any, int], Coroutine[Any, Any, Any]]) -> Any:
        expected, answer = self.both(call)
        assert answer == expected
        return answer

    def pick(self, data: st.DataObject, most: int = 2) -> list[tuple[Lease, Lease]]:
        """Some of the leases, mostly late ones."""
        if not self.leases:
            return []
        return data.draw(st.lists(st.sampled_from(self.leases[-4:]), max_size=most))

    def at(self, task: Task, delay: int | None) -> Task:
        not_before = None if delay is None else self.clock.now() + timedelta(seconds=delay)
        return task.model_copy(update={"not_before": not_before})

    @rule(
        written=st.lists(puts(), max_size=3),
        deleted=st.lists(st.builds(Delete, st.just("things"), IDS, st.none() | st.integers(1, 2)), max_size=2),
        added=st.lists(st.builds(Increment, TEXTS, st.integers(-2, 2)), max_size=2),
        tasks=st.lists(TASKS, max_size=2),
        data=st.data(),
    )
    def commit(self, written, deleted, added, tasks, data) -> None:
        ended, given_back = self.pick(data, 1), self.pick(data, 1)
        at = self.clock.now() + timedelta(seconds=5)
        self.same(
            lambda store, side: store.commit(
                ChangeSet(
                    puts=tuple(written),
                    deletes=tuple(deleted),
                    increments=tuple(added),
                    tasks=tuple(self.at(*task) for task in tasks),
                    completes=tuple(pair[side] for pair in ended),
                    releases=tuple(Release(pair[side], at, "failed") for pair in given_back),
                )
            )
        )

    @rule(change=puts())
    def overwrite(self, change) -> None:
        self.same(lambda store, _: store.commit(ChangeSet(puts=(replace(change, version=None),))))

    @rule(asked=queries(), limit=st.integers(1, 3))
    def find(self, asked, limit) -> None:
        whole = self.same(lambda store, _: store.find(asked))
        assert self.same(lambda store, _: store.count(asked)) == len(whole.records)
        page = self.same(lambda store, _: store.find(replace(asked, limit=limit)))
        assert page.records == whole.records[:limit]
        if page.next is not None:
            rest = self.same(lambda store, _: store.find(replace(asked, after=page.next)))
            assert rest.records == whole.records[limit:]

    @rule(tasks=st.lists(TASKS, min_size=1, max_size=3))
    def add(self, tasks) -> None:
        self.same(lambda store, _: store.add([self.at(*task) for task in tasks]))

    @rule(queues=st.sampled_from([QUEUES[:1], QUEUES[1:], QUEUES]), limit=st.integers(1, 3))
    def claim(self, queues, limit) -> None:
        expected, answer = self.both(lambda store, _: store.claim(queues, limit, 10, "w"))
        assert [replace(lease, token="") for lease in answer] == [replace(lease, token="") for lease in expected]
        self.leases += zip(expected, answer, strict=True)

    @rule(data=st.data())
    def complete(self, data) -> None:
        pairs = self.pick(data)
        self.same(lambda store, side: store.complete([pair[side] for pair in pairs]))

    @rule(data=st.data(), seconds=st.sampled_from([1, 30]))
    def extend(self, data, seconds) -> None:
        pairs = self.pick(data)
        self.same(lambda store, side: store.extend([pair[side] for pair in pairs], seconds))

    @rule(data=st.data(), delay=st.sampled_from([-1, 0, 15]), error=st.sampled_from(["", "failed"]))
    def release(self, data, delay, error) -> None:
        at = self.clock.now() + timedelta(seconds=delay)
        for pair in self.pick(data, 1):
            self.same(lambda store, side, pair=pair: store.release(pair[side], at, error))

    @rule(seconds=st.sampled_from([0.000001, 4, 11]))
    def time_passes(self, seconds) -> None:
        self.clock.advance(seconds)

    @rule(stream=st.sampled_from(["s1", "s2"]), count=st.integers(0, 2), expected=st.none() | st.integers(0, 3))
    def append(self, stream, count, expected) -> None:
        self.same(lambda store, _: store.append(stream, [b"x"] * count, expected))
        self.same(lambda store, _: store.read(stream, 1, 2))

    @rule(names=st.lists(IDS, max_size=4))
    def get_many(self, names) -> None:
        self.same(lambda store, _: store.get_many("things", names))

    @rule(prefix=TEXTS)
    def counters(self, prefix) -> None:
        self.same(lambda store, _: store.counters(prefix))

    @invariant()
    def queues_are_equal(self) -> None:
        self.same(lambda store, _: store.stats())
        self.same(lambda store, _: store.next_ready(QUEUES))

    @invariant()
    def all_documents_are_equal(self) -> None:
        self.same(lambda store, _: store.find(query()))


def examples(count: int) -> settings:
    """Settings for `count` runs of the machine."""
    return settings(
        max_examples=count,
        stateful_step_count=40,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking a failure takes minutes: add it by hand
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


class SqliteModel(StoreModel):
    """SQLite against the model."""

    async def opened(self) -> Any:
        self.folder = tempfile.TemporaryDirectory()
        return SqliteStore(Path(self.folder.name) / "store.db", COLLECTIONS, self.clock)

    def teardown(self) -> None:
        super().teardown()
        self.folder.cleanup()


class FirestoreModel(StoreModel):
    """Firestore against the model, over the emulator that the session's fixture has started."""

    async def opened(self) -> Any:
        from mystage.adapters.stores.firestore import FirestoreStore  # noqa: PLC0415  an optional extra

        return FirestoreStore(f"model-{uuid4().hex[:16]}", COLLECTIONS, self.clock)


class PostgresModel(StoreModel):
    """PostgreSQL against the model, in one schema that is emptied for each life."""

    url = ""

    async def opened(self) -> Any:
        store = PostgresStore(self.url, COLLECTIONS, self.clock, size=2)
        await store.open()
        emptied(self.url)
        return store


TestSqliteModel = SqliteModel.TestCase
TestSqliteModel.settings = examples(25)


@pytest.mark.slow
def test_firestore_model(firestore_emulator) -> None:
    """Whatever is done, Firestore answers as memory does."""
    need("google.cloud.firestore")
    run_state_machine_as_test(FirestoreModel, settings=examples(8))


def test_postgres_model(postgres: Server) -> None:
    """Whatever is done, PostgreSQL answers as memory does."""
    PostgresModel.url = postgres.schema()
    run_state_machine_as_test(PostgresModel, settings=examples(25))
