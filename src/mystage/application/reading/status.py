"""Status: the funnel, the queues, what failed and why. What an operator sees within a minute."""

from __future__ import annotations

from mystage.application.ports.documents import DocumentStore, Query, Where
from mystage.application.ports.search import SearchIndex
from mystage.application.ports.system import Clock
from mystage.application.ports.tasks import TaskQueue
from mystage.application.unit_of_work import where
from mystage.domain.catalog import ARTISTS, PERFORMANCES, VENUES
from mystage.domain.delivery import FAILED_TASKS, FailedStatus
from mystage.domain.errors import MystageError
from mystage.domain.pipeline.images import PICTURES, URL_IMAGES, ImageState
from mystage.domain.pipeline.quality import FINDINGS, FindingStatus
from mystage.domain.pipeline.scrapes import EXTRACTIONS
from mystage.domain.pipeline.urls import URLS, UrlState
from mystage.domain.resolution.judgements import DUPLICATES, DuplicateStatus
from mystage.domain.schema import instant_text
from mystage.domain.sources import ENTITY_SOURCES, ReadingOutcome
from mystage.domain.values import Instant, Model


class FunnelRow(Model):
    """One stage: tasks that went in, and how they ended. `retried` counts attempts that will be made again."""

    stage: str
    arrived: int = 0
    changed: int = 0
    unchanged: int = 0
    nothing: int = 0
    parked: int = 0
    failed: int = 0
    retried: int = 0


class QueueRow(Model):
    """Tasks that wait in one queue. `oldest`: since when the oldest ready one could have run."""

    queue: str
    ready: int
    leased: int
    delayed: int
    oldest: Instant | None = None


class Status(Model):
    """The whole picture."""

    funnel: tuple[FunnelRow, ...]
    queues: tuple[QueueRow, ...]
    early_exits: dict[str, float]
    """Share of visits that ended early: `same_body` (fetch), `same_claims` (extract, of the bodies that were read),
    `same_records` (resolve, of the readings that were resolved). 0 to 1; left out where nothing arrived."""
    due: int
    """Addresses whose time for another visit has come (`mystage run --due`)."""
    addresses: dict[str, int]
    """Addresses by what the last visit found."""
    readings: dict[str, int]
    """Readings by outcome."""
    entity_sources: int
    entities: dict[str, int]
    """Live canonical entities by kind."""
    open_duplicates: dict[str, int]
    failed_tasks: int
    findings: int
    images: dict[str, int]
    """Addresses of images by what the last visit found."""
    pictures: int
    """Distinct pictures that are kept."""
    search_documents: int
    search_problem: str = ""
    """Why the search index cannot be asked: the catalogue is whole without it."""


_EXITS = {"fetch": "same_body", "extract": "same_claims", "resolve": "same_records"}


def early_exits(funnel: tuple[FunnelRow, ...]) -> dict[str, float]:
    """The shares of early exits, of the tasks of each stage that came to an end."""
    ended = {row.stage: row.arrived - row.retried for row in funnel}
    return {
        _EXITS[row.stage]: round(row.unchanged / ended[row.stage], 4)
        for row in funnel
        if row.stage in _EXITS and ended[row.stage] > 0
    }


class ReadStatus:
    """Reads the status of a deployment."""

    def __init__(
        self, store: DocumentStore, queue: TaskQueue, index: SearchIndex, stages: tuple[str, ...], clock: Clock
    ) -> None:
        self._store = store
        self._clock = clock
        self._queue = queue
        self._index = index
        self._stages = stages

    async def funnel(self) -> tuple[FunnelRow, ...]:
        """The funnel, in the order of the flow."""
        counters = await self._store.counters("funnel/")
        columns = [name for name in FunnelRow.model_fields if name not in {"stage", "arrived"}]
        return tuple(
            FunnelRow(
                stage=stage,
                arrived=counters.get(f"funnel/{stage}/in", 0),
                **{column: counters.get(f"funnel/{stage}/{column}", 0) for column in columns},
            )
            for stage in self._stages
        )

    async def read(self) -> Status:
        """All of it. An index that is out of order is part of the answer, not its end."""
        documents, problem = await self._index_state()
        funnel = await self.funnel()
        return Status(
            funnel=funnel,
            early_exits=early_exits(funnel),
            due=await self._store.count(
                Query(URLS.name, (Where("next_fetch_at", "le", instant_text(self._clock.now())),))
            ),
            queues=tuple(
                QueueRow(queue=q.queue, ready=q.ready, leased=q.leased, delayed=q.delayed, oldest=q.oldest)
                for q in await self._queue.stats()
            ),
            addresses={state.value: await self._count(URLS.name, state=state.value) for state in UrlState},
            readings={o.value: await self._count(EXTRACTIONS.name, outcome=o.value) for o in ReadingOutcome},
            entity_sources=await self._count(ENTITY_SOURCES.name),
            entities={
                kind: await self._count(spec.name, merged_into=None, deleted_at=None)
                for kind, spec in (("venue", VENUES), ("artist", ARTISTS), ("performance", PERFORMANCES))
            },
            open_duplicates={
                kind.value: await self._count(spec.name, status=DuplicateStatus.OPEN.value)
                for kind, spec in DUPLICATES.items()
            },
            failed_tasks=await self._count(FAILED_TASKS.name, status=FailedStatus.FAILED.value),
            findings=await self._count(FINDINGS.name, status=FindingStatus.OPEN.value),
            images={state.value: await self._count(URL_IMAGES.name, state=state.value) for state in ImageState},
            pictures=await self._count(PICTURES.name),
            search_documents=documents,
            search_problem=problem,
        )

    async def _index_state(self) -> tuple[int, str]:
        try:
            return (await self._index.state()).documents, ""
        except MystageError as error:
            return 0, str(error)

    async def _count(self, collection: str, **by: object) -> int:
        return await self._store.count(Query(collection, where(**by)))
