"""Names, addresses, sites and phones in the form in which they are compared.

Every function is pure, cached and idempotent in effect: what differs only in spelling gives one key. Letters of every
script survive; only Latin, Greek and Cyrillic diacritics (U+0300 to U+036F) are folded away, since marks carry
vowels and voicing in other scripts (Thai, Devanagari, Japanese).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from publicsuffixlist import PublicSuffixList

from mystage.domain.resolution.vocabulary import (
    ARTICLES,
    DIRECTORY_HOSTS,
    LEGAL_FORMS,
    LETTERS,
    PATH_WORDS,
    PROFILE_HOSTS,
    SPELLINGS,
    STREET_WORDS,
    TENANT_HOSTS,
)

_CACHE = 1 << 16

_APOSTROPHES = re.compile("['`\u00b4\u2018\u2019\u02bc\u2032]")
_ASCII_GAPS = re.compile(r"[^a-z0-9]+")
_INITIALS = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
_STYLED = ((re.compile(r"(?<=\w)\$|\$(?=\w)"), "s"), (re.compile(r"(?<=[a-z])!(?=[a-z])"), "i"))
_AND = re.compile(r"\s*[&+]\s*|\s+['\u2019]?n['\u2019]?(?=\s)")
_FORTS = "worth|lauderdale|myers|collins|wayne|smith|dodge|pierce|mason|point"
_GUESTS = re.compile(rf"(?<=\S)[\s(\[]+(?:feat|featuring|ft(?!\.?\s+(?:{_FORTS})\b))(?:\.|\b)(?=\s|$|\.).*$")
_STAGE = re.compile(
    r"(?<=\S)\s*(?:[(\[]\s*(?:official|live|solo|acoustic|live set|band|artist|musician|[a-z]{2}|usa|ger)\s*[)\]]"
    r"|[-\u2013\u2014|]\s*(?:official|live)|\sofficial)\s*$"
)
_INVERTED = re.compile(r"^([^\s,]+),\s+([^\s,]+)$")


def fold(text: str) -> str:
    """`text` in one case, width and accent; punctuation kept."""
    text = text.casefold()
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", text).casefold().translate(LETTERS)
    text = "".join([c for c in text if not "\u0300" <= c <= "\u036f"])
    return unicodedata.normalize("NFC", text)


def words_of(folded: str) -> list[str]:
    """The words of folded text: runs of letters, digits and marks of any script."""
    if folded.isascii():
        return _ASCII_GAPS.sub(" ", folded).split()
    return "".join([c if unicodedata.category(c)[0] in "LNM" else " " for c in folded]).split()


@lru_cache(maxsize=_CACHE)
def name_key(name: str) -> str:
    """The name of a venue, artist or show as it is compared; empty only for a name without any visible character."""
    key = _name_key(name)
    for _ in range(3):  # odd scripts may fold further on a second pass
        again = _name_key(key)
        if again == key:
            break
        key = again
    return key


def _name_key(name: str) -> str:
    folded = fold(name)
    if inverted := _INVERTED.match(folded):
        last, first = inverted.groups()
        folded = f"{last}, {first}" if first.rstrip(".") in LEGAL_FORMS else f"{first} {last}"
    text = _GUESTS.sub("", _STAGE.sub("", folded))
    text = _AND.sub(" and ", _INITIALS.sub(_no_dots, text))
    for pattern, letter in _STYLED:
        text = pattern.sub(letter, text)
    words = [SPELLINGS.get(word, word) for word in words_of(_APOSTROPHES.sub("", text))]
    return " ".join(_core(words)) or " ".join(folded.split())


def _no_dots(match: re.Match[str]) -> str:
    return match.group().replace(".", "")


def _core(words: list[str]) -> list[str]:
    """Without leading articles and trailing legal forms; never empty where `words` is not."""
    while len(words) > 1:
        if words[0] == "the" or (len(words) > 2 and words[0] in ARTICLES):
            words = words[1:]
        elif words[-1] in LEGAL_FORMS or words[-1] == "the":
            words = words[:-1]
        else:
            break
    return words


@lru_cache(maxsize=_CACHE)
def place_key(place: str) -> str:
    """A town, region or place in words, folded."""
    return " ".join(SPELLINGS.get(word, word) for word in words_of(_APOSTROPHES.sub("", fold(place))))


_UNIT = re.compile(
    r"\(.*?\)|(?:\b(?:ste|suite|unit|apt|apartment|floor|fl|rm|bldg|building)\b\.?|#)\s*[\w-]*"
    r"|\b\d+(?:st|nd|rd|th)\s+floor\b"
)
_HOUSE = re.compile(r"^(\d+)[a-z]?$")


@lru_cache(maxsize=_CACHE)
def split_address(street: str) -> tuple[str, str]:
    """House number and street of a street line, e.g. `("609", "w maple av")`; units and suites are left out."""
    folded = fold(street)
    plain = _UNIT.sub(" ", folded)
    words = words_of(_APOSTROPHES.sub("", plain)) or words_of(folded)
    house = ""
    rest: list[str] = []
    for word in words:
        number = _HOUSE.match(word)
        if number and (not house or not rest):
            house = house or number[1].lstrip("0")
        elif not number or not house:
            rest.append(_street_word(word))
    return house, " ".join(rest)


def _street_word(word: str) -> str:
    word = SPELLINGS.get(word, word)
    short = STREET_WORDS.get(word)
    if short is not None:
        return short
    for ending in ("strasse", "str"):  # German writes the type into the name
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending) + "st"
    return word


def address_key(street: str) -> str:
    """A street line as it is compared: house number first, types and directions shortened, no unit."""
    house, rest = split_address(street)
    return f"{house} {rest}".strip()


_PHONE_TAIL = 9
_EXTENSION = re.compile(r"(?:ext|x|#|;ext=).*$", re.IGNORECASE)


@lru_cache(maxsize=_CACHE)
def phone_key(phone: str) -> str:
    """The last nine digits of a number, so that it is one with and without country code; empty below seven digits."""
    digits = "".join(c for c in _EXTENSION.sub("", phone) if c.isdigit() and c.isascii())
    return digits[-_PHONE_TAIL:] if len(digits) >= 7 else ""


@lru_cache(maxsize=_CACHE)
def site_key(url: str) -> str:
    """The registered domain of a site of one's own; `host/handle` for a profile on a shared host; else empty."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:  # a malformed address names no site
        return ""
    for prefix in ("www.", "m.", "mobile.", "de-de.", "en-gb."):
        host = host.removeprefix(prefix)
    if "." not in host or " " in host:
        return ""
    domain = registered_domain(host)
    if host in PROFILE_HOSTS or domain in PROFILE_HOSTS:
        return _profile(host if host in PROFILE_HOSTS else domain, parts.path, parts.query)
    if host in DIRECTORY_HOSTS or domain in DIRECTORY_HOSTS:
        return ""
    if domain in TENANT_HOSTS:
        return host if host != domain else ""
    return domain


@lru_cache(maxsize=_CACHE)
def registered_domain(host: str) -> str:
    """The domain that somebody registered: the public suffix (Mozilla's list, as bundled) and one label more.

    Suffixes that companies let to tenants (`blogspot.com`) count, so that each tenant has a domain of his own; a host
    that is nothing but a suffix stays as it is.
    """
    return _suffixes().privatesuffix(host.lower()) or host.lower()


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _profile(host: str, path: str, query: str) -> str:
    ids = parse_qs(query).get("id") if "profile.php" in path else None
    segments = [s for s in path.casefold().split("/") if s and s not in PATH_WORDS]
    if not ids and not segments:
        return ""
    handle = ids[0] if ids else next((s for s in reversed(segments) if s.isdigit() and len(s) > 6), segments[0])
    return f"{host}/{handle.removeprefix('@')}"
