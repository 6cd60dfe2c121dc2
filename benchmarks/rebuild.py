"""`rebuild --check` over a made-up catalogue: records a second, and memory that does not grow with the catalogue.

    python benchmarks/rebuild.py [--records 100000]

The catalogue is written to SQLite first (entities of one to four records, each held together by judgements; shows at the
venues), then checked in this process. Memory is the peak of the process over what it was before the check.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mystage.adapters.stores.sql import SqliteStore
from mystage.adapters.system import ManualClock, SeededIds
from mystage.application.catalogue.entities import COLLECTIONS, founded_id
from mystage.application.ports.documents import ChangeSet, Put
from mystage.application.reading.rebuild import Rebuild
from mystage.application.unit_of_work import dump
from mystage.domain.collections import ALL
from mystage.domain.merging.building import build_entity
from mystage.domain.merging.merge import merge
from mystage.domain.merging.policies import Policies
from mystage.domain.resolution.judgements import JUDGEMENTS, JudgedBy, Judgement, Polarity, judgement_id, ordered
from mystage.domain.schema import Collection
from mystage.domain.sources import (
    ENTITY_SOURCES,
    EntitySource,
    PerformanceClaim,
    SourceRank,
    VenueClaim,
    entity_source_id,
)
from mystage.domain.values import Kind

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def put(spec: Collection[Any], model: Any) -> Put:
    return Put(spec.name, model.id, dump(model), spec.index_values(model))


def record(kind: Kind, number: int, site: int, entity: str, venue: str | None = None) -> EntitySource:
    """One record of a site about a thing."""
    name, key = f"Hall number {number}", f"k{number}"
    claim: VenueClaim | PerformanceClaim = (
        VenueClaim(key=key, name=name, street=f"{number} Oak Street", locality=f"Town {number % 500}", country="GB", phone=f"+44{number:010}")
        if kind is Kind.VENUE
        else PerformanceClaim(key=key, title=f"Opening {number}", start_local=f"2027-0{1 + number % 9}-11T20:00")
    )  # fmt: skip
    source = f"site{site}"
    return EntitySource(
        id=entity_source_id(source, kind, key), kind=kind, source=source, rank=SourceRank.AGGREGATOR, key=key, claim=claim,
        extraction_id=f"ext_{number}", scrape_id=f"scr_{number}", url=f"https://{source}.example/{number}", reader="page/1",
        first_seen=NOW, last_seen=NOW, fingerprint=f"{number:032x}", entity_id=entity, match_keys=(f"v:{number}", f"w:{number % 999}"),
        venue_source=venue,
    )  # fmt: skip


def puts(records: int) -> Iterator[Put]:
    """The documents of a catalogue: three of four entities are venues, one is a show at the venue before."""
    made = number = 0
    last: EntitySource | None = None
    while made < records:
        kind = Kind.PERFORMANCE if last is not None and number % 4 == 3 else Kind.VENUE
        ids = [entity_source_id(f"site{site}", kind, f"k{number}") for site in range(1 + number % 3)]
        entity = founded_id(ids[0], kind)
        venue = last.id if kind is Kind.PERFORMANCE and last is not None else None
        here = [record(kind, number, site, entity, venue) for site in range(len(ids))]
        refs = {last.id: last.entity_id} if last is not None else {}
        yield from (put(ENTITY_SOURCES, one) for one in here)
        for other in here[1:]:
            left, right = ordered(here[0].id, other.id)
            yield put(
                JUDGEMENTS,
                Judgement(
                    id=judgement_id(left, right, JudgedBy.MODEL), kind=kind, left=left, right=right, polarity=Polarity.POSITIVE,
                    by=JudgedBy.MODEL, score=0.99, created_at=NOW,
                ),
            )  # fmt: skip
        yield put(COLLECTIONS[kind], build_entity(kind, entity, merge(kind, here, refs=refs), None, NOW))
        if kind is Kind.VENUE:
            last = here[0]
        made += len(here)
        number += 1


async def measure(records: int, path: Path) -> None:
    store = SqliteStore(path, ALL, ManualClock())
    await store.open()
    batch: list[Put] = []
    start = time.perf_counter()
    for one in puts(records):
        batch.append(one)
        if len(batch) == 5_000:
            await store.commit(ChangeSet(puts=tuple(batch)))
            batch = []
    await store.commit(ChangeSet(puts=tuple(batch)))
    print(f"{records:,} records written in {time.perf_counter() - start:.0f} s", flush=True)
    peaks: list[tuple[int, int]] = []
    before = _peak()
    cpu, start = time.process_time(), time.perf_counter()
    found = await Rebuild(store, Policies(), ManualClock(), SeededIds(1)).check(lambda n: peaks.append((n, _peak())))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - start
    assert not found.wrong, found.differences[:3]
    tenth = next(peak for n, peak in peaks if n >= records // 10)
    print(f"rebuild --check: {found.entities:,} entities of {found.entity_sources:,} records in {wall:.1f} s "
          f"({found.entity_sources / cpu:,.0f} records/s of CPU)")  # fmt: skip
    print(f"memory: {before} MB before, {tenth} MB after a tenth, {_peak()} MB at the end")
    await store.close()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(args.records, Path(name) / "catalogue.db"))


if __name__ == "__main__":
    main()
