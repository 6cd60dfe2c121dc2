"""Microdata (`itemscope`, `itemprop`) as the same dictionaries that JSON-LD gives.

The one walk goes from each property up to its item, so that it costs the number of properties times their depth,
never a walk of the whole tree. Beside its properties an item keeps `_links`: (text, address) of the anchors inside
its `name`, and `_text` of its `url`, since many pages name a place only as the text of a link.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mystage.adapters.sources.kit.moments import Moment, from_epoch

MAX_PROPERTIES: Final = 20_000
MAX_CLIMB: Final = 400
_EPOCHS: Final = re.compile(r"^(\d{9,11})-(\d{9,11})$")
_ADDRESS: Final = {"a": "href", "area": "href", "link": "href", "img": "src", "audio": "src", "video": "src",
                   "embed": "src", "iframe": "src", "source": "src", "track": "src", "object": "data"}  # fmt: skip
_NAMED: Final = {**_ADDRESS, "time": "datetime", "data": "value", "meter": "value"}
"""Elements whose value stands in an attribute."""


def items(tree: LexborHTMLParser, base: str = "") -> list[dict[str, Any]]:
    """The top-level items of a page, each with the items nested in it."""
    known: dict[int, dict[str, Any]] = {}
    named: list[tuple[int, str]] = []
    for node in tree.css("[itemscope]")[:MAX_PROPERTIES]:
        attributes = node.attributes
        known[node.mem_id] = _item(node, attributes)
        if "itemref" in attributes:
            named.append((node.mem_id, attributes["itemref"] or ""))
    if not known:
        return []
    referring = _references(tree, named) if named else {}
    owners = _Owners(known)
    nested: set[int] = set()
    for node in tree.css("[itemprop]")[:MAX_PROPERTIES]:
        here = node.mem_id
        owner = owners.of(node)
        if owner is not None:
            nested.add(here)
            _add(owner, node, known.get(here), base)
        if referring:
            for other in _referrers(node, referring, known):
                _add(other, node, known.get(here), base)
    return [item for place, item in known.items() if place not in nested]


def _item(node: LexborNode, attributes: dict[str, str | None]) -> dict[str, Any]:
    item: dict[str, Any] = {}
    types = _types(attributes.get("itemtype") or "")
    if types:
        item["@type"] = [*types]
    if attributes.get("itemid"):
        item["@id"] = attributes["itemid"]
    if "data-time" in attributes and "eventon" in (attributes.get("class") or ""):
        span = _EPOCHS.match(attributes["data-time"] or "")
        if span:
            _read_eventon(item, node, span)
    return item


@lru_cache(maxsize=512)
def _types(written: str) -> tuple[str, ...]:
    return tuple(t.rstrip("/").rsplit("/", 1)[-1] for t in written.split())


def _read_eventon(item: dict[str, Any], node: LexborNode, span: re.Match[str]) -> None:
    """The EventON plugin (WordPress) writes days alone into its microdata; clock and position stand beside them.

    Its epochs hold the wall clock of the place as if that were UTC.
    """
    start, end = (from_epoch(float(value)) for value in span.groups())
    if start and end:
        item["_wall"] = (Moment(start.local, has_clock=True), Moment(end.local, has_clock=True))
    item["identifier"] = node.attributes.get("data-event_id")
    pinned = node.css_first("[data-latlng]")
    lat, _, lon = ((pinned.attributes.get("data-latlng") or "") if pinned else "").partition(",")
    if lon:
        item["_position"] = {"latitude": lat, "longitude": lon}


def _references(tree: LexborHTMLParser, named: list[tuple[int, str]]) -> dict[int, list[int]]:
    """Element that an `itemref` names -> the items that claim it."""
    found: dict[int, list[int]] = {}
    by_id = {str(n.attributes["id"]): n.mem_id for n in tree.css("[id]")[:MAX_PROPERTIES] if n.attributes.get("id")}
    for item, ids in named[:1_000]:
        for name in ids.split()[:50]:
            if name in by_id:
                found.setdefault(by_id[name], []).append(item)
    return found


def _referrers(
    node: LexborNode, referring: dict[int, list[int]], known: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The items that refer to a property by its id, or to what holds it up to its item."""
    found: list[dict[str, Any]] = []
    at: LexborNode | None = node
    for step in range(MAX_CLIMB):
        if at is None:
            break
        here = at.mem_id
        found.extend(known[i] for i in referring.get(here, ()) if i != node.mem_id)
        if step and here in known:
            break
        at = at.parent
    return found


class _Owners:
    """Which item holds an element. What was climbed over is kept, so that no element is climbed over twice."""

    def __init__(self, known: dict[int, dict[str, Any]]) -> None:
        self._above: dict[int, dict[str, Any] | None] = {**known}

    def of(self, node: LexborNode) -> dict[str, Any] | None:
        """The nearest item above an element."""
        above = self._above
        found: dict[str, Any] | None = None
        climbed: list[int] = []
        at = node.parent
        while at is not None:
            here = at.mem_id
            if here in above:
                found = above[here]
                break
            climbed.append(here)
            at = at.parent
        for here in climbed:
            above[here] = found
        return found


def _add(owner: dict[str, Any], node: LexborNode, nested: dict[str, Any] | None, base: str) -> None:
    """Give an item the property that an element is; `nested` is the item that the element itself is."""
    if nested is owner:
        return
    attributes, tag = node.attributes, node.tag or ""
    value: Any = nested if nested is not None else _value(node, tag, attributes, base)
    if value in (None, ""):
        return
    for name in (attributes.get("itemprop") or "").split()[:10]:
        if name == "name" and nested is None and tag != "meta":
            _keep_links(owner, node, base)
        if name == "url" and tag == "a":
            owner.setdefault("_text", node.text(separator=" ", strip=True)[:500])
        _put(owner, name, value)


def _keep_links(owner: dict[str, Any], node: LexborNode, base: str) -> None:
    first = node.first_child
    if first is None or (first.is_text_node and first.next is None):
        return
    anchors = _anchors(first) or node.css("a[href]")
    if anchors:
        owner.setdefault(
            "_links", [(a.text(strip=True)[:300], _joined(base, a.attributes.get("href") or "")) for a in anchors[:60]]
        )


def _anchors(first: LexborNode) -> list[LexborNode]:
    """The anchors among siblings that are anchors and text alone (as nearly all are), which spares a selector; else none."""
    found: list[LexborNode] = []
    at: LexborNode | None = first
    while at is not None:
        if at.tag == "a":
            found.append(at)
        elif not at.is_text_node:
            return []
        at = at.next
    return [a for a in found if "href" in a.attributes]


def _put(owner: dict[str, Any], name: str, value: Any) -> None:
    held = owner.get(name)
    if held is None:
        owner[name] = value
    elif isinstance(held, list):
        held.append(value)
    elif held != value:
        owner[name] = [held, value]


def _value(node: LexborNode, tag: str, attributes: dict[str, str | None], base: str) -> str:
    content = attributes.get("content")
    if content is not None and (content := content.strip()):
        return content
    named = _NAMED.get(tag)
    held = attributes.get(named) if named else None
    if held:
        return _joined(base, held.strip()) if tag in _ADDRESS else held.strip()
    return node.text(separator=" ", strip=True)[:20_000]


@lru_cache(maxsize=4_096)
def _joined(base: str, address: str) -> str:
    if not base or address.startswith(("http://", "https://")):
        return address
    try:
        return urljoin(base, address)
    except ValueError:
        return address
