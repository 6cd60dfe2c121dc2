"""Feeds: a post's own date is never taken for a show's; what the post says of the show is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.unit.adapters.sources.ticketing import READERS, acts_of, raw, read, routed, shows, venue_of

from mystage.domain.sources import LeadReason, PerformanceStatus, ReadingErrorKind, ReadingOutcome

MODULES = (
    'xmlns:ev="http://purl.org/rss/1.0/modules/event/" xmlns:gd="http://schemas.google.com/g/2005" '
    'xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"'
)


def feed(*posts: str, title: str = "The Hall &ndash; Concerts & more") -> str:
    body = "".join(
        f"<item>{post}<link>https://hall.example/{n}</link><pubDate>Mon, 05 Jan 2032 10:00:00 +0000</pubDate></item>"
        for n, post in enumerate(posts)
    )
    return f'<rss version="2.0" {MODULES}><channel><title>{title}</title>{body}</channel></rss>'


def test_the_event_module_says_when_and_where() -> None:
    reading = read(
        feed(
            "<title>Mara Quist</title><ev:startdate>2032-10-02T20:00:00+02:00</ev:startdate>"
            "<ev:enddate>2032-10-02T23:00:00+02:00</ev:enddate>"
            "<ev:location>Tanzdiele, Lindenstr. 12, 10969 Berlin, Germany</ev:location>"
        ),
        "feed",
    )
    (show,), venue = shows(reading), venue_of(reading)
    assert (show.start_local, show.end_local, show.timezone) == (
        "2032-10-02T20:00",
        "2032-10-02T23:00",
        "Europe/Berlin",
    )
    assert venue is not None
    assert (venue.name, venue.locality, venue.country) == ("Tanzdiele", "Berlin", "DE")
    assert acts_of(reading) == ["Mara Quist"]


@pytest.mark.parametrize(
    ("title", "told", "start"),
    [
        ("Fri 1 Oct 2032: Mara Quist", "Mara Quist", "2032-10-01"),
        ("Mara Quist (October 3, 2032, 8pm)", "Mara Quist", "2032-10-03T20:00"),
        ("Mara Quist - Freitag, 1. Oktober 2032, 20 Uhr", "Mara Quist", "2032-10-01T20:00"),
        ("Friday, October 1 | Mara Quist", "Mara Quist", "2032-10-01"),
    ],
)
def test_a_title_that_carries_the_day(title: str, told: str, start: str) -> None:
    (show,) = shows(read(feed(f"<title>{title}</title>"), "feed"))
    assert (show.title, show.start_local) == (told, start)


@pytest.mark.parametrize(
    "post",
    [
        "<title>Mara Quist plays the hall</title>",
        "<title>Photos: 3 Oct 2031 - a great night</title>",  # before the post: a report
        "<title>Mara Quist - October 3</title>",  # neither year nor day of the week
        "<title>News</title><description>We opened on May 3, 2032 at 7 pm.</description>",  # no line says "When:"
        "<title>Mara Quist</title><description>When: May 3, 2032 and May 4, 2032</description>",  # two days
    ],
)
def test_no_date_is_invented(post: str) -> None:
    reading = read(feed(post), "feed")
    assert reading.outcome is ReadingOutcome.PARKED
    assert not shows(reading)


def test_lines_that_say_when_and_where() -> None:
    reading = read(
        feed(
            "<title>Sold Out - Mara Quist</title><description>When: Friday, October 1, 7:30 PM&lt;br/&gt;"
            "Where: The Hall, 1 Main St, Reno, NV 89501&lt;br&gt;Doors &nbsp; at seven</description>"
        ),
        "feed",
    )
    (show,), venue = shows(reading), venue_of(reading)
    assert (show.title, show.start_local, show.status) == ("Mara Quist", "2032-10-01T19:30", PerformanceStatus.SOLD_OUT)
    assert venue is not None
    assert (venue.name, venue.locality, venue.region) == ("The Hall", "Reno", "NV")


def test_atom_with_googles_elements() -> None:
    reading = read(
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" {MODULES}><title>Gigs</title><entry><id>x:1</id>'
        '<title type="html">Quist &amp;amp; Sons</title><published>2032-01-01T00:00:00Z</published>'
        '<link rel="self" href="https://g.example/s"/><link rel="alternate" href="https://g.example/1"/>'
        '<gd:when startTime="2032-06-06T20:00:00.000-05:00"/><gd:where valueString="The Hall"/></entry></feed>',
        "feed",
    )
    (show,) = shows(reading)
    assert (show.title, show.start_local, show.url) == ("Quist & Sons", "2032-06-06T20:00", "https://g.example/1")


def test_posts_without_a_day_are_links_worth_a_visit() -> None:
    document = replace(raw(feed("<title>Mara Quist</title>"), datetime(2032, 1, 6, tzinfo=UTC)), leads_wanted=True)
    reading = READERS.read(document, "feed")
    assert [(lead.url, lead.reason) for lead in reading.leads] == [("https://hall.example/0", LeadReason.EVENT)]


def test_what_is_broken_says_so() -> None:
    assert routed(feed()) == "feed"
    assert read(feed(), "feed").outcome is ReadingOutcome.NOTHING
    for body in (feed()[:-9], '<!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>'):
        error = read(body, "feed").error
        assert error is not None
        assert error.kind is ReadingErrorKind.MALFORMED
