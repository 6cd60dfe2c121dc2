"""Phones and sites as they are compared."""

from __future__ import annotations

import re
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from mystage.domain.resolution.normalise import site_key

_EXTENSION = re.compile(r"(?:ext|x|#|;ext=|;).*$", re.IGNORECASE)
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_NO_DIGIT = re.compile(r"[^0-9]+")
_FEWEST = 7


def phone_digits(text: str) -> str:
    """The digits of a phone number without extension and zeros in front; empty below seven digits.

    The country code stays where it is told: two numbers of unlike length are one where the longer ends with the
    shorter, which holds for every numbering plan and needs no table of countries.
    """
    if text.isdigit() and text.isascii():
        digits = text
    else:
        head = _EXTENSION.sub("", text) if not text[-1:].isdigit() or "x" in text.lower() or ";" in text else text
        lower = head.lower()
        letters = sum(map(str.isalpha, lower))
        digits = _NO_DIGIT.sub("", lower.translate(_KEYPAD) if letters > 2 else lower)
    digits = digits.lstrip("0")
    return digits if len(digits) >= _FEWEST else ""


def same_number(a: str, b: str) -> bool:
    """Whether two prepared numbers are one, of which one may lack its country or area code."""
    if a == b:
        return True
    return a.endswith(b) if len(a) > len(b) else len(b) > len(a) and b.endswith(a)


def toll_free(number: str) -> bool:
    """Whether a prepared number is a chain's or service's rather than a house's: 800 and its kin."""
    return number[-10:-7] in _SERVICE or number[:3] in _SERVICE


_SERVICE = frozenset(("800", "888", "877", "866", "855", "844", "833", "900", "180"))


class Site(NamedTuple):
    """A web address as it is compared."""

    owner: str
    """Registered domain, or `host/handle` on a shared host; empty where the address identifies nobody."""
    page: str
    """Its path below the owner, folded."""


NO_SITE = Site("", "")


@lru_cache(maxsize=1 << 12)
def site(url: str) -> Site:
    """The owner and page of a web address."""
    owner = site_key(url)
    if not owner:
        return NO_SITE
    path = url.split("//", 1)[-1].partition("?")[0].partition("#")[0].partition("/")[2].strip("/").casefold()
    return Site(intern(owner), path if "/" not in owner else "")
