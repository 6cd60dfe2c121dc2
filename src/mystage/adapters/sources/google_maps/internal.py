"""The map's own answers: positional arrays without keys, full of holes.

A place is found by its shape, wherever it stands: a feature id ("0x..:0x..") at [10], its name at [11] and a pin at [9].
Positions after the map's web client: address lines [2], website [7], pin [9], categories [13], zone [30], place id [78],
phone [178], address by parts [183][1].
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from mystage.adapters.sources.google_maps.venues import add_place
from mystage.adapters.sources.kit.addresses import Address, parsed_address
from mystage.adapters.sources.kit.building import ClaimsBuilder, country_code, position, text, texts
from mystage.adapters.sources.kit.wallclock import zone_info
from mystage.adapters.sources.kit.whereabouts import region_text

_FEATURE: Final = re.compile(r"0x[0-9a-f]{1,16}:0x[0-9a-f]{1,16}")
_PLACE_ID: Final = re.compile(r"[A-Za-z0-9_-]{20,200}")
_MAX_VISITED: Final = 2_000_000
"""Elements looked at in one answer: real ones have below 200,000."""


def read(builder: ClaimsBuilder, root: list[Any]) -> None:
    """Add every place of an answer; the ones listed inside another place ("people also search for") are left out."""
    for place in _places(root):
        name = text(_at(place, 11))
        address = _address(place)
        zone = text(_at(place, 30))
        place_id = text(_at(place, 78)) or ""
        feature = str(place[10])
        if not name:
            continue
        add_place(
            builder,
            place_id=place_id if _PLACE_ID.fullmatch(place_id) else None,
            name=name,
            address=address,
            pin=position(_at(place, 9, 2), _at(place, 9, 3)),
            phones=_phones(place),
            website=_at(place, 7, 0),
            types=texts(_at(place, 13)),
            zone=zone if zone_info(zone) else None,
            identifiers={"google_feature_id": feature},
            **({} if _PLACE_ID.fullmatch(place_id) else {"key": feature}),
        )


def _places(root: list[Any]) -> Iterator[list[Any]]:
    """Places in the order of the answer, without those inside another."""
    stack: list[Any] = [root]
    for _ in range(_MAX_VISITED):
        if not stack:
            return
        item = stack.pop()
        if not isinstance(item, list):
            continue
        if _is_place(item):
            yield item
        else:
            stack.extend(child for child in reversed(item) if isinstance(child, list))


def _is_place(item: list[Any]) -> bool:
    if len(item) < 12 or not isinstance(item[11], str) or not isinstance(item[10], str):
        return False
    pin = isinstance(item[9], list) and bool(position(_at(item, 9, 2), _at(item, 9, 3)))
    return _FEATURE.fullmatch(item[10]) is not None and (pin or isinstance(item[2], list))


def _address(place: list[Any]) -> Address:
    lines = texts(_at(place, 2))
    parts = _list(_at(place, 183, 1))
    country = country_code(text(_at(parts, 6)) or text(_at(place, 243)))
    found = parsed_address(", ".join(lines), country)
    if not parts:
        return found
    return Address(
        street=text(_at(parts, 1)) or text(_at(parts, 2)) or found.street,
        locality=text(_at(parts, 3)) or found.locality,
        region=region_text(country, text(_at(parts, 5))),
        postal_code=text(_at(parts, 4)) or found.postal_code,
        country=country or found.country,
    )


def _phones(place: list[Any]) -> list[str]:
    """Phone numbers, the international form first."""
    said = _at(place, 178, 0)
    forms = [text(_at(form, 0)) for form in _list(_at(said, 1))]
    numbers = [*forms, text(_at(said, 3)), text(_at(said, 0))]
    return sorted((n for n in numbers if n), key=lambda n: not n.startswith("+"))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _at(value: object, *path: int) -> Any:
    """The element at a path of positions; None where there is none."""
    for index in path:
        if not isinstance(value, list) or index >= len(value):
            return None
        value = value[index]
    return value
