"""SceneScout's scraped events: what a naive scraper stored.

The day of the scrape stands for the date, a constant for the
time, one invented venue with one pin for all; the real date is in the description, the real id in the ticket address.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any, Final

from mystage.adapters.sources.kit.acts import act_in_title
from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, links, position, text
from mystage.adapters.sources.kit.localities import country_of_region, region_code, zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.spoken_dates import days_in, resolve
from mystage.adapters.sources.kit.wall_times import clock_in, wall
from mystage.adapters.sources.kit.wordings import is_product, kind_of, link_target, status_in_title, status_of
from mystage.domain.sources import PerformanceKind, Reading, fold_text, records

VERSION: Final = 1
_SHAPE: Final = frozenset({"title", "date", "venue_name", "external_url", "price_range"})
_TICKET_ID = re.compile(r"-(\d{9,15})(?:[/?#]|$)")
_LISTING = re.compile(r"/d/|/b/|/o/|/search|/c/")
_IN_TITLE = re.compile(r" at (the |The )?((?:[A-Z][\w'&.-]+)(?: (?:of|de|and|&|[A-Z][\w'&.-]+)){1,5})$")
_CLOCK = re.compile(r",?\s*\d{1,2}:\d{2}.*$")


def recognises(payload: Payload) -> float:
    """A list of rows with its fields."""
    rows = _rows(payload.json)
    return 0.96 if rows and all(row.keys() >= _SHAPE for row in rows[:5]) else 0.0


def _rows(data: Any) -> list[dict[str, Any]]:
    data = data.get("events") if isinstance(data, dict) else data
    return [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []


def parse(payload: Payload) -> Reading:
    """One performance a row; rows that are category pages are none."""
    rows = _rows(payload.json)
    constant = _constants(rows)
    builder = ClaimsBuilder()
    left: list[str] = []
    for row in rows:
        _event(builder, Fields(row, "[]", left), constant)
    return records(builder.build(), unread=Fields({}, "", left).unread)


def _constants(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Fields that hold one value in (nearly) all of three rows or more: defaults of the scraper, not facts."""
    found = {}
    for name in ("date", "time", "latitude", "price_min") if rows else ():
        values = Counter(str(row.get(name)) for row in rows)
        value, count = values.most_common(1)[0]
        if len(rows) > 2 and count >= 0.8 * len(rows):
            found[name] = value
    return found


def _event(builder: ClaimsBuilder, row: Fields, constant: dict[str, Any]) -> None:
    raw_url = link_target(row.pop("external_url"))
    title, marked = status_in_title(row.text("title"))
    if is_product(title) or (raw_url and _LISTING.search(raw_url) and not _TICKET_ID.search(raw_url)):
        return
    url = raw_url.partition("?")[0] if raw_url else None
    venue, place, zone = _place(builder, row, title, shared="latitude" in constant)
    about = row.text("description")
    start = _start(about, row.pop("date"), row.pop("time"), wall(row.pop("created_at")), constant)
    kind = kind_of(title, row.text("category")) or PerformanceKind.OTHER
    act = act_in_title(title) if kind is PerformanceKind.CONCERT else None
    ticket_id = _TICKET_ID.search(url or "")
    low, high = row.number("price_min"), row.number("price_max")
    builder.performance(
        # its own ids are built from title and scrape day and change with every run
        source_id=ticket_id[1] if ticket_id else None,
        title=title,
        venue=venue,
        place=None if venue else place,
        artists=[builder.artist(name=act)] if act else (),
        start_local=start,
        timezone=zone,
        status=status_of(None, marked),
        kind=kind,
        ticket_url=url,
        images=links([row.pop("image_url")]),
        **({"price_min": low, "price_max": high or low} if low else {}),
    )
    row.ignore("id", "updated_at", "price_range", "price_min", "price_max", "latitude", "longitude", "created_at")
    row.rest()


def _start(about: str | None, day: Any, clock: Any, seen: str | None, constant: dict[str, Any]) -> str | None:
    """From the description; else the row's own date, if that is no default of the scraper."""
    spoken = days_in(_CLOCK.sub("", about or ""))[:1]
    found = resolve(spoken[0], date.fromisoformat(seen[:10]) if seen else None) if spoken else None
    if found:
        time = clock_in(about or "")
        return f"{found.isoformat()}T{time}" if time else found.isoformat()
    own = wall(day)
    if own is None or "date" in constant:
        return None
    time = clock_in(text(clock) or "") if "time" not in constant else None
    return f"{own[:10]}T{time}" if time else own[:10]


def _place(
    builder: ClaimsBuilder, row: Fields, title: str | None, *, shared: bool
) -> tuple[str | None, str | None, str | None]:
    """Key of the venue, the place in words, its zone. "Toronto Venue" is an invention; a venue may stand in the title."""
    parts = [part.strip() for part in (row.text("address") or "").split(",") if part.strip()]
    region = parts[-1] if len(parts) > 1 and country_of_region(parts[-1]) else None
    town = parts[-2] if region else parts[-1] if parts else None
    country = country_of_region(region)
    region = region_code(region, country)
    name = row.text("venue_name")
    pin = {} if shared else position(row.pop("latitude"), row.pop("longitude"))
    zone = zone_of(country, region, town, pin.get("lat"), pin.get("lon"))
    words = ", ".join(v for v in (town, region, country) if v) or None
    if name and fold_text(name) in (fold_text(f"{town} venue"), "venue", "tba", fold_text(town or "-")):
        found = _IN_TITLE.search(title or "")
        name = f"{'The ' if found[1] == 'The ' else ''}{found[2]}" if found else None
        parts = []
    street = (
        parts[0]
        if parts and name and fold_text(parts[0]) != fold_text(name) and any(c.isdigit() for c in parts[0])
        else None
    )
    key = (
        builder.venue(name=name, street=street, locality=town, region=region, country=country, timezone=zone, **pin)
        if name
        else None
    )
    return key, words, zone
