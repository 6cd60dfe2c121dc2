"""Microformats: h-event (version 2) and hCalendar (classic) as the dictionaries that JSON-LD gives."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_EVENTS: Final = 1_000
_EVENT: Final = {
    "name": ".p-name, .summary", "startDate": ".dt-start, .dtstart", "endDate": ".dt-end, .dtend",
    "url": ".u-url, .url", "description": ".p-summary, .e-content, .description", "image": ".u-photo, .photo",
    "eventStatus": ".status",
}  # fmt: skip  # a table
_CARD: Final = {
    "name": ".p-name, .fn.org, .fn, .org", "telephone": ".p-tel, .tel", "url": ".u-url, .url",
}  # fmt: skip  # a table
_ADDRESS: Final = {
    "streetAddress": ".p-street-address, .street-address", "addressLocality": ".p-locality, .locality",
    "addressRegion": ".p-region, .region", "postalCode": ".p-postal-code, .postal-code",
    "addressCountry": ".p-country-name, .country-name",
}  # fmt: skip  # a table
_GEO: Final = {"latitude": ".p-latitude, .latitude", "longitude": ".p-longitude, .longitude"}


_BEFORE_A_CLASS: Final = (b" ", b'"', b"'", b"=", b"\n", b"\t")
"""What stands before a class's name ("month-event" is none of ours)."""


def hinted(markup: bytes) -> bool:
    """Whether a page may have events in microformats: their names, with "class=" before them in the same tag."""
    return any(_named_in_class(markup, name) for name in (b"vevent", b"h-event"))


def _named_in_class(body: bytes, name: bytes) -> bool:
    at = body.find(name)
    for _ in range(50):
        if at < 0:
            return False
        tag = body[max(0, at - 200) : at].rpartition(b"<")[2]
        begins = body[at - 1 : at] in _BEFORE_A_CLASS
        if begins and b"class" in tag and b">" not in tag:
            return True
        at = body.find(name, at + len(name))
    return True


def items(tree: LexborHTMLParser, base: str = "") -> list[dict[str, Any]]:
    """The events of a page, each with name and start."""
    found = (_event(node, base) for node in tree.css(".h-event, .vevent")[:MAX_EVENTS])
    return [item for item in found if item.get("name") and item.get("startDate")]


def _event(node: LexborNode, base: str) -> dict[str, Any]:
    item: dict[str, Any] = {"@type": "Event", **_read(node, _EVENT, base)}
    place = node.css_first(".p-location, .h-card.location, .location")
    if place is not None:
        item["location"] = _place(place, base)
    acts = [a.text(strip=True)[:200] for a in node.css(".p-performer, .p-x-performer, .attendee .fn")[:50]]
    if acts:
        item["performer"] = acts
    return item


def _place(node: LexborNode, base: str) -> dict[str, Any] | str:
    address = _read(node, _ADDRESS, base)
    card = _read(node, _CARD, base)
    if not address and not card:
        return node.text(separator=" ", strip=True)[:500]
    return {"@type": "Place", **card, "address": {"@type": "PostalAddress", **address}, "geo": _read(node, _GEO, base)}


def _read(node: LexborNode, table: dict[str, str], base: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, selector in table.items():
        element = node.css_first(selector)
        value = _value(element, base, address=name in {"url", "image"}) if element is not None else ""
        if value:
            found[name] = value
    return found


def _value(node: LexborNode, base: str, *, address: bool) -> str:
    attributes = node.attributes
    if address:
        target = attributes.get("href") or attributes.get("src") or ""
        try:
            return urljoin(base, target) if target else ""
        except ValueError:
            return ""
    inner = node.css_first(".value-title")
    for holder in (inner, node):
        if holder is not None:
            for name in ("datetime", "title", "value"):
                if holder.attributes.get(name) and holder.tag in {"time", "abbr", "span", "data"}:
                    return str(holder.attributes[name]).strip()
    return node.text(separator=" ", strip=True)[:5_000]
