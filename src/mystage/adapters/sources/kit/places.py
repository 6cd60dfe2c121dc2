"""Places in words: postal addresses taken apart, regions as codes, zones of places, and what is no venue."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import pycountry

from mystage.adapters.sources.kit.building import country_code, zone_at
from mystage.adapters.sources.kit.countries import us_states
from mystage.domain.sources import fold_text

_STATE_ZONES: Final = {
    "America/New_York": "NY NJ CT MA RI VT NH ME PA DE MD DC VA WV NC SC GA OH FL MI",
    "America/Chicago": "IL WI MN IA MO AR LA MS AL OK TX KS NE",
    "America/Denver": "CO WY MT UT NM",
    "America/Los_Angeles": "CA WA NV OR",
    "America/Phoenix": "AZ",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
}
"""US states and the zone of (nearly) all their people; states split between two zones need a position."""
_PROVINCE_ZONES: Final = {
    "ON": "America/Toronto", "QC": "America/Toronto", "NS": "America/Halifax", "NB": "America/Moncton",
    "PE": "America/Halifax", "NL": "America/St_Johns", "MB": "America/Winnipeg", "SK": "America/Regina",
    "AB": "America/Edmonton", "BC": "America/Vancouver", "YT": "America/Whitehorse",
}  # fmt: skip  # a table
_AUSTRALIAN_ZONES: Final = {
    "NSW": "Australia/Sydney", "ACT": "Australia/Sydney", "VIC": "Australia/Melbourne", "QLD": "Australia/Brisbane",
    "SA": "Australia/Adelaide", "WA": "Australia/Perth", "TAS": "Australia/Hobart", "NT": "Australia/Darwin",
}  # fmt: skip  # a table
_COUNTRY_ZONES: Final = {
    "GB": "Europe/London", "IE": "Europe/Dublin", "DE": "Europe/Berlin", "FR": "Europe/Paris", "IT": "Europe/Rome",
    "NL": "Europe/Amsterdam", "BE": "Europe/Brussels", "LU": "Europe/Luxembourg", "CH": "Europe/Zurich",
    "AT": "Europe/Vienna", "CZ": "Europe/Prague", "SK": "Europe/Bratislava", "PL": "Europe/Warsaw",
    "HU": "Europe/Budapest", "DK": "Europe/Copenhagen", "SE": "Europe/Stockholm", "NO": "Europe/Oslo",
    "FI": "Europe/Helsinki", "EE": "Europe/Tallinn", "LV": "Europe/Riga", "LT": "Europe/Vilnius",
    "GR": "Europe/Athens", "RO": "Europe/Bucharest", "BG": "Europe/Sofia", "RS": "Europe/Belgrade",
    "HR": "Europe/Zagreb", "SI": "Europe/Ljubljana", "BA": "Europe/Sarajevo", "MK": "Europe/Skopje",
    "AL": "Europe/Tirane", "TR": "Europe/Istanbul", "IS": "Atlantic/Reykjavik", "MT": "Europe/Malta",
    "CY": "Asia/Nicosia", "IL": "Asia/Jerusalem", "JP": "Asia/Tokyo", "KR": "Asia/Seoul", "CN": "Asia/Shanghai",
    "TW": "Asia/Taipei", "HK": "Asia/Hong_Kong", "SG": "Asia/Singapore", "TH": "Asia/Bangkok",
    "MY": "Asia/Kuala_Lumpur", "PH": "Asia/Manila", "VN": "Asia/Ho_Chi_Minh", "IN": "Asia/Kolkata",
    "AE": "Asia/Dubai", "SA": "Asia/Riyadh", "ZA": "Africa/Johannesburg", "EG": "Africa/Cairo",
    "MA": "Africa/Casablanca", "NG": "Africa/Lagos", "KE": "Africa/Nairobi", "AR": "America/Argentina/Buenos_Aires",
    "CO": "America/Bogota", "PE": "America/Lima", "VE": "America/Caracas", "UY": "America/Montevideo",
    "PY": "America/Asuncion", "BO": "America/La_Paz", "CR": "America/Costa_Rica", "PA": "America/Panama",
    "GT": "America/Guatemala", "DO": "America/Santo_Domingo", "PR": "America/Puerto_Rico", "CU": "America/Havana",
    "JM": "America/Jamaica", "NZ": "Pacific/Auckland", "LB": "Asia/Beirut", "GE": "Asia/Tbilisi",
}  # fmt: skip  # a table
"""Countries with one zone (islands and exclaves with few people aside)."""
_MIXED: Final = {"PT": "Europe/Lisbon", "ES": "Europe/Madrid", "MX": "America/Mexico_City", "UA": "Europe/Kyiv"}
"""Countries where one zone holds for most: used only without a position."""


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    return {state: zone for zone, states in _STATE_ZONES.items() for state in states.split()}


@lru_cache(maxsize=1)
def _regions() -> dict[str, dict[str, str]]:
    """Country -> folded name or code of a region -> code, where addresses use the codes."""
    table: dict[str, dict[str, str]] = {"US": {**us_states(), "d c": "DC", "washington dc": "DC"}}
    for country in ("CA", "AU"):
        codes: dict[str, str] = {}
        for region in pycountry.subdivisions.get(country_code=country):  # type: ignore[no-untyped-call]  # pycountry leaves it untyped
            code = region.code.partition("-")[2]
            codes[fold_text(region.name)] = codes[fold_text(code)] = code
        table[country] = codes
    return table


def region_code(region: str | None, country: str | None) -> str | None:
    """A region in the form that addresses of its country use: codes in the US, Canada and Australia."""
    if not region:
        return None
    return _regions().get(country or "", {}).get(fold_text(region), region)


def country_of_region(region: str | None, postal_code: str | None = None) -> str | None:
    """The country that a region code gives away (two capitals of the US or Canada), if the postal code agrees."""
    if not region or not re.fullmatch(r"[A-Z]{2}", region.strip()):
        return None
    code = region.strip()
    if code in us_states().values() and (not postal_code or re.fullmatch(r"\d{5}(-\d{4})?", postal_code)):
        return "US"
    if code in _PROVINCE_ZONES and (not postal_code or re.match(r"[A-Z]\d[A-Z]", postal_code.upper())):
        return "CA"
    return None


@lru_cache(maxsize=8192)
def zone_of(country: str | None, region: str | None, lat: float | None = None, lon: float | None = None) -> str | None:
    """The IANA zone of a place: from its state or country where that is certain, from its position, else None."""
    if country == "US" and region in _states() and region not in {"TX", "FL", "KS", "NE", "MI", "OR"}:
        return _states()[region]
    if country in _COUNTRY_ZONES:
        return _COUNTRY_ZONES[country]
    found = zone_at(lat, lon)
    if found:
        return found
    if country == "US":
        return _states().get(region or "")
    if country == "CA":
        return _PROVINCE_ZONES.get(region or "")
    if country == "AU":
        return _AUSTRALIAN_ZONES.get(region or "")
    return _MIXED.get(country or "")


_STREET_WORD: Final = (
    r"(?:street|st|avenue|ave|av|road|rd|boulevard|blvd|drive|dr|lane|ln|way|parkway|pkwy|highway|hwy|court|ct|"
    r"place|pl|square|sq|plaza|terrace|circle|broadway|pike|route|rue|strasse|straße|str|calle|via|gade|vej)"
)
_NUMBERED: Final = re.compile(rf"^\d+[a-z]?(?:-\d+)?\s+(?:\S+\s+){{0,6}}?{_STREET_WORD}\b\.?", re.IGNORECASE)
_CORNER: Final = re.compile(r"^\w+ (?:and|&) \w+ (?:streets|avenues|sts\.?)\b", re.IGNORECASE)
_NUMBER_LAST: Final = re.compile(r"^[^\d,]{4,60}\s\d{1,4}\s?[a-z]?$", re.IGNORECASE)
_STREET_NAME: Final = re.compile(
    r"(?:straße|strasse|str\.|gasse|platz|weg|allee|vej|gade|gatan|straat|laan)\s*\d", re.IGNORECASE
)
_NO_PLACE: Final = re.compile(
    r"^(?:t\.?\s?b\.?\s?[adc]\.?|to be (?:announced|advised|confirmed|determined)|venue (?:tba|tbd|tbc)|unknown( venue)?|none|n/?a|"
    r"online( event)?|virtual( event)?|livestream|live stream|zoom|webinar|various( locations| venues)?|multiple (?:locations|venues)|"
    r"see description|private (?:residence|event|venue)|secret (?:location|venue)|undefined|null|default|location|venue|"
    r"remote|internet|youtube|facebook live|twitch)$",
    re.IGNORECASE,
)


def is_street(name: str) -> bool:
    """Whether a text is a street address or corner rather than the name of a place."""
    return bool(_NUMBERED.match(name) or _CORNER.match(name) or _STREET_NAME.search(name))


def is_no_venue(name: str) -> bool:
    """Whether a "venue name" says that there is none (TBA, online) or is an address of the web."""
    plain = name.strip(" .!*-()[]")
    return not plain or bool(_NO_PLACE.match(plain)) or plain.lower().startswith(("http://", "https://", "www."))


_STATE_ZIP: Final = re.compile(r"^([A-Z]{2})\.?\s+(\d{5})(?:-\d{4})?$|^([A-Za-z ]{4,20}?)\s+(\d{5})(?:-\d{4})?$")
_CITY_STATE_ZIP: Final = re.compile(r"^(.{2,40}?)\s+([A-Z]{2})\s+(\d{5})(?:-\d{4})?$")
_CANADIAN: Final = re.compile(r"^([A-Z]{2})\s+([A-Z]\d[A-Z]\s?\d[A-Z]\d)$")
_ZIP_CITY: Final = re.compile(r"^(?:[A-Z]{1,2}-)?(\d{4,5}|\d{3} \d{2})\s+([^\d].{1,40})$")
_POSTAL: Final = re.compile(
    r"^(?:\d{4,6}(?:-\d{3,4})?|\d{3} \d{2}|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d)$"
)


def split_address(value: str) -> dict[str, str]:
    """Street, locality, region, postal_code and country of an address in one line (parts that are not there are absent).

    Reads from the end: country, region and postal code, town; the rest is the street. `rest` is what stands before
    the street (a name, where there is one).
    """
    parts = [p.strip(" .;") for p in _SEPARATOR.split(value) if p.strip(" .;")]
    found: dict[str, str] = {}
    if country := _country_last(parts):
        found["country"] = country
        parts.pop()
    while parts and len(parts) > (0 if found else 1) and _take_region(parts, found):
        pass
    if found and "locality" not in found and parts and not is_street(parts[-1]) and not re.search(r"\d", parts[-1]):
        found["locality"] = parts.pop()
    _take_street(parts, found)
    if "country" not in found and (country := country_of_region(found.get("region"), found.get("postal_code"))):
        found["country"] = country
    if "region" in found:
        found["region"] = region_code(found["region"], found.get("country")) or found["region"]
    return found


_SEPARATOR: Final = re.compile(r"[,\n]|\s[\u2013-]\s")


def _country_last(parts: list[str]) -> str | None:
    """The country that ends an address. "DE" is Germany after "10997 Berlin", Delaware else."""
    if len(parts) < 2 or len(parts[-1]) < 2:
        return None
    if _state(parts[-1]) and not _ZIP_CITY.match(parts[-2]):
        return None
    return country_code(parts[-1])


def _take_street(parts: list[str], found: dict[str, str]) -> None:
    """The street and all after it; what stands before is the rest."""
    for index, part in enumerate(parts):
        if is_street(part) or re.match(r"^\d+\w?\s+\S", part) or (_NUMBER_LAST.match(part) and found):
            found["street"] = ", ".join(parts[index:])
            parts = parts[:index]
            break
    if parts:
        found["rest"] = ", ".join(parts)


def _state(part: str) -> str | None:
    """The code of a US state or Canadian province that is the whole part."""
    if re.fullmatch(r"[A-Z]{2}", part):
        return part if part in us_states().values() or part in _PROVINCE_ZONES else None
    folded = fold_text(part)
    return us_states().get(folded) or _regions()["CA"].get(folded) if len(folded) > 3 or folded == "d c" else None


def _take_region(parts: list[str], found: dict[str, str]) -> bool:
    """Take region, postal code or "12345 Town" off the end of `parts`; whether anything was taken."""
    last = parts[-1]
    if (m := _STATE_ZIP.match(last)) and "postal_code" not in found:
        state = _state(m.group(1) or m.group(3))
        if state:
            found.update(region=state, postal_code=m.group(2) or m.group(4))
            parts.pop()
            return True
    if (m := _CANADIAN.match(last)) and "postal_code" not in found and _state(m.group(1)):
        found.update(region=m.group(1), postal_code=m.group(2))
    elif (m := _CITY_STATE_ZIP.match(last)) and "postal_code" not in found and _state(m.group(2)):
        found.update(locality=m.group(1), region=m.group(2), postal_code=m.group(3))
    elif _POSTAL.match(last) and "postal_code" not in found:
        found["postal_code"] = last
    elif "region" not in found and "locality" not in found and (state := _state(last)):
        found["region"] = state
    elif (m := _ZIP_CITY.match(last)) and "postal_code" not in found and "region" not in found and not is_street(last):
        found.update(postal_code=m.group(1), locality=m.group(2))
    else:
        return False
    parts.pop()
    return True


def tidy_address(fields: dict[str, Any]) -> dict[str, Any]:
    """Address values made sound: a street that holds the whole address is taken apart, regions and country as codes."""
    street = fields.get("street")
    if street and "," in street:
        parts = split_address(street)
        if parts.get("street") and parts.keys() & {"postal_code", "region", "country", "locality"}:
            for name in ("locality", "region", "postal_code", "country"):
                fields[name] = fields.get(name) or parts.get(name)
            fields["street"] = parts["street"]
    country = fields.get("country")
    if not country and (country := country_of_region(fields.get("region"), fields.get("postal_code"))):
        fields["country"] = country
    region = region_code(fields.get("region"), country)
    if country and region and country_code(region) == country and not _state(region):
        region = None
    fields["region"] = region
    locality = fields.get("locality")
    if locality and (m := re.fullmatch(r"(.{3,40}?),?\s+([A-Z]{2})", locality)) and m.group(2) == region:
        fields["locality"] = m.group(1)
    return fields


def in_words(fields: dict[str, Any]) -> str | None:
    """Where it is, in words: street, town, region, country."""
    parts = [fields.get(n) for n in ("street", "locality", "region", "country")]
    return ", ".join(str(p) for p in parts if p) or None


_INSIDE: Final = re.compile(r"^(.{2,120}?)\s*\(([^()]{3,300})\)\s*$", re.DOTALL)


def split_location(value: str) -> tuple[str | None, dict[str, str]]:
    """A location in one text -> the name of the place (None where it is an address alone) and its address.

    Knows "Name @ address", "Name (address)", "Name, street, town, region, postal code, country", addresses over
    several lines, and remarks in brackets ("(weather permitting)").
    """
    value = value.strip()[:500]
    name, at, address = value.partition(" @ ")
    if at:
        return name.strip(), {k: v for k, v in split_address(address).items() if k != "rest"}
    if found := _INSIDE.match(value):
        inside = split_address(found.group(2))
        if inside.keys() & {"street", "postal_code", "region"}:
            inside.pop("rest", None)
            return found.group(1).strip(" ,"), inside
        value = found.group(1).strip()
    parts = split_address(value)
    rest = parts.pop("rest", None)
    if rest and "street" not in parts and "," in rest and parts:
        rest, _, street = rest.partition(",")
        parts["street"] = street.strip()
    return rest, parts
