"""One page read: its lists, one after the other, and the event that it is about. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urljoin

from mystage.adapters.sources.blocks import evidence
from mystage.adapters.sources.blocks import vocabulary as words
from mystage.adapters.sources.blocks.lines import Line
from mystage.adapters.sources.blocks.places import completed
from mystage.adapters.sources.blocks.regions import groups, inner, records
from mystage.adapters.sources.blocks.roles import Parts, parts_of
from mystage.adapters.sources.blocks.rows import Row, tidy, wordy
from mystage.adapters.sources.blocks.sites import place_of_sentence
from mystage.adapters.sources.blocks.titles import LEAST, candidates
from mystage.adapters.sources.blocks.when import Calendar, When, when
from mystage.adapters.sources.kit.building import text
from mystage.domain.sources import fold_text

_YEAR: Final = re.compile(r"(?<![\d-])(20[0-4]\d)(?![\d-])")
_ZONE: Final = re.compile(
    r"\b(?:America|Europe|Asia|Australia|Africa|Pacific|Atlantic)/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?\b"
)
_TITLE_NOISE: Final = re.compile(
    r"^(?:upcoming|next|future|all|our|list of|schedule of|calendar of)\s+|\b(?:19|20)\d\d\b|\s*\b(?:dates?|schedule|calendar)\s*$",
    re.IGNORECASE,
)
_PLURAL: Final = re.compile(
    r"\b(meeting|concert|show|event|session|hearing|workshop|performance|class|gig|rehearsal|recital)(?:e?s)$",
    re.IGNORECASE,
)
_LISTS: Final = 4
"""Lists of one page that are read."""
_NEAR_TITLE: Final = 45
"""Lines after a page's heading in which the time of its one event is looked for."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the page besides its body."""

    url: str = ""
    title: str = ""
    language: str = ""
    seen: date | None = None
    description: str = ""


@dataclass(slots=True)
class _Draft:
    where: range
    time: When
    parts: Parts


def year_of(about: About) -> int | None:
    """The year that a page's title or address gives."""
    found = set(_YEAR.findall(about.title)) or set(_YEAR.findall(about.url))
    return int(found.pop()) if len(found) == 1 else None


class PageReader:
    """Reads one page."""

    def __init__(self, rows: list[Row], calendar: Calendar, about: About) -> None:
        self._rows = rows
        self._calendar = calendar
        self._about = about
        self._taken: set[int] = set()
        self._states: dict[str, str] = {}
        self._dated = [n for n, row in enumerate(rows) if row.dated]

    def read(self) -> list[dict[str, Any]]:
        if not self._dated:
            return []
        nodes = self._single()
        for _ in range(_LISTS):
            best = self._best_list()
            if best is None:
                break
            drafts = best
            for draft in drafts:
                self._taken.update(draft.where)
            nodes.extend(self._list(drafts))
        return completed(_zoned(nodes), self._rows)

    def _best_list(self) -> list[_Draft] | None:
        """The list with the most whole records among what is not yet read, if it is one of events."""
        found: list[tuple[float, list[_Draft]]] = []
        for anchors in groups(self._rows):
            free = [n for n in anchors if n not in self._taken]
            if not free:
                continue
            drafts = self._drafts(free)
            if len(drafts) < 2:
                continue
            proof = evidence.of_list(
                self._rows, [(d.where, d.parts, d.time) for d in drafts], self._heads(drafts),
                self._about.title, self._about.url, self._about.seen,
            )  # fmt: skip  # one call
            if proof >= evidence.ENOUGH:
                whole = sum(1 + 0.2 * d.time.clocked + 0.2 * len(d.parts.values) for d in drafts if d.parts.title)
                found.append((whole + 0.3 * len(drafts), drafts))
            else:
                self._remember(drafts)
        return max(found, key=lambda f: f[0])[1] if found else None

    def _remember(self, drafts: list[_Draft]) -> None:
        """Keep what a table that is no list of events (agendas, minutes) says of the state of a day."""
        for draft in drafts:
            if "eventStatus" in draft.parts.values:
                self._states.setdefault(draft.time.starts[0][:10], draft.parts.values["eventStatus"])

    def _heads(self, drafts: list[_Draft]) -> list[int]:
        """The lines that head a list and those of its records that have no title of their own."""
        bare = [d for d in drafts if not d.parts.title]
        found = [self._heading_above(d.where.start) for d in [drafts[0], *bare[:3]]]
        return [n for n in dict.fromkeys(found) if n is not None]

    def _drafts(self, anchors: list[int]) -> list[_Draft]:
        found = records(self._rows, anchors)
        entries = inner(self._rows, found, anchors)
        spans: list[tuple[range, int | None]] = []
        for one in found:
            own = [n for n in anchors if n in one]
            inside = [e for e in entries or () if e.start >= one.start and e.stop <= one.stop]
            spans.extend((e, own[0] if own else None) for e in inside or [one])
        usual = sorted(len(s) for s, _ in spans)[len(spans) // 2] if spans else 0
        # a stray date elsewhere on the page gathers all that stands between it and the list
        spans = [(s, a) for s, a in spans if len(s) <= max(12, 4 * usual) and not self._taken.intersection(s)]
        chrome = _chrome([[self._rows[n] for n in s] for s, _ in spans])
        drafts = []
        for span, anchor in spans:
            time = when(self._rows, span, self._calendar, anchor)
            if time is not None:
                drafts.append(_Draft(span, time, parts_of([self._rows[n] for n in span], chrome)))
        return drafts

    def _heading_above(self, at: int) -> int | None:
        """The line that heads a list: the nearest heading, or bold line without a date, above it."""
        for n in range(at - 1, max(-1, at - 25), -1):
            row = self._rows[n]
            if (row.line.heading or row.line.strong) and not row.dated and wordy(row.rest) and not row.line.margin:
                return n
        return None

    def _list(self, drafts: list[_Draft]) -> list[dict[str, Any]]:
        """The nodes of a list; what its records lack (title, place) is taken from what stands above it."""
        first = drafts[0].where.start
        above = self._heading_above(first)
        named = {d.time.starts[0][:10] for d in drafts if d.parts.title}
        shared_place = None
        said = [d.parts.values["location"] for d in drafts if "location" in d.parts.values]
        bare = [d for d in drafts if not d.parts.title]
        if len(said) == 1 and len(bare) * 2 > len(drafts):
            shared_place = said[0]
        elif not said:
            preamble = range(above if above is not None else max(0, first - 4), first)
            shared_place = self._shared_place(preamble)
        heads = [self._heading_above(d.where.start) for d in bare]
        usual = next((n for n in heads if n is not None and evidence.names_events(self._rows[n].line.text)), None)
        nodes = []
        for draft in drafts:
            title = draft.parts.title
            if not title:
                own = self._heading_above(draft.where.start)
                sure = own is not None and evidence.names_events(self._rows[own].line.text)
                title = self._title_above(own if sure or usual is None else usual)
            day = draft.time.starts[0][:10]
            if not title or (not draft.parts.title and day in named):
                continue
            named.add(day)
            lacking: dict[str, Any] = {"location": shared_place} if shared_place else {}
            if day in self._states:
                lacking["eventStatus"] = self._states[day]
            nodes.extend(self._nodes(draft, title, lacking))
        return nodes

    def _title_above(self, above: int | None) -> str:
        """A title for a list of nothing but dates: its heading, in the singular."""
        texts = [self._rows[above].line.text] if above is not None else []
        texts += [r.line.text for r in self._rows if r.line.heading == 1][:1] + [
            re.split(r"\s[|\u2013\u2014-]\s", self._about.title)[0]
        ]
        for value in texts:
            bare = tidy(_TITLE_NOISE.sub("", _TITLE_NOISE.sub("", tidy(value))))
            if len(bare) > 3 and any(c.isalpha() for c in bare):
                return _PLURAL.sub(r"\1", bare)
        return ""

    def _shared_place(self, preamble: range) -> Any:
        """The place that is said for a whole list: just above it, or in a sentence of the page."""
        for n in [*preamble, *range(len(self._rows))]:
            text = self._rows[n].line.text
            if len(text) > 25 and (place := place_of_sentence(text)):
                return place
        return None

    def _nodes(self, draft: _Draft, title: str, lacking: dict[str, Any]) -> list[dict[str, Any]]:
        """One node for each start of a record."""
        values = {**lacking, **draft.parts.values}
        for name in ("url", "image"):
            if values.get(name):
                values[name] = _absolute(self._about.url, values[name])
        offers = values.get("offers")
        if isinstance(offers, dict) and offers.get("url"):
            values["offers"] = {**offers, "url": _absolute(self._about.url, offers["url"])}
        zone = next((m.group() for n in draft.where if (m := _ZONE.search(self._rows[n].line.text))), None)
        if len(draft.time.starts) > 1:
            values.pop("url", None)
        return [
            {
                "@type": "Event", "name": text(title, 300), "startDate": start, "doorTime": draft.time.doors, **values,
                **({"endDate": draft.time.end} if draft.time.end and len(draft.time.starts) == 1 else {}),
                **({"_zone": zone} if zone else {}),
            }
            for start in draft.time.starts
        ]  # fmt: skip  # a table

    def _single(self) -> list[dict[str, Any]]:
        """The page's one event, where its heading is followed by one time."""
        top = self._subject()
        if top is None:
            return []
        level = self._rows[top].line.heading
        stop = next((n for n in range(top + 1, len(self._rows)) if self._ends(n, level)), len(self._rows))
        zone = range(max(0, top - 3), min(stop, top + _NEAR_TITLE))
        dated = [n for n in zone if self._rows[n].dated and n != top]
        if not dated:
            return []
        times = [t for n in dated if (t := when(self._rows, [n], self._calendar, n))]
        days = {t.starts[0][:10] for t in times}
        if not times or len(days) > 2 or (len(days) == 2 and len(times) != 2):
            return []
        time = when(self._rows, zone, self._calendar, dated[0])
        proof = evidence.of_page(self._rows, zone, dated, self._about.title, self._about.url)
        if time is None or len(time.starts) > 1 or proof < evidence.ENOUGH:
            return []
        chrome = frozenset(
            fold_text(c.text) for c in candidates([self._rows[n] for n in zone]) if c.row is not self._rows[top]
        )
        parts = parts_of([self._rows[n] for n in zone], chrome)
        title = tidy(self._rows[top].line.text)
        parts.values["url"] = self._about.url or parts.values.get("url")
        if "location" not in parts.values and top + 1 < len(self._rows) and (place := _subtitle(self._rows[top + 1])):
            parts.values["location"] = place
        draft = _Draft(zone, time, parts)
        self._taken.update(zone)
        return self._nodes(draft, parts.title or title, {})

    def _ends(self, n: int, level: int) -> bool:
        line: Line = self._rows[n].line
        return line.margin or bool(line.heading and line.heading <= max(level, 2) and not self._rows[n].dated)

    def _subject(self) -> int | None:
        """The page's main heading: its only `<h1>`, or the heading that its title repeats."""
        heads = [n for n, row in enumerate(self._rows) if row.line.heading and not row.line.margin]
        firsts = [n for n in heads if self._rows[n].line.heading == 1]
        title = fold_text(self._about.title)
        same = [
            n
            for n in heads
            if len(fold_text(self._rows[n].line.text)) > 5 and fold_text(self._rows[n].line.text) in title
        ]
        return same[0] if len(same) == 1 else firsts[0] if len(firsts) == 1 else None


def _subtitle(row: Row) -> dict[str, Any] | None:
    """The line under an event's title as its place, where the page names it a subtitle and it is no sentence."""
    text = tidy(row.line.text)
    short = 0 < len(text.split()) <= 8 and not row.dated and "subtitle" in {*row.line.words}
    return {"@type": "Place", "name": text} if short else None


def _chrome(spans: Sequence[Sequence[Row]]) -> frozenset[str]:
    """Folded texts that most records repeat: they name none of them."""
    if len(spans) < 3:
        return frozenset()
    counts: Counter[str] = Counter()
    for rows in spans:
        counts.update({fold_text(c.text) for c in candidates(rows[:60])})
    common = {t for t, n in counts.items() if 10 * n >= 6 * len(spans)}
    # where all records have nothing but what repeats, that is their title
    named = sum(
        1 for rows in spans if any(fold_text(c.text) not in common and c.weight > LEAST for c in candidates(rows))
    )
    return frozenset(common) if 2 * named >= len(spans) else frozenset()


def _zoned(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same zone for all, where the page writes it once."""
    zones = {node["_zone"] for node in nodes if "_zone" in node}
    if len(zones) == 1:
        zone = zones.pop()
        return [node | {"_zone": zone} for node in nodes]
    return nodes


def _absolute(base: str, address: str) -> str:
    try:
        return urljoin(base, address) if base else address
    except ValueError:
        return ""
