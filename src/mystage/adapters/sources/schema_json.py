"""JSON files that hold schema.org data: JSON-LD saved alone, arrays of arrays of it, the output of `extruct`."""

from __future__ import annotations

from typing import Any, Final

from mystage.adapters.sources.kit.payload import MISSING, Payload
from mystage.adapters.sources.linked_data.graph import is_act, is_event, is_place, types
from mystage.adapters.sources.linked_data.schema_org import claims_of
from mystage.domain.errors import Malformed
from mystage.domain.sources import Reading, records
from mystage.domain.values import evolve

VERSION = 1
_LOOK: Final = 400
"""Nodes that are looked at before a payload is said to be none of ours."""


def recognises(payload: Payload) -> float:
    """Typed nodes of schema.org, or extruct's frame around them."""
    value = payload.json
    if value is MISSING or (b"@type" not in payload.body and b"schema.org" not in payload.body):
        return 0.0
    if _is_extruct(value):
        return 0.97
    named = [types(node) for node in _nodes(value)]
    if any(is_event(n) or is_act(n) or is_place(n) for n in named):
        return 0.9
    return 0.5 if any(named) and b"schema.org" in payload.body else 0.0


def parse(payload: Payload) -> Reading:
    """The claims of all nodes."""
    value = payload.json
    if value is MISSING:
        raise Malformed("JSON that is broken or cut off", where=payload.url)
    if _is_extruct(value):
        value = [value.get("json-ld"), _plain(value.get("microdata"))]
    values = value if isinstance(value, list) else [value]
    base = payload.url if payload.url.startswith("http") else ""
    notes: list[str] = []
    claims = claims_of(values, base=base, notes=notes)
    reading = records(claims, reason="schema.org data without venue, act or event")
    return evolve(reading, reason="; ".join(notes)) if notes else reading


def _is_extruct(value: Any) -> bool:
    return isinstance(value, dict) and ("json-ld" in value or ("microdata" in value and "opengraph" in value))


def _plain(value: Any, level: int = 0) -> Any:
    """Turn extruct's microdata (`{"type", "properties"}`) into the form of JSON-LD."""
    if level > 60:
        return None
    if isinstance(value, list):
        return [_plain(v, level + 1) for v in value]
    if isinstance(value, dict) and isinstance(value.get("properties"), dict):
        inner = {k: _plain(v, level + 1) for k, v in value["properties"].items()}
        return {"@type": value.get("type"), **inner}
    return value


def _nodes(value: Any) -> list[dict[str, Any]]:
    """The first nodes, level by level."""
    found: list[dict[str, Any]] = []
    level = [value]
    for _ in range(8):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                found.append(item)
                below.extend(v for v in item.values() if isinstance(v, (dict, list)))
            elif isinstance(item, list):
                below.extend(item[:_LOOK])
        if len(found) > _LOOK or not below:
            break
        level = below[: 10 * _LOOK]
    return found[:_LOOK]
