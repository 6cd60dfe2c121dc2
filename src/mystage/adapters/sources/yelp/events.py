"""Events of the Fusion API. The venue has no name of its own: it stands in the title, or nowhere."""

from __future__ import annotations

import re
from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, links, position, same_words
from mystage.adapters.sources.kit.wallclock import day_if_midnight, end_after, wall_clock
from mystage.adapters.sources.kit.weblinks import without_tracking
from mystage.adapters.sources.kit.whereabouts import currency_of, zone_of
from mystage.adapters.sources.kit.wording import acts_of, is_festival, is_nowhere, split_at, without_state
from mystage.adapters.sources.yelp.businesses import address_of
from mystage.domain.sources import PerformanceKind, PerformanceStatus, fold_text
from mystage.domain.values import wall_day

_LONGEST: Final = 14
"""Days; what lasts longer is a weekly show that somebody entered as one event, and has no end that holds."""
_AT: Final = re.compile(r"\bat ((?:the )?[A-Z][^.!?,;:\n]{2,60})(?=[.!?,;:\n]|$)")


def read_event(builder: ClaimsBuilder, item: Fields) -> None:
    """Add an event with its venue, where the title or the business's slug gives it a name."""
    title, marked = without_state(item.text("name"))
    description = item.text("description")
    words = item.sub("location")
    shown = (
        ", ".join(str(line) for line in words.peek("display_address") or () if isinstance(line, str))
        if isinstance(words.peek("display_address"), list)
        else ""
    )
    address = address_of(words)
    pin = position(item.pop("latitude"), item.pop("longitude"))
    zone = zone_of(address.country, address.region, address.locality, **pin)
    slug, identity = item.text("business_id"), item.text("id")
    name = _venue_name(title, description, slug, address.locality)
    venue = builder.venue(
        source_id=slug, name=name, street=address.street, locality=address.locality, region=address.region,
        postal_code=address.postal_code, country=address.country, timezone=zone, **pin,
    ) if name else None  # fmt: skip
    starts = day_if_midnight(wall_clock(item.pop("time_start"), zone))
    category = fold_text(item.text("category") or "")
    kind = _kind(category, title)
    builder.performance(
        source_id=identity,
        title=title,
        url=without_tracking(item.pop("event_site_url")),
        ticket_url=without_tracking(item.pop("tickets_url")),
        description=description,
        images=links([item.pop("image_url")]),
        venue=venue,
        place=None if venue else shown or ", ".join(filter(None, (address.street, address.locality, address.region))),
        artists=tuple(_acts(builder, title)) if kind is PerformanceKind.CONCERT else (),
        start_local=starts,
        end_local=_end(starts, wall_clock(item.pop("time_end"), zone)),
        timezone=zone,
        status=PerformanceStatus.CANCELLED
        if item.pop("is_canceled") is True
        else marked or PerformanceStatus.SCHEDULED,
        kind=kind,
        **_prices(item, address.country),
    )
    item.ignore("attending_count", "interested_count", "is_official", "cost", "cost_max", "is_canceled", "category")
    item.rest()


def _venue_name(title: str | None, description: str | None, slug: str | None, town: str | None) -> str | None:
    """The venue in "Event at Venue"; else the words of the description that the business's slug repeats."""
    pair = split_at(title)
    if pair and not is_nowhere(pair[1]) and not same_words(pair[1], town):
        return pair[1]
    wanted = fold_text((slug or "").replace("-", " "))
    for found in _AT.finditer(description or ""):
        words = found[1].split()
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count])
            if wanted and f"{wanted} ".startswith(f"{_as_slug(name)} "):
                return name
    return None


def _as_slug(name: str) -> str:
    """A name as Yelp's slugs write it, with blanks for hyphens: apostrophes go without a trace."""
    return fold_text(re.sub(r"['\u2019.]", "", name).replace("&", " and "))


def _acts(builder: ClaimsBuilder, title: str | None) -> list[str | None]:
    pair = split_at(title)
    return [builder.artist(name=act) for act in acts_of(pair[0] if pair else title)]


def _end(starts: str | None, ends: str | None) -> str | None:
    ends = end_after(starts, ends)
    return None if starts and ends and (wall_day(ends) - wall_day(starts)).days > _LONGEST else ends


def _kind(category: str, title: str | None) -> PerformanceKind | None:
    if is_festival(title) or category == "festivals fairs":
        return PerformanceKind.FESTIVAL
    if not category:
        return None
    return PerformanceKind.CONCERT if category == "music" else PerformanceKind.OTHER


def _prices(item: Fields, country: str | None) -> dict[str, Any]:
    low, high = item.number("cost"), item.number("cost_max")
    if item.pop("is_free") is True:
        return {"price_min": 0.0, "price_max": 0.0}
    return {"price_min": low, "price_max": high, "currency": currency_of(country)} if low or high else {}
