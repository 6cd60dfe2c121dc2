"""Moments of a rhythm: cron lines and intervals."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from mystage.domain.pipeline.schedules import ScheduledTask


class Calendar(Protocol):
    """Knows when a schedule is due."""

    @abstractmethod
    def following(self, schedule: ScheduledTask, after: datetime) -> datetime | None:
        """The first moment after `after` (UTC); None: there is none within 50 years.

        A cron line in a time zone follows Debian's cron: a moment that a change to summer time leaves out is done right
        after the change; one that comes twice is done once. Raises Invalid (a line or a zone that cannot be read).
        """
