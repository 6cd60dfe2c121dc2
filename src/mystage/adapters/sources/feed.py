"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom. The date of a post is never that of a show: only what the post says of one counts.

A show's day stands in an element of its own (the RSS event module, xCal, Google's `gd:when`), in the title, or in a line
of the text that says "When:". A day that lies before its post is no announcement, and one that lacks year and day of the
week is none that is known. A feed in which no post says a day is left to a model, with its links.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, link, links, position, text
from mystage.adapters.sources.kit.clocktext import clocks_in
from mystage.adapters.sources.kit.lexicon import lexicon
from mystage.adapters.sources.kit.moments import moment, span
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.places import is_no_venue, is_street, split_location, tidy_address, zone_of
from mystage.adapters.sources.kit.spoken_dates import days_in, resolve
from mystage.adapters.sources.kit.titles import (
    acts_of_title,
    is_no_event,
    is_ticket_product,
    kind_of,
    speaks_of_music,
    title_status,
)
from mystage.adapters.sources.kit.xml import children, local, tree_of, words_of
from mystage.domain.sources import Lead, LeadReason, PerformanceStatus, Reading, fold_text, nothing, parked, records
from mystage.domain.values import evolve

VERSION: Final = 1
MAX_POSTS: Final = 5_000
_ROOT: Final = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)\b")
_START: Final = ("startdate", "dtstart", "start_date", "startdatetime", "starttime", "eventdate", "event_date", "start")
_END: Final = ("enddate", "dtend", "end_date", "enddatetime", "endtime", "end")
_PLACE: Final = ("location", "venue", "where")
_SAYS_WHEN: Final = re.compile(
    r"^\W{0,5}(?:when|date|dates|date and time|wann|datum|termin|quand|cu[aá]ndo|fecha|quando|data|wanneer|hvornår|när|kiedy)\s*:\s*(?P<said>.{3,120})",
    re.IGNORECASE | re.MULTILINE,
)
_SAYS_WHERE: Final = re.compile(
    r"^\W{0,5}(?:where|venue|location|place|wo|ort|lieu|où|d[oó]nde|lugar|dove|luogo|waar|locatie|hvor|var|gdzie)\s*:\s*(?P<said>.{2,200})",
    re.IGNORECASE | re.MULTILINE,
)
_BREAK: Final = re.compile(r"<\s*(?:br|/p|/div|/li|/h\d|/tr)\b[^<>]{0,200}>", re.IGNORECASE)
_LEADING: Final = re.compile(r"^[^A-Za-z]{0,3}(?P<when>[^|:–—]{3,40}?)\s*(?::|\||–|—|\s-)\s+(?P<what>\S.*)$")
_BRACKETED: Final = re.compile(r"^(?P<what>.*\S)\s*[(\[](?P<when>[^()\[\]]{3,60})[)\]]$")
_SEPARATOR: Final = re.compile(r"\s*(?:\||–|—|,|\s-)\s+")


@dataclass(slots=True)
class _Post:
    """What one post says."""

    title: str
    url: str | None
    key: str | None
    posted: date | None
    body: str
    labels: tuple[str, ...]
    said: dict[str, str]
    """Text of elements of other modules, by local name."""


def recognises(payload: Payload) -> float:
    """A feed by its root."""
    head = payload.head
    return 0.9 if head.startswith(b"<") and _ROOT.search(head[:2048]) else 0.0


def parse(payload: Payload) -> Reading:
    """A performance for each post that says when."""
    root = tree_of(payload.text, payload.url)
    posts = [_post(e) for e in root.iter() if local(e) in ("item", "entry")][:MAX_POSTS]
    builder = ClaimsBuilder()
    seen = payload.fetched_at.date() if payload.fetched_at else None
    channel = " ".join(
        words_of(e) for owner in (root, *root) for name, e in children(owner) if name in ("title", "category")
    )
    music = speaks_of_music(channel)
    for post in posts:
        _show(builder, post, seen, music=music)
    claims = builder.build()
    if len(claims):
        return records(claims)
    if not posts:
        return nothing("a feed without posts")
    reading = parked("a feed (RSS or Atom) that dates its posts, not the shows they speak of")
    named = tuple(Lead(url=post.url, reason=LeadReason.EVENT) for post in posts[:300] if post.url)
    return evolve(reading, leads=named) if payload.leads_wanted and named else reading


def _post(item: ET.Element) -> _Post:
    said: dict[str, str] = {}
    labels: list[str] = []
    bodies: list[str] = []
    url: str | None = None
    for name, child in children(item):
        value = words_of(child)
        if name == "link":
            if url is None or child.get("rel") == "alternate":
                url = link(child.get("href") or value) or url
        elif name == "category":
            labels.append(child.get("term") or value)
        elif name in ("description", "encoded", "summary", "content"):
            bodies.append(value)
        elif name == "when":  # Google's calendar feeds
            said.setdefault("startdate", child.get("startTime") or value)
            said.setdefault("enddate", child.get("endTime") or "")
        elif name == "where":
            said.setdefault("where", child.get("valueString") or value)
        else:
            said.setdefault(name, value)
    return _Post(
        title=text(said.pop("title", ""), 500) or "", url=url, key=text(said.pop("guid", "") or said.pop("id", ""), 500),
        posted=_posted(said), body=max(bodies, key=len, default=""),
        labels=tuple(t for label in labels if (t := text(label, 100))), said=said,
    )  # fmt: skip  # one call


def _posted(said: dict[str, str]) -> date | None:
    """The day of the post: RFC 2822 in RSS, ISO 8601 in Atom and RSS 1.0."""
    for name in ("pubdate", "published", "issued", "date"):
        value = said.get(name, "")
        try:
            return parsedate_to_datetime(value).date()
        except (ValueError, TypeError, IndexError):
            found = moment(value) if value else None
            if found:
                return found.local.date()
    return None


def _show(builder: ClaimsBuilder, post: _Post, seen: date | None, *, music: bool) -> None:
    lines = [line for raw in _BREAK.sub("\n", post.body).splitlines() if (line := text(raw))]
    title, marked = title_status(post.title)
    where, (name, fields) = _where(post, lines)
    title, start, end = _when(post, title, lines, seen)
    if not title or start is None or is_ticket_product(title) or is_no_event(title, text(post.body)):
        return
    head, at, house = title.partition(" @ ")
    if at and not name:
        title, (name, fields) = head, split_location(house)
    geo = post.said.get("point", "").split()
    spot = position(post.said.get("lat"), post.said.get("long") or post.said.get("lon")) or (
        position(*geo) if len(geo) == 2 else {}
    )
    fields = tidy_address(dict(fields))
    zone = zone_of(fields.get("country"), fields.get("region"), spot.get("lat"), spot.get("lon"))
    when = span(moment(start), moment(end) if end else None, zone)
    utc = "UTC" if zone is None and re.search(r"(?:Z|[+]00:?00)$", start) else zone
    venue = None
    if name and not is_no_venue(name) and not is_street(name):
        venue = builder.venue(name=name, timezone=zone, **fields, **spot)
    certain = music and not post.labels
    acts = acts_of_title(title, certain=certain or any(speaks_of_music(label) for label in post.labels))
    values: dict[str, Any] = {
        "source_id": post.key, "title": title, "venue": venue, "place": None if venue else where,
        "artists": [builder.artist(name=act) for act in acts], "start_local": when.start, "end_local": when.end,
        "timezone": utc, "status": marked or PerformanceStatus.SCHEDULED, "url": post.url,
        "kind": kind_of(title, post.labels, has_artists=bool(acts), music=True if music else None),
        "description": text(post.body, 20_000),
        "images": links(re.findall(r"<img[^<>]{0,500}?\ssrc=[\"']([^\"'<>]{1,1000})", post.body)[:10]),
    }  # fmt: skip  # a table
    builder.performance(**values)


def _where(post: _Post, lines: list[str]) -> tuple[str | None, tuple[str | None, dict[str, str]]]:
    """The place in words, and taken apart."""
    said = next((t for name in _PLACE if (t := text(post.said.get(name), 300))), None)
    told = said or next((m["said"].strip() for line in lines if (m := _SAYS_WHERE.match(line))), None)
    return told, split_location(told) if told else (None, {})


def _when(post: _Post, title: str, lines: list[str], seen: date | None) -> tuple[str, str | None, str | None]:
    """The title without the day that it carries; start and end as ISO texts."""
    own = next((v for name in _START if moment(v := post.said.get(name, ""))), None)
    if own:
        return title, own, next((v for name in _END if moment(v := post.said.get(name, ""))), None)
    base = post.posted or seen
    for what, said in _parted(title):
        start = _told(said, base)
        if start:
            return what, start, None
    told = [s for line in lines if (m := _SAYS_WHEN.match(line)) and (s := _told(m["said"], base))]
    return title, told[0] if len(set(told)) == 1 else None, None


def _parted(title: str) -> Iterator[tuple[str, str]]:
    """The ways to part a title into what and when: "What (when)", "When: what", "What - when"."""
    for pattern in (_BRACKETED, _LEADING):
        if found := pattern.match(title):
            yield found["what"].strip(), found["when"]
    words = lexicon("")
    for mark in _SEPARATOR.finditer(title):
        said = title[mark.end() :]
        first = fold_text(said.split()[0]) if said.split() else ""
        if mark.start() and (first[:1].isdigit() or first in words.weekdays or first in words.months):
            yield title[: mark.start()], said


def _told(words: str, base: date | None) -> str | None:
    """The one day that words name, with its clock; None without year and day of the week, or before its post."""
    spoken = days_in(words)
    if len(spoken) != 1 or (spoken[0].year is None and spoken[0].weekday is None):
        return None
    day = resolve(spoken[0], base)
    if day is None or (base is not None and day < base):
        return None
    clocks = clocks_in(words)
    return f"{day.isoformat()}T{clocks[0].first}" if clocks else day.isoformat()
