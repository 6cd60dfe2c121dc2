"""Regions, time zones and currencies of places that are known by name only. Pure, from the packages' own tables."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from typing import Final

from mystage.adapters.sources.kit.building import zone_at
from mystage.adapters.sources.kit.wallclock import zone_info
from mystage.domain.sources import fold_text

_REGION_ZONES: Final = {
    "US": {
        "America/New_York": "CT DE DC FL GA ME MD MA NH NJ NY NC OH PA RI SC VT VA WV KY",
        "America/Chicago": "AL AR IL IA KS LA MN MS MO NE ND OK SD TN TX WI",
        "America/Denver": "CO MT NM UT WY",
        "America/Los_Angeles": "CA NV OR WA",
        "America/Phoenix": "AZ", "America/Detroit": "MI", "America/Indiana/Indianapolis": "IN",
        "America/Boise": "ID", "America/Anchorage": "AK", "Pacific/Honolulu": "HI", "America/Puerto_Rico": "PR",
    },
    "CA": {
        "America/Toronto": "ON QC", "America/Vancouver": "BC", "America/Edmonton": "AB NT", "America/Winnipeg": "MB",
        "America/Regina": "SK", "America/Halifax": "NS NB PE", "America/St_Johns": "NL", "America/Whitehorse": "YT",
    },
    "AU": {
        "Australia/Sydney": "NSW ACT", "Australia/Melbourne": "VIC", "Australia/Brisbane": "QLD",
        "Australia/Adelaide": "SA", "Australia/Perth": "WA", "Australia/Hobart": "TAS", "Australia/Darwin": "NT",
    },
}  # fmt: skip
"""Zone of most of a region's people; towns of its other part stand in `_TOWN_ZONES`."""
_TOWN_ZONES: Final = {
    ("US", "TX"): {"el paso": "America/Denver", "socorro": "America/Denver"},
    ("US", "FL"): dict.fromkeys(("pensacola", "panama city", "panama city beach", "destin", "fort walton beach"), "America/Chicago"),
    ("US", "TN"): dict.fromkeys(("knoxville", "chattanooga", "johnson city", "bristol", "kingsport", "gatlinburg"), "America/New_York"),
    ("US", "KY"): dict.fromkeys(("bowling green", "owensboro", "paducah", "hopkinsville"), "America/Chicago"),
    ("US", "IN"): dict.fromkeys(("gary", "hammond", "evansville", "merrillville", "valparaiso"), "America/Chicago"),
    ("US", "SD"): dict.fromkeys(("rapid city", "sturgis", "deadwood"), "America/Denver"),
    ("US", "ID"): dict.fromkeys(("coeur d alene", "sandpoint", "moscow", "lewiston"), "America/Los_Angeles"),
    ("US", "OR"): {"ontario": "America/Boise"},
    ("AU", ""): {
        "gold coast": "Australia/Brisbane", "cairns": "Australia/Brisbane", "townsville": "Australia/Brisbane",
        "sunshine coast": "Australia/Brisbane", "canberra": "Australia/Sydney", "newcastle": "Australia/Sydney",
        "wollongong": "Australia/Sydney", "byron bay": "Australia/Sydney", "geelong": "Australia/Melbourne",
        "ballarat": "Australia/Melbourne", "torquay": "Australia/Melbourne", "fremantle": "Australia/Perth",
        "fortitude valley": "Australia/Brisbane", "bendigo": "Australia/Melbourne", "launceston": "Australia/Hobart",
    },
    ("ID", ""): dict.fromkeys(("denpasar", "bali", "canggu", "kuta", "ubud"), "Asia/Makassar"),
    ("BR", ""): {"manaus": "America/Manaus", "cuiaba": "America/Cuiaba", "campo grande": "America/Campo_Grande"},
}  # fmt: skip
_MAIN_ZONE: Final = {
    "ES": "Europe/Madrid", "PT": "Europe/Lisbon", "NZ": "Pacific/Auckland", "MX": "America/Mexico_City",
    "BR": "America/Sao_Paulo", "AR": "America/Argentina/Buenos_Aires", "CL": "America/Santiago", "CN": "Asia/Shanghai",
    "MY": "Asia/Kuala_Lumpur", "EC": "America/Guayaquil", "UA": "Europe/Kyiv", "ID": "Asia/Jakarta", "CY": "Asia/Nicosia",
    "GL": "America/Nuuk", "PF": "Pacific/Tahiti",
}  # fmt: skip
"""Zone of all but a few islands or outer provinces of a country."""
_CURRENCY: Final = {
    "EUR": "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK", "USD": "US PR EC SV", "GBP": "GB", "CAD": "CA",
    "AUD": "AU", "NZD": "NZ", "JPY": "JP", "CHF": "CH LI", "SEK": "SE", "NOK": "NO", "DKK": "DK", "PLN": "PL", "CZK": "CZ",
    "HUF": "HU", "MXN": "MX", "BRL": "BR", "ARS": "AR", "CLP": "CL", "SGD": "SG", "HKD": "HK", "TRY": "TR", "TWD": "TW",
    "PHP": "PH", "MYR": "MY", "ZAR": "ZA", "INR": "IN", "KRW": "KR", "COP": "CO", "PEN": "PE", "ILS": "IL",
}  # fmt: skip


@lru_cache(maxsize=64)
def _subdivisions(country: str) -> dict[str, str]:
    import pycountry  # noqa: PLC0415  its tables load only where a region is read

    table: dict[str, str] = {}
    for region in pycountry.subdivisions.get(country_code=country) or ():  # type: ignore[no-untyped-call]  # pycountry leaves it untyped
        code = region.code.partition("-")[2]
        table[fold_text(region.name)] = code
        table[fold_text(code)] = code
    return table


def region_code(country: str | None, name: str | None) -> str | None:
    """The code of a region of a country that writes its regions as letters (`CA`, `NSW`); None if unknown."""
    if not country or not name:
        return None
    code = _subdivisions(country).get(fold_text(name))
    return code if code and code.isalpha() else None


def region_text(country: str | None, name: str | None) -> str | None:
    """A region as addresses write it: the code in the US, Canada and Australia, else the name as it came."""
    return (region_code(country, name) if country in ("US", "CA", "AU") else None) or name


def state_or_province(code: str | None) -> tuple[str, str] | None:
    """(country, region) of a two-letter state of the US or province of Canada; None for anything else."""
    if not code or len(code) != 2 or not code.isupper():
        return None
    for country in ("US", "CA"):
        if _subdivisions(country).get(fold_text(code)) == code:
            return country, code
    return None


@lru_cache(maxsize=1)
def _zones() -> dict[str, tuple[str, ...]]:
    """Country -> its zones, the first being the one of its main part (the order of the zone database)."""
    table: dict[str, list[str]] = defaultdict(list)
    text = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    for line in text.splitlines():
        columns = line.split("\t")
        if len(columns) > 2 and not line.startswith("#"):
            table[columns[0]].append(columns[2])
    return {country: tuple(zones) for country, zones in table.items()}


@lru_cache(maxsize=512)
def _offsets(zone: str) -> tuple[object, ...]:
    """Offsets in January and July of a plain year: zones with the same ones cannot be told apart by a clock."""
    info = zone_info(zone)
    return tuple(datetime(2025, month, 1, tzinfo=UTC).astimezone(info).utcoffset() for month in (1, 7))


@lru_cache(maxsize=4096)
def zone_by_name(country: str | None, region: str | None = None, locality: str | None = None) -> str | None:
    """The IANA zone of a place known by name; None where country and names leave several open."""
    zones = _zones().get(country or "", ())
    if not country or not zones:
        return None
    if len({_offsets(zone) for zone in zones}) == 1:
        return zones[0]
    town = fold_text(locality or "")
    code = region_code(country, region) or ""
    for known in ((country, code), (country, "")):
        if town in _TOWN_ZONES.get(known, {}):
            return _TOWN_ZONES[known][town]
    by_region = {r: z for z, regions in _REGION_ZONES.get(country, {}).items() for r in regions.split()}
    if code in by_region:
        return by_region[code]
    named = [zone for zone in zones if fold_text(zone.rpartition("/")[2].replace("_", " ")) == town]
    return named[0] if named else _MAIN_ZONE.get(country)


def zone_of(
    country: str | None, region: str | None, locality: str | None, lat: float | None = None, lon: float | None = None
) -> str | None:
    """The IANA zone of a place: by its position, else by its names."""
    return zone_at(lat, lon) or zone_by_name(country, region, locality)


@lru_cache(maxsize=1)
def _currencies() -> dict[str, str]:
    return {country: currency for currency, countries in _CURRENCY.items() for country in countries.split()}


def currency_of(country: str | None) -> str | None:
    """ISO 4217 code of the money that prices of a country are in; None for one not listed."""
    return _currencies().get(country or "")
