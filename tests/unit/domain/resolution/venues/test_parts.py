"""Names, addresses, contacts and regions in the form in which venues are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.domain.resolution.venues.address import address
from mystage.domain.resolution.venues.contact import phone_digits, same_number, site, toll_free
from mystage.domain.resolution.venues.names import name
from mystage.domain.resolution.venues.place import place
from mystage.domain.resolution.venues.regions import country_code, region_code


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("The Blue Lion", "BLUE LION"),
        ("Fox & Owl", "Fox and Owl"),
        ("Blue Lion Theatre", "Blue Lion Thtr"),
        ("Smith\u2019s Bar", "Smiths Bar"),
        ("Blue Lion, Inc.", "Blue Lion"),
        ("Foxes, The", "The Foxes"),
        ("M.I.N.D. Club", "MIND Club"),
        ("Caf\u00e9 Stra\u00dfe", "Cafe Strasse"),
        ("\u0422\u0435\u0430\u0442\u0440", "Teatr"),
    ],
)
def test_spellings_of_one_name(left, right):
    assert name(left).text == name(right).text != ""


def test_a_qualifier_is_told_from_the_name():
    assert name("Lindau (Germany)", bare=True)[:4] == ("lindau", ("lindau",), ("lindau",), "n:de")
    assert name("Salem, Oregon", bare=True).qualifier == name("Salem (Ore)", bare=True).qualifier == "s:or"
    assert name("salem oregon", bare=True).qualifier == "s:or"
    assert name("Harbor, Old Town", bare=True).qualifier == "old town"
    assert name("Blue Lion (Main Hall)").words == ("blue", "lion", "main", "hall")


def test_names_of_other_scripts_keep_their_letters():
    thai = name("\u0e1a\u0e49\u0e32\u0e19\u0e44\u0e17\u0e22")
    assert thai.native == "\u0e1a\u0e49\u0e32\u0e19\u0e44\u0e17\u0e22"
    assert thai.text.isascii()
    assert thai.text


@given(st.text(max_size=30))
def test_any_text_is_a_name(text):
    found = name(text)
    assert found.text == " ".join(found.words)
    assert name(text, bare=True).text.isascii()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("12 Mill Road", "12 Mill Rd., Suite 4"),
        ("435 South Oak Avenue", "435 S. Oak Ave #2"),
        ("Mill Street 7", "7 Mill St"),
        ("M\u00fchlenstra\u00dfe 7", "Muhlenstr. 7"),
        ("Calle Mayor, 4", "C/ Mayor 4"),
        ("7 Mill Road;Ashford;12345", "7 Mill Rd"),
        ("007 Mill Road (back yard)", "7 Mill Road"),
    ],
)
def test_spellings_of_one_address(left, right):
    a, b = address(left, "12345", "ashford"), address(right, "12345", "ashford")
    assert (a.house, a.words) == (b.house, b.words)
    assert a.house


def test_a_street_may_be_a_number():
    assert address("26 E 22nd Rd").words == ("22nd",)
    assert address("").words == ()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("+49 69 1234567", "069 1234567"),
        ("+1 (415) 555-0100", "415.555.0100"),
        ("310/246-1501", "310-246-1501 ext. 7"),
        ("+39 06 1234567", "06 1234567"),
        ("1-800-BLUELIO", "18002583546"),
    ],
)
def test_one_number_in_two_forms(left, right):
    assert same_number(phone_digits(left), phone_digits(right))
    assert same_number(phone_digits(right), phone_digits(left))


def test_what_is_no_number():
    assert phone_digits("NULL") == phone_digits("12345") == ""
    assert not same_number(phone_digits("0123 456789"), phone_digits("0123 456788"))
    assert toll_free(phone_digits("+1 800 555 0100"))
    assert not toll_free(phone_digits("+1 415 555 0100"))


def test_sites_have_owners():
    assert site("https://www.bluelion.co.uk/bar/") == ("bluelion.co.uk", "bar")
    assert site("https://bluelion.blogspot.com/").owner == "bluelion.blogspot.com"
    assert site("facebook.com/bluelion").owner == "facebook.com/bluelion"
    assert site("https://www.yelp.com/biz/x") == ("", "")


def test_regions_and_countries_have_one_code():
    assert region_code("California") == region_code("Calif.") == region_code("CA") == "ca"
    assert region_code("Bavaria") == "bavaria"
    assert country_code("United States") == country_code("USA") == "us"


@pytest.mark.parametrize(("lat", "lon"), [("", "8.1"), ("0", "0"), ("91.0", "8.0"), ("x", "8.0"), ("nan", "8.0")])
def test_what_is_no_position_is_none(lat, lon):
    assert place({"name": "Blue Lion", "lat": lat, "lon": lon}).lat is None


def test_a_row_may_say_little():
    side = place({"id": "1", "name": "Blue Lion"})
    assert side.bare
    assert place({"street": "7 Mill Road"}).name.text == ""
    assert place({"category": "bar; night club", "social": "instagram.com/lion"}).categories == ("bar", "night club")
