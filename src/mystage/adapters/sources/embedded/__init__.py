"""Events in the state that a page's scripts carry (`window.__data`, `__NEXT_DATA__`, Nuxt, Apollo), as schema.org nodes.

The state of a page holds much besides its events: photos, reviews, recommendations. So a list counts only where most of
its rows have a title or act, a start and a place, and none of the names that only other things have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from mystage.adapters.sources.embedded.scripts import values
from mystage.adapters.sources.event_json import words as vocabulary
from mystage.adapters.sources.event_json.rows import plain
from mystage.adapters.sources.kit.building import text
from mystage.adapters.sources.kit.moments import moment
from mystage.adapters.sources.kit.payload import check_values
from mystage.adapters.sources.kit.wall_times import joined

HINTED: Final = re.compile(rb"\d{4}-\d{2}-\d{2}[T \"]|\d{10}")
"""What a script with events has somewhere: a date or an epoch."""
_NODES: Final = 200_000
_DEEPEST: Final = 60
_TITLE: Final = (*vocabulary.TITLE, "artist_name", "display_name", "event_title")
_VENUE: Final = (*vocabulary.VENUE, "venue_title", "venues", "primary_venue")
_TOWN: Final = (*vocabulary.CITY, "location_text", "venue_location", "city_name", "venue_city", "formatted_address")
_URL: Final = (*vocabulary.URL, "event_url", "uri", "details_url")
_ARTIST: Final = (*vocabulary.ARTISTS, "artist_name", "attractions")
_NOT: Final = vocabulary.FOREIGN | frozenset(
    [
        "comment",
        "photo_url",
        "review",
        "reviewer",
        "user_id",
        "user_image_url",
        "published_at",
        "author",
        "byline",
        "excerpt",
        "post_type",
    ]
)
_TIMES: Final = ("start_date_local", "starts_at_local", "local_start", *vocabulary.START)


def events(scripts: Sequence[bytes], where: str = "") -> list[dict[str, Any]]:
    """The events of a page's scripts, each once."""
    likely = [script for script in scripts if HINTED.search(script)]
    if not likely:
        return []
    check_values(where, *likely)
    found: dict[str, dict[str, Any]] = {}
    for value in values(likely):
        for rows in _lists(value):
            good = [node for row in rows if (node := _node(row))]
            if 10 * len(good) >= 7 * len(rows):
                for node in good:
                    key = str(node.get("url") or (node["name"], node["startDate"]))
                    known = found.setdefault(key, node)
                    if known is not node:
                        known.update({k: v for k, v in node.items() if v and not known.get(k)})
    return list(found.values())


def _lists(value: Any) -> Iterator[list[dict[str, Any]]]:
    """The lists of objects in a value (a lone object with a start is a list of one), level by level."""
    level: list[Any] = [value]
    visited = 0
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for item in level:
            visited += 1
            if visited > _NODES:
                return
            if isinstance(item, dict):
                if _may_be(item):
                    yield [item]
                below.extend(v for v in item.values() if isinstance(v, (dict, list)))
            elif item and isinstance(item, list):
                rows = [row for row in item if isinstance(row, dict)]
                if rows and len(rows) == len(item):
                    yield rows[:5_000]
                    below.extend(v for row in rows[:5_000] for v in row.values() if isinstance(v, (dict, list)))
                else:
                    below.extend(v for v in item[:5_000] if isinstance(v, (dict, list)))
        if not below:
            return
        level = below


def _may_be(item: dict[str, Any]) -> bool:
    """Whether a lone object is worth a look: it names a start and a place."""
    names = {plain(str(name)) for name in item} if len(item) <= 200 else set()
    return bool(names & set(_TIMES)) and bool(names & set(_VENUE))


def _first(row: dict[str, Any], names: Sequence[str]) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "", [], {})), None)


def _node(value: dict[str, Any]) -> dict[str, Any] | None:
    """A row as a schema.org event; None for what is none."""
    row = {plain(str(name)): v for name, v in value.items()}
    if _NOT & row.keys() or "@type" in value:
        return None
    acts = _names(_first(row, _ARTIST))
    title = _name(_first(row, _TITLE))
    name = title or ", ".join(acts)
    start = _clocked(_time(_first(row, _TIMES)), row)
    place = _place(row)
    if not name or not start or place is None:
        return None
    return {
        "@type": "MusicEvent" if acts else "Event", "name": name, "startDate": start, "endDate": _time(_first(row, vocabulary.END)),
        "location": place, "performer": [{"@type": "MusicGroup", "name": act} for act in acts], "url": _text(_first(row, _URL)),
        "_zone": _text(row.get("timezone") or row.get("time_zone")), "eventStatus": _text(row.get("event_status")),
        "description": _text(row.get("description")),
    }  # fmt: skip  # a table


def _text(value: Any) -> str | None:
    return text(value) if isinstance(value, str) else None


def _name(value: Any) -> str | None:
    """A name, in whatever it is wrapped."""
    if isinstance(value, dict):
        value = next(
            (value[k] for k in ("name", "title", "rendered", "text", "displayName") if isinstance(value.get(k), str)),
            None,
        )
    return text(value, 300) if isinstance(value, str) else None


def _names(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    inner = [
        item.get("artist") if isinstance(item, dict) and isinstance(item.get("artist"), dict) else item
        for item in listed[:100]
    ]
    return [name for name in dict.fromkeys(_name(item) for item in inner) if name and len(name) <= 120]


def _time(value: Any) -> str | None:
    """A start or end that is surely a time."""
    if isinstance(value, dict):
        value = next(
            (
                value[k]
                for k in ("local", "dateTime", "datetime", "date", "iso", "utc")
                if isinstance(value.get(k), str)
            ),
            None,
        )
    if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}", value) and moment(value):
        return value
    return None


def _clocked(start: str | None, row: dict[str, Any]) -> str | None:
    """A day with the clock that stands in a field of its own."""
    clock = _first(row, vocabulary.CLOCK)
    return joined(start, clock) if start and len(start) == len("2026-01-31") and isinstance(clock, str) else start


def _place(row: dict[str, Any]) -> dict[str, Any] | None:
    """The place of a row; None where it has none."""
    value = _first(row, _VENUE)
    if isinstance(value, list):
        value = value[0] if value else None
    inner = {plain(str(name)): v for name, v in value.items()} if isinstance(value, dict) else {}
    if isinstance(nested := inner.get("address"), dict):
        inner |= {known: v for key, v in nested.items() if (known := plain(str(key))) != "name"}
    name = _name(value)
    said = {label: _name(_first(inner, names) or _first(row, names)) for label, names in _FIELDS.items()}
    town = _name(_first(row, _TOWN)) or _name(_first(inner, _TOWN))
    geo = next(
        (
            v
            for source in (inner, row)
            for n in ("coordinates", "geo", "location", "position")
            if isinstance(v := source.get(n), dict)
        ),
        inner,
    )
    flat = {plain(str(k)): v for k, v in geo.items()}
    if not name and not town and not said["streetAddress"]:
        return None
    address: dict[str, Any] = {"@type": "PostalAddress", **{k: v for k, v in said.items() if v}}
    if town and "," in town:
        locality, _, region = town.partition(",")
        address.setdefault("addressLocality", locality.strip())
        address.setdefault("addressRegion", region.strip())
        if address["addressLocality"] == town:
            address["addressLocality"] = locality.strip()
    elif town:
        address.setdefault("addressLocality", town)
    spot = {"latitude": _first(flat, vocabulary.LAT), "longitude": _first(flat, vocabulary.LON)}
    return {"@type": "Place", "name": name, "address": address, "geo": spot if spot["latitude"] is not None else None,
            "telephone": _text(inner.get("phone") or row.get("venue_phone")), "url": _text(inner.get("website") or inner.get("url"))}  # fmt: skip  # a table


_FIELDS: Final = {
    "streetAddress": vocabulary.STREET, "addressLocality": vocabulary.CITY, "addressRegion": vocabulary.REGION,
    "postalCode": vocabulary.POSTAL, "addressCountry": vocabulary.COUNTRY,
}  # fmt: skip  # a table
