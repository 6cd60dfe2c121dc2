"""Enrich: ask for more of artists about whom resolution is undecided, or of whom a wanted field is empty.

The answers go through the same flow, as claims of their source; what they do to the catalogue is resolution's business.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from mystage.application.pipeline.planning import Wanted, plan_task
from mystage.application.ports.documents import DocumentStore, Query, Where
from mystage.application.ports.live import LiveInfo, LiveSources
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.catalog import ARTISTS, Artist
from mystage.domain.errors import MystageError
from mystage.domain.pipeline.discovery import Ask
from mystage.domain.pipeline.enrichment import AGAIN, ENRICHMENTS, Helper, Question, question_id, whom_to_ask
from mystage.domain.pipeline.urls import URLS, url_id
from mystage.domain.resolution.judgements import DUPLICATES, DuplicateStatus
from mystage.domain.values import Kind

_PAGE = 200


@dataclass
class Enriched:
    """What came of it: artists looked at, questions asked (by source), answered from what is known, left by the budget."""

    looked_at: int = 0
    asked: dict[str, int] = field(default_factory=dict)
    cached: int = 0
    budget_left: int = 0
    missing: tuple[str, ...] = ()
    """Why some sources could not be asked."""
    url_ids: set[str] = field(default_factory=set)

    @property
    def calls(self) -> int:
        """Questions that cost a call."""
        return sum(self.asked.values())


class Enrich:
    """Asks enriching sources, within a budget of calls a day (UTC)."""

    def __init__(
        self, store: DocumentStore, live: LiveSources, clock: Clock, ids: IdSource, *, daily: int = 500
    ) -> None:
        self._store = store
        self._live = live
        self._clock = clock
        self._ids = ids
        self._daily = daily

    async def run(self, *, limit: int = 100, trace: str = "") -> Enriched:
        """Ask at most `limit` questions, and no more than the day's budget leaves."""
        now, trace = self._clock.now(), trace or self._ids.new("run_")
        infos = {info.name: info for info in self._live.all() if info.use == "enrich"}
        done = Enriched(missing=tuple(info.excuse for info in infos.values() if not info.ready))
        helpers = [_helper(info) for info in infos.values() if info.ready]
        spent = (await self._store.counters(_budget(now))).get(_budget(now), 0)
        left = max(0, min(limit, self._daily - spent))
        async for artist, undecided in self._artists():
            if left <= 0 or not helpers:
                break
            done.looked_at += 1
            if whom_to_ask(artist, helpers, undecided=undecided, asked=()) is None:
                continue  # the most of a catalogue lacks nothing: no look at what was asked
            left -= await self._ask(artist, helpers, infos, done, undecided=undecided, now=now, trace=trace)
        done.budget_left = max(0, self._daily - spent - done.calls)
        return done

    async def _artists(self) -> AsyncIterator[tuple[Artist, bool]]:
        """Those about whom resolution is undecided first, then all others."""
        unit = UnitOfWork(self._store)
        pairs = await unit.of(DUPLICATES[Kind.ARTIST]).find(status=DuplicateStatus.OPEN.value)
        doubtful = await unit.of(ARTISTS).get_many(id for pair in pairs for id in (pair.left, pair.right))
        for artist in doubtful.values():
            yield artist, True
        after: str | None = None
        while True:
            query = Query(ARTISTS.name, (Where("merged_into", "eq", None),), limit=_PAGE, after=after)
            page = await self._store.find(query)
            found = await UnitOfWork(self._store).of(ARTISTS).get_many(record.id for record in page.records)
            for artist in found.values():
                if artist.id not in doubtful:
                    yield artist, False
            after = page.next
            if after is None:
                return

    async def _ask(
        self,
        artist: Artist,
        helpers: list[Helper],
        infos: dict[str, LiveInfo],
        done: Enriched,
        *,
        undecided: bool,
        now: datetime,
        trace: str,
    ) -> int:
        """Ask about one artist, if there is need; how many calls that takes."""

        async def decision(unit: UnitOfWork) -> tuple[str, list[str], int]:
            before = await unit.of(ENRICHMENTS).find(entity_id=artist.id)
            asked = {question.source for question in before if now - question.asked_at < AGAIN}
            chosen = whom_to_ask(artist, helpers, undecided=undecided, asked=asked)
            if chosen is None:
                return "", [], 0
            helper, why = chosen
            addresses = self._addresses(helper.name, artist)
            known = await unit.of(URLS).get_many(map(url_id, addresses))
            # asked lately about another artist of the name, or by hand: the answer is in the catalogue already
            fresh = [a for a in addresses if not _lately(known.get(url_id(a)), now)]
            unit.of(ENRICHMENTS).put(
                Question(
                    id=question_id(artist.id, helper.name),
                    entity_id=artist.id,
                    source=helper.name,
                    why=why,
                    addresses=tuple(map(url_id, addresses)),
                    asked_at=now,
                )
            )
            if fresh:
                info = infos[helper.name]
                unit.queue(plan_task(info.source, [Wanted(a) for a in fresh], trace=trace, live=info))
                unit.count(_budget(now), len(fresh))
            return helper.name, [url_id(a) for a in fresh], len(addresses) - len(fresh)

        name, fresh, cached = await decide(self._store, self._clock, self._ids, decision)
        if fresh:
            done.asked[name] = done.asked.get(name, 0) + len(fresh)
        done.url_ids.update(fresh)
        done.cached += cached
        return len(fresh)

    def _addresses(self, name: str, artist: Artist) -> tuple[str, ...]:
        mbid = artist.identifiers.get("musicbrainz")
        ask = Ask(ids=(mbid,)) if mbid else Ask(artists=(artist.name,), country=artist.country)
        try:
            return self._live.begin(name, ask)
        except MystageError:
            return ()  # it cannot be asked so: noted as asked, and not asked again


def _helper(info: LiveInfo) -> Helper:
    return Helper(info.name, info.gives, info.cost, by_id_only="artists" not in info.asks)


def _lately(known: object, now: datetime) -> bool:
    fetched = getattr(known, "last_fetched", None)
    return fetched is not None and now - fetched < AGAIN


def _budget(now: datetime) -> str:
    return f"enrich/{now:%Y-%m-%d}"
