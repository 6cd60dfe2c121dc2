"""A list of records -> schema.org nodes; what its records lack is taken from what heads them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urljoin

from mystage.adapters.sources.blocks import evidence
from mystage.adapters.sources.blocks import vocabulary as words
from mystage.adapters.sources.blocks.lines import words_of
from mystage.adapters.sources.blocks.roles import Parts
from mystage.adapters.sources.blocks.rows import Row, tidy, wordy
from mystage.adapters.sources.blocks.sites import place_of_sentence
from mystage.adapters.sources.blocks.when import When
from mystage.adapters.sources.kit.building import text
from mystage.domain.sources import fold_text

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


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the page besides its body."""

    url: str = ""
    title: str = ""
    language: str = ""
    seen: date | None = None
    description: str = ""


@dataclass(slots=True)
class Draft:
    """A record: its lines, its time, its parts."""

    where: range
    time: When
    parts: Parts
    act: str = ""
    """Whose page it is; "" for nobody's."""


class Writer:
    """Writes the lists of one page. `states`: what other tables of the page say of the state of a day."""

    def __init__(self, rows: Sequence[Row], about: About) -> None:
        self._rows = rows
        self._about = about
        self.states: dict[str, str] = {}

    def heading_above(self, at: int) -> int | None:
        """The line that heads a list: the nearest heading, or bold line without a date, above it."""
        for n in range(at - 1, max(-1, at - 25), -1):
            row = self._rows[n]
            if (row.line.heading or row.line.strong) and not row.dated and wordy(row.rest) and not row.line.margin:
                return n
        return None

    def nodes(self, drafts: list[Draft]) -> list[dict[str, Any]]:
        """The nodes of a list; what its records lack (title, place, hour) is taken from what stands above it."""
        first = drafts[0].where.start
        above = self.heading_above(first)
        shared = self._shared(drafts, above)
        usual = self._usual_heading(drafts)
        clock = self._shared_clock(drafts)
        named = {d.time.starts[0][:10] for d in drafts if d.parts.title}
        out = []
        for draft in drafts:
            title = draft.parts.title or draft.act or self._title_of_heading(draft, usual)
            day = draft.time.starts[0][:10]
            if not title or (not draft.parts.title and not draft.act and day in named):
                continue
            named.add(day)
            time = draft.time
            if clock:
                time = When(tuple(f"{start}T{clock}" for start in time.starts), time.end)
            lacking = dict(shared)
            if draft.act and title == draft.act:
                lacking["performer"] = [{"@type": "MusicGroup", "name": title}]
            if day in self.states:
                lacking["eventStatus"] = self.states[day]
            out.extend(self.of_record(Draft(draft.where, time, draft.parts, draft.act), title, lacking))
        return out

    def _shared(self, drafts: list[Draft], above: int | None) -> dict[str, Any]:
        """What holds for a whole list: that it is of music, and where all of it takes place."""
        out: dict[str, Any] = {"@type": "MusicEvent"} if self._is_music(above, drafts) else {}
        said = [d.parts.values["location"] for d in drafts if "location" in d.parts.values]
        bare = sum(1 for d in drafts if not d.parts.title)
        first = drafts[0].where.start
        if len(said) == 1 and 2 * bare > len(drafts):
            out["location"] = said[0]
        elif not said and (
            place := self._shared_place(range(above if above is not None else max(0, first - 4), first))
        ):
            out["location"] = place
        return out

    def _usual_heading(self, drafts: list[Draft]) -> int | None:
        """The first heading over records without titles that names events."""
        heads = (self.heading_above(d.where.start) for d in drafts if not d.parts.title)
        return next((n for n in heads if n is not None and evidence.names_events(self._rows[n].line.text)), None)

    def _title_of_heading(self, draft: Draft, usual: int | None) -> str:
        """A title for a record of nothing but a date; "" under a heading of minutes or posts."""
        own = self.heading_above(draft.where.start)
        said = self._rows[own].line.text if own is not None else ""
        sure = evidence.names_events(said)
        if not sure and evidence.names_posts(said):
            return ""
        return self._title_above(own if sure or usual is None else usual)

    def _is_music(self, above: int | None, drafts: list[Draft]) -> bool:
        """Whether page, heading or classes say that what is listed is played."""
        head = self._rows[above].line.text if above is not None else ""
        said = frozenset(fold_text(f"{self._about.title} {head}").split())
        classes = frozenset[str]().union(*(words_of(part) for part in self._rows[drafts[0].where.start].line.path[-4:]))
        return bool((said | classes) & words.MUSIC) or bool(drafts[0].act)

    def _title_above(self, above: int | None) -> str:
        """A title for a list of nothing but dates: its heading, in the singular."""
        subject = next((tidy(r.line.text) for r in self._rows if r.line.heading == 1 and len(r.line.text) < 60), "")
        texts = [self._rows[above].line.text] if above is not None else []
        texts.extend([r.line.text for r in self._rows if r.line.heading == 1][:1])
        texts.append(re.split(r"\s[|\u2013\u2014-]\s", self._about.title)[0])
        for value in texts:
            bare = tidy(_TITLE_NOISE.sub("", _TITLE_NOISE.sub("", tidy(value))))
            if len(bare) > 3 and any(c.isalpha() for c in bare):
                single = _PLURAL.sub(r"\1", bare)
                return (
                    f"{subject} {single}"
                    if len(single.split()) == 1 and subject and fold_text(single) not in fold_text(subject)
                    else single
                )
        return ""

    def _shared_place(self, preamble: range) -> Any:
        """The place that is said for a whole list: just above it, or in a sentence of the page."""
        for n in [*preamble, *range(len(self._rows))]:
            text = self._rows[n].line.text
            if len(text) > 25 and (place := place_of_sentence(text)):
                return place
        return None

    def _shared_clock(self, drafts: list[Draft]) -> str | None:
        """The hour that a sentence gives for all of a list, where no record has one."""
        if any(d.time.clocked or d.time.doors or d.time.end for d in drafts) or len(drafts) < 2:
            return None
        for row in self._rows:
            if row.told and len(row.told.clocks) == 1 and not row.told.days and words.HELD.search(row.line.text):
                return row.told.clocks[0].first
        return None

    def of_record(self, draft: Draft, title: str, lacking: dict[str, Any]) -> list[dict[str, Any]]:
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

    def act(self, heads: list[int]) -> str:
        """Whose page it is, if its lists are of the shows of one act ("Lantern Fox: Tour"); "" else."""
        said = frozenset(fold_text(" ".join([self._about.title, *(self._rows[n].line.text for n in heads)])).split())
        path = frozenset(fold_text(re.sub(r"^\w+://[^/]+|[/_-]", " ", self._about.url)).split())
        if not (said | path) & words.TOUR:
            return ""
        first = next((tidy(r.line.text) for r in self._rows if r.line.heading == 1 and not r.line.margin), "")
        parts = [first, *(tidy(p) for p in re.split(r"\s[|\u2013\u2014:-]\s", self._about.title))]
        names = [p for p in parts if p and len(p.split()) <= 5 and not frozenset(fold_text(p).split()) & words.EVENTS]
        return names[0] if names and not words.PLACE_NOUN.search(names[0]) else ""


def _absolute(base: str, address: str) -> str:
    try:
        return urljoin(base, address) if base else address
    except ValueError:
        return ""
