"""Calendars: times, zones, recurrence within bounds, broken files, xCal."""

from datetime import UTC, datetime

import pytest

from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument
from mystage.domain.sources import PerformanceKind, PerformanceStatus, Reading, ReadingOutcome

READERS = ManifestReaders()


def read(text: str, fetched: datetime | None = None) -> Reading:
    return READERS.read(RawDocument(text.encode(), fetched_at=fetched), "calendar")


def calendar(*lines: str, head: str = "") -> str:
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            *filter(None, [head]),
            "BEGIN:VEVENT",
            "UID:a@example.org",
            *lines,
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )


def starts(reading: Reading) -> list[str | None]:
    return [p.start_local for p in reading.claims.performances]


def test_zone_location_and_end() -> None:
    """A TZID with a slash before it, "Name (address)", an end in another zone."""
    body = calendar(
        "SUMMARY:Glass Harbour live", "DTSTART;TZID=/America/New_York:20310509T200000", "DTEND;TZID=America/Los_Angeles:20310509T190000",
        "LOCATION:Lantern Room\\, Inc. (12 Mill Street\\, Troy\\, NY 12180)", "CATEGORIES:Concerts",
    )  # fmt: skip  # one call
    (show,), (venue,) = read(body).claims.performances, read(body).claims.venues
    assert (show.start_local, show.end_local, show.timezone) == (
        "2031-05-09T20:00",
        "2031-05-09T22:00",
        "America/New_York",
    )
    assert (venue.name, venue.street, venue.region, venue.country) == (
        "Lantern Room, Inc.",
        "12 Mill Street",
        "NY",
        "US",
    )
    assert show.kind is PerformanceKind.CONCERT


def test_all_day_end_is_exclusive_and_a_day_is_no_midnight() -> None:
    """VALUE=DATE gives days; the end is the last day itself, and none for one day."""
    assert starts(read(calendar("SUMMARY:X", "DTSTART;VALUE=DATE:20310509", "DTEND;VALUE=DATE:20310510"))) == [
        "2031-05-09"
    ]
    (run,) = read(calendar("SUMMARY:X", "DTSTART;VALUE=DATE:20310509", "DTEND;VALUE=DATE:20310512")).claims.performances
    assert run.end_local == "2031-05-11"


def test_bounded_rules_are_unfolded_with_exceptions() -> None:
    """UNTIL in UTC ends the local day before; EXDATE takes dates out; each has a key of its own."""
    reading = read(calendar(
        "SUMMARY:X", "DTSTART;TZID=America/New_York:20310509T200000", "RRULE:FREQ=WEEKLY;UNTIL=20310531T035959Z",
        "EXDATE;TZID=America/New_York:20310516T200000",
    ))  # fmt: skip  # one call
    assert starts(reading) == ["2031-05-09T20:00", "2031-05-23T20:00", "2031-05-30T20:00"]
    assert len({p.key for p in reading.claims.performances}) == 3


def test_rdates_and_periods() -> None:
    """RDATE adds dates; those given as periods keep their own length."""
    reading = read(
        calendar("SUMMARY:X", "DTSTART:20310509T200000", "DURATION:PT1H", "RDATE;VALUE=PERIOD:20310601T200000/PT3H")
    )
    assert [(p.start_local, p.end_local) for p in reading.claims.performances] == [
        ("2031-05-09T20:00", "2031-05-09T21:00"),
        ("2031-06-01T20:00", "2031-06-01T23:00"),
    ]


def test_endless_rules_give_the_first_date_and_those_soon_after_fetching() -> None:
    """An endless rule is never followed without bound."""
    body = calendar("SUMMARY:X", "DTSTART;TZID=Europe/Prague:20300104T200000", "RRULE:FREQ=WEEKLY")
    assert starts(read(body)) == ["2030-01-04T20:00"]
    later = starts(read(body, datetime(2031, 5, 1, tzinfo=UTC)))
    assert later[:2] == ["2030-01-04T20:00", "2031-05-02T20:00"]
    assert len(later) == 10


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY;COUNT=1000000000", "FREQ=DAILY;INTERVAL=0;COUNT=5", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=9", "FREQ=FOO", "FREQ=WEEKLY;BYDAY=XX;COUNT=3", "FREQ=MINUTELY;UNTIL=20990101T000000Z"]
)  # fmt: skip  # a table
def test_rules_that_would_never_end_do(rule: str) -> None:
    """Bombs and nonsense give the first date alone."""
    assert starts(read(calendar("SUMMARY:X", "DTSTART:20310509T200000", f"RRULE:{rule}"))) == ["2031-05-09T20:00"]


def test_a_rule_of_a_million_days_is_capped() -> None:
    """A rule gives a bounded number of dates."""
    assert len(starts(read(calendar("SUMMARY:X", "DTSTART:20310509T200000", "RRULE:FREQ=DAILY;COUNT=1000000")))) == 400


def test_an_override_replaces_its_date() -> None:
    """RECURRENCE-ID moves one date of a series."""
    moved = "BEGIN:VEVENT\r\nUID:a@example.org\r\nRECURRENCE-ID:20310510T200000\r\nDTSTART:20310510T213000\r\nSUMMARY:X\r\nEND:VEVENT\r\nEND:VCALENDAR"
    body = calendar("SUMMARY:X", "DTSTART:20310509T200000", "RRULE:FREQ=DAILY;COUNT=3").replace("END:VCALENDAR", moved)
    assert sorted(filter(None, starts(read(body)))) == ["2031-05-09T20:00", "2031-05-10T21:30", "2031-05-11T20:00"]


def test_utc_goes_to_the_calendars_zone_and_stays_utc_without_one() -> None:
    """A time in UTC is shown on the wall clock of the calendar's zone."""
    lines = ("SUMMARY:X", "DTSTART:20310509T180000Z")
    assert starts(read(calendar(*lines, head="X-WR-TIMEZONE:Europe/Prague"))) == ["2031-05-09T20:00"]
    (bare,) = read(calendar(*lines)).claims.performances
    assert (bare.start_local, bare.timezone) == ("2031-05-09T18:00", "UTC")


def test_status_titles_and_closed_days() -> None:
    """Cancelled by field or title; a closed house is no event."""
    (show,) = read(calendar("SUMMARY:CANCELLED - Glass Harbour", "DTSTART:20310509T200000")).claims.performances
    assert (show.title, show.status) == ("Glass Harbour", PerformanceStatus.CANCELLED)
    closed = calendar("SUMMARY:Staff day", "DESCRIPTION:Office Closed", "DTSTART;VALUE=DATE:20310509")
    assert read(closed).outcome is ReadingOutcome.NOTHING


def test_acts_place_and_price_in_words() -> None:
    """Acts of the title, the place after "at", a price line, a ticket link in the text."""
    (reading,) = [read(calendar(
        "SUMMARY:Jazz Night w/ Ada Reed and The Kilns at Eldon Hall\\, Leeds", "DTSTART;TZID=Europe/London:20310509T200000",
        'DESCRIPTION:<p>Tickets: £8</p><a href="https://l.facebook.com/l.php?u=https%3A%2F%2Fdice.example%2Fe1">Buy tickets</a>',
    ))]  # fmt: skip  # one call
    claims = reading.claims
    assert [a.name for a in claims.artists] == ["Ada Reed", "The Kilns"]
    assert [(v.name, v.locality) for v in claims.venues] == [("Eldon Hall", "Leeds")]
    (show,) = claims.performances
    assert (show.price_min, show.currency, show.ticket_url) == (8.0, "GBP", "https://dice.example/e1")


def test_odd_folding_blank_lines_and_several_calendars() -> None:
    """Names folded from their values, blank lines, two calendars, an event without calendar, a broken event beside a good one."""
    odd = calendar("SUMMARY\n\n :One", "DTSTART\n ;VALUE=DATE\n :20310509")
    bare = "BEGIN:VEVENT\nSUMMARY:Two\nDTSTART:20310601T200000\nthis line is broken\nEND:VEVENT\n"
    assert [p.title for p in read(odd + "\n" + bare).claims.performances] == ["One", "Two"]
    broken = calendar("SUMMARY:Bad", "DTSTART:SOMEDAY") + "\r\n" + calendar("SUMMARY:Good", "DTSTART:20310601")
    assert [p.title for p in read(broken).claims.performances] == ["Good"]


def test_what_cannot_be_read_is_an_error_and_what_is_empty_is_nothing() -> None:
    """A calendar cut off keeps its whole events; one with broken dates alone is malformed."""
    whole = calendar("SUMMARY:One", "DTSTART:20310509T200000")
    cut = whole.replace("END:VCALENDAR", "BEGIN:VEVENT\r\nSUMMARY:Half\r\nDTSTART:2031")
    assert [p.title for p in read(cut).claims.performances] == ["One"]
    assert read("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMM").outcome is ReadingOutcome.ERROR
    assert read(calendar("SUMMARY:X", "DTSTART:SOMEDAY")).outcome is ReadingOutcome.ERROR
    assert read("BEGIN:VCALENDAR\r\nEND:VCALENDAR").outcome is ReadingOutcome.NOTHING


XCAL = """<?xml version="1.0"?><icalendar xmlns="urn:ietf:params:xml:ns:icalendar-2.0"><vcalendar><components><vevent><properties>
<uid><text>u1</text></uid><summary><text>Cats, dogs; more</text></summary>
<dtstart><parameters><tzid><text>Europe/Prague</text></tzid></parameters><date-time>2031-05-09T20:00:00</date-time></dtstart>
<rrule><recur><freq>WEEKLY</freq><count>2</count></recur></rrule></properties></vevent></components></vcalendar></icalendar>"""


def test_xcal_takes_the_same_way() -> None:
    """XCal is routed to the calendar reader and read like iCalendar, commas and rules included."""
    raw = RawDocument(XCAL.encode())
    assert READERS.route(raw).reader == "calendar"
    shows = READERS.read(raw, "calendar").claims.performances
    assert [(p.title, p.start_local) for p in shows] == [
        ("Cats, dogs; more", "2031-05-09T20:00"),
        ("Cats, dogs; more", "2031-05-16T20:00"),
    ]


def test_entities_of_xml_are_never_expanded() -> None:
    """A document type, the only way to a billion laughs, is refused."""
    bomb = '<!DOCTYPE x [<!ENTITY a "ha">]>' + XCAL.partition("?>")[2]
    reading = READERS.read(RawDocument(bomb.encode()), "calendar")
    assert reading.outcome is ReadingOutcome.ERROR
    assert reading.error is not None
    assert "document type" in reading.error.message


def test_sitemaps_are_followed() -> None:
    """A sitemap and an index give their addresses, in order, each once; images in it are none."""
    body = (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://example.org/a?x=1&amp;y=2</loc>'
        "<image:image><image:loc>https://example.org/i.jpg</image:loc></image:image></url><url><loc> <![CDATA[https://example.org/b]]> </loc></url></urlset>"
    )
    raw = RawDocument(body.encode())
    assert READERS.route(raw).reader == "sitemap"
    assert READERS.read(raw, "sitemap").follow == ("https://example.org/a?x=1&y=2", "https://example.org/b")
