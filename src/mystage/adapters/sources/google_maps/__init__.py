"""Google Maps: Places web service (legacy and New), crawler items, and the positional answers of the map itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mystage.adapters.sources.google_maps import crawled, errors, internal, legacy, places_v1
from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields
from mystage.adapters.sources.kit.payload import MISSING, Payload
from mystage.adapters.sources.kit.relaxed import guarded_json, json_of
from mystage.domain.sources import Reading, ReadingErrorKind, failed, nothing, records

VERSION = 1
_HINT: Final = re.compile(rb"placeId|place_id|displayName|0x[0-9a-f]+:0x|googleMapsUri|categoryName|formatted_address")
_FEATURE: Final = re.compile(rb'\\?"0x[0-9a-f]{1,16}:0x[0-9a-z]{1,32}\\?"')


def recognises(payload: Payload) -> float:
    """How surely the payload is an answer of Google Maps or a crawler item of it (0 to 1)."""
    if payload.json is MISSING and not _HINT.search(payload.body):
        return 0.0
    value = _value(payload)
    if isinstance(value, list) and value and not isinstance(value[0], Mapping):
        return 0.95 if _FEATURE.search(payload.body) else 0.0
    if value == {}:
        return 0.05  # the New service's "nothing found"; empty, whoever answers it
    items = value if isinstance(value, list) else [value]
    first = next((i for i in items if isinstance(i, Mapping)), None)
    if first is None:
        return 0.0
    return max(
        legacy.recognises(first), places_v1.recognises(first), crawled.recognises(first), errors.recognises(first)
    )


def parse(payload: Payload) -> Reading:
    """Read it; whatever is wrong with it is in the answer."""
    value = _value(payload)
    if value is MISSING or not isinstance(value, (list, Mapping)):
        return failed(ReadingErrorKind.MALFORMED, "neither JSON nor near to it: not an answer of Google Maps")
    items: list[Any] = list(value) if isinstance(value, list) else [value]
    if items and not isinstance(items[0], Mapping):
        return _read_internal(items)
    error = errors.error_in(items[0]) if items else None
    return error if error is not None else _read(i for i in items if isinstance(i, Mapping))


def _value(payload: Payload) -> Any:
    """The payload's value; the map's own answers may stand as text inside an object (`{"c":0,"d":")]}'..."}`)."""
    value = json_of(payload)
    if isinstance(value, Mapping) and isinstance(value.get("d"), str) and "c" in value:
        return guarded_json(value["d"])
    return value


def _read_internal(items: list[Any]) -> Reading:
    builder = ClaimsBuilder()
    internal.read(builder, items)
    return records(builder.build(), reason="no place in it: reviews or another answer of the map")


def _read(items: Iterable[Mapping[str, Any]]) -> Reading:
    builder, unread = ClaimsBuilder(), set[str]()
    for item in items:
        fields = Fields(item)
        for reader in (legacy, places_v1, crawled):
            if reader.recognises(item):
                reader.read(builder, fields)
                fields.rest()
                break
        unread.update(fields.unread)
    claims = builder.build()
    if not len(claims):
        return nothing("an answer without a named place")
    return records(claims, unread=tuple(sorted(unread))[:200])
