"""Whatever the bytes, a reading ends: soon, without raising, with an outcome."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mystage.adapters.sources.kit.moments import moment
from mystage.adapters.sources.kit.places import split_address, split_location
from mystage.adapters.sources.kit.titles import acts_of_title, kind_of, title_status
from mystage.adapters.sources.linked_data import jsonld
from mystage.adapters.sources.linked_data.schema_org import claims_of
from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument

READERS = ManifestReaders()
CARRIERS = ("page", "calendar", "sitemap", "schema_json")
FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

PIECES = st.sampled_from(
    [
        "<div itemscope itemtype='http://schema.org/Event' itemref='a b'>", "</div>", "<span itemprop='name startDate'>x", "<meta itemprop=url content='//['>",
        "<script type='application/ld+json'>", "</script>", '{"@type":"MusicEvent","name":', '"x"', "[", "]", "{", "}", ",", '"startDate":"2031-05-09T25:99"',
        "BEGIN:VCALENDAR\n", "BEGIN:VEVENT\n", "END:VEVENT\n", "END:VCALENDAR\n", "DTSTART:20310509T200000Z\n", 'DTSTART;TZID="x:\n', "SUMMARY:a\\,b\n",
        "RRULE:FREQ=DAILY;COUNT=9;BYDAY=5MO\n", "EXDATE:x\n", "RDATE;VALUE=PERIOD:1/2\n", "GEO:a;b\n", "DURATION:P\n", "<vcalendar>", "<urlset><loc>", "&#x0;", "\x00", "<!--",
        '<div class="vevent">', '<span class="dtstart" title="x">', "http://[::1", "\ud7ff", "😀",
    ]
)  # fmt: skip  # a bag of parts


@FUZZ
@given(st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join))
def test_no_reader_has_a_defect_on_broken_markup(text: str) -> None:
    """Parts of valid payloads in any order: no reader meets an exception it does not know."""
    raw = RawDocument(text.encode("utf-8", "surrogatepass"), url="https://example.org/")
    READERS.route(raw)
    for name in CARRIERS:
        reading = READERS.read(raw, name)
        assert "defect" not in reading.reason, (name, reading)


@FUZZ
@given(st.binary(max_size=300))
def test_no_reader_raises_on_bytes(body: bytes) -> None:
    """Any bytes at all."""
    raw = RawDocument(body)
    READERS.route(raw)
    for name in CARRIERS:
        assert "defect" not in READERS.read(raw, name).reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.floats() | st.text(max_size=5) | st.sampled_from(["2031-05-09", "https://x.example/1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["@type", "@id", "name", "startDate", "endDate", "doorTime", "location", "address", "addressCountry", "addressRegion", "geo", "latitude", "longitude", "performer", "offers", "price", "priceCurrency", "url", "sameAs", "image", "identifier", "telephone", "genre", "keywords", "eventStatus", "subEvent", "_links", "_text", "_wall"]), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip  # one strategy


@FUZZ
@given(JSON)
def test_events_of_any_shape_are_survived(value: object) -> None:
    """Every property may be of every type."""
    node = {
        "@type": "MusicEvent",
        "name": "X",
        **(value if isinstance(value, dict) else {"location": value, "performer": value, "offers": value}),
    }
    claims_of([value, node | {"@type": "MusicEvent"}])


@FUZZ
@given(st.text(max_size=80))
def test_the_small_parsers_answer_any_text(text: str) -> None:
    """Times, addresses, titles and JSON-LD repair: an answer for every text."""
    moment(text)
    split_address(text)
    split_location(text)
    title, _ = title_status(text)
    acts_of_title(title, certain=True)
    kind_of(title, (text,), has_artists=False)
    jsonld.values(text)


@pytest.mark.parametrize(
    "body",
    [
        "<div itemscope>" * 10_000,
        "<div itemscope itemprop=a>" * 10_000,
        '<script type="application/ld+json">' + "[" * 10_000,
        '<script type="application/ld+json">' + '{"@type":"Event","subEvent":' * 10_000,
        '<script type="application/ld+json">{' + "/*" * 500_000,
        '<script type="application/ld+json">{' + '"\\' * 500_000,
        '<script type="application/ld+json">' + " " * 2_000_000 + "]]",
        "<!--" * 500_000,
        "<script" * 500_000,
        '<meta content="' * 200_000,
        "<a href='x'" * 200_000,
        "class='" * 300_000 + "vevent",
        "BEGIN:VEVENT\n" * 100_000,
        "BEGIN:VEVENT\nDTSTART:20310101\nSUMMARY:" + "a @ " * 100_000 + "\nEND:VEVENT\n",
        "BEGIN:VEVENT\nDTSTART:20310101\nSUMMARY:x\nLOCATION:" + "(1 " * 100_000 + "\nDESCRIPTION:" + "<a " * 200_000 + "\nEND:VEVENT\n",
        "<urlset>" + "<loc>" * 300_000,
        "<urlset>" + "<loc>" + " " * 1_000_000,
        "<vcalendar>" + "<components><vevent>" * 5_000,
        "<h1>" + "May 1 2031 concert tickets " * 100_000,
        "<h1>" + "1" * 2_000_000,
    ],
)  # fmt: skip  # a list of bombs
def test_bombs_end_soon(body: str) -> None:
    """Depth, repetition and unclosed parts cost time in proportion, never more."""
    raw = RawDocument(body.encode(), url="https://example.org/")
    for name in CARRIERS:
        began = time.perf_counter()
        reading = READERS.read(raw, name)
        assert "defect" not in reading.reason
        assert time.perf_counter() - began < 5, name


def test_a_title_of_many_thousand_letters_ends_soon() -> None:
    """Long values inside sound JSON."""
    for filler in (
        "a" * 200_000,
        "a, " * 60_000,
        "x @ " * 50_000,
        "SOLD OUT - " * 20_000,
        "1 " * 100_000,
        "with a + " * 20_000,
    ):
        body = json.dumps(
            {
                "@type": "MusicEvent",
                "name": filler,
                "startDate": filler,
                "location": filler,
                "performer": filler,
                "offers": {"price": filler},
            }
        )
        began = time.perf_counter()
        READERS.read(RawDocument(body.encode()), "schema_json")
        assert time.perf_counter() - began < 3
