"""Any order of crawls, merges and un-merges by hand: the laws of `tests.support.world.lawful` hold after each step.

These are: rebuild finds no difference, the index shows the live entities and nothing else, every record has one live
home, merged ids end at live entities, and what a person joined or parted last stays so.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.support.claims import ClaimsReader, artist, performance, said, venue
from tests.support.world import World, answer, lawful, persons_judgements, world

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.application.catalogue.entities import entities, merge_task
from mystage.domain.catalog import AnyEntity
from mystage.domain.errors import Invalid
from mystage.domain.resolution.story import EVENTS
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, evolve

SITES = ("ash", "birch", "cedar", "dogwood")
HALLS = (
    {"name": "Amber Hall", "locality": "Nidby", "country": "DK", "street": "4 Oak Lane"},
    {"name": "The Amber Hall", "locality": "Nidby", "country": "DK", "street": "4 Oak Lane", "phone": "+4533112233"},
    {"name": "Amber Hall", "country": "DK"},
    {"name": "Salt Mill", "locality": "Harbel", "country": "DK", "street": "90 Elm Road", "alt_names": ("The Mill",)},
    {"name": "Salt Mill Harbel", "locality": "Harbel", "country": "DK", "phone": "+4533112233"},
    {"name": "Kite House", "locality": "Vig", "country": "DK", "identifiers": {"wikidata": "Q1"}},
    {"name": "Nine Lanterns", "locality": "Vig", "country": "DK", "identifiers": {"wikidata": "Q1"}},
)
ACTS = ("Paper Weather", "The Paper Weather", "Brass Owls")
STARTS = ("2027-03-01T20:00", "2027-03-01T20:30", "2027-03-02")
PICK = st.integers(0, 10_000)


class Curation(RuleBasedStateMachine):
    """Four sites that each speak of two venues and a show, and a person who is never content."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.most_records = 0

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @initialize()
    def open(self) -> None:
        self.stack = contextlib.AsyncExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        opened = world("memory", folder, fetcher=MemoryPageFetcher({}), readers=ClaimsReader())
        self.at: World = self.run(self.stack.enter_async_context(opened))

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.loop.close()

    @rule(
        site=st.sampled_from(SITES),
        halls=st.lists(st.sampled_from(HALLS), min_size=1, max_size=2),
        acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=2, unique=True),
        start=st.sampled_from(STARTS),
    )
    def crawl(self, site: str, halls: list[dict[str, Any]], acts: list[str], start: str) -> None:
        """A site says something, new or changed; what it no longer names is kept."""
        venues = [venue(f"v{n}", **hall) for n, hall in enumerate(halls)]
        bill = [artist(f"a{n}", name) for n, name in enumerate(acts)]
        show = performance("p", start, title="Spring Opening", venue="v0", artists=tuple(a.key for a in bill))
        self.at.container.fetcher().set(f"https://{site}.example/", answer(said(*venues, *bill, show)))
        self.run(self.at.container.submit().urls([f"https://{site}.example/"]))
        self.run(self.at.work())

    @precondition(lambda self: self.most_records)
    @rule(kind=st.sampled_from(Kind), one=PICK, other=PICK, rest=st.booleans())
    def merge(self, kind: Kind, one: int, other: int, *, rest: bool) -> None:
        """Two entities are one, says the person; ids that were merged away may be named too."""
        found = self._all(kind)
        keep, gone = found[one % len(found)], found[other % len(found)]
        with contextlib.suppress(Invalid):
            self.run(self.at.container.curate().merge(keep.id, gone.id, actor="ada"))
        if rest:  # else the next step meets work that is under way
            self.run(self.at.work())

    @precondition(lambda self: self.most_records)
    @rule(kind=st.sampled_from(Kind), one=PICK)
    def unmerge_an_entity(self, kind: Kind, one: int) -> None:
        gone = [entity for entity in self._all(kind) if entity.merged_into is not None]
        if gone:
            with contextlib.suppress(Invalid):
                self.run(self.at.container.curate().unmerge(gone[one % len(gone)].id, actor="bo"))
            self.run(self.at.work())

    @precondition(lambda self: self.most_records)
    @rule(one=PICK)
    def unmerge_a_source(self, one: int) -> None:
        found = self._sources()
        with contextlib.suppress(Invalid):
            self.run(self.at.container.curate().unmerge(found[one % len(found)].id, actor="bo"))
        self.run(self.at.work())

    @precondition(lambda self: self.most_records)
    @rule(kind=st.sampled_from((Kind.ARTIST, Kind.PERFORMANCE)), one=PICK, other=PICK)
    def merge_and_think_better_of_it(self, kind: Kind, one: int, other: int) -> None:
        """An un-merge right after a merge restores the content (venues: shows may have met meanwhile)."""
        self.run(self.at.work())
        live = [entity for entity in self._all(kind) if entity.live]
        if not live:
            return
        keep, gone = live[one % len(live)], live[other % len(live)]
        if keep.id == gone.id:
            return
        before = self.run(self.at.digest()), len(self._all(Kind.PERFORMANCE))
        earlier = self.run(persons_judgements(self.at.store))  # a merge by hand takes back what parted the two
        self.run(self.at.container.curate().merge(keep.id, gone.id, actor="ada"))
        self.run(self.at.work())
        shows = [entity for entity in self._all(Kind.PERFORMANCE) if entity.live]
        joined = {s.entity_id for s in self._sources() if s.kind is Kind.PERFORMANCE}
        self.run(self.at.container.curate().unmerge(gone.id, actor="bo"))
        self.run(self.at.work())
        if not earlier and len(shows) == len(joined) == before[1]:
            assert self.run(self.at.digest()) == before[0]

    @precondition(lambda self: self.most_records)
    @rule(kind=st.sampled_from(Kind), one=PICK, other=PICK, word=st.sampled_from(("same", "different", "unsure")))
    def judge(self, kind: Kind, one: int, other: int, word: str) -> None:
        """Two records are one, or not, or who knows, says the person."""
        found = [s for s in self._sources() if s.kind is kind]
        with contextlib.suppress(Invalid):
            ids = found[one % len(found)].id, found[other % len(found)].id
            self.run(self.at.container.curate().judge(*ids, word, actor="cy"))
        self.run(self.at.work())

    @precondition(lambda self: self.most_records)
    @rule(kind=st.sampled_from((Kind.VENUE, Kind.ARTIST)), one=PICK, name=st.sampled_from(("By Hand", None)))
    def edit(self, kind: Kind, one: int, name: str | None) -> None:
        """A person gives a name, which goes where the record goes that it was said of."""
        live = [entity for entity in self._all(kind) if entity.live]
        if live:
            self.run(self.at.container.curate().edit(live[one % len(live)].id, "name", name, actor="di"))
            self.run(self.at.work())

    @precondition(lambda self: self.most_records)
    @rule(one=PICK)
    def undo(self, one: int) -> None:
        """Any act may be taken back, unless somebody has decided on the same since."""
        acts = sorted(self.run(self.at.unit.of(EVENTS).find()), key=lambda e: (e.at, e.id))
        if acts:
            with contextlib.suppress(Invalid):
                self.run(self.at.container.undo().undo(acts[one % len(acts)].id, actor="ed"))
            self.run(self.at.work())

    @precondition(lambda self: self.most_records)
    @rule(one=PICK)
    def withdraw(self, one: int) -> None:
        """A source takes a show back (venues and artists stay, see `withdrawing`)."""
        found = [s for s in self._sources() if s.kind is Kind.PERFORMANCE]
        unit = self.at.unit
        record = self.run(unit.of(ENTITY_SOURCES).need(found[one % len(found)].id))
        if record.withdrawn_at is None:
            unit.of(ENTITY_SOURCES).put(evolve(record, withdrawn_at=self.at.clock.now()))
            unit.queue(merge_task(record.kind, record.entity_id))
            self.run(unit.commit())
            self.run(self.at.work())

    @invariant()
    def the_laws_hold(self) -> None:
        if not hasattr(self, "at"):
            return
        self.run(self.at.work())
        self.run(lawful(self.at))
        records = len(self._sources())
        assert records >= self.most_records, "a record was lost"
        self.most_records = records

    def _all(self, kind: Kind) -> list[AnyEntity]:
        return sorted(self.run(entities(self.at.unit, kind).find()), key=lambda e: e.id)

    def _sources(self) -> list[EntitySource]:
        return sorted(self.run(self.at.sources()), key=lambda s: s.id)


TestCuration = Curation.TestCase
TestCuration.settings = settings(
    max_examples=10,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
