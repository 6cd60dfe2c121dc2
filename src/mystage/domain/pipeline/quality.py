"""Quality findings: something about a source looks wrong. Its last good data stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from mystage.domain.access import DATA_ROLES
from mystage.domain.pipeline.scrapes import Extraction
from mystage.domain.pipeline.shield import SHRINK, SMALL, Doubt
from mystage.domain.schema import Collection, Index
from mystage.domain.sources import ReadingOutcome
from mystage.domain.values import Instant, Model, digest_id

SHRUNKEN = "shrunken"
INCOMPLETE = "incomplete"
"""A live source showed less than it has."""
DOUBTS = (
    SHRUNKEN, "soft_404", "blocked_page", "login", "fallback_city", "default_pin", "one_moment",
    "too_few", "too_many", "unfilled", "out_of_area", "out_of_dates",
)  # fmt: skip
"""Causes for which a reading that gave records is not believed (see `shield` and `expectations`)."""
READING_CAUSES = ("error", "nothing", *DOUBTS)
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
    """One of `READING_CAUSES`, `VISIT_CAUSES`, or `INCOMPLETE`."""
    message: str
    extraction_id: str
    found_at: Instant
    status: FindingStatus = FindingStatus.OPEN
    quarantined: bool = False
    """Whether the reading is set aside until it is accepted, or has proved itself."""
    first_seen: Instant | None = None
    """The first visit in a row that found it so."""
    seen: int = 1
    """Visits in a row that found it so."""
    closed_by: str = ""
    """Who accepted or dismissed it; "" where it closed by itself."""


def harvest(extraction: Extraction) -> int:
    """How many records an extraction holds."""
    return extraction.venues + extraction.artists + extraction.performances


def shrunken(before: Extraction, after: Extraction, *, now: datetime) -> Finding | None:
    """A finding where a page that gave records now gives none, an error, or far fewer; else None."""
    old, new = harvest(before), harvest(after)
    if after.outcome is ReadingOutcome.RECORDS and old < SMALL:
        return None
    if after.outcome is ReadingOutcome.RECORDS and new >= SHRINK * old:
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


LASTING = 3
"""Visits in a row that find the same doubt before the page is believed in spite of it..."""
LASTING_SPAN = timedelta(hours=48)
"""... and the time that they must span."""


def doubted(
    before: Extraction | None, after: Extraction, doubt: Doubt, known: Finding | None, *, now: datetime
) -> Finding:
    """The finding on a reading that is set aside; `known` is that of the visit before, if there is one."""
    again = known is not None and known.status is FindingStatus.OPEN and known.quarantined
    kept = "the last good data stays" if before is not None else "nothing is taken"
    return Finding(
        id=finding_id(after.url, doubt.cause),
        source=after.source,
        url=after.url,
        cause=doubt.cause,
        message=f"{doubt.message}; {kept}",
        extraction_id=after.id,
        found_at=now,
        quarantined=True,
        first_seen=(known.first_seen or known.found_at) if known is not None and again else now,
        seen=known.seen + 1 if known is not None and again else 1,
    )


def has_lasted(finding: Finding | None, now: datetime) -> bool:
    """Whether a page has said the same for so long that it is so. What contradicts the manifest never proves itself."""
    if finding is None or finding.status is not FindingStatus.OPEN or not finding.quarantined:
        return False
    if finding.cause not in _PROVABLE:
        return False
    return finding.seen >= LASTING and now - (finding.first_seen or finding.found_at) >= LASTING_SPAN


_PROVABLE = (SHRUNKEN,)
"""A page may really have less to tell; that it means another town, or no page at all, is for a person to say."""


def incomplete(source: str, url: str, why: str, *, now: datetime) -> Finding:
    """The finding on an answer of a live source that shows less than there is."""
    return Finding(
        id=finding_id(url, INCOMPLETE),
        source=source,
        url=url,
        cause=INCOMPLETE,
        message=why[:500],
        extraction_id="",
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
