"""Guards: one document a kind, written by every commit that adds or moves a record: no two decide unseen of each other."""

from __future__ import annotations

from mystage.domain.access import DATA_ROLES
from mystage.domain.schema import Collection
from mystage.domain.values import Model


class Guard(Model):
    """The turns of one kind."""

    id: str
    turns: int = 0


GUARDS = Collection("resolution_guards", Guard, composites=(), readers=DATA_ROLES)
