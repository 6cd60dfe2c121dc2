"""The name of an act as it is compared: in its own script and in Latin letters, with what may be told or left out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

from mystage.domain.resolution.commonness import ENSEMBLES, TITLES_OF_ACTS, weight
from mystage.domain.resolution.marks import NO_MARKS, marks_of
from mystage.domain.resolution.naming import is_unspaced
from mystage.domain.resolution.normalise import fold, name_key
from mystage.domain.values import Kind


class ActName(NamedTuple):
    """One name of an act."""

    key: str
    """The folded words in their own script; two acts of one name have one key."""
    latin: str
    """The same in Latin letters, without words such as "band" and "DJ"."""
    words: tuple[str, ...]
    """Of `latin`."""
    solid: str
    """`latin` without spaces."""
    read: str
    """`solid` with digits that stand for letters read as letters ("deadmau5")."""
    sound: str
    """`read` with letters that sound alike, or that transliterations put for one another, as one."""
    ensemble: frozenset[str]
    """Words of `ENSEMBLES` and `TITLES_OF_ACTS` beside the name."""
    numbers: frozenset[str]
    rarity: float
    """What it tells when two acts share it, in nats."""
    foreign: bool
    """Not in Latin letters: `latin` is a transliteration."""
    unspaced: bool
    marks: frozenset[str]
    country: str
    """A country told in brackets: "Echo (DE)"."""


NO_NAME = ActName(
    "", "", (), "", "", "", frozenset(), frozenset(), 0.0, foreign=False, unspaced=False, marks=NO_MARKS, country=""
)

_COUNTRY = re.compile(r"[(\[]\s*([A-Za-z]{2,3})\s*[)\]]\s*$")
_COUNTRIES = {
    "usa": "US",
    "uk": "GB",
    "ger": "DE",
    "fra": "FR",
    "ita": "IT",
    "esp": "ES",
    "swe": "SE",
    "nor": "NO",
    "jpn": "JP",
    "aus": "AU",
    "can": "CA",
}
_NO_COUNTRY = frozenset("EP LP DJ MC OK TV".split())
_SPLIT = re.compile(r"(?<=[a-z])(?=\d+(?![^\W_]))")
"""Before the digits that end a word ("Blink182"); digits within one stand for letters."""
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b"})
_LEFT_OUT = ENSEMBLES | TITLES_OF_ACTS
_VOWEL_FOLD = (
    ("ph", "f"),
    ("ck", "k"),
    ("kh", "k"),
    ("zh", "j"),
    ("ij", "y"),
    ("iy", "y"),
    ("ts", "c"),
    ("qu", "k"),
    ("ou", "u"),
    ("ae", "e"),
    ("oe", "o"),
    ("ue", "u"),
    ("aa", "a"),
    ("oo", "o"),
    ("uu", "u"),
)
_LETTER_FOLD = str.maketrans(
    {"j": "y", "i": "y", "c": "k", "q": "k", "z": "s", "x": "s", "w": "v", "'": None, "h": None}
)
_DOUBLED = re.compile(r"(.)\1+")
_BARE_VOWELS = str.maketrans("", "", "aeiouy")
_STYLED_LETTERS = str.maketrans({"@": "a", "€": "e", "£": "l", "¥": "y", "†": "t", "ß": "ss", "×": "x"})
_INSIDE = re.compile(r"(?<=[a-z$])[!|](?=[a-z$])")
_VOWEL_V = re.compile(r"(?<=[b-df-hj-np-tvwxz])v(?=[b-df-hj-np-tvwxz])")
_THE = re.compile(r",\s*the$")
_GLUED = re.compile(r"^(The|DJ|MC)(?=[A-Z][a-z])")


@lru_cache(maxsize=1 << 14)
def act_name(text: str) -> ActName:
    """The name of a text; `NO_NAME` for one without any visible character."""
    key = _key(text)
    if not key:
        return NO_NAME
    foreign = not key.isascii()
    latin = " ".join(fold(anyascii(key)).replace("'", "").split()) if foreign else key
    words, ensemble = _parts(latin.split())
    latin = " ".join(words)
    solid = latin.replace(" ", "")
    read = solid if solid.isdigit() or solid.isalpha() else solid.translate(_LEET)
    return ActName(
        key=key,
        latin=latin,
        words=words,
        solid=solid,
        read=read,
        sound=sound(read),
        ensemble=ensemble,
        numbers=frozenset([word for word in words if word.isdigit()]),
        rarity=sum(map(weight, words)),
        foreign=foreign,
        unspaced=foreign and is_unspaced(key),
        marks=marks_of(text, Kind.ARTIST),
        country=_country(text),
    )


def _key(text: str) -> str:
    plain = _THE.sub("", _GLUED.sub(r"\1 ", text.strip()).casefold().translate(_STYLED_LETTERS))
    if not plain.isalnum():
        plain = _INSIDE.sub("i", plain)
    return " ".join(_SPLIT.sub(" ", name_key(plain)).split()) if plain else ""


def _parts(words: list[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Words of a name, and those that may be told or left out."""
    beside: list[str] = []
    while len(words) > 1 and words[0] in TITLES_OF_ACTS:
        beside.append(words.pop(0))
    if beside and len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and (last := words[-1].translate(_LEET)) in _LEFT_OUT:
        beside.append(last)
        words.pop()
    while len(words) > 2 and words[0] in ENSEMBLES:
        beside.append(words.pop(0))
    if beside and len(words) > 1 and words[-1] in {"and", "his", "her"}:
        words = words[:-1]
    return tuple(words), frozenset(beside)


def sound(text: str) -> str:
    """What spellings of one name share that sound alike: "Kuzma" and "Cuzma"."""
    for pair, one in _VOWEL_FOLD:
        if pair in text:
            text = text.replace(pair, one)
    text = _VOWEL_V.sub("u", text)
    return _DOUBLED.sub(r"\1", text.translate(_LETTER_FOLD)) or text


def bones(name: ActName) -> str:
    """The consonants of a name in order: what most misspellings leave. The name itself where too few are left."""
    text = name.sound[:1] + name.sound[1:].translate(_BARE_VOWELS)
    return text if len(text) > 2 else name.sound


def _country(text: str) -> str:
    found = _COUNTRY.search(text)
    if not found:
        return ""
    code = found[1]
    if len(code) == 3:
        return _COUNTRIES.get(code.lower(), "")
    code = code.upper()
    return "GB" if code == "UK" else "" if code in _NO_COUNTRY else code
