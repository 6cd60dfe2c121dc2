"""The unit of work: reads remembered, writes staged and seen, one commit, savepoints."""

from __future__ import annotations

from contextlib import suppress

import pytest

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system.clocks import ManualClock
from mystage.adapters.system.ids import SeededIds
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.delivery import Task
from mystage.domain.errors import Conflict, Malformed, NotFound
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Model, evolve


class Thing(Model):
    """A document of these tests."""

    id: str
    colour: str = "red"
    tags: tuple[str, ...] = ()
    size: int = 0


THINGS = Collection(
    "things", Thing, indexes=(Index("colour"), Index("tags", array=True), Index("size", type="integer"))
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(clock: ManualClock) -> MemoryStore:
    return MemoryStore([THINGS], clock)


async def _keep(store: MemoryStore, *things: Thing) -> None:
    unit = UnitOfWork(store)
    for thing in things:
        unit.of(THINGS).put(thing)
    await unit.commit()


async def test_a_staged_write_is_seen_before_the_commit_and_kept_after(store: MemoryStore) -> None:
    unit = UnitOfWork(store)
    unit.of(THINGS).put(Thing(id="a"))
    assert await unit.of(THINGS).get("a") == Thing(id="a")
    assert await UnitOfWork(store).of(THINGS).get("a") is None
    await unit.commit()
    assert await UnitOfWork(store).of(THINGS).get("a") == Thing(id="a")


async def test_a_write_on_what_somebody_else_changed_is_a_conflict(store: MemoryStore) -> None:
    await _keep(store, Thing(id="a"))
    first, second = UnitOfWork(store), UnitOfWork(store)
    for unit, size in ((first, 1), (second, 2)):
        thing = await unit.of(THINGS).need("a")
        unit.of(THINGS).put(evolve(thing, size=size))
    await first.commit()
    with pytest.raises(Conflict):
        await second.commit()
    assert (await UnitOfWork(store).of(THINGS).need("a")).size == 1


async def test_overwrite_does_not_ask_what_is_there(store: MemoryStore) -> None:
    await _keep(store, Thing(id="a", size=1))
    unit = UnitOfWork(store)
    unit.of(THINGS).overwrite(Thing(id="a", size=9))
    await unit.commit()
    assert (await UnitOfWork(store).of(THINGS).need("a")).size == 9


async def test_a_failed_savepoint_takes_back_its_writes_tasks_and_counts_alone(store: MemoryStore) -> None:
    unit = UnitOfWork(store)
    with unit.savepoint():
        unit.of(THINGS).put(Thing(id="good", tags=("x",)))
        unit.count("done")
    with suppress(RuntimeError), unit.savepoint():
        unit.of(THINGS).put(Thing(id="good", tags=("y",)))
        unit.of(THINGS).put(Thing(id="bad", tags=("x",)))
        unit.queue(Task(id="t", queue="q"))
        unit.count("done")
        raise RuntimeError
    assert [t.id for t in await unit.of(THINGS).find_by("tags", ["x", "y"])] == ["good"]
    changes = unit.changes()
    assert [put.id for put in changes.puts] == ["good"]
    assert changes.tasks == ()
    assert [(i.counter, i.amount) for i in changes.increments] == [("done", 1)]


async def test_find_sees_staged_changes_of_stored_documents(store: MemoryStore) -> None:
    await _keep(store, Thing(id="a"), Thing(id="b"), Thing(id="c", colour="blue"))
    unit = UnitOfWork(store)
    things = unit.of(THINGS)
    things.put(evolve(await things.need("a"), colour="blue"))
    things.delete("c")
    assert sorted(t.id for t in await things.find(colour="blue")) == ["a"]
    assert sorted(t.id for t in await things.find(colour="red")) == ["b"]


async def test_find_by_reads_once_and_takes_any_number_of_values(store: MemoryStore) -> None:
    await _keep(store, *(Thing(id=f"{n:03}", tags=(f"t{n}",)) for n in range(100)))
    unit = UnitOfWork(store)
    wanted = [f"t{n}" for n in range(100)]
    assert len(await unit.of(THINGS).find_by("tags", wanted)) == 100
    await _keep(store, Thing(id="late", tags=("t5",)))
    assert len(await unit.of(THINGS).find_by("tags", wanted)) == 100, "a unit sees one picture of the world"


async def test_find_by_a_scalar_field_follows_staged_moves(store: MemoryStore) -> None:
    await _keep(store, Thing(id="a", colour="red"), Thing(id="b", colour="blue"))
    unit = UnitOfWork(store)
    things = unit.of(THINGS)
    await things.prefetch_by("colour", ["red", "blue"])
    things.put(evolve(await things.need("a"), colour="blue"))
    assert [t.id for t in await things.find_by("colour", ["blue"])] == ["a", "b"]
    assert await things.find_by("colour", ["red"]) == []


async def test_need_names_what_is_missing(store: MemoryStore) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        await UnitOfWork(store).of(THINGS).need("nowhere")


async def test_a_stored_document_that_no_longer_fits_its_model_says_which(store: MemoryStore) -> None:
    """A newer or damaged document is named, not lost in a traceback."""
    await _keep(store, Thing(id="a"))
    other = Collection("things", type("Other", (Model,), {"__annotations__": {"id": str, "length": int}}))
    with pytest.raises(Malformed, match="things/a"):
        await UnitOfWork(store).of(other).get("a")


async def test_decide_reads_again_after_a_conflict_until_nothing_is_lost(
    store: MemoryStore, clock: ManualClock
) -> None:
    """Two decisions on one document, interleaved: both count."""
    await _keep(store, Thing(id="a"))
    interfered = False

    async def add(unit: UnitOfWork) -> int:
        nonlocal interfered
        thing = await unit.of(THINGS).need("a")
        if not interfered:
            interfered = True
            await decide(store, clock, SeededIds(1), add)
        unit.of(THINGS).put(evolve(thing, size=thing.size + 1))
        return thing.size

    assert await decide(store, clock, SeededIds(2), add) == 1
    assert (await UnitOfWork(store).of(THINGS).need("a")).size == 2


async def test_a_conflict_that_never_ends_is_told(store: MemoryStore, clock: ManualClock) -> None:
    async def hopeless(unit: UnitOfWork) -> None:
        thing = await unit.of(THINGS).get("a")
        await _keep_again(store)
        unit.of(THINGS).put(thing or Thing(id="a"))

    with pytest.raises(Conflict):
        await decide(store, clock, SeededIds(), hopeless)


async def _keep_again(store: MemoryStore) -> None:
    unit = UnitOfWork(store)
    thing = await unit.of(THINGS).get("a")
    unit.of(THINGS).put(evolve(thing, size=thing.size + 1) if thing else Thing(id="a"))
    await unit.commit()


async def test_a_blind_write_that_a_savepoint_took_back_makes_no_later_write_blind(store: MemoryStore) -> None:
    """What is then written as read still meets the change of somebody else."""
    await _keep(store, Thing(id="a"))
    unit = UnitOfWork(store)
    read = await unit.of(THINGS).need("a")
    with suppress(RuntimeError), unit.savepoint():
        unit.of(THINGS).overwrite(Thing(id="a", size=1))
        raise RuntimeError
    await _overwrite(store, Thing(id="a", size=7))
    unit.of(THINGS).put(evolve(read, colour="blue"))
    with pytest.raises(Conflict):
        await unit.commit()
    assert (await UnitOfWork(store).of(THINGS).need("a")).size == 7


async def test_a_blind_write_from_before_a_failed_savepoint_stays_blind(store: MemoryStore) -> None:
    await _keep(store, Thing(id="a"))
    unit = UnitOfWork(store)
    unit.of(THINGS).overwrite(Thing(id="a", size=1))
    with suppress(RuntimeError), unit.savepoint():
        unit.of(THINGS).overwrite(Thing(id="a", size=2))
        raise RuntimeError
    await unit.commit()
    assert (await UnitOfWork(store).of(THINGS).need("a")).size == 1


async def _overwrite(store: MemoryStore, thing: Thing) -> None:
    other = UnitOfWork(store)
    other.of(THINGS).overwrite(thing)
    await other.commit()
