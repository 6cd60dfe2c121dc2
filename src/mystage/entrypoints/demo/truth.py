"""What is so, against what the platform found: which records are one thing, and which are not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mystage.domain.sources import ArtistClaim, EntitySource, PerformanceClaim, VenueClaim, fold_text
from mystage.domain.values import Kind
from mystage.entrypoints.demo.world import World


@dataclass(frozen=True, slots=True)
class Finding:
    """How well one kind was resolved.

    `true`: things of this kind in the world. `exact`: those with exactly one entity, which holds nothing else. `split`: things found as more than one entity.
    `joined`: entities that hold more than one thing, with what they hold.
    """

    kind: Kind
    true: int
    exact: int
    split: Mapping[str, tuple[str, ...]]
    joined: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...] = ()
    """Records of which the world knows nothing."""


class Truth:
    """Names the true thing behind a record, by what the record says."""

    def __init__(self, world: World) -> None:
        self._totals = {
            Kind.VENUE: len(world.venues),
            Kind.ARTIST: len(world.acts),
            Kind.PERFORMANCE: len(world.shows),
        }
        self._venues = {
            (fold_text(name), fold_text(v.town.name)): v.id for v in world.venues for name in (v.name, v.short, v.long)
        }
        self._acts = {fold_text(name): a.id for a in world.acts for name in (a.name, a.misspelt or a.name)}
        self._shows = {(s.venue.id, day.isoformat()): s.id for s in world.shows for day in (s.first_day, s.day)}

    def venue(self, claim: VenueClaim) -> str | None:
        """The venue of that name in that town (some feeds leave the town out: then the only one of that name)."""
        name, town = fold_text(claim.name), fold_text(claim.locality or "")
        found = {id for (known, where), id in self._venues.items() if known == name and town in ("", where)}
        return found.pop() if len(found) == 1 else None

    def artist(self, claim: ArtistClaim) -> str | None:
        """The act of that name, rightly written or not."""
        return self._acts.get(fold_text(claim.name))

    def show(self, venue: str | None, day: str) -> str | None:
        """The one show at that venue on that day, as it is or as it was announced."""
        return self._shows.get((venue or "", day))

    def findings(self, records: Iterable[EntitySource]) -> dict[Kind, Finding]:
        """Compare all records of a catalogue with the truth."""
        records = list(records)
        true = self._true_of(records)
        return {kind: _finding(kind, self._totals[kind], [r for r in records if r.kind is kind], true) for kind in Kind}

    def entities(self, records: Iterable[EntitySource]) -> dict[str, str]:
        """True thing -> its entity (of several, the one with most records)."""
        records = list(records)
        true = self._true_of(records)
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for record in records:
            if (thing := true[record.id]) is not None:
                counts[thing][record.entity_id] += 1
        return {thing: found.most_common(1)[0][0] for thing, found in counts.items()}

    def _true_of(self, records: list[EntitySource]) -> dict[str, str | None]:
        """Record id -> id of the true thing."""
        found: dict[str, str | None] = {}
        for record in records:
            if isinstance(record.claim, VenueClaim):
                found[record.id] = self.venue(record.claim)
            elif isinstance(record.claim, ArtistClaim):
                found[record.id] = self.artist(record.claim)
        for record in records:
            if isinstance(record.claim, PerformanceClaim):
                day = (record.claim.start_local or "")[:10]
                found[record.id] = self.show(found.get(record.venue_source or ""), day)
        return found


def _finding(kind: Kind, total: int, records: list[EntitySource], true: Mapping[str, str | None]) -> Finding:
    entities: defaultdict[str, set[str]] = defaultdict(set)
    things: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        thing = true[record.id]
        if thing is not None:
            entities[thing].add(record.entity_id)
            things[record.entity_id].add(thing)
    joined = {entity: tuple(sorted(held)) for entity, held in things.items() if len(held) > 1}
    split = {thing: tuple(sorted(found)) for thing, found in entities.items() if len(found) > 1}
    exact = [t for t, found in entities.items() if len(found) == 1 and joined.keys().isdisjoint(found)]
    unknown = tuple(sorted(r.id for r in records if true[r.id] is None))
    return Finding(kind, total, len(exact), split, joined, unknown)
