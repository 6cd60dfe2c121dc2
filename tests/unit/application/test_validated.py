"""Documents that a worker has validated before are given out again, for equal bytes alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system.clocks import ManualClock
from mystage.application.ports.documents import Record
from mystage.application.unit_of_work import UnitOfWork, dump
from mystage.application.validated import Validated
from mystage.domain.errors import Conflict
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Model


class Thing(Model):
    """A document of these tests."""

    id: str
    colour: str = "red"


class Other(Model):
    """A document of the same shape."""

    id: str
    colour: str = "red"


THINGS = Collection("things", Thing, indexes=(Index("colour"),))
OTHERS = Collection("things", Other, indexes=(Index("colour"),))


def _record(id: str, colour: str, version: int = 1) -> Record:
    return Record("things", id, version, dump(Thing(id=id, colour=colour)))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["red", "blue", "green" * 9])), max_size=40))
def test_whatever_was_read_before_the_document_is_that_of_its_bytes(reads: list[tuple[str, str]]) -> None:
    """Also where versions begin anew, and where little is kept."""
    validated = Validated(most_bytes=60)
    for id, colour in reads:
        assert validated.model(THINGS, _record(id, colour)) == Thing(id=id, colour=colour)


def test_equal_bytes_give_the_same_object() -> None:
    """Hence what was prepared from it (see `Prepared`) still fits."""
    validated = Validated()
    first = validated.model(THINGS, _record("a", "red"))
    assert validated.model(THINGS, _record("a", "red", version=7)) is first
    assert validated.model(THINGS, _record("b", "red")) is not first


def test_equal_bytes_of_another_model_are_read_anew() -> None:
    validated = Validated()
    validated.model(THINGS, _record("a", "red"))
    assert type(validated.model(OTHERS, _record("a", "red"))) is Other


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    size = len(_record("a", "red").body)
    validated = Validated(most_bytes=2 * size)
    a, b = (validated.model(THINGS, _record(id, "red")) for id in "ab")
    assert validated.model(THINGS, _record("a", "red")) is a
    validated.model(THINGS, _record("c", "red"))
    assert validated.model(THINGS, _record("a", "red")) is a
    assert validated.model(THINGS, _record("b", "red")) is not b


def test_long_bodies_are_not_kept() -> None:
    validated = Validated()
    long = _record("a", "r" * 100_000)
    assert validated.model(THINGS, long) is not validated.model(THINGS, long)


def test_a_damaged_document_stays_damaged() -> None:
    validated = Validated()
    validated.model(THINGS, _record("a", "red"))
    for _ in range(2):
        with pytest.raises(ValidationError):
            validated.model(THINGS, Record("things", "a", 1, b"{}"))


async def test_a_unit_remembers_what_it_has_written_but_not_what_it_could_not() -> None:
    """And sees what another worker, with a memory of its own, has written since."""
    store = MemoryStore([THINGS], ManualClock())
    ours, theirs = Validated(), Validated()
    mine = Thing(id="a", colour="blue")
    unit = UnitOfWork(store, ours)
    unit.of(THINGS).put(mine)
    await unit.commit()
    assert await UnitOfWork(store, ours).of(THINGS).get("a") is mine

    late = UnitOfWork(store, ours)
    await late.of(THINGS).get("a")
    other = UnitOfWork(store, theirs)
    await other.of(THINGS).get("a")
    other.of(THINGS).put(Thing(id="a", colour="green"))
    await other.commit()
    late.of(THINGS).put(Thing(id="a", colour="white"))
    with pytest.raises(Conflict):
        await late.commit()
    found = await UnitOfWork(store, ours).of(THINGS).find_by("colour", ["blue", "green", "white"])
    assert [thing.colour for thing in found] == ["green"]
