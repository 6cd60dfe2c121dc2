"""Quality findings: something about a source looks wrong. Its last good data stays."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from mystage.domain.access import DATA_ROLES
from mystage.domain.pipeline.scrapes import Extraction
from mystage.domain.schema import Collection, Index
from mystage.domain.sources import ReadingOutcome
from mystage.domain.values import Instant, Model, digest_id

SHRINK = 0.7
"""A harvest below this share of the one before is suspicious (architecture, section 2)."""
SMALL = 5
"""Harvests of fewer records change too much by themselves to be judged."""


SHRUNKEN = "shrunken"
READING_CAUSES = ("error", "nothing", SHRUNKEN)
"""Causes that a reading shows."""
VISIT_CAUSES = ("blocked", "empty")
"""Causes that a visit shows."""


class FindingStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


class Finding(Model):
    """A finding on one page of a source, with its cause in words."""

    id: str
    source: str
    url: str
    cause: str
    """One of `READING_CAUSES` or `VISIT_CAUSES`."""
    message: str
    extraction_id: str
    found_at: Instant
    status: FindingStatus = FindingStatus.OPEN


def harvest(extraction: Extraction) -> int:
    """How many records an extraction holds."""
    return extraction.venues + extraction.artists + extraction.performances


def shrunken(before: Extraction, after: Extraction, *, now: datetime) -> Finding | None:
    """A finding where a page that gave records now gives none, an error, or far fewer; else None."""
    old, new = harvest(before), harvest(after)
    if after.outcome is ReadingOutcome.RECORDS and (old < SMALL or new >= SHRINK * old):
        return None
    if after.outcome is ReadingOutcome.RECORDS:
        cause, what = SHRUNKEN, f"{new} records where there were {old}"
    else:
        cause = "error" if after.outcome is ReadingOutcome.ERROR else "nothing"
        what = f"{after.outcome.value} ({after.reason or after.error_kind or 'no reason given'}) where there were {old} records"
    return Finding(
        id=finding_id(after.url, cause),
        source=after.source,
        url=after.url,
        cause=cause,
        message=f"{what}; the last good data stays",
        extraction_id=after.id,
        found_at=now,
    )


def unreachable(before: Extraction, url: str, cause: str, reason: str, *, now: datetime) -> Finding:
    """The finding on a page that gave records and now is blocked or empty."""
    return Finding(
        id=finding_id(url, cause),
        source=before.source,
        url=url,
        cause=cause,
        message=f"{cause} ({reason}) where there were {harvest(before)} records; the last good data stays",
        extraction_id=before.id,
        found_at=now,
    )


def finding_id(url: str, cause: str) -> str:
    """One finding a page and cause."""
    return digest_id(url, cause, prefix="fnd_")


FINDINGS = Collection(
    "quality_findings",
    Finding,
    indexes=(Index("status"), Index("source"), Index("cause")),
    composites=(),
    readers=DATA_ROLES,
)
