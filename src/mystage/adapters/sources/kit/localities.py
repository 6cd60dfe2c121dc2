"""Country, region and zone of a place that is named but not positioned. Pure; tables from pycountry and tzdata."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Final

from mystage.adapters.sources.kit.building import country_code, zone_at
from mystage.adapters.sources.kit.countries import us_states
from mystage.domain.sources import fold_text

_CANADA: Final = {
    "alberta": "AB", "british columbia": "BC", "manitoba": "MB", "new brunswick": "NB", "newfoundland and labrador": "NL",
    "nova scotia": "NS", "ontario": "ON", "prince edward island": "PE", "quebec": "QC", "saskatchewan": "SK", "yukon": "YT",
    "northwest territories": "NT", "nunavut": "NU",
}  # fmt: skip  # a table
_CANADA_ZONES: Final = {
    "AB": "America/Edmonton", "BC": "America/Vancouver", "MB": "America/Winnipeg", "NB": "America/Moncton",
    "NL": "America/St_Johns", "NS": "America/Halifax", "ON": "America/Toronto", "PE": "America/Halifax",
    "QC": "America/Toronto", "SK": "America/Regina", "YT": "America/Whitehorse", "NT": "America/Yellowknife",
}  # fmt: skip  # a table
_US_ZONES: Final = {
    "America/New_York": "CT DE DC GA ME MD MA NH NJ NY NC OH PA RI SC VT VA WV FL",
    "America/Chicago": "AL AR IL IA LA MN MS MO OK WI TX KS NE",
    "America/Denver": "CO MT NM UT WY", "America/Los_Angeles": "CA WA NV OR", "America/Phoenix": "AZ",
    "America/Detroit": "MI", "America/Indiana/Indianapolis": "IN", "America/Anchorage": "AK", "Pacific/Honolulu": "HI",
}  # fmt: skip  # states whose people live in one zone (FL, KS, NE, NV, OR, TX: nearly all of them)
_MEXICO: Final = {
    "n l": "Nuevo León", "b c": "Baja California", "b c s": "Baja California Sur", "q roo": "Quintana Roo",
    "s l p": "San Luis Potosí", "edo mex": "Estado de México", "edo de mex": "Estado de México",
}  # fmt: skip  # written with points: "N.L."
_OTHER_ZONES: Final = {
    "MX": {"America/Monterrey": "nl nuevo leon coa coahuila coahuila de zaragoza tamps tamaulipas",
           "America/Tijuana": "bc baja california", "America/Cancun": "qroo quintana roo",
           "America/Hermosillo": "son sonora", "America/Mazatlan": "bcs baja california sur sin sinaloa nay nayarit",
           "America/Mexico_City": "cdmx que jal pue mex gto qro yuc df ver mich hgo mor slp zac ags"},
    "AU": {"Australia/Sydney": "nsw new south wales act", "Australia/Melbourne": "vic victoria",
           "Australia/Brisbane": "qld queensland", "Australia/Perth": "wa western australia",
           "Australia/Adelaide": "sa south australia", "Australia/Hobart": "tas tasmania", "Australia/Darwin": "nt"},
    "BR": {"America/Sao_Paulo": "sp rj mg pr rs sc es df go ba"},
}  # fmt: skip  # a table
_MAIN: Final = {
    "DE": "Europe/Berlin", "ES": "Europe/Madrid", "PT": "Europe/Lisbon", "MX": "America/Mexico_City", "NZ": "Pacific/Auckland",
    "AR": "America/Argentina/Buenos_Aires", "CL": "America/Santiago", "CN": "Asia/Shanghai", "MY": "Asia/Kuala_Lumpur",
    "UA": "Europe/Kyiv", "CY": "Asia/Nicosia", "BR": "America/Sao_Paulo",
}  # fmt: skip  # countries with small further zones (islands, enclaves, the far ends)
_CITIES: Final = {
    "DE": "berlin hamburg munich munchen cologne koln frankfurt stuttgart dresden leipzig hannover nuremberg dusseldorf bremen mannheim",
    "GB": "london manchester leeds bristol glasgow edinburgh liverpool birmingham brighton sheffield nottingham newcastle",
    "FR": "paris lyon marseille lille bordeaux toulouse nantes montpellier strasbourg", "BE": "brussels antwerp ghent",
    "NL": "amsterdam rotterdam utrecht eindhoven the_hague den_haag groningen", "ES": "barcelona madrid valencia ibiza sevilla bilbao",
    "IT": "milan milano rome roma turin torino naples napoli bologna florence", "PT": "lisbon lisboa porto", "IE": "dublin",
    "AT": "vienna wien graz linz salzburg", "CH": "zurich geneva basel bern lausanne", "DK": "copenhagen aarhus",
    "SE": "stockholm gothenburg malmo", "NO": "oslo bergen", "FI": "helsinki", "PL": "warsaw krakow wroclaw gdansk",
    "CZ": "prague praha brno", "HU": "budapest", "RO": "bucharest", "BG": "sofia", "GR": "athens thessaloniki", "HR": "zagreb",
    "RS": "belgrade", "UA": "kyiv", "GE": "tbilisi", "TR": "istanbul", "IL": "tel_aviv", "JP": "tokyo osaka kyoto fukuoka",
    "KR": "seoul", "MX": "mexico_city monterrey guadalajara ciudad_de_mexico", "AR": "buenos_aires", "CL": "santiago",
    "CO": "bogota medellin", "BR": "sao_paulo rio_de_janeiro", "ZA": "johannesburg cape_town", "AE": "dubai", "SG": "singapore",
    "TH": "bangkok", "HK": "hong_kong", "LT": "vilnius", "LV": "riga", "EE": "tallinn", "SI": "ljubljana", "IS": "reykjavik",
}  # fmt: skip  # well-known cities, for directories that name an area and no country
_AMBIGUOUS: Final = frozenset(
    {"valencia", "santiago", "newcastle", "birmingham", "florence", "athens", "rome", "naples", "manchester"}
)


@lru_cache(maxsize=1)
def _us_zone() -> dict[str, str]:
    return {state: zone for zone, states in _US_ZONES.items() for state in states.split()}


@lru_cache(maxsize=1)
def _city_countries() -> dict[str, str]:
    return {name.replace("_", " "): country for country, names in _CITIES.items() for name in names.split()}


@lru_cache(maxsize=1)
def _country_zones() -> dict[str, tuple[str, ...]]:
    """ISO country -> its zones, from the table that the tzdata package ships."""
    table: dict[str, list[str]] = {}
    for line in resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            table.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in table.items()}


def country_of_city(city: str | None) -> str | None:
    """The country of a well-known city whose name is hardly borne elsewhere; None for all others."""
    name = fold_text(city or "")
    return None if name in _AMBIGUOUS else _city_countries().get(name)


@lru_cache(maxsize=1)
def _zone_countries() -> dict[str, str]:
    return {zone: country for country, zones in _country_zones().items() for zone in zones}


def country_of_zone(zone: str | None) -> str | None:
    """The country whose clock an IANA zone is; None for UTC and old names."""
    return _zone_countries().get(zone or "")


def country_of_region(region: str | None, *, spelled_out: bool = False) -> str | None:
    """US or CA for a state or province of theirs ("Massachusetts", "ON"); codes are left out with `spelled_out`."""
    name = fold_text(region or "")
    if not name or (spelled_out and len(name) < 4):
        return None
    if name in _CANADA or name.upper() in _CANADA_ZONES:
        return "CA"
    return "US" if name in us_states() else None


def region_code(region: str | None, country: str | None) -> str | None:
    """States of the US and provinces of Canada by their code, as most sources write them; "N.L." in full; others as they are."""
    name = fold_text(region or "")
    if country == "US":
        return us_states().get(name, region)
    if country == "CA":
        return _CANADA.get(name, region)
    return _MEXICO.get(name, region) if country == "MX" else region


def zone_of(
    country: str | None = None,
    region: str | None = None,
    locality: str | None = None,
    lat: float | None = None,
    lon: float | None = None,
) -> str | None:
    """The zone of a place: by its position, else by region, city or country; None where that does not decide."""
    found = zone_at(lat, lon)
    if found:
        return found
    code = country_code(country) or country_of_region(region)
    if code is None:
        return None
    zones = _country_zones().get(code, ())
    if len(zones) == 1:
        return zones[0]
    return _by_region(code, region) or _by_city(zones, locality) or _MAIN.get(code)


def _by_region(country: str, region: str | None) -> str | None:
    short = region_code(region, country) or ""
    if country == "US":
        return _us_zone().get(short.upper())
    if country == "CA":
        return _CANADA_ZONES.get(short.upper())
    name = fold_text(region or "")
    tables = _OTHER_ZONES.get(country, {})
    return next((zone for zone, names in tables.items() if name and f" {name} " in f" {names} "), None)


def _by_city(zones: tuple[str, ...], locality: str | None) -> str | None:
    name = fold_text(locality or "").replace(" ", "_")
    return next((zone for zone in zones if name and zone.rpartition("/")[2].lower() == name), None)
