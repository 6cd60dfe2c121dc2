"""Artists and events as the API answers them. Its times are naive and local to the venue."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, Final

from mystage.adapters.sources.kit.building import (
    ClaimsBuilder,
    Fields,
    country_code,
    link,
    links,
    phone_e164,
    position,
    same_words,
    text,
    texts,
)
from mystage.adapters.sources.kit.mojibake import repaired
from mystage.adapters.sources.kit.wallclock import day_if_midnight, day_only, end_after, wall_clock
from mystage.adapters.sources.kit.weblinks import own_site, without_tracking
from mystage.adapters.sources.kit.whereabouts import region_text, state_or_province, zone_of
from mystage.adapters.sources.kit.wording import is_festival, is_nowhere, is_tour, split_at, without_state
from mystage.domain.sources import PerformanceKind, PerformanceStatus, fold_text

_DAY_RULES: Final = ("range", "date", "day")
_LONDON_CODE: Final = re.compile(r"(?:EC|WC|NW|SE|SW|[ENW])\d[A-Z\d]? \d[A-Z]{2}$")
_LONDON_PARTS: Final = ("city of london", "greater london", "london borough")
_SPOTIFY: Final = re.compile(r"open\.spotify\.com/(?:[\w-]+/)?artist/([A-Za-z0-9]{22})")
_STATUS: Final = {
    "cancelled": PerformanceStatus.CANCELLED, "canceled": PerformanceStatus.CANCELLED,
    "postponed": PerformanceStatus.POSTPONED, "rescheduled": PerformanceStatus.RESCHEDULED,
    "sold out": PerformanceStatus.SOLD_OUT, "soldout": PerformanceStatus.SOLD_OUT,
}  # fmt: skip


def read_artist(builder: ClaimsBuilder, fields: Fields) -> str | None:
    """One artist; answers its key."""
    pages = [(text(p.pop("type")), p.pop("url")) for p in fields.list("links")]
    addresses = [without_tracking(url) for _, url in pages] + [without_tracking(fields.pop("facebook_page_url"))]
    website = next((own_site(url) for kind, url in pages if kind == "website" and own_site(url)), None)
    website = website or own_site(fields.pop("website"))
    fields.ignore("website")
    spotify = next((m[1] for a in addresses if a and (m := _SPOTIFY.search(a))), None)
    ids = {"musicbrainz": fields.text("mbid"), "spotify": spotify}
    identity = fields.text("id")
    key = builder.artist(
        source_id=identity,
        name=repaired(fields.text("name")),
        url=without_tracking(fields.pop("url")),
        website=website,
        links=tuple(a for a in dict.fromkeys(addresses) if a and a != website),
        images=links([fields.pop("image_url"), fields.pop("thumb_url")]),
        genres=texts(fields.pop("genres")),
        identifiers={k: v for k, v in ids.items() if v} | ({"bandsintown": identity} if identity else {}),
    )
    fields.ignore(
        "tracker_count", "upcoming_event_count", "upcoming_events_count", "tracking", "support_url", "options"
    )
    fields.ignore("show_multi_ticket", "artist_optin_show_phone_number", "facebook_tour_dates_url", "events_url")
    fields.rest()
    return key


class Events:
    """The events of one answer, read together: an artist's id may stand in one and hold for all."""

    def __init__(self, items: list[Fields]) -> None:
        self._items = items
        self._artists: dict[str, str] = {}
        """Folded name -> key of an artist that the answer gives with an id."""

    @property
    def unread(self) -> tuple[str, ...]:
        """Paths of the fields that were not read, over all events."""
        return tuple(path for item in self._items for path in item.unread)

    def read(self, builder: ClaimsBuilder) -> None:
        """Add all events, their venues and artists."""
        bills: list[tuple[str | None, list[str]]] = []
        for item in self._items:
            artist_id = item.text("artist_id")
            bills.append((artist_id, self._bill(builder, item)))
        self._name_ids(builder, bills)
        for item, (_, names) in zip(self._items, bills, strict=True):
            _read_event(builder, item, tuple(self._artist(builder, name) for name in names))

    def _bill(self, builder: ClaimsBuilder, item: Fields) -> list[str]:
        """Names on the bill in their order; embedded artists are added on the way."""
        names = [n for n in map(repaired, texts(item.pop("lineup"))) if n]
        listed = []
        for embedded in [*item.list("artist"), *item.list("artists")]:
            name = repaired(text(embedded.peek("name")))
            key = read_artist(builder, embedded) if name else None
            if name and key:
                self._artists.setdefault(fold_text(name), key)
                listed.append(name)
        return list(dict.fromkeys(names or listed))

    def _name_ids(self, builder: ClaimsBuilder, bills: list[tuple[str | None, list[str]]]) -> None:
        """Give `artist_id` its name where no event embeds the artist: the one act that is on each of its bills."""
        by_id: dict[str, list[list[str]]] = defaultdict(list)
        for artist_id, names in bills:
            if artist_id and artist_id not in self._artists.values():
                by_id[artist_id].append(names)
        for artist_id, lists in by_id.items():
            common = [name for name in lists[0] if all(name in other for other in lists[1:])]
            if len(common) == 1 and fold_text(common[0]) not in self._artists:
                key = builder.artist(source_id=artist_id, name=common[0], identifiers={"bandsintown": artist_id})
                if key:
                    self._artists[fold_text(common[0])] = key

    def _artist(self, builder: ClaimsBuilder, name: str) -> str | None:
        known = self._artists.get(fold_text(name))
        return known or builder.artist(name=name)


def _read_event(builder: ClaimsBuilder, item: Fields, artists: tuple[str | None, ...]) -> None:
    place = _Place(item.sub("venue"))
    title, marked = without_state(repaired(item.text("title", "event_title")))
    if title and (pair := split_at(title)) and fold_text(pair[1]).startswith(fold_text(place.name or "\0")):
        title = None  # "Act @ Venue in Town" is made by the source out of the other fields
    rule = item.text("datetime_display_rule") or _festival_rule(item)
    starts, ends = _times(item, rule)
    festival = item.text("festival_datetime_display_rule", "festival_start_date") is not None or _is_festival(
        title, place.name, starts, ends
    )
    identity = item.text("id")
    event_venue = None if place.is_event else place.add(builder)
    builder.performance(
        source_id=identity,
        title=title or (place.name if place.is_event else None),
        url=without_tracking(item.pop("url")),
        description=item.text("description"),
        venue=event_venue,
        place=None if event_venue else place.words,
        artists=artists,
        start_local=starts,
        end_local=end_after(starts, ends),
        timezone=place.zone,
        status=_status(item, marked),
        kind=PerformanceKind.FESTIVAL if festival else PerformanceKind.CONCERT,
        identifiers={"bandsintown": identity} if identity else {},
        **_tickets(item),
    )
    item.ignore(
        "on_sale_datetime", "presale", "bandsintown_plus", "facebook_rsvp_url", "formatted_datetime", "rsvp_url"
    )
    item.ignore(
        "formatted_location", "festival_start_date", "festival_end_date", "ticket_type", "description", "imageURL"
    )
    item.rest()


def _festival_rule(item: Fields) -> str | None:
    """A festival of several days that is shown by its days has no hour: the one it carries is a stand-in."""
    first, last = (str(item.peek(f"festival_{end}_date") or "")[:10] for end in ("start", "end"))
    return text(item.peek("festival_datetime_display_rule")) if first < last else None


def _times(item: Fields, rule: str | None) -> tuple[str | None, str | None]:
    festival = [wall_clock(item.pop(name)) for name in ("festival_start_date", "festival_end_date")]
    starts = day_if_midnight(wall_clock(item.pop("starts_at", "datetime")))
    ends = day_if_midnight(wall_clock(item.pop("ends_at", "end_datetime")))
    if rule in _DAY_RULES:
        starts, ends = day_only(starts), day_only(ends)
    return starts or festival[0], ends or festival[1]


def _is_festival(title: str | None, venue: str | None, starts: str | None, ends: str | None) -> bool:
    days = bool(starts and ends and len(ends) == len("2026-01-31") and ends > starts[:10])
    return days or is_festival(title) or (is_festival(venue) and not is_tour(venue))


def _status(item: Fields, marked: PerformanceStatus | None) -> PerformanceStatus:
    said = fold_text(item.text("status", "event_status") or "")
    sold = item.pop("sold_out") is True
    return _STATUS.get(said) or marked or (PerformanceStatus.SOLD_OUT if sold else PerformanceStatus.SCHEDULED)


def _tickets(item: Fields) -> dict[str, Any]:
    """The address of tickets, and the price where the event says that it is free."""
    offers = item.list("offers")
    wanted = [o for o in offers if fold_text(text(o.peek("type")) or "tickets") == "tickets"] or offers
    ticket_url = next((u for u in (without_tracking(o.pop("url")) for o in wanted) if u), None)
    for offer in offers:
        offer.ignore("type", "status", "url")
        offer.rest()
    ticket_url = ticket_url or without_tracking(item.pop("ticket_url"))
    item.ignore("ticket_status", "ticket_url")
    free = item.pop("free") is True
    return {"ticket_url": ticket_url} | ({"price_min": 0.0, "price_max": 0.0} if free else {})


class _Place:
    """The `venue` object of an event: a venue, or only the town where a festival or a tour stops."""

    def __init__(self, fields: Fields) -> None:
        self.name = repaired(fields.text("name"))
        self.locality = repaired(fields.text("city"))
        region, country = repaired(fields.text("region", "state")), fields.text("country")
        state = state_or_province(country) if not region else None
        self.country = state[0] if state else country_code(country)
        self.region = state[1] if state else region_text(self.country, region)
        self._street = repaired(fields.text("street_address", "address"))
        self._postal_code = _postal_code(fields.text("postal_code", "zip"), self.country)
        if _LONDON_CODE.match(self._postal_code or "") and fold_text(self.locality or "") in _LONDON_PARTS:
            self.locality = "London"  # the post town of the code; the source knows only its geographic entry
        self._pin = position(fields.pop("latitude"), fields.pop("longitude"))
        self._phone = phone_e164(fields.text("phone"), self.country)
        self._id = fields.text("id")
        self._url = link(fields.pop("url"))
        self.zone = fields.text("timezone") or zone_of(self.country, self.region, self.locality, **self._pin)
        location = fields.text("location", "place")
        self.words = ", ".join(filter(None, (self.locality, self.region, country))) or location
        fields.ignore("type", "formatted_address")
        fields.rest()

    @property
    def is_event(self) -> bool:
        """Whether the name is that of the event itself: a festival, a tour."""
        return is_festival(self.name) or is_tour(self.name)

    def add(self, builder: ClaimsBuilder) -> str | None:
        """Add the venue where it is one."""
        towns = (self.locality, self.region, self.country)
        if is_nowhere(self.name) or same_words(self.name, self.locality):
            return None
        street = self._street
        if any(same_words(street, word) for word in towns) or (street and country_code(street)):
            street = None
        return builder.venue(
            source_id=self._id, name=self.name, street=street, locality=self.locality, region=self.region,
            postal_code=self._postal_code, country=self.country, timezone=self.zone, phone=self._phone, url=self._url,
            **self._pin,
        )  # fmt: skip


def _postal_code(raw: str | None, country: str | None) -> str | None:
    """A postal code; a British one gets the space before its last three characters."""
    if raw and country == "GB" and re.fullmatch(r"[A-Za-z]{1,2}\d[A-Za-z\d]?\d[A-Za-z]{2}", raw):
        return f"{raw[:-3]} {raw[-3:]}".upper()
    return raw
