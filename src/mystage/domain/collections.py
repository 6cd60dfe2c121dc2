"""All collections, by name: stores build their schema from this list."""

from __future__ import annotations

from typing import Any

from mystage.domain.audit import AUDIT_LOGS
from mystage.domain.catalog import ARTISTS, PERFORMANCES, VENUES
from mystage.domain.delivery import FAILED_TASKS
from mystage.domain.moving import MOVES
from mystage.domain.pipeline.credentials import CREDENTIALS
from mystage.domain.pipeline.enrichment import ENRICHMENTS
from mystage.domain.pipeline.governing import QUOTAS
from mystage.domain.pipeline.images import ENTITY_IMAGES, PICTURES, URL_IMAGES
from mystage.domain.pipeline.page_kinds import SITE_PATTERNS
from mystage.domain.pipeline.quality import FINDINGS
from mystage.domain.pipeline.reading.examples import EXAMPLES
from mystage.domain.pipeline.reading.learned import LEARNED
from mystage.domain.pipeline.reading.spending import ANSWERS, BUDGETS
from mystage.domain.pipeline.schedules import LEASES, SCHEDULES
from mystage.domain.pipeline.scrapes import EXTRACTIONS, SCRAPES
from mystage.domain.pipeline.urls import URLS
from mystage.domain.resolution.guards import GUARDS
from mystage.domain.resolution.judgements import DUPLICATES, JUDGEMENTS
from mystage.domain.resolution.story import EVENTS
from mystage.domain.schema import Collection
from mystage.domain.sources import ENTITY_SOURCES, SOURCES

ALL: tuple[Collection[Any], ...] = (
    SOURCES,
    URLS,
    SCRAPES,
    EXTRACTIONS,
    SITE_PATTERNS,
    FINDINGS,
    ENRICHMENTS,
    URL_IMAGES,
    ANSWERS,
    BUDGETS,
    LEARNED,
    EXAMPLES,
    ENTITY_SOURCES,
    JUDGEMENTS,
    EVENTS,
    GUARDS,
    *DUPLICATES.values(),
    VENUES,
    ARTISTS,
    PERFORMANCES,
    PICTURES,
    ENTITY_IMAGES,
    FAILED_TASKS,
    AUDIT_LOGS,
    CREDENTIALS,
    QUOTAS,
    SCHEDULES,
    LEASES,
    MOVES,
)
