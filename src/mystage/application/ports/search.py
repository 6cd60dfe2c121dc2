"""SearchIndex: typo-tolerant search over venues, artists and performances, with facets, place and date."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated, Protocol

from pydantic import Field

from mystage.domain.values import GeoPoint, Instant, Kind, Model


class SearchDocument(Model):
    """What the index keeps of one entity. `day` and `until` are local calendar days, `YYYY-MM-DD`."""

    id: str
    kind: Kind
    name: str
    """Name of a venue or artist, title of a performance."""
    also: tuple[str, ...] = ()
    """Further texts that find it: other names, artists of a show, its venue."""
    locality: str | None = None
    region: str | None = None
    country: str | None = None
    genres: tuple[str, ...] = ()
    venue_id: str | None = None
    venue: str | None = None
    artists: tuple[str, ...] = ()
    point: GeoPoint | None = None
    day: str | None = None
    until: str | None = None
    start_local: str | None = None
    status: str | None = None
    image: str | None = None
    """Id of its picture: served at `/images/ID/WIDTH.webp`."""
    weight: float = 0.0
    """Popularity: breaks ties (the number of sources, say)."""


class SearchQuery(Model):
    """What is asked. `near` with `km` filters by distance and ranks the nearer first; days are inclusive."""

    text: str = ""
    kinds: tuple[Kind, ...] = ()
    near: GeoPoint | None = None
    km: Annotated[float, Field(gt=0, le=20_038)] | None = None
    day_from: str | None = None
    day_to: str | None = None
    locality: str | None = None
    country: str | None = None
    genre: str | None = None
    venue_id: str | None = None
    limit: Annotated[int, Field(ge=1, le=1_000)] = 20
    offset: Annotated[int, Field(ge=0, le=10_000)] = 0
    facets: bool = False


class Hit(Model):
    """One answer; `km` is the distance from `near`."""

    document: SearchDocument
    score: float
    km: float | None = None


class SearchResult(Model):
    """The answers of one page, how many there are in all, and the counts by facet (kind, locality, country, genres)."""

    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, dict[str, int]] = Field(default_factory=dict)


class IndexState(Model):
    """How many documents the index holds, and when it was written last."""

    documents: int
    updated_at: Instant | None = None


class SearchIndex(Protocol):
    """Writes are seen by searches after the call returns. Documents are replaced by id."""

    @abstractmethod
    async def write(self, put: Sequence[SearchDocument], delete: Sequence[str] = ()) -> None:
        """Put documents and delete ids, together."""

    @abstractmethod
    async def search(self, query: SearchQuery) -> SearchResult:
        """Search. An empty text answers all that match the filters."""

    @abstractmethod
    async def state(self) -> IndexState:
        """How much it holds."""

    @abstractmethod
    async def clear(self) -> None:
        """Remove all documents."""
