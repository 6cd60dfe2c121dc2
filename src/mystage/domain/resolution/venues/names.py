"""The name of a place as it is compared: its words, their transliteration, and a qualifier told beside it."""

from __future__ import annotations

import re
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from anyascii import anyascii

from mystage.domain.resolution.normalise import fold, words_of
from mystage.domain.resolution.venues.regions import nation_code, state_code
from mystage.domain.resolution.vocabulary import ARTICLES, KIND_WORDS, LEGAL_FORMS, SPELLINGS

_APOSTROPHES = re.compile("['`\u00b4\u2018\u2019\u02bc\u2032]")
_AND = re.compile(r"[&+]|(?<=\s)n(?=\s)")
_BRACKET = re.compile(r"^(.*\S)\s*[(\[\uff08]([^()\[\]]*)[)\]\uff09]\s*$")
_COMMA = re.compile(r"^([^,]*\S)\s*,\s*(\S.*)$")
_INITIALS = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
_SMALL = frozenset("the and of at a an de la le les el los las il der die das y und et".split())
"""Words that are left out of a comparison, unless a name has no others."""


class Name(NamedTuple):
    """A name as it is compared."""

    text: str
    """Its words, joined by spaces; in Latin letters where it is written in others."""
    words: tuple[str, ...]
    core: tuple[str, ...]
    """The words that say which place it is, not what kind; empty where there are none."""
    qualifier: str
    """What stands in brackets or after a comma ("Petra (Jordan)"), folded; empty where nothing does."""
    native: str
    """The folded name in its own script, where it is not Latin; else empty."""
    festival: bool


NO_NAME = Name("", (), (), "", "", festival=False)


@lru_cache(maxsize=1 << 12)
def name(text: str, *, bare: bool = False) -> Name:
    """The name of a text; `NO_NAME` for one without any visible character.

    Args:
        text: as the source writes it.
        bare: it stands alone or beside a position (a settlement), so that a state or country at its end is a
            qualifier without a comma, too ("Paris Texas").
    """
    folded = fold(text)
    native = ""
    if not folded.isascii():
        latin = fold(anyascii(folded))
        if sum(map(str.isalpha, folded)) > 2 * sum(c.isalpha() and c.isascii() for c in folded):
            native = " ".join(words_of(folded))
        folded = latin
    base, qualifier = _qualified(folded, bare=bare)
    words = _words(base) or _words(folded)
    if not words:
        return NO_NAME
    if bare and not qualifier:
        words, qualifier = _trailing(words)
    core = tuple([word for word in words if word not in KIND_WORDS])
    return Name(" ".join(words), words, core, qualifier, native, festival=_festival(words))


def _festival(words: tuple[str, ...]) -> bool:
    return not _FESTIVAL.isdisjoint(words)


_FESTIVAL = frozenset(("festival", "festivals", "fest", "festivalen", "openair"))


def _qualified(folded: str, *, bare: bool) -> tuple[str, str]:
    """Name and qualifier; "Foxes, The" has none, nor has a venue whose brackets name no state or country."""
    base, inner = folded, ""
    if folded.endswith((")", "]", "\uff09")) and (match := _BRACKET.match(folded)):
        base, inner = match[1], match[2]
    if "," in base and (match := _COMMA.match(base)):
        rest = match[2].rstrip(".")
        if rest in ARTICLES or rest == "the":
            base = match[1]
        elif rest.replace(".", "") not in LEGAL_FORMS:
            base, inner = match[1], f"{match[2]}, {inner}" if inner else match[2]
    qualifier = _qualifier(inner) if inner else ""
    return (base, qualifier) if bare or not inner or qualifier[1:2] == ":" else (folded, "")


def _trailing(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Words and qualifier of a name that ends with the words of a state or country."""
    for count in (2, 1):
        if len(words) > count and len(words[-1]) > 2:
            tail = " ".join(words[-count:])
            found = _qualifier(tail)
            if found[1:2] == ":":
                return words[:-count], found
    return words, ""


def _words_text(text: str) -> str:
    return " ".join(words_of(text))


def _qualifier(inner: str) -> str:
    """A state or country by its code; else the folded words. Of "Los Angeles, California" the last part counts."""
    for part in reversed(inner.split(",")):
        key = _words_text(part.replace(".", ""))
        if state := state_code(key):
            return f"s:{state}"
        if nation := nation_code(key):
            return f"n:{nation}"
    return _words_text(inner)


def _words(folded: str) -> tuple[str, ...]:
    text = folded
    if not text.isalnum():
        if "." in text:
            text = _INITIALS.sub(_no_dots, text)
        text = _AND.sub(" and ", _APOSTROPHES.sub("", text))
        if "$" in text:
            text = text.replace("$", "s")
    all_words = [SPELLINGS.get(word, word) for word in words_of(text)]
    words = [word for word in all_words if word not in _SMALL]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return tuple([intern(word) for word in words or all_words])


def _no_dots(match: re.Match[str]) -> str:
    return match.group().replace(".", "")
