"""What people do with quality findings: believe the reading after all, or put the finding away."""

from __future__ import annotations

from collections.abc import Sequence

from mystage.application.pipeline.extracting import resolve_task
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.audit import AUDIT_LOGS, AuditEntry
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.pipeline.quality import FINDINGS, Finding, FindingStatus
from mystage.domain.pipeline.scrapes import EXTRACTIONS, SCRAPES
from mystage.domain.pipeline.urls import URLS
from mystage.domain.sources import ReadingOutcome
from mystage.domain.values import evolve


class Review:
    """Findings, for a person."""

    def __init__(self, store: DocumentStore, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def open(self, *, source: str = "", cause: str = "") -> list[Finding]:
        """Open findings, the latest first."""
        found = await UnitOfWork(self._store).of(FINDINGS).find(status=FindingStatus.OPEN.value)
        kept = [f for f in found if source in ("", f.source) and cause in ("", f.cause)]
        return sorted(kept, key=lambda f: (f.found_at, f.id), reverse=True)

    async def accept(self, ids: Sequence[str], *, actor: str, reason: str = "") -> list[Finding]:
        """Believe the readings that were set aside: they become their pages' good data. Raises NotFound, Invalid."""
        return await self._close(ids, "quality.accept", actor, reason)

    async def dismiss(self, ids: Sequence[str], *, actor: str, reason: str = "") -> list[Finding]:
        """Put findings away; the last good data stays. Raises NotFound."""
        return await self._close(ids, "quality.dismiss", actor, reason)

    async def _close(self, ids: Sequence[str], action: str, actor: str, reason: str) -> list[Finding]:
        async def decision(unit: UnitOfWork) -> list[Finding]:
            found = await unit.of(FINDINGS).get_many(ids)
            missing = [id for id in ids if id not in found]
            if missing:
                raise NotFound("no such finding", where=", ".join(missing), hint="`mystage quality list` shows them")
            for finding in found.values():
                if action == "quality.accept":
                    await self._believe(unit, finding)
                closed = {"status": FindingStatus.RESOLVED, "closed_by": actor, "quarantined": False}
                unit.of(FINDINGS).put(evolve(finding, **closed))
            now = self._clock.now()
            unit.of(AUDIT_LOGS).put(
                AuditEntry(
                    id=self._ids.new("aud_"), action=action, actor=actor, subjects=tuple(found), reason=reason, at=now
                )
            )
            return list(found.values())

        return await decide(self._store, self._clock, self._ids, decision)

    async def _believe(self, unit: UnitOfWork, finding: Finding) -> None:
        extraction = await unit.of(EXTRACTIONS).get(finding.extraction_id) if finding.quarantined else None
        if extraction is None or extraction.outcome is not ReadingOutcome.RECORDS:
            raise Invalid(
                "there is no reading to believe", where=finding.id, hint="`mystage quality dismiss` puts it away"
            )
        scrape = await unit.of(SCRAPES).get(extraction.scrape_id)
        url = await unit.of(URLS).get(scrape.url_id) if scrape is not None else None
        if url is not None:
            unit.of(URLS).put(evolve(url, extraction_id=extraction.id, doubted=""))
        unit.queue(resolve_task(extraction.id))
