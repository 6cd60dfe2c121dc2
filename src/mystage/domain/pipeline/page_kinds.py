"""What kind of page an address gives, and what is remembered of the pages of a site that look alike.

The kind follows from what a reading found. It is kept for the pattern of the address (`/event/{slug}`), so that a page
of a pattern that is settled as irrelevant costs no model call, and links of a listing are followed by what they lead to.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field

from mystage.domain.access import DATA_ROLES
from mystage.domain.schema import Collection, Index
from mystage.domain.sources import Reading, ReadingOutcome
from mystage.domain.values import Model, digest_id, evolve

SETTLED_AFTER: Final = 3
"""Pages of one pattern from which its kind is believed."""
SETTLED_SHARE: Final = 0.8
"""Share of them that must agree."""
_DATE: Final = re.compile(r"(?:19|20)\d\d(?:[-_]?\d{1,2}){0,2}")
_WORDS: Final = re.compile(r"[a-z]{2,24}")
_KEPT: Final = 2
"""Leading parts of a path that are kept as they are, where they are plain words: they name the part of the site."""


class PageKind(StrEnum):
    """What a page or file is about."""

    EVENT = "event"
    EVENT_LIST = "event_list"
    VENUE = "venue"
    """A venue, or a list of venues."""
    ARTIST = "artist"
    """An artist, or a list of artists."""
    CALENDAR = "calendar"
    """A calendar file (iCalendar, xCal)."""
    IRRELEVANT = "irrelevant"


def kind_of_reading(reading: Reading, reader: str) -> PageKind | None:
    """The kind of a page from what its reader found; None where only a model could tell (a parked page).

    `reader` is the reader's name: calendar files are told by it.
    """
    if reading.outcome is ReadingOutcome.PARKED:
        return None
    claims = reading.claims
    if not len(claims):
        return PageKind.IRRELEVANT
    if reader == "calendar":
        return PageKind.CALENDAR
    if claims.performances:
        return PageKind.EVENT_LIST if len(claims.performances) > 1 else PageKind.EVENT
    return PageKind.VENUE if claims.venues else PageKind.ARTIST


def site_pattern(url: str) -> str:
    """The pattern that an address shares with those of the same template: numbers, dates and names are left open.

    `https://x.org/event/lantern-fox-2031?id=7` -> `x.org/event/{name}?id`.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    segments = [s for s in parts.path.split("/") if s]
    last = len(segments) - 1
    path = "/".join(_segment(s, fixed=n < _KEPT and n < last) for n, s in enumerate(segments[:12]))
    query = "&".join(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})[:12])
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}/{path}" + (f"?{query}" if query else "")


def _segment(value: str, *, fixed: bool) -> str:
    if value.isdigit():
        return "{number}"
    if _DATE.fullmatch(value):
        return "{date}"
    plain = value.lower()
    return plain if fixed and _WORDS.fullmatch(plain) else "{name}"


class SitePattern(Model):
    """How the pages of one pattern turned out: how many were of each kind."""

    id: str
    pattern: str
    counts: dict[PageKind, int] = Field(default_factory=dict)

    @property
    def settled(self) -> PageKind | None:
        """The kind of the pattern's pages, once enough of them agree."""
        total = sum(self.counts.values())
        if total < SETTLED_AFTER:
            return None
        kind, most = max(self.counts.items(), key=lambda item: (item[1], item[0]))
        return kind if most >= SETTLED_SHARE * total else None

    def learned(self, kind: PageKind) -> SitePattern:
        """With one more page; the old ones count half as much once there are many, so that a new design is learned."""
        counts = dict(self.counts)
        if sum(counts.values()) >= 10 * SETTLED_AFTER:
            counts = {known: n // 2 for known, n in counts.items() if n > 1}
        counts[kind] = counts.get(kind, 0) + 1
        return evolve(self, counts=counts)


def pattern_id(url: str) -> str:
    """The document id of an address's pattern."""
    return digest_id(site_pattern(url), prefix="pat_")


def new_pattern(url: str) -> SitePattern:
    """A pattern of which nothing is known yet."""
    return SitePattern(id=pattern_id(url), pattern=site_pattern(url)[:2_000])


SITE_PATTERNS = Collection("site_patterns", SitePattern, indexes=(Index("pattern"),), composites=(), readers=DATA_ROLES)
