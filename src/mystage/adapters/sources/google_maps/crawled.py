"""Items of Apify's crawlers of Google Maps (compass/crawler-google-places and its predecessors)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mystage.adapters.sources.google_maps.venues import add_place
from mystage.adapters.sources.kit.addresses import Address, address_of_plus_code, parsed_address
from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, country_code, link, links, position, texts
from mystage.adapters.sources.kit.whereabouts import region_text
from mystage.domain.sources import fold_text

_MARKS: Final = (
    "categoryName",
    "totalScore",
    "permanentlyClosed",
    "temporarilyClosed",
    "reviewsCount",
    "plusCode",
    "searchString",
)
_NO_TOWN: Final = frozenset(
    ("hlavni mesto", "capital city", "city", "town", "city centre", "city center", "municipality")
)
"""What the crawler's translated addresses give for a town: words, not names."""
_IGNORED: Final = (
    "subTitle", "price", "menu", "locatedIn", "neighborhood", "totalScore", "isAdvertisement", "rank", "searchPageUrl",
    "searchString", "scrapedAt", "reviewsCount", "reviewsDistribution", "reviews", "orderBy", "popularTimesLiveText",
    "popularTimesLivePercent", "popularTimesHistogram", "openingHours", "peopleAlsoSearch", "additionalInfo", "fid",
    "imagesCount", "imageCategories", "reviewsTags", "placesTags", "questionsAndAnswers", "updatesFromCustomers",
    "webResults", "tableReservationLinks", "bookingLinks", "inputPlaceId", "userPlaceNote", "hotelAds", "hotelStars",
    "hotelDescription", "checkInDate", "checkOutDate", "similarHotelsNearby", "hotelReviewSummary", "gasPrices", "kgmid",
    "additionalOpeningHours", "searchPageLoadedUrl", "language", "claimThisBusiness", "googleFoodUrl", "ownerUpdates",
    "restaurantData", "reserveTableUrl", "leadsEnrichment", "parentPlaceUrl", "instagrams", "facebooks", "twitters",
    "temporarilyClosed", "phoneUnformatted", "phone", "imageUrls", "imageUrl", "cid", "emails", "domain",
)  # fmt: skip


def recognises(item: Mapping[str, Any]) -> float:
    """How surely an object is an item of the crawler's data set."""
    if "title" not in item and "placeId" not in item:
        return 0.0
    known = sum(1 for name in _MARKS if name in item)
    there = "google." in str(item.get("url"))[:80] and "/maps" in str(item.get("url"))[:80]
    if "placeId" in item and (known or there):
        return 0.95
    return 0.9 if there and known else 0.7 if known > 2 and "address" in item else 0.0


def read(builder: ClaimsBuilder, item: Fields) -> None:
    """Add the place of an item (its `location` is the pin; the `@` of its address is the viewport)."""
    spot, cid = item.sub("location"), item.text("cid")
    categories = item.pop("categories")
    category = item.text("categoryName")
    types = texts(categories)
    name = item.text("title", "name")
    pictures = item.pop("imageUrls")
    values: dict[str, Any] = {
        "place_id": item.text("placeId"), "name": name, "address": _address(item),
        "pin": position(spot.pop("lat", "latitude"), spot.pop("lng", "longitude")),
        "phones": (item.text("phone"), item.text("phoneUnformatted")), "website": item.pop("website"),
        "types": types or texts(category), "url": link(item.pop("url")),
        "closed": item.pop("permanentlyClosed") is True, "description": item.text("description"),
        "images": links(pictures[:5] if isinstance(pictures, list) else ()),
        "identifiers": {"google_cid": cid} if cid else {},
    }  # fmt: skip
    item.ignore(*_IGNORED)
    if name:
        add_place(builder, **values)


def _address(item: Fields) -> Address:
    country = country_code(item.text("countryCode"))
    found = parsed_address(item.text("address"), country)
    town, state = item.text("city"), item.text("state")
    country = country or found.country
    plus = address_of_plus_code(item.text("plusCode"), country)
    if town is None or fold_text(town) in _NO_TOWN:
        town = plus.locality or (found.locality if fold_text(found.locality or "") not in _NO_TOWN else None)
    return replace(
        found,
        street=item.text("street") or found.street,
        locality=town,
        region=region_text(country, state) or found.region or plus.region,
        postal_code=item.text("postalCode") or found.postal_code,
        country=country,
    )
