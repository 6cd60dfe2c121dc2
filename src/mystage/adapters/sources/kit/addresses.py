"""Postal addresses on one line ("10 Mill Rd, Ashford VIC 3000, Australia") taken apart. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mystage.adapters.sources.kit.building import country_code
from mystage.adapters.sources.kit.whereabouts import region_code, region_text

_POSTCODES: Final = {
    "US": r"\d{5}(?:-\d{4})?", "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d", "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "AU": r"\d{4}", "NZ": r"\d{4}", "NL": r"\d{4} ?[A-Z]{2}", "PL": r"\d{2}-\d{3}", "PT": r"\d{4}-\d{3}",
    "BR": r"\d{5}-?\d{3}", "JP": r"〒?\d{3}-\d{4}", "CZ": r"\d{3} ?\d{2}", "SK": r"\d{3} ?\d{2}", "GR": r"\d{3} ?\d{2}",
    "SE": r"\d{3} ?\d{2}", "IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}", "IN": r"\d{3} ?\d{3}", "SG": r"\d{6}", "KR": r"\d{5}",
    "AR": r"[A-Z]?\d{4}(?:[A-Z]{3})?", "RU": r"\d{6}", "CL": r"\d{7}", "IL": r"\d{5,7}", "LV": r"LV-\d{4}",
    "LT": r"(?:LT-)?\d{5}", "LU": r"L?-?\d{4}",
}  # fmt: skip
_ANY_POSTCODE: Final = r"\d{4,6}(?:-\d{3,4})?|\d{3} \d{2}"


_PLUS: Final = re.compile(r"[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\s+(?P<place>\S.*)")


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address; None for what it does not say."""

    street: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


@lru_cache(maxsize=64)
def _postcode(country: str | None) -> re.Pattern[str]:
    pattern = _POSTCODES.get(country or "", _ANY_POSTCODE)
    return re.compile(rf"(?:^|(?<=[\s,-]))(?:[A-Z]{{1,2}}-)?(?P<code>{pattern})(?=$|[\s,])")


def parsed_address(line: str | None, country: str | None = None) -> Address:
    """The parts of an address in the order that its country uses. `country`: alpha-2, where it is known otherwise."""
    parts = [p.strip() for p in (line or "").split(",") if p.strip()]
    named = country_code(parts[-1]) if len(parts) > 1 and not re.search(r"\d", parts[-1]) else None
    if named and (country is None or named == country):
        country = named
        parts.pop()
    if not parts:
        return Address(country=country)
    at = _postcode_part(parts, country)
    return _without_postcode(parts, country) if at is None else _around(parts, at, country)


def address_of_plus_code(code: str | None, country: str | None = None) -> Address:
    """Town, region and country behind a short plus code ("3CM9+XX New Town, Prague, Czechia": Prague, CZ)."""
    found = _PLUS.fullmatch(code or "")
    names = [n.strip() for n in found["place"].split(",") if n.strip()] if found else []
    named = country_code(names[-1]) if len(names) > 1 else None
    if named and not (country == "US" and region_code("US", names[-1])):
        country = country or named
        names.pop()
    region = None
    if len(names) > 1 and country in ("US", "CA", "AU") and region_code(country, names[-1]):
        region = region_code(country, names.pop())
        names = names[:1]
    return Address(locality=names[-1] if names else None, region=region, country=country)


def _postcode_part(parts: list[str], country: str | None) -> int | None:
    """Index of the last part with a postal code; the first part is the street unless it stands alone."""
    for at in range(len(parts) - 1, 0 if len(parts) > 1 else -1, -1):
        if _postcode(country).search(parts[at]):
            return at
    return None


def _around(parts: list[str], at: int, country: str | None) -> Address:
    found = list(_postcode(country).finditer(parts[at]))[-1]
    rest = (parts[at][: found.start()] + " " + parts[at][found.end() :]).strip(" -")
    code = found["code"].lstrip("〒")
    if at + 1 < len(parts) and rest:  # "64000 Town, Region"
        return Address(_joined(parts[:at]), rest, region_text(country, parts[at + 1]), code, country)
    town, region = _town_and_region(rest, country)
    if town is None and at > 0:  # "Town, CA 94000"
        town, inner = (parts[at - 1], None) if region else _town_and_region(parts[at - 1], country)
        return Address(_joined(parts[: at - 1]), town, region or inner, code, country)
    return Address(_joined(parts[:at]), town, region, code, country)


def _without_postcode(parts: list[str], country: str | None) -> Address:
    region = region_code(country, parts[-1]) if len(parts) > 1 and country in ("US", "CA", "AU") else None
    if region:
        parts = parts[:-1]
    if len(parts) == 1:
        return (
            Address(locality=parts[0], region=region, country=country) if region else Address(parts[0], country=country)
        )
    town, inner = _town_and_region(parts[-1], country)
    return Address(_joined(parts[:-1]), town or parts[-1], region or inner, None, country)


def _town_and_region(text: str, country: str | None) -> tuple[str | None, str | None]:
    """("The Rocks", "NSW") of "The Rocks NSW"; ("São Paulo", "SP") of "São Paulo - SP"; (None, "CA") of "CA"."""
    text = text.strip(" -")
    if country in ("US", "CA", "AU") and (whole := region_code(country, text)) and (len(text) <= 3 or country == "US"):
        return None, whole
    if country == "BR" and (found := re.fullmatch(r"(?:(.*?) - )?([A-Z]{2})", text)):
        return found[1], found[2]
    head, _, tail = text.rpartition(" ")
    if country in ("US", "CA", "AU", "IT") and head and tail.isupper() and region_code(country, tail):
        return head, region_code(country, tail)
    return text or None, None


def _joined(parts: list[str]) -> str | None:
    return ", ".join(parts) or None
