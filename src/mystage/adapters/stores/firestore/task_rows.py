"""The rules of the queue over rows in memory, and rows as documents. A commit reads rows, applies, and writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mystage.adapters.stores.firestore.values import DOCUMENT, fill_map, not_text, plain
from mystage.application.ports.documents import Release
from mystage.application.ports.tasks import Lease
from mystage.domain.delivery import Task
from mystage.domain.errors import LeaseLost
from mystage.domain.values import evolve


@dataclass(frozen=True, slots=True)
class Row:
    """A task as kept. `order` is that of creation; `ready_at` when it may (next) run, leases aside."""

    order: int
    task: Task
    revision: int
    ready_at: datetime
    token: str | None = None
    lease_until: datetime | None = None
    error: str = ""

    @property
    def visible_at(self) -> datetime:
        """From when on it may be claimed."""
        return self.lease_until or self.ready_at


def enqueued(row: Row | None, task: Task, order: int, now: datetime) -> Row:
    """The row after `task` was queued (again)."""
    ready_at = task.not_before or now
    if row is None:
        return Row(order, task, revision=1, ready_at=ready_at)
    both = (row.task.not_before, task.not_before)
    merged = evolve(
        task,
        not_before=None if None in both else min(moment for moment in both if moment is not None),
        attempts=row.task.attempts,
        first_failed_at=row.task.first_failed_at or task.first_failed_at,
    )
    return replace(row, task=merged, revision=row.revision + 1, ready_at=min(row.ready_at, ready_at))


def completed(row: Row, lease: Lease, now: datetime) -> Row | None:
    """The row after its lease ended well: gone, or ready again where it was queued again meanwhile."""
    if row.revision == lease.revision:
        return None
    task = evolve(row.task, attempts=0, first_failed_at=None)
    return replace(row, task=task, token=None, lease_until=None, ready_at=now, error="")


def released(row: Row, release: Release, now: datetime) -> Row:
    """The row after it was given back; ready at once where it was queued again meanwhile."""
    at = release.at if row.revision == release.lease.revision else now
    task = evolve(row.task, not_before=at, first_failed_at=row.task.first_failed_at or (now if release.error else None))
    return replace(row, task=task, token=None, lease_until=None, ready_at=at, error=release.error)


def leased(row: Row, token: str, until: datetime) -> Row:
    """The row after it was claimed."""
    task = evolve(row.task, attempts=row.task.attempts + 1)
    return replace(row, task=task, token=token, lease_until=until)


def extended(row: Row, until: datetime) -> Row:
    """The row after its lease was prolonged."""
    return replace(row, lease_until=until)


def check_held(rows: Mapping[str, Row], leases: Sequence[Lease]) -> None:
    """Raise LeaseLost unless every lease still holds its task (each is named once)."""
    ids = [lease.task.id for lease in leases]
    lost = {lease.task.id for lease in leases if not holds(rows, lease) or ids.count(lease.task.id) > 1}
    if lost:
        raise LeaseLost("the lease ended or passed to another worker", where=", ".join(sorted(lost)))


def holds(rows: Mapping[str, Row], lease: Lease) -> bool:
    """Whether the lease still holds its task."""
    row = rows.get(lease.task.id)
    return row is not None and row.token == lease.token


def document_of(row: Row, name: str) -> Any:
    """A row as a document of full name `name`."""
    document = DOCUMENT(name=name)
    fields = {
        "queue": row.task.queue,
        "priority": row.task.priority,
        "order": row.order,
        "ready_at": row.ready_at,
        "visible_at": row.visible_at,
        "lease_until": row.lease_until,
        "token": row.token,
        "revision": row.revision,
        "error": row.error,
        "task": row.task.model_dump(mode="json", exclude_none=True),
    }
    try:
        fill_map(document.fields, fields)
    except UnicodeEncodeError as error:
        raise not_text(error, f"tasks/{row.task.id!a:.100}") from error
    return document


def row_of(document: Any) -> Row:
    """The row that a document holds."""
    fields = {name: plain(value) for name, value in document.fields.items()}
    kept = ("order", "revision", "ready_at", "token", "lease_until", "error")
    return Row(task=Task.model_validate(fields["task"]), **{name: fields[name] for name in kept})
