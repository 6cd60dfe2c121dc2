"""What the world sees: canonical venues, artists and performances, each field with its provenance."""

from __future__ import annotations

from pydantic import Field

from mystage.domain.access import Public
from mystage.domain.decisions import Curated
from mystage.domain.schema import Collection, Composite, Index
from mystage.domain.sources import PerformanceKind, PerformanceStatus, SourceRank
from mystage.domain.values import Instant, Kind, Model, WallClock


class Provenance(Model):
    """Where the value of one canonical field comes from, and by which rule it was chosen."""

    entity_source: str
    source: str
    rank: SourceRank
    rule: str
    """The field policy that chose it: `priority`, `union`, `longest`, `newest`, `majority`, `robust_centre`, `curated`."""
    url: str = ""
    scrape_id: str = ""
    extraction_id: str = ""
    reader: str = ""
    also: tuple[str, ...] = ()
    """Other entity sources that gave the same value, or took part in it (union, majority, centre)."""


class Entity(Model):
    """What all canonical entities share."""

    id: str
    kind: Kind
    sources: tuple[str, ...] = ()
    """Ids of the entity sources that it is merged from, sorted."""
    provenance: dict[str, Provenance] = Field(default_factory=dict)
    curated: tuple[Curated, ...] = ()
    fingerprint: str = ""
    """Over the canonical fields; unchanged means nothing to publish."""
    merged_into: str | None = None
    """Set on the loser of a merge; reads of this id follow it."""
    deleted_at: Instant | None = None
    created_at: Instant
    updated_at: Instant
    description: str | None = None
    images: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    """Pages of the sources about it."""
    identifiers: dict[str, str] = Field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether the world should see it."""
        return self.merged_into is None and self.deleted_at is None


class Venue(Entity):
    """A canonical venue. Position in degrees WGS 84, phone E.164, zone IANA, country ISO 3166-1 alpha-2."""

    name: str = ""
    alt_names: tuple[str, ...] = ()
    street: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    timezone: str | None = None
    phone: str | None = None
    website: str | None = None
    categories: tuple[str, ...] = ()
    opening_hours: tuple[str, ...] = ()
    """`Mo-Fr 18:00-02:00`; all of one source."""
    capacity: int | None = None
    closed: bool = False


class Artist(Entity):
    """A canonical artist."""

    name: str = ""
    alt_names: tuple[str, ...] = ()
    website: str | None = None
    genres: tuple[str, ...] = ()
    country: str | None = None


class Performance(Entity):
    """A canonical performance. Times are wall clock at the venue; `start_utc` is the instant, where it is known."""

    title: str = ""
    venue_id: str | None = None
    artist_ids: tuple[str, ...] = ()
    place: str | None = None
    start_local: WallClock | None = None
    end_local: WallClock | None = None
    doors_local: WallClock | None = None
    timezone: str | None = None
    start_utc: Instant | None = None
    status: PerformanceStatus = PerformanceStatus.SCHEDULED
    performance_kind: PerformanceKind | None = None
    ticket_url: str | None = None
    price_min: float | None = None
    price_max: float | None = None
    currency: str | None = None
    genres: tuple[str, ...] = ()


AnyEntity = Venue | Artist | Performance

_ENTITY = (Index("merged_into"), Index("deleted_at"), Index("updated_at"))
_SHOWN = (Public.ANYONE,)
VENUES = Collection(
    "evt_venues",
    Venue,
    indexes=(*_ENTITY, Index("name"), Index("locality"), Index("country")),
    database="main",
    composites=(),
    readers=_SHOWN,
)
ARTISTS = Collection(
    "evt_artists", Artist, indexes=(*_ENTITY, Index("name")), database="main", composites=(), readers=_SHOWN
)
PERFORMANCES = Collection(
    "evt_performances",
    Performance,
    indexes=(*_ENTITY, Index("venue_id"), Index("start_local"), Index("artist_ids", array=True)),
    database="main",
    composites=(
        Composite(("artist_ids", "merged_into")),
        Composite(("artist_ids", "merged_into", "deleted_at")),
        Composite(("merged_into", "deleted_at", "start_local")),
        Composite(("merged_into", "deleted_at", "venue_id", "start_local")),
    ),
    readers=_SHOWN,
)
