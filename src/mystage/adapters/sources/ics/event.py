"""One VEVENT, read by `icalendar`, -> claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Event

from mystage.adapters.sources.ics.place import (
    HOUSE,
    contact_of,
    country_of_zone,
    is_site_of,
    place_in_words,
    place_of,
    position_of,
)
from mystage.adapters.sources.ics.recurrence import unfold
from mystage.adapters.sources.ics.values import (
    decoded,
    description_of,
    iana,
    images_of,
    labels_of,
    lines_of,
    moment_of,
    moments_of,
    shown,
    string,
    ticket_url,
    time_of,
    uid_of,
    unescaped,
    until_of,
    values_of,
)
from mystage.adapters.sources.kit.building import ClaimsBuilder, link, links, text
from mystage.adapters.sources.kit.moments import Moment, span
from mystage.adapters.sources.kit.places import in_words, is_no_venue, is_street, tidy_address, zone_of
from mystage.adapters.sources.kit.prices import price_line
from mystage.adapters.sources.kit.titles import (
    acts_of_title,
    is_no_event,
    is_ticket_product,
    kind_of,
    named_status,
    title_status,
)
from mystage.domain.sources import PerformanceKind, PerformanceStatus, fold_text


@dataclass(frozen=True, slots=True)
class Feed:
    """What a calendar says of all its events."""

    zone: str | None
    venue: str | None
    website: str | None
    music: bool
    today: date | None

    @classmethod
    def of(cls, properties: dict[str, str], zones: list[str], *, music: bool, today: date | None) -> Feed:
        """From the calendar's own properties. A calendar that bears the name of a house is that house's."""
        named = [z for z in (iana(zone) for zone in [properties.get("X-WR-TIMEZONE", ""), *zones]) if z]
        named = [z for z in named if z != "UTC"] or named
        name = text(unescaped(properties.get("X-WR-CALNAME", "")), 200)
        site = link(properties.get("X-ORIGINAL-URL"))
        own = name if name and site and HOUSE.search(name) and is_site_of(name, site) else None
        return cls(named[0] if named else None, own, site if own else None, music, today)


@dataclass(slots=True)
class CalendarEvent:
    """A VEVENT with what its times say; `moments` are on the wall clock of `zone`."""

    raw: Event
    uid: str | None
    broken_start: bool
    start: Moment | None = None
    zone: str | None = None
    replaces: str | None = None
    """The date of the series (as text) that this entry replaces."""
    lengths: dict[datetime, timedelta] = field(default_factory=dict)
    """Lengths of added dates (RDATE with a period)."""

    def emit(self, builder: ClaimsBuilder, feed: Feed, overrides: dict[str, set[str]], seen: set[str]) -> None:
        """Add its performances, venue and acts to `builder`."""
        name = text(string(self.raw, "SUMMARY"), 500)
        description = description_of(self.raw)
        if not name or self.start is None or is_ticket_product(name) or is_no_event(name, description):
            return
        title, marked = title_status(name)
        status = named_status(string(self.raw, "STATUS")) or marked or PerformanceStatus.SCHEDULED
        labels = labels_of(self.raw)
        where, venue = self._where(builder, title, feed)
        zone = self._zone(feed, where)
        first = shown(self.start, zone)
        acts = _acts(title, labels)
        music = None if feed.music else False
        length = self._length(self.start, zone)
        days = length.days + (0 if self.start.has_clock else 1) if length else 1
        kind = kind_of(title, labels, has_artists=bool(acts), days=days, music=music)
        values: dict[str, Any] = {
            "title": title, "venue": venue, "place": None if venue else in_words(where), "status": status, "kind": kind,
            "timezone": zone or ("UTC" if self.start.instant else None), "description": description,
            "url": link(string(self.raw, "URL")), "images": links(images_of(self.raw)),
            "ticket_url": ticket_url(self.raw), "genres": labels if kind is PerformanceKind.CONCERT else (),
            **price_line(description, where.get("country") or country_of_zone(zone)),
            "artists": [builder.artist(name=act) for act in acts], "source_id": self.uid,
        }  # fmt: skip  # a table
        for begin in self._dates(first, zone, feed.today, overrides):
            self._one(builder, values, begin, self.lengths.get(begin, length), seen)

    def _one(
        self, builder: ClaimsBuilder, values: dict[str, Any], begin: datetime, length: timedelta | None, seen: set[str]
    ) -> None:
        has_clock = bool(self.start and self.start.has_clock)
        first = Moment(begin, has_clock=has_clock)
        last = Moment(begin + length, has_clock=has_clock) if length else None
        when = span(first, last, None)
        key = self.uid
        if key and (key in seen or self.replaces):
            key = f"{key[:400]}#{when.start}"
        seen.add(key or "")
        builder.performance(**values, key=key, start_local=when.start, end_local=when.end)

    def _zone(self, feed: Feed, where: dict[str, Any]) -> str | None:
        if self.zone and self.zone != "UTC":
            return self.zone
        of_place = zone_of(where.get("country"), where.get("region"), where.get("lat"), where.get("lon"))
        if self.start and self.start.instant:
            own = feed.zone if feed.zone != "UTC" else None
            return of_place or own
        return feed.zone if feed.zone not in {None, "UTC"} else of_place

    def _length(self, start: Moment, zone: str | None) -> timedelta | None:
        duration = decoded(self.raw, "DURATION")
        if isinstance(duration, timedelta):
            return duration if timedelta() < duration < timedelta(days=400) else None
        end, end_zone, broken = time_of(self.raw, "DTEND")
        if end is None or broken:
            return None
        if not start.has_clock or not end.has_clock:
            length = end.local.replace(hour=0, minute=0) - start.local.replace(hour=0, minute=0)
            return length - timedelta(days=1) if not start.has_clock and not end.has_clock else length
        return shown(end, zone, end_zone) - shown(start, zone)

    def _dates(
        self, first: datetime, zone: str | None, today: date | None, overrides: dict[str, set[str]]
    ) -> list[datetime]:
        rule = self.raw.get("RRULE")
        rule = rule[0] if isinstance(rule, list) and rule else rule
        added = [shown(m, zone) for m in self._added(zone)]
        if self.uid in overrides and self.replaces is None:
            gone = {datetime.fromisoformat(d) for d in overrides[self.uid or ""]}
        else:
            gone = set()
        gone |= {shown(m, zone) for m in moments_of(self.raw, "EXDATE")}
        if self.start and not self.start.has_clock:
            gone = {d.replace(hour=0, minute=0) for d in gone}
        rules = None
        if isinstance(rule, dict):
            rules = {str(k): list(v) if isinstance(v, (list, tuple)) else [v] for k, v in rule.items()}
        return unfold(first, rule=rules, added=added, left_out=gone, until=until_of(rules, zone), today=today)

    def _added(self, zone: str | None) -> list[Moment]:
        """RDATEs; those given as periods keep their own length."""
        found: list[Moment] = []
        for value in values_of(self.raw, "RDATE"):
            begin, rest = value if isinstance(value, tuple) else (value, None)
            at = moment_of(begin)
            if at is None:
                continue
            found.append(at)
            if isinstance(rest, timedelta):
                self.lengths[shown(at, zone)] = rest
            elif (
                isinstance(rest, datetime)
                and isinstance(begin, datetime)
                and (rest.tzinfo is None) == (begin.tzinfo is None)
            ):
                self.lengths[shown(at, zone)] = rest - begin
        return found

    def _where(self, builder: ClaimsBuilder, title: str, feed: Feed) -> tuple[dict[str, Any], str | None]:
        """The address values of the place, and the key of its venue."""
        name, fields = place_of(self.raw)
        if not name and not fields:
            name, fields = place_in_words(title, lines_of(self.raw))
        if not name and not fields and feed.venue:
            return {}, builder.venue(name=feed.venue, website=feed.website, timezone=feed.zone)
        tags = [t.strip() for t in (text(string(self.raw, "X-TAGS")) or "").replace("\\,", ",").split(",")]
        town = next((t for t in tags if t and not t.endswith("County")), None)
        if town and not fields.get("locality"):
            fields["locality"] = town
        fields = tidy_address(dict(fields))
        towns = {fold_text(str(fields[n])) for n in ("locality", "region", "country") if fields.get(n)}
        if (
            not name
            or is_no_venue(name)
            or is_street(name)
            or fold_text(name) in towns
            or fold_text(name) == fold_text(title)
        ):
            if name and is_street(name):
                fields.setdefault("street", name)
            return fields, None
        fields |= position_of(self.raw) | contact_of(self.raw, name, fields.get("country"))
        zone = zone_of(fields.get("country"), fields.get("region"), fields.get("lat"), fields.get("lon"))
        values = {k: v for k, v in fields.items() if v}
        return fields, builder.venue(name=name, timezone=zone or self.zone or feed.zone, **values)


def read_event(lines: list[str]) -> CalendarEvent | None:
    """Read the lines of one VEVENT; None for one without any property."""
    kept = [line for line in lines if line.strip()]
    if not kept:
        return None
    try:
        raw = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *kept, "END:VEVENT"]))
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, OSError):  # OSError: a zone of no file name
        return CalendarEvent(Event(), None, broken_start=any(x.upper().startswith("DTSTART") for x in kept))
    if not isinstance(raw, Event):
        return None
    start, zone, broken = time_of(raw, "DTSTART")
    written = any(x.upper().startswith("DTSTART") for x in kept)
    replaced, replaced_zone, _ = time_of(raw, "RECURRENCE-ID")
    event = CalendarEvent(raw, uid_of(raw), broken_start=broken or (written and start is None), start=start, zone=zone)
    if replaced is not None:
        event.replaces = shown(replaced, zone, replaced_zone).isoformat()
    return event


def _acts(title: str, labels: tuple[str, ...]) -> list[str]:
    plain = {fold_text(label) for label in labels}
    certain = bool(plain) and plain <= {"concert", "concerts", "live music", "music", "konzert", "konzerte", "gig"}
    return acts_of_title(title, certain=certain)
