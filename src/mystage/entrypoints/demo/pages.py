"""What the sources of the world say: pages, feeds and API answers, each from the truth and each with its own failings.

Venue sites know their shows best, but some forget the phone. The aggregator tells doors as start, moves pins, abbreviates
streets, misspells two names and has not heard of what changed. Maps know names, phones and positions, and no shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mystage.entrypoints.demo.calendar import calendar
from mystage.entrypoints.demo.markup import blank, document, json_ld, microdata
from mystage.entrypoints.demo.world import TOWNS, Act, Dialect, Show, Site, Status, Town, Venue, World

ROBOTS: Final = "User-agent: *\nDisallow: /private/\n"
CLOSED_PAGE: Final = "/private/backstage"
"""A page that a sitemap names and robots.txt closes."""
_SCHEMA_STATUS: Final = {
    Status.SCHEDULED: "EventScheduled", Status.CANCELLED: "EventCancelled", Status.POSTPONED: "EventPostponed",
    Status.RESCHEDULED: "EventRescheduled",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the server. `validators`: whether ETag and Last-Modified come with it."""

    body: bytes
    media_type: str
    validators: bool = True


Pages = dict[str, Page]
"""By path, with its query."""


def pages_of(world: World, base: str) -> Pages:
    """Everything that the three sources serve; `base` is the server's address, without a slash at its end."""
    found: Pages = {"/robots.txt": Page(ROBOTS.encode(), "text/plain")}
    for site in world.sites:
        found |= _site_pages(world, site, base)
    found |= {aggregator_path(act): _json(_artist_events(world, act)) for act in world.acts}
    found |= {maps_path(town): _json({"places": [_place(v) for v in _mapped(world, town)]}) for town in TOWNS}
    return found


def aggregator_path(act: Act) -> str:
    """The API call for the events of an act."""
    return f"/aggregator/v3/artists/id_{act.id[4:]}/events?app_id=demo"


def maps_path(town: Town) -> str:
    """The API call for the venues of a town."""
    return f"/maps/v1/places?textQuery=music+venue&near={town.lat},{town.lon}"


def sitemap_path(site: Site) -> str:
    """Where a site lists its pages."""
    return f"/sites/{site.slug}/sitemap.xml"


def feed_path(site: Site) -> str:
    """Where a site offers its calendar."""
    return f"/sites/{site.slug}/events.ics"


def _json(value: Any) -> Page:
    return Page(json.dumps(value, ensure_ascii=False).encode(), "application/json")


# ---- venue sites


def _site_pages(world: World, site: Site, base: str) -> Pages:
    shows = world.shows_of(site)
    home = f"/sites/{site.slug}/"
    found = {home: _html(site, site.venues[0].name, _home(site, shows))}
    if site.dialect in {Dialect.GRAPH, Dialect.SINGLE, Dialect.MICRODATA}:
        found |= {f"{home}shows/{s.id}": _html(site, s.title, _show_markup(site, s), f"shows/{s.id}") for s in shows}
    if site.feed:
        found[feed_path(site)] = Page(calendar(site, shows).encode(), "text/calendar; charset=utf-8", site.validators)
    named = [path for path in found if not path.endswith(".ics")]
    if site is world.sites[0]:
        named.append(CLOSED_PAGE)
        found[CLOSED_PAGE] = Page(b"<title>Backstage</title>", "text/html")
    found[sitemap_path(site)] = Page(_sitemap(named, base).encode(), "application/xml", site.validators)
    return found


def _sitemap(paths: Sequence[str], base: str) -> str:
    rows = "\n".join(f"  <url><loc>{base}{path}</loc></url>" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}\n</urlset>\n'


def _html(site: Site, title: str, parts: tuple[str, str], path: str = "") -> Page:
    head, body = parts
    banner = f"<p class=banner>Edition {site.edition} of our newsletter is out.</p>"
    text = document(title, canonical=f"https://{site.host}/{path}", head=head, body=banner + body)
    return Page(text.encode(), "text/html; charset=utf-8", site.validators)


def _home(site: Site, shows: Sequence[Show]) -> tuple[str, str]:
    """Head and body of a site's first page."""
    venues = [venue_node(venue) for venue in site.venues]
    if site.dialect is Dialect.ARRAY:
        return json_ld([*venues, *(event_node(site, show) for show in shows)]), ""
    if site.dialect is Dialect.CALENDAR:
        town = site.venues[0].town.name
        return (
            f'<meta property="og:title" content="{site.venues[0].name}"><meta property="og:description" content="Live music in {town}">',
            "",
        )
    if site.dialect is Dialect.MICRODATA:
        return "", microdata(venues[0])
    return json_ld({"@context": "https://schema.org", "@graph": venues}), ""


def _show_markup(site: Site, show: Show) -> tuple[str, str]:
    node = event_node(site, show)
    if site.dialect is Dialect.MICRODATA:
        return "", microdata(node)
    if site.dialect is Dialect.SINGLE:
        return json_ld({"@context": "https://schema.org", **node}), ""
    page = {"@type": "WebPage", "name": show.title, "url": node["url"]}
    return json_ld({"@context": "https://schema.org", "@graph": [page, node]}), ""


def venue_node(venue: Venue) -> dict[str, Any]:
    """A venue as its own site describes it; some forget the phone."""
    town = venue.town
    address = {
        "@type": "PostalAddress", "streetAddress": _street(venue), "addressLocality": town.name, "addressRegion": town.region,
        "postalCode": venue.postal, "addressCountry": town.country,
    }  # fmt: skip  # a table
    node = {
        "@type": "MusicVenue", "name": venue.name, "address": address,
        "geo": {"@type": "GeoCoordinates", "latitude": venue.lat, "longitude": venue.lon},
        "telephone": venue.phone if not forgets_phone(venue) else None,
    }  # fmt: skip  # a table
    return blank(node)


def forgets_phone(venue: Venue) -> bool:
    """Whether the venue's own site leaves its phone out."""
    return int(venue.id[-2:]) % 4 == 1


def event_node(site: Site, show: Show) -> dict[str, Any]:
    """A show as the venue's own site describes it."""
    return {
        "@type": "MusicEvent", "name": show.title, "url": f"https://{site.host}/shows/{show.id}",
        "startDate": f"{show.day}T{_clock(show.start)}:00", "doorTime": f"{show.day}T{_clock(show.start - 60)}:00",
        "eventStatus": f"https://schema.org/{_SCHEMA_STATUS[show.status]}", "location": venue_node(show.venue),
        "performer": [{"@type": "MusicGroup", "name": act.name} for act in show.acts],
        "offers": {"@type": "Offer", "price": f"{show.price}.00", "priceCurrency": show.venue.town.currency},
    }  # fmt: skip  # a table


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _street(venue: Venue, *, short: bool = False) -> str:
    street = venue.town.streets[venue.street][1 if short else 0]
    return f"{street} {venue.house}" if venue.town.country == "DE" else f"{venue.house} {street}"


# ---- the aggregator, in the shape of Bandsintown's API


def _artist_events(world: World, act: Act) -> list[dict[str, Any]]:
    known = (s for s in world.shows if s.on_aggregator and act in s.acts)
    return [_event(act, show) for show in sorted(known, key=lambda s: (s.first_day, s.id))]


def _event(act: Act, show: Show) -> dict[str, Any]:
    """An event as the aggregator keeps it: one for each act of the bill; it has not heard of what changed since."""
    doors = 60 if tells_doors(show.venue) else 0
    return {
        "id": f"{1_000_000 + 1_000 * int(act.id[4:])}{show.id[5:]}", "artist_id": f"{900 + int(act.id[4:])}",
        "artist": {"id": f"{900 + int(act.id[4:])}", "name": _misspelt(act), "genres": [act.genre], "tracker_count": 40},
        "url": f"https://gigs.example/e/{act.id}-{show.id}", "datetime": f"{show.first_day}T{_clock(show.start - doors)}:00",
        "title": "", "description": "", "venue": _aggregated_venue(show.venue), "lineup": [_misspelt(a) for a in show.acts],
        "offers": [{"type": "Tickets", "url": f"https://gigs.example/t/{show.id}", "status": "available"}], "free": False,
    }  # fmt: skip  # a table


def tells_doors(venue: Venue) -> bool:
    """Whether the aggregator takes the opening of the doors for the start."""
    return int(venue.id[-2:]) % 2 == 0


def moves_pin(venue: Venue) -> bool:
    """Whether the aggregator puts the venue some 120 m off."""
    return int(venue.id[-2:]) % 3 == 2


def _misspelt(act: Act) -> str:
    return act.misspelt or act.name


def _aggregated_venue(venue: Venue) -> dict[str, Any]:
    off = 0.0011 if moves_pin(venue) else 0.0
    return {
        "name": venue.long, "street_address": _street(venue, short=True), "city": venue.town.name, "region": venue.town.region,
        "postal_code": venue.postal, "country": venue.town.country_name, "latitude": f"{venue.lat + off:.6f}", "longitude": f"{venue.lon:.6f}",
    }  # fmt: skip  # a table


# ---- maps, in the shape of Google's Places API (New)


def _mapped(world: World, town: Town) -> Iterator[Venue]:
    return (v for v in world.venues if v.on_maps and v.town is town)


def _place(venue: Venue) -> dict[str, Any]:
    town = venue.town
    parts = [
        (str(venue.house), "street_number"), (town.streets[venue.street][0], "route"), (town.name, "locality"),
        (town.region, "administrative_area_level_1"), (town.country, "country"), (venue.postal, "postal_code"),
    ]  # fmt: skip  # a table
    return blank({
        "id": f"demo-{venue.id}", "displayName": {"text": venue.short}, "types": ["night_club", "point_of_interest"],
        "addressComponents": [{"longText": t, "shortText": t, "types": [kind]} for t, kind in parts],
        "formattedAddress": f"{_street(venue)}, {town.name}, {venue.postal}, {town.country_name}",
        "location": {"latitude": venue.lat + 0.0002, "longitude": venue.lon - 0.0002},
        "internationalPhoneNumber": venue.phone, "websiteUri": f"https://{venue.host}/" if venue.host else None,
        "businessStatus": "OPERATIONAL", "googleMapsUri": f"https://maps.example/?cid={venue.id}",
    })  # fmt: skip  # a table
