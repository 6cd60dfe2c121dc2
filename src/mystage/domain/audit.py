"""Audit entries: what a person did, written in the commit that did it."""

from __future__ import annotations

from mystage.domain.access import Role
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Instant, Model


class AuditEntry(Model):
    """Who did what to which things, why, and when."""

    id: str
    action: str
    """`entity.merge`, `entity.unmerge`, `task.retry`, `task.resolve`, ..."""
    actor: str
    subjects: tuple[str, ...]
    reason: str = ""
    at: Instant


AUDIT_LOGS = Collection(
    "audit_logs",
    AuditEntry,
    indexes=(Index("action"), Index("actor"), Index("at"), Index("subjects", array=True)),
    database="admin",
    composites=(),
    readers=(Role.SUPER_ADMIN,),
)
