"""Clusters looked at again: where an entity holds together on one weak bridge, a person is asked whether it is two."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from itertools import combinations

from mystage.application.catalogue.sides import sides_of
from mystage.application.curation.deciding import judgements_on
from mystage.application.ports.documents import DocumentStore, Query
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.resolution.clusters import Split, weakest_split
from mystage.domain.resolution.evidence import Scored
from mystage.domain.resolution.judgements import DUPLICATES, DuplicatePair, DuplicateStatus, Question, ordered, split_id
from mystage.domain.resolution.scoring import Scorer
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import Kind, Model

_PAGE = 500
MOST = 40
"""Records of one entity that are compared with each other: 780 pairs. Of a larger one, those with the lowest ids."""


class Reviewed(Model):
    """What a look at all clusters found."""

    clusters: int = 0
    """Entities with more than one record."""
    pairs: int = 0
    """Pairs that were scored again."""
    proposed: tuple[str, ...] = ()
    """Questions that were put in the review queue: `mystage duplicates show ID`."""
    cut: int = 0
    """Entities with more records than are compared."""


class ReviewClusters:
    """Scores every cluster pairwise with the present model, and proposes splits."""

    def __init__(self, store: DocumentStore, scorer: Scorer, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._scorer = scorer
        self._clock = clock
        self._ids = ids

    async def run(self, progress: Callable[[int], None] | None = None) -> Reviewed:
        """Look at all clusters; what a person has answered is not asked again. Nothing is split by itself."""
        found = Reviewed()
        proposed: list[str] = []
        async for here in self._clusters():
            cut = len(here) > MOST
            members = here[:MOST]
            split, pairs = await self._weakest(members)
            if split is not None and (id := await self._propose(members[0].kind, here[0].entity_id, split)):
                proposed.append(id)
            found = Reviewed(
                clusters=found.clusters + 1, pairs=found.pairs + pairs, proposed=tuple(proposed), cut=found.cut + cut
            )
            if progress is not None:
                progress(found.clusters)
        return found

    async def _weakest(self, members: list[EntitySource]) -> tuple[Split | None, int]:
        unit = UnitOfWork(self._store)
        sides = await sides_of(unit, members)
        judged = await judgements_on(unit, [s.id for s in members])
        known: dict[tuple[str, str], Scored] = {
            (a, b): self._scorer.score(sides[a], sides[b]) for a, b in combinations(sorted(sides), 2)
        }
        below = self._scorer.pair_model(members[0].kind).possible
        split = weakest_split(sides, judged, lambda a, b: known[ordered(a, b)], below=below)
        return split, len(known)

    async def _propose(self, kind: Kind, entity_id: str, split: Split) -> str | None:
        """Ask, unless it was asked before."""
        left, right = ordered(*split.pair)

        async def action(unit: UnitOfWork) -> str | None:
            id = split_id(left, right)
            sources = (await unit.of(ENTITY_SOURCES).get_many((left, right))).values()
            if any(source.entity_id != entity_id for source in sources):
                return None  # they have parted since their cluster was read
            sides = await sides_of(unit, sources)
            if await unit.of(DUPLICATES[kind]).get(id) is not None or len(sides) < 2:
                return None
            pair = DuplicatePair(
                id=id,
                kind=kind,
                left=entity_id,
                right=entity_id,
                left_source=left,
                right_source=right,
                score=min(1.0, max(0.0, split.score)),
                reasons=self._scorer.score(sides[left], sides[right]).reasons,
                status=DuplicateStatus.OPEN,
                question=Question.SPLIT,
                found_at=self._clock.now(),
            )
            unit.of(DUPLICATES[kind]).put(pair)
            return id

        return await decide(self._store, self._clock, self._ids, action)

    async def _clusters(self) -> AsyncIterator[list[EntitySource]]:
        """The live records of each entity that has several, by id."""
        after: str | None = None
        here: list[EntitySource] = []
        while True:
            page = await self._store.find(Query(ENTITY_SOURCES.name, order="entity_id", limit=_PAGE, after=after))
            for record in page.records:
                source = EntitySource.model_validate_json(record.body)
                if here and here[0].entity_id != source.entity_id:
                    if len(here) > 1:
                        yield here
                    here = []
                if source.withdrawn_at is None:
                    here.append(source)
            after = page.next
            if after is None:
                break
        if len(here) > 1:
            yield here
