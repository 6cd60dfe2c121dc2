"""What a visit brought home: one scrape for each distinct body of an address."""

from __future__ import annotations

from enum import StrEnum

from mystage.domain.access import DATA_ROLES
from mystage.domain.schema import Collection, Index
from mystage.domain.sources import Reading, ReadingOutcome
from mystage.domain.values import Instant, Model, digest_id


class FetchOutcome(StrEnum):
    """How a visit ended."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    BLOCKED = "blocked"
    GONE = "gone"
    EMPTY = "empty"
    FAILED = "failed"


class Route(StrEnum):
    """What a body is, before it is read."""

    READ = "read"
    """A reader knows it."""
    SITEMAP = "sitemap"
    IRRELEVANT = "irrelevant"
    """Not about live music, or not text at all."""
    PARKED = "parked"
    """Nothing structured: kept for a model."""


class Scrape(Model):
    """One body that an address gave, kept in the blob store under its digest."""

    id: str
    url_id: str
    url: str
    source: str
    body: str
    """Digest of the bytes in the blob store."""
    size: int
    media_type: str = ""
    status: int = 200
    fetched_at: Instant
    route: Route | None = None
    reader: str | None = None
    """The reader that routing chose."""
    reason: str = ""
    trouble: str = ""
    """What the page says it is instead of itself: `login`, `soft_404`, `blocked_page`; "" for none."""


class Extraction(Model):
    """What a reader made of one scrape. A large set of claims is kept in the blob store, not in the document."""

    id: str
    scrape_id: str
    url: str
    source: str
    reader: str
    """Reader and version, as `jsonld/1`: part of the id, so a new version reads again."""
    outcome: ReadingOutcome
    reading: Reading | None = None
    reading_blob: str | None = None
    """Digest of the reading, where it is too large to stand in the document."""
    venues: int = 0
    artists: int = 0
    performances: int = 0
    error_kind: str = ""
    reason: str = ""
    needs_model: bool = False
    claims_fingerprint: str = ""
    """Over the claims alone; equal claims of a changed page end at this stage."""
    extracted_at: Instant


def scrape_id(url_id: str, body: str) -> str:
    """The id of the scrape of a body at an address: deterministic, so that a repeated visit writes it once."""
    return digest_id(url_id, body, prefix="scr_")


def extraction_id(scrape_id: str, reader: str) -> str:
    """The id of the reading of a scrape by a reader (with its version)."""
    return digest_id(scrape_id, reader, prefix="ext_")


SCRAPES = Collection(
    "scrapes",
    Scrape,
    indexes=(Index("url_id"), Index("source"), Index("reader"), Index("route")),
    composites=(),
    readers=DATA_ROLES,
)
EXTRACTIONS = Collection(
    "extractions",
    Extraction,
    indexes=(Index("scrape_id"), Index("url"), Index("source"), Index("outcome"), Index("reader"), Index("error_kind")),
    composites=(),
    readers=DATA_ROLES,
)
