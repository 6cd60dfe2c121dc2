"""From quotes to claims: each value is made by code from words that stand in the page, near the rest of its show.

Whatever does not stand there, stands too far away, or cannot be resolved is dropped, and counted by its cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from pydantic import ValidationError

from mystage.domain.pipeline.reading.amounts import price_of, status_of
from mystage.domain.pipeline.reading.answers import PageAnswer, QuotedPlace, QuotedShow
from mystage.domain.pipeline.reading.days import PageClock, clock_of, days_of, recurring
from mystage.domain.pipeline.reading.page import RelevantPage
from mystage.domain.pipeline.reading.spans import Span, alike, distance, occurrences
from mystage.domain.proofs import Evidence
from mystage.domain.sources import (
    ArtistClaim,
    Claims,
    PerformanceClaim,
    VenueClaim,
    derived_key,
)
from mystage.domain.values import Kind

NEAR: Final = 1_500
"""Characters that the quotes of one show may lie apart: a card or paragraph, not another show's."""
ABOVE: Final = 20_000
"""Characters that a heading may stand above what it heads."""
_TEXTS: Final = ("title", "date", "time", "doors", "end_time", "venue", "street", "town", "price", "status")


@dataclass(slots=True)
class Found:
    """What became of the answers for one page."""

    claims: Claims
    evidence: tuple[Evidence, ...]
    dropped: dict[str, int]
    """Values and records that were left out, by cause."""
    spans: tuple[dict[str, Span], ...] = ()
    """For each show that was accepted, where its quotes stand; what selectors are learned from."""


@dataclass(slots=True)
class _Builder:
    page: RelevantPage
    clock: PageClock
    text: str
    dropped: Counter[str] = field(default_factory=Counter)
    evidence: list[Evidence] = field(default_factory=list)
    venues: dict[str, VenueClaim] = field(default_factory=dict)
    artists: dict[str, ArtistClaim] = field(default_factory=dict)
    shows: dict[str, PerformanceClaim] = field(default_factory=dict)
    spans: dict[str, dict[str, Span]] = field(default_factory=dict)
    taken: set[Span] = field(default_factory=set)
    """Spans of the shows before: words that recur are each show's own, as far as they go."""

    def closest(self, spans: Sequence[Span], anchor: Span) -> Span | None:
        """The span that belongs to `anchor`: in the same block of the page, not another show's, then the nearest."""
        home = self.page.home(anchor.start)
        return min(
            spans,
            key=lambda s: (-_common(home, self.page.home(s.start)), s in self.taken, distance(s, anchor), s < anchor),
            default=None,
        )

    def quoted(self, span: Span) -> str:
        """The page's own words, on one line."""
        return " ".join(self.page.text[span.start : span.end].split())

    def prove(self, kind: Kind, key: str, **spans: Span | None) -> None:
        """Keep where the values of a record stand."""
        for name, span in spans.items():
            if span is not None:
                entry = Evidence(
                    kind=kind, key=key, field=name, quote=self.quoted(span), start=span.start, end=span.end
                )
                if entry not in self.evidence[-60:]:
                    self.evidence.append(entry)


def claims_of(answers: Iterable[tuple[PageAnswer, Sequence[str]]], page: RelevantPage, clock: PageClock) -> Found:
    """The claims of a page's answers. Each comes with the addresses of its links; equal shows of two answers are one."""
    build = _Builder(page, clock, alike(page.text))
    after = 0
    for answer, links in answers:
        place = _place(build, answer.place) if answer.place else None
        for show in answer.shows:
            after = _show(build, show, links, place, after)
    claims = Claims(
        venues=tuple(build.venues.values()),
        artists=tuple(build.artists.values()),
        performances=tuple(build.shows.values()),
    )
    return Found(claims, tuple(build.evidence), dict(sorted((+build.dropped).items())), tuple(build.spans.values()))


def _place(build: _Builder, place: QuotedPlace) -> str | None:
    """The venue whose page this is: name and address may stand anywhere on it."""
    spans: dict[str, Span] = {}
    for name in ("name", "street", "town", "postal_code"):
        quote = getattr(place, name)
        found = occurrences(quote, build.text) if quote else ()
        if quote and not found:
            build.dropped["not in the page"] += 1
        elif found:
            spans[name] = found[0]
    return _venue(build, spans.get("name"), spans.get("street"), spans.get("town"), spans.get("postal_code"))


def _show(build: _Builder, show: QuotedShow, links: Sequence[str], place: str | None, after: int) -> int:
    """Add a show, or count why not. The answer is where it stands: the next of a list stands below."""
    spans, artists = _located(build, show, after)
    title, day = spans.get("title"), spans.get("date")
    if title is None and not artists:
        build.dropped["a show without a name"] += 1
        return after
    days = _days(build, show, day)
    if day is None or not days:
        build.dropped["a show without a certain day"] += 1
        return after
    venue = _venue(build, spans.get("venue"), spans.get("street"), spans.get("town")) if "venue" in spans else place
    values = _values(build, show, spans, days, links)
    names = [_artist(build, span) for span in artists]
    words = build.quoted(title) if title else None
    key = derived_key(words or " ".join(names), venue or values.get("place"), values["start_local"])
    values |= {"key": key, "title": words, "venue": venue, "artists": tuple(dict.fromkeys(names))}
    claim = _valid(build, values)
    if claim is not None:
        build.shows[key] = _filled(build.shows[key], claim) if key in build.shows else claim
        build.spans[key] = spans | {f"artist{n}": span for n, span in enumerate(artists)}
        proofs = {"title": title, "start_local": day, "end_local": spans.get("end_time"), "doors_local": spans.get("doors"),
                  "price_min": spans.get("price"), "status": spans.get("status"), "place": spans.get("town")}  # fmt: skip
        kept = {name: span for name, span in proofs.items() if name == "status" or getattr(claim, name) is not None}
        build.prove(Kind.PERFORMANCE, key, **kept)
        if spans.get("time") is not None and len(claim.start_local or "") > 10:
            build.prove(Kind.PERFORMANCE, key, start_local=spans["time"])
        for number, span in enumerate(artists[:50]):
            build.prove(Kind.PERFORMANCE, key, **{f"artists.{number}": span})
    return (title or artists[0]).start


def _located(build: _Builder, show: QuotedShow, after: int) -> tuple[dict[str, Span], list[Span]]:
    """Where the quotes of a show stand: of repeated words, those that lie closest together."""
    every = {name: occurrences(quote, build.text) for name in _TEXTS if (quote := getattr(show, name))}
    acts = [occurrences(quote, build.text) for quote in show.artists]
    build.dropped["not in the page"] += sum(not found for found in (*every.values(), *acts))
    held = [found for found in (*every.values(), *acts) if found]
    anchors = every.get("title") or next((found for found in acts if found), ())
    if not anchors:
        return {}, []
    anchor = min(anchors, key=lambda a: (_spread(a, held), a.start < after, a))
    spans, artists = {}, []
    for name, found in every.items():
        span = build.closest(found, anchor)
        if span is not None and distance(span, anchor) <= NEAR:
            spans[name] = span
        elif span is not None:
            build.dropped["too far from its show"] += 1
    for found in acts:
        span = build.closest(found, anchor)
        if span is not None and distance(span, anchor) <= NEAR:
            artists.append(span)
        elif span is not None:
            build.dropped["too far from its show"] += 1
    build.taken.update(spans.values(), artists)
    return spans, artists


def _common(one: Sequence[object], other: Sequence[object]) -> int:
    """How many steps two places share from the root down."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _spread(anchor: Span, held: Sequence[Sequence[Span]]) -> int:
    """How far the nearest occurrences of all quotes lie from an anchor, each counted up to twice `NEAR`."""
    return sum(min(*(distance(span, anchor) for span in found), 2 * NEAR) for found in held)


def _days(build: _Builder, show: QuotedShow, span: Span | None) -> tuple[date, ...]:
    if span is None:
        return ()
    line = build.text.rfind("\n", 0, span.start) + 1
    if recurring(build.text[max(line, span.start - 40) : span.start]):
        return ()
    heading = ""
    if show.date_heading:
        above = [s for s in occurrences(show.date_heading, build.text) if 0 <= span.start - s.end <= ABOVE]
        if not above:
            build.dropped["not in the page"] += 1
        heading = build.quoted(above[-1]) if above else ""
    return days_of(build.quoted(span), build.clock, heading)


def _values(
    build: _Builder, show: QuotedShow, spans: Mapping[str, Span], days: Sequence[date], links: Sequence[str]
) -> dict[str, Any]:
    said = {name: build.quoted(span) for name, span in spans.items()}
    start = clock_of(said.get("time", "")) or clock_of(said["date"])
    doors, end = clock_of(said.get("doors", "")), clock_of(said.get("end_time", ""))
    first, last = days[0], days[-1]
    values: dict[str, Any] = {"start_local": f"{first}T{start}" if start else f"{first}"}
    if doors and doors != start:
        values["doors_local"] = f"{first}T{doors}"
    values["end_local"] = _end(first, last, start, end)
    price = price_of(said["price"], build.page.country) if "price" in said else None
    if price:
        values |= {"price_min": price.lowest, "price_max": price.highest, "currency": price.currency}
    status = status_of(said["status"]) if "status" in said else None
    made = {"time": start, "doors": doors, "end_time": end, "price": price, "status": status}
    build.dropped["words that could not be resolved"] += sum(n in said and value is None for n, value in made.items())
    if status:
        values["status"] = status
    if "town" in said and "venue" not in said:
        values["place"] = said["town"]
    for name, number in (("url", show.link), ("ticket_url", show.tickets)):
        if number is not None and number <= len(links):
            values[name] = links[number - 1]
        elif number is not None:
            build.dropped["no such link"] += 1
    return values


def _end(first: date, last: date, start: str | None, end: str | None) -> str | None:
    """The end of a show: past midnight where its time of day lies before the start's; of several days, the last one."""
    if end and start:
        return f"{last if last > first else first + timedelta(days=end <= start)}T{end}"
    return f"{last}" if last > first else None


def _venue(
    build: _Builder, name: Span | None, street: Span | None, town: Span | None, postal: Span | None = None
) -> str | None:
    if name is None:
        return None
    said = {
        n: build.quoted(s)
        for n, s in (("name", name), ("street", street), ("locality", town), ("postal_code", postal))
        if s
    }
    key = derived_key(said["name"], said.get("locality"))
    try:
        claim = VenueClaim.model_validate({"key": key, **said})
    except ValidationError:  # a name of more than 4,000 characters is none
        build.dropped["not a valid value"] += 1
        return None
    if key not in build.venues or len(said) > len(build.venues[key].model_fields_set) - 1:
        build.venues[key] = claim
    build.prove(Kind.VENUE, key, name=name, street=street, locality=town, postal_code=postal)
    return key


def _artist(build: _Builder, span: Span) -> str:
    name = build.quoted(span)
    key = derived_key(name)
    if key not in build.artists:
        build.artists[key] = ArtistClaim(key=key, name=name)
        build.prove(Kind.ARTIST, key, name=span)
    return key


def _valid(build: _Builder, values: dict[str, Any]) -> PerformanceClaim | None:
    """The claim without the values that are not valid, each of which is counted."""
    kept = {name: value for name, value in values.items() if value is not None}
    for _ in range(len(kept)):
        try:
            return PerformanceClaim.model_validate(kept)
        except ValidationError as error:
            wrong = {str(e["loc"][0]) for e in error.errors()}
            build.dropped["not a valid value"] += len(wrong)
            kept = {name: value for name, value in kept.items() if name not in wrong}
    return None


def _filled(known: PerformanceClaim, more: PerformanceClaim) -> PerformanceClaim:
    """One show that two parts of a page tell: what the first left open is taken from the second."""
    gained = {n: v for n, v in more.__dict__.items() if v not in (None, (), {}) and known.__dict__[n] in (None, (), {})}
    return PerformanceClaim.model_validate({**known.__dict__, **gained})
