"""One page read: its lists, one after the other, and the event that it is about. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from mystage.adapters.sources.blocks import evidence
from mystage.adapters.sources.blocks import vocabulary as words
from mystage.adapters.sources.blocks.lines import Line
from mystage.adapters.sources.blocks.lists import About, Draft, Writer
from mystage.adapters.sources.blocks.places import completed
from mystage.adapters.sources.blocks.regions import groups, inner, records
from mystage.adapters.sources.blocks.roles import parts_of
from mystage.adapters.sources.blocks.rows import Row, tidy
from mystage.adapters.sources.blocks.sites import is_town, split_line
from mystage.adapters.sources.blocks.titles import LEAST, candidates
from mystage.adapters.sources.blocks.when import Calendar, when
from mystage.domain.sources import fold_text

_YEAR: Final = re.compile(r"(?<![\d-])(20[0-4]\d)(?![\d-])")
_LISTS: Final = 4
"""Lists of one page that are read."""
_NEAR_TITLE: Final = 45
"""Lines after a page's heading in which the time of its one event is looked for."""


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
        self._writer = Writer(rows, about)
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
            nodes.extend(self._writer.nodes(drafts))
        return completed(_zoned(nodes), self._rows)

    def _best_list(self) -> list[Draft] | None:
        """The list with the most whole records among what is not yet read, if it is one of events."""
        found: list[tuple[float, list[Draft]]] = []
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

    def _remember(self, drafts: list[Draft]) -> None:
        """Keep what a table that is no list of events (agendas, minutes) says of the state of a day."""
        for draft in drafts:
            if "eventStatus" in draft.parts.values:
                self._writer.states.setdefault(draft.time.starts[0][:10], draft.parts.values["eventStatus"])

    def _heads(self, drafts: list[Draft]) -> list[int]:
        """The lines that head a list and those of its records that have no title of their own."""
        bare = [d for d in drafts if not d.parts.title]
        found = [self._writer.heading_above(d.where.start) for d in [drafts[0], *bare[:3]]]
        return [n for n in dict.fromkeys(found) if n is not None]

    def _drafts(self, anchors: list[int]) -> list[Draft]:
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
        act = ""
        if spans and (above := self._writer.heading_above(spans[0][0].start)) is not None:
            placed = sum(1 for s, _ in spans if any(_placed(self._rows[n]) for n in s))
            act = self._writer.act([above]) if 2 * placed >= len(spans) else ""
        drafts = []
        for span, anchor in spans:
            time = when(self._rows, span, self._calendar, anchor)
            if time is not None:
                drafts.append(Draft(span, time, parts_of([self._rows[n] for n in span], chrome, act=act), act))
        return drafts

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
        if not times or len(days) > 2 or (len(days) == 2 and not self._opens_and_ends(dated)):
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
        draft = Draft(zone, time, parts)
        self._taken.update(zone)
        return self._writer.of_record(draft, parts.title or title, {})

    def _opens_and_ends(self, dated: list[int]) -> bool:
        """Whether two dated lines are a start and an end: neighbours of different paths, or one named an end."""
        if len(dated) != 2:
            return False
        a, b = (self._rows[n].line for n in dated)
        return b.named(words.END) or (dated[1] - dated[0] == 1 and a.path != b.path)

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


def _placed(row: Row) -> bool:
    """Whether a line names a town, or a house and its town."""
    rest = row.rest
    return is_town(rest) or (row.dated and bool(rest) and split_line(rest, titled=True) is not None)


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
