"""schema.org data of one page as a graph of nodes, however the page wrote it (JSON-LD, microdata, microformats)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from mystage.adapters.sources.kit.building import link, text
from mystage.domain.pipeline.urls import TRACKING

Node: TypeAlias = dict[str, Any]
MAX_NODES: Final = 50_000
MAX_LEVELS: Final = 64
_NOT_EVENTS: Final = frozenset({"PublicationEvent", "BroadcastEvent", "DeliveryEvent", "OnDemandEvent"})
_VENUES: Final = frozenset(
    [
        "MusicVenue",
        "EventVenue",
        "NightClub",
        "BarOrPub",
        "PerformingArtsTheater",
        "StadiumOrArena",
        "MovieTheater",
        "ComedyClub",
        "ConcertHall",
        "ArtGallery",
        "Museum",
        "Restaurant",
        "Hotel",
        "Winery",
        "Brewery",
        "CafeOrCoffeeShop",
        "Casino",
        "Park",
        "Place",
    ]
)
_ACTS: Final = frozenset({"MusicGroup", "PerformingGroup", "TheaterGroup", "DanceGroup", "MusicBand", "Band"})
DIRECTORIES: Final = frozenset(
    [
        "facebook",
        "instagram",
        "twitter",
        "x",
        "youtube",
        "youtu",
        "spotify",
        "apple",
        "google",
        "goo",
        "yelp",
        "ticketmaster",
        "livenation",
        "bandsintown",
        "songkick",
        "eventbrite",
        "wikipedia",
        "wikidata",
        "tripadvisor",
        "foursquare",
        "linktr",
        "shotgun",
        "dice",
        "ra",
        "residentadvisor",
        "seatgeek",
        "axs",
        "ticketweb",
        "tixr",
        "meetup",
        "last",
        "lastfm",
        "musicbrainz",
        "soundcloud",
        "bandcamp",
        "tiktok",
        "discogs",
        "setlist",
        "linkedin",
        "pinterest",
        "threads",
        "fever",
        "feverup",
        "allevents",
        "eventim",
        "ticketfly",
        "universe",
        "fgtix",
        "reverbnation",
        "genius",
        "patreon",
        "vimeo",
        "snapchat",
        "threads",
        "ticketone",
        "festicket",
    ]
)
"""Second-level names of sites that write about places and acts, sell their tickets or host their profiles."""


def types(node: Node) -> tuple[str, ...]:
    """The plain names of a node's types ("http://schema.org/MusicEvent" -> "MusicEvent")."""
    value = node.get("@type") or node.get("type")
    if isinstance(value, str):
        return _plain_types(value)
    listed = value if isinstance(value, list) else []
    return tuple(name for t in listed[:20] if isinstance(t, str) for name in _plain_types(t))


@lru_cache(maxsize=1_024)
def _plain_types(written: str) -> tuple[str, ...]:
    """The plain name of one type; none for an empty text."""
    written = written.strip()
    return (re.split(r"[/#:]", written.rstrip("/"))[-1],) if written else ()


@lru_cache(maxsize=1_024)
def is_event(names: tuple[str, ...]) -> bool:
    """Whether types name an event of any kind."""
    return any((n.endswith(("Event", "Festival", "EventSeries", "Hackathon")) and n not in _NOT_EVENTS) for n in names)


def is_place(names: tuple[str, ...]) -> bool:
    """Whether types name a place that can be a venue of its own accord."""
    return not _VENUES.isdisjoint(names)


def is_act(names: tuple[str, ...]) -> bool:
    """Whether types name performers."""
    return not _ACTS.isdisjoint(names)


_FILE: Final = re.compile(r"\.(?:html?|php|aspx?|jsp|cgi|jpe?g|png|gif|webp|svg|pdf)$|^\.", re.IGNORECASE)
"""The first part of a relative address that is no host."""


class Graph:
    """All nodes of a page, with references (`@id`) resolved on demand."""

    def __init__(self, values: list[Any], base: str = "") -> None:
        self.base = base
        self._by_id: dict[str, Node] = {}
        self.events: list[Node] = []
        self.places: list[Node] = []
        self.acts: list[Node] = []
        self.has_music = False
        self.count = 0
        for node, inside in _walk(values):
            self.count += 1
            self._file(node, inside)

    def _file(self, node: Node, inside: Node | None) -> None:
        names = types(node)
        identifier = node.get("@id")
        if isinstance(identifier, str) and len(node) > 1:
            self._by_id.setdefault(identifier, node)
        if not names:
            return
        self.has_music = (
            self.has_music or any(n.startswith("Music") and n != "MusicVenue" for n in names) or is_act(names)
        )
        if is_event(names):
            self.events.append(node if inside is None else _with_parent(node, inside))
        elif inside is None and is_place(names):
            self.places.append(node)
        elif inside is None and is_act(names):
            self.acts.append(node)

    def node(self, value: Any) -> Node | None:
        """The node that a value is, refers to, or begins with."""
        if isinstance(value, list):
            value = next((v for v in value if isinstance(v, dict)), None)
        if isinstance(value, str):
            return self._by_id.get(value)
        if not isinstance(value, dict):
            return None
        named = value.get("@id")
        if set(value) <= {"@id", "@type"} and isinstance(named, str) and named in self._by_id:
            return self._by_id[named]
        return value

    def nodes(self, value: Any) -> Iterator[Node | str]:
        """All nodes and texts of a value that may be one or a list."""
        listed = value if isinstance(value, list) else [value]
        for item in listed[:500]:
            found = self.node(item)
            if found is not None:
                yield found
            elif isinstance(item, str) and item.strip():
                yield item

    def address(self, value: Any) -> str | None:
        """An http(s) address from a text or node (`url`, `@id`), relative ones joined to the page's."""
        if isinstance(value, list):
            return next((a for a in map(self.address, value[:20]) if a), None)
        if isinstance(value, dict):
            return self.address(value.get("url") or value.get("contentUrl") or value.get("@id"))
        if not isinstance(value, str) or not value.strip():
            return None
        value = value.strip()
        if value.startswith(("http://", "https://")):
            return link(value)
        try:
            if self.base:
                return link(urljoin(self.base, value))
            return None if _FILE.search(value.split("/")[0]) or "." not in value.split("/")[0] else link(value)
        except ValueError:
            return None

    def images(self, value: Any) -> tuple[str, ...]:
        """The addresses of one or several images."""
        listed = value if isinstance(value, list) else [value]
        return tuple(dict.fromkeys(a for a in map(self.address, listed[:10]) if a))


_EVENT_PROPERTIES: Final = frozenset({"event", "events", "subEvent", "subEvents", "performerIn"})


def _walk(values: list[Any]) -> Iterator[tuple[Node, Node | None]]:
    """All nodes, each with the event, place or act that it lies in; iterative, so that depth costs no stack."""
    level: list[tuple[Any, Node | None]] = [(v, None) for v in values]
    total = 0
    for _ in range(MAX_LEVELS):
        below: list[tuple[Any, Node | None]] = []
        for value, inside in level:
            if isinstance(value, list):
                below.extend((v, inside) for v in value if isinstance(v, (dict, list)))
                continue
            if not isinstance(value, dict):
                continue
            total += 1
            if total > MAX_NODES:
                return
            yield value, inside
            below.extend(_children(value, inside))
        if not below:
            return
        level = below


def _children(node: Node, inside: Node | None) -> Iterator[tuple[Any, Node | None]]:
    names = types(node)
    if is_event(names):
        kept = {k: v for k, v in node.items() if isinstance(v, (dict, list))}
        yield from ((v, node) for k, v in kept.items() if k in _EVENT_PROPERTIES)
        # an event's other parts are its own: they are walked for their `@id`s alone
        yield from ((v, node) for k, v in kept.items() if k not in _EVENT_PROPERTIES and k != "superEvent")
        return
    if names and not _LISTS.issuperset(names):
        lends = is_place(names) or is_act(names)
        inside = inside or _PART
        for name, value in node.items():
            if isinstance(value, (dict, list)):
                yield value, (node if lends and name in _EVENT_PROPERTIES else inside)
        return
    yield from ((v, inside) for v in node.values() if isinstance(v, (dict, list)))


_LISTS: Final = frozenset(
    [
        "WebPage",
        "ItemPage",
        "CollectionPage",
        "ItemList",
        "ListItem",
        "ProfilePage",
        "SearchResultsPage",
        "WebSite",
        "AboutPage",
        "DataFeed",
        "DataFeedItem",
        "OfferCatalog",
        "EventSeries",
    ]
)
"""Types that only hold others: what they hold counts as if it stood alone."""
_PART: Final[Node] = {}
"""Stands for "inside something that lends nothing": such nodes are no top-level places or acts."""


def _with_parent(node: Node, parent: Node) -> Node:
    """An event inside a place, an act or another event, with what it leaves to that."""
    names = types(parent)
    lent: Node = {}
    if is_event(names):
        lent = {k: parent[k] for k in ("location", "performer", "organizer", "image") if k in parent}
    elif is_place(names):
        lent = {"location": parent}
    elif is_act(names):
        lent = {"performer": parent}
    # an empty property says no more than one that is left out
    return {**node, **{k: v for k, v in lent.items() if node.get(k) in (None, "", [], {})}}


@lru_cache(maxsize=4_096)
def plain_url(address: str | None) -> str | None:
    """An address without fragment and tracking parameters: the same page always reads the same."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if not parts.query:
        return urlunsplit(parts._replace(fragment=""))
    kept = [(k, v) for k, v in parse_qsl(parts.query) if k.lower() not in TRACKING and not k.lower().startswith("utm_")]
    return urlunsplit(parts._replace(query=urlencode(kept), fragment=""))


_NUMBER_ID: Final = re.compile(r"/(\d{5,20})(?:[-.][^/]*)?/?$|/(\d{5,20})(?:-[^/]*)?/")
_NAMED_ID: Final = re.compile(
    r"/(?:events?|venues?|artists?|attractions?)/((?=[^/]*\d)[A-Za-z0-9_]{6,}(?:-[A-Za-z0-9_]{1,6})?)/?$"
)


@lru_cache(maxsize=4_096)
def id_in(address: str | None) -> str | None:
    """The source's own id in an address of it ("/concerts/25248299-x-at-y", "/event/0F006106DDDC5AB4"); None where none shows."""
    if not address:
        return None
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    found = _NUMBER_ID.search(path) or _NAMED_ID.search(path)
    return next((g for g in found.groups() if g), None) if found else None


@lru_cache(maxsize=4_096)
def host(address: str | None) -> str:
    """The host of an address without "www."; "" for none."""
    try:
        return (urlsplit(address or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def is_directory(address: str) -> bool:
    """Whether an address lies on a site that writes about others (a directory, ticket seller or social network)."""
    return bool(DIRECTORIES & set(host(address).split(".")[:-1]))


def name_of(node: Node | str) -> str | None:
    """The name of a node, or the text itself; the first of several."""
    value: Any = node if isinstance(node, str) else node.get("name") or node.get("legalName")
    if isinstance(value, list):
        value = next((v for v in value if isinstance(v, str) and v.strip()), None)
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return text(value, 500)
