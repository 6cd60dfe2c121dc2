"""The readers' shared helpers: addresses, titles, mojibake, wall clocks, places by name, relaxed JSON, links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.adapters.sources.kit.addresses import Address, address_of_plus_code, parsed_address
from mystage.adapters.sources.kit.mojibake import repaired
from mystage.adapters.sources.kit.payload import MISSING
from mystage.adapters.sources.kit.relaxed import relaxed_json
from mystage.adapters.sources.kit.wallclock import end_after, wall_clock
from mystage.adapters.sources.kit.weblinks import own_site, without_tracking
from mystage.adapters.sources.kit.whereabouts import currency_of, state_or_province, zone_by_name
from mystage.adapters.sources.kit.wording import acts_of, is_festival, is_ticket_product, is_tour, without_state
from mystage.domain.sources import PerformanceStatus


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("10 Mill Rd, Ashby VIC 3999, Australia", ("10 Mill Rd", "Ashby", "VIC", "3999", "AU")),
        ("1 Mill Pkwy, Ashton, CA 94043, USA", ("1 Mill Pkwy", "Ashton", "CA", "94043", "US")),
        ("1 Mill St, New York, NY 10001, USA", ("1 Mill St", "New York", "NY", "10001", "US")),
        ("27 Mill High St, London NW1 7ZZ, UK", ("27 Mill High St", "London", None, "NW1 7ZZ", "GB")),
        ("35 Rue du Moulin, 75099 Paris, France", ("35 Rue du Moulin", "Paris", None, "75099", "FR")),
        ("Mylou 74, Ilion 131 99, Greece", ("Mylou 74", "Ilion", None, "131 99", "GR")),
        ("Molen 1, 1099 SG Amsterdam, Netherlands", ("Molen 1", "Amsterdam", None, "1099 SG", "NL")),
        ("Av. Molino 1, Centro, 64999 Monterrey, N.L., Mexico", ("Av. Molino 1, Centro", "Monterrey", "N.L.", "64999", "MX")),
        ("R. Moinho, 3, São Paulo - SP, 01310-999, Brazil", ("R. Moinho, 3", "São Paulo", "SP", "01310-999", "BR")),
        ("Brooklyn, NY, USA", (None, "Brooklyn", "NY", None, "US")),
        ("12 Mill St", ("12 Mill St", None, None, None, None)),
        (None, (None, None, None, None, None)),
    ],
)  # fmt: skip
def test_addresses_are_taken_apart_as_their_country_writes_them(line, expected):
    assert parsed_address(line) == Address(*expected)


def test_plus_codes_name_town_and_country():
    assert address_of_plus_code("3CGH+F8 New Quarter, Prague, Czechia") == Address(locality="Prague", country="CZ")
    assert address_of_plus_code("no code at all") == Address()


@given(st.text(max_size=80))
def test_any_text_is_some_address(line):
    assert isinstance(parsed_address(line), Address)


@pytest.mark.parametrize(
    "name", ["Brookfest 2031", "Parkside (2025)", "Knotfest Mars", "Reed Festival", "Jazz Fest", "Rock am Ring"]
)
def test_festivals(name):
    assert is_festival(name)


@pytest.mark.parametrize(
    "name",
    [
        "Royal Festival Hall",
        "Festival Park",
        "Summerfest Grounds",
        "Studio 54",
        "Mill Hall (from 2025)",
        "Manifest",
        "PAPER TOUR 2025",
        None,
    ],
)
def test_no_festivals(name):
    assert not is_festival(name)


def test_tours_end_in_the_word():
    assert is_tour("PAPER BOATS TOUR 2031")
    assert not is_tour("La Tour Rouge")


@pytest.mark.parametrize(
    ("title", "rest", "status"),
    [("CANCELLED - Otters", "Otters", PerformanceStatus.CANCELLED), ("Otters (Sold Out!)", "Otters", PerformanceStatus.SOLD_OUT),
     ("Postponed: Otters", "Otters", PerformanceStatus.POSTPONED), ("The Sold Out Tour", "The Sold Out Tour", None), (None, None, None)],
)  # fmt: skip
def test_marks_of_state_in_titles(title, rest, status):
    assert without_state(title) == (rest, status)


@pytest.mark.parametrize(
    ("title", "acts"),
    [("Otters: Sleeping Rivers Tour", ("Otters",)), ("Otters w/ Beavers", ("Otters", "Beavers")), ("Stoats", ("Stoats",)),
     ("Mill Presents: Otters", ("Otters",)), ("Emo Night", ()), ("Otterfest 2031", ()), (None, ())],
)  # fmt: skip
def test_acts_in_titles(title, acts):
    assert acts_of(title) == acts


def test_ticket_products():
    assert is_ticket_product("Weekend Pass")
    assert not is_ticket_product("Pass the Mic")


@pytest.mark.parametrize(
    ("broken", "whole"),
    [("NA 1/4rnberg", "Nürnberg"), ("KrakA3w", "Kraków"), ("CafA(c)", "Café"), ("KAPln", "Köln"), ("BjÃ¶rk", "Björk"),
     ("CAPITAL", "CAPITAL"), ("A$AP", "A$AP"), ("USA 1/4 final", "USA 1/4 final"), ("McAllister", "McAllister"), (None, None)],
)  # fmt: skip
def test_mojibake_is_repaired_only_where_it_is_certain(broken, whole):
    assert repaired(broken) == whole


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=40))
def test_sound_text_read_with_the_wrong_charset_comes_back(text):
    """UTF-8 read as Latin-1 is undone, or left as it was; it is never turned into a third thing."""
    broken = text.encode().decode("latin-1")
    if "A" not in broken:
        assert repaired(broken) in (text, broken)


@pytest.mark.parametrize(
    ("stamp", "zone", "expected"),
    [
        ("2031-07-01T20:00:47", None, "2031-07-01T20:00"), ("2031-07-01", None, "2031-07-01"), ("2031-07-01T23:59:59", None, "2031-07-01"),
        ("2031-07-01T18:00:00Z", "Europe/Oslo", "2031-07-01T20:00"), ("2031-07-01T18:00:00-0700", "America/Denver", "2031-07-01T19:00"),
        ("2031-07-01T18:00:00-07:00", None, "2031-07-01T18:00"), ("2031-13-45", None, None), ("soon", None, None), (7, None, None),
        ("2031-07-01T18:00:00Z", "Not/AZone", "2031-07-01T18:00"), ("0001-01-01T00:00:00+14:00", "Europe/Oslo", "0001-01-01"),
    ],
)  # fmt: skip
def test_wall_clocks(stamp, zone, expected):
    assert wall_clock(stamp, zone) == expected


def test_an_end_that_is_no_end():
    assert end_after("2031-07-01T20:00", "2031-07-01") is None
    assert end_after("2031-07-01T20:00", "2031-07-01T20:00") is None
    assert end_after("2031-07-01", "2031-07-03") == "2031-07-03"


def test_zones_by_name():
    assert zone_by_name("US", "TX", "El Paso") == "America/Denver"
    assert zone_by_name("AU", None, "Brisbane") == "Australia/Brisbane"
    assert zone_by_name("DE", None, "Nirgendwo") == "Europe/Berlin"
    assert zone_by_name("US", None, "Nowhere") is None


def test_codes_of_states_and_money_of_countries():
    assert (state_or_province("ON"), state_or_province("Ontario")) == (("CA", "ON"), None)
    assert (currency_of("FI"), currency_of(None)) == ("EUR", None)


def test_relaxed_json_reads_what_people_keep():
    text = "// note\n{a: 'it\\'s', \"b\": [1, 2.5, /* x */ [Object], ... 3 more items ], c: undefined, d: 'one' +\n 'two',}"
    assert relaxed_json(text) == {"a": "it's", "b": [1, 2.5, [None]], "c": None, "d": "onetwo"}
    assert relaxed_json('{"n": 1}\n{"n": 2}') == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize("text", ["plain words", "{", "[1, 2", "{a b}", "[" * 300 + "]" * 300, "{'open: 1}"])
def test_what_is_no_json_is_missing(text):
    assert relaxed_json(text) is MISSING


@given(st.text(alphabet="{}[]:,'\"\\ab1.+/*\n ", max_size=120))
def test_relaxed_json_never_raises(text):
    relaxed_json("{" + text)


def test_links_lose_the_caller_and_directories_are_no_own_site():
    assert without_tracking("https://x.example.org/t?id=3&utm_source=a&app_id=b") == "https://x.example.org/t?id=3"
    assert own_site("thepub.example.cz") == "http://thepub.example.cz"
    assert own_site("https://www.facebook.com/pub") is None
    assert own_site("https://www.yelp.co.uk/biz/pub") is None
    assert own_site("http://[broken") is None
