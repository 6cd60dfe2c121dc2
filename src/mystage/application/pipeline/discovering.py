"""Discover: from what someone wants to know to the calls of a live source. And due: what is worth a visit again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from mystage.application.pipeline.planning import BATCH, Submit, Submitted, Wanted, fetch_task, plan_task
from mystage.application.ports.documents import DocumentStore, Query, Where
from mystage.application.ports.live import LiveSources
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.delivery import Task
from mystage.domain.errors import MystageError
from mystage.domain.pipeline.discovery import Ask
from mystage.domain.pipeline.urls import URLS, url_id
from mystage.domain.schema import instant_text


class Discover:
    """Asks live sources. Durable when it returns: the calls wait in the flow."""

    def __init__(self, store: DocumentStore, live: LiveSources, submit: Submit, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._live = live
        self._submit = submit
        self._clock = clock
        self._ids = ids

    async def ask(self, names: Sequence[str], ask: Ask, *, trace: str = "") -> Submitted:
        """Plan the first calls of each source. One that cannot be asked is told in the answer; the others go on."""
        done, tasks = await self.plan(names, ask, trace=trace)
        await self._queue(tasks)
        return done

    async def plan(
        self, names: Sequence[str], ask: Ask, *, trace: str = "", not_before: datetime | None = None
    ) -> tuple[Submitted, list[Task]]:
        """As `ask`, with the tasks left to the caller to queue."""
        done, trace, tasks = Submitted(), trace or self._ids.new("run_"), list[Task]()
        for name in names:
            try:
                info = self._live.info(name)
                addresses = self._live.begin(name, ask)
            except MystageError as error:
                done.refuse(name, str(error))
                continue
            files = [a for a in addresses if a.startswith("file:")]
            if files:
                done.add(await self._submit.paths(files, source=info.source, trace=trace))
            calls = [Wanted(address) for address in addresses if address not in files]
            tasks += [
                plan_task(info.source, part, trace=trace, live=info, not_before=not_before) for part in _parts(calls)
            ]
            done.planned += len(calls)
            done.url_ids.update(url_id(call.url) for call in calls)
        return done, tasks

    async def due(self, *, trace: str = "", limit: int | None = None) -> Submitted:
        """Queue a visit to every address whose time has come, the one that is due longest first."""
        done, after, trace = Submitted(), None, trace or self._ids.new("run_")
        now = instant_text(self._clock.now())
        while True:
            query = Query(URLS.name, (Where("next_fetch_at", "le", now),), "next_fetch_at", limit=BATCH, after=after)
            page = await self._store.find(query)
            ids = [record.id for record in page.records][: None if limit is None else limit - done.planned]
            await self._queue([fetch_task(id, trace) for id in ids])
            done.planned += len(ids)
            done.url_ids.update(ids)
            after = page.next
            if after is None or not ids or (limit is not None and done.planned >= limit):
                return done

    async def _queue(self, tasks: Sequence[Task]) -> None:
        async def stage(unit: UnitOfWork) -> None:
            for task in tasks:
                unit.queue(task)

        if tasks:
            await decide(self._store, self._clock, self._ids, stage)


def _parts(calls: Sequence[Wanted]) -> Iterator[Sequence[Wanted]]:
    for start in range(0, len(calls), BATCH):
        yield calls[start : start + BATCH]
