"""Selectors learned from a model's answers: where on pages of one pattern the quotes of shows stand.

A selector is kept only if it gives back, on the page that it was learned from, the shows that the model found; it is
used only while the pages that it is used on yield the same shape; when one does not, it is dropped and the model asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from mystage.domain.access import DATA_ROLES
from mystage.domain.pipeline.reading.answers import PageAnswer, QuotedPlace, QuotedShow
from mystage.domain.pipeline.reading.page import Line, RelevantPage
from mystage.domain.pipeline.reading.spans import Span
from mystage.domain.pipeline.urls import host_of
from mystage.domain.schema import Collection, Index
from mystage.domain.sources import Claims
from mystage.domain.values import Instant, Model, digest_id

MIN_SHOWS: Final = 3
"""Shows on a page from which selectors are learned: fewer have no common shape."""
_FIELDS: Final = ("title", "date", "time", "doors", "end_time", "venue", "street", "town", "price", "status")


class FieldPlace(Model):
    """Where a field stands inside a show's block: the element, which of equal ones, and the words around the value."""

    path: tuple[str, ...]
    number: int = 0
    before: str = ""
    """Words on the line before the value, the same in every show (`Doors: `)."""
    after: str = ""


class Learned(Model):
    """How pages of one pattern are read without a model."""

    id: str
    host: str
    pattern: str
    prompt: str
    model: str
    block: tuple[str, ...]
    """Path of the element that holds one show."""
    fields: dict[str, FieldPlace]
    place: QuotedPlace | None = None
    required: tuple[str, ...] = ()
    """Fields that every show of the page had."""
    shows: int
    """On the page that it was learned from."""
    uses: int = 0
    dropped_at: Instant | None = None
    """Since when it does not fit any more; a later answer of the model may learn anew."""
    why_dropped: str = ""
    learned_at: Instant


def pattern_of(url: str) -> str:
    """The pattern of a page's address: host and path, with numbers and slugs as signs. Queries are left out."""
    parts = urlsplit(url)
    steps = [_step(step) for step in parts.path.strip("/").split("/") if step]
    return "/".join([host_of(url) or parts.scheme, *steps])


def _step(step: str) -> str:
    if re.fullmatch(r"[\d._-]+", step):
        return "#"
    if re.search(r"\d", step) or step.count("-") >= 2 or len(step) > 40:
        return "*"
    return step.lower()


def learned_id(url: str) -> str:
    """One set of selectors a pattern."""
    return digest_id(pattern_of(url), prefix="sel_")


def learn(
    page: RelevantPage, spans: Sequence[Mapping[str, Span]], claims: Claims, *, prompt: str, model: str, now: Instant
) -> Learned | None:
    """Selectors for pages like this one; None where its shows have no common shape."""
    if len(spans) < MIN_SHOWS or not host_of(page.url):
        return None
    located = [{name: page.line_at(span.start) for name, span in show.items()} for show in spans]
    depth = _depth([[page.lines[at] for at in show.values()] for show in located])
    if depth is None:
        return None
    titled = sum("title" in show for show in spans)
    if titled not in (0, len(spans)):
        return None
    fields: dict[str, FieldPlace] = {}
    for name in (*_FIELDS, "artist0"):
        if any(name in show for show in spans):
            place = _field(page, name, spans, located, depth)
            if place is None and name in ("title", "date", "artist0"):
                return None
            if place is not None:
                fields[name] = place
    if "date" not in fields or not ({"title", "artist0"} & set(fields)):
        return None
    if any("artist1" in show for show in spans):  # a bill of several is no fixed shape
        return None
    first = page.lines[located[0]["date"]]
    return Learned(
        id=learned_id(page.url),
        host=host_of(page.url),
        pattern=pattern_of(page.url),
        prompt=prompt,
        model=model,
        block=first.path[:depth],
        fields=fields,
        place=_own_place(claims, fields),
        required=tuple(sorted(name for name in fields if all(name in show for show in spans))),
        shows=len(spans),
        learned_at=now,
    )


def _own_place(claims: Claims, fields: Mapping[str, FieldPlace]) -> QuotedPlace | None:
    """The venue of a page that belongs to one."""
    if "venue" in fields or len(claims.venues) != 1:
        return None
    venue = claims.venues[0]
    return QuotedPlace(name=venue.name, street=venue.street, town=venue.locality, postal_code=venue.postal_code)


def _depth(shows: Sequence[Sequence[Line]]) -> int | None:
    """Steps from the root down to the element that holds one show and no other; the same for all shows, else None."""
    if any(not lines for lines in shows):
        return None
    first = shows[0][0]
    for depth in range(1, min(len(line.path) for lines in shows for line in lines) + 1):
        keys = [{(line.path[:depth], line.places[: depth - 1]) for line in lines} for lines in shows]
        if any(len(key) != 1 for key in keys):
            return None
        homes = [next(iter(key)) for key in keys]
        if len({home[1] for home in homes}) == len(homes):
            return depth if all(home[0] == first.path[:depth] for home in homes) else None
    return None


def _home(line: Line, depth: int) -> tuple[int, ...]:
    """Which block a line is in."""
    return line.places[: depth - 1]


def _field(
    page: RelevantPage,
    name: str,
    spans: Sequence[Mapping[str, Span]],
    located: Sequence[Mapping[str, int]],
    depth: int,
) -> FieldPlace | None:
    """Where a field stands in every show that has it; None where it stands here and there."""
    found: set[tuple[tuple[str, ...], int, str, str]] = set()
    for show, lines in zip(spans, located, strict=True):
        if name not in show:
            continue
        at = lines[name]
        line, start = page.lines[at], page.starts[at]
        if show[name].end > start + len(line.text):
            return None
        twins = [
            n
            for n, other in enumerate(page.lines)
            if other.path == line.path and _home(other, depth) == _home(line, depth)
        ]
        before, after = line.text[: show[name].start - start], line.text[show[name].end - start :]
        if name in ("date", "time"):
            before = after = ""  # the rules for days and times find them in the line
        found.add((line.path[depth:], twins.index(at), before, after))
    if len(found) != 1:
        return None
    path, number, before, after = found.pop()
    return FieldPlace(path=path, number=number, before=before, after=after)


def read(page: RelevantPage, learned: Learned) -> tuple[PageAnswer, tuple[str, ...]] | str:
    """What the selectors find on a page, in the form of a model's answer with its links; or why they do not fit."""
    depth = len(learned.block)
    blocks: dict[tuple[int, ...], list[Line]] = {}
    for line in page.lines:
        if line.path[:depth] == learned.block:
            blocks.setdefault(_home(line, depth), []).append(line)
    shows, links, odd = [], dict[str, int](), 0
    for lines in blocks.values():
        values = {name: _value(lines, place, depth) for name, place in learned.fields.items()}
        if any(values[name] is None for name in learned.required):
            odd += 1
            continue
        title, act = values.get("title"), values.pop("artist0", None)
        addresses = [link for line in lines for link in line.links]
        number = links.setdefault(addresses[0], len(links) + 1) if addresses else None
        given = {name: value for name, value in values.items() if value is not None}
        shows.append(QuotedShow(**given, artists=(act,) if act else (), link=number if title or act else None))
    if not shows:
        return "no block of the learned shape is on the page"
    if odd > len(shows):
        return f"{odd} of {len(blocks)} blocks lack what every show had"
    return PageAnswer(shows=tuple(shows[:300]), place=learned.place), tuple(links)


def _value(lines: Sequence[Line], place: FieldPlace, depth: int) -> str | None:
    same = [line for line in lines if line.path[depth:] == place.path]
    if place.number >= len(same):
        return None
    text = same[place.number].text
    if not (text.startswith(place.before) and text.endswith(place.after)):
        return None
    return text[len(place.before) : len(text) - len(place.after)].strip()[:600] or None


def misfit(learned: Learned, shows: int, dated: int) -> str:
    """Why a page that selectors have read is not to be believed; "" where it is: its days resolve, its count is plausible."""
    if dated < 0.8 * shows:
        return f"only {dated} of {shows} shows have a certain day"
    if shows > 10 * learned.shows + 50:
        return f"{shows} shows where {learned.shows} were learned from"
    return ""


LEARNED = Collection(
    "learned_selectors",
    Learned,
    indexes=(Index("host"), Index("pattern"), Index("dropped_at")),
    composites=(),
    readers=DATA_ROLES,
)
