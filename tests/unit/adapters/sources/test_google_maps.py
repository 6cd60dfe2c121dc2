"""Google Maps: what a careful person would record from answers of our own making."""

import json

import pytest

from mystage.adapters.sources.google_maps import parse, recognises
from mystage.adapters.sources.kit.payload import Payload
from mystage.application.ports.readers import RawDocument
from mystage.domain.sources import ReadingErrorKind, ReadingOutcome


def payload(value):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Payload(RawDocument(body=body))


def read(value):
    assert recognises(payload(value)) > 0, "the answer must find its reader"
    return parse(payload(value))


def venue(value):
    (found,) = read(value).claims.venues
    return found


def component(long, short, *types):
    return {"long_name": long, "short_name": short, "types": list(types)}


def legacy(**changes):
    base = {
        "place_id": "ChIJ_fictional_place_1", "name": "Copper Hall", "types": ["night_club", "point_of_interest", "establishment"],
        "formatted_address": "Level 2, 12 Mine St, Ashby NSW 2999, Australia",
        "address_components": [
            component("12", "12", "street_number"), component("Mine Street", "Mine St", "route"),
            component("Ashby", "Ashby", "locality", "political"), component("New South Wales", "NSW", "administrative_area_level_1"),
            component("Australia", "AU", "country"), component("2999", "2999", "postal_code"),
        ],
        "geometry": {"location": {"lat": -33.5, "lng": 151.2}}, "formatted_phone_number": "(02) 5550 4321",
        "website": "http://copper.example.org/?utm_source=google", "url": "https://maps.google.com/?cid=1",
    }  # fmt: skip
    return base | changes


def test_details_keep_the_unit_and_take_the_rest_from_components():
    found = venue({"html_attributions": [], "result": legacy(), "status": "OK"})
    assert (found.street, found.locality, found.region) == ("Level 2, 12 Mine St", "Ashby", "NSW")
    assert (found.postal_code, found.country, found.phone) == ("2999", "AU", "+61255504321")
    assert found.website == "http://copper.example.org/"
    assert found.identifiers == {"google_place_id": "ChIJ_fictional_place_1"}
    assert found.timezone == "Australia/Sydney"


@pytest.mark.parametrize("name", ["results", "candidates"])
def test_searches_answer_lists(name):
    assert venue({name: [legacy()], "status": "OK"}).name == "Copper Hall"


def test_a_nearby_result_has_a_vicinity_and_a_plus_code():
    item = legacy(
        vicinity="12 Mine Street, Ashby", plus_code={"compound_code": "GR5X+2M Ashby, New South Wales, Australia"}
    )
    del item["address_components"], item["formatted_address"]
    found = venue({"results": [item], "status": "OK"})
    assert (found.street, found.locality, found.region, found.country) == ("12 Mine Street", "Ashby", "NSW", "AU")


def test_no_id_is_made_up_where_none_was_asked_for():
    item = legacy()
    del item["place_id"]
    found = venue({"candidates": [item], "status": "OK"})
    assert (found.source_id, found.identifiers) == (None, {})


@pytest.mark.parametrize("changes", [{"business_status": "CLOSED_PERMANENTLY"}, {"permanently_closed": True}])
def test_closed_for_good(changes):
    assert venue({"result": legacy(**changes), "status": "OK"}).closed


def test_details_without_a_name_are_nothing():
    answer = {"html_attributions": [], "result": {"business_status": "CLOSED_PERMANENTLY"}, "status": "OK"}
    assert read(answer).outcome is ReadingOutcome.NOTHING


def test_a_social_page_is_a_link_and_no_website():
    found = venue({"result": legacy(website="https://www.facebook.com/copperhall"), "status": "OK"})
    assert (found.website, found.links) == (None, ("https://www.facebook.com/copperhall",))


def test_areas_and_addresses_are_no_venues():
    town = legacy(name="Ashby", types=["locality", "political"])
    assert read({"results": [town], "status": "OK"}).outcome is ReadingOutcome.NOTHING
    geocoded = {k: v for k, v in legacy(types=["street_address"]).items() if k != "name"}
    assert read({"results": [geocoded], "status": "OK"}).outcome is ReadingOutcome.NOTHING


@pytest.mark.parametrize(
    ("status", "kind"),
    [("OVER_QUERY_LIMIT", ReadingErrorKind.QUOTA), ("OVER_DAILY_LIMIT", ReadingErrorKind.QUOTA),
     ("REQUEST_DENIED", ReadingErrorKind.AUTH), ("INVALID_REQUEST", ReadingErrorKind.BAD_REQUEST),
     ("NOT_FOUND", ReadingErrorKind.NOT_FOUND)],
)  # fmt: skip
def test_errors_inside_a_200(status, kind):
    reading = read({"error_message": "Wait.", "html_attributions": [], "results": [], "status": status})
    assert (reading.outcome, reading.error.kind) == (ReadingOutcome.ERROR, kind)


@pytest.mark.parametrize(
    ("error", "kind"),
    [({"code": 403, "status": "PERMISSION_DENIED", "message": "no"}, ReadingErrorKind.AUTH),
     ({"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "no"}, ReadingErrorKind.QUOTA),
     ({"code": 400, "status": "INVALID_ARGUMENT", "message": "API key not valid."}, ReadingErrorKind.AUTH),
     ({"code": 400, "status": "INVALID_ARGUMENT", "message": "bad mask"}, ReadingErrorKind.BAD_REQUEST)],
)  # fmt: skip
def test_errors_of_the_new_service(error, kind):
    assert read({"error": error}).error.kind is kind


@pytest.mark.parametrize(
    "answer", [{"results": [], "status": "ZERO_RESULTS"}, {}, {"timeZoneId": "Europe/Oslo", "status": "OK"}]
)
def test_nothing_found_is_nothing(answer):
    assert read(answer).outcome is ReadingOutcome.NOTHING


def v1(**changes):
    base = {
        "name": "places/ChIJ_fictional_place_2", "id": "ChIJ_fictional_place_2", "types": ["bar", "establishment"],
        "displayName": {"text": "Tin Bar", "languageCode": "en"}, "location": {"latitude": 37.5, "longitude": -122.2},
        "nationalPhoneNumber": "(650) 253-0123", "websiteUri": "https://tin.example.org/",
        "postalAddress": {"regionCode": "US", "postalCode": "94000-1234", "administrativeArea": "California",
                          "locality": "Ashton", "addressLines": ["1 Tin Way"]},
    }  # fmt: skip
    return base | changes


@pytest.mark.parametrize("wrap", [lambda p: p, lambda p: {"places": [p]}])
def test_the_new_service_names_places_by_display_name(wrap):
    found = venue(wrap(v1()))
    assert (found.name, found.source_id) == ("Tin Bar", "ChIJ_fictional_place_2")
    assert (found.street, found.locality, found.region, found.country) == ("1 Tin Way", "Ashton", "CA", "US")
    assert (found.phone, found.lat) == ("+16502530123", 37.5)


def test_the_new_service_with_a_formatted_address_alone():
    item = v1(formattedAddress="1 Tin Way, New York, NY 10001, USA")
    del item["postalAddress"]
    found = venue(item)
    assert (found.street, found.locality, found.region, found.postal_code) == ("1 Tin Way", "New York", "NY", "10001")


def crawled(**changes):
    base = {
        "title": "Zinc Cellar", "categoryName": "Live music venue", "address": "Solná 6, 120 00 Nové Čtvrti, Czechia",
        "plusCode": "3CGH+F8 New Quarter, Prague, Czechia", "website": "zinc.example.cz", "phone": "+420 222 940 999",
        "permanentlyClosed": False, "placeId": "ChIJ_fictional_place_3", "location": {"lat": 50.07, "lng": 14.42},
        "url": "https://www.google.com/maps/place/Zinc/@50.07,14.41,17z", "reviewsCount": 3, "cid": "8437029678758354667",
    }  # fmt: skip
    return base | changes


def test_a_crawled_item_takes_its_town_from_the_plus_code_and_its_pin_from_location():
    found = venue([crawled()])
    assert (found.street, found.locality, found.postal_code, found.country) == ("Solná 6", "Prague", "120 00", "CZ")
    assert (found.lon, found.website, found.phone) == (14.42, "http://zinc.example.cz", "+420222940999")
    assert found.identifiers["google_cid"] == "8437029678758354667"


def test_a_word_for_town_is_no_town():
    found = venue([crawled(city="Hlavní město", street="Solná 6", countryCode="CZ", postalCode="120 00")])
    assert found.locality == "Prague"


def test_comments_and_trailing_commas_are_read():
    text = json.dumps(crawled(), indent=1).replace('"reviewsCount": 3,', '"reviewsCount": 3, // ... (shortened)\n')
    text = text.replace('"8437029678758354667"\n', '"8437029678758354667",\n  // more\n')
    assert venue(text.encode()).name == "Zinc Cellar"


def positional(name="Lead Room", feature="0x14a1a32f316b15a1:0x169c54b46dcc3a93", inside=None):
    place = [None] * 184
    place[2] = ["Ekou 74", "Ilios 131 22", "Greece"]
    place[7] = ["https://www.instagram.com/leadroom", "instagram.com"]
    place[9], place[10], place[11] = [None, None, 38.03, 23.7], feature, name
    place[13], place[30], place[78] = ["Bar"], "Europe/Athens", "ChIJoRVrMS-joRQRkzrMbbFICTI"
    place[99] = inside
    place[178] = [["21 0261 6578", [["21 0261 6578", 1], ["+30 21 0261 6578", 2]]]]
    place[183] = [None, [None, "Ekou 74", "Ekou 74", "Ilios", "131 22", None, "GR"]]
    return place


def test_positional_answers_are_found_by_their_shape():
    found = venue([["query", [[None] * 14, [*([None] * 14), positional()]]]])
    assert (found.name, found.street, found.locality, found.country) == ("Lead Room", "Ekou 74", "Ilios", "GR")
    assert (found.phone, found.website, found.timezone) == ("+302102616578", None, "Europe/Athens")
    assert found.source_id == "ChIJoRVrMS-joRQRkzrMbbFICTI"


def test_places_that_others_searched_for_are_not_this_one():
    other = positional("Other", "0x1:0x2")
    assert venue([None, None, positional(inside=[[other]])]).name == "Lead Room"


def test_a_positional_answer_behind_its_guard():
    guarded = ")]}'\n" + json.dumps([[positional()]])
    assert venue(guarded.encode()).name == "Lead Room"
    assert venue({"c": 0, "d": guarded}).name == "Lead Room"


def test_reviews_are_nothing():
    review = [[["ID", ["0x0:0xa73f342ed9222e57", None, 1, 1, [None, None, None, None, None, ["A. Reviewer"]]]]]]
    assert read(review).outcome is ReadingOutcome.NOTHING


def test_establishments_of_autocomplete_are_places_and_streets_are_not():
    def suggestion(name, *types):
        return {"place_id": f"ChIJ_{name}", "types": list(types), "description": name,
                "structured_formatting": {"main_text": name, "secondary_text": "Ashby NSW, Australia"}}  # fmt: skip

    answer = {
        "predictions": [suggestion("Copper Hall", "establishment"), suggestion("Mine St", "route", "geocode")],
        "status": "OK",
    }
    assert [v.name for v in read(answer).claims.venues] == ["Copper Hall"]


def test_unknown_fields_go_to_the_audit():
    assert any(path.endswith("mood") for path in read({"result": legacy(mood=1), "status": "OK"}).unread)
