"""Address components, as both Places services answer them, beside the address on one line."""

from __future__ import annotations

from dataclasses import replace

from mystage.adapters.sources.kit.addresses import Address, address_of_plus_code, parsed_address
from mystage.adapters.sources.kit.building import Fields, country_code, text, texts
from mystage.adapters.sources.kit.whereabouts import region_text
from mystage.domain.sources import fold_text

_TOWN = ("locality", "postal_town", "sublocality_level_1", "sublocality", "administrative_area_level_3")


def components_of(items: list[Fields]) -> dict[str, tuple[str, str]]:
    """Type of component -> (long name, short name)."""
    table: dict[str, tuple[str, str]] = {}
    for item in items:
        long = item.text("long_name", "longText") or item.text("short_name", "shortText")
        short = item.text("short_name", "shortText") or long
        types = item.pop("types")
        item.ignore("languageCode", "short_name", "shortText")
        item.rest()
        for kind in types if isinstance(types, list) else ():
            if long and isinstance(kind, str):
                table.setdefault(kind, (long, short or long))
    return table


def address_of(
    parts: dict[str, tuple[str, str]], line: str | None, vicinity: str | None = None, plus_code: str | None = None
) -> Address:
    """The address: town, region, code and country from the components, the street as the line writes it."""
    country = country_code(parts["country"][1]) if "country" in parts else None
    if not parts:
        return _from_line(line, vicinity, address_of_plus_code(plus_code))
    town = next((parts[kind][0] for kind in _TOWN if kind in parts), None)
    region = parts.get("administrative_area_level_1")
    found = parsed_address(line, country)
    return Address(
        street=_street_in(line, parts, town) or _numbered(parts) or (found.street if line else None),
        locality=town or found.locality,
        region=region_text(country, region[1] if country in ("US", "CA", "AU") else region[0]) if region else None,
        postal_code=_postal_code(parts) or found.postal_code,
        country=country or found.country,
    )


def _from_line(line: str | None, vicinity: str | None, plus: Address) -> Address:
    """The address on one line; else street and town, with the country that a plus code names."""
    if line:
        found = parsed_address(line, plus.country)
        return replace(found, region=found.region or plus.region)
    street, _, town = (vicinity or "").rpartition(", ")
    return Address(
        street=street or None, locality=text(town) or plus.locality, region=plus.region, country=plus.country
    )


def _postal_code(parts: dict[str, tuple[str, str]]) -> str | None:
    code, suffix = parts.get("postal_code"), parts.get("postal_code_suffix")
    return f"{code[0]}-{suffix[0]}" if code and suffix else code[0] if code else None


def _street_in(line: str | None, parts: dict[str, tuple[str, str]], town: str | None) -> str | None:
    """What the line says before the part that names the town or the postal code."""
    pieces = [p.strip() for p in (line or "").split(",") if p.strip()]
    marks = [fold_text(town)] if town else []
    if "postal_code" in parts:
        marks.append(fold_text(parts["postal_code"][0]))
    for at in range(len(pieces) - 1, 0, -1):
        folded = f" {fold_text(pieces[at])} "
        if any(m and f" {m} " in folded for m in marks):
            street = ", ".join(pieces[: _first_of_tail(pieces, at, marks)])
            return street if "route" in parts or any(c.isdigit() for c in street) or len(pieces) > 2 else street or None
    return None


def _first_of_tail(pieces: list[str], at: int, marks: list[str]) -> int:
    """Where the tail begins, if the town stands in a part of its own before the postal code ("Town, CA 94000")."""
    before = fold_text(pieces[at - 1]) if at > 1 else ""
    return at - 1 if before in marks else at


def _numbered(parts: dict[str, tuple[str, str]]) -> str | None:
    route, number = parts.get("route"), parts.get("street_number")
    if route is None:
        return None
    return f"{number[0]} {route[1]}" if number else route[0]


def with_postal(address: Address, postal: Fields) -> Address:
    """`address` with what the `postalAddress` of Places (New) adds to it."""
    lines = postal.pop("addressLines")
    country = country_code(postal.text("regionCode"))
    street = ", ".join(texts(lines))
    more = Address(
        street=street or None,
        locality=postal.text("locality"),
        region=region_text(country, postal.text("administrativeArea")),
        postal_code=postal.text("postalCode"),
        country=country,
    )
    postal.ignore("languageCode", "sublocality", "sortingCode", "revision", "recipients", "organization")
    postal.rest()
    return replace(
        address,
        street=address.street or more.street,
        locality=address.locality or more.locality,
        region=address.region or more.region,
        postal_code=address.postal_code or more.postal_code,
        country=address.country or more.country,
    )
