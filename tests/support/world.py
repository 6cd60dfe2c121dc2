"""A whole MyStage in one process, whose clock stands still, and the laws that hold whenever it has come to rest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dependency_injector import providers

from mystage.adapters.pages.memory import MemoryPageFetcher
from mystage.adapters.system import ManualClock, SeededIds
from mystage.application.catalogue.entities import COLLECTIONS, entities, following
from mystage.application.pipeline.publishing import search_documents
from mystage.application.ports.agents import PageAgent
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.pages import PageResult
from mystage.application.ports.readers import ReaderRegistry
from mystage.application.ports.search import SearchDocument, SearchQuery
from mystage.application.reading.rebuild import Rebuilt
from mystage.application.runtime.runner import StageRunner
from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import Container
from mystage.domain.catalog import AnyEntity
from mystage.domain.pipeline.scrapes import FetchOutcome
from mystage.domain.resolution.judgements import DUPLICATES, JUDGEMENTS, DuplicateStatus, JudgedBy, Judgement, Polarity
from mystage.domain.resolution.scoring import Scorer
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind
from mystage.settings import Settings

_LEASE = 60.0


class World:
    """A container with its stages run one after the other until nothing is left to do, later retries included."""

    def __init__(self, container: Container, clock: ManualClock) -> None:
        self.container = container
        self.clock = clock
        self.store = container.store()
        self._runners: list[StageRunner] = container.runners()

    def scored_by(self, scorer: Scorer) -> None:
        """From now on, records are compared by this scorer (a new model was trained)."""
        self.container.scorer.override(providers.Object(scorer))
        self._runners = self.container.runners()

    @property
    def unit(self) -> UnitOfWork:
        """A fresh unit of work: a look at the world as it is now."""
        return UnitOfWork(self.store)

    async def work(self) -> dict[str, int]:
        """Run everything that waits; the answer is what this added to the funnel: `stage/outcome` -> count."""
        before = await self._funnel()
        while True:
            for runner in self._runners:
                await self._run_all(runner)
            due = await self.store.next_ready([runner.stage.name for runner in self._runners])
            if due is None:
                break
            self.clock.set(max(due, self.clock.now()))
        self.clock.advance(1.0)  # what is done next is done later
        after = await self._funnel()
        return {cell: after[cell] - before.get(cell, 0) for cell in sorted(after) if after[cell] != before.get(cell, 0)}

    async def _run_all(self, runner: StageRunner) -> None:
        while leases := await self.store.claim((runner.stage.name,), runner.stage.batch, _LEASE, "test"):
            await runner.run(leases)

    async def _funnel(self) -> dict[str, int]:
        return {name.removeprefix("funnel/"): count for name, count in (await self.store.counters("funnel/")).items()}

    async def read(self, *paths: Path) -> dict[str, int]:
        """Submit files or folders, work, and prove that the laws hold."""
        done = await self.container.submit().paths([str(path) for path in paths])
        assert not done.refused, done.refused
        return await self.settle()

    async def visit(self, *urls: str, source: str = "web") -> dict[str, int]:
        """Submit addresses, work, and prove that the laws hold."""
        done = await self.container.submit().urls(urls, source=source)
        assert not done.refused, done.refused
        return await self.settle()

    async def tell(self, **pages: bytes) -> dict[str, int]:
        """Sites (`one` is `https://one.example/`) give these bodies, are visited in this order, and the laws hold."""
        web = self.container.fetcher()
        assert isinstance(web, MemoryPageFetcher)
        for site, body in pages.items():
            web.set(f"https://{site}.example/", answer(body))
            await self.container.submit().urls([f"https://{site}.example/"])
        return await self.settle()

    async def settle(self) -> dict[str, int]:
        """Work, then prove that the laws hold."""
        added = await self.work()
        await lawful(self)
        return added

    async def live(self, kind: Kind) -> list[AnyEntity]:
        """The entities that the world sees, by name or title."""
        found = await entities(self.unit, kind).find(merged_into=None, deleted_at=None)
        return sorted(found, key=lambda e: (getattr(e, "name", None) or getattr(e, "title", ""), e.id))

    async def sources(self) -> list[EntitySource]:
        """All entity sources."""
        return await self.unit.of(ENTITY_SOURCES).find()

    async def rebuilt(self) -> Rebuilt:
        """The catalogue compared with a rebuild."""
        found: Rebuilt = await self.container.rebuild().check()
        return found

    async def digest(self) -> str:
        """The fingerprint of the catalogue's content."""
        return (await self.rebuilt()).digest


@asynccontextmanager
async def world(
    profile: str,
    data: Path,
    *,
    fetcher: MemoryPageFetcher | None = None,
    readers: ReaderRegistry | None = None,
    agent: PageAgent | None = None,
    **more: object,
) -> AsyncIterator[World]:
    """An open world. With `fetcher`, addresses are looked up there; without, files are read and the web is closed."""
    clock = ManualClock()
    settings = Settings.model_validate({"profile": profile, "data": data, **more})
    container = Container(settings=settings)
    container.clock.override(providers.Object(clock))
    container.ids.override(providers.Object(SeededIds(7)))
    if fetcher is not None:
        container.fetcher.override(providers.Object(fetcher))
    if readers is not None:
        container.readers.override(providers.Object(readers))
    if agent is not None:
        container.agent.override(providers.Object(agent))
    await container.store().open()
    try:
        yield World(container, clock)
    finally:
        await container.images().close()
        await container.fetcher().close()
        await container.store().close()


def answer(body: str | bytes, *, media_type: str = "text/html; charset=utf-8", url: str = "") -> PageResult:
    """What a server that is well answers."""
    raw = body.encode() if isinstance(body, str) else body
    return PageResult(url, FetchOutcome.OK, 200, raw, media_type, final_url=url)


async def lawful(at: World) -> None:
    """The laws of a catalogue at rest; each failure says which and where."""
    assert [f"{failed.task.id}: {failed.message}" for failed in await at.container.failed_tasks().failed()] == []
    differences = (await at.rebuilt()).differences
    assert not differences, f"a rebuild differs: {differences}"
    await _index_is_in_step(at)
    sources = await at.sources()
    await _every_record_has_one_live_home(at, sources)
    await _persons_are_obeyed(at, {source.id: source for source in sources})
    await _open_pairs_are_of_two_live_entities(at)


async def indexed(at: World) -> dict[str, SearchDocument]:
    """All that the search index holds."""
    found = await at.container.index().search(SearchQuery(limit=1_000))
    assert found.total <= 1_000, "the helper reads one page of the index"
    return {hit.document.id: hit.document for hit in found.hits}


async def _index_is_in_step(at: World) -> None:
    live = [entity for kind in Kind for entity in await at.live(kind)]
    wanted = {document.id: document for document in await search_documents(at.unit, live)}
    held = await indexed(at)
    assert held.keys() == wanted.keys(), "the index shows other entities than the catalogue"
    stale = {id: (held[id], wanted[id]) for id in wanted if held[id] != wanted[id]}
    assert not stale, "the index shows old fields"


async def _every_record_has_one_live_home(at: World, sources: list[EntitySource]) -> None:
    homes: dict[str, set[str]] = {}
    for source in [s for s in sources if s.withdrawn_at is None]:
        homes.setdefault(source.entity_id, set()).add(source.id)
    for kind in Kind:
        for entity in await at.live(kind):
            assert set(entity.sources) == homes.pop(entity.id, set()), f"{entity.id} names other sources than its own"
            assert entity.sources, f"{entity.id} is shown without sources"
    assert not homes, "records whose entity is not live"
    for spec in COLLECTIONS.values():
        for gone in [e for e in await at.unit.of(spec).find() if e.merged_into is not None]:
            assert (await following(at.unit, gone.id)).merged_into is None, f"{gone.id} leads nowhere"


async def _persons_are_obeyed(at: World, sources: dict[str, EntitySource]) -> None:
    for judgement in [j for j in await persons_judgements(at.store) if j.polarity is not Polarity.UNSURE]:
        together = sources[judgement.left].entity_id == sources[judgement.right].entity_id
        assert together is (judgement.polarity is Polarity.POSITIVE), f"against {judgement}"


async def persons_judgements(store: DocumentStore) -> list[Judgement]:
    """What persons have decided and nobody has taken back."""
    found = await UnitOfWork(store).of(JUDGEMENTS).find(by=JudgedBy.PERSON)
    return [judgement for judgement in found if judgement.retired_at is None]


async def _open_pairs_are_of_two_live_entities(at: World) -> None:
    apart = {(j.left, j.right) for j in await persons_judgements(at.store) if j.polarity is Polarity.NEGATIVE}
    home = {source.id: source.entity_id for source in await at.sources()}
    answered = {frozenset((home[left], home[right])) for left, right in apart}
    for kind, spec in DUPLICATES.items():
        for pair in await at.unit.of(spec).find(status=DuplicateStatus.OPEN):
            found = await entities(at.unit, kind).get_many((pair.left, pair.right))
            assert {id for id, e in found.items() if e.live} == {pair.left, pair.right}, f"a dead pair is open: {pair}"
            assert frozenset(found) not in answered, f"a person has answered this already: {pair}"
