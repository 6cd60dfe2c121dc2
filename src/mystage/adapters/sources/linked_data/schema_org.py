"""The schema.org data of a page -> claims: each event once, the rows of one bill as one performance."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, text
from mystage.adapters.sources.kit.places import zone_of
from mystage.adapters.sources.kit.titles import speaks_of_music
from mystage.adapters.sources.linked_data.graph import Graph, Node, host, is_directory, name_of, plain_url
from mystage.adapters.sources.linked_data.schema_event import Act, Context, Found, act_of, event
from mystage.adapters.sources.linked_data.schema_place import Where, where
from mystage.domain.sources import Claims, PerformanceKind, derived_key, fold_text

MAX_EVENTS: Final = 5_000
"""Events of one payload that are read."""


def claims_of(
    values: list[Any],
    *,
    base: str = "",
    page_text: str = "",
    hosts: frozenset[str] = frozenset(),
    country: str | None = None,
    notes: list[str] | None = None,
    fillers: Callable[[], list[Any]] | None = None,
) -> Claims:
    """All venues, acts and performances that `values` (JSON-LD, microdata, microformats of one page) speak of.

    `base` resolves relative addresses, `page_text` (title and description) says whether the page is about music,
    `country` is that of the site (by its domain and language), for local calendars that need not say where they are;
    `fillers` gives further nodes of the same events, asked for only where much is lacking; they add no event.
    `hosts` are the page's own (its canonical address), so that links to itself are not taken for a venue's site.
    What is above `MAX_EVENTS` is left out, and said in `notes`.
    """
    graph = Graph(values, base)
    if not (graph.events or graph.places or graph.acts):
        return Claims()
    if notes is not None and len(graph.events) > MAX_EVENTS:
        notes.append(f"only the first {MAX_EVENTS:,} of {len(graph.events):,} or more events are read")
    own = hosts | {host(graph.address(e.get("url"))) for e in graph.events} | {host(base)}
    own = frozenset(h for h in own if h)
    titles = " ".join(str(name_of(e) or "") for e in graph.events[:200])
    context = Context(own, graph.has_music or speaks_of_music(f"{page_text} {titles}"))
    found = _once([f for f in (event(graph, node, context) for node in graph.events[:MAX_EVENTS]) if f])
    found = _bills(found)
    if fillers is not None and _lacking(found):
        _enrich(found, [f for f in (event(graph, node, context) for node in fillers()[:MAX_EVENTS]) if f])
    if country:
        _local(found, country)
    return _Emitter(graph, own).emit(found)


def _lacking(found: list[Found]) -> bool:
    """Whether most events do not say in which town, or at what time they are."""
    bare = sum(1 for f in found if not f.at.fields.get("locality") or len(f.when.start or "") < 11)
    return 2 * bare > len(found)


def _enrich(found: list[Found], more: list[Found]) -> None:
    """Fill events from those of the same id on the same day in another carrier."""
    known = {(f.source_id, (f.when.start or "")[:10]): f for f in more if f.source_id}
    for one in found:
        other = known.get((one.source_id or "", (one.when.start or "")[:10]))
        if other is None:
            continue
        if _is_row(one) and other.title and " @ " not in other.title:
            one.title = other.title
        same_place = fold_text(one.at.name or "") == fold_text(other.at.name or "")
        if same_place:
            one.at.fields |= {k: v for k, v in other.at.fields.items() if v and not one.at.fields.get(k)}
        if (
            other.kind is PerformanceKind.FESTIVAL
            and _FESTIVAL_NAME.search(one.title or "")
            and "estival" in (one.title or "")
        ):
            one.kind = other.kind
        if one.when.start and other.when.end and (not one.when.end or len(one.when.end) < len(other.when.end)):
            one.when = other.when if len(other.when.start or "") >= len(one.when.start) else one.when
        _fill(one, other)


def _local(found: list[Found], country: str) -> None:
    """Places of a local calendar lie in its country, where they name none.

    A page whose venues recur lists the shows of a region; one where each show has a venue of its own may be a tour.
    """
    names = {one.at.name for one in found if one.at.name}
    if len(found) < 8 or len(names) * 2 > len(found) or any(one.at.fields.get("country") for one in found):
        return
    for one in found:
        if one.at.name or one.at.words:
            one.at.fields["country"] = country
            one.at.zone = one.zone = one.zone or zone_of(country, one.at.fields.get("region"))


def _once(found: list[Found]) -> list[Found]:
    """Each event once: the same title on the same day at the same clock (or none) is one, from whatever carrier."""
    kept: dict[tuple[str, str], list[Found]] = defaultdict(list)
    out: list[Found] = []
    for one in found:
        day = (one.when.start or "")[:10]
        same = next((k for k in kept[fold_text(one.title or ""), day] if _same(k, one)), None)
        if same is None:
            kept[fold_text(one.title or ""), day].append(one)
            out.append(one)
        else:
            _fill(same, one)
    return out


def _same(a: Found, b: Found) -> bool:
    clocks = {w for w in (a.when.start, b.when.start) if w and len(w) > 10}
    places = {fold_text(p) for p in (a.at.name or a.at.words, b.at.name or b.at.words) if p}
    return len(clocks) < 2 and len(places) < 2


def _fill(one: Found, more: Found) -> None:
    """Fill what `one` lacks from `more`."""
    if not one.when.start or (more.when.start and len(more.when.start) > len(one.when.start)):
        one.when = more.when
    if not one.at.name and (more.at.name or not one.at.words):
        one.at = more.at
    for name in ("url", "source_id", "doors", "zone", "kind"):
        if getattr(one, name) is None:
            setattr(one, name, getattr(more, name))
    known = {fold_text(a.name) for a in one.acts}
    one.acts.extend(a for a in more.acts if fold_text(a.name) not in known)
    said = {k: v for k, v in one.values.items() if v not in (None, "", ())}
    one.values = {**{k: v for k, v in more.values.items() if v not in (None, "", ())}, **said}


_FESTIVAL_NAME: Final = re.compile(r"\bfest(?:ival)?\b", re.IGNORECASE)
_ROW: Final = re.compile(r"^(.{1,200}?) (?:@|at) (.{1,200})$")


def _bills(found: list[Found]) -> list[Found]:
    """Rows "Act @ Place" of one place and start are one bill: listings give each act of a show an event of its own."""
    rows: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for one in found:
        if one.when.start and len(one.when.start) > 10 and len(one.acts) == 1 and _is_row(one):
            place = fold_text(one.at.name or one.at.words or (_ROW.match(one.title or "") or ["", "", ""])[2])
            rows[place, one.when.start].append(one)
    gone: set[int] = set()
    for group in rows.values():
        if len(group) > 1:
            _fold(group)
            gone.update(id(one) for one in group[1:])
    return [one for one in found if id(one) not in gone]


def _is_row(one: Found) -> bool:
    row = _ROW.match(one.title or "")
    return bool(row and fold_text(row.group(1)) == fold_text(one.acts[0].name))


def _fold(group: list[Found]) -> None:
    """Make the first of a bill's rows the whole bill; a text that the rows share is its title."""
    first = group[0]
    shared = {one.values.get("description") for one in group}
    if any(not _FESTIVAL_NAME.search(one.acts[0].name) for one in group):
        group = [one for one in group if not _FESTIVAL_NAME.search(one.acts[0].name)]
        first.acts = group[0].acts
    for other in group:
        first.acts.extend(a for a in other.acts if all(fold_text(a.name) != fold_text(k.name) for k in first.acts))
    if len(shared) == 1 and (common := text(next(iter(shared)), 120)) and not re.search(r"\d{4}-\d{2}-\d{2}T", common):
        first.title = common
    if len(group) > 3:
        first.kind = PerformanceKind.FESTIVAL


class _Emitter:
    """Turns what was found into claims: one key for one name, positions that several venues share left out."""

    def __init__(self, graph: Graph, own_hosts: frozenset[str]) -> None:
        self._graph = graph
        self._own = own_hosts
        self._builder = ClaimsBuilder()
        self._acts: dict[str, str] = {}
        self._venues: dict[tuple[str, str], str] = {}

    def emit(self, found: list[Found]) -> Claims:
        places = [(where(self._graph, node, self._own), node) for node in self._graph.places[:MAX_EVENTS]]
        shared = _shared_positions([f.at for f in found] + [p for p, _ in places])
        keys = _keys(found)
        for one, key in zip(found, keys, strict=True):
            self._performance(one, key, shared)
        for place, node in places:
            if place.name and (place.words or self._graph.address(node.get("url"))):
                self._venue(place, shared, self._graph.images(node.get("image")))
        for node in self._graph.acts[:MAX_EVENTS]:
            act = act_of(self._graph, node, self._own)
            if act:
                self._act(act, node)
        return self._builder.build()

    def _performance(self, one: Found, key: str | None, shared: set[tuple[float, float]]) -> None:
        venue = self._venue(one.at, shared)
        self._builder.performance(
            key=key, source_id=one.source_id, title=one.title, venue=venue, place=None if venue else one.at.words,
            artists=[self._act(a) for a in one.acts], start_local=one.when.start, end_local=one.when.end,
            doors_local=one.doors, timezone=one.zone, status=one.status, kind=one.kind, url=one.url, **one.values,
        )  # fmt: skip  # a table

    def _venue(self, at: Where, shared: set[tuple[float, float]], images: tuple[str, ...] = ()) -> str | None:
        if not at.name:
            return None
        fields = {k: v for k, v in at.fields.items() if v not in (None, "", ())}
        if (fields.get("lat"), fields.get("lon")) in shared:
            fields.pop("lat")
            fields.pop("lon")
        place = (fold_text(at.name), fold_text(str(fields.get("locality") or "")))
        key = self._venues.get(place)
        made = self._builder.venue(key=key, name=at.name, timezone=at.zone, images=images, **fields)
        if made:
            self._venues[place] = made
        return made

    def _act(self, act: Act, node: Node | None = None) -> str | None:
        folded = fold_text(act.name)
        address = self._graph.address(node.get("url")) if node else None
        website = address if address and host(address) not in self._own and not is_directory(address) else None
        made = self._builder.artist(
            key=self._acts.get(folded), source_id=act.source_id, name=act.name, url=act.url, genres=act.genres,
            images=act.images, website=website, description=text(node.get("description"), 20_000) if node else None,
        )  # fmt: skip  # a table
        if made:
            self._acts[folded] = made
        return made


def _keys(found: list[Found]) -> list[str | None]:
    """A key for each: the source's id, its page, or (None) the words of it; an address of several gets the start added."""
    wanted = [one.source_id or plain_url(one.url) for one in found]
    if len(found) == 1:
        return wanted
    uses = Counter(wanted)
    out: list[str | None] = []
    for one, key in zip(found, wanted, strict=True):
        if key is None or uses[key] == 1:
            out.append(key)
        else:
            out.append(f"{key[:300]}#{derived_key(one.title, one.when.start)}")
    return out


def _shared_positions(places: list[Where]) -> set[tuple[float, float]]:
    """Positions that venues of different names and streets share: a town's centre, or a guess."""
    names: dict[tuple[float, float], set[str]] = defaultdict(set)
    for place in places:
        lat, lon = place.fields.get("lat"), place.fields.get("lon")
        if place.name and lat is not None and lon is not None:
            names[lat, lon].add(fold_text(place.name))
    return {at for at, found in names.items() if len(found) > 1}
