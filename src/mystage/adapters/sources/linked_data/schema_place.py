"""schema.org places, addresses and positions -> the values of a venue, or the place in words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from mystage.adapters.sources.kit.building import country_code, number, phone_e164, position, text
from mystage.adapters.sources.kit.places import (
    country_of_region,
    in_words,
    is_no_venue,
    is_street,
    region_code,
    split_address,
    tidy_address,
    zone_of,
)
from mystage.adapters.sources.linked_data.graph import Graph, Node, host, id_in, is_directory, name_of, plain_url, types
from mystage.domain.sources import fold_text

_DISTRICT: Final = re.compile(r"^(København|Copenhagen|Århus|Aarhus|Odense)\s+(?:K|V|N|Ø|S|C|SV|NV|NØ)$")


@dataclass(slots=True)
class Where:
    """Where an event is: the values of its venue (none where it has no name), and of its address."""

    name: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    zone: str | None = None

    @property
    def words(self) -> str | None:
        """The place in words."""
        return in_words(self.fields)

    def nameless(self) -> Where:
        """The same place without its name (which names no venue)."""
        return Where(
            None, {k: v for k, v in self.fields.items() if k not in ("source_id", "url", "website", "links")}, self.zone
        )


def where(graph: Graph, value: Any, own_hosts: frozenset[str], title: str | None = None) -> Where:
    """The first real place among the locations of an event."""
    for item in graph.nodes(value):
        found = _of_text(item) if isinstance(item, str) else _of_node(graph, item, own_hosts)
        if found is not None:
            return _judged(found, title)
    return Where()


def _of_text(value: str) -> Where | None:
    line = text(value, 500)
    if not line or is_no_venue(line):
        return None
    parts = split_address(line)
    rest = parts.pop("rest", None)
    if not parts and rest and "," in rest:
        name, _, town = rest.rpartition(",")
        return _located(name.strip(), {"locality": _town(town.strip())})
    return _located(rest, dict(parts))


def _of_node(graph: Graph, node: Node, own_hosts: frozenset[str]) -> Where | None:
    names = types(node)
    if "VirtualLocation" in names:
        return None
    if "PostalAddress" in names:
        return _located(None, _address(graph, node))
    fields = _address(graph, node.get("address") or (node if "streetAddress" in node else None))
    geo = graph.node(node.get("geo"))
    fields |= _position(geo or node)
    name = name_of(node)
    if name is None and isinstance(node.get("_text"), str):
        name, _, town = node["_text"].partition(",")
        name = text(name, 200)
        fields["locality"] = fields.get("locality") or _town(town.strip())
    if not fields.get("locality") and name and re.search(r"[^,]+,[^,]+,", name):
        found = _of_text(name)
        if found and found.name and found.fields.get("locality"):
            name, fields = found.name, {**found.fields, **{k: v for k, v in fields.items() if v}}
    if name is None and not any(fields.values()):
        return None
    fields |= _web(graph, node, own_hosts)
    return _located(name, fields, node)


def _located(name: str | None, fields: dict[str, Any], node: Node | None = None) -> Where:
    fields = tidy_address(fields)
    country = fields.get("country")
    zone = zone_of(country, fields.get("region"), fields.get("lat"), fields.get("lon"))
    if node is not None:
        phone = phone_e164(text(node.get("telephone") or node.get("phone")), country)
        capacity = number(node.get("maximumAttendeeCapacity"))
        fields |= {"phone": phone, "capacity": int(capacity) if capacity and capacity > 0 else None}
        fields["description"] = text(node.get("description"), 20_000)
    return Where(name, fields, zone)


def _judged(found: Where, title: str | None) -> Where:
    """Without a name that names no venue: TBA, a street, the town itself, the event itself."""
    name, fields = found.name, found.fields
    if not name:
        return found
    name = name.strip(" ,;")
    if is_street(name):
        fields["street"] = fields.get("street") or name
        return found.nameless()
    towns = {fold_text(str(fields[n])) for n in ("locality", "region", "country") if fields.get(n)}
    if is_no_venue(name) or fold_text(name) in towns or fold_text(name.split(",")[0]) in towns:
        return found.nameless()
    if title and fold_text(name) == fold_text(title) and re.search("fest", name, re.IGNORECASE):
        return found.nameless()
    found.name = name
    return found


def _address(graph: Graph, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        parts: dict[str, Any] = dict(split_address(text(value, 500) or ""))
        rest = parts.pop("rest", None)
        if rest and "street" not in parts and parts:
            parts["street"] = rest
        return parts
    node = graph.node(value)
    if node is None:
        return {}
    country_node = node.get("addressCountry")
    country_name = name_of(country_node) if isinstance(country_node, (str, dict)) else None
    region = _first(graph, node.get("addressRegion"))
    postal = text(node.get("postalCode"), 20)
    country = country_code(country_name) or country_of_region(region, postal)
    return {
        "street": _first(graph, node.get("streetAddress")),
        "locality": _town(_first(graph, node.get("addressLocality"))),
        "region": region_code(region, country),
        "postal_code": postal,
        "country": country,
    }


def _first(graph: Graph, value: Any) -> str | None:
    found = next(graph.nodes(value), None) if value else None
    line = (name_of(found) if found is not None else text(value)) if value else None
    return line.strip(" ,;") or None if line else None


def _town(value: str | None) -> str | None:
    if not value:
        return None
    found = _DISTRICT.match(value)
    return found.group(1) if found else value


def _position(node: Node) -> dict[str, float]:
    lat, lon = node.get("latitude"), node.get("longitude")
    if lat is None or lon is None:
        return {}
    if isinstance(lat, str) and isinstance(lon, str):
        lat, lon = lat.replace(",", "."), lon.replace(",", ".")
    return position(lat, lon)


def _web(graph: Graph, node: Node, own_hosts: frozenset[str]) -> dict[str, Any]:
    """The source's page about a place, its own site, and further links, told apart by their hosts."""
    found: dict[str, Any] = {}
    further: list[str] = []
    same = node.get("sameAs")
    candidates = [("url", graph.address(node.get("url"))), ("url", graph.address(node.get("@id")))]
    candidates += [("same", graph.address(v)) for v in (same if isinstance(same, list) else [same])[:20]]
    for role, address in candidates:
        if not address:
            continue
        page = plain_url(address) or address
        if role == "url" and host(address) in own_hosts:
            found.setdefault("url", page)
            found.setdefault("source_id", id_in(address))
        elif is_directory(address):
            further.append(page)
            found.setdefault("source_id", id_in(address) if role == "same" else None)
        elif host(address) in own_hosts and role == "same":
            found.setdefault("url", page)
        elif "website" not in found:
            found["website"] = address
    found["links"] = tuple(dict.fromkeys(further))
    return found
