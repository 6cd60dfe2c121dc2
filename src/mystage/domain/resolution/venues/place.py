"""`Place`: one venue or settlement, prepared once for keys and comparison."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from mystage.domain.resolution.normalise import place_key
from mystage.domain.resolution.venues.address import Address, address
from mystage.domain.resolution.venues.contact import NO_SITE, Site, phone_digits, site
from mystage.domain.resolution.venues.names import NO_NAME, Name, name
from mystage.domain.resolution.venues.regions import country_code, region_code

NO_ADDRESS = Address("", (), (), "")
NO_WORDS: frozenset[str] = frozenset()
NO_NAMES: tuple[Name, ...] = ()
_COARSE_M = 2_000.0
"""The most that a position's missing digits may excuse: floats lose the zeros at their end."""


@dataclass(slots=True)
class Place:
    """What is compared of a venue or settlement; empty texts and None where the record does not say."""

    id: str
    source: str
    name: Name
    others: tuple[Name, ...]
    """Further names."""
    address: Address
    town: str
    region: str
    postal: str
    country: str
    lat: float | None
    """Degrees, WGS 84."""
    lon: float | None
    error: float
    """How far the position may be off, in metres, because of how few digits it is told with."""
    phone: str
    """National digits without zeros in front; with country code where it is told."""
    site: Site
    profiles: frozenset[str]
    """`host/handle` on shared hosts."""
    categories: tuple[str, ...]
    """Folded, the main one first."""
    bare: bool
    """Nothing but names and a position: a settlement, a region, a place on a map."""


def place(row: Mapping[str, str | None]) -> Place:
    """The place of a row of texts, of which any may be missing or empty.

    id, name, street, locality, region, postal_code, country, lat, lon, phone, website, source; and the lists category
    and social.
    """
    get = row.get
    return build(
        id=get("id") or "",
        source=get("source") or "",
        names=(get("name") or "",),
        street=get("street") or "",
        town=get("locality") or "",
        region=get("region") or "",
        postal=get("postal_code") or "",
        country=get("country") or "",
        lat=get("lat") or "",
        lon=get("lon") or "",
        phone=get("phone") or "",
        website=get("website") or "",
        links=split(get("social") or ""),
        categories=split(get("category") or ""),
    )


def build(
    *,
    id: str,
    source: str,
    names: Sequence[str],
    street: str = "",
    town: str = "",
    region: str = "",
    postal: str = "",
    country: str = "",
    lat: str = "",
    lon: str = "",
    phone: str = "",
    website: str = "",
    links: Sequence[str] = (),
    categories: Sequence[str] = (),
) -> Place:
    """The place of these texts (see `place`); the first of `names` is the main one."""
    town_key = _town(town) if town else ""
    postal_key = _postal(postal) if postal else ""
    region_key = region_code(region) if region else ""
    country_key = country_code(country) if country else ""
    pin = _pin(lat, lon) if lat and lon else None
    web = site(website) if website else NO_SITE
    profiles = [web.owner] if "/" in web.owner else []
    profiles += [owner for owner in [site(link).owner for link in links[:12]] if "/" in owner]
    bare = not (street or town_key or postal_key or phone or website)
    return Place(
        id=id,
        source=intern(source),
        name=name(names[0], bare=bare) if names else NO_NAME,
        others=tuple(name(other, bare=bare) for other in names[1:5]) if len(names) > 1 else NO_NAMES,
        address=address(street, postal_key, town_key) if street else NO_ADDRESS,
        town=town_key,
        region=region_key,
        postal=postal_key,
        country=country_key,
        lat=pin[0] if pin else None,
        lon=pin[1] if pin else None,
        error=pin[2] if pin else 0.0,
        phone=phone_digits(phone) if phone else "",
        site=NO_SITE if "/" in web.owner else web,
        profiles=frozenset(profiles) if profiles else NO_WORDS,
        categories=tuple([_town(c.rpartition(">")[2]) for c in categories]) if categories else (),
        bare=bare,
    )


def split(text: str) -> list[str]:
    """The parts of a list in one text, at `;` or `|` or a comma."""
    return [part for part in _LIST.split(text) if part] if text else []


_LIST = re.compile(r"\s*[;|,]\s*")


@lru_cache(maxsize=1 << 14)
def _town(text: str) -> str:
    return intern(place_key(text))


@lru_cache(maxsize=1 << 14)
def _postal(text: str) -> str:
    """Letters and digits; a US "ZIP+4" without its last four; ".0" of a spreadsheet dropped."""
    text = text.removesuffix(".0")
    key = "".join(c for c in text.casefold() if c.isalnum())
    if len(key) == 9 and key.isdigit():
        key = key[:5]
    return intern(key if len(key) >= 3 else "")


def _pin(lat: str, lon: str) -> tuple[float, float, float] | None:
    """Latitude, longitude and error in metres; None for what is no position, or the default pin at zero."""
    lat, lon = pointed(lat), pointed(lon)
    try:
        y, x = float(lat), float(lon)
    except ValueError:
        return None
    if not (-90.0 <= y <= 90.0 and -180.0 <= x <= 180.0) or (abs(y) < 0.001 and abs(x) < 0.001):
        return None
    digits = max(_digits(lat), _digits(lon))
    return y, x, 0.0 if digits > 3 else min(_COARSE_M, 50_000.0 * 10.0**-digits)


def pointed(degrees: str) -> str:
    """Degrees with a decimal point, where much of the world writes a comma: "52,52" is "52.52"."""
    return degrees if "." in degrees else degrees.replace(",", ".", 1)


def _digits(text: str) -> int:
    return len(text.partition(".")[2].rstrip("0"))
