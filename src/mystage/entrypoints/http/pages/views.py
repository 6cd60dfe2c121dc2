"""What the templates show of an entity: rows of fields, each with the source it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mystage.application.reading.show import Shown
from mystage.domain.catalog import AnyEntity, Artist, Performance, Provenance, Venue
from mystage.domain.sources import EntitySource
from mystage.domain.values import GeoPoint, wall_day

LABELS: Final = {
    "title": "Title", "name": "Name", "alt_names": "Also known as", "street": "Street", "postal_code": "Postal code",
    "locality": "Town", "region": "Region", "country": "Country", "lat": "Latitude", "lon": "Longitude",
    "timezone": "Time zone", "phone": "Phone", "website": "Website", "categories": "Categories",
    "capacity": "Capacity", "closed": "Closed for good", "genres": "Genres", "start_local": "Starts",
    "end_local": "Ends", "doors_local": "Doors", "status": "Status", "performance_kind": "Kind of show",
    "place": "Place, as the source says", "ticket_url": "Tickets", "price_min": "Price from", "price_max": "Price to",
    "currency": "Currency", "description": "Description", "links": "Links", "urls": "Pages about it", "images": "Images",
}  # fmt: skip
_RULES: Final = {
    "priority": "the best source decides", "union": "all sources together", "longest": "the longest text",
    "newest": "the latest word", "majority": "most sources agree", "robust_centre": "the best source that is no outlier",
    "curated": "set by a person",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: the source, its page, the rule that chose it, how many sources say the same."""

    source: str
    url: str
    rank: str
    rule: str
    agreeing: int


@dataclass(frozen=True, slots=True)
class Row:
    """One field: its values (each may be an address), and its origin."""

    label: str
    values: tuple[str, ...]
    origin: Origin | None


def title(entity: AnyEntity) -> str:
    """What an entity is called."""
    return (entity.title if isinstance(entity, Performance) else entity.name) or entity.id


def rows(entity: AnyEntity) -> tuple[Row, ...]:
    """The fields that have a value, in the order of `LABELS`."""
    return tuple(_rows(entity))


def _rows(entity: AnyEntity) -> Iterator[Row]:
    for name, label in LABELS.items():
        values = _values(name, getattr(entity, name, None))
        if values:
            yield Row(label, values, _origin(entity.provenance.get(name)))
    for namespace, id in sorted(entity.identifiers.items()):
        yield Row(f"Id at {namespace}", (id,), _origin(entity.provenance.get("identifiers")))


def _values(name: str, value: Any) -> tuple[str, ...]:
    if value in (None, "", (), False):
        return ()
    if isinstance(value, tuple):
        return tuple(str(item) for item in value)
    if value is True:
        return ("yes",)
    if name.endswith("_local"):
        return (when(value),)
    return (f"{value:g}" if isinstance(value, float) and name.startswith("price") else str(value),)


def when(start: str | None) -> str:
    """A wall-clock time for people: `Mon 1 Mar 2027, 20:00`."""
    if not start:
        return "date not known"
    day: date = wall_day(start)
    clock = start[11:16]
    text = f"{day:%a} {day.day} {day:%b %Y}"
    return f"{text}, {clock}" if clock else text


def _origin(found: Provenance | None) -> Origin | None:
    if found is None:
        return None
    rule = _RULES.get(found.rule, found.rule)
    return Origin(found.source, found.url, found.rank.name.lower().replace("_", " "), rule, len(found.also))


def position(shown: Shown) -> tuple[GeoPoint | None, Venue | None]:
    """Where an entity is, and the venue that stands there."""
    venue = shown.entity if isinstance(shown.entity, Venue) else shown.venue
    if venue is None or venue.lat is None or venue.lon is None:
        return None, venue
    return GeoPoint(lat=venue.lat, lon=venue.lon), venue


def where(entity: AnyEntity) -> str:
    """The line below the title."""
    if isinstance(entity, Venue):
        return ", ".join(filter(None, (entity.street, entity.locality, entity.country)))
    if isinstance(entity, Artist):
        return ", ".join((*entity.genres[:4], *filter(None, (entity.country,))))
    return when(entity.start_local)


def sources(shown: Shown) -> tuple[EntitySource, ...]:
    """The sources of an entity, the best first; those that took it back last."""
    found = shown.lineage.sources if shown.lineage else ()
    return tuple(sorted(found, key=lambda s: (s.withdrawn_at is not None, s.rank, s.id)))
