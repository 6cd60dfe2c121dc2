"""Events of the Discovery API. `localDate` and `localTime` are the venue's wall clock, `dateTime` is UTC."""

from __future__ import annotations

from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, text
from mystage.adapters.sources.kit.mojibake import repaired
from mystage.adapters.sources.kit.wallclock import day_if_midnight, end_after, wall_clock
from mystage.adapters.sources.kit.weblinks import host_of, without_tracking
from mystage.adapters.sources.kit.wording import acts_of, is_festival, is_ticket_product, without_state
from mystage.adapters.sources.ticketmaster.parties import Place, classes_of, images_of, read_attraction
from mystage.domain.sources import PerformanceKind, PerformanceStatus, fold_text

_STATUS: Final = {
    "cancelled": PerformanceStatus.CANCELLED, "canceled": PerformanceStatus.CANCELLED,
    "postponed": PerformanceStatus.POSTPONED, "rescheduled": PerformanceStatus.RESCHEDULED,
    "soldout": PerformanceStatus.SOLD_OUT, "sold_out": PerformanceStatus.SOLD_OUT,
}  # fmt: skip
_PRODUCT_TYPES: Final = (
    "parking",
    "upsell",
    "merchandise",
    "voucher",
    "club access",
    "special entry",
    "lodging",
    "add-on",
)
_MAX_ACT_WORDS: Final = 3


def read_event(builder: ClaimsBuilder, event: Fields) -> None:
    """Add an event with its venue and acts; ticket products and tests are none."""
    title, marked = without_state(repaired(event.text("name")))
    segment, genres, types = classes_of(event)
    inner = event.sub("_embedded")
    places = [Place(venue) for venue in inner.list("venues")]
    attractions = inner.list("attractions")
    inner.rest()
    if event.pop("test") is True or is_ticket_product(title) or any(word in types for word in _PRODUCT_TYPES):
        event.ignore(*list(event))
        return
    place = places[0] if places else None
    billed = [repaired(text(a.peek("name"))) for a in attractions]
    url = without_tracking(event.pop("url"))
    artists = [key for a in _each_once(attractions) if (key := read_attraction(builder, a, segment))]
    artists = _acts_of_title(builder, title, url, segment, [b for b in billed if b]) + artists
    dates = _Dates(event.sub("dates"), event.sub("doorsTimes"), place.zone if place else None)
    venue = place.add(builder) if place else None
    identity = event.text("id")
    builder.performance(
        source_id=identity,
        title=title,
        url=url,
        ticket_url=url,
        venue=venue,
        place=None if venue or not place else place.words,
        artists=tuple(artists),
        status=_status(dates.status, marked),
        kind=_kind(segment, types, title, dates),
        genres=genres,
        images=images_of(event),
        description=event.text("description", "info", "additionalInfo"),
        identifiers={"ticketmaster": identity} if identity else {},
        **dates.values,
        **_prices(event),
    )
    event.ignore(
        "type", "locale", "sales", "promoter", "promoters", "pleaseNote", "products", "seatmap", "accessibility"
    )
    event.ignore("ticketLimit", "ageRestrictions", "ticketing", "_links", "info", "additionalInfo", "outlets", "place")
    event.ignore("distance", "units", "externalLinks", "aliases", "localizedAliases", "nameOrigin", "source")
    event.rest()


def _each_once(attractions: list[Fields]) -> list[Fields]:
    """Attractions without those that only repeat a name under another id."""
    by_name: dict[str, Fields] = {}
    for attraction in attractions:
        by_name.setdefault(fold_text(text(attraction.peek("name")) or ""), attraction)
    return list(by_name.values())


def _acts_of_title(
    builder: ClaimsBuilder, title: str | None, url: str | None, segment: str, billed: list[str]
) -> list[str]:
    """Acts that only the title names: all where no attraction is listed, the head of a club's bill else.

    On TicketWeb clubs type the bill themselves: a short title that no attraction repeats is an act of its own.
    """
    if segment != "music":
        return []
    acts = acts_of(title)
    if billed:
        named = set(fold_text(" ".join(billed)).split()) - {"the", "and", "of", "a"}
        club = host_of(url or "").endswith("ticketweb.com")
        if not club or named & set(fold_text(title or "").split()):
            return []
        acts = tuple(a for a in acts if len(a.split()) <= _MAX_ACT_WORDS)
    return [key for act in acts if (key := builder.artist(name=act))]


class _Dates:
    """When: `values` for the claim, and the status code."""

    def __init__(self, dates: Fields, doors: Fields, venue_zone: str | None) -> None:
        start, end = dates.sub("start"), dates.sub("end")
        self.zone = dates.text("timezone") or venue_zone
        state = dates.sub("status")
        self.status = fold_text(text(state.pop("code")) or "")
        self.spans = dates.pop("spanMultipleDays") is True
        unknown = start.pop("dateTBA") is True or start.peek("dateTBD") is True
        untimed = start.pop("timeTBA") is True or start.peek("noSpecificTime") is True
        starts = None if unknown else _clock(start, self.zone, untimed=untimed)
        ends = _clock(end, self.zone, untimed=end.pop("noSpecificTime") is True or end.pop("approximate") is True)
        if self.spans:
            starts, ends = day_if_midnight(starts), day_if_midnight(ends)
        self.values: dict[str, Any] = {
            "start_local": starts,
            "end_local": end_after(starts, ends) if starts else None,
            "doors_local": _clock(doors, self.zone, untimed=False),
            "timezone": self.zone,
        }
        start.ignore("dateTBD", "noSpecificTime")
        dates.ignore("access", "initialStartDate", "displayOptions")
        doors.ignore("id")
        for fields in (start, end, doors, state, dates):
            fields.rest()

    @property
    def days(self) -> bool:
        """Whether it lasts beyond the night of its first day."""
        first, last = self.values["start_local"], self.values["end_local"]
        return self.spans and bool(first and last and last[:10] > first[:10])


def _clock(fields: Fields, zone: str | None, *, untimed: bool) -> str | None:
    """Local day and time; from the UTC stamp only where the local ones are missing."""
    day, time, stamp = fields.text("localDate"), fields.text("localTime"), fields.text("dateTime")
    if day is None:
        local = wall_clock(stamp, zone) if zone else None
        return local[:10] if local and untimed else local
    return wall_clock(f"{day}T{time}" if time and not untimed else day)


def _status(code: str, marked: PerformanceStatus | None) -> PerformanceStatus:
    return _STATUS.get(code.replace(" ", "")) or marked or PerformanceStatus.SCHEDULED


def _kind(segment: str, types: str, title: str | None, dates: _Dates) -> PerformanceKind | None:
    if "festival" in types or is_festival(title) or (segment == "music" and dates.days):
        return PerformanceKind.FESTIVAL
    if segment == "music":
        return PerformanceKind.CONCERT
    return PerformanceKind.OTHER if segment else None


def _prices(event: Fields) -> dict[str, Any]:
    """The standard price range; fees, platinum and packages are not the price, and 0 to 0 means unknown."""
    ranges = [
        (text(r.pop("type")) or "standard", r.number("min"), r.number("max"), r.text("currency"))
        for r in event.list("priceRanges")
    ]
    standard = [r for r in ranges if r[0].lower() == "standard"] or [r for r in ranges if "standard" in r[0].lower()]
    lows = [r[1] for r in standard if r[1] is not None]
    highs = [r[2] for r in standard if r[2] is not None]
    if not standard or not any((*lows, *highs)):
        return {}
    return {
        "price_min": min(lows, default=None),
        "price_max": max(highs, default=None),
        "currency": next((r[3].upper() for r in standard if r[3]), None),
    }
