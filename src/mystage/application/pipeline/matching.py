"""Finding the likes of a record, deciding on them, and writing down what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from mystage.application.catalogue.entities import founded_id, members
from mystage.application.catalogue.joining import join, kept_apart
from mystage.application.catalogue.sides import performance_side
from mystage.application.pipeline.prepared import Prepared
from mystage.application.pipeline.records import Record
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.resolution.blocking import match_keys, query_keys
from mystage.domain.resolution.deciding import Candidate, Decision, Pairing, decide
from mystage.domain.resolution.judgements import (
    DUPLICATES,
    JUDGEMENTS,
    DuplicatePair,
    DuplicateStatus,
    JudgedBy,
    Judgement,
    Polarity,
    Verdict,
    judgement_id,
    ordered,
    pair_id,
)
from mystage.domain.resolution.records import Side
from mystage.domain.resolution.scoring import Scorer, explain
from mystage.domain.resolution.story import EVENTS, EntityEvent, Happening, Move
from mystage.domain.sources import (
    ENTITY_SOURCES,
    AnyClaim,
    EntitySource,
    PerformanceClaim,
)
from mystage.domain.values import Kind, digest_id

MAX_CANDIDATES = 40
"""Records compared with a new one: those that share most keys with it."""


class Matcher:
    """Resolution within one unit of work."""

    def __init__(self, unit: UnitOfWork, scorer: Scorer, now: datetime, prepared: Prepared | None = None) -> None:
        """A matcher.

        Args:
            unit: what it reads and stages in.
            scorer: compares two records.
            now: the time of its decisions.
            prepared: the prepared forms of records that units before it have met.
        """
        self._unit = unit
        self._scorer = scorer
        self._now = now
        self._sources = unit.of(ENTITY_SOURCES)
        self._prepared = prepared if prepared is not None else Prepared()
        self._asked: dict[int, tuple[Side, tuple[str, ...]]] = {}

    async def prefetch(self, fresh: Sequence[Record], known: Mapping[str, EntitySource]) -> None:
        """Read in bulk what the decisions on these records will ask for.

        A performance's keys hold the entities of its venue and artists, which are not decided yet; the likely ones are
        fetched (those they have, or would found). Where the guess is wrong, the decision reads by itself.
        """
        entity = {r.id: known[r.id].entity_id if r.id in known else founded_id(r.id, r.kind) for r in fresh}
        entity |= {id: source.entity_id for id, source in known.items()}
        claims: dict[str, AnyClaim] = {r.id: r.claim for r in fresh} | {id: s.claim for id, s in known.items()}
        keys: list[str] = []
        for r in fresh:
            if isinstance(r.claim, PerformanceClaim):
                refs = (r.venue_source, r.artist_sources)
                keys.extend(query_keys(performance_side(r.id, r.source, r.claim, refs, entity, claims)))
            else:
                keys.extend(self._query_keys(self._prepared.side(r.id, r.source, r.claim)))
        await self._sources.prefetch_by("match_keys", keys)
        found = await self._sources.find_by("match_keys", list(dict.fromkeys(keys)))
        await self._sources.get_many(ref for s in found for ref in (s.venue_source, *s.artist_sources) if ref)
        for reference, kind in (("venue_source", Kind.VENUE), ("artist_sources", Kind.ARTIST)):
            await self._sources.prefetch_by(reference, [r.id for r in fresh if r.kind is kind and r.id not in known])
        ids = [*(r.id for r in fresh), *(s.id for s in found)]
        for side in ("left", "right"):
            await self._unit.of(JUDGEMENTS).prefetch_by(side, ids)

    def _query_keys(self, side: Side) -> tuple[str, ...]:
        """The keys by which the record looks for others, made once a unit."""
        known = self._asked.get(id(side))
        if known is None or known[0] is not side:
            known = self._asked[id(side)] = (side, tuple(query_keys(side)))
        return known[1]

    async def side(self, source: EntitySource) -> Side:
        """The prepared form of a record, its references resolved as of now."""
        claim = source.claim
        if not isinstance(claim, PerformanceClaim):
            return self._prepared.side(source.id, source.source, claim)
        refs = [ref for ref in (source.venue_source, *source.artist_sources) if ref]
        found = await self._sources.get_many(refs)
        entity = {id: s.entity_id for id, s in found.items()}
        claims = {id: s.claim for id, s in found.items()}
        return performance_side(
            source.id, source.source, claim, (source.venue_source, source.artist_sources), entity, claims
        )

    def keys(self, side: Side) -> tuple[str, ...]:
        """The keys under which the record is kept."""
        return match_keys(side)

    async def decide(self, source: EntitySource, side: Side) -> Decision:
        """The decision on one record among those that share a key with it."""
        keys = self._query_keys(side)
        wanted = set(keys)
        found = [
            s
            for s in await self._sources.find_by("match_keys", keys)
            if s.id != source.id and s.kind is source.kind and s.withdrawn_at is None
        ]
        if not found:
            return Decision(Verdict.NEW)
        shared = {s.id: len(wanted.intersection(s.match_keys)) for s in found}
        closest = sorted(found, key=lambda s: (-shared[s.id], s.id))[:MAX_CANDIDATES]
        negatives, positives = await self._judged([source.id, *(s.id for s in closest)])
        barred = await self._barred(source, negatives)
        candidates = [Candidate(s.entity_id, await self.side(s)) for s in closest]
        return decide(side, candidates, self._scorer, negatives, positives, barred=barred)

    async def _barred(self, source: EntitySource, negatives: frozenset[tuple[str, str]]) -> frozenset[str]:
        """Entities that hold a record which a person keeps apart from this one."""
        apart = [left if right == source.id else right for left, right in negatives if source.id in (left, right)]
        return frozenset(s.entity_id for s in (await self._sources.get_many(apart)).values()) - {source.entity_id}

    async def _judged(self, ids: Sequence[str]) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
        """Pairs that persons keep apart, and pairs that they joined."""
        repository = self._unit.of(JUDGEMENTS)
        found = {j.id: j for side in ("left", "right") for j in await repository.find_by(side, ids)}
        persons = [j for j in found.values() if j.by is JudgedBy.PERSON and j.retired_at is None]
        return (
            frozenset((j.left, j.right) for j in persons if j.polarity is Polarity.NEGATIVE),
            frozenset((j.left, j.right) for j in persons if j.polarity is Polarity.POSITIVE),
        )

    def succeed(self, was: EntitySource, now: EntitySource) -> None:
        """Write that a record takes the place of another one of its page."""
        why = f"{was.id} became {now.id}: its page tells the same show at another time"
        move = Move(record=now.id, origin=was.entity_id, target=now.entity_id)
        self._tell(now, Happening.REKEYED, (now.entity_id,), [move], JudgedBy.RULE, why)
        left, right = ordered(was.id, now.id)
        self._unit.of(JUDGEMENTS).overwrite(
            Judgement(
                id=judgement_id(left, right, JudgedBy.RULE),
                kind=now.kind,
                left=left,
                right=right,
                polarity=Polarity.POSITIVE,
                by=JudgedBy.RULE,
                actor="moved",
                score=1.0,
                why="The page tells the same show at another time than before.",
                created_at=self._now,
            )
        )

    async def record_decision(self, placed: EntitySource, decision: Decision, *, trace: str) -> str:
        """Write judgements, joins and doubtful pairs; the answer is the entity that the record ends up in."""
        entity_id = placed.entity_id
        if decision.entity_id is not None and decision.best is not None:
            if decision.entity_id != entity_id and not await self._may_leave(placed, decision, decision.entity_id):
                await self._doubt(placed, entity_id, decision.best)
                return entity_id
            self._judge(placed, decision.best)
            if decision.entity_id != entity_id:
                entity_id = await self._unite(placed, entity_id, decision.entity_id, decision.best, trace)
        for pairing in decision.bridge:
            # where it is now: the join above may have brought it here already
            other = (await self._sources.need(pairing.candidate.side.id)).entity_id
            if other == entity_id or await kept_apart(self._unit, entity_id, other):
                continue
            self._judge(placed, pairing)
            entity_id = await self._unite(placed, entity_id, other, pairing, trace)
        for pairing in decision.possible:
            await self._doubt(placed, entity_id, pairing)
        return entity_id

    async def _may_leave(self, placed: EntitySource, decision: Decision, to: str) -> bool:
        """Whether the record may take its entity with it: it is alone there, or the decision found the two to be one."""
        if placed.entity_id in {pairing.entity_id for pairing in decision.bridge}:
            return not await kept_apart(self._unit, placed.entity_id, to)
        others = (await members(self._unit, (placed.entity_id,)))[placed.entity_id]
        return all(other.id == placed.id for other in others)

    async def _unite(self, placed: EntitySource, one: str, other: str, pairing: Pairing, trace: str) -> str:
        """Join two entities, the one with fewer sources into the other (of equals, into the lower id)."""
        found = await members(self._unit, (one, other))
        survivor, loser = sorted((one, other), key=lambda id: (-len(found[id]), id))
        await join(self._unit, placed.kind, loser, survivor, now=self._now, trace=trace)
        moves = [Move(record=s.id, origin=loser, target=survivor) for s in found[loser]]
        self._tell(placed, Happening.MERGED, (survivor, loser), moves, pairing.scored.by, explain(pairing.scored))
        return survivor

    def _tell(
        self, placed: EntitySource, what: Happening, ids: tuple[str, ...], moves: Sequence[Move], by: JudgedBy, why: str
    ) -> None:
        """Write down what happened to entities; the same decision on the same state is one event."""
        id = digest_id(what, placed.id, *ids, self._now.isoformat(), prefix="act_")
        actor = self._scorer.pair_model(placed.kind).version if by is JudgedBy.MODEL else by.value
        event = EntityEvent(
            id=id,
            what=what,
            kind=placed.kind,
            entities=ids,
            by=by,
            actor=actor,
            why=why,
            at=self._now,
            moves=tuple(moves),
        )
        self._unit.of(EVENTS).overwrite(event)

    def _judge(self, placed: EntitySource, pairing: Pairing) -> None:
        scored = pairing.scored
        if scored.by is JudgedBy.PERSON:
            return  # the person's own judgement stands
        left, right = ordered(placed.id, pairing.candidate.side.id)
        self._unit.of(JUDGEMENTS).overwrite(
            Judgement(
                id=judgement_id(left, right, scored.by),
                kind=placed.kind,
                left=left,
                right=right,
                polarity=Polarity.POSITIVE,
                by=scored.by,
                actor=self._scorer.pair_model(placed.kind).version,
                score=scored.score,
                reasons=scored.reasons,
                why=explain(scored),
                created_at=self._now,
            )
        )

    async def _doubt(self, placed: EntitySource, entity_id: str, pairing: Pairing) -> None:
        """A pair of entities for a person to look at; what a person has answered is not asked again."""
        if pairing.entity_id == entity_id:
            return
        repository = self._unit.of(DUPLICATES[placed.kind])
        left, right = ordered(entity_id, pairing.entity_id)
        id = pair_id(left, right)
        asked = await repository.get(id)
        if asked is not None and asked.status is not DuplicateStatus.MERGED:
            return
        if not await kept_apart(self._unit, entity_id, pairing.entity_id):
            source, other = (placed.id, pairing.candidate.side.id)
            repository.put(
                DuplicatePair(
                    id=id,
                    kind=placed.kind,
                    left=left,
                    right=right,
                    left_source=source if left == entity_id else other,
                    right_source=other if left == entity_id else source,
                    score=pairing.scored.score,
                    reasons=pairing.scored.reasons,
                    found_at=self._now,
                )
            )
