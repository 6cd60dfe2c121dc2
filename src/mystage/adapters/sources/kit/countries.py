"""Countries and their regions by name, from the ISO tables of `pycountry`."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import pycountry

from mystage.domain.sources import fold_text

_COMMON: Final = {
    "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "great britain": "GB",
    "usa": "US", "u s a": "US", "u s": "US", "united states of america": "US", "america": "US",
    "deutschland": "DE", "espana": "ES", "italia": "IT", "osterreich": "AT", "schweiz": "CH", "suisse": "CH",
    "nederland": "NL", "the netherlands": "NL", "holland": "NL", "belgie": "BE", "belgique": "BE", "danmark": "DK",
    "sverige": "SE", "norge": "NO", "suomi": "FI", "polska": "PL", "cesko": "CZ", "ceska republika": "CZ",
    "czech republic": "CZ", "brasil": "BR", "mexico": "MX", "turkey": "TR", "russia": "RU", "south korea": "KR",
    "north korea": "KP", "korea": "KR", "vietnam": "VN", "iran": "IR", "taiwan": "TW", "bolivia": "BO",
    "venezuela": "VE", "tanzania": "TZ", "moldova": "MD", "hellas": "GR", "magyarorszag": "HU", "kosovo": "XK",
    "ivory coast": "CI", "uae": "AE", "macedonia": "MK", "syria": "SY", "laos": "LA", "palestine": "PS",
}  # fmt: skip  # one line a country would be a page


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    table: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
            name = getattr(country, attribute, None)
            if name:
                table[fold_text(name)] = country.alpha_2
    return table | _COMMON


def lookup(name: str) -> str | None:
    """ISO 3166-1 alpha-2 for a code or name; None if unknown."""
    return _names().get(fold_text(name))


@lru_cache(maxsize=1)
def us_states() -> dict[str, str]:
    """Folded name and code of each state of the US -> its two-letter code."""
    table: dict[str, str] = {}
    for region in pycountry.subdivisions.get(country_code="US"):  # type: ignore[no-untyped-call]  # pycountry leaves it untyped
        code = region.code.removeprefix("US-")
        table[fold_text(region.name)] = code
        table[fold_text(code)] = code
    return table
