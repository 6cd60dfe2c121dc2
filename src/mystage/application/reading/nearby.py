"""Where a town is, as far as the catalogue knows; and what venues are near a place."""

from __future__ import annotations

from statistics import median

from mystage.application.ports.search import Hit, SearchIndex, SearchQuery
from mystage.domain.values import GeoPoint, Kind


class Nearby:
    """Answers from the search index alone."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    async def town(self, name: str) -> GeoPoint | None:
        """The middle (median of latitude, of longitude) of the venues whose locality is `name`; None: no such venue.

        Towns of one name in several countries are not mixed: the country with the most venues counts.
        """
        found = await self._index.search(SearchQuery(kinds=(Kind.VENUE,), locality=name, limit=200))
        placed = [hit.document for hit in found.hits if hit.document.point is not None]
        if not placed:
            return None
        countries = [document.country or "" for document in placed]
        country = max(sorted(set(countries)), key=countries.count)
        points = [d.point for d in placed if d.point is not None and (d.country or "") == country]
        return GeoPoint(lat=median(p.lat for p in points), lon=median(p.lon for p in points))

    async def venues(self, point: GeoPoint, *, km: float, limit: int = 24) -> tuple[Hit, ...]:
        """Venues within `km` kilometres of a point, the nearest first."""
        found = await self._index.search(SearchQuery(kinds=(Kind.VENUE,), near=point, km=km, limit=limit))
        return tuple(hit for hit in found.hits if hit.document.point is not None)
