"""A performance from the text fields of a row."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from mystage.domain.errors import Invalid
from mystage.domain.resolution.engine import Row
from mystage.domain.resolution.performances.record import Show, make_show
from mystage.domain.resolution.performances.times import when
from mystage.domain.resolution.rows import identifiers, listed

_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,]+(.*))?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d*(Z?))?$")
_DOTTED = re.compile(r"^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?:[T ,]+(.*))?$")
_CLOCK = re.compile(
    r"^(\d{1,2})(?::(\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*([ap]\.?m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?:\[.*\])?$",
    re.IGNORECASE,
)
_UTC: Final = frozenset(("Z", "UTC", "GMT"))
_CALLED_OFF = frozenset("cancelled canceled postponed abgesagt verschoben eventcancelled eventpostponed".split())


def show_of_row(row: Row) -> Show:
    """The performance of a row.

    Fields: id, title, venue, artists, start_local; where there are such, also doors_local, end_local, place (or
    locality, region, country), status, kind, venue_id, artist_ids, identifiers, source.

    Raises:
        Invalid: it says neither what nor who nor where, or its start is no date that can be read.
    """
    title, venue = row.get("title", "").strip(), row.get("venue", "").strip()
    artists = people(row.get("artists", ""))
    if not (title or venue or artists):
        raise Invalid("a performance needs a title, a venue or an artist", where="title")
    start, shifted = wall_clock(row.get("start_local", ""), "start_local")
    ids = tuple(listed(row.get("artist_ids", ""), commas=True))
    return make_show(
        row.get("id", ""),
        row.get("source", "").strip(),
        row.get("id", ""),
        identifiers=identifiers(row.get("identifiers", "")),
        title=title,
        time=when(start, _lenient(row, "doors_local"), _lenient(row, "end_local"), shifted=shifted),
        venue_id=row.get("venue_id", "").strip(),
        venue=venue,
        town=row.get("place", "").strip() or row.get("locality", "").strip(),
        artist_ids=ids if len(ids) == len(artists) else (),
        artists=artists,
        festival=row.get("kind", "").strip().casefold() == "festival",
        off=row.get("status", "").strip().casefold().rpartition("/")[2] in _CALLED_OFF,
    )


def people(text: str) -> list[str]:
    """The artists of a field: parted by `;`, `|` or line breaks; else by commas, the whole being a name as well."""
    found = listed(text)
    if len(found) == 1 and "," in found[0]:
        parts = [part for part in (part.strip() for part in found[0].split(",")) if part]
        return [*parts, found[0]]
    return found


def _lenient(row: Row, field: str) -> str:
    """A time that a show can do without: left out where it can't be read."""
    try:
        return wall_clock(row.get(field, ""), field)[0]
    except Invalid:
        return ""


def wall_clock(text: str, field: str) -> tuple[str, bool]:
    """A date or time as `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, and whether it is in UTC; empty for an empty text.

    Read are ISO 8601 (an offset other than UTC tells that the clock is the place's, and is left out), the year first
    with other separators, and day.month.year. A date such as 3/4/2026 is refused: its order is not known.

    Raises:
        Invalid: it is none of these.
    """
    text = text.strip()
    if not text:
        return "", False
    year, month, day, clock = _parts(text)
    try:
        found = date(int(year), int(month), int(day)).isoformat()
    except ValueError as error:
        raise _unreadable(text, field) from error
    if not clock:
        return found, False
    match = _CLOCK.match(clock)
    if not match or (match[2] is None and match[3] is None):
        raise _unreadable(text, field)
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        hour = hour % 12 + (12 if match[3][0] in "pP" else 0)
    if hour > 23 or minute > 59:
        raise _unreadable(text, field)
    zone = (match[4] or "").upper()
    return f"{found}T{hour:02d}:{minute:02d}", zone in _UTC


def _parts(text: str) -> tuple[str, str, str, str]:
    if match := _ISO.match(text):
        return match[1], match[2], match[3], (match[4] or "").strip()
    if match := _COMPACT.match(text):
        return match[1], match[2], match[3], f"{match[4]}:{match[5]}{match[6]}" if match[4] else ""
    if match := _DOTTED.match(text):
        return match[3], match[2], match[1], (match[4] or "").strip()
    return "", "", "", ""


def _unreadable(text: str, field: str) -> Invalid:
    return Invalid(f"{text!r} is no date or time", where=field, hint="write it as 2026-06-01 or 2026-06-01T20:00")
