"""Plan: which addresses to visit. Takes what users and sitemaps name, and queues a visit for each address once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mystage.application.ports.blobs import BlobStore
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.live import LiveInfo
from mystage.application.ports.readers import InputItem, InputReader
from mystage.application.ports.system import Clock, IdSource
from mystage.application.runtime.stages import Handler, Outcome
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.delivery import Task
from mystage.domain.errors import MystageError
from mystage.domain.pipeline.urls import URLS, UrlDoc, check_outside, normalise_url, url_id
from mystage.domain.sources import SOURCES, ManifestSource
from mystage.domain.values import digest_id, evolve

BATCH = 200
"""Addresses of one plan task: its payload stays small, its commit quick."""
BATCH_BYTES = 32 * 1024 * 1024
"""Bytes of archives' members that are held before they go to the blob store."""
MAX_DEPTH = 2
"""A sitemap index (1) names sitemaps (2), which name pages; deeper chains are not followed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address to visit; `held_body` is the digest of a body that came with it (a member of an archive)."""

    url: str
    held_body: str | None = None


@dataclass
class Submitted:
    """What became of a submission: addresses planned, and what could not be taken, with its reason."""

    planned: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Label and reason of each."""
    url_ids: set[str] = field(default_factory=set)
    """The addresses planned: fewer than `planned` where some were named twice."""

    def refuse(self, label: str, reason: str) -> None:
        """Note something that could not be taken."""
        self.refused.append((label, reason))

    def add(self, other: Submitted) -> None:
        """Take in what became of a part."""
        self.planned += other.planned
        self.refused += other.refused
        self.url_ids |= other.url_ids


def plan_task(
    source: str,
    wanted: Sequence[Wanted],
    *,
    depth: int = 0,
    public: bool = False,
    trace: str = "",
    live: LiveInfo | None = None,
    not_before: datetime | None = None,
) -> Task:
    """The task that plans these addresses; `live`: they are calls of its API."""
    rows = [[w.url, w.held_body] for w in wanted]
    body = json.dumps(rows, separators=(",", ":"), ensure_ascii=False)
    payload = {"source": source, "urls": body, "depth": str(depth), "public": "1" if public else ""}
    if live is not None:
        payload |= {"live": live.name, "reader": live.reader or ""}
    return Task(
        id=digest_id(source, body, str(depth), str(public), *((live.name,) if live else ()), prefix="plan:"),
        queue="plan",
        payload=payload,
        trace=trace,
        not_before=not_before,
    )


class Submit:
    """Takes in what a person names: addresses, files, folders, archives, source manifests. Durable when it returns."""

    def __init__(
        self,
        store: DocumentStore,
        blobs: BlobStore,
        inputs: InputReader,
        clock: Clock,
        ids: IdSource,
        *,
        allow_private: bool = False,
    ) -> None:
        self._allow_private = allow_private
        self._store = store
        self._blobs = blobs
        self._inputs = inputs
        self._clock = clock
        self._ids = ids

    async def urls(
        self, urls: Iterable[str], *, source: str = "web", public: bool = False, trace: str = ""
    ) -> Submitted:
        """Plan addresses. `public`: they came from outside, and may not reach private networks or local files."""
        done, good = Submitted(), []
        for url in urls:
            try:
                normal = normalise_url(url)
                if public:
                    check_outside(normal, allow_private=self._allow_private)
            except MystageError as error:
                done.refuse(url, str(error))
            else:
                good.append(Wanted(normal))
        await self._queue(source, good, done, public=public, trace=trace)
        return done

    async def paths(self, paths: Iterable[str], *, source: str = "file", trace: str = "") -> Submitted:
        """Plan files, the files of folders, and the members of archives."""
        done = Submitted()
        batch: list[InputItem] = []
        size = 0
        for path in paths:
            for item in self._inputs.items(path):
                if item.error:
                    done.refuse(item.label, item.error)
                    continue
                batch.append(item)
                size += len(item.body or b"")
                if len(batch) >= BATCH or size >= BATCH_BYTES:
                    await self._queue(source, await self._held(batch), done, trace=trace)
                    batch, size = [], 0
        await self._queue(source, await self._held(batch), done, trace=trace)
        return done

    async def sources(self, entries: Iterable[ManifestSource], *, trace: str = "") -> Submitted:
        """Keep manifest entries and plan the start addresses of those that are enabled."""
        entries = list(entries)

        async def keep(unit: UnitOfWork) -> None:
            known = await unit.of(SOURCES).get_many(entry.name for entry in entries)
            for entry in entries:
                if known.get(entry.name) != entry:
                    unit.of(SOURCES).put(entry)

        await decide(self._store, self._clock, self._ids, keep)
        done = Submitted()
        for entry in entries:
            if entry.enabled:
                files = [url for url in entry.start_urls if url.startswith("file:")]
                wanted = [Wanted(normalise_url(url)) for url in entry.start_urls if url not in files]
                await self._queue(entry.name, wanted, done, trace=trace)
                done.add(await self.paths(files, source=entry.name, trace=trace))
        return done

    async def _held(self, items: Sequence[InputItem]) -> list[Wanted]:
        bodies = [item.body for item in items if item.body is not None]
        digests = iter(await self._blobs.put_many(bodies))
        return [Wanted(normalise_url(i.url), None if i.body is None else next(digests)) for i in items]

    async def _queue(
        self, source: str, wanted: Sequence[Wanted], done: Submitted, *, public: bool = False, trace: str = ""
    ) -> None:
        tasks = [plan_task(source, chunk, public=public, trace=trace) for chunk in _chunks(wanted)]

        async def stage(unit: UnitOfWork) -> None:
            for task in tasks:
                unit.queue(task)

        await decide(self._store, self._clock, self._ids, stage)
        done.planned += len(wanted)
        done.url_ids.update(url_id(w.url) for w in wanted)


def _chunks(wanted: Sequence[Wanted]) -> Iterator[Sequence[Wanted]]:
    for start in range(0, len(wanted), BATCH):
        yield wanted[start : start + BATCH]


class Plan(Handler):
    """Writes the address documents and queues their visits."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def prepare(self, tasks: Sequence[Task]) -> Sequence[list[Wanted]]:
        return [[Wanted(url, held) for url, held in json.loads(task.payload["urls"])] for task in tasks]

    async def load(self, unit: UnitOfWork, tasks: Sequence[Task], ready: Sequence[Any]) -> None:
        await unit.of(URLS).get_many(url_id(w.url) for wanted in ready for w in wanted)
        await unit.of(SOURCES).get_many(task.payload["source"] for task in tasks)

    async def apply(self, unit: UnitOfWork, task: Task, ready: list[Wanted]) -> Outcome:
        source = await unit.of(SOURCES).get(task.payload["source"])
        fresh, depth = 0, int(task.payload.get("depth") or 0)
        for wanted in ready:
            known = await unit.of(URLS).get(url_id(wanted.url))
            if known is not None and known.leads_on and known.depth < depth:
                continue  # sitemaps that name each other would be visited without end
            if task.payload.get("live") and known is not None:
                if known.run == task.trace and known.depth < depth:
                    continue  # this run has asked it already, and it leads back to itself
                known = evolve(known, run=task.trace, depth=depth)
                unit.of(URLS).put(known)
            if known is None:
                unit.of(URLS).put(self._document(task, wanted, source))
                fresh += 1
            elif wanted.held_body != known.held_body:
                unit.of(URLS).put(evolve(known, held_body=wanted.held_body))
            unit.queue(fetch_task(url_id(wanted.url), task.trace))
        return Outcome.CHANGED if fresh else Outcome.UNCHANGED

    def _document(self, task: Task, wanted: Wanted, source: ManifestSource | None) -> UrlDoc:
        return UrlDoc(
            id=url_id(wanted.url),
            url=wanted.url,
            source=task.payload["source"],
            reader=(source.kind if source else None) or task.payload.get("reader") or None,
            held_body=wanted.held_body,
            first_seen=self._clock.now(),
            depth=int(task.payload.get("depth") or 0),
            public=bool(task.payload.get("public")),
            obey_robots=source.obey_robots if source else True,
            live=task.payload.get("live", ""),
            run=task.trace if task.payload.get("live") else "",
        )


def fetch_task(url_id: str, trace: str = "") -> Task:
    """The task that visits an address."""
    return Task(id=f"fetch:{url_id}", queue="fetch", payload={"url_id": url_id}, trace=trace)
