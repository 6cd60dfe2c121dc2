"""Businesses of the Fusion API. `url` is Yelp's page, never the business's own site."""

from __future__ import annotations

from typing import Any

from mystage.adapters.sources.kit.addresses import Address
from mystage.adapters.sources.kit.building import (
    ClaimsBuilder,
    Fields,
    country_code,
    links,
    phone_e164,
    position,
    text,
    texts,
)
from mystage.adapters.sources.kit.weblinks import own_site, without_tracking
from mystage.adapters.sources.kit.whereabouts import region_text, zone_of

_IGNORED = (
    "review_count", "rating", "price", "transactions", "hours", "distance", "alias", "is_claimed", "messaging", "rating_img_url",
    "special_hours", "reviews", "snippet_text", "snippet_image_url", "rating_img_url_small", "rating_img_url_large",
    "mobile_url", "attributes", "photo_count", "photo_details", "menu_provider", "display_phone", "phone", "image_url",
    "date_opened", "date_closed", "business_temporarily_closed", "rapc", "yelp_menu_url", "cbsa", "summaries",
)  # fmt: skip


def read_business(builder: ClaimsBuilder, item: Fields) -> str | None:
    """Add a business and answer its key. In autocomplete the name may stand in `text`."""
    place = item.sub("location")
    spot = item.sub("coordinates") or place.sub("coordinate")
    pin = position(spot.pop("latitude"), spot.pop("longitude"))
    address = address_of(place)
    pictures = item.pop("photos")
    identity = item.text("id")
    attributes = Fields(item.pop("attributes"))
    values: dict[str, Any] = {
        "source_id": identity, "name": item.text("name", "text"), "url": without_tracking(item.pop("url")),
        "street": address.street, "locality": address.locality, "region": address.region,
        "postal_code": address.postal_code, "country": address.country, **pin,
        "timezone": zone_of(address.country, address.region, address.locality, **pin),
        "phone": next((p for p in (phone_e164(item.text(n), address.country) for n in ("phone", "display_phone")) if p), None),
        "website": own_site(attributes.pop("business_url")), "categories": categories_of(item.pop("categories")),
        "images": links([item.pop("image_url"), *(pictures if isinstance(pictures, list) else [])][:5]),
        "closed": item.pop("is_closed") is True, "identifiers": {"yelp": identity} if identity else {},
    }  # fmt: skip
    item.ignore(*_IGNORED)
    item.rest()
    return builder.venue(**values)


def address_of(place: Fields) -> Address:
    """The address of a `location`; the lines of version 2 are a list."""
    lines = [place.text("address1"), place.text("address2"), place.text("address3")]
    street = ", ".join(line for line in lines if line) or ", ".join(texts(place.pop("address")))
    country = country_code(place.text("country", "country_code"))
    found = Address(
        street=street or None,
        locality=place.text("city"),
        region=region_text(country, place.text("state", "state_code")),
        postal_code=place.text("zip_code", "postal_code"),
        country=country,
    )
    place.ignore("display_address", "cross_streets", "formatted_address", "neighborhoods", "geo_accuracy")
    place.rest()
    return found


def categories_of(value: object) -> tuple[str, ...]:
    """Titles of categories: objects in version 3, pairs in version 2."""
    items = value if isinstance(value, list) else []
    names = (
        Fields(i).text("title", "alias") if isinstance(i, dict) else text(i[0] if isinstance(i, list) and i else i)
        for i in items
    )
    return tuple(dict.fromkeys(n for n in names if n))
