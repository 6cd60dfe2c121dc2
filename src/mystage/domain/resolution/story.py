"""What happened to entities: merges, splits, re-keys, judgements and edits, each with all that is needed to undo it.

That a record came and founded or joined an entity is told by the record and its judgement; it is not written again.
"""

from __future__ import annotations

from enum import StrEnum

from mystage.domain.access import DATA_ROLES
from mystage.domain.decisions import Curated, Preferred
from mystage.domain.resolution.judgements import DuplicatePair, JudgedBy, Judgement
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Instant, Kind, Model


class Happening(StrEnum):
    MERGED = "merged"
    SPLIT = "split"
    JUDGED = "judged"
    """Two records were judged, and nothing moved."""
    REKEYED = "rekeyed"
    """A record took the place of another one of its source."""
    EDITED = "edited"
    PREFERRED = "preferred"
    """A conflict between sources of equal rank was decided."""
    UNDONE = "undone"


class Move(Model):
    """A record that changed its entity."""

    record: str
    origin: str
    target: str


class JudgementChange(Model):
    """A judgement before (None: there was none) and after."""

    before: Judgement | None = None
    after: Judgement


class EditChange(Model):
    """The edits of a record before and after."""

    record: str
    before: tuple[Curated, ...] = ()
    after: tuple[Curated, ...] = ()


class PreferenceChange(Model):
    """The conflicts that were decided in favour of a record, before and after."""

    record: str
    before: tuple[Preferred, ...] = ()
    after: tuple[Preferred, ...] = ()


class EntityEvent(Model):
    """One thing that happened to entities."""

    id: str
    what: Happening
    kind: Kind
    entities: tuple[str, ...]
    """All that took part; the one that stayed first."""
    by: JudgedBy
    actor: str = ""
    """The person, or the model with its version."""
    why: str = ""
    at: Instant
    moves: tuple[Move, ...] = ()
    judgements: tuple[JudgementChange, ...] = ()
    questions: tuple[DuplicatePair, ...] = ()
    """Questions of the review queue that it answered, as they were before."""
    edits: tuple[EditChange, ...] = ()
    preferences: tuple[PreferenceChange, ...] = ()
    undoes: str | None = None
    """The event that this one took back."""
    undone_by: str | None = None
    """The event that took this one back."""


EVENTS = Collection(
    "entity_events",
    EntityEvent,
    indexes=(Index("entities", array=True), Index("what"), Index("actor"), Index("at")),
    composites=(),
    readers=DATA_ROLES,
)
