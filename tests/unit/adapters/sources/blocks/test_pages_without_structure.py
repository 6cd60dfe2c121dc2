"""Events of pages without structured data: each make of page is read, whatever its classes are called, and posts are not."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.adapters.sources.blocks import pages

from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument
from mystage.domain.sources import Reading

READERS = ManifestReaders()
Shown = tuple[str | None, str | None, str | None, tuple[str, ...]]


def read(html: str, url: str = "https://example.org/page") -> Reading:
    """The reading of a page, captured in 2031."""
    raw = RawDocument(html.encode(), url, "text/html", datetime(2031, 1, 2, tzinfo=UTC))
    routing = READERS.route(raw)
    assert routing.reader == "page"
    return READERS.read(raw, routing.reader)


def shown(reading: Reading) -> list[Shown]:
    """Title, start, venue and acts of each performance."""
    venues = {v.key: v.name for v in reading.claims.venues}
    acts = {a.key: a.name for a in reading.claims.artists}
    return [
        (p.title, p.start_local, venues.get(p.venue or ""), tuple(acts[a] for a in p.artists))
        for p in reading.claims.performances
    ]


FOX, KLINE, KINGS = ("Lantern Fox",), ("Vera Kline",), ("The Hollow Kings",)
EXPECTED: dict[str, list[Shown]] = {
    "CARDS_OF_A_VENUE": [
        ("Lantern Fox", "2031-10-03T20:00", None, ("Lantern Fox", "Paper Moths", "Old Tide")),
        ("Vera Kline", "2031-10-04T19:30", None, ()),
        ("The Hollow Kings", "2031-11-01T20:00", None, ()),
    ],
    "TOUR_TABLE": [
        ("Lantern Fox", "2031-01-05", "O2 Academy Islington", FOX),
        ("Lantern Fox", "2031-01-07", "Lido", FOX),
        ("Lantern Fox", "2031-01-09", "La Maroquinerie", FOX),
    ],
    "TABLE_WITH_HEADS": [
        ("Die Nordlichter", "2031-10-03T20:00", "Großer Saal", ("Die Nordlichter",)),
        ("Quartett Anders", "2031-10-04T19:30", "Kellerbühne", ("Quartett Anders",)),
        ("Jazz-Frühschoppen", "2031-10-05T11:00", "Garten", ("Jazz-Frühschoppen",)),
    ],
    "LINES": [
        ("Lantern Fox", "2031-10-03", "Club Schaukel", FOX),
        ("Vera Kline", "2031-10-11", "Lido", KLINE),
        ("The Hollow Kings", "2031-10-18", "Alte Feuerwache", KINGS),
    ],
    "TERMS": [
        ("Lantern Fox at The Basement", "2031-05-03T20:00", "The Basement", ()),
        ("Vera Kline at The Green Note", "2031-05-04T19:30", "The Green Note", ()),
        ("Open Mic Night at The Basement", "2031-05-10T19:00", "The Basement", ()),
    ],
    "DAYS_OVER_ENTRIES": [
        ("Lantern Fox", "2031-10-02T20:00", "The Basement", FOX),
        ("Vera Kline", "2031-10-02T19:30", "Green Note", KLINE),
        ("Hollow Kings", "2031-10-03T21:00", "Moth Club", ("Hollow Kings",)),
        ("Old Tide", "2031-10-03T20:00", "The Lexington", ("Old Tide",)),
        ("Paper Moths", "2031-10-03T20:00", "Cafe Oto", ("Paper Moths",)),
    ],
    "SPLIT_DATES": [
        ("Lantern Fox", "2031-09-12T20:00", "Blue Barn", ()),
        ("Vera Kline", "2031-09-13T21:00", "Blue Barn", ()),
    ],
    "SITE_BUILDER": [
        ("Lantern Fox", "2031-10-03T20:00", "The Wren", ()),
        ("Vera Kline", "2031-10-09T19:00", "The Wren", ()),
    ],
    "POLISH": [
        ("Jaskółki", "2031-10-04T20:00", "Klub Zamek", ("Jaskółki",)),
        ("Trio Mewa", "2031-10-10T19:00", "Klub Zamek", ("Trio Mewa",)),
    ],
    "FRENCH": [
        ("Les Hirondelles", "2031-10-04T20:00", "La Cigale", ("Les Hirondelles",)),
        ("Trio Lune", "2031-10-05T19:30", "New Morning", ("Trio Lune",)),
    ],
    "MONTH_GRID": [
        ("Lantern Fox", "2031-10-03T20:00", None, ()),
        ("Open Mic", "2031-10-08T19:00", None, ()),
        ("Vera Kline", "2031-10-10T20:00", None, ()),
        ("Halloween Ball", "2031-10-31T21:00", None, ()),
    ],
    "LINKS_OF_AN_ACT": [
        ("Old Tide", "2031-10-03", "The Basement", ("Old Tide",)),
        ("Old Tide", "2031-10-04", "Night & Day Cafe", ("Old Tide",)),
        ("Old Tide", "2031-10-05", "Hare and Hounds", ("Old Tide",)),
    ],
    "SPANISH_CARDS": [
        ("Los Faroles", "2031-10-03T21:00", "Foro Indie", ()),
        ("Vera Luz", "2031-10-04T20:30", "Teatro del Pueblo", ()),
    ],
    "DIVS": [
        ("LANTERN FOX", "2031-10-03T19:00", None, ("LANTERN FOX", "Paper Moths")),
        ("VERA KLINE", "2031-10-04T19:00", None, ("VERA KLINE", "Old Tide")),
        ("HOLLOW KINGS", "2031-10-05T19:00", None, ()),
    ],
    "SINGLE": [("Lantern Fox", "2031-10-03T20:00", "The Copper Hall", ())],
    "VENUE_WITH_LIST": [
        ("Lantern Fox", "2031-10-03T20:00", "The Wren", FOX),
        ("Vera Kline", "2031-10-04T21:00", "The Wren", KLINE),
    ],
    "STATE": [
        ("Lantern Fox", "2031-10-03T20:00", "The Wren", ()),
        ("Vera Kline", "2031-10-04T21:00", "The Wren", ()),
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_make_of_page_is_read(name: str) -> None:
    """Title, start, venue and acts of every event, and no event more."""
    assert shown(read(getattr(pages, name))) == EXPECTED[name]


@pytest.mark.parametrize("name", ["BLOG", "BLOG_BARE", "DISCOGRAPHY"])
def test_dated_posts_are_no_events(name: str) -> None:
    """News, diaries and releases have dates too; none of them becomes a performance."""
    assert not read(getattr(pages, name)).claims.performances


def test_a_board_says_once_where_and_when_it_meets() -> None:
    """Dates alone take title, place and hour from what stands above; past minutes are no meetings to come."""
    reading = read(pages.MEETINGS)
    starts = [p.start_local for p in reading.claims.performances]
    assert starts == ["2031-01-14T18:30", "2031-02-11T18:30", "2031-03-11T18:30", "2031-04-08T18:30"]
    assert {p.title for p in reading.claims.performances} == {"Board of Commissioners Meeting"}
    assert [p.status.value for p in reading.claims.performances][2] == "cancelled"
    (venue,) = reading.claims.venues
    assert (venue.name, venue.street, venue.postal_code) == ("Park Field House", "100 Main Street", "60201")


def test_doors_prices_and_states_are_kept_apart() -> None:
    """What "Doors | Show", "adv / dos", "Sold Out" and "Free" say goes where it belongs."""
    first, second, third = read(pages.CARDS_OF_A_VENUE).claims.performances
    assert (first.doors_local, first.price_min, first.price_max) == ("2031-10-03T19:00", 15.0, 18.0)
    assert first.ticket_url == "https://tix.example/1"
    assert second.status.value == "sold_out"
    assert (third.price_min, third.price_max) == (0.0, 0.0)
    assert {p.timezone for p in (first, second, third)} == {"America/Los_Angeles"}


CLASSED = [
    n
    for n in EXPECTED
    if n not in ("STATE", "SINGLE", "POLISH", "CARDS_OF_A_VENUE", "SITE_BUILDER", "SPLIT_DATES", "FRENCH")
]


@pytest.mark.parametrize("name", CLASSED)
def test_class_names_are_a_help_not_a_need(name: str) -> None:
    """The same titles and starts where no class or id says anything."""
    bare = re.sub(r' (?:class|id)="[^"]*"', "", getattr(pages, name))
    assert [s[:2] for s in shown(read(bare))] == [s[:2] for s in EXPECTED[name]]


@pytest.mark.parametrize("name", [n for n in EXPECTED if n != "STATE"])
def test_what_stands_around_does_not_matter(name: str) -> None:
    """A menu, wrappers and a footer with a founding date and a copyright change nothing."""
    html: str = getattr(pages, name)
    around = re.sub(
        r"<body([^>]*)>", r'<body\1><nav><a href="/">Home</a><a href="/about">About</a></nav><div><div>', html
    )
    around = around.replace("</body>", "</div></div><footer><p>Founded on May 1, 1987. © 2031</p></footer></body>")
    assert [s[:2] for s in shown(read(around))] == [s[:2] for s in EXPECTED[name]]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(EXPECTED)), st.data())
def test_a_page_cut_off_anywhere_invents_nothing(name: str, data: st.DataObject) -> None:
    """Whatever part of a page comes, no title and day appear that the whole page has not (the last record may be cut)."""
    html: str = getattr(pages, name)
    cut = html[: data.draw(st.integers(0, len(html)))]
    raw = RawDocument(cut.encode(), "https://example.org/page", "text/html", datetime(2031, 1, 2, tzinfo=UTC))
    routing = READERS.route(raw)
    if routing.reader is None:
        return
    days = {s[1][:10] for s in EXPECTED[name] if s[1]}
    found = [p.start_local[:10] for p in READERS.read(raw, routing.reader).claims.performances if p.start_local]
    assert set(found[:-1]) <= days
