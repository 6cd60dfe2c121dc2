"""Items of Apify's scrapers of yelp.com (tri_angle/yelp-scraper and its kin)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from mystage.adapters.sources.kit.addresses import Address, parsed_address
from mystage.adapters.sources.kit.building import (
    ClaimsBuilder,
    Fields,
    country_code,
    links,
    phone_e164,
    position,
)
from mystage.adapters.sources.kit.weblinks import own_site, without_tracking
from mystage.adapters.sources.kit.whereabouts import region_text, zone_of
from mystage.adapters.sources.yelp.businesses import categories_of

_NORTH_AMERICAN: Final = re.compile(r"\(\d{3}\) \d{3}-\d{4}")
_YELP_US: Final = re.compile(r"^https?://(?:www\.|m\.)?yelp\.com/")


def is_item(item: Mapping[str, Any]) -> bool:
    """Whether an object is an item of one of the scrapers."""
    page = str(item.get("directUrl") or item.get("url") or item.get("link"))[:200]
    return "name" in item and ("bizId" in item or "directUrl" in item) and ("yelp." in page or "bizId" in item)


def read_item(builder: ClaimsBuilder, item: Fields) -> str | None:
    """Add the business of an item."""
    page = without_tracking(item.pop("directUrl", "url", "link"))
    address = _address(item)
    raw = item.text("phone", "phoneNumber", "displayPhone")
    country = address.country or (
        "US" if raw and _NORTH_AMERICAN.fullmatch(raw) and page and _YELP_US.match(page) else None
    )
    spot = item.sub("location", "coordinates", "geo")
    pin = position(
        spot.pop("latitude", "lat") or item.pop("latitude"),
        spot.pop("longitude", "lng", "lon") or item.pop("longitude"),
    )
    identity = item.text("bizId", "businessId", "id")
    key = builder.venue(
        source_id=identity, name=item.text("name"), url=page, website=own_site(item.pop("website", "businessUrl")),
        street=address.street, locality=address.locality, region=address.region, postal_code=address.postal_code,
        country=address.country, phone=phone_e164(raw, country), categories=categories_of(item.pop("categories")),
        images=links([item.pop("primaryPhoto", "image")]), closed=item.pop("isClosed", "permanentlyClosed") is True,
        timezone=zone_of(address.country, address.region, address.locality, **pin),
        identifiers={"yelp": identity} if identity else {}, **pin,
    )  # fmt: skip
    item.ignore(
        "aggregatedRating", "reviewCount", "operationHours", "amenitiesAndMore", "reviews", "priceRange", "images"
    )
    item.ignore("mediaCount", "photos", "aboutTheBusiness", "claimed", "isClaimed", "rating", "cuisine", "scrapedAt")
    item.rest()
    return key


def _address(item: Fields) -> Address:
    """The address: an object of parts, or one line."""
    if isinstance(item.peek("address"), str) or "address" not in item:
        return _parsed(item.text("address", "fullAddress", "formattedAddress"))
    parts = item.sub("address")
    country = country_code(parts.text("country", "countryCode", "addressCountry"))
    lines = [parts.text(n) for n in ("addressLine1", "addressLine2", "addressLine3", "streetAddress", "street")]
    whole = _parsed(parts.text("formattedAddress", "formatted", "fullAddress"))
    found = Address(
        street=", ".join(dict.fromkeys(line for line in lines if line)) or whole.street,
        locality=parts.text("city", "addressLocality") or whole.locality,
        region=region_text(country, parts.text("regionCode", "state", "region", "addressRegion")) or whole.region,
        postal_code=parts.text("postalCode", "zipCode", "zip") or whole.postal_code,
        country=country or whole.country,
    )
    parts.rest()
    return found


def _parsed(line: str | None) -> Address:
    """An address on one line; one that ends in a state and a ZIP code is American."""
    return parsed_address(line, "US" if line and re.search(r"[ ,][A-Z]{2} \d{5}(?:-\d{4})?$", line) else None)
