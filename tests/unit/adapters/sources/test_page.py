"""Web pages: JSON-LD in all its defects, microdata, microformats, the decision where nothing is structured."""

import json

import pytest

from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument
from mystage.domain.sources import PerformanceKind, PerformanceStatus, Reading, ReadingOutcome

READERS = ManifestReaders()


def read(body: str | bytes, url: str = "https://example.org/gigs") -> Reading:
    raw = RawDocument(body.encode() if isinstance(body, str) else body, url=url)
    return READERS.read(raw, "page")


def with_jsonld(*blocks: str, head: str = "") -> str:
    scripts = "".join(f'<script type="application/ld+json">{b}</script>' for b in blocks)
    return f"<!doctype html><html><head>{head}{scripts}</head><body></body></html>"


def event(**changes: object) -> dict[str, object]:
    base: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "MusicEvent",
        "name": "Glass Harbour",
        "url": "https://example.org/gigs/glass-harbour",
        "startDate": "2031-05-09T20:00",
        "location": {
            "@type": "MusicVenue",
            "name": "The Lantern Room",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "4 Mill Lane",
                "addressLocality": "Leeds",
                "addressCountry": "UK",
            },
        },
        "performer": [{"@type": "MusicGroup", "name": "Glass Harbour"}],
    }
    return base | changes


def test_an_event_gives_venue_artist_and_performance() -> None:
    """The plain case: all three claims, joined by keys, with zone and country that follow from the place."""
    claims = read(with_jsonld(json.dumps(event()))).claims
    (venue,), (artist,), (show,) = claims.venues, claims.artists, claims.performances
    assert (venue.name, venue.locality, venue.country, venue.timezone) == (
        "The Lantern Room",
        "Leeds",
        "GB",
        "Europe/London",
    )
    assert (show.venue, show.artists) == (venue.key, (artist.key,))
    assert (show.start_local, show.kind) == ("2031-05-09T20:00", PerformanceKind.CONCERT)


NAME = '"@type":"MusicEvent","name":"Glass Harbour","startDate":"2031-05-09"'


@pytest.mark.parametrize(
    "block",
    [
        "{%s,}",
        "// a remark\n{%s /* another */}",
        '{%s,"description":"two\nlines\tand a tab"}',
        "<!-- {%s} -->",
        "//<![CDATA[\n{%s}\n//]]>",
        "{%s};",
        "[[[{%s}], []]]",
        '{"@graph":[{"@type":"WebSite","name":"x"},{%s}]}',
        '{"@type":"WebPage"}{%s}',
        ("{" + NAME + "}").replace('"', "&quot;"),
        '{%s,"url":"http:\\/\\/example.org\\/a\\d"}',
        '{"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":{%s}}]}',
        '{"@type":["Event","http://schema.org/MusicEvent"],' + NAME.partition(",")[2] + "}",
    ],
)
def test_defects_of_jsonld_are_repaired(block: str) -> None:
    """Each defect that pages have costs nothing."""
    (show,) = read(with_jsonld(block.replace("%s", NAME))).claims.performances
    assert (show.title, show.start_local) == ("Glass Harbour", "2031-05-09")


@pytest.mark.parametrize(
    "block", ["false", '"text"', "[]", "{not json}", "", "null", "12", '{"data": "a\nb"}', "{" * 5000]
)
def test_blocks_without_an_event_give_nothing(block: str) -> None:
    """Bodies such as `false` neither raise nor make records, and cost the next block nothing."""
    assert read(with_jsonld(block)).outcome is ReadingOutcome.NOTHING
    assert len(read(with_jsonld(block, json.dumps(event()))).claims.performances) == 1


def test_references_by_id_are_resolved() -> None:
    """A location given as `@id` is the node of that id."""
    place = {"@type": "Place", "@id": "#hall", "name": "Quarry Hall", "address": "12 High Street, Leeds, UK"}
    claims = read(with_jsonld(json.dumps({"@graph": [event(location={"@id": "#hall"}), place]}))).claims
    assert {v.name for v in claims.venues} == {"Quarry Hall"}
    assert claims.performances[0].venue == claims.venues[0].key


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2031-07-12T04:00:00.000Z", "2031-07-11T21:00"),
        ("2031-07-11T21:00:00-07:00", "2031-07-11T21:00"),
        ("2031-07-11T21:00:00-0700", "2031-07-11T21:00"),
        ("2031-07-11T21:00:00-0800", "2031-07-11T21:00"),
        ("2031-07-12T06:00:00+02:00", "2031-07-11T21:00"),
        ("2031-07-11T21:00", "2031-07-11T21:00"),
        ("2031-7-1", "2031-07-01"),
        ("2031-07-11T00:00:00", "2031-07-11"),
    ],
)
def test_start_is_the_wall_clock_at_the_venue(written: str, read_as: str) -> None:
    """UTC and foreign offsets are moved to the venue's zone; an offset off by an hour is forgotten daylight saving."""
    address = {"addressLocality": "Oakland", "addressRegion": "CA", "addressCountry": "US"}
    at = {"@type": "Place", "name": "Tin Roof", "address": address}
    (show,) = read(with_jsonld(json.dumps(event(startDate=written, location=at)))).claims.performances
    assert (show.start_local, show.timezone) == (read_as, "America/Los_Angeles")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2031-05-09T20:00", "2031-05-09", None),
        ("2031-05-09T20:00", "2031-05-09T20:00", None),
        ("2031-05-09T20:00", "2031-05-09T23:59:59", None),
        ("2031-05-09T20:00", "2031-05-08", None),
        ("2031-05-09T22:00", "2031-05-10T04:00", "2031-05-10T04:00"),
        ("2031-05-09", "2031-05-11", "2031-05-11"),
        ("2031-05-09T00:00:00", "2031-05-11T23:59:59", "2031-05-11"),
    ],
)
def test_ends_that_say_nothing_are_dropped(start: str, end: str, expected: str | None) -> None:
    """An end on the start's day without a clock, equal to it, before it, or at 23:59:59 is no end."""
    (show,) = read(with_jsonld(json.dumps(event(startDate=start, endDate=end)))).claims.performances
    assert show.end_local == expected


@pytest.mark.parametrize(
    ("changes", "status", "title"),
    [
        ({"eventStatus": "http://schema.org/EventCancelled"}, PerformanceStatus.CANCELLED, "Glass Harbour"),
        ({"name": "CANCELLED - Glass Harbour"}, PerformanceStatus.CANCELLED, "Glass Harbour"),
        ({"name": "Glass Harbour (SOLD OUT)"}, PerformanceStatus.SOLD_OUT, "Glass Harbour"),
        (
            {"offers": {"@type": "Offer", "availability": "https://schema.org/SoldOut"}},
            PerformanceStatus.SOLD_OUT,
            "Glass Harbour",
        ),
        ({"eventStatus": "EventPostponed"}, PerformanceStatus.POSTPONED, "Glass Harbour"),
        ({"name": "Complete Mountain Almanac"}, PerformanceStatus.SCHEDULED, "Complete Mountain Almanac"),
    ],
)
def test_status_from_fields_and_titles(changes: dict[str, object], status: PerformanceStatus, title: str) -> None:
    """Status words leave the title; words that only look like one stay."""
    (show,) = read(with_jsonld(json.dumps(event(**changes)))).claims.performances
    assert (show.status, show.title) == (status, title)


def test_prices_range_over_offers_and_zero_is_unknown() -> None:
    """Least and greatest price of all tickets; parking is no ticket; 0 counts only where it is said to be free."""
    offers = [
        {"price": "12.50", "priceCurrency": "gbp", "url": "https://tickets.example/1"},
        {"price": 20},
        {"name": "Parking", "price": 99},
    ]
    (show,) = read(with_jsonld(json.dumps(event(offers=offers)))).claims.performances
    assert (show.price_min, show.price_max, show.currency) == (12.5, 20.0, "GBP")
    assert show.ticket_url == "https://tickets.example/1"
    (none,) = read(with_jsonld(json.dumps(event(offers={"price": "0"})))).claims.performances
    assert none.price_min is None
    (free,) = read(with_jsonld(json.dumps(event(isAccessibleForFree=True)))).claims.performances
    assert (free.price_min, free.currency) == (0.0, None)


@pytest.mark.parametrize("name", ["TBA", "TBD", "Online", "Leeds", "15 Columbia Ave, ", "Various venues"])
def test_no_venue_is_made_of_what_is_none(name: str) -> None:
    """Towns, addresses, "TBA" and "online" are no venues; the place stays in words."""
    at = {"@type": "Place", "name": name, "address": {"addressLocality": "Leeds", "addressCountry": "GB"}}
    claims = read(with_jsonld(json.dumps(event(location=at)))).claims
    assert claims.venues == ()
    assert "Leeds" in (claims.performances[0].place or "")


def test_a_position_that_venues_share_is_left_out() -> None:
    """Two venues on one point: a town's centre, not theirs."""
    geo = {"latitude": 51.5, "longitude": -0.12}
    events = [event(name=n, location={"@type": "Place", "name": n, "geo": geo}) for n in ("North Shed", "South Shed")]
    assert {v.lat for v in read(with_jsonld(json.dumps(events))).claims.venues} == {None}


def test_festivals_and_venues_are_no_artists() -> None:
    """The festival standing among its acts is dropped; ticket products are no performances."""
    acts = [{"name": n} for n in ("Harbour Fest", "A Cat", "Bee Line", "Cold Tea")]
    page = with_jsonld(
        json.dumps(event(name="Harbour Fest", performer=acts)), json.dumps(event(name="Harbour Fest - 2-Day Pass"))
    )
    claims = read(page).claims
    assert [a.name for a in claims.artists] == ["A Cat", "Bee Line", "Cold Tea"]
    assert [p.kind for p in claims.performances] == [PerformanceKind.FESTIVAL]


def test_rows_of_one_bill_are_one_performance() -> None:
    """Rows "Act @ Place" of one place and start, as aggregators list festivals, are folded."""
    rows = [
        event(
            name=f"{n} @ Pier",
            performer={"name": n},
            location={"@type": "Place", "name": "Pier"},
            description="Sea Fest 2031",
            url=f"/e/{i}",
        )
        for i, n in enumerate(("One", "Two", "Three", "Four"), 10_001)
    ]
    claims = read(with_jsonld(json.dumps(rows))).claims
    (show,) = claims.performances
    assert (show.title, len(show.artists), show.kind) == ("Sea Fest 2031", 4, PerformanceKind.FESTIVAL)


def test_sub_events_of_a_place_take_its_place() -> None:
    """A venue's page that lists its events in `event` lends them its place."""
    inner = {k: v for k, v in event().items() if k != "location"}
    claims = read(
        with_jsonld(
            json.dumps(
                {"@type": "MusicVenue", "name": "Quarry Hall", "address": "1 High Street, Leeds, UK", "event": [inner]}
            )
        )
    ).claims
    assert claims.performances[0].venue == claims.venues[0].key


MICRODATA = """<html><body>
<div itemscope itemtype="http://schema.org/MusicEvent" itemref="extra">
 <span itemprop="name">Glass Harbour</span> <time itemprop="startDate" datetime="2031-5-9"></time>
 <div itemprop="location" itemscope itemtype="http://schema.org/Place"><a itemprop="url" href="/v/lantern">The Lantern Room, Leeds</a></div>
 <span itemprop="performer" itemscope itemtype="http://schema.org/MusicGroup"><meta itemprop="name" content="Glass Harbour"></span>
</div><div id="extra"><link itemprop="image" href="/i.jpg"></div></body></html>"""


def test_microdata_with_itemref_links_and_dates_without_zeroes() -> None:
    """Nested items, properties elsewhere (`itemref`), a place named only by its link, a date not zero-padded."""
    claims = read(MICRODATA).claims
    (show,), (venue,) = claims.performances, claims.venues
    assert (show.title, show.start_local) == ("Glass Harbour", "2031-05-09")
    assert (venue.name, venue.locality) == ("The Lantern Room", "Leeds")
    assert show.images == ("https://example.org/i.jpg",)


def test_an_event_in_two_carriers_is_one() -> None:
    """JSON-LD and microdata of one event are one performance; the fuller values win."""
    page = MICRODATA.replace("<body>", f'<body><script type="application/ld+json">{json.dumps(event())}</script>')
    (show,) = read(page).claims.performances
    assert show.start_local == "2031-05-09T20:00"
    assert show.images


@pytest.mark.parametrize(
    "body",
    [
        (
            '<div class="h-event"><a class="p-name u-url" href="/x">Glass Harbour</a><time class="dt-start" datetime="2031-05-09T20:00">9 May</time>'
            '<span class="p-location h-card"><span class="p-name">Lantern Room</span></span></div>'
        ),
        (
            '<div class="vevent"><span class="summary">Glass Harbour</span><abbr class="dtstart" title="20310509T200000">9 May</abbr>'
            '<div class="location vcard"><span class="fn org">Lantern Room</span></div></div>'
        ),
    ],
)
def test_microformats_old_and_new(body: str) -> None:
    """h-event and hCalendar."""
    claims = read(f"<html><body>{body}</body></html>").claims
    assert [(p.title, p.start_local) for p in claims.performances] == [("Glass Harbour", "2031-05-09T20:00")]
    assert [v.name for v in claims.venues] == ["Lantern Room"]


def test_open_graph_fills_but_never_makes_an_event() -> None:
    """Meta data alone are no event; beside one they fill what it lacks."""
    head = '<meta property="og:title" content="Glass Harbour"><meta property="og:image" content="https://example.org/p.jpg">'
    assert read(f"<html><head>{head}</head><body>hello</body></html>").outcome is ReadingOutcome.NOTHING
    (show,) = read(with_jsonld(json.dumps(event()), head=head)).claims.performances
    assert show.images == ("https://example.org/p.jpg",)


def test_prose_about_events_is_parked_and_other_pages_are_nothing() -> None:
    """Nothing structured: dates and words of events park a page; recipes, login and search pages are nothing."""
    prose = (
        "<html><body>"
        + "<p>Concert on May 9, 2031, doors 7:30 pm, tickets at the bar. Live music on June 2, 2031.</p>" * 3
        + "</body></html>"
    )
    assert read(prose).outcome is ReadingOutcome.PARKED
    recipe = "<html><body>" + "<p>Recipes for March 3, 2031: ingredients, add to cart</p>" * 5 + "</body></html>"
    assert read(recipe).outcome is ReadingOutcome.NOTHING
    login = '<html><body><form><input type="password"></form>Events on May 9, 2031 at 8:00 pm: concerts, tickets, shows</body></html>'
    assert read(login).outcome is ReadingOutcome.NOTHING


def test_scripts_inside_comments_are_not_read() -> None:
    """A commented block is not on the page."""
    page = f"<html><!-- <script type='application/ld+json'>{json.dumps(event())}</script> --><body>x</body></html>"
    assert read(page).outcome is ReadingOutcome.NOTHING


def test_schema_json_reads_arrays_and_extruct() -> None:
    """JSON files of schema.org data, as arrays of arrays and in extruct's frame."""
    for value in ([[[event()], []]], {"json-ld": [event()], "opengraph": [{"og:title": "x"}]}, event()):
        raw = RawDocument(json.dumps(value).encode())
        routing = READERS.route(raw)
        assert routing.reader == "schema_json"
        assert [p.title for p in READERS.read(raw, "schema_json").claims.performances] == ["Glass Harbour"]


def test_json_of_another_shape_is_not_claimed() -> None:
    """JSON without schema.org types is left to others."""
    assert READERS.route(RawDocument(b'{"events": [{"title": "x"}]}')).reader != "schema_json"


def test_a_headliner_whose_name_is_the_title_stays_among_many_acts() -> None:
    """The title is dropped from the acts of a festival alone, never from a long bill of one evening."""
    acts = [{"name": n} for n in ("Glass Harbour", "A Cat", "Bee Line", "Cold Tea", "Dun Cow")]
    claims = read(with_jsonld(json.dumps(event(performer=acts)))).claims
    assert claims.artists[0].name == "Glass Harbour"
