"""JSON of an unknown API that is plainly a list of events: the usual field names in four languages.

Precise before complete: without a title and a start in most rows, and a sign that the rows are events (a place, or a
list of that name), it is not taken. Rows of histories, reviews, payments and labels carry names that rule them out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from mystage.adapters.sources.event_json import words as vocabulary
from mystage.adapters.sources.event_json.rows import iso_days, plain, row_of
from mystage.adapters.sources.kit.acts import act_in_title
from mystage.adapters.sources.kit.building import (
    ClaimsBuilder,
    Fields,
    country_code,
    link,
    links,
    number,
    phone_e164,
    position,
    text,
)
from mystage.adapters.sources.kit.localities import country_of_city, country_of_region, region_code, zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.spoken_dates import days_in, resolve
from mystage.adapters.sources.kit.us_addresses import address_in
from mystage.adapters.sources.kit.wall_times import (
    clock_in,
    end_after,
    from_epoch,
    from_utc,
    joined,
    known_zone,
    night_end,
    wall,
)
from mystage.adapters.sources.kit.wordings import (
    currency_of,
    is_product,
    kind_of,
    price_in,
    status_in_title,
    status_of,
    without_suffix,
)
from mystage.domain.sources import PerformanceKind, Reading, fold_text, records

VERSION: Final = 1
_TOPICS: Final = ("type", "category", "categories", "categoria", "tipo", "genre", "genero", "kategorie", "tags")
_MOST_ROWS: Final = 20_000
_DEEPEST: Final = 4


def recognises(payload: Payload) -> float:
    """0.6 for a list of events by its name and fields, 0.5 by fields alone; below every reader that knows its API."""
    # linked data has readers of its own, which know what its types mean
    if not isinstance(payload.json, (dict, list)) or b'"@type"' in payload.body or b'"@context"' in payload.body:
        return 0.0
    named, rows = _best(payload.json, _seen(payload))
    return (0.6 if named else 0.5) if rows else 0.0


def parse(payload: Payload) -> Reading:
    """One performance a row that has a title."""
    seen = _seen(payload)
    _, rows = _best(payload.json, seen)
    shift = _fake_utc(rows)
    builder = ClaimsBuilder()
    left: list[str] = []
    for row in rows:
        _event(builder, Fields(row, "[]", left), _kind(Fields(row)), seen, fake_utc=shift)
    return records(builder.build(), unread=Fields({}, "", left).unread)


def _seen(payload: Payload) -> date | None:
    return payload.fetched_at.date() if payload.fetched_at else None


def _showings(row: dict[str, Any], seen: date | None) -> list[dict[str, Any]]:
    """A row whose start stands in a list of showings, once for each of them; any other row as it is."""
    listed: list[Any] = next(
        (row[name] for name in vocabulary.SHOWINGS if isinstance(row.get(name), list) and row[name]), []
    )
    inner = [row_of(item) if isinstance(item, dict) else {"start": item} for item in listed[:500]]
    inner = [item for item in inner if _has_start(item, seen)]
    if not inner or not _has_title(row) or _has_start(row, seen):
        return [row]
    outer = {name: value for name, value in row.items() if value is not listed}
    own = next((row[name] for name in vocabulary.ID if row.get(name)), None)
    lone = {name: value for name, value in outer.items() if name not in vocabulary.ID}
    return [
        lone | item | (_showing_id(own, item, n) if len(inner) > 1 else {"id": own}) for n, item in enumerate(inner)
    ]


def _showing_id(own: Any, item: dict[str, Any], n: int) -> dict[str, Any]:
    """The showing's id, else one made of its event's and its place in the list."""
    named = next((item[name] for name in vocabulary.ID if item.get(name)), None)
    return {"id": named or (f"{own}-{n + 1}" if own else None)}


def _lists(tree: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(tree, list):
        rows = [row for row in tree[:_MOST_ROWS] if isinstance(row, dict)]
        if rows and len(rows) == len(tree[:_MOST_ROWS]):
            yield name, rows
    elif isinstance(tree, dict) and depth < _DEEPEST:
        for key, value in tree.items():
            yield from _lists(value, plain(str(key)), depth + 1)


def _best(data: Any, seen: date | None) -> tuple[bool, list[dict[str, Any]]]:
    """The longest list that is one of events, as plain rows; and whether its name says so."""
    if isinstance(data, dict) and vocabulary.FOREIGN & {plain(str(k)) for k in data}:
        return False, []
    best: tuple[bool, list[dict[str, Any]]] = (False, [])
    for name, found in _lists(data):
        if len(found) > len(best[1]):
            rows = [showing for row in found for showing in _showings(row_of(row), seen)][:_MOST_ROWS]
            rows = iso_days(rows)
            if _are_events(rows, seen, named=name in vocabulary.LISTS):
                best = (name in vocabulary.LISTS, rows)
    return best


def _are_events(rows: list[dict[str, Any]], seen: date | None, *, named: bool) -> bool:
    sample = rows[:200]
    if sum(1 for row in sample if vocabulary.FOREIGN & row.keys()) * 10 > len(sample):
        return False
    good = [row for row in sample if _has_title(row) and _has_start(row, seen)]
    placed = [row for row in good if any(row.get(name) for name in (*vocabulary.VENUE, *vocabulary.CITY))]
    return len(good) * 10 >= 7 * len(sample) and (len(placed) * 2 >= len(good) or (named and _sure_start(sample)))


def _has_title(row: dict[str, Any]) -> bool:
    return any(isinstance(row.get(name), str) and text(row[name]) for name in vocabulary.TITLE)


def _has_start(row: dict[str, Any], seen: date | None) -> bool:
    return any(_moment(row.get(name), None, seen, fake_utc=False) for name in vocabulary.START)


def _sure_start(rows: list[dict[str, Any]]) -> bool:
    """Without places, the start must be called one: "date" alone may be that of anything."""
    return all(
        any(name in row for name in vocabulary.START if name not in ("date", "day", "when", "datum", "fecha", "dia"))
        for row in rows
    )


def _instant(value: Any) -> str | None:
    """A text that is UTC by its mark."""
    found = isinstance(value, str) and re.search(r"T\d{2}:\d{2}.*(?:Z|[+]00:?00)$", value.strip())
    return value if found else None


def _fake_utc(rows: list[dict[str, Any]]) -> bool:
    """Whether UTC marks are put on local times: as written the shows begin by day, converted to their zone at night."""
    written, converted = [], []
    for row in rows[:100]:
        value = next((v for name in vocabulary.START if (v := _instant(row.get(name)))), None)
        zone = (
            known_zone(text(row.get("timezone")) or text(row.get("time_zone")))
            or _place(ClaimsBuilder(), Fields(row))[2]
        )
        local = from_utc(value, zone) if value and zone else None
        if value and local:
            written.append(int((wall(value) or "T10")[11:13] or 10))
            converted.append(int(local[11:13]))
    odd = sum(1 for hour in converted if 2 <= hour < 9)
    return (
        len(written) > 1
        and odd * 2 > len(converted)
        and sum(1 for hour in written if 9 <= hour <= 23) * 2 > len(written)
    )


def _moment(value: Any, zone: str | None, seen: date | None, *, fake_utc: bool) -> str | None:
    """A wall clock from an ISO text, an epoch of our time, or a day in words."""
    if isinstance(value, dict) and value.get("date") and value.get("time"):
        return joined(value["date"], value["time"])
    if isinstance(value, dict):
        value = next(
            (value[k] for k in ("local", "dateTime", "date_time", "date", "iso", "$date") if value.get(k)), None
        )
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return from_epoch(value, zone) if 1e9 < value < 2.6e9 or 1e12 < value < 2.6e12 else None
    if not isinstance(value, str) or len(value) > 120:
        return None
    if not fake_utc and _instant(value):
        return from_utc(value, zone)
    found = wall(value)
    if found or not any(c.isdigit() for c in value):
        return found
    spoken = days_in(re.sub(r"\b\d{1,2}[:.h]\d{2}\b.*$", "", value))
    day = resolve(spoken[0], seen) if spoken else None
    clock = clock_in(value)
    return (f"{day.isoformat()}T{clock}" if clock else day.isoformat()) if day else None


def _kind(row: Fields) -> PerformanceKind | None:
    topics = [row.pop(name) for name in _TOPICS]
    words = [v if isinstance(v, str) else " ".join(str(x.get("name", "") if isinstance(x, dict) else x) for x in v)
             for v in topics if isinstance(v, (str, list))]  # fmt: skip  # one expression
    return kind_of(*words, row.text(*vocabulary.TITLE))


def _event(
    builder: ClaimsBuilder, row: Fields, kind: PerformanceKind | None, seen: date | None, *, fake_utc: bool
) -> None:
    artists = _artists(builder, row)
    title, marked = status_in_title(row.text(*vocabulary.TITLE))
    venue, place, place_zone, country = _place(builder, row)
    if is_product(title) or not (title or artists):
        return
    zone = known_zone(row.text("timezone", "time_zone", "zona_horaria", "tz", "zeitzone")) or place_zone
    start, end = _times(row, zone, seen, fake_utc=fake_utc)
    act = act_in_title(title) if kind is PerformanceKind.CONCERT and not artists else None
    url, tickets = row.pop(*vocabulary.URL), row.pop(*vocabulary.TICKETS)
    builder.performance(
        source_id=text(row.pop(*vocabulary.ID)),
        title=title,
        venue=venue,
        place=None if venue else place,
        artists=artists or ([builder.artist(name=act)] if act else ()),
        start_local=start,
        end_local=end_after(start, end),
        timezone=zone,
        status=_status(row, marked),
        kind=kind,
        url=link(url),
        ticket_url=link(tickets if isinstance(tickets, str) else url),
        description=text(row.pop("description", "descripcion", "beschreibung", "details", "content"), 20_000),
        images=links([row.pop("image", "image_url", "imagen", "bild", "picture", "poster")]),
        **_price(row, country),
    )
    row.ignore(*_TOPICS)
    row.rest()


def _status(row: Fields, marked: Any) -> Any:
    if any(row.pop(name) is True for name in ("cancelled", "is_cancelled", "canceled", "is_canceled", "cancelado")):
        return status_of("cancelled")
    if any(row.pop(name) is True for name in ("sold_out", "is_sold_out", "soldout", "agotado", "ausverkauft")):
        return status_of("sold out")
    return status_of(row.text("status", "estado_evento", "estatus", "event_status", "statut"), marked)


def _times(row: Fields, zone: str | None, seen: date | None, *, fake_utc: bool) -> tuple[str | None, str | None]:
    """Start and end, of which a clock may stand in a field of its own."""
    values = {name: row.pop(name) for name in dict.fromkeys((*vocabulary.START, *vocabulary.CLOCK, *vocabulary.END))}
    start = next((m for name in vocabulary.START if (m := _moment(values[name], zone, seen, fake_utc=fake_utc))), None)
    clock = next(
        (c for name in vocabulary.CLOCK if isinstance(values[name], str) and (c := clock_in(values[name]))), None
    )
    all_day = row.pop("all_day", "allday", "is_all_day") is True
    if start and clock and not all_day and (len(start) == 10 or start.endswith("T00:00")):
        start = f"{start[:10]}T{clock}"
    end = next((m for name in vocabulary.END if (m := _moment(values[name], zone, seen, fake_utc=fake_utc))), None)
    last = next((c for name in vocabulary.END if isinstance(values[name], str) and (c := clock_in(values[name]))), None)
    if all_day:
        return start and start[:10], end and end[:10]
    if end and last and end.endswith("T00:00"):
        end = None
    return start, end or night_end(start, last)


def _artists(builder: ClaimsBuilder, row: Fields) -> list[str | None]:
    names: list[str] = []
    for name in vocabulary.ARTISTS:
        value = row.pop(name)
        items = value if isinstance(value, list) else [value] if isinstance(value, (str, dict)) else []
        names += [
            v
            for item in items
            if (v := text(item.get("name") or item.get("nombre") if isinstance(item, dict) else item))
        ]
    return [builder.artist(name=without_suffix(n)) for n in dict.fromkeys(names) if len(n) <= 100 and not is_product(n)]


def _price(row: Fields, country: str | None) -> dict[str, Any]:
    """Zero is unknown unless the row says free."""
    code = currency_of(row.text("currency", "moneda", "waehrung", "devise", "currency_code"), country)
    amounts = [n for n in (number(row.pop(*vocabulary.LOW)), number(row.pop(*vocabulary.HIGH))) if n and n > 0]
    value = row.pop(*vocabulary.PRICE)
    free = row.pop("is_free", "free", "gratis", "gratuito", "kostenlos") is True
    if not amounts and isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
        amounts = [float(value)]
    if amounts:
        return {"price_min": min(amounts), "price_max": max(amounts), "currency": code}
    said = price_in(value, country) if isinstance(value, str) else {}
    if said.get("price_max"):
        return said | {"currency": said.get("currency") or code}
    return {"price_min": 0.0, "price_max": 0.0} if free or said else {}


def _place(builder: ClaimsBuilder, row: Fields) -> tuple[str | None, str | None, str | None, str | None]:
    """Key of the venue, the place in words, zone and country."""
    value = row.pop(*vocabulary.VENUE)
    venue = Fields({plain(str(k)): v for k, v in value.items()} if isinstance(value, dict) else {})
    name = venue.text(*vocabulary.NAME) if isinstance(value, dict) else text(value)
    told = address_in(name) if name and name.count(",") > 1 else None
    if told:
        name = told["name"]
        row = Fields(
            {
                **{k: told[k] for k in ("street", "postal_code", "country")},
                "city": told["locality"],
                "region": told["region"],
            }
        )
    parts = {label: venue.pop(*names) or row.pop(*names) for label, names in
             (("street", vocabulary.STREET), ("city", vocabulary.CITY), ("region", vocabulary.REGION), ("postal", vocabulary.POSTAL), ("country", vocabulary.COUNTRY))}  # fmt: skip  # one expression
    inner = parts["street"] if isinstance(parts["street"], dict) else {}
    flat = Fields({plain(str(k)): v for k, v in inner.items()})
    said = {
        label: text(v.get("name") if isinstance(v, dict) else v)
        for label, v in parts.items()
        if not (label == "street" and inner)
    }
    city, raw_region = (
        said.get("city") or flat.text(*vocabulary.CITY),
        said.get("region") or flat.text(*vocabulary.REGION),
    )
    country = (
        country_code(said.get("country") or flat.text(*vocabulary.COUNTRY))
        or country_of_region(raw_region, spelled_out=True)
        or country_of_city(city)
    )
    region = region_code(raw_region, country)
    geo = next(
        (
            Fields(v)
            for n in ("coordinates", "geo", "location", "coords", "position")
            if isinstance(v := venue.pop(n), dict)
        ),
        Fields({}),
    )
    spot = (
        position(venue.pop(*vocabulary.LAT), venue.pop(*vocabulary.LON))
        or position(row.pop(*vocabulary.LAT), row.pop(*vocabulary.LON))
        or position(geo.pop(*vocabulary.LAT), geo.pop(*vocabulary.LON))
    )
    zone = known_zone(venue.text("timezone")) or zone_of(country, region, city, spot.get("lat"), spot.get("lon"))
    words = ", ".join(v for v in (city, region, country) if v) or None
    if not name or fold_text(name) in ("tba", "tbd", "tbc", "online", "por confirmar", fold_text(city or "-")):
        return None, words, zone, country
    key = builder.venue(
        source_id=text(venue.pop("id", "venue_id")),
        name=name,
        street=said.get("street") or flat.text(*vocabulary.STREET, "street"),
        locality=city,
        region=region,
        postal_code=said.get("postal") or flat.text(*vocabulary.POSTAL),
        country=country,
        phone=phone_e164(venue.text("phone", "telefono", "telefon"), country),
        website=link(venue.pop("website", "web")),
        timezone=zone,
        **spot,
    )
    return key, words, zone, country
