"""A street line as it is compared: house numbers and the words of the street."""

from __future__ import annotations

import re
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from anyascii import anyascii

from mystage.domain.resolution.normalise import fold
from mystage.domain.resolution.vocabulary import SPELLINGS, STREET_CODES, STREET_WORDS

_UNIT = re.compile(
    r"\(.*?\)|(?:\b(?:ste|suite|unit|apt|apartment|floor|fl|rm|room|bldg|building|piso|planta|local|of|oficina|shop|level|"
    r"space|lot|no|nr|num|n\u00b0|nº)\b\.?|#)\s*(?=[\w-]*\d)[\w-]*|\b\d+(?:st|nd|rd|th|o|er|eme)\s+(?:floor|fl|piso|etage)\b"
)
_SEPARATORS = re.compile(r"[;|$*\n]+")
_WORDS = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"^(\d+)([a-z]?)$")
_BETWEEN = re.compile(r"\b(?:between|near|at|off|corner of|btwn|bet)\b.*$")
_HOUSE_ONLY = re.compile(r"\d{1,5}\s?[a-z]?")
_REGION_CODE = re.compile(r"[a-z]{2,3} (?=.*\d)[a-z0-9]{3,}(?: [a-z0-9]{2,4})?")
"""A part that tells region and postal code ("az 85253", "on m5m 3x5"), not a street."""
_STREET_ENDINGS = ("strasse", "straat", "str")


class Address(NamedTuple):
    """A street line in its parts."""

    house: str
    """The first house number, without letter and zeros in front; empty where there is none."""
    numbers: tuple[str, ...]
    """All numbers of the line (units and the postal code left out)."""
    words: tuple[str, ...]
    """The words of the street without types, directions and the town."""
    kind: str
    """Types and directions, in order, as codes."""
    rest: str = ""
    """Of an address of several parts, all of it, folded."""


@lru_cache(maxsize=1 << 12)
def address(line: str, postal: str = "", town: str = "") -> Address:
    """The parts of a street line; `postal` and `town` keys are left out where the line repeats them."""
    folded = fold(line)
    if not folded.isascii():
        folded = fold(anyascii(folded))
    if "$" in folded or ";" in folded or "|" in folded or "\n" in folded:
        folded = _SEPARATORS.sub(",", folded)
    plain = _UNIT.sub(" ", folded) if not folded.replace(" ", "").isalnum() or _has_unit(folded) else folded
    head = plain.partition(",")[0]
    if any(map(str.isalpha, head)):
        between = _BETWEEN.sub("", plain)
        plain = between if len(between) > 6 else plain
    line = _line(plain)
    parts = _parts(_WORDS.findall(line.replace("'", "").replace(".", " ")), postal, town.split())
    return parts if line == plain else parts._replace(rest=plain)


def _line(plain: str) -> str:
    """Of an address of several parts, the one that tells house and street; all of it where none does.

    "The Inn, 55 North Road, Phoenix, AZ 85253" tells them in its second part, "Via Roma, 12, Torino" in two.
    """
    if "," not in plain:
        return plain
    parts = [part.strip() for part in plain.split(",")]
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if not any(map(str.isalpha, part)) or _REGION_CODE.fullmatch(part):
            continue
        if any(map(str.isdigit, part)):
            return part
        if _HOUSE_ONLY.fullmatch(following):
            return f"{part} {following}"
    return plain


def _has_unit(folded: str) -> bool:
    return _UNIT.search(folded) is not None


def _parts(words: list[str], postal: str, town: list[str]) -> Address:
    numbers: list[str] = []
    street: list[str] = []
    kinds: list[str] = []
    for word in words:
        if found := _NUMBER.match(word):
            if word != postal and word[:5] != postal:
                numbers.append(found[1].lstrip("0") or "0")
            continue
        word = SPELLINGS.get(word, word)  # noqa: PLW2901  the word in its customary spelling
        code = STREET_WORDS.get(word)
        if code:
            kinds.append(code)
        else:
            street.append(intern(_without_type(word)))
    kept = [word for word in street if word not in town] or street or kinds
    return Address(intern(numbers[0]) if numbers else "", tuple(numbers), tuple(kept), intern(" ".join(kinds)))


def _without_type(word: str) -> str:
    for ending in _STREET_ENDINGS:  # German and Dutch write the type into the name
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending)
    return word


def is_code(word: str) -> bool:
    """Whether a word of an address is a type or direction."""
    return word in STREET_CODES
