"""Lists of live entities, page by page: what every backend can answer by its declared indexes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mystage.application.ports.documents import DocumentStore, Query, Where
from mystage.application.unit_of_work import where
from mystage.domain.catalog import ARTISTS, PERFORMANCES, VENUES


@dataclass(frozen=True, slots=True)
class Listed:
    """One page. `items` are the stored documents as JSON bytes, unread; `next` is the cursor of the page after it."""

    items: tuple[bytes, ...]
    next: str | None


class Lists:
    """Lists entities. Merged and deleted ones are left out. A cursor is good for the same filters only."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def venues(
        self, *, limit: int, after: str | None = None, locality: str | None = None, country: str | None = None
    ) -> Listed:
        """Venues by id; `locality` as it is written in the catalogue, `country` ISO 3166-1 alpha-2."""
        wanted = {"locality": locality, "country": country}
        by = {name: value for name, value in wanted.items() if value is not None}
        return await self._page(Query(VENUES.name, where(**_LIVE, **by), limit=limit, after=after))

    async def artists(self, *, limit: int, after: str | None = None) -> Listed:
        """Artists by id."""
        return await self._page(Query(ARTISTS.name, where(**_LIVE), limit=limit, after=after))

    async def performances(
        self,
        *,
        limit: int,
        after: str | None = None,
        venue_id: str | None = None,
        artist_id: str | None = None,
        day_from: date | None = None,
        day_to: date | None = None,
    ) -> Listed:
        """Performances by id; with a day (local to the venue, inclusive), by start, and without those of no known date."""
        conditions = [*where(**_LIVE)]
        if venue_id is not None:
            conditions.append(Where("venue_id", "eq", venue_id))
        if artist_id is not None:
            conditions.append(Where("artist_ids", "any", (artist_id,)))
        if day_from is not None:
            conditions.append(Where("start_local", "ge", day_from.isoformat()))
        if day_to is not None:
            conditions.append(Where("start_local", "le", f"{day_to.isoformat()}T23:59"))
        return await self._page(Query(PERFORMANCES.name, tuple(conditions), limit=limit, after=after))

    async def _page(self, query: Query) -> Listed:
        page = await self._store.find(query)
        return Listed(tuple(record.body for record in page.records), page.next)


_LIVE = {"merged_into": None, "deleted_at": None}
