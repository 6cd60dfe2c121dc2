"""The pure helpers of the ticketing readers: times, days, status words, prices, acts, places."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.adapters.sources.kit import acts, localities, spoken_dates, us_addresses, wall_times, wordings
from mystage.domain.sources import PerformanceKind, PerformanceStatus

S = PerformanceStatus


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2031-08-10T19:00:00-0600", "2031-08-10T19:00"),
        ("2031-08-21T21:00:00.000", "2031-08-21T21:00"),
        ("2031-2-2 9:05", "2031-02-02T09:05"),
        ("2031-08-12 23:59:59", "2031-08-12"),
        ("2031-02-30", None),
        ("soon", None),
        (None, None),
    ],
)
def test_wall_shows_the_fields_as_written(written, shown):
    assert wall_times.wall(written) == shown


@pytest.mark.parametrize(
    ("value", "zone", "shown"),
    [
        ("2031-01-11T01:30:00.000Z", "America/Monterrey", "2031-01-10T19:30"),
        ("2031-01-11T01:30:00+02:00", "Europe/London", "2031-01-10T23:30"),
        ("2031-01-11", "Europe/London", "2031-01-11"),
    ],
)
def test_instants_are_shown_at_the_place(value, zone, shown):
    assert wall_times.from_utc(value, zone) == shown


@pytest.mark.parametrize("value", [1688779800, 1688779800245, "1688779800"])
def test_epochs_in_seconds_and_milliseconds_are_one(value):
    assert wall_times.from_epoch(value, "America/Edmonton") == "2023-07-07T19:30"


@pytest.mark.parametrize("value", [0, -5, None, "x", 1e30, True])
def test_what_is_no_epoch_has_no_time(value):
    assert wall_times.from_epoch(value, "UTC") is None


@pytest.mark.parametrize(
    ("words", "clock"),
    [
        ("9:30 A.M.", "09:30"),
        ("12 am", "00:00"),
        ("21:00 Hrs.", "21:00"),
        ("20h30", "20:30"),
        ("13:75", None),
        ("at 5", None),
    ],
)
def test_clocks_in_words(words, clock):
    assert wall_times.clock_in(words) == clock


def test_a_night_ends_on_the_next_day():
    assert wall_times.night_end("2031-05-05T23:00", "03:00") == "2031-05-06T03:00"


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("Wed, Oct 1", [(10, 1, None, 2)]),
        ("15 Marzo de 2029", [(3, 15, 2029, None)]),
        ("Del Jue. 21 al Dom. 24 Mayo", [(5, 21, None, 3), (5, 24, None, 6)]),
        ("19 y 20 de Agosto", [(8, 19, None, None), (8, 20, None, None)]),
        ("Sa., 3. Mai 2031", [(5, 3, 2031, 5)]),
        ("October 5th, 2031", [(10, 5, 2031, None)]),
        ("Sales end soon", []),
    ],
)
def test_days_in_words_of_four_languages(words, days):
    assert [tuple(day) for day in spoken_dates.days_in(words)] == days


@pytest.mark.parametrize(
    ("spoken", "seen", "found"),
    [
        ((10, 1, None, 2), date(2025, 9, 22), date(2025, 10, 1)),
        ((10, 1, None, 0), date(2025, 9, 22), None),
        ((1, 5, None, None), date(2025, 12, 1), date(2026, 1, 5)),
        ((1, 5, None, None), None, None),
        ((2, 30, 2031, None), None, None),
    ],
)
def test_a_day_without_a_year_is_found_only_where_it_is_certain(spoken, seen, found):
    assert spoken_dates.resolve(spoken_dates.SpokenDay(*spoken), seen) == found


@pytest.mark.parametrize(
    ("title", "rest", "status"),
    [
        ("CANCELLED - Velvet Foxes", "Velvet Foxes", S.CANCELLED),
        ("Velvet Foxes (Sold Out)", "Velvet Foxes", S.SOLD_OUT),
        ("SOLD OUT! Velvet Foxes", "Velvet Foxes", S.SOLD_OUT),
        ("[ABGESAGT] Die Füchse", "Die Füchse", S.CANCELLED),
        ("Los Zorros - AGOTADO", "Los Zorros", S.SOLD_OUT),
        ("Les Renards | Reporté", "Les Renards", S.POSTPONED),
        ("Complete Unknown", "Complete Unknown", None),
        ("The Cancelled", "The Cancelled", None),
        ("Cancelled", "Cancelled", None),
    ],
)
def test_status_in_titles(title, rest, status):
    """A marked status goes; a name that happens to hold such a word stays."""
    assert wordings.status_in_title(title) == (rest, status)


@pytest.mark.parametrize(
    ("words", "country", "price"),
    [
        ("15-20", None, (15, 20, None)),
        ("18 €", None, (18, 18, "EUR")),
        ("$1,400 - 3,000 MXN", None, (1400, 3000, "MXN")),
        ("$60 - $370", "CA", (60, 370, "CAD")),
        ("12,50 €", None, (12.5, 12.5, "EUR")),
        ("Entrada libre", None, (0, 0, None)),
        ("0", None, None),
        ("call us", None, None),
    ],
)
def test_prices_in_words(words, country, price):
    found = wordings.price_in(words, country)
    assert (found["price_min"], found["price_max"], found.get("currency")) == price if price else found == {}


@pytest.mark.parametrize(
    "name", ["Velvet Foxes Premium Seats", "2 Day Pass: Quay Fest", "Parking: Velvet Foxes", "VIP Package"]
)
def test_products_are_no_acts(name):
    assert wordings.is_product(name)


@pytest.mark.parametrize("name", ["Velvet Foxes", "Parker Lane", "The Passengers"])
def test_acts_are_no_products(name):
    assert not wordings.is_product(name)


@pytest.mark.parametrize(
    ("title", "loose", "act"),
    [
        ("LIVE MUSIC by Ida Quill", False, "Ida Quill"),
        ("Ida Quill, Live in Toronto at the Mill", False, "Ida Quill"),
        ("GIRA LUZ 2031: MARENA", False, "MARENA"),
        ("Concierto de cámara - Cuarteto Roble", False, "Cuarteto Roble"),
        ("Ida Quill - Lanterns Album", True, "Ida Quill"),
        ("Ida Quill - Lanterns Album", False, None),
        ("“Roble en concierto” 2031", True, None),
        ("AFTER HOURS: Live Music Event", True, None),
        ("Tribute to Ida Quill", True, None),
    ],
)
def test_acts_in_titles(title, loose, act):
    assert acts.act_in_title(title, loose=loose) == act


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        (("US", "IL", None), "America/Chicago"),
        (("CA", "Alberta", "Calgary"), "America/Edmonton"),
        (("MX", "NL", None), "America/Monterrey"),
        (("DE", None, "Dresden"), "Europe/Berlin"),
        (("FR", None, None), "Europe/Paris"),
        ((None, "Massachusetts", None), "America/New_York"),
        (("RU", None, None), None),
        ((None, None, "Nowhere"), None),
    ],
)
def test_zones_of_named_places(place, zone):
    assert localities.zone_of(*place) == zone


def test_an_address_inside_a_notice():
    """The house's name, street, suite and town are told apart from a sentence and its room."""
    notice = "There will be a meeting of the Board of the Harbour Workers Fund, 203 North Quay Street, Suite 2600, Board Room, Chicago, Illinois, on Monday"
    found = us_addresses.address_in(notice)
    assert (found["name"], found["street"], found["locality"], found["region"]) == (
        "Harbour Workers Fund", "203 North Quay Street, Suite 2600", "Chicago", "IL",
    )  # fmt: skip  # one place


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Concierto", PerformanceKind.CONCERT),
        ("Quay Festival", PerformanceKind.FESTIVAL),
        ("Taller de jazz", PerformanceKind.OTHER),
        ("Things", None),
    ],
)
def test_kinds_by_words(words, kind):
    assert wordings.kind_of(words) is kind


@pytest.mark.parametrize(
    "link", ["https://go.example/c?u=https%3A%2F%2Ftickets.example%2Fa", "https://tickets.example/a"]
)
def test_redirects_give_their_target(link):
    assert wordings.link_target(link) == "https://tickets.example/a"


@given(st.text(max_size=200))
def test_no_text_breaks_a_helper(words):
    """All of them take any text."""
    wall_times.wall(words)
    wall_times.from_utc(words, words)
    wall_times.clock_in(words)
    [spoken_dates.resolve(day, date(2031, 1, 1)) for day in spoken_dates.days_in(words)]
    wordings.status_in_title(words)
    wordings.price_in(words, "US")
    wordings.link_target(words)
    acts.act_in_title(words, loose=True)
    us_addresses.address_in(words)
    localities.zone_of(words, words, words)


@pytest.mark.parametrize("junk", ["((((" * 900, "sold out " * 400, "1 a " * 400, " - " * 1_000])
def test_repetitive_texts_are_searched_quickly(junk):
    """No pattern tries all ways of splitting a run (bound with much air for slow machines)."""
    start = time.perf_counter()
    wordings.status_in_title(junk[:290])
    wordings.status_in_title(junk)
    wordings.kind_of(junk)
    acts.act_in_title(junk, loose=True)
    us_addresses.address_in(junk)
    assert time.perf_counter() - start < 0.5
