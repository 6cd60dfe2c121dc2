"""One schema.org event node -> what it says, in the platform's terms (`Found`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from mystage.adapters.sources.kit.building import text
from mystage.adapters.sources.kit.moments import Moment, Span, moment, span, zone_info
from mystage.adapters.sources.kit.prices import amount, currency, says_free
from mystage.adapters.sources.kit.titles import (
    acts_of_title,
    is_nobody,
    is_ticket_product,
    kind_of,
    named_status,
    title_status,
)
from mystage.adapters.sources.linked_data.graph import Graph, Node, host, id_in, name_of, plain_url, types
from mystage.adapters.sources.linked_data.schema_place import Where, where
from mystage.domain.sources import PerformanceKind, PerformanceStatus, fold_text

_OTHER_TYPES: Final = frozenset(
    [
        "BusinessEvent",
        "EducationEvent",
        "SportsEvent",
        "ExhibitionEvent",
        "FoodEvent",
        "LiteraryEvent",
        "SaleEvent",
        "ScreeningEvent",
        "TheaterEvent",
        "VisualArtsEvent",
        "ChildrensEvent",
        "ComedyEvent",
        "CourseInstance",
        "Hackathon",
        "ConferenceEvent",
    ]
)
_ACT_PATH: Final = re.compile(
    r"/(?:artists?|bands?|acts?|performers?|kuenstler|kunstner|musician|dj)s?/", re.IGNORECASE
)
_NOT_THE_PRICE: Final = re.compile(
    r"\b(?:parking|fee|merch|membership|donation|locker|camping|shuttle)\b", re.IGNORECASE
)


@dataclass(slots=True)
class Act:
    """A performer as the event names it."""

    name: str
    url: str | None = None
    source_id: str | None = None
    website: str | None = None
    genres: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


@dataclass(slots=True)
class Found:
    """What one event node says."""

    title: str | None
    when: Span
    at: Where
    status: PerformanceStatus = PerformanceStatus.SCHEDULED
    kind: PerformanceKind | None = None
    acts: list[Act] = field(default_factory=list)
    zone: str | None = None
    doors: str | None = None
    url: str | None = None
    source_id: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    """Further values of the claim: description, images, prices, ticket_url, genres, links."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the page around says: its hosts, and whether it is about music at all (None: it does not say)."""

    own_hosts: frozenset[str]
    music: bool | None


def event(graph: Graph, node: Node, context: Context) -> Found | None:
    """Read one event; None for what is no performance (a ticket product, no name, no sense)."""
    name = name_of(node) or text(node.get("headline"), 500)
    if not name or is_ticket_product(name):
        return None
    names = types(node)
    title, marked = title_status(name)
    at = where(graph, _location(node), context.own_hosts, title)
    start, end = _start_and_end(node)
    when = span(start, end, at.zone)
    typed = _music(names)
    music = typed if typed is not None or context.music else False
    listed = _acts(graph, node, title, at, music=typed, names=names, own_hosts=context.own_hosts)
    acts = _real_acts(listed, title, at, when.days)
    own_title = _own_title(node, title, acts)
    prices = _prices(graph, node.get("offers"), at.fields.get("country"))
    status = named_status(node.get("eventStatus")) or marked or prices.pop("status", None)
    prices.pop("status", None)
    if _flag(node.get("isAccessibleForFree")) and "price_min" not in prices:
        prices |= {"price_min": 0.0, "price_max": 0.0}
    url = plain_url(graph.address(node.get("url")) or graph.address(node.get("@id")))
    festival = any("Festival" in n for n in names)
    labels = _labels(node)
    kind = (
        PerformanceKind.FESTIVAL
        if festival
        else kind_of(own_title, labels, has_artists=bool(acts), days=when.days, music=music)
    )
    zone = at.zone or _own_zone(node) or ("UTC" if start and start.instant and start.has_clock else None)
    return Found(
        title=own_title, when=when, at=at, status=status or PerformanceStatus.SCHEDULED, kind=kind, acts=acts, zone=zone,
        doors=_doors(node, at.zone, when), url=url, source_id=_own_id(node, url),
        values={"description": text(node.get("description"), 20_000), "images": graph.images(node.get("image")),
                "genres": labels if music else (), **prices},
    )  # fmt: skip  # a table


def _location(node: Node) -> Any:
    """The location, with the position that stands beside it on some pages."""
    location = node.get("location")
    if isinstance(location, dict) and "_position" in node and "geo" not in location:
        return {**location, "geo": node["_position"]}
    return location


def _music(names: tuple[str, ...]) -> bool | None:
    """Whether the types say music (True), something else (False), or neither (None)."""
    if any(n.startswith("Music") for n in names):
        return True
    return False if _OTHER_TYPES & set(names) else None


def _own_id(node: Node, url: str | None) -> str | None:
    identifier = node.get("identifier")
    if isinstance(identifier, dict):
        identifier = identifier.get("value")
    if isinstance(identifier, (str, int)) and not isinstance(identifier, bool) and str(identifier).strip():
        return str(identifier).strip()[:200]
    return id_in(url)


def _own_title(node: Node, title: str, acts: list[Act]) -> str | None:
    """The title; where the "name" is a list of linked acts after "Title:", the title alone."""
    if not _linked_acts(node):
        return title
    head, colon, _ = title.partition(":")
    names = {fold_text(a.name) for a in acts}
    return head.strip() if colon and fold_text(head) not in names else title


def _linked_acts(node: Node) -> list[Act]:
    """The acts that a name links to (the microdata reader alone gives pairs; JSON has no tuples)."""
    linked = node.get("_links")
    pairs = [pair for pair in linked if isinstance(pair, tuple)] if isinstance(linked, list) else []
    return [Act(label, href, id_in(href)) for label, href in pairs if label and _ACT_PATH.search(href)]


def _start_and_end(node: Node) -> tuple[Moment | None, Moment | None]:
    wall = node.get("_wall")
    if isinstance(wall, tuple):
        return wall[0], wall[1]
    return _moment(node.get("startDate")), _moment(node.get("endDate"))


def _moment(value: Any) -> Moment | None:
    """The moment of a value; of several the first day, with a clock where one of that day has it."""
    listed = value if isinstance(value, list) else [value]
    read = [m for m in (moment(v) for v in listed[:50] if isinstance(v, str)) if m]
    if not read:
        return None
    return next((m for m in read if m.has_clock and m.local.date() == read[0].local.date()), read[0])


def _doors(node: Node, zone: str | None, when: Span) -> str | None:
    value = node.get("doorTime")
    found = _moment(value)
    if found is not None and found.has_clock:
        doors = found.text(zone)
        first = when.start or ""
        return doors if doors[:10] == first[:10] and (len(first) == 10 or doors < first) else None
    clock = re.match(r"^T?(\d{1,2}):(\d{2})", value) if isinstance(value, str) else None
    if clock and when.start and len(when.start) > 10 and int(clock.group(1)) < 24:
        doors = f"{when.start[:10]}T{int(clock.group(1)):02d}:{clock.group(2)}"
        return doors if doors < when.start else None
    return None


def _acts(
    graph: Graph,
    node: Node,
    title: str,
    at: Where,
    *,
    music: bool | None,
    names: tuple[str, ...],
    own_hosts: frozenset[str],
) -> list[Act]:
    """The acts of an event: its performers; else the linked acts of its name; else those that its title names."""
    if music is False and "ComedyEvent" not in names:
        groups = [p for p in graph.nodes(node.get("performer")) if isinstance(p, dict) and "MusicGroup" in types(p)]
        listed = [a for a in (act_of(graph, p, own_hosts) for p in groups) if a]
    else:
        performers = [*graph.nodes(node.get("performer")), *graph.nodes(node.get("performers"))]
        listed = [a for a in (act_of(graph, p, own_hosts) for p in performers) if a]
    if not listed:
        listed = _linked_acts(node)
    if not listed:
        offered = bool(node.get("offers")) and at.name is not None
        certain = music is True
        found = acts_of_title(title, certain=certain) if certain or (music is None and offered) else []
        listed = [Act(name) for name in found]
    return listed


def _real_acts(acts: list[Act], title: str, at: Where, days: int) -> list[Act]:
    """Without the festival, the venue, or nobody standing among the acts; each act once."""
    kept: dict[str, Act] = {}
    no_acts = {fold_text(at.name or "")}
    if len(acts) > 3 and (days > 1 or re.search(r"fest", title, re.IGNORECASE)):
        no_acts.add(fold_text(title))
    for act in acts:
        folded = fold_text(act.name)
        festival = re.search(r"\bfest(?:ival)?\b|\w{3}fest\b", act.name, re.IGNORECASE)
        if folded and folded not in no_acts and not is_nobody(act.name) and not (festival and len(acts) > 1):
            kept.setdefault(folded, act)
    return list(kept.values())


def act_of(graph: Graph, value: Node | str, own_hosts: frozenset[str]) -> Act | None:
    """A performer from its node or name; None for nobody, and for teams."""
    name = name_of(value)
    if not name or len(name) > 200:
        return None
    if isinstance(value, str):
        return Act(name)
    if "SportsTeam" in types(value):
        return None
    same = value.get("sameAs")
    addresses = [
        graph.address(value.get("url")),
        *map(graph.address, (same if isinstance(same, list) else [same])[:20]),
    ]
    own = next((a for a in addresses if a and host(a) in own_hosts), None)
    genre = value.get("genre")
    genres = tuple(g for g in map(text, (genre if isinstance(genre, list) else [genre])[:20]) if g)
    return Act(name, plain_url(own), id_in(own), None, genres, graph.images(value.get("image")))


def _own_zone(node: Node) -> str | None:
    """The zone that a page writes beside an event (the reader of blocks alone gives it)."""
    named = node.get("_zone")
    return named if isinstance(named, str) and zone_info(named) is not None else None


def _labels(node: Node) -> tuple[str, ...]:
    found: list[str] = []
    for name in ("genre", "keywords", "eventType", "category"):
        value = node.get(name)
        for item in (value if isinstance(value, list) else [value])[:30]:
            if isinstance(item, str):
                found.extend(part.strip() for part in item[:1_000].split(",") if part.strip())
    return tuple(t for t in (text(f, 60) for f in dict.fromkeys(found)) if t)[:30]


def _flag(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in {"true", "yes"})


def _prices(graph: Graph, value: Any, country: str | None) -> dict[str, Any]:
    """Prices, currency, where to buy, and "sold out" where every offer is."""
    low: list[float] = []
    high: list[float] = []
    found: dict[str, Any] = {}
    sold: list[bool] = []
    for offer in graph.nodes(value):
        if isinstance(offer, str):
            continue
        found.setdefault("ticket_url", None)
        found["ticket_url"] = found["ticket_url"] or graph.address(offer.get("url"))
        sold.append("soldout" in str(offer.get("availability", "")).lower())
        if _NOT_THE_PRICE.search(name_of(offer) or ""):
            continue
        aggregate = "lowPrice" in offer or "highPrice" in offer
        least = amount(offer.get("lowPrice") if aggregate else offer.get("price"))
        most = amount(offer.get("highPrice")) if aggregate else least
        low.extend(p for p in (least,) if p)
        high.extend(p for p in (most,) if p)
        if least or most:
            money = offer.get("priceCurrency") or offer.get("lowPrice") or offer.get("price")
            found["currency"] = found.get("currency") or currency(money, country)
        elif says_free(" ".join(str(offer.get(n) or "")[:100] for n in ("name", "description", "category", "price"))):
            low.append(0.0)
            high.append(0.0)
    if low:
        found["price_min"] = min(low)
    if high:
        found["price_max"] = max(high)
    if sold and all(sold):
        found["status"] = PerformanceStatus.SOLD_OUT
    return found
