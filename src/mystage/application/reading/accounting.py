"""Accounting: of all that a run was given, what became of each address. Nothing that was listed may be missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from mystage.application.ports.documents import DocumentStore
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.delivery import FAILED_TASKS, FailedStatus, FailedTask, failed_task_id
from mystage.domain.pipeline.scrapes import EXTRACTIONS, Extraction
from mystage.domain.pipeline.urls import URLS, UrlDoc, UrlState
from mystage.domain.values import Model

_CHUNK = 500


class Files(Model):
    """What became of the inputs of a run: `listed` is the sum of all other counts.

    `records`, `nothing`, `error` and `parked` were read; `empty`, `gone`, `blocked` and `failed` could not be fetched;
    `refused` were not taken in; `given_up` failed on the way, again and again; `repeated` were named twice;
    `waiting` are still to be done.
    """

    listed: int = 0
    records: int = 0
    nothing: int = 0
    error: int = 0
    parked: int = 0
    empty: int = 0
    gone: int = 0
    blocked: int = 0
    failed: int = 0
    given_up: int = 0
    refused: int = 0
    repeated: int = 0
    waiting: int = 0

    @property
    def outcomes(self) -> dict[str, int]:
        """All counts but `listed`."""
        return {name: getattr(self, name) for name in type(self).model_fields if name != "listed"}

    @property
    def adds_up(self) -> bool:
        """Whether nothing is missing."""
        return self.listed == sum(self.outcomes.values())

    @property
    def troubled(self) -> int:
        """Inputs with a cause on record why they gave nothing: not taken, not readable, or given up."""
        return self.error + self.failed + self.given_up + self.refused


class Account:
    """Counts what became of addresses, from the documents of the pipeline."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def of(self, url_ids: Iterable[str], *, planned: int, refused: int) -> Files:
        """The account of a run.

        Args:
            url_ids: the distinct addresses that were planned.
            planned: how many inputs were planned, those named twice included.
            refused: how many inputs were not taken in.
        """
        ids, counts, known = iter(url_ids), Counter[str](), 0
        while chunk := list(islice(ids, _CHUNK)):
            known += len(chunk)
            counts.update(await self._outcomes(chunk))
        return Files(listed=planned + refused, refused=refused, repeated=planned - known, **counts)

    async def _outcomes(self, ids: Sequence[str]) -> list[str]:
        unit = UnitOfWork(self._store)
        urls = await unit.of(URLS).get_many(ids)
        scrapes = [url.scrape_id for url in urls.values() if url.scrape_id]
        readings: dict[str, Extraction] = {}
        for reading in await unit.of(EXTRACTIONS).find_by("scrape_id", scrapes):
            before = readings.get(reading.scrape_id)
            if before is None or before.extracted_at <= reading.extracted_at:
                readings[reading.scrape_id] = reading
        given_up = await self._given_up(unit, urls, readings)
        return [_outcome(urls.get(id), readings, given_up) for id in ids]

    async def _given_up(self, unit: UnitOfWork, urls: dict[str, UrlDoc], readings: dict[str, Extraction]) -> set[str]:
        """Addresses of which the last thing that happened is a dead letter."""
        tasks: dict[str, UrlDoc] = {}
        for url in urls.values():
            reading = readings.get(url.scrape_id or "")
            tasks |= {failed_task_id(name): url for name in _tasks_of(url, reading)}
        found = await unit.of(FAILED_TASKS).get_many(tasks)
        last = [(tasks[id], failure) for id, failure in found.items() if failure.status is FailedStatus.FAILED]
        return {url.id for url, failure in last if not _read_since(failure, readings.get(url.scrape_id or ""))}


def _tasks_of(url: UrlDoc, reading: Extraction | None) -> list[str]:
    """The tasks that may have ended the way of an address."""
    if url.state is not UrlState.OK:
        return [f"fetch:{url.id}"]
    ends = [f"route:{url.scrape_id}", f"extract:{url.scrape_id}", f"read:{url.scrape_id}"]
    return [*ends, f"resolve:{reading.id}"] if reading else ends


def _read_since(failure: FailedTask, reading: Extraction | None) -> bool:
    return reading is not None and reading.extracted_at > failure.last_failed_at


def _outcome(url: UrlDoc | None, readings: dict[str, Extraction], given_up: set[str]) -> str:
    if url is None or url.state is UrlState.NEW:
        return "waiting"
    if url.id in given_up:
        return "given_up"
    if url.state is not UrlState.OK:
        return url.state.value
    reading = readings.get(url.scrape_id or "")
    return reading.outcome.value if reading else "waiting"
