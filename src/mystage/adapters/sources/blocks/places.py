"""What the rest of a page says of where its events are: the town of a street, the zone of all its addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from mystage.adapters.sources.blocks.rows import Row
from mystage.adapters.sources.kit.places import split_address, zone_of
from mystage.domain.sources import fold_text

_CODED: Final = re.compile(
    r"\b[A-Z]{2}\.?,?\s+\d{5}\b|\b\d{5}\s+[A-Z][a-z]|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|,\s[A-Z][a-z]+ \d{5}\b"
)
_BULLET: Final = re.compile(r"\s*[•·|]\s*")
_PHONE: Final = re.compile(r"(?:\(?\w{0,6}\)?\s?)?\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b")


def addresses(rows: Sequence[Row]) -> list[dict[str, str]]:
    """The postal addresses that stand on a page, taken apart."""
    found = []
    for row in rows:
        text = row.line.text
        if len(text) <= 400 and _CODED.search(text):
            line = _PHONE.sub("", _BULLET.sub(", ", text)).strip(" ,;.")
            tail = re.search(r"(?:located at|held at|\bat|:)\s+(\d.{10,120}?\b\d{5}\b)", line)
            parts = split_address(tail[1] if tail else line)
            if parts.keys() & {"region", "postal_code", "country"}:
                found.append(parts)
    return found


def completed(nodes: list[dict[str, Any]], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The nodes with towns for streets that another line gives in full, and the zone that all addresses share."""
    known = addresses(rows)
    if not known:
        return nodes
    by_street = {_street(a["street"]): a for a in known if "street" in a and "locality" in a}
    zones = {zone_of(a.get("country"), a.get("region")) for a in known}
    zone = zones.pop() if len(zones) == 1 else None
    names = {fold_text(str(place.get("name"))) for node in nodes if isinstance(place := node.get("location"), dict)}
    # many houses are those of a tour: the address of an office says nothing of them
    shared = zone if zone and (len(names) <= 3 or 2 * len(known) > len(nodes)) else None
    return [{**({"_zone": shared} if shared else {}), **_towned(node, by_street)} for node in nodes]


def _street(value: str) -> str:
    """A street for comparison: its number and the first letters of its words."""
    words = [w for w in fold_text(value).split() if w not in ("east", "west", "north", "south", "e", "w", "n", "s")]
    return " ".join(w if w.isdigit() else w[:2] for w in words[:3])


def _towned(node: dict[str, Any], by_street: dict[str, dict[str, str]]) -> dict[str, Any]:
    place = node.get("location")
    address = place.get("address") if isinstance(place, dict) else None
    if not isinstance(place, dict) or not isinstance(address, dict) or address.get("addressLocality"):
        return node
    more = by_street.get(_street(str(address.get("streetAddress") or "-")))
    if more is None:
        return node
    full = {
        "streetAddress": more.get("street"), "addressLocality": more.get("locality"), "addressRegion": more.get("region"),
        "postalCode": more.get("postal_code"), "addressCountry": more.get("country"),
    }  # fmt: skip  # a table
    return {
        **node,
        "location": {
            **place,
            "address": {**{k: v for k, v in full.items() if v}, **{k: v for k, v in address.items() if v}},
        },
    }
