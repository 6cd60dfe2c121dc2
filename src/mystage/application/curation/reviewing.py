"""The review queue: questions that wait for a person, the most harmful first, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from mystage.application.catalogue.entities import entities
from mystage.application.curation.acting import Done
from mystage.application.curation.merging import Curate
from mystage.application.ports.documents import DocumentStore, Query
from mystage.application.ports.opinions import PairAdvisor
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide, where
from mystage.domain.catalog import PERFORMANCES
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.resolution.harm import audience, expected_harm, uncertainty
from mystage.domain.resolution.judgements import (
    DUPLICATES,
    JUDGEMENTS,
    DuplicatePair,
    DuplicateStatus,
    JudgedBy,
    Opinion,
)
from mystage.domain.resolution.labels import row, side
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, Model, evolve

_POOL = 500
"""Questions of a kind that are weighed by their audience: those with the highest scores."""
_REFERS = {Kind.VENUE: "venue_id", Kind.ARTIST: "artist_ids__any"}
ORDERS = ("harm", "uncertain")


class Review(Model):
    """One question with what a person needs to answer it."""

    pair: DuplicatePair
    names: tuple[str, str]
    audience: int
    harm: float
    """Expected harm: the probability that the catalogue is wrong, times the audience."""
    left: dict[str, Any] = Field(default_factory=dict)
    right: dict[str, Any] = Field(default_factory=dict)


class Reviews:
    """Reads and answers the questions of the review queue."""

    def __init__(self, store: DocumentStore, clock: Clock, ids: IdSource, curate: Curate, advisor: PairAdvisor) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._curate = curate
        self._advisor = advisor

    async def waiting(self, *, kind: Kind | None = None, limit: int, order: str = "harm") -> list[Review]:
        """Open questions: the most harmful first, or (`uncertain`) first those from which a model learns most."""
        if order not in ORDERS:
            raise Invalid("no such order", where=order, hint=f"one of {', '.join(ORDERS)}")
        unit = UnitOfWork(self._store)
        found: list[Review] = []
        for one in [kind] if kind is not None else list(Kind):
            name = DUPLICATES[one].name
            query = Query(name, where(status=DuplicateStatus.OPEN.value), order="score", descending=True, limit=_POOL)
            page = await self._store.find(query)
            pairs = await unit.of(DUPLICATES[one]).get_many(record.id for record in page.records)
            found += await self._weighed(unit, one, pairs.values())
        if order == "uncertain":
            found.sort(key=lambda r: (-uncertainty(r.pair), -r.harm, r.pair.id))
        else:
            found.sort(key=lambda r: (-r.harm, r.pair.id))
        return [await self._with_sides(unit, review) for review in found[:limit]]

    async def show(self, id: str) -> Review:
        """One question, open or answered. Raises NotFound."""
        unit = UnitOfWork(self._store)
        pair = await _pair(unit, id)
        (review,) = await self._weighed(unit, pair.kind, [pair])
        return await self._with_sides(unit, review)

    async def answer(self, id: str, answer: str, *, actor: str, reason: str = "", preview: bool = False) -> Done:
        """Answer a question: `same`, `different` or `unsure`. Raises NotFound, Invalid where it was answered already."""
        pair = await _pair(UnitOfWork(self._store), id)

        async def unanswered(unit: UnitOfWork) -> None:
            status = (await _pair(unit, id)).status
            if status not in (DuplicateStatus.OPEN, DuplicateStatus.UNSURE):
                raise Invalid(
                    f"it was answered already: {status.value}", where=id, hint="`mystage judge` says otherwise"
                )

        return await self._curate.judge(
            pair.left_source,
            pair.right_source,
            answer,
            actor=actor,
            reason=reason,
            preview=preview,
            only_if=unanswered,
        )

    async def advise(self, *, kind: Kind | None, budget: int) -> list[Review]:
        """Ask the advisor about up to `budget` open questions that have no opinion yet, the least certain first.

        The opinion is kept with the question. Raises Invalid where no model is configured.
        """
        if not self._advisor.name:
            raise Invalid("no model is configured", where="judge_model", hint="set MYSTAGE_JUDGE_MODEL")
        open_ones = await self.waiting(kind=kind, limit=_POOL, order="uncertain")
        chosen = [r for r in open_ones if all(o.by != self._advisor.name for o in r.pair.opinions)][:budget]
        return [await self._advised(review) for review in chosen]

    async def _advised(self, review: Review) -> Review:
        evidence = [reason.text for reason in review.pair.reasons]
        said = await self._advisor.advise(review.pair.kind, review.left, review.right, evidence)
        opinion = Opinion(
            polarity=said.polarity,
            probability=said.probability,
            reason=said.reason,
            by=self._advisor.name,
            at=self._clock.now(),
        )

        async def action(unit: UnitOfWork) -> DuplicatePair:
            pair = await _pair(unit, review.pair.id)
            kept = evolve(pair, opinions=(*pair.opinions, opinion))
            unit.of(DUPLICATES[pair.kind]).put(kept)
            return kept

        return evolve(review, pair=await decide(self._store, self._clock, self._ids, action))

    async def labels(self, kind: Kind) -> list[dict[str, Any]]:
        """What persons have judged, as rows of labelled pairs, by time."""
        unit = UnitOfWork(self._store)
        judged = await unit.of(JUDGEMENTS).find(by=JudgedBy.PERSON.value)
        told = [j for j in judged if j.kind is kind and j.retired_at is None and not j.implied]
        sources = await unit.of(ENTITY_SOURCES).get_many(id for j in told for id in (j.left, j.right))
        refs = await unit.of(ENTITY_SOURCES).get_many(_refs(sources.values()))
        rows = [row(j, {**refs, **sources}) for j in sorted(told, key=lambda j: (j.created_at, j.id))]
        return [r for r in rows if r is not None]

    async def _weighed(self, unit: UnitOfWork, kind: Kind, pairs: Iterable[DuplicatePair]) -> list[Review]:
        listed = list(pairs)
        known = await entities(unit, kind).get_many(id for pair in listed for id in (pair.left, pair.right))
        seen = {id: audience(await self._references(kind, id), len(e.sources)) for id, e in known.items()}
        found = []
        for pair in listed:
            both = sum(seen.get(id, 0) for id in {pair.left, pair.right})
            names = tuple(_name(known.get(id)) for id in (pair.left, pair.right))
            found.append(Review(pair=pair, names=names, audience=both, harm=round(expected_harm(pair, both), 3)))
        return found

    async def _references(self, kind: Kind, id: str) -> int:
        """Live performances that refer to an entity."""
        if kind is Kind.PERFORMANCE:
            return 0
        conditions = where(**{_REFERS[kind]: id if kind is Kind.VENUE else (id,)}, merged_into=None, deleted_at=None)
        return await self._store.count(Query(PERFORMANCES.name, conditions))

    async def _with_sides(self, unit: UnitOfWork, review: Review) -> Review:
        pair = review.pair
        sources = await unit.of(ENTITY_SOURCES).get_many((pair.left_source, pair.right_source))
        refs = await unit.of(ENTITY_SOURCES).get_many(_refs(sources.values()))
        known = {**refs, **sources}
        sides = {
            name: side(known[id], known)
            for name, id in (("left", pair.left_source), ("right", pair.right_source))
            if id in known
        }
        return evolve(review, **sides)


def _refs(sources: Iterable[EntitySource]) -> list[str]:
    return [ref for s in sources for ref in (s.venue_source, *s.artist_sources) if ref]


async def _pair(unit: UnitOfWork, id: str) -> DuplicatePair:
    for spec in DUPLICATES.values():
        pair = await unit.of(spec).get(id)
        if pair is not None:
            return pair
    raise NotFound("no such question", where=id, hint="`mystage duplicates` lists the open ones")


def _name(entity: Any) -> str:
    return getattr(entity, "name", "") or getattr(entity, "title", "") or "?"
