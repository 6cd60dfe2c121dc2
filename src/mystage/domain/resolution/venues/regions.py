"""Countries and the regions of those that are told by state, in one code each."""

from __future__ import annotations

from functools import lru_cache
from sys import intern

from mystage.domain.resolution.normalise import place_key

_STATES = {
    "al": "alabama ala", "ak": "alaska", "az": "arizona ariz", "ar": "arkansas ark", "ca": "california calif cal",
    "co": "colorado colo", "ct": "connecticut conn", "de": "delaware del", "fl": "florida fla", "ga": "georgia",
    "hi": "hawaii", "id": "idaho", "il": "illinois ill", "in": "indiana ind", "ia": "iowa", "ks": "kansas kan kans",
    "ky": "kentucky", "la": "louisiana", "me": "maine", "md": "maryland", "ma": "massachusetts mass",
    "mi": "michigan mich", "mn": "minnesota minn", "ms": "mississippi miss", "mo": "missouri", "mt": "montana mont",
    "ne": "nebraska neb nebr", "nv": "nevada nev", "nh": "new_hampshire", "nj": "new_jersey", "nm": "new_mexico",
    "ny": "new_york", "nc": "north_carolina", "nd": "north_dakota", "oh": "ohio", "ok": "oklahoma okla",
    "or": "oregon ore", "pa": "pennsylvania penn penna", "ri": "rhode_island", "sc": "south_carolina",
    "sd": "south_dakota", "tn": "tennessee tenn", "tx": "texas tex", "ut": "utah", "vt": "vermont",
    "va": "virginia", "wa": "washington wash", "wv": "west_virginia", "wi": "wisconsin wis wisc", "wy": "wyoming wyo",
    "dc": "district_of_columbia", "pr": "puerto_rico", "ab": "alberta", "bc": "british_columbia", "mb": "manitoba",
    "nb": "new_brunswick", "nl": "newfoundland newfoundland_and_labrador", "ns": "nova_scotia", "on": "ontario ont",
    "qc": "quebec que", "sk": "saskatchewan", "nsw": "new_south_wales", "vic": "victoria", "qld": "queensland",
    "tas": "tasmania",
}  # fmt: skip
_STATE_OF = {variant.replace("_", " "): code for code, words in _STATES.items() for variant in (code, *words.split())}
_COUNTRIES = {
    "us": "usa united_states united_states_of_america u_s a_s america",
    "gb": "uk united_kingdom great_britain england scotland wales northern_ireland",
    "de": "deutschland germany ger", "at": "osterreich austria", "ch": "schweiz suisse svizzera switzerland",
    "fr": "france", "es": "espana spain", "it": "italia italy", "pt": "portugal", "nl": "nederland netherlands holland",
    "be": "belgique belgie belgium", "dk": "danmark denmark", "se": "sverige sweden", "no": "norge norway",
    "fi": "suomi finland", "pl": "polska poland", "cz": "cesko czechia czech_republic", "ie": "ireland eire",
    "ca": "canada", "mx": "mexico", "br": "brasil brazil", "ar": "argentina", "cl": "chile", "jp": "japan",
    "cn": "china", "in": "india", "th": "thailand", "au": "australia", "nz": "new_zealand", "ru": "russia",
    "gr": "greece hellas", "tr": "turkey turkiye", "hu": "hungary magyarorszag", "il": "israel", "eg": "egypt",
    "za": "south_africa", "ie ": "republic_of_ireland", "jo": "jordan", "kr": "south_korea korea", "vn": "vietnam",
    "pe": "peru", "co": "colombia", "cu": "cuba", "ma": "morocco", "ke": "kenya", "np": "nepal", "ua": "ukraine",
}  # fmt: skip
_COUNTRY_OF = {
    variant.replace("_", " "): code.strip() for code, words in _COUNTRIES.items() for variant in (code, *words.split())
}


@lru_cache(maxsize=1 << 12)
def region_code(text: str) -> str:
    """A region in its customary short form where it is one of the states that are written in many ways; else folded."""
    key = place_key(text)
    return intern(_STATE_OF.get(key.replace(" ", "") if len(key) <= 4 else key, key))


@lru_cache(maxsize=1 << 12)
def country_code(text: str) -> str:
    """A country as two letters where its name is known; else folded."""
    key = place_key(text)
    return intern(_COUNTRY_OF.get(key, key))


def is_state(text: str) -> bool:
    """Whether a folded text or code names a state or province."""
    return text in _STATE_OF


def state_code(text: str) -> str:
    """The code of a state told in folded words, or empty."""
    return _STATE_OF.get(text, "")


def nation_code(text: str) -> str:
    """The code of a country told by name in folded words, or empty (two letters are no name)."""
    return _COUNTRY_OF.get(text, "") if len(text) > 2 else ""
