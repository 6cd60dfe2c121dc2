"""Events: what has happened, for those who follow the catalogue (the journal stream `catalogue`)."""

from __future__ import annotations

from enum import StrEnum

from mystage.domain.values import Instant, Model

CATALOGUE = "catalogue"
"""The journal stream of changes that the world can see."""


class EventType(StrEnum):
    PUBLISHED = "entity.published"
    """An entity is new or has changed; the index shows it."""
    REMOVED = "entity.removed"
    """An entity was deleted or merged away; the index no longer shows it."""


class Event(Model):
    """One thing that happened. Delivered at least once: a follower may see an event twice, never not at all."""

    type: EventType
    subject: str
    """Id of the entity."""
    at: Instant
    trace: str = ""
    """The run or request that caused it."""
