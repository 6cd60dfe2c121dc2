"""Yelp: Fusion v3 (and the older v2 and GraphQL forms), and items of Apify's scrapers of its site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, text
from mystage.adapters.sources.kit.payload import MISSING, Payload
from mystage.adapters.sources.kit.relaxed import json_of
from mystage.adapters.sources.yelp.businesses import read_business
from mystage.adapters.sources.yelp.events import read_event
from mystage.adapters.sources.yelp.scraped import is_item, read_item
from mystage.domain.sources import Reading, ReadingErrorKind, failed, nothing, records

VERSION = 1
_SITE: Final = re.compile(r"(?:^|[/.])yelp\.[a-z]{2,3}(?:\.[a-z]{2})?(?:/|$)|yelpcdn\.com")
_HINT: Final = re.compile(rb"yelp|bizId|display_phone")
_CODE: Final = re.compile(r"[A-Z][A-Z_]+: (?!without words)")
_PLAIN: Final = frozenset(("businesses", "total", "region", "terms", "categories"))
_IDS: Final = (
    (re.compile(r"LIMIT|TOO_MANY|EXCEEDED_REQS|QUOTA"), ReadingErrorKind.QUOTA),
    (re.compile(r"TOKEN|AUTH|CREDENTIAL|FORBIDDEN|ACCESS|API_KEY|SIGNATURE|CONSUMER"), ReadingErrorKind.AUTH),
    (re.compile(r"NOT_FOUND|UNAVAILABLE|MIGRATED"), ReadingErrorKind.NOT_FOUND),
)


def recognises(payload: Payload) -> float:
    """How surely the payload is an answer of Yelp or an item scraped from it (0 to 1)."""
    if payload.json is MISSING and not _HINT.search(payload.body):
        return 0.0
    value = json_of(payload)
    if isinstance(value, list):
        value = next((i for i in value if isinstance(i, Mapping)), None)
    if not isinstance(value, Mapping):
        return 0.0
    if _is_business(value) or _is_event(value) or is_item(value):
        return 0.95
    lists = [*_list(value, "businesses"), *_list(value, "events"), *_list(value, "reviews")]
    if any(_is_business(i) or _is_event(i) or _is_review(i) for i in lists[:5]):
        return 0.95
    if _from_autocomplete(value):
        return 0.9
    if _graphql(value) is not None:
        return 0.8
    if value and value.keys() <= _PLAIN and (_list(value, "categories") or isinstance(value.get("businesses"), list)):
        return 0.7
    return 0.7 if _CODE.match(_error(value) or "") else 0.0


def parse(payload: Payload) -> Reading:
    """Read it; whatever is wrong with it is in the answer."""
    value = json_of(payload)
    if value is MISSING or not isinstance(value, (Mapping, list)):
        return failed(ReadingErrorKind.MALFORMED, "neither JSON nor near to it: not an answer of Yelp")
    items: list[Any] = list(value) if isinstance(value, list) else [value]
    error = _error(items[0]) if items and isinstance(items[0], Mapping) else None
    if error:
        return failed(_kind_of(error), f"Yelp answers {error}")
    builder, unread = ClaimsBuilder(), set[str]()
    for item in items:
        if isinstance(item, Mapping):
            fields = Fields(_graphql(item) or item)
            _read(builder, fields, item)
            fields.rest()
            unread.update(fields.unread)
    claims = builder.build()
    if not len(claims):
        return nothing("an answer without businesses and events")
    return records(claims, unread=tuple(sorted(unread))[:200])


def _read(builder: ClaimsBuilder, root: Fields, item: Mapping[str, Any]) -> None:
    if is_item(item):
        read_item(builder, root)
    elif _is_event(item):
        read_event(builder, root)
    elif _is_business(item):
        read_business(builder, root)
    else:
        for business in [*root.list("businesses"), *root.list("business")]:
            read_business(builder, business)
        for event in root.list("events"):
            read_event(builder, event)
        root.ignore("total", "region", "terms", "categories", "reviews", "possible_languages", "category")


def _list(value: Mapping[str, Any], name: str) -> list[Any]:
    found = value.get(name)
    return found if isinstance(found, list) else []


def _is_business(item: object) -> bool:
    if not isinstance(item, Mapping) or not {"id", "name"} <= item.keys():
        return False
    said = f"{item.get('url')} {item.get('image_url')} {item.get('mobile_url')}"
    shape = item.keys() & {"review_count", "coordinates", "location", "display_phone", "is_closed", "alias"}
    return len(shape) > 1 and (
        _SITE.search(said) is not None or {"review_count", "rating"} <= item.keys() or len(shape) > 3
    )


def _is_event(item: object) -> bool:
    return (
        isinstance(item, Mapping)
        and {"name", "time_start"} <= item.keys()
        and bool({"event_site_url", "business_id", "is_canceled"} & item.keys())
    )


def _is_review(item: object) -> bool:
    return isinstance(item, Mapping) and {"rating", "user", "text"} <= item.keys()


def _from_autocomplete(value: Mapping[str, Any]) -> bool:
    return {"terms", "businesses", "categories"} <= value.keys()


def _graphql(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The lists of a GraphQL answer, as the plain API names them."""
    data = value.get("data")
    if not isinstance(data, Mapping):
        return None
    found: dict[str, list[Any]] = {"businesses": [], "events": []}
    for name in ("search", "business", "business_match", "phone_search", "event", "event_search"):
        node = data.get(name)
        inner = node.get("business", node.get("events", node)) if isinstance(node, Mapping) else None
        items = inner if isinstance(inner, list) else [inner]
        found["events" if "event" in name else "businesses"].extend(
            i for i in items if isinstance(i, Mapping) and "name" in i
        )
    return found if any(found.values()) else None


def _error(value: Mapping[str, Any]) -> str | None:
    """Id and words of an error answer; None for any other."""
    error = value.get("error")
    if not isinstance(error, Mapping) or "businesses" in value:
        return None
    code = text(error.get("code")) or text(error.get("id"))
    words = text(error.get("description"), 300) or text(error.get("text"), 300)
    field = text(error.get("field"))
    return f"{code or 'an error without a code'}: {words or 'without words'}{f' (field {field})' if field else ''}"


def _kind_of(error: str) -> ReadingErrorKind:
    code = error.partition(":")[0].upper()
    return next((kind for known, kind in _IDS if known.search(code)), ReadingErrorKind.BAD_REQUEST)
