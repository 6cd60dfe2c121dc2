"""How far a copy of one store into another has come: kept in the target until the copy is proved."""

from __future__ import annotations

from mystage.domain.access import Role
from mystage.domain.schema import Collection
from mystage.domain.values import Model


class Move(Model):
    """The progress of one collection of the source; `after` is the id to go on behind."""

    id: str
    after: str | None = None
    copied: int = 0
    done: bool = False


MOVES = Collection("store_moves", Move, composites=(), readers=(Role.SUPER_ADMIN,))
