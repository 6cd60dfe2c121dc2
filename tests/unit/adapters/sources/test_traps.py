"""Traps that the corpus names in its INDEX files, as a table: a file, and what a careful person would not write down.

The outcome of each file is judged in `test_corpus_outcomes`; here stands what is easy to get wrong inside of one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument
from mystage.domain.sources import Claims

CORPUS = Path(os.environ.get("MYSTAGE_SHARED") or Path(__file__).parents[5] / "shared") / "corpus"
READERS = ManifestReaders()


def names(claims: Claims) -> set[str]:
    return {venue.name for venue in claims.venues}


def acts(claims: Claims) -> set[str]:
    return {artist.name for artist in claims.artists}


def titles(claims: Claims) -> set[str]:
    return {show.title or "" for show in claims.performances}


def starts(claims: Claims) -> list[str]:
    return [show.start_local or "" for show in claims.performances]


def without(found: Iterable[str], *parts: str) -> bool:
    """No text holds one of `parts`."""
    return not [text for text in found if any(part.lower() in text.lower() for part in parts)]


TRAPS: list[tuple[str, str, Callable[[Claims], bool]]] = [
    ("bandsintown/open/api-v3-artist-events-1.json", "a festival is no venue", lambda c: without(names(c), "festival")),
    ("bandsintown/open/api-v3-artist-events-1.json", "days have no 19:00", lambda c: any(len(s) == 10 for s in starts(c))),
    ("bandsintown/open/api-v3-artist-events-3.json", "one country, two names", lambda c: {v.country for v in c.venues if v.country} >= {"CZ"}),
    ("bandsintown/open/api-v3-events-consolelog-1.txt", "junk seconds", lambda c: all(len(s) in (10, 16) for s in starts(c))),
    ("bandsintown/open/scraped-1.json", "mojibake", lambda c: without(names(c), "$?", "GA$")),
    ("bandsintown/open/scraped-2.json", "a state in the country's field", lambda c: all(v.country == "US" for v in c.venues)),
    ("bandsintown/open/web-city-page-2.gz.html", "Act @ Venue is no title of an act", lambda c: without(acts(c), " @ ")),
    ("ticketing/open/ticketmaster-discovery-1.json", "a pass is no show", lambda c: without(titles(c), "day pass")),
    ("ticketing/open/seatgeek-events-1.json", "a time to be told", lambda c: not any(s.endswith("T03:30") for s in starts(c))),
    ("ticketing/open/songkick-venue-calendar.yml", "premium seats do not play", lambda c: without(acts(c), "premium seats")),
    ("ticketing/open/songkick-venue-calendar.yml", "the offset ignores summer", lambda c: "2013-08-10T19:00" in starts(c)),
    ("ticketing/open/songkick-location-search.json", "towns are no venues", lambda c: not c.venues),
    ("ticketing/open/residentadvisor-graphql-1.json", "a suffix tells namesakes apart", lambda c: without(acts(c), "(DE)")),
    ("ticketing/open/shotgun-jsonld-1.json", "UTC is a day late", lambda c: "2026-07-11T21:00" in starts(c)),
    ("ticketing/open/facebook-event-3.html", "a night ends on the next day", lambda c: all((s.end_local or "9") > (s.start_local or "") for s in c.performances)),
    ("ticketing/open/superboletos-1.json", "0 is no price", lambda c: all(s.price_min != 0 for s in c.performances)),
    ("pages/open/anshome-event-1.html", "dates without zeros", lambda c: all(s[:10] == "2019-02-02" for s in starts(c))),
    ("pages/open/scenescout-scraper-output-1.json", "a constant 19:00", lambda c: not all(s.endswith("T19:00") for s in starts(c))),
    ("pages/open/scenescout-scraper-output-1.json", "a made-up venue", lambda c: without(names(c), "toronto venue")),
    ("pages/open/squarespace-events-1.json", "the default pin of New York", lambda c: all(abs((v.lat or 0) - 40.7207) > 0.01 for v in c.venues)),
    ("pages/open/heavymetaldk-calendar-1.html", "the town is no part of the name", lambda c: without(names(c), ", københavn")),
    ("calendars/open/clihtf-tec-1.ics", "a UID turned to HTML", lambda c: without([s.source_id or "" for s in c.performances], "<span")),
    ("calendars/open/flxcalendar-xcal-1.xml", "HTML in descriptions", lambda c: without([s.description or "" for s in c.performances], "<p>", "<br")),
    ("google-maps/open/places-legacy-details-in-french.json", "the name stays", lambda c: len(c.venues) == 1),
    ("google-maps/open/places-v1-details-1.json", "the name is no resource", lambda c: without(names(c), "places/")),
    ("google-maps/open/apify-crawler-google-places-2.json", "a capital is no town", lambda c: without([v.locality or "" for v in c.venues], "hlavn")),
    ("google-maps/open/gmaps-review-native-with-reply.json", "reviewers are nobody's business", lambda c: not len(c)),
    ("yelp/open/fusion-events-1.json", "a month is no show", lambda c: all(not s.end_local or s.end_local[:10] <= (s.start_local or "")[:8] + "03" for s in c.performances)),
    ("yelp/open/fusion-search-3.json", "a counter is no name", lambda c: without(names(c), "-2")),
    ("enrichment/open/setlistfm-setlist-200.json", "day, month, year", lambda c: all(s[:2] in {"19", "20"} for s in starts(c))),
    ("enrichment/open/setlistfm-search-artists-artist_tmid.json", "one id of three bands", lambda c: all("ticketmaster" not in a.identifiers for a in c.artists)),
]  # fmt: skip  # one line a trap


@pytest.mark.parametrize(
    ("file", "trap", "holds"), TRAPS, ids=[f"{file.split('/')[-1]}: {trap}" for file, trap, _ in TRAPS]
)
def test_trap(file: str, trap: str, holds: Callable[[Claims], bool]) -> None:
    path = CORPUS / file
    if not path.exists():
        pytest.skip(f"no corpus at {CORPUS}")
    document = RawDocument(path.read_bytes(), f"file:///{file}")
    routing = READERS.route(document)
    claims = READERS.read(document, routing.reader).claims if routing.reader else Claims()
    assert holds(claims), f"{trap}: {claims!r}"[:2_000]
