"""A venue's calendar feed (RFC 5545). It calls the house by its short name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from mystage.entrypoints.demo.world import Show, Site, Status, Venue

_LINE: Final = 74
_MARKS: Final = {Status.POSTPONED: "POSTPONED: ", Status.RESCHEDULED: "RESCHEDULED: "}


def calendar(site: Site, shows: Iterable[Show]) -> str:
    """The feed of a site."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{site.host}//calendar//EN"]
    for show in shows:
        lines += _event(site, show)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(site: Site, show: Show) -> list[str]:
    zone = show.venue.town.zone
    stamp = f"{show.day:%Y%m%d}T"
    last = show.start + 150
    ends = f"{stamp}{last // 60:02d}{last % 60:02d}00" if last < 24 * 60 else f"{stamp}235900"
    return [
        "BEGIN:VEVENT", f"UID:{show.id}@{site.host}", "DTSTAMP:20310101T000000Z",
        f"DTSTART;TZID={zone}:{stamp}{show.start // 60:02d}{show.start % 60:02d}00", f"DTEND;TZID={zone}:{ends}",
        f"SUMMARY:{_escaped(_MARKS.get(show.status, '') + show.title)}", f"LOCATION:{_escaped(_location(show.venue))}",
        f"GEO:{show.venue.lat:.6f};{show.venue.lon:.6f}", "CATEGORIES:Concert",
        f"STATUS:{'CANCELLED' if show.status is Status.CANCELLED else 'CONFIRMED'}", "END:VEVENT",
    ]  # fmt: skip  # a table


def _location(venue: Venue) -> str:
    street = venue.town.streets[venue.street][1]
    line = f"{street} {venue.house}" if venue.town.country == "DE" else f"{venue.house} {street}"
    return f"{venue.short}, {line}, {venue.town.name}, {venue.postal}, {venue.town.country_name}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, each further one begun by a space."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > _LINE:
            yield piece
            piece = " "
        piece += letter
    yield piece
