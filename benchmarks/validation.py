"""Bytes validated once at the boundary: `validate_json` against `orjson.loads` + `model_validate`, and our unit of work.

    python benchmarks/validation.py

Issue 2: 25 us a 1.2 KB document by `validate_json`, 30 by orjson and `model_validate`, 40 with whole lists held.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import UTC, datetime

import orjson

from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system.clocks import SystemClock
from mystage.application.unit_of_work import UnitOfWork, dump
from mystage.domain.sources import ENTITY_SOURCES, EntitySource, PerformanceClaim, SourceRank
from mystage.domain.values import Kind

NOW = datetime(2026, 1, 1, tzinfo=UTC)
COUNT = 2_000


def document(number: int) -> EntitySource:
    """An entity source of about 1.2 KB."""
    claim = PerformanceClaim(
        key=f"k{number}",
        title="The Low Tides and friends",
        venue="v1",
        artists=("a1", "a2", "a3"),
        start_local="2027-03-04T20:00",
        timezone="Europe/Copenhagen",
        description="words " * 60,
        ticket_url="https://tickets.example/1",
        price_min=12.5,
        currency="DKK",
    )
    return EntitySource(
        id=f"s:performance:{number}",
        kind=Kind.PERFORMANCE,
        source="s",
        rank=SourceRank.TICKETING,
        key=claim.key,
        claim=claim,
        extraction_id="ext_1",
        scrape_id="scr_1",
        url="https://example.org/1",
        reader="page/1",
        first_seen=NOW,
        last_seen=NOW,
        fingerprint="f" * 32,
        entity_id="prf_1",
        match_keys=tuple(f"p:at:{n}:2027-03-04" for n in range(6)),
    )


def per_document(work, bodies) -> float:
    """Microseconds a document, median of 7."""
    runs = []
    for _ in range(7):
        start = time.perf_counter()
        work(bodies)
        runs.append((time.perf_counter() - start) / len(bodies) * 1e6)
    return statistics.median(runs)


def direct(bodies) -> None:
    for body in bodies:
        EntitySource.model_validate_json(body)


def by_orjson(bodies) -> None:
    for body in bodies:
        EntitySource.model_validate(orjson.loads(body))


def by_unit(bodies) -> None:
    """Through the store's memory twin and the unit of work, in one bulk read."""
    asyncio.run(_read(len(bodies)))


STORE = MemoryStore([ENTITY_SOURCES], SystemClock())


async def _keep() -> None:
    unit = UnitOfWork(STORE)
    for number in range(COUNT):
        unit.of(ENTITY_SOURCES).put(document(number))
    await unit.commit()


async def _read(count: int) -> None:
    await UnitOfWork(STORE).of(ENTITY_SOURCES).get_many(f"s:performance:{n}" for n in range(count))


def main() -> None:
    """Run and print."""
    bodies = [dump(document(n)) for n in range(COUNT)]
    asyncio.run(_keep())
    one, two, three = (per_document(work, bodies) for work in (direct, by_orjson, by_unit))
    print(f"{len(bodies[0])} bytes a document; validate_json {one:.1f} us")
    print(f"orjson + model_validate {two:.1f} us: {two / one:.2f}x of validate_json")
    print(f"unit of work (memory store, bulk read, validated once) {three:.1f} us: {three / one:.2f}x of validate_json")


if __name__ == "__main__":
    main()
